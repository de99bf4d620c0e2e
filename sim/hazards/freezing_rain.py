"""Freezing rain: ice loads lines and makes roads slow, until it thaws.

Ice on lines by the simple model of Jones (1998, CRREL; 10.1016/S0165-232X): what falls on a
horizontal cylinder and what wind blows against it freezes there, evenly around it. A simple model:
all of it freezes below 0 deg C, and thaw is a degree-hour factor.
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
from sim.hazards.chains import Floats
from sim.hazards.urban_fire_params import Speed_m_per_s
from sim.scenario.base import HazardParams, Length_m, Moment_s, Positive, Rate_m_per_s, Share
from sim.scenario.parameters import catalogued
from sim.world.zoning import edge_middles_m

_MM_PER_H: Final = 3.6e6
_MM_PER_M: Final = 1000.0
_S_PER_H: Final = 3600.0
#: densities of ice and water, g/cm3
_ICE, _WATER = 0.9, 1.0
#: fall of the air's temperature with height, K/m (ICAO standard atmosphere)
_LAPSE_K_PER_M: Final = 0.0065
#: steps of height by which ice is followed, m: 0.0065 K
_STEP_M: Final = 1.0

Temperature_c = Annotated[float, Field(ge=-60, le=50)]
#: ``[2 h, 1.5 mm/h, 4 m/s, -1]``: from then on rain, wind and air temperature (deg C)
WeatherPoint = Annotated[
    tuple[Moment_s, Rate_m_per_s, Speed_m_per_s, Temperature_c], Field(strict=False)
]


def ice_mm_per_h(rain_mm_per_h: float, wind_m_per_s: float) -> float:
    """Return how fast ice on a line thickens: Jones (1998), drops in the air by Best (1949).

    (1 / (rho_i pi)) sqrt((P rho_w)^2 + (3.6 V W)^2), W = 0.067 P^0.846 g/m3: drops that fall at 4.1
    m/s in 1 mm/h of rain and at 5.9 m/s in 10.
    """
    drops_g_per_m3 = 0.067 * rain_mm_per_h**0.846
    falls, blows = rain_mm_per_h * _WATER, 3.6 * wind_m_per_s * drops_g_per_m3
    return math.hypot(falls, blows) / (_ICE * math.pi)


class FreezingRainParams(HazardParams):
    """Weather, and what ice does to traffic.

    Attributes
    ----------
    weather : tuple of WeatherPoint
        Each holds until the next; the last one on. Temperature is that at the map's mean height.
    icy_from : float
        Ice on a road from which it is slippery, m.
    pace : float
        Share of their speed that vehicles keep on ice.
    thaw : float
        Ice that melts, mm an hour and kelvin above 0 deg C.
    """

    kind: Literal["freezing_rain"]
    weather: Annotated[tuple[WeatherPoint, ...], Field(strict=False, min_length=1)]
    icy_from: Length_m = catalogued("ice.icy_from")
    pace: Share = catalogued("ice.pace")
    thaw: Positive = catalogued("ice.thaw")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        times = [point[0] for point in self.weather]
        if any(late <= early for early, late in itertools.pairwise(times)):
            raise ValueError(said("flood.times_rise"))
        return self


class FreezingRain:
    """Lets ice grow and melt, higher ground first and last.

    Attributes
    ----------
    cause : int
        The first ice; -1 before.
    """

    kind: ClassVar[str] = "freezing_rain"
    Params: ClassVar[type[FreezingRainParams]] = FreezingRainParams
    reads: ClassVar[tuple[str, ...]] = ("elevation_m",)
    writes: ClassVar[tuple[str, ...]] = ("ice_m", "max_ice_m", "road_pace")
    example: ClassVar[Mapping[str, Any]] = {
        "id": "ice-storm",
        "kind": "freezing_rain",
        "weather": [["0 h", "2 mm/h", "5 m/s", -2.0], ["6 min", "0 mm/h", "3 m/s", 3.0]],
    }

    def __init__(self, params: FreezingRainParams, around: Surroundings) -> None:
        self.params = params
        self.cause = -1
        self._around = around
        ground_m = around.world.layers["elevation_m"]
        above_m = ground_m - ground_m.mean(dtype=np.float64)
        # ice depends on height alone: it is followed by steps of a metre, not by cells
        steps, place = np.unique(np.rint(above_m / _STEP_M).astype(np.int32), return_inverse=True)
        self._place = np.asarray(place.reshape(around.world.grid.shape), np.int64)
        self._colder_k = _LAPSE_K_PER_M * _STEP_M * steps
        self._ice_m, self._road_ice_m, self._max_ice_m = np.zeros((3, len(steps)))
        cells = around.world.grid.cell_of(*edge_middles_m(around.world))
        self._at_roads = self._place.reshape(-1)[np.maximum(np.asarray(cells, np.int64), 0)]
        self._pace = around.states["road_pace"]
        self._was_icy = False
        self._now_s = 0.0
        self._write()

    def advance(self, to_s: float) -> None:
        """Let the weather of each part of the tick act, then look at roads."""
        edges = [point[0] for point in self.params.weather if self._now_s < point[0] < to_s]
        for from_s, until_s in itertools.pairwise((self._now_s, *edges, to_s)):
            self._weather(from_s, (until_s - from_s) / _S_PER_H)
        self._now_s = to_s
        icy = bool(self._ice_m.any())
        if icy or self._was_icy:
            np.maximum(self._max_ice_m, self._ice_m, out=self._max_ice_m)
            self._write()
            slow = (self._road_ice_m >= self.params.icy_from)[self._at_roads]
            self._pace[:] = np.where(slow, self.params.pace, 1.0)
        self._tell(to_s, icy=icy)

    def report(self) -> Mapping[str, float]:
        """Return the thickest ice on lines (mm) and how many road edges are slippery."""
        return {
            "ice_max_mm": float(self._ice_m.max()) * _MM_PER_M,
            "icy_edges": float(np.count_nonzero(self._pace < 1.0)),
        }

    def _write(self) -> None:
        for name, values in (("ice_m", self._ice_m), ("max_ice_m", self._max_ice_m)):
            self._around.fields.write(name, values.astype(np.float32)[self._place])

    def _weather(self, at_s: float, hours: float) -> None:
        now = [point for point in self.params.weather if point[0] <= at_s]
        if not now:
            return
        _, rain_m_per_s, wind, at_mean_c = now[-1]
        rain = rain_m_per_s * _MM_PER_H
        air_c = at_mean_c - self._colder_k
        grows: Floats = np.where(air_c <= 0.0, hours / _MM_PER_M, 0.0)
        melts = self.params.thaw * np.maximum(air_c, 0.0) * hours / _MM_PER_M
        for ice_m, rate in (
            (self._ice_m, ice_mm_per_h(rain, wind)),
            (self._road_ice_m, rain * _WATER / _ICE),
        ):
            np.maximum(ice_m + (rate * grows - melts), 0.0, out=ice_m)

    def _tell(self, to_s: float, *, icy: bool) -> None:
        if icy and not self._was_icy:
            self.cause = self._around.log.add(to_s, "ice_formed", self.params.id)
        if self._was_icy and not icy:
            self._around.log.add(to_s, "ice_gone", self.params.id, cause=self.cause)
        self._was_icy = icy
