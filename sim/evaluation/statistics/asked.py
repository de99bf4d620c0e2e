"""What statistics are asked for is checked at their door: argument, value, rule."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def between_0_and_1(**named: float) -> None:
    """Refuse a level or share that is not strictly between 0 and 1.

    Raises
    ------
    ValueError
    """
    for name, value in named.items():
        if not 0 < value < 1:
            raise ValueError(f"{name}={value} must lie between 0 and 1")


def count_of(count: int, n: int) -> None:
    """Refuse a count that is not 0 to ``n``.

    Raises
    ------
    ValueError
    """
    if not 0 <= count <= n:
        raise ValueError(f"count={count} must lie between 0 and n={n}")


def without_gaps(**named: ArrayLike) -> None:
    """Refuse values that are not known (NaN): what is missing is for the caller to leave out.

    Raises
    ------
    ValueError
    """
    for name, values in named.items():
        gaps = int(np.isnan(np.asarray(values, dtype=float)).sum())
        if gaps:
            raise ValueError(f"{name}: {gaps} of {np.size(values)} are NaN; leave them out")
