"""How fires begin: stated by a scenario, by chance on any day, by the shaking of the ground."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.core.rng import Streams
from sim.scenario.parameters import parameter

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Branch = Literal["low", "high"]

_G_M_PER_S2: Final = 9.80665
_S_PER_YEAR: Final = 365.25 * 86400.0
_M2_PER_MILLION: Final = 1e-6
_SQUARE_FEET_PER_M2: Final = 10.7639104
#: where the parabola of Ren and Xie has its top; stronger shaking starts no fewer fires
_REN_XIE_TOP_G: Final = 1.34534 / (2 * 0.8476)


def hazus_fires_per_m2(pga_g: Floats) -> Floats:
    """Return fires a square metre of floor after an earthquake: SPA Risk (2009) for HAZUS.

    0.581895 PGA^2 - 0.029444 PGA a million square feet, from 238 points of 7 US events; at least 0.
    """
    per_million_ft2 = 0.581895 * pga_g**2 - 0.029444 * pga_g
    return np.maximum(per_million_ft2, 0.0) * _SQUARE_FEET_PER_M2 * _M2_PER_MILLION


def ren_xie_fires_per_m2(pga_g: Floats) -> Floats:
    """Return fires a square metre of floor after an earthquake: Ren and Xie (2004), China.

    -0.11749 + 1.34534 PGA - 0.8476 PGA^2 per 100,000 m2, at least 0, level beyond its top at
    0.79 g.
    """
    capped = np.minimum(pga_g, _REN_XIE_TOP_G)
    per_100_000_m2 = -0.11749 + 1.34534 * capped - 0.8476 * capped**2
    return np.maximum(per_100_000_m2, 0.0) * 1e-5


def fires_per_m2(pga_m_per_s2: Floats, branch: Branch) -> Floats:
    """Return fires a square metre of floor, by the low (HAZUS) or high (Ren and Xie) branch."""
    pga_g = np.asarray(pga_m_per_s2, dtype=np.float64) / _G_M_PER_S2
    return hazus_fires_per_m2(pga_g) if branch == "low" else ren_xie_fires_per_m2(pga_g)


@dataclass(order=True)
class Spark:
    """A fire to come.

    Attributes
    ----------
    at_s : float
    building : int
    how : str
        ``"declared"``, ``"accident"``, ``"shaking"``, ``"brand"``, ``"wildfire"``.
    cause : int
        Event that brings it about; -1 for none.
    name : str
        Id in the scenario, if it has one.
    """

    at_s: float
    building: int
    how: str = field(compare=False)
    cause: int = field(default=-1, compare=False)
    name: str = field(default="", compare=False)


class Sparks:
    """Fires to come, soonest first."""

    def __init__(self) -> None:
        self._waiting: list[Spark] = []

    def add(self, spark: Spark) -> None:
        """Add one."""
        heapq.heappush(self._waiting, spark)

    def until(self, to_s: float) -> Iterator[Spark]:
        """Take out those due by a time, in order."""
        while self._waiting and self._waiting[0].at_s <= to_s:
            yield heapq.heappop(self._waiting)


def accidents(
    floor_m2: Floats, per_million_m2_a: float, streams: Streams, *, within_s: float = _S_PER_YEAR
) -> Iterator[Spark]:
    """Yield the first fire by chance of each building that has one in time, a year by default.

    Fires are Poisson in time with a rate that grows with the floor: the wait for the first is
    exponential.
    """
    rate_per_s = per_million_m2_a * _M2_PER_MILLION * floor_m2 / _S_PER_YEAR
    wait = -np.log1p(-streams.page("urban_fire.accident", 0, len(floor_m2)))
    for row in np.flatnonzero(wait < rate_per_s * within_s).tolist():
        yield Spark(float(wait[row] / rate_per_s[row]), row, "accident")


class Shaking:
    """Fires that earthquakes start: each building has a threshold of its own, fixed by chance.

    A building catches when the number of fires expected in it first exceeds its threshold, an
    exponential draw. So stronger shaking starts the same fires and more, and an aftershock only
    adds those that its stronger shaking calls for.

    Parameters
    ----------
    floor_m2 : (n,) float64
    branch : str
    stove_factor : float
        Open stoves in winter multiply fires by this.
    streams : Streams
    """

    def __init__(
        self, floor_m2: Floats, branch: Branch, stove_factor: float, streams: Streams
    ) -> None:
        self._floor_m2, self._branch, self._stoves = floor_m2, branch, stove_factor
        n = len(floor_m2)
        self._threshold = -np.log1p(-streams.page("urban_fire.shaking", 0, n))
        self._peak_m_per_s2 = np.zeros(n)
        self._lit = np.zeros(n, dtype=np.bool_)
        at_once = (
            streams.page("urban_fire.at_once", 0, n) < parameter("urban_fire.quake_at_once").si
        )
        later_s = -np.log1p(-streams.page("urban_fire.delay", 0, n))
        self._delay_s = np.where(at_once, 0.0, later_s * parameter("urban_fire.quake_delay").si)

    def felt(self, pga_m_per_s2: Floats, now_s: float, cause: int) -> Iterator[Spark]:
        """Yield the fires that this shaking starts, at once or later.

        Parameters
        ----------
        pga_m_per_s2 : (n,) float64
            At each building.
        cause : int
            Event of the earthquake.
        """
        if not (pga_m_per_s2 > self._peak_m_per_s2).any():
            return
        self._peak_m_per_s2 = np.maximum(self._peak_m_per_s2, pga_m_per_s2)
        expected = fires_per_m2(self._peak_m_per_s2, self._branch) * self._floor_m2 * self._stoves
        new = (expected > self._threshold) & ~self._lit
        self._lit |= new
        for row in np.flatnonzero(new).tolist():
            yield Spark(now_s + float(self._delay_s[row]), row, "shaking", cause)
