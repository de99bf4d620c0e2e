"""Where water has risen since people last looked: they act on a centimetre more, not on a film."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

#: people look again when the water has risen so much
STEP_M: Final = 0.01


class Rising:
    """Finds the buildings at which water stands higher than at any look before.

    Parameters
    ----------
    n : int
        Buildings.
    """

    def __init__(self, n: int) -> None:
        self._looked_m = np.zeros(n, dtype=np.float32)

    def look(self, rows: NDArray[np.int64], depth_m: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Return at which of some buildings it has risen by `STEP_M` or more since the last look.

        Parameters
        ----------
        rows : (n,) int64
            Buildings.
        depth_m : (n,) float32
            Water there.
        """
        risen: NDArray[np.bool_] = depth_m >= self._looked_m[rows] + np.float32(STEP_M)
        self._looked_m[rows[risen]] = depth_m[risen]
        return risen


def in_water(depth_m: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the buildings in `STEP_M` of water or more; less is a film of rain."""
    return np.flatnonzero(depth_m >= np.float32(STEP_M))
