"""What water does to buildings and watched points, each change logged with its cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.model.disaster import Disaster


class WaterEffects:
    """Buildings entered and thresholds passed by the water in ``depth_m``.

    Attributes
    ----------
    building_cells : (n,) int64
        Flat cell of each building; all maps keep their buildings inside (see the map's checks).
    building_now_m, building_depth_m : (n,) float32
        Depth at each building, now and the largest so far.
    first_wet_s : (n,) float64
        When water first entered; infinity when it never did.
    """

    def __init__(self, model: Disaster) -> None:
        self._model = model
        world = model.world
        self._sill_m = np.float32(parameter("buildings.sill").si)
        cells = world.grid.cell_of(world.buildings.x_m, world.buildings.y_m)
        self.building_cells = np.maximum(cells, 0)
        self.building_now_m = np.zeros(world.buildings.n, dtype=np.float32)
        self.building_depth_m = np.zeros(world.buildings.n, dtype=np.float32)
        self.first_wet_s = np.full(world.buildings.n, np.inf)
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
        self._buildings(to_s, depth_m)
        street_m = self._model.roads.water_m
        self._points(to_s, depth_m if street_m is None else street_m)

    def _buildings(self, to_s: float, depth_m: NDArray[np.float32]) -> None:
        now_m = self.building_now_m = depth_m.take(self.building_cells)
        np.maximum(self.building_depth_m, now_m, out=self.building_depth_m)
        above = np.flatnonzero(now_m >= self._sill_m)
        entered = above[np.isinf(self.first_wet_s[above])]
        if len(entered) == 0:
            return
        self.first_wet_s[entered] = to_s
        world = self._model.world
        zones, counts = np.unique(world.buildings.zone[entered], return_counts=True)
        for zone, count in zip(zones.tolist(), counts.tolist(), strict=True):
            self._model.log.add(
                to_s,
                "buildings_flooded",
                str(world.zones.id[zone]) if zone >= 0 else world.id,
                cause=self._model.cause_of("depth_m"),
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
                cause=self._model.cause_of("depth_m"),
                depth_m=round(float(now_m[row]), 3),
                threshold_m=round(float(self._thresholds_m[row]), 3),
            )
