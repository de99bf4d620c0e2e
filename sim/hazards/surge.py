"""Surge: wind and low pressure lift the sea; the sides of a flood that are ``sea`` rise with it.

A simple model of a straight coast: set-up by a steady wind over a shelf of even depth, whose
momentum balance (d + z)^2 = d^2 + 2 tau F / (rho g) is solved exactly (Dean & Dalrymple 1991),
the inverse barometer, and one tide. No travel time, no Coriolis force, no waves.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from sim.core.words import said
from sim.hazards.base import Surroundings
from sim.hazards.series import Series
from sim.hazards.urban_fire_params import Degrees, Speed_m_per_s
from sim.scenario.base import Amount, HazardParams, Length_m, Level_m, Many, Moment_s, Part, Span_s
from sim.scenario.parameters import catalogued

#: kg/m3, m/s2, hPa
_AIR, _SEA, _G, _STANDARD_HPA = 1.225, 1025.0, 9.80665, 1013.25
_PA_PER_HPA: Final = 100.0
#: drag grows no further above this wind, m/s (Powell et al. 2003, 10.1038/nature01481)
_MOST_DRAG_M_PER_S: Final = 33.0
#: share of the highest surge from which the sea counts as risen
_RISEN_SHARE: Final = 0.5

Hpa = Annotated[float, Field(ge=850, le=1080)]
#: ``[6 h, 25 m/s, 180]``: wind from the south; linear between points
SeaWindPoint = Annotated[tuple[Moment_s, Speed_m_per_s, Degrees], Field(strict=False)]
#: ``[6 h, 980]``: air pressure, hPa
PressurePoint = Annotated[tuple[Moment_s, Hpa], Field(strict=False)]


def drag(wind_m_per_s: float) -> float:
    """Return the drag coefficient of the sea: (0.8 + 0.065 U) 1e-3 (Wu 1982, 10.1029/JC087iC12)."""
    return (0.8 + 0.065 * min(wind_m_per_s, _MOST_DRAG_M_PER_S)) * 1e-3


def wind_setup_m(onshore_m_per_s: float, fetch_m: float, depth_m: float) -> float:
    """Return how far a steady wind lifts (or, offshore, lowers) the sea at the coast."""
    speed = abs(onshore_m_per_s)
    stress_pa = _AIR * drag(speed) * speed * onshore_m_per_s
    square = depth_m**2 + 2.0 * stress_pa * fetch_m / (_SEA * _G)
    return math.sqrt(max(square, 0.0)) - depth_m


def pressure_setup_m(pressure_hpa: float) -> float:
    """Return how far low air pressure lifts the sea (inverse barometer): 1 hPa is 1 cm."""
    return (_STANDARD_HPA - pressure_hpa) * _PA_PER_HPA / (_SEA * _G)


class Tide(Part):
    """One wave of the tide around the still level."""

    amplitude: Length_m = 0.0
    period: Span_s = catalogued("chains.tide_period")
    high_at: Moment_s = 0.0


class SurgeParams(HazardParams):
    """A storm over the sea.

    Attributes
    ----------
    still_level : float
        The sea without storm and tide, above the map's zero, m.
    wind, pressure : tuples of points
        Linear between them; without any it is calm, and 1013.25 hPa.
    sea_bearing_deg : float
        Direction of the open sea, from the coast: wind from there lifts most.
    fetch, depth : float
        Length of the shelf and its mean depth, m.
    """

    kind: Literal["surge"]
    still_level: Level_m = 0.0
    tide: Tide = Field(default_factory=Tide)
    wind: Many[SeaWindPoint] = ()
    pressure: Many[PressurePoint] = ()
    sea_bearing_deg: Degrees
    fetch: Annotated[float, Amount("length"), Field(gt=0)]
    depth: Annotated[float, Amount("length"), Field(gt=0)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for points in (self.wind, self.pressure):
            times = [point[0] for point in points]
            if any(late <= early for early, late in itertools.pairwise(times)):
                raise ValueError(said("flood.times_rise"))
        return self


class Surge:
    """Writes the level of the sea.

    Attributes
    ----------
    cause : int
        The sea's rise; -1 before.
    """

    kind: ClassVar[str] = "surge"
    Params: ClassVar[type[SurgeParams]] = SurgeParams
    reads: ClassVar[tuple[str, ...]] = ()
    writes: ClassVar[tuple[str, ...]] = ("sea_level_m",)
    example: ClassVar[Mapping[str, Any]] = {
        "id": "typhoon",
        "kind": "surge",
        "wind": [["0 h", "10 m/s", 180], ["5 min", "30 m/s", 180], ["10 min", "15 m/s", 180]],
        "pressure": [["0 h", 1000], ["5 min", 970]],
        "sea_bearing_deg": 180,
        "fetch": "60 km",
        "depth": "15 m",
    }

    def __init__(self, params: SurgeParams, around: Surroundings) -> None:
        self.params = params
        self.cause = -1
        self._around = around
        times = [at for at, *_ in params.wind] or [0.0]
        onshore = [self._onshore(speed, comes) for _, speed, comes in params.wind] or [0.0]
        self._wind = Series(times, onshore)
        pressure = params.pressure or ((0.0, _STANDARD_HPA),)
        self._pressure = Series(*zip(*pressure, strict=True))
        self._breaks = sorted({*times, *(at for at, _ in pressure)})
        self._highest_m = max(self.surge_m(at) for at in self._breaks)
        self._peak_s = max(self._breaks, key=self.surge_m)
        self._peaked = False
        self._now_s = 0.0
        self._write()

    def surge_m(self, at_s: float) -> float:
        """Return what wind and pressure add to the still level."""
        setup = wind_setup_m(self._wind.at(at_s), self.params.fetch, self.params.depth)
        return setup + pressure_setup_m(self._pressure.at(at_s))

    def level_m(self, at_s: float) -> float:
        """Return the level of the sea: still level, tide and surge."""
        tide = self.params.tide
        phase = 2.0 * math.pi * (at_s - tide.high_at) / tide.period
        return self.params.still_level + tide.amplitude * math.cos(phase) + self.surge_m(at_s)

    def advance(self, to_s: float) -> None:
        """Write the level at ``to_s``; log its rise and its peak."""
        self._now_s = to_s
        self._write()
        surge_m, log = self.surge_m(to_s), self._around.log
        facts: dict[str, Any] = {
            "surge_m": round(surge_m, 2),
            "level_m": round(self.level_m(to_s), 2),
        }
        if self.cause < 0 and surge_m > 0.0 and surge_m >= _RISEN_SHARE * self._highest_m:
            self.cause = log.add(to_s, "sea_rose", self.params.id, **facts)
        if self.cause >= 0 and not self._peaked and to_s >= self._peak_s:
            self._peaked = True
            log.add(to_s, "sea_peaked", self.params.id, cause=self.cause, **facts)

    def report(self) -> Mapping[str, float]:
        """Return the level of the sea and the surge in it now, m."""
        return {"sea_level_m": self.level_m(self._now_s), "surge_m": self.surge_m(self._now_s)}

    def _onshore(self, speed_m_per_s: float, comes_from_deg: float) -> float:
        return speed_m_per_s * math.cos(math.radians(comes_from_deg - self.params.sea_bearing_deg))

    def _write(self) -> None:
        shape = self._around.world.grid.shape
        level = np.full(shape, self.level_m(self._now_s), np.float32)
        self._around.fields.write("sea_level_m", level)
