"""Power: flooded or damaged substations and iced lines leave zones, pumps and phones without it.

A simple model: each zone and each facility hangs on the nearest substation, lines are not on the
map and have no other fault than ice, and substations do not feed one another. A substation that
stood in water is mended some time after the water has gone; a broken line or a substation that
shaking damaged is not mended within a run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.core.words import said
from sim.hazards.base import WATERS, Surroundings
from sim.hazards.chains import Floats, LinkPlaceError, Positive, Rows, Spread, cell_at, strengths
from sim.hazards.flood_params import Spot
from sim.scenario.base import Duration_s, HazardParams, Id, Length_m, Many, Part
from sim.scenario.parameters import catalogued
from sim.world.tables import FACILITY_KINDS, ZONE_LEVELS
from sim.world.world import World

Flags = NDArray[np.bool_]
#: kinds of facilities that stop without power, and the field that says for how long they last
_LASTS: Final = {
    "base_station": "base_station_lasts",
    "hospital": "hospital_lasts",
    "pumping_station": "pumping_station_lasts",
}
_ICE: Final = ("ice_formed",)


class Substation(Part):
    """A substation that the map does not have."""

    id: Id
    at: Spot


class PowerParams(HazardParams):
    """What stops a substation, a line, and those that hang on them.

    Attributes
    ----------
    substations : tuple of Substation
        Beside those of the map.
    flood_depth : float
        Water at a substation in which it stops, m.
    mended_after : float
        Time from the water's going to power again, s.
    base_station_lasts, hospital_lasts, pumping_station_lasts : float
        How long batteries and generators last, s.
    line_ice, line_spread : float
        Radial ice at which half of the lines to zones break, m; spread of its logarithm.
    """

    kind: Literal["power"]
    substations: Many[Substation] = ()
    flood_depth: Length_m = catalogued("power.substation_depth")
    mended_after: Duration_s = catalogued("power.mended_after")
    base_station_lasts: Duration_s = catalogued("power.base_station_lasts")
    hospital_lasts: Duration_s = catalogued("power.hospital_lasts")
    pumping_station_lasts: Duration_s = catalogued("power.pumping_station_lasts")
    line_ice: Positive = catalogued("power.line_ice")
    line_spread: Spread = catalogued("power.line_spread")


class Power:
    """Follows water, shaking and ice to substations, from there to zones and facilities.

    Attributes
    ----------
    cause : int
        The newest failure; -1 before any.
    failed : (substations,) bool
    """

    kind: ClassVar[str] = "power"
    Params: ClassVar[type[PowerParams]] = PowerParams
    reads: ClassVar[tuple[str, ...]] = ("depth_m", "ice_m", "facility_damaged")
    writes: ClassVar[tuple[str, ...]] = ("facility_out", "zone_unpowered", "zone_offline")
    example: ClassVar[Mapping[str, Any]] = {
        "id": "grid",
        "kind": "power",
        "substations": [{"id": "north-substation", "at": {"x_m": 105.0, "y_m": 105.0}}],
    }

    def __init__(self, params: PowerParams, around: Surroundings) -> None:
        self.params = params
        self.cause = -1
        self._around = around
        self._place_substations()
        self._hang_on()
        world = around.world
        self.failed = np.zeros(len(self._ids), np.bool_)
        self._wet_until_s = np.full(len(self._ids), -np.inf)
        self._event = np.full(len(self._ids), -1)
        self._why_zone = np.full(world.zones.n + 1, -1)
        self._lines_down = np.zeros(world.zones.n, np.bool_)
        self._dark_since_s = np.full(world.facilities.n, np.inf)
        self._zone_dark_s = np.full(world.zones.n, np.inf)
        self._stopped = np.zeros(world.facilities.n, np.bool_)
        states = around.states
        self._out, self._damaged = states["facility_out"], states["facility_damaged"]
        self._unpowered, self._offline = states["zone_unpowered"], states["zone_offline"]

    def advance(self, to_s: float) -> None:
        """Look at substations and lines, then at all that hang on them."""
        self._look_at_substations(to_s)
        self._look_at_lines(to_s)
        fed = ~self.failed[self._feeds_zone] & ~self._lines_down
        self._unpowered[:] = self._is_community & ~fed
        self._why_zone[:-1] = np.where(
            self.failed[self._feeds_zone], self._event[self._feeds_zone], self._why_zone[:-1]
        )
        self._look_at_facilities(to_s)
        self._look_at_phones(to_s)

    def report(self) -> Mapping[str, float]:
        """Return what has no power now."""
        return {
            "substations_failed": float(np.count_nonzero(self.failed)),
            "zones_unpowered": float(np.count_nonzero(self._unpowered)),
            "zones_offline": float(np.count_nonzero(self._offline)),
            "facilities_without_power": float(np.count_nonzero(self._stopped)),
        }

    # -- who hangs on what ----------------------------------------------------------------------

    def _place_substations(self) -> None:
        world = self._around.world
        own = np.flatnonzero(world.facilities.kind == FACILITY_KINDS.index("power_substation"))
        added = self.params.substations
        self._ids = [*map(str, world.facilities.id[own]), *(one.id for one in added)]
        if not self._ids:
            raise LinkPlaceError(said("power.no_substation", id=self.params.id))
        self._own = own
        x_m = [*world.facilities.x_m[own], *(one.at.x_m for one in added)]
        y_m = [*world.facilities.y_m[own], *(one.at.y_m for one in added)]
        self._at_m = np.column_stack((x_m, y_m))
        cells = world.grid.cell_of(world.facilities.x_m[own], world.facilities.y_m[own])
        placed = [cell_at(world, one.at, one.id) for one in added]
        self._cells = np.concatenate((np.maximum(cells, 0), placed)).astype(np.int64)

    def _hang_on(self) -> None:
        """Give each zone and facility its substation, each zone its line and its base station."""
        world, params = self._around.world, self.params
        places = world.facilities
        middles_m = zone_middles_m(world)
        self._is_community = world.zones.level == ZONE_LEVELS.index("community")
        self._feeds_zone = _nearest(self._at_m, middles_m)
        own_m = np.column_stack((places.x_m, places.y_m))
        self._feeds = np.where(
            places.zone >= 0,
            np.append(self._feeds_zone, 0)[places.zone],
            _nearest(self._at_m, own_m),
        )
        self._zone_cells = np.asarray(world.grid.cell_of(*middles_m.T), np.int64)
        self._line_m = strengths(
            self._around.streams, f"power.line/{params.id}", np.arange(world.zones.n),
            params.line_ice, params.line_spread,
        )  # fmt: skip
        stations = np.flatnonzero(places.kind == FACILITY_KINDS.index("base_station"))
        self._serves = stations[_nearest(own_m[stations], middles_m)] if len(stations) else None
        self._lasts_s = np.full(places.n, np.inf)
        for kind, field in _LASTS.items():
            self._lasts_s[places.kind == FACILITY_KINDS.index(kind)] = getattr(params, field)

    # -- what fails -----------------------------------------------------------------------------

    def _look_at_substations(self, to_s: float) -> None:
        depth_m, log = self._around.fields.get("depth_m"), self._around.log
        if depth_m is not None:
            wet = depth_m.reshape(-1)[self._cells] >= self.params.flood_depth
            self._wet_until_s[wet] = to_s
        broken = np.zeros(len(self._ids), np.bool_)
        broken[: len(self._own)] = self._damaged[self._own]
        failed = broken | (to_s - self._wet_until_s < max(self.params.mended_after, 1e-9))
        for row in np.flatnonzero(failed & ~self.failed).tolist():
            name = self._ids[row]
            why = log.newest(("facility_damaged",), name) if broken[row] else log.newest(WATERS)
            served = int(np.count_nonzero(self._is_community & (self._feeds_zone == row)))
            by = "damage" if broken[row] else "water"
            self.cause = log.add(to_s, "power_failed", name, cause=why, by=by, zones=served)
            self._event[row] = self.cause
        for row in np.flatnonzero(self.failed & ~failed).tolist():
            log.add(to_s, "power_restored", self._ids[row], cause=int(self._event[row]))
        self.failed = failed

    def _look_at_lines(self, to_s: float) -> None:
        ice_m = self._around.fields.get("ice_m")
        if ice_m is None:
            return
        here_m = np.where(self._zone_cells >= 0, ice_m.reshape(-1)[self._zone_cells], 0.0)
        new = np.flatnonzero(self._is_community & ~self._lines_down & (here_m >= self._line_m))
        if len(new):
            log = self._around.log
            self._lines_down[new] = True
            self.cause = log.add(
                to_s, "lines_failed", self.params.id, cause=log.newest(_ICE), zones=len(new),
                ice_mm=round(1000.0 * float(here_m[new].max()), 1),
            )  # fmt: skip
            self._why_zone[new] = self.cause

    def _look_at_facilities(self, to_s: float) -> None:
        """Stop what has had no power for longer than it lasts; damage stays damage."""
        places, log = self._around.world.facilities, self._around.log
        dark = np.where(
            places.zone >= 0, np.append(self._unpowered, False)[places.zone],
            self.failed[self._feeds],
        )  # fmt: skip
        self._dark_since_s = np.where(dark, np.minimum(self._dark_since_s, to_s), np.inf)
        stopped = dark & (to_s - np.where(dark, self._dark_since_s, to_s) >= self._lasts_s)
        for row in np.flatnonzero(stopped & ~self._stopped).tolist():
            zone = int(places.zone[row])
            why = int(self._why_zone[zone]) if zone >= 0 else int(self._event[self._feeds[row]])
            log.add(to_s, "facility_lost_power", str(places.id[row]), cause=why)
        for row in np.flatnonzero(self._stopped & ~stopped).tolist():
            log.add(to_s, "facility_got_power", str(places.id[row]), cause=self.cause)
        changed = stopped != self._stopped
        self._out[changed] = (stopped | self._damaged)[changed]
        self._stopped = stopped

    def _look_at_phones(self, to_s: float) -> None:
        """Take zones off the network whose base station is out.

        On a map without base stations a zone's own is meant: it lasts as long as one.
        """
        self._zone_dark_s = np.where(self._unpowered, np.minimum(self._zone_dark_s, to_s), np.inf)
        if self._serves is None:
            lasted_s = to_s - np.where(self._unpowered, self._zone_dark_s, to_s)
            silent = self._unpowered & (lasted_s >= self.params.base_station_lasts)
        else:
            silent = self._is_community & self._out[self._serves]
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


def zone_middles_m(world: World) -> Floats:
    """Return the middle of each zone's outline, (zones, 2); its mean corner is near enough here."""
    shapes = world.zone_shapes
    middles = [shapes.points_m(row).mean(axis=0) for row in range(world.zones.n)]
    return np.array(middles, np.float64).reshape(-1, 2)


def _nearest(at_m: Floats, to_m: Floats) -> Rows:
    """Return for each place the row of the nearest of some others."""
    away_m2 = ((to_m[:, None, :] - at_m[None, :, :]) ** 2).sum(axis=2)
    return np.asarray(away_m2.argmin(axis=1), np.int64)
