"""Fire in a town: it grows in buildings, leaps gaps with the wind, and yields to enough water."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import SimError
from sim.core.words import said
from sim.hazards.base import SHOCKS, Surroundings
from sim.hazards.urban_fire_brands import Firebrands
from sim.hazards.urban_fire_design import design_fires
from sim.hazards.urban_fire_ignitions import Shaking, Spark, Sparks, accidents
from sim.hazards.urban_fire_params import Ignition, UrbanFireParams
from sim.hazards.urban_fire_town import BurningTown, Spreading, winds_of
from sim.kernels.urban_fire_state import PUT_OUT
from sim.scenario.parameters import parameter

Rows = NDArray[np.int32]

_SHAKING: Final = "pga_m_per_s2"


class UrbanFirePlaceError(SimError):
    """A scenario lights a building that the map does not have."""


class UrbanFire:
    """Fires in the buildings of a map, by `sim.hazards.urban_fire_town.BurningTown`.

    Attributes
    ----------
    cause : int
        The newest event by which a building caught fire; -1 before any.
    town : BurningTown
    """

    kind: ClassVar[str] = "urban_fire"
    Params: ClassVar[type[UrbanFireParams]] = UrbanFireParams
    reads: ClassVar[tuple[str, ...]] = (
        _SHAKING, "building_water_m3_per_s", "building_gas_off", "building_kindled_s",
    )  # fmt: skip
    writes: ClassVar[tuple[str, ...]] = ("building_fire", "building_heat_w")
    example: ClassVar[Mapping[str, Any]] = {
        "id": "fires",
        "kind": "urban_fire",
        "wind": [["0 h", "5 m/s", 315], ["2 h", "8 m/s", 270]],
        "accidental": True,
        "after_earthquake": "high",
    }

    def __init__(self, params: UrbanFireParams, around: Surroundings) -> None:
        self.params = params
        self.cause = -1
        self._around = around
        buildings, streams = around.world.buildings, around.streams
        self.town = BurningTown.on(
            buildings,
            winds_of(list(params.wind)),
            streams,
            spreading=Spreading(
                reach_m=params.reach,
                sigma=params.sigma,
                pace=params.pace,
                decay_share=params.decay_share,
                breakout_w=parameter("urban_fire.breakout_heat").si,
            ),
            outlines=around.world.building_shapes,
        )
        self._sparks = Sparks()
        self._brands: Firebrands | None = None
        self._n_flown = 0
        if params.firebrands:
            self._brands = Firebrands(self.town.town, self.town.winds, streams)
        floor_m2 = design_fires(buildings).floor_m2
        for ignition in params.ignitions:
            row = self._building(ignition)
            self._sparks.add(Spark(ignition.time, row, "declared", name=ignition.id))
        if params.accidental:
            for spark in accidents(floor_m2, params.accidental_rate, streams):
                self._sparks.add(spark)
        self._shaking: Shaking | None = None
        if params.after_earthquake != "none":
            self._shaking = Shaking(floor_m2, params.after_earthquake, params.stove_factor, streams)
        self._cells = around.world.grid.cell_of(buildings.x_m, buildings.y_m)
        self._event = np.full(buildings.n, -1, dtype=np.int64)
        self._kindled = np.zeros(buildings.n, dtype=np.bool_)
        self._n_told = 0
        self._now_s = 0.0
        self._write()

    def advance(self, to_s: float) -> None:
        """Go on to ``to_s``: water as it is now, then every spark and every leap in its order."""
        water = self._around.states["building_water_m3_per_s"]
        self.town.fight(water, self._now_s)
        self._feel(to_s)
        self._catch(to_s)
        lit = []
        for spark in self._sparks.until(to_s):
            self.town.spread(spark.at_s, water)
            if self._needs_gas(spark):
                continue
            if self.town.light(spark.building, spark.at_s):
                lit.append(spark)
        self.town.spread(to_s, water)
        out = self.town.burn(to_s)
        self._tell_started(lit, to_s)
        self._tell_spread(to_s)
        self._fly(to_s)
        self._tell_out(out, to_s)
        self._write()
        self._now_s = to_s

    def _fly(self, to_s: float) -> None:
        """Let brands fly from the fires that began since the last look."""
        if self._brands is None:
            return
        new = self.town.fires.order[self._n_flown : self.town.n_lit].astype(np.int64)
        self._n_flown = self.town.n_lit
        for at_s, row, source in self._brands.of(new, self.town.fires.lit_s[new]):
            cause = int(self._event[source])
            self._sparks.add(Spark(max(at_s, to_s), row, "brand", cause))

    def _needs_gas(self, spark: Spark) -> bool:
        """Whether a fire after shaking would have come from gas that is shut off by now."""
        states = self._around.states
        if spark.how != "shaking" or not states.touched("building_gas_off"):
            return False
        luck = self._around.streams.at("urban_fire.by_gas", 0, np.array([spark.building]))[0]
        by_gas = luck < parameter("urban_fire.quake_by_gas").si
        return bool(states["building_gas_off"][spark.building] and by_gas)

    def report(self) -> Mapping[str, float]:
        """Return buildings by what fire did to them, and the heat of all fires (W)."""
        states = np.bincount(self.town.fires.state, minlength=4)
        return {
            "buildings_burning": float(states[1]),
            "buildings_burnt_out": float(states[2]),
            "buildings_put_out": float(states[3]),
            "fire_heat_w": float(self.town.heat_w.sum(dtype=np.float64)),
        }

    # -- how fires begin ----------------------------------------------------------------------

    def _building(self, ignition: Ignition) -> int:
        """Return the row that a scenario lights.

        Raises
        ------
        UrbanFirePlaceError
            When there is no such building, or none near the spot.
        """
        buildings = self._around.world.buildings
        if ignition.building is not None:
            if ignition.building >= buildings.n:
                raise UrbanFirePlaceError(
                    said("urban_fire.no_building", id=ignition.id, n=buildings.n)
                )
            return ignition.building
        assert ignition.at is not None
        away_m = np.hypot(buildings.x_m - ignition.at.x_m, buildings.y_m - ignition.at.y_m)
        reach_m = parameter("urban_fire.ignition_reach").si
        if buildings.n == 0 or away_m.min() > reach_m:
            raise UrbanFirePlaceError(
                said("urban_fire.none_near", id=ignition.id, reach=f"{reach_m:g} m")
            )
        return int(np.argmin(away_m))

    def _feel(self, to_s: float) -> None:
        """Take up fires that shaking starts, when an earthquake has written its layer."""
        pga = self._around.fields.get(_SHAKING)
        if self._shaking is None or pga is None:
            return
        at_buildings = np.where(self._cells >= 0, pga.reshape(-1)[self._cells], 0.0)
        for spark in self._shaking.felt(at_buildings.astype(np.float64), to_s, self._shock()):
            self._sparks.add(spark)

    def _catch(self, to_s: float) -> None:
        """Take up fires that something outside of the buildings has lit by now."""
        if not self._around.states.touched("building_kindled_s"):
            return
        kindled_s = self._around.states["building_kindled_s"]
        for row in np.flatnonzero((kindled_s <= to_s) & ~self._kindled).tolist():
            self._kindled[row] = True
            cause = self._around.log.newest(("houses_kindled",), self._zone_id(row))
            at_s = max(float(kindled_s[row]), self._now_s)
            self._sparks.add(Spark(at_s, row, "wildfire", cause))

    def _shock(self) -> int:
        """Return the newest event of an earthquake; -1 when none is logged."""
        return self._around.log.newest(SHOCKS)

    # -- what happened ------------------------------------------------------------------------

    def _tell_started(self, lit: list[Spark], to_s: float) -> None:
        for spark in lit:
            event = self._around.log.add(
                to_s, "fire_started", self._zone_id(spark.building), cause=spark.cause,
                at_s=round(spark.at_s, 3), how=spark.how, building=spark.building,
                ignition=spark.name,
            )  # fmt: skip
            self._event[spark.building] = self.cause = event

    def _tell_spread(self, to_s: float) -> None:
        """Log, a zone each, how many buildings caught from others since last told."""
        fires = self.town.fires
        new = fires.order[self._n_told : self.town.n_lit]
        self._n_told = self.town.n_lit
        for rows in self._by_zone(new[fires.source[new] >= 0]):
            event = self._around.log.add(
                to_s, "fire_spread", self._zone_id(rows[0]),
                cause=int(self._event[fires.source[rows[0]]]), buildings=len(rows),
                at_s=round(float(fires.lit_s[rows[0]]), 3),
            )  # fmt: skip
            self._event[rows] = self.cause = event

    def _tell_out(self, out: Rows, to_s: float) -> None:
        quenched = self.town.fires.state[out] == PUT_OUT
        for kind, rows_out in (
            ("building_burnt_out", out[~quenched]),
            ("fire_put_out", out[quenched]),
        ):
            for rows in self._by_zone(rows_out):
                self._around.log.add(
                    to_s, kind, self._zone_id(rows[0]), cause=int(self._event[rows[0]]),
                    buildings=len(rows),
                )  # fmt: skip

    def _by_zone(self, rows: Rows) -> list[Rows]:
        """Return buildings parted by zone, in the order of each zone's first."""
        zones, first, part = np.unique(
            self._around.world.buildings.zone[rows], return_index=True, return_inverse=True
        )
        order = np.argsort(first, kind="stable")
        return [rows[part == k] for k in order.tolist()] if len(zones) else []

    def _zone_id(self, row: int) -> str:
        world = self._around.world
        zone = int(world.buildings.zone[row])
        return str(world.zones.id[zone]) if zone >= 0 else world.id

    def _write(self) -> None:
        states = self._around.states
        states["building_fire"][:] = self.town.fires.state
        states["building_heat_w"][:] = self.town.heat_w
