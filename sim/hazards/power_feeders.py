"""Feeders and the lines of communities: tripped by water, broken by ice, shaking and flames.

When the transformers of a community stand in water its feeder trips: everyone on it is without
power until that community has been cut off from it, and then only that community is. Ice,
shaking and a wildfire that burns under them put lines out for good: nothing is mended on them
within a run. A line runs straight from its substation to the middle of its community.
"""

from __future__ import annotations

from functools import cached_property
from typing import Final

import numpy as np

from sim.core.sets import distinct
from sim.hazards.base import SHOCKS, WATERS, Surroundings
from sim.hazards.chains import Floats, Rows, strengths
from sim.hazards.power_grid import Flags, PowerGrid, zone_middles_m
from sim.hazards.power_params import PowerParams

_G: Final = 9.80665
_ICE: Final = ("ice_formed",)
_FLAMES: Final = ("fire_started", "fire_spotted")


class Feeders:
    """State of the feeders of a grid and of the lines of communities.

    Attributes
    ----------
    cause : int
        The newest failure; -1 before any.
    tripped : (feeders,) bool
    event : (feeders,) int64
        Newest trip of each; -1 before any.
    cut_off : (zones,) bool
        Flooded communities whose feeder goes on without them.
    lines_down : (zones,) bool
    line_event : (zones,) int64
    """

    def __init__(self, params: PowerParams, around: Surroundings, grid: PowerGrid) -> None:
        self._params, self._around, self._grid = params, around, grid
        world = around.world
        n = world.zones.n
        self.cause = -1
        self.tripped = np.zeros(len(grid.feeders), np.bool_)
        self.event = np.full(len(grid.feeders), -1)
        self.cut_off = np.zeros(n, np.bool_)
        self.lines_down = np.zeros(n, np.bool_)
        self.line_event = np.full(n, -1)
        self._trip_until_s = np.full(len(grid.feeders), -np.inf)
        self._wet_until_s = np.full(n, -np.inf)
        self._middles = np.asarray(world.grid.cell_of(*zone_middles_m(world).T), np.int64)
        houses = world.buildings
        cells = np.asarray(world.grid.cell_of(houses.x_m, houses.y_m), np.int64)
        lie = (cells >= 0) & (houses.zone >= 0)
        zones = np.asarray(houses.zone[lie], np.int64)
        self._houses = np.bincount(zones, minlength=n)
        of_cell, self._houses_there = np.unique(cells[lie] * n + zones, return_counts=True)
        self._cells, self._zones = np.divmod(of_cell, n)
        self._stands_m = self._drawn("line", params.line_ice, params.line_spread)
        self._stands_g = self._drawn("shaken", params.line_pga, params.line_pga_spread)

    def advance(self, to_s: float) -> None:
        """Look at water, ice, shaking and flames."""
        depth_m = self._around.fields.get("depth_m")
        if depth_m is not None:
            self._flood(to_s, depth_m.reshape(-1))
        ice_m = self._around.fields.get("ice_m")
        if ice_m is not None:
            self._break(to_s, "ice", self._here(ice_m) >= self._stands_m, _ICE)
        pga = self._around.fields.get("pga_m_per_s2")
        if pga is not None:
            self._break(to_s, "shaking", self._here(pga) / _G >= self._stands_g, SHOCKS)
        arrival_s = self._around.fields.get("fire_arrival_s")
        if arrival_s is not None and self._params.line_fire:
            self._break(to_s, "flames", self._first_flames_s(arrival_s) <= to_s, _FLAMES)

    def dark(self) -> Flags:
        """Return which zones these leave without power, (zones,)."""
        return np.asarray(self.tripped[self._grid.of_zone] | self.cut_off | self.lines_down)

    def why(self) -> Rows:
        """Return the event that left each zone without power, (zones,); -1 for none."""
        by_feeder = self.tripped[self._grid.of_zone] | self.cut_off
        return np.where(by_feeder, self.event[self._grid.of_zone], self.line_event)

    # -- water ----------------------------------------------------------------------------------

    def _flood(self, to_s: float, depth_m: Floats) -> None:
        grid, mended_s = self._grid, max(self._params.mended_after, 1e-9)
        self._wet_until_s[self._stands_in_water(depth_m)] = to_s
        out = to_s - self._wet_until_s < mended_s
        for feeder in distinct(grid.of_zone[out & ~self.cut_off]).tolist():
            self._trip(to_s, feeder)
        self.cut_off = out
        holds = np.zeros(len(grid.feeders), np.bool_)
        holds[grid.of_zone[out]] = True
        for feeder in np.flatnonzero(
            self.tripped & ~(holds & (to_s < self._trip_until_s))
        ).tolist():
            self.tripped[feeder] = False
            self._around.log.add(
                to_s, "feeder_restored", grid.feeders[feeder], cause=int(self.event[feeder])
            )

    def _trip(self, to_s: float, feeder: int) -> None:
        self._trip_until_s[feeder] = to_s + self._params.sectioned_after
        if self.tripped[feeder]:
            return
        log = self._around.log
        self.tripped[feeder] = True
        self.cause = log.add(
            to_s, "feeder_failed", self._grid.feeders[feeder], cause=log.newest(WATERS),
            by="water", zones=self._grid.zones_on(feeder),
        )  # fmt: skip
        self.event[feeder] = self.cause

    def _stands_in_water(self, depth_m: Floats) -> Flags:
        """Return the communities where half of the houses do; without houses, the middle."""
        limit_m = self._params.equipment_depth
        there = np.flatnonzero(depth_m.take(self._cells) >= limit_m)
        wet = np.bincount(
            self._zones[there], self._houses_there[there], minlength=len(self._houses)
        )
        most = 2.0 * wet >= np.maximum(self._houses, 1)
        middle = (self._middles >= 0) & (depth_m[self._middles] >= limit_m)
        return self._grid.is_community & np.where(self._houses > 0, most, middle)

    # -- lines ----------------------------------------------------------------------------------

    def _break(self, to_s: float, by: str, too_much: Flags, causes: tuple[str, ...]) -> None:
        new = np.flatnonzero(self._grid.is_community & ~self.lines_down & too_much)
        if not len(new):
            return
        log = self._around.log
        self.lines_down[new] = True
        self.cause = log.add(
            to_s, "lines_failed", self._params.id, cause=log.newest(causes), by=by, zones=len(new)
        )
        self.line_event[new] = self.cause

    def _first_flames_s(self, arrival_s: Floats) -> Floats:
        """Return when fire first burnt under the line of each zone; infinity for not yet."""
        cells, first = self._ways
        return np.asarray(np.minimum.reduceat(arrival_s.reshape(-1)[cells], first))

    @cached_property
    def _ways(self) -> tuple[Rows, Rows]:
        """Return the cells under every zone's line, and where each line begins among them."""
        map_, to_m = self._around.world.grid, zone_middles_m(self._around.world)
        from_m = self._grid.at_m[self._grid.of_feeder[self._grid.of_zone]]
        steps = 2 + (np.hypot(*(to_m - from_m).T) / map_.cell_m).astype(np.int64)
        lines = [
            np.linspace(one, other, n) for one, other, n in zip(from_m, to_m, steps, strict=True)
        ]
        cells = np.asarray(map_.cell_of(*np.concatenate(lines).T), np.int64)
        return np.maximum(cells, 0), np.concatenate(([0], np.cumsum(steps)[:-1]))

    def _here(self, field: Floats) -> Floats:
        return np.where(self._middles >= 0, field.reshape(-1)[self._middles], 0.0)

    def _drawn(self, what: str, median: float, spread: float) -> Floats:
        rows = np.arange(self._around.world.zones.n)
        purpose = f"power.{what}/{self._params.id}"
        return strengths(self._around.streams, purpose, rows, median, spread)
