"""Design storms: a city's intensity formula, spread over time by the Chicago method.

Chinese cities publish ``q = 167 A1 (1 + C lg P) / (t + b)^n``: the mean intensity, in litres a
second and hectare, of the worst ``t`` minutes of a storm that returns every ``P`` years.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.scenario.parameters import parameter

#: cities whose formula is in the parameter catalogue, topic ``rain``
FORMULAS: Final = ("shenyang", "anshan", "dalian", "jilin")

_M_PER_S_IN_L_PER_S_HA: Final = 1e-3 / 1e4
_L_PER_S_HA_IN_MM_PER_MIN: Final = 167.0  # the rounded 1000/6 that the published formulas use


class Hyetograph(NamedTuple):
    """Rain that is constant between points in time.

    Attributes
    ----------
    times_s : (n,) float
        Rising; before the first and after the last it does not rain.
    rates_m_per_s : (n,) float
        ``rates_m_per_s[i]`` falls from ``times_s[i]`` to ``times_s[i + 1]``; the last is 0.
    """

    times_s: NDArray[np.float64]
    rates_m_per_s: NDArray[np.float64]

    def depth_m(self, to_s: float) -> float:
        """Return what has fallen up to a time."""
        spans_s = np.diff(np.minimum(self.times_s, to_s))
        return float(spans_s @ self.rates_m_per_s[:-1])


@dataclass(frozen=True)
class StormFormula:
    """A city's rainstorm intensity formula, ``q = intensity (1 + C lg P) / (t + b)^n``.

    Attributes
    ----------
    intensity_l_per_s_ha : float
        ``167 A1``.
    return_factor : float
        ``C``.
    lag_min : float
        ``b``.
    exponent : float
        ``n``.
    """

    intensity_l_per_s_ha: float
    return_factor: float
    lag_min: float
    exponent: float

    @classmethod
    def of_millimetres(
        cls, a1_mm_per_min: float, return_factor: float, lag_min: float, exponent: float
    ) -> StormFormula:
        """Build from the form ``i = A1 (1 + C lg P) / (t + b)^n`` in mm/min."""
        return cls(a1_mm_per_min * _L_PER_S_HA_IN_MM_PER_MIN, return_factor, lag_min, exponent)

    @classmethod
    def named(cls, city: str) -> StormFormula:
        """Return a city's formula from the parameter catalogue; `FORMULAS` lists them."""
        return cls(
            *(
                parameter(f"rain.{city}_{part}").value
                for part in ("intensity_l_per_s_ha", "return_factor", "lag_min", "exponent")
            )
        )

    def depth_m(
        self, duration_s: NDArray[np.float64] | float, return_period_years: float
    ) -> NDArray[np.float64]:
        """Return the depth of the worst `duration_s` of a storm."""
        lag_s = self.lag_min * 60
        per_minutes_m_per_s = (
            self.intensity_l_per_s_ha
            * _M_PER_S_IN_L_PER_S_HA
            * (1 + self.return_factor * math.log10(return_period_years))
        )
        return np.asarray(
            per_minutes_m_per_s * duration_s / ((duration_s + lag_s) / 60) ** self.exponent
        )


def chicago_storm(
    formula: StormFormula,
    *,
    return_period_years: float,
    duration_s: float,
    peak_share: float,
    interval_s: float,
    begins_s: float = 0.0,
) -> Hyetograph:
    """Return the storm every part of which around its peak has the formula's depth.

    Keifer & Chu (1957), "Synthetic storm pattern for drainage design", J. Hydraul. Div. ASCE
    83(HY4). Each interval carries the mean rate over it, from the difference of the cumulative
    curve: the whole storm has the formula's depth exactly, whatever the interval.

    Parameters
    ----------
    formula : StormFormula
    return_period_years : float
    duration_s : float
    peak_share : float
        Share of the duration before the peak (``r``), 0..1.
    interval_s : float
        Length of a bar; the last one may be shorter.
    begins_s : float
        When the first drop falls.
    """
    n_bars = math.ceil(duration_s / interval_s - 1e-9)
    edges_s = np.minimum(np.arange(n_bars + 1) * interval_s, duration_s)
    from_peak_s = edges_s - peak_share * duration_s
    side = np.where(from_peak_s < 0, peak_share, 1 - peak_share)
    # an edge at the peak itself has no distance to scale, whatever its side's share
    stretched_s = np.abs(from_peak_s) / np.where(side > 0, side, 1.0)
    fallen_m = np.sign(from_peak_s) * side * formula.depth_m(stretched_s, return_period_years)
    rates_m_per_s = np.append(np.diff(fallen_m) / np.diff(edges_s), 0.0)
    return Hyetograph(begins_s + edges_s, rates_m_per_s)


def hyetograph(points: Sequence[tuple[float, float]]) -> Hyetograph:
    """Return rain from points ``(time_s, rate_m_per_s)``; a rate holds until the next point.

    Raises
    ------
    ValueError
        When times do not rise, a rate is negative, or the last rate is not 0.
    """
    times_s, rates_m_per_s = np.asarray(points, dtype=np.float64).reshape(-1, 2).T
    if len(times_s) < 2 or (np.diff(times_s) <= 0).any():
        raise ValueError(f"times(={times_s.tolist()} s) must be two or more that rise")
    if (rates_m_per_s < 0).any():
        raise ValueError(f"rate(={rates_m_per_s.min()} m/s) must be >= 0")
    if rates_m_per_s[-1] != 0:
        raise ValueError(f"last rate(={rates_m_per_s[-1]} m/s) must be 0: say when the rain ends")
    return Hyetograph(times_s, rates_m_per_s)
