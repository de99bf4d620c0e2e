"""Which road edges hold back which vehicles, by mass and by height."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]


class Sign(NamedTuple):
    """One limit and where it holds.

    Attributes
    ----------
    edges : (n,) bool
    gross_kg, height_m : float
        The most that passes; infinite for no limit.
    """

    edges: Flags
    gross_kg: float = math.inf
    height_m: float = math.inf


class RoadLimits:
    """The signs of a map; what holds a vehicle back is a number whose bits stand for them.

    Parameters
    ----------
    signs : sequence of Sign
    """

    def __init__(self, signs: Sequence[Sign] = ()) -> None:
        self._signs = tuple(signs)
        self._edges: dict[int, Flags] = {}

    def barring(self, gross_kg: float, height_m: float) -> int:
        """Return the signs that a vehicle of this size may not pass, as bits; 0 for none."""
        bits = (
            1 << bit
            for bit, sign in enumerate(self._signs)
            if gross_kg > sign.gross_kg or height_m > sign.height_m
        )
        return sum(bits)

    def edges(self, barred: int) -> Flags:
        """Return which edges are shut to whom these signs bar; nobody writes into the array."""
        if barred not in self._edges:
            chosen = [sign.edges for bit, sign in enumerate(self._signs) if barred >> bit & 1]
            self._edges[barred] = np.logical_or.reduce(chosen)
        return self._edges[barred]
