"""Waterlogging points of a schematic map: underpasses below railways, and low stretches of road."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.scenario.facts import Facts
from sim.world.grid import Grid
from sim.world.maps.courses import smooth_line
from sim.world.maps.frame import Frame
from sim.world.maps.streets_table import SECONDARY, TERTIARY, Streets
from sim.world.maps.terrain import Terrain
from sim.world.tables import Points

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Window = tuple[NDArray[Any], ...]

#: a waterlogging point is the bottom of a shallow bowl (assumed)
BOWL_RADIUS_M: Final = 110.0
BOWL_DEPTH_M: Final = 0.35
#: half length of the deepest part of an underpass, and of its ramps, along the street (assumed)
FLOOR_M: Final = 22.0
RAMP_M: Final = 75.0
#: between its walls: four lanes and walks (assumed)
UNDERPASS_WIDTH_M: Final = 20.0
#: ramps shallower than this are left to the cell's ground
LEAST_RAMP_M: Final = 0.2
#: side of the squares in which hollows are measured out
SQUARE_M: Final = 5.0
_LEVELS: Final = (np.mean, np.max, np.min)


@dataclass(frozen=True)
class LowPoint:
    """A waterlogging point on the map: row in the facts, street, and place."""

    row: int
    street: int
    x_m: float
    y_m: float
    underpass: bool


def railway_crossings(facts: Facts, frame: Frame, streets: Streets) -> tuple[Ints, Floats]:
    """Return (street, place) of every crossing of a street with a railway."""
    found_streets, found_places = [], []
    shapes = streets.shapes
    starts = np.delete(np.arange(len(shapes.x_m)), shapes.offsets[1:] - 1)
    owner = np.repeat(np.arange(shapes.n), np.diff(shapes.offsets) - 1)
    points = np.column_stack((shapes.x_m, shapes.y_m))
    a, b = points[starts], points[starts + 1]
    for railway in facts.railways:
        line = smooth_line(frame.line_m(railway.course), 25.0)
        reach_m = 0.5 * np.hypot(*(b - a).T).max() + 25.0
        near = np.flatnonzero(cKDTree(line).query((a + b) / 2)[0] <= reach_m)
        hit, where = _intersections(a[near], b[near], line[:-1], line[1:])
        found_streets.append(owner[near[hit]])
        found_places.append(where)
    if not found_streets:
        return np.zeros(0, dtype=np.int64), np.zeros((0, 2))
    return np.concatenate(found_streets), np.concatenate(found_places)


def _intersections(a: Floats, b: Floats, c: Floats, d: Floats) -> tuple[Ints, Floats]:
    """Return (row of a-b, place) where segments a-b meet segments c-d."""
    u, v = b - a, d - c
    cross = u[:, None, 0] * v[None, :, 1] - u[:, None, 1] * v[None, :, 0]
    gap = c[None] - a[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        along = (gap[..., 0] * v[None, :, 1] - gap[..., 1] * v[None, :, 0]) / cross
        other = (gap[..., 0] * u[:, None, 1] - gap[..., 1] * u[:, None, 0]) / cross
    row, column = np.nonzero((along >= 0) & (along < 1) & (other >= 0) & (other < 1))
    return row, a[row] + u[row] * along[row, column][:, None]


def low_points(
    facts: Facts, frame: Frame, streets: Streets, crossings: tuple[Ints, Floats]
) -> list[LowPoint]:
    """Choose a street for each waterlogging point; underpasses lie where streets cross railways."""
    middle = (streets.shapes.offsets[:-1] + streets.shapes.offsets[1:]) // 2
    middles = np.column_stack((streets.shapes.x_m[middle], streets.shapes.y_m[middle]))
    everywhere = (np.arange(len(streets.ends)), middles)
    taken: set[int] = set()
    found = []
    for row, point in enumerate(facts.waterlogging):
        target = np.array(frame.place_m(point.at))
        candidates, places = crossings if point.underpass and len(crossings[0]) else everywhere
        widest = SECONDARY if point.underpass else TERTIARY
        penalty_m = 600.0 * (streets.road_class[candidates] > widest)
        penalty_m += 1e7 * (streets.bridge[candidates] | np.isin(candidates, list(taken)))
        best = int(np.argmin(np.hypot(*(places - target).T) + penalty_m))
        street = int(candidates[best])
        taken.add(street)
        at_m = places[best].tolist()
        found.append(LowPoint(row, street, at_m[0], at_m[1], point.underpass))
    return found


def dig(
    terrain: Terrain, facts: Facts, points: list[LowPoint], streets: Streets, grid: Grid
) -> Underpasses:
    """Sink the bowls and underpasses into ground that already drains, and mark them as meant.

    The ground of a cell sinks by the mean over it, so that hollows hold as much on any grid.
    """
    found = Underpasses(np.ones(grid.shape), np.zeros(grid.shape))
    for point in points:
        fact = facts.waterlogging[point.row]
        window, x_m, y_m = _around(point, grid)
        away_m = np.hypot(x_m - point.x_m, y_m - point.y_m)
        bowl_m = BOWL_DEPTH_M if fact.underpass else fact.dip
        down_m = bowl_m * np.clip(1 - (away_m / BOWL_RADIUS_M) ** 2, 0, 1)
        if fact.underpass:
            trench_m = fact.dip * _ramp(point, streets, x_m, y_m, away_m)
            down_m = np.maximum(down_m, trench_m)
            found.note(window, down_m, trench_m)
        sunk_m = down_m.mean(axis=(1, 3))
        sunk_m[terrain.water[window]] = 0.0
        terrain.ground_m[window] -= sunk_m
        terrain.hollow[window] |= sunk_m > 0
    found.drop_m[terrain.water] = 0.0
    return found


@dataclass(frozen=True)
class Underpasses:
    """What `sim.world.hollows.Hollows` reads, cell by cell."""

    share: Floats
    drop_m: Floats

    def note(self, window: Window, down_m: Floats, trench_m: Floats) -> None:
        """Take in the digging of one underpass: the streets of its cells run on its floor."""
        mean_m, deepest_m, least_m = (reduce(down_m, axis=(1, 3)) for reduce in _LEVELS)
        passes = trench_m.max(axis=(1, 3)) >= LEAST_RAMP_M
        drop_m = np.where(passes, deepest_m - mean_m, 0.0)
        depth_m = np.where(drop_m > 0, deepest_m - least_m, 1.0)
        self.drop_m[window] = np.maximum(self.drop_m[window], drop_m)
        self.share[window] = np.where(drop_m > 0, 1 - drop_m / depth_m, self.share[window])


def _around(point: LowPoint, grid: Grid) -> tuple[Window, Floats, Floats]:
    """Return the cells near a point (as an index), and x and y of small squares in them.

    The squares are (rows, squares a side, columns, squares a side).
    """
    columns_m, rows_m = grid.centres_m()
    reach_m = BOWL_RADIUS_M + grid.cell_m
    rows = np.flatnonzero(np.abs(rows_m - point.y_m) <= reach_m)
    columns = np.flatnonzero(np.abs(columns_m - point.x_m) <= reach_m)
    n = max(1, round(grid.cell_m / SQUARE_M))
    off_m = ((np.arange(n) + 0.5) / n - 0.5) * grid.cell_m
    shape = (len(rows), n, len(columns), n)
    x_m = np.broadcast_to(columns_m[columns][:, None] + off_m, shape)
    y_m = np.broadcast_to((rows_m[rows][:, None] - off_m)[:, :, None, None], shape)
    return np.ix_(rows, columns), x_m, y_m


def _ramp(point: LowPoint, streets: Streets, x_m: Floats, y_m: Floats, away_m: Floats) -> Floats:
    """Return 1 on the floor of an underpass, falling to 0 along its street, 0 beside it."""
    line = streets.shapes.points_m(point.street)
    along_m = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
    fine = np.linspace(0, along_m[-1], max(2, int(along_m[-1] / (0.2 * SQUARE_M))))
    axis = np.column_stack([np.interp(fine, along_m, column) for column in line.T])
    beside_m = cKDTree(axis).query(np.stack((x_m, y_m), axis=-1))[0]
    share = np.clip((RAMP_M - away_m) / (RAMP_M - FLOOR_M), 0, 1)
    return np.where(beside_m <= UNDERPASS_WIDTH_M / 2, share, 0.0)


def points_table(facts: Facts, points: list[LowPoint]) -> Points:
    """Return the watched points; each watches the forward edge of its street."""
    rows = [facts.waterlogging[point.row] for point in points]

    def column(values: list[str]) -> NDArray[np.object_]:
        return np.array(values, dtype=object)

    return Points(
        column([row.id for row in rows]),
        column([row.name.en for row in rows]),
        column([row.name.zh for row in rows]),
        column(["waterlogging"] * len(rows)),
        np.array([point.x_m for point in points], dtype=np.float64),
        np.array([point.y_m for point in points], dtype=np.float64),
        np.array([2 * point.street for point in points], dtype=np.int32),
    )
