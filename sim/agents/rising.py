"""Where water has risen since people last looked: they act on a centimetre more, not on a film."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

#: people look again when the water has risen so much
STEP_M: Final = np.float32(0.01)


class Rising:
    """Finds the buildings at which water stands higher than at any look before.

    Parameters
    ----------
    n : int
        Buildings.
    """

    def __init__(self, n: int) -> None:
        self._next_m = np.full(n, STEP_M)

    def look(self, depth_m: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Return at which buildings it has risen by `STEP_M` or more since the last look.

        Parameters
        ----------
        depth_m : (n,) float32
            Water there.
        """
        risen: NDArray[np.bool_] = depth_m >= self._next_m
        rows = np.flatnonzero(risen)
        self._next_m[rows] = depth_m[rows] + STEP_M
        return risen
