"""Rivers that run across the grid: what they carry and store, with and without their roughness."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from sim.evaluation.verification.case import Case
from sim.hazards.flood_channels import channel_of
from sim.hazards.local_inertial import LocalInertial
from sim.world.grid import Grid
from sim.world.maps.terrain import channel_cells

_DERIVED: Final = "Manning over the longer way of the stairs, friction by both flows of a corner"
_MANNING: Final = "Manning, the stated width"
_AREA: Final = "the stated width's area of water"
_SLOPE, _MANNING_N, _DEPTH_M, _CELL_M, _LENGTH_M = 1e-3, 0.035, 2.0, 20.0, 1200.0
_GENTLE, _DEEP_M = 3e-4, 3.5
_HOURS: Final = 1.5
_MARGIN: Final = 4
#: angle to the rows (degrees), steps along the row for each step across it
_STAIRS: Final = ((0.0, None), (math.degrees(math.atan(0.5)), 2), (45.0, 1))
_ANGLES: Final = (0.0, 15.0, math.degrees(math.atan(0.5)), 45.0)
_WIDTHS: Final = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)


@dataclass(frozen=True)
class Reach:
    """A straight channel with walls on a grid, upstream in the south west."""

    grid: Grid
    inside: NDArray[np.bool_]
    along_m: NDArray[np.float64]
    ends: tuple[int, int]


def one_cell() -> Iterator[Case]:
    """A channel as wide as a cell carries what the longer way of its stairs lets through."""
    for degrees, run in _STAIRS:
        ours = carried(reach_of(degrees, 1.0), 1.0, as_river=False)
        expected = 1.0 if run is None else stairs_share(run)
        places = {"degrees": f"{degrees:.0f}", "cells": "1"}
        yield Case("stairs.carried", _DERIVED, expected, ours, 0.02, "1", places=places)


def rivers() -> Iterator[Case]:
    """Rivers with the roughness of their cells against Manning with the width they are stated at.

    Where stairs are unequal the solver's weighting of flows takes up to 5 % (`flood_channels`).
    """
    for cells in _WIDTHS:
        for degrees in _ANGLES:
            ours = carried(reach_of(degrees, cells), cells)
            places = {"degrees": f"{degrees:.0f}", "cells": f"{cells:g}"}
            yield Case("stairs.river", _MANNING, 1.0, ours, 0.05, "1", places=places)


def banks_in_step() -> Iterator[Case]:
    """A river whose two banks step in the same column narrows there: what is not mended."""
    ours = carried(stepped_reach(), 3.0)
    yield Case("stairs.in_step", _MANNING, 1.0, ours, 0.05, "1", limit=True)


def gentler_and_deeper() -> Iterator[Case]:
    """The same roughness holds at another depth and slope."""
    for degrees in _ANGLES:
        reach = reach_of(degrees, 2.0)
        ours = carried(reach, 2.0, slope=_GENTLE, depth_m=_DEEP_M) - carried(reach, 2.0)
        places = {"degrees": f"{degrees:.0f}"}
        yield Case("stairs.any_depth", _MANNING, 0.0, ours, 0.02, "1", places=places)


def stored() -> Iterator[Case]:
    """Whole cells hold more, or less, water than the river they stand for: not mended."""
    for cells in (1.0, 2.0, 3.0, 4.0, 6.0):
        for degrees in _ANGLES:
            ours = float(channel_of(reach_of(degrees, cells).inside, cells).width.mean()) / cells
            places = {"degrees": f"{degrees:.0f}", "cells": f"{cells:g}"}
            yield Case("stairs.stored", _AREA, 1.0, ours, 0.1, "1", limit=True, places=places)


def stairs_share(run: int) -> float:
    """Return the flow of stairs over that of the straight line, one step across in ``run`` along.

    The way is longer by (run + 1) / sqrt(run^2 + 1). Over a face beside a corner the flow across
    counts as a quarter of the whole for each corner it touches: friction by its norm.
    """
    across = math.hypot(1.0, 0.5)
    along = [math.hypot(1.0, 0.5)] if run == 1 else [math.hypot(1.0, 0.25)] * 2 + [1.0] * (run - 2)
    longer = (sum(along) + across) / math.hypot(run, 1.0)
    return 1 / math.sqrt(longer)


def carried(
    reach: Reach,
    cells: float,
    *,
    slope: float = _SLOPE,
    depth_m: float = _DEPTH_M,
    as_river: bool = True,
) -> float:
    """Return the steady flow of a channel over Manning's for its depth, slope and width.

    Parameters
    ----------
    as_river : bool
        With the roughness that a river's cells have in a flood, or with Manning's as it is.
    """
    width_m = cells * _CELL_M
    ground_m = np.where(reach.inside, -slope * reach.along_m, 30.0)
    roughness = np.full(reach.inside.shape, _MANNING_N)
    if as_river:
        roughness[reach.inside] *= channel_of(reach.inside, cells).roughness_share
    flow_m3_per_s = width_m * depth_m ** (5 / 3) * math.sqrt(slope) / _MANNING_N
    flow = LocalInertial(
        ground_m, _CELL_M, manning_n=roughness, blocked=~reach.inside,
        depth_m=np.where(reach.inside, depth_m, 0.0),
    )  # fmt: skip
    flow.add_inflow([reach.ends[0]], [0.0, 1e9], [flow_m3_per_s] * 2)
    flow.add_pump(reach.ends[1], flow_m3_per_s, starts_above_m=0.2)
    flow.advance(_HOURS * 3600.0)
    middle = reach.inside & (np.abs(reach.along_m / _LENGTH_M - 0.5) < 0.15)
    deep_m = np.asarray(flow.depth_m, np.float64)[middle]
    along_m = reach.along_m[middle]
    falls = -float(np.polyfit(along_m, deep_m - slope * along_m, 1)[0])
    by_manning = width_m * deep_m.mean() ** (5 / 3) * math.sqrt(falls) / _MANNING_N
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


def stepped_reach() -> Reach:
    """Return three cells of every column, one row farther up in every second column."""
    straight = reach_of(_ANGLES[2], 3.0)
    row, column = np.indices(straight.inside.shape)
    middle = _MARGIN + (column - _MARGIN) // 2
    up = straight.inside.shape[0] - 1 - row
    inside = (np.abs(up - middle) <= 1) & (column >= _MARGIN) & (column < column.max() - _MARGIN)
    cells = np.flatnonzero((inside & (up == middle)).ravel())
    far = np.argsort(straight.along_m.ravel()[cells])
    return Reach(straight.grid, inside, straight.along_m, (cells[far[0]], cells[far[-1]]))
