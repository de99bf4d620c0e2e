"""Water that comes and goes at single cells: inflow points and pumps."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sim.hazards.series import Series
from sim.kernels.flood import F8, I8
from sim.kernels.flood_sources import Flags


class Inflows:
    """Hydrographs that enter at cells of the map."""

    def __init__(self) -> None:
        self._series: list[Series] = []
        self._n_given = -1
        self.cells: I8 = np.zeros(0, np.int64)
        self.first: I8 = np.zeros(1, np.int64)

    def add(self, cells: I8, flow_m3_per_s: Series) -> None:
        """Spread a hydrograph evenly over padded cells."""
        if len(cells) == 0:
            raise ValueError("an inflow needs at least one cell")
        self._series.append(flow_m3_per_s)
        self.cells = np.concatenate((self.cells, cells))
        self.first = np.append(self.first, len(self.cells))

    def hold(self, groups: list[tuple[I8, float]]) -> None:
        """Let steady flows (m3/s), each over its cells, take the place of those held before."""
        if self._n_given < 0:
            self._n_given = len(self._series)
        end = int(self.first[self._n_given])
        del self._series[self._n_given :]
        self.cells, self.first = self.cells[:end], self.first[: self._n_given + 1]
        for cells, flow_m3_per_s in groups:
            self.add(cells, Series([0.0], [flow_m3_per_s]))

    def highest_m(self, depth_m: F8, t_s: float, dt_s: float, area_m2: float) -> float:
        """Return the deepest an inflow cell may get in a step; the time step must know."""
        most = 0.0
        for k, series in enumerate(self._series):
            cells = self.cells[self.first[k] : self.first[k + 1]]
            rise_m = max(series.at(t_s), series.at(t_s + dt_s)) * dt_s / (len(cells) * area_m2)
            most = max(most, float(depth_m.ravel()[cells].max()) + rise_m)
        return most

    def volumes_m3(self, times_s: F8) -> F8:
        """Return what comes in from time to time, (spans, hydrographs)."""
        volumes: F8 = np.empty((len(times_s) - 1, len(self._series)))
        for k, series in enumerate(self._series):
            volumes[:, k] = series.integrals(times_s)
        return volumes


class Pumps:
    """Pumps: each lifts from one cell to another or out of the map."""

    def __init__(self) -> None:
        self.cells: I8 = np.zeros(0, np.int64)
        self.outlets: I8 = np.zeros(0, np.int64)
        self.capacity_m3_per_s: F8 = np.zeros(0)
        self.start_m: F8 = np.zeros(0)
        self.stop_m: F8 = np.zeros(0)
        self.on: Flags = np.zeros(0, np.bool_)
        self.powered: Flags = np.zeros(0, np.bool_)
        self.moved_m3: F8 = np.zeros(0)

    def add(
        self, cell: int, capacity_m3_per_s: float, start_m: float, stop_m: float, outlet: int
    ) -> int:
        """Put a pump on padded cells (outlet -1: out of the map); return its row."""
        columns: dict[str, ArrayLike] = {
            "cells": cell, "outlets": outlet, "capacity_m3_per_s": capacity_m3_per_s,
            "start_m": start_m, "stop_m": stop_m, "on": False, "powered": True, "moved_m3": 0.0,
        }  # fmt: skip
        for name, value in columns.items():
            column = getattr(self, name)
            setattr(self, name, np.append(column, value).astype(column.dtype))
        return len(self.cells) - 1
