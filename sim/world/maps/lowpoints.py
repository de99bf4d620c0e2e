"""Waterlogging points of a schematic map: underpasses below railways, and low stretches of road."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

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

#: a waterlogging point is the bottom of a shallow bowl (assumed)
BOWL_RADIUS_M: Final = 110.0
BOWL_DEPTH_M: Final = 0.35
#: half length of the deepest part of an underpass, and of its ramps, along the street (assumed)
FLOOR_M: Final = 22.0
RAMP_M: Final = 75.0


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
) -> None:
    """Sink the bowls and underpasses into ground that already drains, and mark them as meant."""
    x_m, y_m = grid.centres_m()
    for point in points:
        fact = facts.waterlogging[point.row]
        away_m = np.hypot.outer(y_m - point.y_m, x_m - point.x_m)
        bowl_m = BOWL_DEPTH_M if fact.underpass else fact.dip
        down_m = bowl_m * np.clip(1 - (away_m / BOWL_RADIUS_M) ** 2, 0, 1)
        if fact.underpass:
            down_m = np.maximum(down_m, fact.dip * _ramp(point, streets, grid))
        down_m[terrain.water] = 0.0
        terrain.ground_m -= down_m
        terrain.hollow |= down_m > 0


def _ramp(point: LowPoint, streets: Streets, grid: Grid) -> Floats:
    """Return 1 on the floor of an underpass, falling to 0 along its street, 0 elsewhere."""
    line = streets.shapes.points_m(point.street)
    along_m = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
    fine = np.linspace(0, along_m[-1], max(2, int(along_m[-1] / (0.2 * grid.cell_m))))
    x_m, y_m = (np.interp(fine, along_m, column) for column in line.T)
    away_m = np.hypot(x_m - point.x_m, y_m - point.y_m)
    share = np.clip((RAMP_M - away_m) / (RAMP_M - FLOOR_M), 0, 1)
    cells = grid.cell_of(x_m, y_m)
    ramp = np.zeros(grid.ny * grid.nx)
    inside = cells >= 0
    np.maximum.at(ramp, cells[inside], share[inside])
    at = int(grid.cell_of(point.x_m, point.y_m))
    if at >= 0:
        ramp[at] = 1.0
    return ramp.reshape(grid.shape)


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
