"""Wildfire: weather and fuel drive a fire over the map; lines, roads and water hold it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.core.sets import distinct
from sim.hazards.base import Surroundings
from sim.hazards.wildfire_crown import crown_flame_length_m
from sim.hazards.wildfire_ground import behaviour_of, fuel_of, kinds_of
from sim.hazards.wildfire_params import WildfireParams
from sim.hazards.wildfire_places import cells_to_light, check_fuels, named, watched
from sim.hazards.wildfire_rothermel import flame_length_m
from sim.hazards.wildfire_smoke import HEAT_J_PER_KG, Smoke
from sim.hazards.wildfire_spread import FireSpread, Spots, Spotting
from sim.scenario.parameters import parameter
from sim.world.layers import LAND_CLASSES

Cells = NDArray[np.int64]


class Wildfire:
    """A surface or crown fire by `FireSpread`, with brands, smoke, and what it comes near.

    Distances are those of the map; slope quickens a fire but does not lengthen its way.

    Attributes
    ----------
    cause : int
        The event that new fire is due to: the newest ignition or spot fire; -1 before any.
    spread : FireSpread
    """

    kind: ClassVar[str] = "wildfire"
    Params: ClassVar[type[WildfireParams]] = WildfireParams
    reads: ClassVar[tuple[str, ...]] = ("elevation_m", "land", "fuel", "fire_line")
    writes: ClassVar[tuple[str, ...]] = (
        "fire_arrival_s",
        "flame_length_m",
        "fireline_w_per_m",
        "smoke_kg_per_m3",
    )
    example: ClassVar[Mapping[str, Any]] = {
        "id": "hill-fire",
        "kind": "wildfire",
        "weather": [
            {"temperature_c": 24.0, "humidity": 0.2, "wind": "8 m/s", "wind_from_deg": 270.0}
        ],
        "ignitions": [{"id": "roadside", "at": {"x_m": 105.0, "y_m": 105.0}, "time": "5 min"}],
        "fuels": {"bare": "GR2"},
    }

    def __init__(self, params: WildfireParams, around: Surroundings) -> None:
        self.params = params
        self.cause = -1
        self._around = around
        world = around.world
        check_fuels(distinct(fuel_of(world, params.fuels)))
        kinds = kinds_of(world, params.fuels)
        behaviour = behaviour_of(params, kinds)
        self._heat_j_per_m2, self._in_crowns = behaviour.heat_j_per_m2, behaviour.in_crowns
        self._ends_s = behaviour.ellipses.ends_s
        self.spread = FireSpread(
            kinds.of_cell,
            world.grid.cell_m,
            behaviour.ellipses,
            spotting=self._spotting(behaviour.lights) if params.spotting else None,
        )
        self._kind = kinds.of_cell.ravel()
        self._to_light = {
            row: cells_to_light(ignition, world, kinds)
            for row, ignition in enumerate(params.ignitions)
        }
        self._names = named(params.ignitions, list(self._to_light.values()), world)
        self._watched = watched(params, world)
        self._started: dict[int, int] = {}
        self._smoke = Smoke(world.grid, params.smoke_lid)
        self._smoke_every_s = parameter("wildfire.smoke_every").si
        self._smoked_s = -np.inf
        self._held = np.zeros(world.grid.shape, np.float32)
        self._burning: list[Cells] = []
        self._burnt_m2 = np.zeros(len(LAND_CLASSES))
        self._spots = 0
        self._last_s = -np.inf
        self._out = False
        self._now_s = 0.0
        self._write_nothing()

    def advance(self, to_s: float) -> None:
        """Burn on to ``to_s``; log what began, with the exact moment as ``at_s``."""
        self._take_lines()
        for row in self._due(to_s):
            self.spread.ignite(self._to_light.pop(row), self.params.ignitions[row].time, row)
        cells = self.spread.advance(to_s)
        new = self._take(cells)
        self._now_s = to_s
        self._tell_starts(to_s)
        self._tell_spots(to_s, self.spread.new_spots())
        self._tell_places(to_s, new)
        self._tell_end(to_s)
        self._blow_smoke(to_s)

    def report(self) -> Mapping[str, float]:
        """Return areas (m2) burnt so far, in all and by class of land, and what burns now."""
        burning = sum(len(cells) for cells in self._burning_cells(self._now_s))
        area_m2 = self._around.world.grid.cell_area_m2
        by_land = {
            f"burnt_{name}_m2": float(self._burnt_m2[code])
            for code, name in enumerate(LAND_CLASSES)
            if name not in ("water", "bare") or self._burnt_m2[code] > 0.0
        }
        return {
            "burnt_m2": float(self._burnt_m2.sum()),
            "burning_m2": burning * area_m2,
            "spot_fires": float(self._spots),
            **by_land,
        }

    # -- the fire -----------------------------------------------------------------------------

    def _spotting(self, lights_per_m2: NDArray[np.float64]) -> Spotting:
        weather = self.params.weather
        return Spotting(
            key=self._around.streams.key(f"brands of {self.params.id}"),
            per_cell=lights_per_m2 * self._around.world.grid.cell_area_m2,
            heat_j_per_m2=self._heat_j_per_m2,
            wind_m_per_s=np.array([hour.wind for hour in weather]),
            to_deg=np.array([hour.wind_from_deg + 180.0 for hour in weather]),
            crosswind=float(parameter("wildfire.brand_crosswind").value),
            delay_s=self.params.brand_delay,
        )

    def _due(self, to_s: float) -> list[int]:
        ignitions = self.params.ignitions
        due = [row for row in self._to_light if ignitions[row].time <= to_s]
        return sorted(due, key=lambda row: (ignitions[row].time, row))

    def _take_lines(self) -> None:
        lines = self._around.fields.get("fire_line")
        if lines is None:
            return
        changed = np.flatnonzero(lines > self._held)
        if len(changed):
            self.spread.hold(changed, lines.ravel()[changed])
            self._held.ravel()[changed] = lines.ravel()[changed]

    def _take(self, cells: Cells) -> Cells:
        """Write the layers of cells that burnt; return those that did for the first time."""
        ground, fields = self.spread.ground, self._around.fields
        framed = self.spread.framed(cells)
        arrive_s = ground.arrive_s[framed]
        shown_s = fields["fire_arrival_s"].ravel()
        new = distinct(cells[np.isinf(shown_s[cells])])
        window = np.searchsorted(self._ends_s, arrive_s, side="right")
        fireline = self._heat_j_per_m2[window, self._kind[cells]] * ground.pace_m_per_s[framed]
        shown_s[cells] = arrive_s
        fields["fireline_w_per_m"].ravel()[cells] = fireline
        fields["flame_length_m"].ravel()[cells] = np.where(
            self._in_crowns[window, self._kind[cells]],
            crown_flame_length_m(fireline),
            flame_length_m(fireline),
        )
        if len(new):
            land = self._around.world.layers["land"].ravel()[new]
            area_m2 = self._around.world.grid.cell_area_m2
            self._burnt_m2 += np.bincount(land, minlength=len(LAND_CLASSES)) * area_m2
            self._burning.append(new)
            self._last_s = float(shown_s[new].max())
        return new

    def _burning_cells(self, now_s: float) -> list[Cells]:
        """Return the cells in flames, and forget those that have burnt out."""
        arrival_s = self._around.fields["fire_arrival_s"].ravel()
        alight = [cells[arrival_s[cells] > now_s - self.params.flaming] for cells in self._burning]
        self._burning = [cells for cells in alight if len(cells)]
        return self._burning

    def _blow_smoke(self, to_s: float) -> None:
        if to_s - self._smoked_s < self._smoke_every_s and to_s > 0.0:
            return
        self._smoked_s = to_s
        cells = np.concatenate([*self._burning_cells(to_s), np.zeros(0, np.int64)])
        window = int(np.searchsorted(self._ends_s, to_s, side="right"))
        burnt_kg_per_m2 = self._heat_j_per_m2[window, self._kind[cells]] / HEAT_J_PER_KG
        smoke = parameter("wildfire.smoke_per_fuel").value / 1000.0
        smoke *= float(parameter("wildfire.smoke_low_share").value)
        area_m2 = self._around.world.grid.cell_area_m2
        weather = self.params.weather[window]
        self._around.fields.write(
            "smoke_kg_per_m3",
            self._smoke.kg_per_m3(
                cells,
                burnt_kg_per_m2 * smoke * area_m2 / self.params.flaming,
                weather.wind,
                weather.wind_from_deg + 180.0,
            ),
        )

    def _write_nothing(self) -> None:
        shape, fields = self._around.world.grid.shape, self._around.fields
        fields.write("fire_arrival_s", np.full(shape, np.inf, np.float32))
        for name in ("flame_length_m", "fireline_w_per_m", "smoke_kg_per_m3"):
            fields.write(name, np.zeros(shape, np.float32))

    # -- what began ---------------------------------------------------------------------------

    def _tell_starts(self, to_s: float) -> None:
        for row, ignition in enumerate(self.params.ignitions):
            if ignition.time <= to_s and row not in self._started:
                self.cause = self._started[row] = self._around.log.add(
                    to_s, "fire_started", self._names[row], at_s=round(ignition.time, 3),
                    ignition=ignition.id,
                )  # fmt: skip

    def _tell_spots(self, to_s: float, spots: Spots) -> None:
        self._spots += len(spots.cells)
        for row in sorted(set(self._origins(spots.cells).tolist())):
            here = self._origins(spots.cells) == row
            far_m = self._apart_m(spots.cells[here], spots.sources[here])
            self.cause = self._around.log.add(
                to_s,
                "fire_spotted",
                self._names[row],
                cause=self._started[row],
                spots=int(here.sum()),
                distance_m=round(float(far_m.max()), 1),
                at_s=round(float(spots.times_s[here].min()), 3),
            )

    def _origins(self, cells: Cells) -> NDArray[np.int32]:
        return self.spread.ground.origin[self.spread.framed(cells)]

    def _apart_m(self, cells: Cells, others: Cells) -> NDArray[np.float64]:
        grid = self._around.world.grid
        rows, columns = (
            a - b
            for a, b in zip(np.divmod(cells, grid.nx), np.divmod(others, grid.nx), strict=True)
        )
        return np.asarray(np.hypot(rows, columns) * grid.cell_m)

    def _tell_places(self, to_s: float, new: Cells) -> None:
        if len(new) == 0:
            return
        arrival_s = self._around.fields["fire_arrival_s"].ravel()
        far = []
        for name, cells in self._watched:
            first = int(cells[np.argmin(arrival_s[cells])])
            if np.isinf(arrival_s[first]):
                far.append((name, cells))
                continue
            origin = int(self._origins(np.array([first]))[0])
            self._around.log.add(
                to_s,
                "fire_reached_point",
                name,
                cause=self._started[origin],
                at_s=round(float(arrival_s[first]), 3),
                flame_m=round(float(self._around.fields["flame_length_m"].ravel()[first]), 2),
            )
        self._watched = far

    def _tell_end(self, to_s: float) -> None:
        lit = len(self._started) == len(self.params.ignitions)
        over = self.spread.quiet() and self._last_s + self.params.flaming <= to_s
        if lit and over and not self._out:
            self._out = True
            burnt_ha = round(float(self._burnt_m2.sum()) / 1e4, 2)
            self._around.log.add(
                to_s, "fire_out", self.params.id, cause=self.cause, burnt_ha=burnt_ha
            )
