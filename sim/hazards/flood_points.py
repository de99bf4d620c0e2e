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
        self.series: list[Series] = []  #: m3/s
        self._n_given = -1
        self.cells: I8 = np.zeros(0, np.int64)
        self.first: I8 = np.zeros(1, np.int64)

    def add(self, cells: I8, flow_m3_per_s: Series) -> None:
        """Spread a hydrograph evenly over padded cells."""
        if len(cells) == 0:
            raise ValueError("an inflow needs at least one cell")
        self.series.append(flow_m3_per_s)
        self.cells = np.concatenate((self.cells, cells))
        self.first = np.append(self.first, len(self.cells))

    def hold(self, groups: list[tuple[I8, float]]) -> None:
        """Let steady flows (m3/s), each over its cells, take the place of those held before."""
        if self._n_given < 0:
            self._n_given = len(self.series)
        end = int(self.first[self._n_given])
        del self.series[self._n_given :]
        self.cells, self.first = self.cells[:end], self.first[: self._n_given + 1]
        for cells, flow_m3_per_s in groups:
            self.add(cells, Series([0.0], [flow_m3_per_s]))


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
