"""Spread of a plume by the Pasquill-Gifford curves of Turner's workbook, as ISC3 fits them.

US EPA (1995), EPA-454/B-95-003b, tables 1-1 and 1-2: flat open country, distances in km.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: sigma_y = 465.11628 x tan(c - d ln x), the angle in degrees
_ACROSS_M_PER_KM: Final = 465.11628
_ANGLE: Final = {
    "A": (24.1670, 2.5334),
    "B": (18.3330, 1.8096),
    "C": (12.5000, 1.0857),
    "D": (8.3330, 0.72382),
    "E": (6.2500, 0.54287),
    "F": (4.1667, 0.36191),
}
#: sigma_z = a x^b up to the distance (km) that stands first
_UPWARD: Final[dict[str, tuple[tuple[float, float, float], ...]]] = {
    "A": (
        (0.10, 122.800, 0.94470), (0.15, 158.080, 1.05420), (0.20, 170.220, 1.09320),
        (0.25, 179.520, 1.12620), (0.30, 217.410, 1.26440), (0.40, 258.890, 1.40940),
        (0.50, 346.750, 1.72830), (np.inf, 453.850, 2.11660),
    ),
    "B": ((0.20, 90.673, 0.93198), (0.40, 98.483, 0.98332), (np.inf, 109.300, 1.09710)),
    "C": ((np.inf, 61.141, 0.91465),),
    "D": (
        (0.30, 34.459, 0.86974), (1.0, 32.093, 0.81066), (3.0, 32.093, 0.64403),
        (10.0, 33.504, 0.60486), (30.0, 36.650, 0.56589), (np.inf, 44.053, 0.51179),
    ),
    "E": (
        (0.10, 24.260, 0.83660), (0.30, 23.331, 0.81956), (1.0, 21.628, 0.75660),
        (2.0, 21.628, 0.63077), (4.0, 22.534, 0.57154), (10.0, 24.703, 0.50527),
        (20.0, 26.970, 0.46713), (40.0, 35.420, 0.37615), (np.inf, 47.618, 0.29592),
    ),
    "F": (
        (0.20, 15.209, 0.81558), (0.70, 14.457, 0.78407), (1.0, 13.953, 0.68465),
        (2.0, 13.953, 0.63227), (3.0, 14.823, 0.54503), (7.0, 16.187, 0.46490),
        (15.0, 17.836, 0.41507), (30.0, 22.651, 0.32681), (60.0, 27.074, 0.27436),
        (np.inf, 34.219, 0.21716),
    ),
}  # fmt: skip
_HIGHEST_M: Final = 5000.0


def pasquill_spreads_m(downwind_m: Floats, stability: str) -> tuple[Floats, Floats]:
    """Return sigma_y and sigma_z in m at distances downwind, all above 0 m.

    Parameters
    ----------
    downwind_m : (n,) float
    stability : str
        Class of Pasquill, A to F.
    """
    x_km = np.asarray(downwind_m, np.float64) / 1000.0
    start, fall = _ANGLE[stability]
    across = _ACROSS_M_PER_KM * x_km * np.tan(np.radians(start - fall * np.log(x_km)))
    ends, factor, power = np.array(_UPWARD[stability]).T
    band = np.searchsorted(ends, x_km, side="left")
    return across, np.minimum(factor[band] * x_km ** power[band], _HIGHEST_M)
