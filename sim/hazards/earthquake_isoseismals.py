"""How strong an earthquake was as a whole, told by the zones of intensity mapped after it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from sim.hazards.earthquake_params import Isoseismal
from sim.hazards.earthquake_rupture import Rupture
from sim.hazards.ground_motion import Floats, Motion
from sim.hazards.ground_motion_intensity import BORDER, motion_at

#: places around the epicentre at which a border is compared
_PLACES: Final = 36
_M2_PER_KM2: Final = 1e6


def whole_shift(
    zones: Sequence[Isoseismal], rupture: Rupture, median_at: Callable[[Floats, Floats], Motion]
) -> Motion:
    """Return how far the logarithms of this earthquake's motion lie above a law's median.

    Each border is taken as the circle of its area around the epicentre; the law's median there,
    averaged over directions, is held against the motion of the border's intensity. The mean over
    borders is the term of the earthquake, as ShakeMap takes it from observations (Worden et al.
    2018, doi 10.1785/0120170201) where they are many.

    Parameters
    ----------
    zones : sequence of Isoseismal
    rupture : Rupture
    median_at : callable
        The law's median at places given by x and y in m.
    """
    around = 2.0 * math.pi * np.arange(_PLACES) / _PLACES
    gaps = []
    for zone in zones:
        radius_m = math.sqrt(zone.km2 * _M2_PER_KM2 / math.pi)
        x_m, y_m = rupture.x_m + radius_m * np.cos(around), rupture.y_m + radius_m * np.sin(around)
        median, border = median_at(x_m, y_m), motion_at(zone.intensity - BORDER)
        gaps.append([float(np.mean(b - m)) for b, m in zip(border, median, strict=True)])
    pga, pgv = np.mean(gaps, axis=0)
    return Motion(pga, pgv)
