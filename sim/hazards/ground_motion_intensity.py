"""Seismic intensity: from instruments (GB/T 17742-2020), and from the ellipses of past earthquakes.

Intensity is a number here (8.2), its class the nearest whole one (VIII).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from sim.hazards.ground_motion import (
    FARTHEST_KM,
    LONGEST_KM,
    MAGNITUDES,
    Axis,
    Ellipse,
    Floats,
    Motion,
    sites,
    within,
)

#: intensity = slope lg(PGA in m/s2) + level, and the same of PGV in m/s: GB/T 17742-2020, A.5, A.6
_BY_PGA: Final = (3.17, 6.59)
_BY_PGV: Final = (3.00, 9.77)
LOWEST, HIGHEST = 1.0, 12.0

#: a zone's outer border, where the law of the ellipses gives its number, is where instruments stand
#: half a class lower: class VIII is 7.5 to 8.5
BORDER: Final = 0.5
#: A, B, C and R0 of ``I = A + B M - C lg(R + R0)`` along the longer and the shorter axis, and the
#: standard deviation: Wang Suyun, Yu Yanxiang, Gao Ajia & Yan Xiuju (2000), eastern China
_WANG_MAJOR: Final = (5.019, 1.446, 4.136, 24.0)
_WANG_MINOR: Final = (2.240, 1.446, 3.070, 9.0)
WANG_SIGMA: Final = 0.517

_LN_10: Final = float(np.log(10.0))


def instrumental_intensity(pga_m_per_s2: ArrayLike, pgv_m_per_s: ArrayLike) -> Floats:
    """Return the intensity that instruments give, GB/T 17742-2020 appendix A.

    Velocity decides where both measures reach VI; elsewhere the mean of both counts.
    """
    with np.errstate(divide="ignore"):
        by_pga = _BY_PGA[0] * np.log10(pga_m_per_s2) + _BY_PGA[1]
        by_pgv = _BY_PGV[0] * np.log10(pgv_m_per_s) + _BY_PGV[1]
    strong = (by_pga >= 6.0) & (by_pgv >= 6.0)
    return np.clip(np.where(strong, by_pgv, 0.5 * (by_pga + by_pgv)), LOWEST, HIGHEST)


def motion_at(intensity: ArrayLike) -> Motion:
    """Return the acceleration and velocity for which instruments give an intensity."""
    felt = np.asarray(intensity, np.float64)
    return Motion(
        _LN_10 * (felt - _BY_PGA[1]) / _BY_PGA[0], _LN_10 * (felt - _BY_PGV[1]) / _BY_PGV[0]
    )


def sigma_of_motion(sigma_intensity: float) -> tuple[float, float]:
    """Return the spread of the logarithms of PGA and PGV that a spread of intensity stands for."""
    return _LN_10 * sigma_intensity / _BY_PGA[0], _LN_10 * sigma_intensity / _BY_PGV[0]


def wang_ellipse(magnitude_ms: float) -> Ellipse:
    """Return the ellipses of equal intensity of an earthquake in eastern China."""
    axes = [
        Axis(a + b * magnitude_ms, -c / _LN_10, r0_km)
        for a, b, c, r0_km in (_WANG_MAJOR, _WANG_MINOR)
    ]
    return Ellipse(*axes)


def wang_intensity(magnitude_ms: float, along_km: ArrayLike, across_km: ArrayLike) -> Floats:
    """Return the intensity at sites by Wang et al. (2000).

    The law was fitted to the outer borders of the zones of past earthquakes: zone VIII is where it
    gives 8 or more. What instruments read there is `felt_intensity`.

    Raises
    ------
    ValueError
        When a number is not finite, or outside what the law was made for.
    """
    along, across = sites(along_km, across_km)
    within("magnitude", magnitude_ms, *MAGNITUDES["intensity"])
    within("distance_km", np.hypot(along, across), 0.0, FARTHEST_KM["intensity"])
    law = wang_ellipse(magnitude_ms)
    return law.major.at(law.semi_axes_km(along, across, LONGEST_KM)[0])


def felt_intensity(magnitude_ms: float, along_km: ArrayLike, across_km: ArrayLike) -> Floats:
    """Return the intensity on the scale of instruments at sites by Wang et al. (2000).

    A zone's number is that of the nearest class, so its outer border, where the law gives the
    number itself, lies half a class below it: 7.5 around zone VIII.
    """
    return wang_intensity(magnitude_ms, along_km, across_km) - BORDER


def ms_of_mw(moment_magnitude: float) -> float:
    """Return the surface-wave magnitude of a moment magnitude in China, as OpenQuake's yu_2013."""
    if moment_magnitude < 6.58:
        return (moment_magnitude - 0.59) / 0.86
    return (moment_magnitude + 2.42) / 1.28


def mw_of_ms(surface_magnitude: float) -> float:
    """Return the moment magnitude of a surface-wave magnitude: the inverse of `ms_of_mw`.

    Where its two branches leave a gap (6.97 to 7.03) the moment magnitude is 6.58.
    """
    return max(min(0.86 * surface_magnitude + 0.59, 6.58), 1.28 * surface_magnitude - 2.42)
