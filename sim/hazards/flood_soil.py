"""Soil that takes the more water the drier it is: a front that soaks down under suction.

Green & Ampt (1911), Journal of Agricultural Science 4:1, in the form of Mein & Larson (1973): what
has soaked in, F, obeys F - T ln(1 + F / T) = K t while water stands on the soil. K is the rate of
soil wetted through, T its suction at the front times the room between its grains that was empty.
Soil does not dry again within a flood.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: steps of Newton's method; it comes from above and is at rounding after five
_STEPS: Final = 6


def soaked_m(before_m: Floats, final_m_per_s: Floats, thirst_m: Floats, span_s: float) -> Floats:
    """Return what has soaked in after water stood on the soil for a time.

    Parameters
    ----------
    before_m : (n,) float
        What had soaked in at its start.
    final_m_per_s, thirst_m : (n,) float
        K and T, above 0.
    """
    steady_m = final_m_per_s * span_s
    after_m: Floats = before_m + steady_m + np.sqrt(2.0 * thirst_m * steady_m)
    for _ in range(_STEPS):
        drawn_m = thirst_m * np.log((after_m + thirst_m) / (before_m + thirst_m))
        beyond_m = after_m - before_m - drawn_m - steady_m
        after_m -= beyond_m * (after_m + thirst_m) / after_m
    return after_m


class DryingFront:
    """Cells of soil that remember what they have drunk.

    Parameters
    ----------
    final_m_per_s : (ny, nx) float
        Rate of soil wetted through.
    thirst_m : (ny, nx) float
        Suction times room, m of water; cells with 0 go on at their rate.
    """

    def __init__(self, final_m_per_s: NDArray[np.floating], thirst_m: NDArray[np.floating]) -> None:
        self._cells = np.flatnonzero((final_m_per_s > 0.0) & (thirst_m > 0.0))
        self._final_m_per_s = final_m_per_s.ravel()[self._cells].astype(np.float64)
        self._thirst_m = thirst_m.ravel()[self._cells].astype(np.float64)
        self._soaked_m = np.zeros(len(self._cells))

    def drink(
        self, there_m: NDArray[np.floating], rate_m_per_s: NDArray[np.float32], span_s: float
    ) -> None:
        """Write the mean rate of the next span, and keep in mind what of the water there it takes.

        Parameters
        ----------
        there_m : (ny, nx) float
            Water on each cell and the rain of the span.
        rate_m_per_s : (ny, nx) float32
            Written in place.
        """
        if span_s <= 0.0:
            return
        could_m = soaked_m(self._soaked_m, self._final_m_per_s, self._thirst_m, span_s)
        could_m -= self._soaked_m
        rate_m_per_s.reshape(-1)[self._cells] = could_m / span_s
        self._soaked_m += np.minimum(could_m, there_m.ravel()[self._cells])
