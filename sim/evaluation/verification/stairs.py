"""Channels that run across the grid: what one, and what two to four cells' width carry."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from sim.evaluation.verification.case import Case
from sim.hazards.local_inertial import LocalInertial
from sim.world.grid import Grid
from sim.world.maps.terrain import channel_cells

_DERIVED: Final = "Manning over the longer way of the stairs, friction by both flows of a corner"
_MANNING: Final = "Manning, the stated width"
_SLOPE, _MANNING_N, _DEPTH_M, _CELL_M, _LENGTH_M = 1e-3, 0.035, 2.0, 20.0, 1200.0
_MARGIN: Final = 4
#: angle to the rows (degrees), steps along the row for each step across it
_ANGLES: Final = ((0.0, None), (math.degrees(math.atan(0.5)), 2), (45.0, 1))


@dataclass(frozen=True)
class Reach:
    """A straight channel with walls on a grid, upstream in the south west."""

    grid: Grid
    inside: NDArray[np.bool_]
    along_m: NDArray[np.float64]
    ends: tuple[int, int]


def one_cell() -> Iterator[Case]:
    """A channel as wide as a cell carries what the longer way of its stairs lets through."""
    for degrees, run in _ANGLES:
        ours = carried(degrees, 1.0)
        expected = 1.0 if run is None else stairs_share(run)
        places = {"degrees": f"{degrees:.0f}", "cells": 1}
        yield Case("stairs.carried", _DERIVED, expected, ours, 0.02, "1", places=places)


def wider() -> Iterator[Case]:
    """Wider channels against the width they are meant to have: cells are whole."""
    for cells in (2, 3, 4):
        for degrees, _ in _ANGLES:
            ours, places = carried(degrees, cells), {"degrees": f"{degrees:.0f}", "cells": cells}
            yield Case("stairs.carried", _MANNING, 1.0, ours, 0.1, "1", limit=True, places=places)


def stairs_share(run: int) -> float:
    """Return the flow of stairs over that of the straight line, one step across in ``run`` along.

    The way is longer by (run + 1) / sqrt(run^2 + 1). Over a face beside a corner the flow across
    counts as a quarter of the whole for each corner it touches: friction by its norm.
    """
    across = math.hypot(1.0, 0.5)
    along = [math.hypot(1.0, 0.5)] if run == 1 else [math.hypot(1.0, 0.25)] * 2 + [1.0] * (run - 2)
    longer = (sum(along) + across) / math.hypot(run, 1.0)
    return 1 / math.sqrt(longer)


def carried(degrees: float, cells: float) -> float:
    """Return the steady flow of a channel over Manning's for its depth, slope and width."""
    reach, width_m = reach_of(degrees, cells), cells * _CELL_M
    ground_m = np.where(reach.inside, -_SLOPE * reach.along_m, 30.0)
    flow_m3_per_s = width_m * _DEPTH_M ** (5 / 3) * math.sqrt(_SLOPE) / _MANNING_N
    flow = LocalInertial(
        ground_m, _CELL_M, manning_n=_MANNING_N, blocked=~reach.inside,
        depth_m=np.where(reach.inside, _DEPTH_M, 0.0),
    )  # fmt: skip
    flow.add_inflow([reach.ends[0]], [0.0, 1e9], [flow_m3_per_s] * 2)
    flow.add_pump(reach.ends[1], flow_m3_per_s, starts_above_m=0.2)
    flow.advance(3 * 3600.0)
    middle = reach.inside & (np.abs(reach.along_m / _LENGTH_M - 0.5) < 0.15)
    depth_m = np.asarray(flow.depth_m, np.float64)[middle]
    along_m = reach.along_m[middle]
    slope = -float(np.polyfit(along_m, depth_m - _SLOPE * along_m, 1)[0])
    by_manning = width_m * depth_m.mean() ** (5 / 3) * math.sqrt(slope) / _MANNING_N
    return float(flow_m3_per_s / by_manning)


def reach_of(degrees: float, cells: float) -> Reach:
    """Return a channel as the map maker cuts it: cells of the line, and those near to them."""
    angle = math.radians(degrees)
    steps = _LENGTH_M / _CELL_M
    nx, ny = (2 * _MARGIN + int(steps * part) + 1 for part in (math.cos(angle), math.sin(angle)))
    grid = Grid(ny=ny, nx=nx, cell_m=_CELL_M, north_m=ny * _CELL_M)
    start = (_MARGIN + 0.45) * _CELL_M
    ahead = np.array([math.cos(angle), math.sin(angle)])
    cells_of_line = channel_cells(start + np.array([[0.0], [_LENGTH_M]]) * ahead, grid)
    line = np.zeros(grid.shape, np.bool_)
    line.flat[cells_of_line] = True
    inside = distance_transform_edt(~line) * _CELL_M <= 0.5 * cells * _CELL_M
    x_m, y_m = grid.centres_m()
    along_m = np.add.outer((y_m - start) * ahead[1], (x_m - start) * ahead[0])
    return Reach(grid, inside, along_m, (int(cells_of_line[0]), int(cells_of_line[-1])))
