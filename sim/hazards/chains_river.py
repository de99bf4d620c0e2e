"""Storm to river: rain on a catchment above the map comes down its river as a flood wave.

A simple model: runoff by the curve number of the Soil Conservation Service, routed by its
dimensionless unit hydrograph (NRCS, National Engineering Handbook, part 630, chapters 10 and 16).
The rain is that on the map, so it suits catchments that the same storm covers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

import numpy as np
from pydantic import Field

from sim.hazards.base import Surroundings
from sim.hazards.chains import Floats, Pouring
from sim.hazards.flood_site import entry_cells
from sim.scenario.base import Amount, Flow_m3_per_s, HazardParams, Id, Names, Share, Span_s, Spot
from sim.scenario.parameters import catalogued

_MM_PER_M: Final = 1000.0
_FEET_PER_M: Final = 1.0 / 0.3048
_S_PER_H: Final = 3600.0
#: t/Tp and q/qp: NEH 630, table 16-1
_TIMES: Final = np.array([
    0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2, 2.2,
    2.4, 2.6, 2.8, 3, 3.2, 3.4, 3.6, 3.8, 4, 4.5, 5,
])  # fmt: skip
_FLOWS: Final = np.array([
    0, .03, .1, .19, .31, .47, .66, .82, .93, .99, 1, .99, .93, .86, .78, .68, .56, .46, .39, .33,
    .28, .207, .147, .107, .077, .055, .04, .029, .021, .015, .011, .005, 0,
])  # fmt: skip
_MASSES: Final = np.concatenate(
    ([0.0], np.cumsum(0.5 * (_FLOWS[1:] + _FLOWS[:-1]) * np.diff(_TIMES)))
)


def runoff_m(rain_m: float | Floats, curve_number: float) -> Floats:
    """Return the runoff of a storm's rain so far: (P - 0.2 S)^2 / (P + 0.8 S)."""
    keeps_m = (25400.0 / curve_number - 254.0) / _MM_PER_M
    over_m = np.maximum(np.asarray(rain_m, np.float64) - 0.2 * keeps_m, 0.0)
    return np.asarray(over_m**2 / np.maximum(over_m + keeps_m, 1e-12))


def lag_s(length_m: float, slope: float, curve_number: float) -> float:
    """Return a catchment's lag: L^0.8 (S + 1)^0.7 / (1900 Y^0.5), in feet, inches, % and hours."""
    keeps_inch = 1000.0 / curve_number - 10.0
    hours = (length_m * _FEET_PER_M) ** 0.8 * (keeps_inch + 1.0) ** 0.7
    return float(_S_PER_H * hours / (1900.0 * (100.0 * slope) ** 0.5))


def arrived_share(since_s: Floats, peak_s: float) -> Floats:
    """Return the share of a unit of runoff that has come down by a time since it fell."""
    return np.asarray(np.interp(since_s / peak_s, _TIMES, _MASSES) / _MASSES[-1])


class RiverRiseParams(HazardParams):
    """A catchment above the map.

    Attributes
    ----------
    at, river : Spot, str
        Where its river comes onto the map.
    area : float
        m2.
    curve_number : float
        Of soil and land cover: 30 (open sand, woods) to 98 (paved).
    lag : float or None
        From the middle of the rain to the peak, s; None takes it from ``length`` and ``slope``.
    length, slope : float
        Longest way of the water, m; mean slope of the land, m/m.
    rain_share : float
        Rain on the catchment as a share of that on the map.
    base_flow : float
        What the river carries anyway, m3/s.
    """

    ONE_OF: ClassVar = ("at", "river")

    kind: Literal["river_rise"]
    at: Spot | None = None
    river: Annotated[Id, Names("river")] | None = None
    area: Annotated[float, Amount("area"), Field(gt=0)]
    curve_number: Annotated[float, Field(ge=30, le=98)] = catalogued("chains.curve_number")
    lag: Span_s | None = None
    length: Annotated[float, Amount("length"), Field(gt=0)] = catalogued("chains.catchment_length")
    slope: Annotated[float, Field(gt=0, le=1)] = catalogued("chains.catchment_slope")
    rain_share: Share = 1.0
    base_flow: Flow_m3_per_s = 0.0


class RiverRise:
    """Turns the rain so far into a river's flow.

    Attributes
    ----------
    cause : int
        The rise of the river; -1 before.
    """

    kind: ClassVar[str] = "river_rise"
    Params: ClassVar[type[RiverRiseParams]] = RiverRiseParams
    reads: ClassVar[tuple[str, ...]] = ("elevation_m", "rain_m_per_s")
    writes: ClassVar[tuple[str, ...]] = ("poured_m_per_s",)
    example: ClassVar[Mapping[str, Any]] = {
        "id": "upland",
        "kind": "river_rise",
        "at": {"x_m": 105.0, "y_m": 105.0},
        "area": "0.1 km2",
        "lag": "5 min",
        "base_flow": "0.1 m3/s",
    }

    def __init__(self, params: RiverRiseParams, around: Surroundings) -> None:
        self.params = params
        self.cause = -1
        self._around = around
        ground_m = around.world.layers["elevation_m"].astype(np.float64)
        cells = entry_cells(params.id, params.at, params.river, around.world, ground_m)
        self._pouring = Pouring(around.fields, cells)
        self._look = (cells[:1], params.rain_share)
        stated = params.lag
        self.lag_s = (
            lag_s(params.length, params.slope, params.curve_number) if stated is None else stated
        )
        self._fell_s: list[float] = []
        self._runoff_m: list[float] = []
        self._rain_m = self._now_s = 0.0
        self._flow_m3_per_s = params.base_flow

    def advance(self, to_s: float) -> None:
        """Add this tick's runoff, and pour what comes down in it."""
        step_s = to_s - self._now_s
        self._take_rain(to_s, step_s)
        fell_s, runoff = np.array(self._fell_s), np.array(self._runoff_m)
        peak_s = 0.5 * step_s + self.lag_s
        now, before = (arrived_share(at_s - fell_s, peak_s) for at_s in (to_s, self._now_s))
        wave = float(runoff @ (now - before)) * self.params.area / step_s
        self._flow_m3_per_s = self.params.base_flow + wave
        self._pouring.pour(self._flow_m3_per_s)
        self._tell(to_s, wave)
        self._now_s = to_s

    def report(self) -> Mapping[str, float]:
        """Return the river's flow now, and the runoff so far (m3)."""
        return {
            "river_flow_m3_per_s": self._flow_m3_per_s,
            "runoff_m3": float(sum(self._runoff_m)) * self.params.area,
        }

    def _take_rain(self, to_s: float, step_s: float) -> None:
        rain = self._around.fields.get("rain_m_per_s")
        if rain is None:
            return
        cells, share = self._look
        before_m = float(runoff_m(self._rain_m, self.params.curve_number))
        self._rain_m += float(rain.reshape(-1)[cells[0]]) * share * step_s
        more_m = float(runoff_m(self._rain_m, self.params.curve_number)) - before_m
        if more_m > 0.0:
            self._fell_s.append(to_s - step_s)
            self._runoff_m.append(more_m)

    def _tell(self, to_s: float, wave_m3_per_s: float) -> None:
        if self.cause < 0 and wave_m3_per_s > max(0.01 * self.params.base_flow, 1e-3):
            self.cause = self._around.log.add(
                to_s, "inflow_rose", self.params.id,
                cause=self._around.log.newest(("rain_started",)),
                from_m3_per_s=round(self.params.base_flow, 3),
            )  # fmt: skip
