"""What water does to roads, buildings and watched points, each change logged with its cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.scenario.parameters import parameter
from sim.world.closures import Closures

if TYPE_CHECKING:
    from sim.model.disaster import Disaster


class WaterEffects:
    """Roads closed, buildings entered and thresholds passed by the water in ``depth_m``.

    Attributes
    ----------
    closures : Closures
    building_cells : (n,) int64
        Flat cell of each building; all maps keep their buildings inside (see the map's checks).
    building_now_m, building_depth_m : (n,) float32
        Depth at each building, now and the largest so far.
    first_wet_s : (n,) float64
        When water first entered; infinity when it never did.
    spells : list of tuple
        (edge, closed_s, reopened_s) of every closure that has ended.
    """

    def __init__(self, model: Disaster) -> None:
        self._model = model
        world = model.world
        self.closures = Closures(
            world,
            close_depth_m=parameter("roads.close_depth").si,
            reopen_depth_m=parameter("roads.reopen_depth").si,
        )
        self._sill_m = np.float32(parameter("buildings.sill").si)
        cells = world.grid.cell_of(world.buildings.x_m, world.buildings.y_m)
        self.building_cells = np.maximum(cells, 0)
        self.building_now_m = np.zeros(world.buildings.n, dtype=np.float32)
        self.building_depth_m = np.zeros(world.buildings.n, dtype=np.float32)
        self.first_wet_s = np.full(world.buildings.n, np.inf)
        self.spells: list[tuple[int, float, float]] = []
        self._closed_by: dict[int, tuple[int, float]] = {}
        watched = model.scenario.watch
        self._thresholds_m = np.array([point.depth for point in watched], dtype=np.float32)
        self._watched = [point.point for point in watched]
        self._watch_cells = np.array([world.point_cell(point.point) for point in watched], int)
        self._told = np.zeros(len(watched), dtype=bool)

    def update(self, to_s: float) -> None:
        """Look at the water now and log what changed."""
        depth_m = self._model.fields.get("depth_m")
        if depth_m is None:
            return
        self._roads(to_s, depth_m)
        self._buildings(to_s, depth_m)
        self._points(to_s, depth_m)

    def open_spells(self) -> list[tuple[int, float]]:
        """Return (edge, closed_s) of the roads still closed, by edge."""
        return sorted((edge, closed_s) for edge, (_, closed_s) in self._closed_by.items())

    def _roads(self, to_s: float, depth_m: NDArray[np.float32]) -> None:
        log, cause = self._model.log, self._model.cause
        change = self.closures.update(depth_m)
        for edge in change.closed.tolist():
            depth = round(float(self.closures.depth_m[edge]), 3)
            event = log.add(to_s, "road_closed", f"edge-{edge}", cause=cause, depth_m=depth)
            self._closed_by[edge] = (event, to_s)
        for edge in change.reopened.tolist():
            event, closed_s = self._closed_by.pop(edge)
            log.add(
                to_s, "road_reopened", f"edge-{edge}", cause=event, closed_for_s=to_s - closed_s
            )
            self.spells.append((edge, closed_s, to_s))

    def _buildings(self, to_s: float, depth_m: NDArray[np.float32]) -> None:
        now_m = self.building_now_m = depth_m.reshape(-1)[self.building_cells]
        np.maximum(self.building_depth_m, now_m, out=self.building_depth_m)
        entered = (now_m >= self._sill_m) & np.isinf(self.first_wet_s)
        self.first_wet_s[entered] = to_s
        world = self._model.world
        zones, counts = np.unique(world.buildings.zone[entered], return_counts=True)
        for zone, count in zip(zones.tolist(), counts.tolist(), strict=True):
            self._model.log.add(
                to_s,
                "buildings_flooded",
                str(world.zones.id[zone]) if zone >= 0 else world.id,
                cause=self._model.cause,
                buildings=count,
            )

    def _points(self, to_s: float, depth_m: NDArray[np.float32]) -> None:
        now_m = depth_m.reshape(-1)[self._watch_cells]
        for row in np.flatnonzero((now_m >= self._thresholds_m) & ~self._told).tolist():
            self._told[row] = True
            self._model.log.add(
                to_s,
                "point_flooded",
                self._watched[row],
                cause=self._model.cause,
                depth_m=round(float(now_m[row]), 3),
                threshold_m=round(float(self._thresholds_m[row]), 3),
            )
