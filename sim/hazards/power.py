"""Power: flooded, damaged and unfed substations, tripped feeders, broken lines; who has none then.

A tree without load flow: a substation has power of its own unless the scenario says that another
one feeds it, feeders leave it for a few communities each, and facilities hang on the feeder of
their community. A substation or a community's transformers that stood in water are mended some
time after the water has gone; what shaking, ice or flames broke is not mended within a run.
Phones, pumps and hospitals go on as long as their batteries and generators last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

import numpy as np

from sim.hazards.base import WATERS, Surroundings
from sim.hazards.chains import Rows
from sim.hazards.power_feeders import Feeders
from sim.hazards.power_grid import Flags, PowerGrid, nearest, zone_middles_m
from sim.hazards.power_params import PowerParams
from sim.world.tables import FACILITY_KINDS

#: kinds of facilities that stop without power, and the field that says for how long they last
_LASTS: Final = {
    "base_station": "base_station_lasts",
    "hospital": "hospital_lasts",
    "pumping_station": "pumping_station_lasts",
}
#: those whose switches stand above the water they are there for
_DRY: Final = ("pumping_station",)


class Power:
    """Follows water, shaking, ice and flames down the grid to zones and facilities.

    Attributes
    ----------
    cause : int
        The newest failure; -1 before any.
    grid : PowerGrid
        Who hangs on what.
    failed : (substations,) bool
    feeders : Feeders
    """

    kind: ClassVar[str] = "power"
    Params: ClassVar[type[PowerParams]] = PowerParams
    reads: ClassVar[tuple[str, ...]] = (
        *("depth_m", "ice_m", "pga_m_per_s2", "fire_arrival_s", "facility_damaged"),
    )
    writes: ClassVar[tuple[str, ...]] = ("facility_out", "zone_unpowered", "zone_offline")
    example: ClassVar[Mapping[str, Any]] = {
        "id": "grid",
        "kind": "power",
        "substations": [
            {"id": "north-substation", "at": {"x_m": 105.0, "y_m": 105.0}},
            {"id": "east-substation", "at": {"x_m": 205.0, "y_m": 105.0}},
        ],
        "supplies": [{"substation": "east-substation", "by": "north-substation"}],
    }

    def __init__(self, params: PowerParams, around: Surroundings) -> None:
        self.params = params
        self.cause = -1
        self._around = around
        world = around.world
        self.grid = PowerGrid.of(world, params)
        self.feeders = Feeders(params, around, self.grid)
        self._serve()
        stations = len(self.grid.substations)
        self.failed = np.zeros(stations, np.bool_)
        self._wet_until_s = np.full(stations, -np.inf)
        self._event = np.full(stations, -1)
        self._why_zone = np.full(world.zones.n + 1, -1)
        self._wet_place_s = np.full(world.facilities.n, -np.inf)
        self._why_place = np.full(world.facilities.n, -1)
        self._dark_since_s = np.full(world.facilities.n, np.inf)
        self._zone_dark_s = np.full(world.zones.n, np.inf)
        self._stopped = np.zeros(world.facilities.n, np.bool_)
        states = around.states
        self._out, self._damaged = states["facility_out"], states["facility_damaged"]
        self._unpowered, self._offline = states["zone_unpowered"], states["zone_offline"]

    def advance(self, to_s: float) -> None:
        """Look at substations, feeders and lines, then at all that hang on them."""
        self._look_at_substations(to_s)
        self.feeders.advance(to_s)
        self.cause = max(self.cause, self.feeders.cause)
        source = self.grid.of_feeder[self.grid.of_zone]
        unfed = self.failed[source]
        self._unpowered[:] = self.grid.is_community & (unfed | self.feeders.dark())
        why = np.where(unfed, self._event[source], self.feeders.why())
        self._why_zone[:-1] = np.where(self._unpowered, why, self._why_zone[:-1])
        self._look_at_facilities(to_s)
        self._look_at_phones(to_s)

    def report(self) -> Mapping[str, float]:
        """Return what has no power now."""
        return {
            "substations_failed": float(np.count_nonzero(self.failed)),
            "feeders_failed": float(np.count_nonzero(self.feeders.tripped)),
            "zones_unpowered": float(np.count_nonzero(self._unpowered)),
            "zones_offline": float(np.count_nonzero(self._offline)),
            "facilities_without_power": float(np.count_nonzero(self._stopped)),
        }

    def _serve(self) -> None:
        """Give each zone its base station, each facility what it lasts."""
        world, params = self._around.world, self.params
        places = world.facilities
        own_m = np.column_stack((places.x_m, places.y_m))
        stations = np.flatnonzero(places.kind == FACILITY_KINDS.index("base_station"))
        middles_m = zone_middles_m(world)
        self._serves = stations[nearest(own_m[stations], middles_m)] if len(stations) else None
        self._lasts_s = np.full(places.n, np.inf)
        for kind, field in _LASTS.items():
            self._lasts_s[places.kind == FACILITY_KINDS.index(kind)] = getattr(params, field)
        for backup in params.backups:
            self._lasts_s[places.id == backup.facility] = backup.lasts
        cells = np.asarray(world.grid.cell_of(places.x_m, places.y_m), np.int64)
        stands_dry = np.isin(places.kind, [FACILITY_KINDS.index(kind) for kind in _DRY])
        self._place_cells = np.where(stands_dry, -1, cells)

    # -- what fails -----------------------------------------------------------------------------

    def _look_at_substations(self, to_s: float) -> None:
        depth_m = self._around.fields.get("depth_m")
        if depth_m is not None:
            wet = depth_m.reshape(-1)[self.grid.cells] >= self.params.flood_depth
            self._wet_until_s[wet] = to_s
        broken = np.zeros(len(self.failed), np.bool_)
        broken[: len(self.grid.own)] = self._damaged[self.grid.own]
        drowned = to_s - self._wet_until_s < max(self.params.mended_after, 1e-9)
        failed = broken | drowned
        for row in np.flatnonzero(failed & ~self.failed).tolist():
            name, log = self.grid.substations[row], self._around.log
            if broken[row]:
                self._fail(to_s, row, "damage", log.newest(("facility_damaged",), name))
            else:
                self._fail(to_s, row, "water", log.newest(WATERS))
        for row in self.grid.downwards:
            above = int(self.grid.above[row])
            if above >= 0 and failed[above] and not failed[row]:
                failed[row] = True
                if not self.failed[row]:
                    self._fail(to_s, row, "supply", int(self._event[above]))
        for row in np.flatnonzero(self.failed & ~failed).tolist():
            name = self.grid.substations[row]
            self._around.log.add(to_s, "power_restored", name, cause=int(self._event[row]))
        self.failed = failed

    def _fail(self, to_s: float, row: int, by: str, why: int) -> None:
        served = self.grid.is_community & (self.grid.of_feeder[self.grid.of_zone] == row)
        self.cause = self._event[row] = self._around.log.add(
            to_s, "power_failed", self.grid.substations[row], cause=why, by=by,
            zones=int(np.count_nonzero(served)),
        )  # fmt: skip

    def _look_at_facilities(self, to_s: float) -> None:
        """Stop what has had no power for longer than it lasts; damage stays damage."""
        places, log = self._around.world.facilities, self._around.log
        dark = self._dark_places(to_s)
        self._dark_since_s = np.where(dark, np.minimum(self._dark_since_s, to_s), np.inf)
        stopped = dark & (to_s - np.where(dark, self._dark_since_s, to_s) >= self._lasts_s)
        for row in np.flatnonzero(stopped & ~self._stopped).tolist():
            why = int(self._why_place[row])
            log.add(to_s, "facility_lost_power", str(places.id[row]), cause=why)
        for row in np.flatnonzero(self._stopped & ~stopped).tolist():
            log.add(to_s, "facility_got_power", str(places.id[row]), cause=self.cause)
        changed = stopped != self._stopped
        self._out[changed] = (stopped | self._damaged)[changed]
        self._stopped = stopped

    def _dark_places(self, to_s: float) -> Flags:
        """Return the facilities without power from the grid: unfed, on a broken line, or wet.

        Houses in water beside a facility on dry ground do not darken it once its feeder goes on.
        """
        grid, feeder = self.grid, self.grid.of_facility
        source, zone = grid.of_feeder[feeder], self._around.world.facilities.zone
        depth_m = self._around.fields.get("depth_m")
        if depth_m is not None:
            here_m = depth_m.reshape(-1)[self._place_cells]
            wet = (self._place_cells >= 0) & (here_m >= self.params.equipment_depth)
            self._wet_place_s[wet] = to_s
        drowned = to_s - self._wet_place_s < max(self.params.mended_after, 1e-9)
        unfed, tripped = self.failed[source], self.feeders.tripped[feeder]
        line = np.append(self.feeders.lines_down, False)[zone] & (zone >= 0)
        dark = unfed | tripped | line | drowned
        why = np.where(tripped, self.feeders.event[feeder], self._around.log.newest(WATERS))
        why = np.where(line & ~tripped, np.append(self.feeders.line_event, -1)[zone], why)
        why = np.where(unfed, self._event[source], why)
        self._why_place = np.where(dark, why, self._why_place)
        return np.asarray(dark)

    def _look_at_phones(self, to_s: float) -> None:
        """Take zones off the network whose base station is out.

        On a map without base stations a zone's own is meant: it lasts as long as one.
        """
        self._zone_dark_s = np.where(self._unpowered, np.minimum(self._zone_dark_s, to_s), np.inf)
        if self._serves is None:
            lasted_s = to_s - np.where(self._unpowered, self._zone_dark_s, to_s)
            silent = self._unpowered & (lasted_s >= self.params.base_station_lasts)
        else:
            silent = self.grid.is_community & self._out[self._serves]
        for kind, rows in self._turned(silent):
            for row in rows.tolist():
                self._around.log.add(
                    to_s, kind, str(self._around.world.zones.id[row]), cause=self._why_silent(row)
                )
        self._offline[:] = silent

    def _turned(self, silent: Flags) -> Iterator[tuple[str, Rows]]:
        yield "network_lost", np.flatnonzero(silent & ~self._offline)
        yield "network_back", np.flatnonzero(self._offline & ~silent)

    def _why_silent(self, zone: int) -> int:
        if self._serves is None:
            return int(self._why_zone[zone])
        station = str(self._around.world.facilities.id[self._serves[zone]])
        kinds = ("facility_lost_power", "facility_got_power", "facility_damaged")
        return self._around.log.newest(kinds, station)
