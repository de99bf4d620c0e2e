"""Outlines of rivers, canals, lakes and the sea."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rasterio.features import shapes as traced

from sim.core.rng import Streams
from sim.scenario.base import Title
from sim.scenario.facts import Facts
from sim.world.geofiles import transform_of
from sim.world.grid import Grid
from sim.world.maps.courses import Course, normals
from sim.world.maps.frame import Frame
from sim.world.maps.terrain import coast_inland_m, lake_reach
from sim.world.table import Shapes
from sim.world.tables import WATER_KINDS, Waters

Floats = NDArray[np.float64]


def water_tables(
    facts: Facts, frame: Frame, grid: Grid, courses: list[Course], streams: Streams
) -> tuple[Waters, Shapes]:
    """Return the waters and their outlines.

    A river's outline starts at its upstream end, goes down along the left bank and comes back
    along the right one.
    """
    rows: list[tuple[str, Title, str, float, float]] = [
        (c.river.id, c.river.name, c.river.kind, c.river.width, c.river.bed_depth) for c in courses
    ]
    rows += [(lake.id, lake.name, lake.kind, 0.0, lake.depth) for lake in facts.lakes]
    rows += [(coast.id, coast.name, "coast", 0.0, coast.depth) for coast in facts.coasts]
    outlines = [_banks(course, frame) for course in courses]
    outlines += [_largest(lake_reach(lake, frame, grid, streams) < 1, grid) for lake in facts.lakes]
    outlines += [
        _largest(coast_inland_m(coast, frame, grid, streams) < 0, grid) for coast in facts.coasts
    ]
    waters = Waters(
        np.array([row[0] for row in rows], dtype=object),
        np.array([row[1].en for row in rows], dtype=object),
        np.array([row[1].zh for row in rows], dtype=object),
        np.array([WATER_KINDS.index(row[2]) for row in rows], dtype=np.uint8),
        np.array([row[3] for row in rows], dtype=np.float32),
        np.array([row[4] for row in rows], dtype=np.float32),
    )
    return waters, Shapes.of(outlines)


def _banks(course: Course, frame: Frame) -> Floats:
    inside = np.flatnonzero(frame.inside(*course.line_m.T))
    part = slice(inside[0], inside[-1] + 1)
    out = 0.5 * course.river.width * normals(course.line_m)[part]
    line = course.line_m[part]
    return np.concatenate((line + out, (line - out)[::-1], (line + out)[:1]))


def _largest(mask: NDArray[np.bool_], grid: Grid) -> Floats:
    rings = [
        np.array(geometry["coordinates"][0])
        for geometry, _ in traced(mask.astype(np.uint8), mask=mask, transform=transform_of(grid))
    ]
    return max(rings, key=len, default=np.zeros((0, 2)))
