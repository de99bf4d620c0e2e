"""What hazards have brought to where people are, in the terms in which it hurts them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from sim.agents.harm import Danger
from sim.agents.harm_fire import Fire
from sim.agents.harm_gas import Gas
from sim.agents.harm_huts import Huts
from sim.agents.harm_quake import Shaking
from sim.agents.harm_water import Water
from sim.agents.outdoors import Cold
from sim.agents.trapped import Rubble
from sim.agents.wounds import Untreated
from sim.scenario.parameters import parameter
from sim.world.states import FIRE_STATES

if TYPE_CHECKING:
    from sim.model.disaster import Disaster

Columns = NDArray[np.float32]
Flags = NDArray[np.bool_]
Rows = NDArray[np.int64]
_KG_PER_MG: Final = 1e-6
_BURNING: Final = FIRE_STATES.index("burning")


class Dangers:
    """Looks at layers and states, and says what there is of water, shaking, fire, gas and cold.

    A danger that no hazard of the run can bring is not there at all.

    Attributes
    ----------
    water : Water or None
        Where people are, as of the last look; None while no hazard brings any.
    flame_m : (ny, nx) float32 or None
        Flames that passed in the last step; None while no wildfire is in the run.
    burning, in_sight : (ny, nx) bool or None
        Ground on fire now; ground from which flames, or a burning house, are in sight. None while
        nothing of the kind is in the run.
    felt : (buildings,) bool
        Buildings that shook in the last step so that people run outdoors.
    """

    def __init__(self, model: Disaster) -> None:
        self._model = model
        buildings, roads = model.world.buildings, model.world.roads
        cells = model.world.grid.cell_of(buildings.x_m, buildings.y_m)
        self._cells = np.maximum(cells, 0)
        self._edge_smoke = np.zeros(roads.n, dtype=np.float32)
        self._pga = np.zeros(buildings.n, dtype=np.float32)
        self._damage = np.zeros(buildings.n, dtype=np.uint8)
        self._felt_pga = parameter("outdoors.felt_pga").value
        reach_m = parameter("fire_harm.see_flames").si
        self._see_cells = round(reach_m / model.world.grid.cell_m)
        self._see_smoke = parameter("fire_harm.see_smoke").value * _KG_PER_MG
        self._holds_s = parameter("roads.fire_holds").si
        self._now_s = 0.0
        self.water: Water | None = None
        self.flame_m: Columns | None = None
        self.burning: Flags | None = None
        self.in_sight: Flags | None = None
        self._seen = np.zeros(buildings.n, dtype=bool)
        self.felt = np.zeros(buildings.n, dtype=bool)

    def update(self, to_s: float) -> None:
        """Look at what burns and shakes now; before roads and people are looked at."""
        arrival_s = self._model.fields.get("fire_arrival_s")
        if arrival_s is not None:
            here = (arrival_s > self._now_s) & (arrival_s <= to_s)
            length_m = self._model.fields["flame_length_m"]
            self.flame_m = np.where(here, length_m, np.float32(0))
            self.burning = (arrival_s > to_s - self._holds_s) & (arrival_s <= to_s)
        self._look_for_flames()
        self._now_s = to_s
        self._feel()

    def now(self, edge_of: NDArray[np.int32]) -> list[Danger]:
        """Return the dangers there are; ``edge_of`` is the road edge of each household, or -1.

        The water among them is `water` until the next call.
        """
        rubble = Rubble(self._model.people.population.trapped.cause)
        found = (
            self._met_water(),
            self._shaking(),
            rubble if rubble.cause >= 0 else None,
            self.fire(edge_of),
            self.gas(),
            self._cold(),
            self._huts(),
            self._wounds(),
        )
        return [danger for danger in found if danger is not None]

    def _met_water(self) -> Water | None:
        """Return the water where people are, and keep it."""
        model = self._model
        depth, speed = model.fields.get("depth_m"), model.fields.get("speed_m_per_s")
        if depth is None or speed is None:
            return None
        households, cells = self._in_wet_streets()
        party_depth_m, party_speed_m_per_s = np.zeros((2, model.people.movement.n), np.float32)
        street_m = model.roads.water_m
        assert street_m is not None  # roads are looked at before people are
        party_depth_m[households] = street_m.reshape(-1)[cells]
        party_speed_m_per_s[households] = speed.reshape(-1)[cells]
        self.water = Water(
            building_depth_m=model.water.building_now_m,
            building_speed_m_per_s=speed.take(self._cells),
            party_depth_m=party_depth_m,
            party_speed_m_per_s=party_speed_m_per_s,
            cause=model.cause_of("depth_m"),
        )
        return self.water

    def _in_wet_streets(self) -> tuple[Rows, Rows]:
        """Return the households on roads that have water somewhere, and the cell each is on."""
        movement, closures = self._model.people.movement, self._model.roads.closures
        households = movement.on_edges()
        edges = movement.edge[households]
        wet = closures.depth_m[edges] > 0
        households, edges = households[wet], edges[wet]
        if len(households) == 0:
            return households, households
        return households, closures.at(edges, movement.progress_of(households))

    def fire(self, edge_of: NDArray[np.int32]) -> Fire | None:
        """Return the fire where people are."""
        model, states = self._model, self._model.states
        smoke = model.fields.get("smoke_kg_per_m3")
        if self.flame_m is None and smoke is None and not states.touched("building_fire"):
            return None
        nothing = np.zeros(len(self._cells), dtype=np.float32)
        building_smoke = nothing if smoke is None else smoke.reshape(-1)[self._cells]
        if smoke is not None:
            model.roads.closures.deepest(smoke, self._edge_smoke)
        flames = nothing if self.flame_m is None else self.flame_m.reshape(-1)[self._cells]
        return Fire(
            building_fire=states["building_fire"],
            building_flame_m=flames,
            party_flame_m=self._on_the_way(self.flame_m),
            building_smoke=building_smoke,
            edge_smoke=self._edge_smoke,
            edge_of=edge_of,
            seen=self._seen | (building_smoke >= self._see_smoke),
            cause=model.cause_of("fire_arrival_s", "building_fire"),
        )

    def _look_for_flames(self) -> None:
        """Find the ground that flames are in sight of; of a burning house, its own cell."""
        states = self._model.states
        houses = states.touched("building_fire")
        if self.burning is None and not houses:
            return
        near = np.zeros(self._model.world.grid.shape, dtype=bool)
        if self.burning is not None:
            near = widened(self.burning, self._see_cells)
        self._seen = near.reshape(-1)[self._cells]
        if houses:
            near.reshape(-1)[self._cells[states["building_fire"] == _BURNING]] = True
        self.in_sight = near

    def gas(self) -> Gas | None:
        """Return the poisonous gas where people are."""
        gas = self._model.fields.get("gas_kg_per_m3")
        if gas is None:
            return None
        return Gas(
            building_gas=gas.reshape(-1)[self._cells],
            party_gas=self._on_the_way(gas),
            kind=int(self._model.fields["gas_kind"].max()),
            cause=self._model.cause_of("gas_kg_per_m3"),
        )

    def _on_the_way(self, layer: Columns | None) -> Columns:
        """Return what a layer has where each household is on its way."""
        movement = self._model.people.movement
        met = np.zeros(movement.n, dtype=np.float32)
        if layer is not None and layer.any():
            x_m, y_m = movement.positions_m()
            there = np.flatnonzero(np.isfinite(x_m))
            cells = self._model.world.grid.cell_of(x_m[there], y_m[there])
            met[there[cells >= 0]] = layer.reshape(-1)[cells[cells >= 0]]
        return met

    def _shaking(self) -> Shaking | None:
        states = self._model.states
        if not states.touched("building_damage"):
            return None
        cause = self._model.cause_of("building_damage")
        felt = self._model.fields.get("intensity")
        intensity = None if felt is None else felt.reshape(-1)[self._cells]
        return Shaking(states["building_damage"], states["building_collapsed"], intensity, cause)

    def _feel(self) -> None:
        """Note which buildings shook harder than ever, or got worse, since the last look."""
        pga, states = self._model.fields.get("pga_m_per_s2"), self._model.states
        self.felt[:] = False
        if pga is not None:
            here = pga.reshape(-1)[self._cells]
            self.felt |= (here > self._pga) & (here >= self._felt_pga)
            np.maximum(self._pga, here, out=self._pga)
        if states.touched("building_damage"):
            self.felt |= states["building_damage"] > self._damage
            self._damage[:] = states["building_damage"]

    def _wounds(self) -> Untreated | None:
        """Return the wounds of water, shaking, fire and poison; none where none of them can be."""
        states, fields = self._model.states, self._model.fields
        columns = ("building_damage", "building_fire")
        if any(map(states.touched, columns)) or fields.get("gas_kg_per_m3") is not None:
            return Untreated(self._model.cause_of(*columns, "gas_kg_per_m3"))
        return None if self.water is None else Untreated(self.water.cause)

    def _cold(self) -> Cold | None:
        air = self._model.scenario.air
        return Cold(air.night, self._model.people.out_by)

    def _huts(self) -> Huts | None:
        """Return what makes people live in huts of straw; none where nobody builds them."""
        if parameter("huts.share").si == 0:
            return None
        return Huts(self._model.scenario.air.night, self._model.people.out_by)


def widened(where: Flags, cells: int) -> Flags:
    """Return marked ground and all within so many cells of it, squarely."""
    wide = np.zeros_like(where)
    rows, columns = np.nonzero(where)
    if len(rows) == 0:
        return wide
    part = (
        slice(max(rows.min() - cells, 0), rows.max() + cells + 1),
        slice(max(columns.min() - cells, 0), columns.max() + cells + 1),
    )
    near = where[part].astype(np.uint8)
    for axis in (0, 1):
        near = maximum_filter1d(near, 2 * cells + 1, axis=axis, mode="constant")
    wide[part] = near > 0
    return wide
