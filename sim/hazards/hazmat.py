"""Hazmat: a tanker or a plant lets a poisonous gas go; the wind carries it over the map.

A simple model: a steady Gaussian plume of neutral density behind a front that moves with the wind
(`sim.hazards.hazmat_plume`). Gases heavier than air (chlorine, cold ammonia) hug the ground: near
the source they are stronger, and reach further upwind, than this says.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from sim.core.words import said
from sim.hazards.base import SHOCKS, Surroundings
from sim.hazards.chains import Floats, Spread, cell_at, strengths
from sim.hazards.hazmat_plume import Stability, Substance, Terrain, concentration_kg_per_m3
from sim.hazards.urban_fire_params import WindPoint
from sim.scenario.base import Amount, HazardParams, Length_m, Moment_s, Positive, Some, Span_s, Spot
from sim.scenario.parameters import catalogued, parameter
from sim.world.layers import GASES

Gas = Literal[
    "ammonia", "chlorine", "hydrogen_sulfide", "sulfur_dioxide", "hydrogen_fluoride",
    "hydrogen_chloride",
]  # fmt: skip
_KG_PER_MG: Final = 1e-6


def substance(name: str) -> Substance:
    """Return a gas from the parameter catalogue, topic ``hazmat``."""
    one, two, three = (parameter(f"hazmat.{name}_aegl{k}").value for k in (1, 2, 3))
    return Substance(parameter(f"hazmat.{name}_molar_mass").value, (one, two, three))


class HazmatParams(HazardParams):
    """A release.

    Attributes
    ----------
    at : Spot
    mass, lasts : float
        What escapes, kg, evenly over a time, s.
    height : float
        Above the ground, m.
    time, shaking : float, bool
        It begins at a time, or when shaking is too strong for the plant.
    median_pga, spread : float
        Acceleration at which half of such plants leak, m/s2; spread of its logarithm.
    wind : tuple of WindPoint
        Speed at 10 m and where it comes from; each holds until the next. Calm counts as
        ``hazmat.least_wind``.
    stability : str
        Class of Pasquill: A (sunny, light wind) to F (clear night, light wind).
    terrain : str
        How the plume spreads: by Briggs over ``open`` country or a ``town``, or by the curves of
        Turner's ``workbook`` (Pasquill-Gifford, open country).
    """

    kind: Literal["hazmat"]
    gas: Gas
    at: Spot
    mass: Annotated[float, Amount("mass"), Field(gt=0)]
    lasts: Span_s
    height: Length_m = 0.0
    time: Moment_s | None = None
    shaking: bool = False
    median_pga: Positive = catalogued("hazmat.median_pga")
    spread: Spread = catalogued("hazmat.spread")
    wind: Some[WindPoint]
    stability: Stability = "D"
    terrain: Terrain = "town"

    @model_validator(mode="after")
    def _can_begin(self) -> Self:
        times = [point[0] for point in self.wind]
        if any(late <= early for early, late in itertools.pairwise(times)):
            raise ValueError(said("flood.times_rise"))
        if (self.time is None) is not self.shaking:
            raise ValueError(said("hazmat.never"))
        return self


class Hazmat:
    """Writes the gas in the air, and the worst limit passed so far.

    Attributes
    ----------
    cause : int
        The release; -1 before it.
    """

    kind: ClassVar[str] = "hazmat"
    Params: ClassVar[type[HazmatParams]] = HazmatParams
    reads: ClassVar[tuple[str, ...]] = ("pga_m_per_s2", "leak_plugged")
    writes: ClassVar[tuple[str, ...]] = (
        "gas_kg_per_m3", "gas_kind", "gas_zone", "gas_escapes_kg_per_s",
    )  # fmt: skip
    example: ClassVar[Mapping[str, Any]] = {
        "id": "tanker",
        "kind": "hazmat",
        "gas": "ammonia",
        "at": {"x_m": 55.0, "y_m": 105.0},
        "mass": "2000 kg",
        "lasts": "5 min",
        "time": "2 min",
        "wind": [["0 h", "3 m/s", 270]],
    }

    def __init__(self, params: HazmatParams, around: Surroundings) -> None:
        self.params = params
        self.cause = -1
        self._around = around
        self._cell = cell_at(around.world, params.at, params.id)
        self._limits = substance(params.gas).aegl_kg_per_m3
        self._strength = strengths(
            around.streams, f"hazmat/{params.id}", np.zeros(1, np.int64), params.median_pga,
            params.spread,
        )[0]  # fmt: skip
        self._begins_s = np.inf if params.time is None else params.time
        self._ends_s = self._begins_s + params.lasts
        self._stopped = False
        self._wind: tuple[float, float, float] | None = None
        self._ahead_m = self._plume = np.zeros(around.world.grid.shape)
        self._edges_m = (np.inf, -np.inf)
        self._gas = np.zeros(around.world.grid.shape, np.float32)
        self._zone = np.zeros(around.world.grid.shape, np.uint8)
        kind = np.full(around.world.grid.shape, GASES.index(params.gas), np.uint8)
        around.fields.write("gas_kind", kind)
        self._escape(0.0)
        self._write()

    def advance(self, to_s: float) -> None:
        """Begin when it must; move the plume on."""
        why = self._shock(to_s)
        if self._begins_s > to_s:
            return
        if self.cause < 0:
            self.cause = self._around.log.add(
                to_s, "gas_released", self.params.id, cause=why, at_s=round(self._begins_s, 3),
                gas=self.params.gas, mass_kg=self.params.mass, x_m=round(self.params.at.x_m, 1),
                y_m=round(self.params.at.y_m, 1),
            )  # fmt: skip
            self._escape(self.rate_kg_per_s)
        plugged = self._around.fields.get("leak_plugged")
        why = self.cause
        if plugged is not None and plugged.reshape(-1)[self._cell] and to_s < self._ends_s:
            self._ends_s = to_s
            why = self._around.log.newest(("leak_plugged",))
        if to_s >= self._ends_s and not self._stopped:
            self._stopped = True
            self._escape(0.0)
            self._around.log.add(
                to_s, "gas_stopped", self.params.id, cause=why, at_s=round(self._ends_s, 3),
                escaped_kg=round(self.escaped_kg(to_s), 1),
            )  # fmt: skip
        self._blow(to_s, to_s - self._begins_s, max(to_s - self._ends_s, 0.0))

    @property
    def rate_kg_per_s(self) -> float:
        """What escapes a second while it does."""
        return self.params.mass / self.params.lasts

    def escaped_kg(self, to_s: float) -> float:
        """Return what has escaped by a time, less than all when a team has plugged the leak."""
        return self.rate_kg_per_s * max(0.0, min(to_s, self._ends_s) - self._begins_s)

    def report(self) -> Mapping[str, float]:
        """Return the strongest gas now (mg/m3), and the area in which each limit was passed."""
        area_m2 = self._around.world.grid.cell_area_m2
        passed = np.bincount(self._zone.reshape(-1), minlength=4)[::-1].cumsum()[::-1]
        return {
            "gas_max_mg_per_m3": float(self._gas.max()) / _KG_PER_MG,
            **{f"gas_aegl{k}_m2": float(passed[k]) * area_m2 for k in (1, 2, 3)},
        }

    def _shock(self, to_s: float) -> int:
        """Return the earthquake that opens it now; -1 for none."""
        pga = self._around.fields.get("pga_m_per_s2")
        if not self.params.shaking or pga is None or self._begins_s <= to_s:
            return -1
        if float(pga.reshape(-1)[self._cell]) < self._strength:
            return -1
        self._begins_s, self._ends_s = to_s, to_s + self.params.lasts
        return self._around.log.newest(SHOCKS)

    def _blow(self, to_s: float, since_s: float, ended_s: float) -> None:
        """Show the part of the plume between its front and its end."""
        wind = [point for point in self.params.wind if point[0] <= to_s] or self.params.wind[:1]
        turned = wind[-1] != self._wind
        if turned:
            self._wind = wind[-1]
            self._lay_plume(wind[-1])
        speed = self._speed(wind[-1])
        first_m, last_m = (self._ahead_m.max(), self._ahead_m.max() + 1.0)
        edges = (min(speed * since_s, last_m), min(speed * ended_s, last_m))
        if edges == self._edges_m and not turned:
            return
        self._edges_m = edges
        inside = (self._ahead_m <= edges[0]) & (self._ahead_m >= edges[1])
        self._gas = np.where(inside & (edges[1] <= first_m), self._plume, 0.0).astype(np.float32)
        now = np.searchsorted(self._limits, self._gas, side="right").astype(np.uint8)
        np.maximum(self._zone, now, out=self._zone)
        self._write()

    def _lay_plume(self, wind: tuple[float, float, float]) -> None:
        """Work out the whole steady plume of one wind."""
        grid, params = self._around.world.grid, self.params
        x_m, y_m = grid.centres_m()
        east, north = x_m[None, :] - params.at.x_m, y_m[:, None] - params.at.y_m
        to = np.radians(wind[2] + 180.0)
        self._ahead_m = east * np.sin(to) + north * np.cos(to)
        across_m: Floats = east * np.cos(to) - north * np.sin(to)
        self._plume = concentration_kg_per_m3(
            np.where(self._ahead_m > 0.0, np.maximum(self._ahead_m, 0.5 * grid.cell_m), 0.0),
            across_m, rate_kg_per_s=self.rate_kg_per_s, wind_m_per_s=self._speed(wind),
            stability=params.stability, terrain=params.terrain, height_m=params.height,
        )  # fmt: skip

    def _speed(self, wind: tuple[float, float, float]) -> float:
        return max(wind[1], parameter("hazmat.least_wind").si)

    def _escape(self, rate_kg_per_s: float) -> None:
        """Tell what escapes at the place now."""
        escapes = np.zeros(self._around.world.grid.shape, np.float32)
        escapes.reshape(-1)[self._cell] = rate_kg_per_s
        self._around.fields.write("gas_escapes_kg_per_s", escapes)

    def _write(self) -> None:
        self._around.fields.write("gas_kg_per_m3", self._gas)
        self._around.fields.write("gas_zone", self._zone)
