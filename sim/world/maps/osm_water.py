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
#: what is left of a river's line beside its own areas, and is not worth a river of its own
_SLIVER_SHARE: Final = 0.1


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
    """Return the waters inside the grid; areas are those of `is_water`.

    Every water of the table has a closed outline. Rivers drawn as lines get that of the cells
    they are carved into; those too narrow for the grid are left out and counted.
    """
    coast = [line for line in lines if line.tags.get("natural") == "coastline"]
    sea = _sea([in_metres(points, grid) for _, points in chains(coast)], grid)
    still = marked(((one.geometry(), 1) for one in areas if not _flows(one.tags)), grid) > 0
    flowing = marked(((one.geometry(), 1) for one in areas if _flows(one.tags)), grid) > 0
    drawn = flowing.copy()
    rows = _sea_rows(sea, grid) + _area_rows(areas, grid, dropped)
    for line, points in _courses(lines, grid, dropped):
        whole = _band(line.tags, points, grid) & ~sea
        band = whole & ~drawn
        if band.sum() > _SLIVER_SHARE * whole.sum():  # else drawn as an area already
            rows += _band_rows(line, band, grid)
            flowing |= band
    return Water(*_table(rows), sea, still & ~sea & ~flowing, flowing & ~sea)


def _is_course(tags: Tags) -> bool:
    under = tags.get("tunnel", "no") != "no" or tags.get("intermittent") == "yes"
    return tags.get("waterway") in _COURSES and not under


def _flows(tags: Tags) -> bool:
    return tags.get("waterway") in _FLOWING or tags.get("water") in _FLOWING


def _width_m(tags: Tags) -> float:
    text = tags.get("width", "").removesuffix("m").strip()
    usual = parameter(f"osm.{_COURSES[tags['waterway']][1]}").value
    return float(text) if text.replace(".", "", 1).isdecimal() else float(usual)


def _courses(
    lines: list[Line], grid: Grid, dropped: Counter[str]
) -> list[tuple[Line, list[Floats]]]:
    """Return open rivers and canals, ways of one name joined: their first way and their pieces."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        if _is_course(line.tags):
            narrow = _width_m(line.tags) < grid.cell_m / 2
            dropped["courses_too_narrow"] += narrow
            if not narrow:
                key = (line.tags["waterway"], line.tags.get("name", ""))
                groups.setdefault(key, []).append(line)
    found = []
    for group in groups.values():
        for head, points in chains(group):
            whole = Line(head.id, head.tags, np.arange(len(points)), points)
            found.append((head, [part for _, part in clipped([whole], grid, Counter()).pieces()]))
    return found


def _band(tags: Tags, pieces: list[Floats], grid: Grid) -> Flags:
    """Return the cells within half a width of a river's line."""
    marks = marked(((line_geometry(part), 1) for part in pieces), grid) > 0
    reach = round((_width_m(tags) / grid.cell_m - 1) / 2)
    if reach < 1 or not marks.any():
        return marks
    disc = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1]) <= reach + 0.5
    wide: Flags = ndimage.binary_dilation(marks, structure=disc)
    return wide


def _band_rows(line: Line, band: Flags, grid: Grid) -> list[_Row]:
    waterway = line.tags["waterway"]
    depth_m = parameter("osm.river_bank").value
    return [
        _Row(f"{waterway}-{line.id}" + (f"-{i}" if i else ""), line.tags, _COURSES[waterway][0],
             _width_m(line.tags), depth_m, ring)
        for i, ring in enumerate(_outlines(band, grid))
    ]  # fmt: skip


def _outlines(cells: Flags, grid: Grid) -> list[Floats]:
    """Return the outer rings around cells, those that touch at a corner in one ring."""
    found = outlines(
        cells.astype(np.uint8), mask=cells, connectivity=8, transform=transform_of(grid)
    )
    return [np.array(geometry["coordinates"][0]) for geometry, _ in found]


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
    depth_m = parameter("osm.sea_bank").value
    rings = _outlines(sea, grid)
    return [_Row(f"sea-{i + 1}", {}, "coast", 0.0, depth_m, ring) for i, ring in enumerate(rings)]


def _area_rows(areas: list[Polygon], grid: Grid, dropped: Counter[str]) -> list[_Row]:
    rows = []
    for one in areas:
        small = one.area_m2 < grid.cell_area_m2 or grid.cell_of(*one.outer_m.T).max() < 0
        dropped["waters_small_or_outside"] += small
        if small:
            continue
        depth_m = parameter("osm.sea_bank").value
        width_m = 0.0
        if _flows(one.tags):
            kind = (
                "canal" if "canal" in {one.tags.get("water"), one.tags.get("waterway")} else "river"
            )
            depth_m = parameter("osm.river_bank").value
            around_m = float(np.hypot(*np.diff(one.outer_m, axis=0).T).sum())
            width_m = 2 * one.area_m2 / around_m  # of a long strip
        else:
            basin = one.tags.get("landuse") in {"reservoir", "basin"}
            kind = "reservoir" if basin or one.tags.get("water") == "reservoir" else "lake"
        rows.append(_Row(f"water-{one.id}", one.tags, kind, width_m, depth_m, one.outer_m))
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
