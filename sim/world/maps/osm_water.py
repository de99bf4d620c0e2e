"""Waters of an OpenStreetMap file: the sea beyond the coast line, lakes, rivers and streams."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rasterio.features import shapes as outlines
from scipy import ndimage

from sim.scenario.parameters import parameter
from sim.world.geofiles import transform_of
from sim.world.grid import Grid
from sim.world.maps.osm_areas import Polygon, line_geometry, marked
from sim.world.maps.osm_lines import Floats, chains, clipped, in_metres
from sim.world.maps.osm_read import Line, Tags
from sim.world.table import Shapes
from sim.world.tables import WATER_KINDS, Waters

Flags = NDArray[np.bool_]

#: waterway of a line -> kind of the map, row of the catalogue
_COURSES: Final = {
    "river": ("river", "river_width"),
    "canal": ("canal", "canal_width"),
    "stream": ("river", "stream_width"),
    "drain": ("canal", "stream_width"),
    "ditch": ("canal", "stream_width"),
}
_FLOWING: Final = frozenset(("river", "canal", "stream", "riverbank", "dock", "ditch", "drain"))
#: which side of the coast is which is asked so many cells off the line; OSM has the sea right
_ASIDE_CELLS: Final = 1.5


@dataclass(frozen=True, eq=False)
class Water:
    """The waters of a map.

    Attributes
    ----------
    sea, still, flowing : (ny, nx) bool
        Cells of the sea, of lakes, of rivers and canals.
    """

    table: Waters
    shapes: Shapes
    sea: Flags
    still: Flags
    flowing: Flags

    @property
    def any(self) -> Flags:
        """Cells under water of any kind."""
        return self.sea | self.still | self.flowing


@dataclass(frozen=True, eq=False)
class _Row:
    """One water of the table."""

    id: str
    tags: Tags
    kind: str
    width_m: float
    bed_depth_m: float
    shape_m: Floats


def is_water(tags: Tags) -> bool:
    """Return whether an area is open water."""
    return (
        tags.get("natural") == "water"
        or tags.get("waterway") in {"riverbank", "dock"}
        or tags.get("landuse") in {"reservoir", "basin"}
    ) and tags.get("intermittent") != "yes"


def waters(lines: list[Line], areas: list[Polygon], grid: Grid, dropped: Counter[str]) -> Water:
    """Return the waters inside the grid; areas are those of `is_water`."""
    coast = [line for line in lines if line.tags.get("natural") == "coastline"]
    sea = _sea([in_metres(points, grid) for _, points in chains(coast)], grid)
    courses = [line for line in lines if _is_course(line.tags)]
    rows = _sea_rows(sea, grid) + _area_rows(areas, grid, dropped) + _course_rows(courses, grid)
    flowing_areas = [one for one in areas if _flows(one.tags)]
    still = marked(((one.geometry(), 1) for one in areas if not _flows(one.tags)), grid) > 0
    flowing = marked(((one.geometry(), 1) for one in flowing_areas), grid) > 0
    for line in courses:
        if _width_m(line.tags) >= grid.cell_m / 2:
            flowing |= _band(line, grid)
    return Water(*_table(rows), sea, still & ~sea, flowing & ~sea)


def _is_course(tags: Tags) -> bool:
    under = tags.get("tunnel", "no") != "no" or tags.get("intermittent") == "yes"
    return tags.get("waterway") in _COURSES and not under


def _flows(tags: Tags) -> bool:
    return tags.get("waterway") in _FLOWING or tags.get("water") in _FLOWING


def _width_m(tags: Tags) -> float:
    text = tags.get("width", "").removesuffix("m").strip()
    usual = parameter(f"osm.{_COURSES[tags['waterway']][1]}").value
    return float(text) if text.replace(".", "", 1).isdecimal() else float(usual)


def _band(line: Line, grid: Grid) -> Flags:
    """Return the cells within half a width of a river's line."""
    pieces = [part for _, part in clipped([line], grid, Counter()).pieces()]
    marks = marked(((line_geometry(part), 1) for part in pieces), grid) > 0
    reach = round((_width_m(line.tags) / grid.cell_m - 1) / 2)
    if reach < 1 or not marks.any():
        return marks
    wide: Flags = ndimage.binary_dilation(marks, iterations=reach)
    return wide


def _sea(coasts: list[Floats], grid: Grid) -> Flags:
    """Return the sea: the cells joined to the right-hand side of a coast.

    Coasts of a cut extract end inside the map; they are drawn on, straight, across its edge. Each
    part of the map that the coasts separate is sea or land by the majority of its places beside
    them; without a coast everything is land.
    """
    extended = [_drawn_on(points, grid) for points in coasts]
    line = marked(((line_geometry(p), 1) for p in extended), grid) > 0
    if not line.any():
        return np.zeros(grid.shape, dtype=bool)
    part, n = ndimage.label(~line)  # over sides only, so a line one cell wide parts them
    votes = np.zeros(n + 1)
    for points in extended:
        step = np.diff(points, axis=0)
        length = np.hypot(*step.T)
        count = np.maximum(1, np.ceil(length / grid.cell_m)).astype(np.int64)
        at = np.repeat(np.arange(len(step)), count)
        share = (np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count) + 0.5) / count[at]
        middle = points[at] + share[:, None] * step[at]
        right = np.column_stack((step[at, 1], -step[at, 0])) / np.maximum(length[at], 1e-9)[:, None]
        for side, vote in ((1.0, 1.0), (-1.0, -1.0)):
            cell = grid.cell_of(*(middle + side * _ASIDE_CELLS * grid.cell_m * right).T)
            np.add.at(votes, part.ravel()[cell[cell >= 0]], vote)
    votes[0] = 0.0
    nearest = ndimage.distance_transform_edt(line, return_distances=False, return_indices=True)
    sea: Flags = (votes > 0)[part[tuple(nearest)]]
    return sea


def _drawn_on(points: Floats, grid: Grid) -> Floats:
    """Return an open line with straight ends that leave the grid; a ring as it is."""
    if np.array_equal(points[0], points[-1]):
        return points
    far_m = grid.cell_m * (grid.ny + grid.nx)

    def beyond(end: Floats, before: Floats) -> Floats:
        if grid.cell_of(*end) < 0:
            return np.zeros((0, 2))
        direction = end - before
        out: Floats = (end + direction / max(float(np.hypot(*direction)), 1e-9) * far_m)[None]
        return out

    return np.vstack((beyond(points[0], points[1]), points, beyond(points[-1], points[-2])))


def _sea_rows(sea: Flags, grid: Grid) -> list[_Row]:
    """Return the outlines of the sea, which OpenStreetMap does not hold as an area."""
    found = outlines(sea.astype(np.uint8), mask=sea, transform=transform_of(grid))
    depth_m = parameter("osm.sea_bank").value
    return [
        _Row(f"sea-{i}", {}, "coast", 0.0, depth_m, np.array(geometry["coordinates"][0]))
        for i, (geometry, _) in enumerate(found)
    ]


def _area_rows(areas: list[Polygon], grid: Grid, dropped: Counter[str]) -> list[_Row]:
    rows = []
    for one in areas:
        small = one.area_m2 < grid.cell_area_m2 or grid.cell_of(*one.outer_m.T).max() < 0
        dropped["waters_small_or_outside"] += small
        if not small and not _flows(one.tags):
            basin = one.tags.get("landuse") in {"reservoir", "basin"}
            kind = "reservoir" if basin or one.tags.get("water") == "reservoir" else "lake"
            depth_m = parameter("osm.sea_bank").value
            rows.append(_Row(f"water-{one.id}", one.tags, kind, 0.0, depth_m, one.outer_m))
    return rows


def _course_rows(courses: list[Line], grid: Grid) -> list[_Row]:
    """Return rivers, canals and streams, ways of one name joined and cut at the map's edge."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in courses:
        groups.setdefault((line.tags["waterway"], line.tags.get("name", "")), []).append(line)
    rows = []
    for (waterway, _), lines in groups.items():
        for head, points in chains(lines):
            whole = Line(head.id, head.tags, np.arange(len(points)), points)
            for part, (_, piece) in enumerate(clipped([whole], grid, Counter()).pieces()):
                name = f"{waterway}-{head.id}" + (f"-{part}" if part else "")
                depth_m = parameter("osm.river_bank").value
                kind = _COURSES[waterway][0]
                rows.append(_Row(name, head.tags, kind, _width_m(head.tags), depth_m, piece))
    return rows


def _table(rows: list[_Row]) -> tuple[Waters, Shapes]:
    def texts(values: list[str]) -> NDArray[np.object_]:
        return np.array(values, dtype=object)

    names = [row.tags.get("name", "") for row in rows]
    table = Waters(
        id=texts([row.id for row in rows]),
        name_en=texts([r.tags.get("name:en", name) for r, name in zip(rows, names, strict=True)]),
        name_zh=texts([r.tags.get("name:zh", name) for r, name in zip(rows, names, strict=True)]),
        kind=np.array([WATER_KINDS.index(row.kind) for row in rows], dtype=np.uint8),
        width_m=np.array([row.width_m for row in rows], dtype=np.float32),
        bed_depth_m=np.array([row.bed_depth_m for row in rows], dtype=np.float32),
    )
    return table, Shapes.of([row.shape_m for row in rows])
