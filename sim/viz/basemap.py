"""The map under the picture: ground, waters, roads, levees, borders, places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.colors import LightSource, to_rgb
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path
from numpy.typing import NDArray

from sim.core.words import say
from sim.viz.labels import Box, Labels
from sim.viz.stamp import Stamp
from sim.viz.theme import (
    BORDER,
    BUILDING,
    FACILITIES,
    INK,
    LAND,
    LEVEE,
    PAPER,
    ROADS,
    TOWN_NAME,
    WATCHED_POINT,
    WATER,
    WATER_LINE,
    WATER_NAME,
    Symbol,
)
from sim.world.layers import LAND_CLASSES
from sim.world.table import Shapes
from sim.world.tables import FACILITY_KINDS, ROAD_CLASSES, ZONE_LEVELS, Facilities, Points
from sim.world.world import World

#: more cells than this a side are thinned: no screen shows more
_MOST_PIXELS: Final = 2000
#: ground steeper than this is shown as it is; flatter ground is exaggerated up to 40 times
_SHADED_SLOPE: Final = 0.25

#: wider maps show no footprints; on smaller ones than this streets are drawn wider
_FOOTPRINTS_M: Final = 8_000.0
_STROKES_FIT_M: Final = 10_000.0
_MOST_WATER_NAMES: Final = 6
#: more places of one kind than this are drawn smaller
_MANY_PLACES: Final = 20
#: road classes that the legend names; the rest explain themselves
_NAMED_ROADS: Final = ("motorway", "trunk", "primary")
_BORDERS: Final = {"county": (1.6, "-"), "town": (0.8, (0, (5, 2, 1, 2)))}

Made = TypeVar("Made")


def once_a_world(make: Callable[[World], Made]) -> Callable[[World], Made]:
    """Keep what ``make`` returns as long as its world lives: many maps of one world are drawn."""
    kept: WeakKeyDictionary[World, Made] = WeakKeyDictionary()

    def made(world: World) -> Made:
        if world not in kept:
            kept[world] = make(world)
        return kept[world]

    return made


def draw_ground(axes: Axes, world: World) -> None:
    """Lay the land classes, shaded by the relief with light from the north-west."""
    west, south, east, north = world.grid.bounds_m
    axes.imshow(ground_rgb(world), extent=(west, east, south, north), zorder=0)


def draw_land(axes: Axes, world: World, lang: str, bounds_m: Box) -> list[Any]:
    """Lay what is under the picture: ground, buildings, waters; return legend entries."""

    def make() -> Iterator[Artist]:
        """Yield the artists, which know no language."""
        west, south, east, north = world.grid.bounds_m
        ground = AxesImage(axes, extent=(west, east, south, north))
        ground.set_data(ground_rgb(world))
        yield ground
        yield from _buildings(world, bounds_m)
        yield from _waters(world)

    Stamp(axes, world, ("land", bounds_m), make, zorder=0)
    wet_land = bool((world.layers["land"] == LAND_CLASSES.index("water")).any())
    if not wet_land and not (np.diff(world.water_shapes.offsets) > 1).any():
        return []
    return [Patch(fc=WATER, ec=WATER_LINE, lw=0.5, label=say("map.permanent_water", lang))]


@once_a_world
def ground_rgb(world: World) -> NDArray[np.uint8]:
    """Return the shaded land as (rows, columns, 3), thinned to what a screen can show."""
    step = 1 + max(world.grid.shape) // _MOST_PIXELS
    land = world.layers["land"][::step, ::step]
    ground_m = world.layers["elevation_m"][::step, ::step].astype(np.float64)
    tint = np.array([to_rgb(LAND[name]) for name in LAND_CLASSES])[land]
    shade = _relief(ground_m, world.grid.cell_m * step)
    shaded: NDArray[np.float64] = np.clip(
        tint * (1 + 0.35 * (shade - np.median(shade)))[..., None], 0, 1
    )
    pixels: NDArray[np.uint8] = (shaded * 255).astype(np.uint8)
    return pixels


def _relief(ground_m: NDArray[np.float64], cell_m: float) -> NDArray[np.float64]:
    if min(ground_m.shape) < 2:
        return np.full(ground_m.shape, 0.5)
    north_south, west_east = np.gradient(ground_m, cell_m)
    usual = float(np.quantile(np.hypot(north_south, west_east), 0.95))
    exaggeration = float(np.clip(_SHADED_SLOPE / max(usual, 1e-9), 1.0, 40.0))
    light = LightSource(azdeg=315, altdeg=45)
    shade: NDArray[np.float64] = light.hillshade(
        ground_m, vert_exag=exaggeration, dx=cell_m, dy=cell_m
    )
    return shade


def lines_of(shapes: Shapes, rows: NDArray[np.int64]) -> list[NDArray[np.float64]]:
    """Return the chosen shapes as (m, 2) arrays."""
    points = np.column_stack((shapes.x_m, shapes.y_m))
    starts, ends = shapes.offsets[rows].tolist(), shapes.offsets[rows + 1].tolist()
    return [points[start:end] for start, end in zip(starts, ends, strict=True)]


def one_a_street(world: World) -> NDArray[np.int64]:
    """Return one edge of every street: of two opposite directions, only the first."""
    roads = world.roads
    low = np.minimum(roads.from_node, roads.to_node).astype(np.int64)
    high = np.maximum(roads.from_node, roads.to_node).astype(np.int64)
    pair = (low * (world.nodes.n + 1) + high) * 10 + roads.road_class
    return np.sort(np.unique(pair, return_index=True)[1])


def _waters(world: World) -> Iterator[Artist]:
    """Yield closed outlines filled, open ones as lines."""
    rows = np.arange(world.water_shapes.n)
    shapes = [shape for shape in lines_of(world.water_shapes, rows) if len(shape) > 1]
    closed = [shape for shape in shapes if np.array_equal(shape[0], shape[-1])]
    yield PolyCollection(closed, facecolors=WATER, edgecolors=WATER_LINE, linewidths=0.4)
    open_ones = [shape for shape in shapes if not np.array_equal(shape[0], shape[-1])]
    yield LineCollection(open_ones, colors=WATER_LINE, linewidths=0.9)


def _buildings(world: World, bounds_m: Box) -> Iterator[Artist]:
    """Yield the footprints, where the map has them and what is shown is small enough."""
    west, _, east, _ = bounds_m
    if world.building_shapes is None or east - west > _FOOTPRINTS_M:
        return
    outlines = lines_of(world.building_shapes, np.arange(world.building_shapes.n))
    yield PolyCollection(outlines, facecolors=BUILDING, edgecolors="none")


@once_a_world
def streets(world: World) -> dict[str, list[Path]]:
    """Return the lines of every street by road class, wide classes last."""
    rows = one_a_street(world)
    codes = world.roads.road_class[rows]
    found = {}
    for code, name in reversed(list(enumerate(ROAD_CLASSES))):
        lines = lines_of(world.road_shapes, rows[codes == code])
        if lines:
            found[name] = [Path(line) for line in lines]
    return found


def draw_roads(
    axes: Axes, world: World, lang: str, bounds_m: Box, *, thinner: float = 1.0
) -> list[Any]:
    """Draw streets by class, wide ones on top; return legend entries."""
    west, _, east, _ = bounds_m
    wider = float(np.clip(np.sqrt(_STROKES_FIT_M / (east - west)), 1.0, 3.0)) / thinner
    Stamp(axes, world, ("roads", wider), lambda: _roads(world, wider), zorder=4)
    return [
        Line2D(
            [],
            [],
            color=ROADS[name].colour,
            lw=ROADS[name].width_pt,
            label=say(f"road_class.{name}", lang),
        )
        for name in reversed(streets(world))
        if name in _NAMED_ROADS
    ]


def _roads(world: World, wider: float) -> Iterator[Artist]:
    for name, paths in streets(world).items():
        stroke = ROADS[name]
        yield PathCollection(
            paths,
            facecolors="none",
            edgecolors=stroke.colour,
            linewidths=stroke.width_pt * wider,
        )


def draw_levees(axes: Axes, world: World, lang: str) -> list[Any]:
    """Draw crest lines; return legend entries."""
    if world.levees.n == 0:
        return []
    lines = lines_of(world.levee_shapes, np.arange(world.levee_shapes.n))
    axes.add_collection(
        LineCollection(lines, colors=LEVEE, linewidths=1.3, zorder=6), autolim=False
    )
    return [Line2D([], [], color=LEVEE, lw=1.3, label=say("map.levee", lang))]


def draw_zones(axes: Axes, world: World, lang: str) -> list[Any]:
    """Draw the borders of county and towns; return legend entries."""
    entries = []
    for level, (width_pt, dashes) in _BORDERS.items():
        outlines = lines_of(world.zone_shapes, zones_of(world, level))
        if not any(len(outline) for outline in outlines):
            continue
        axes.add_collection(
            LineCollection(
                outlines, colors=BORDER, linewidths=width_pt, linestyles=dashes, zorder=7
            ),
            autolim=False,
        )
        if level == "town":
            label = say("map.town_border", lang)
            entries.append(Line2D([], [], color=BORDER, lw=width_pt, ls=dashes, label=label))
    return entries


def zones_of(world: World, level: str) -> NDArray[np.int64]:
    """Return the rows of the zones of one level that have an outline."""
    rows = np.flatnonzero(world.zones.level == ZONE_LEVELS.index(level))
    return rows[rows < world.zone_shapes.n].astype(np.int64)


def draw_names(axes: Axes, world: World, lang: str, bounds_m: Box) -> None:
    """Write the towns' names, then those of the widest waters where there is room."""
    labels = Labels(axes, bounds_m)
    _keep_clear(labels, world)
    zones, waters = world.zones, world.waters
    towns = zones.name_zh if lang == "zh" else zones.name_en
    for row in zones_of(world, "town").tolist():
        outline = world.zone_shapes.points_m(row)
        if len(outline) < 3:
            continue
        x, y = centroid_m(outline)
        if _inside(x, y, bounds_m):
            labels.write(
                x, y, str(towns[row]), size_pt=7.5, needed=True, color=TOWN_NAME, zorder=14
            )
    names = waters.name_zh if lang == "zh" else waters.name_en
    written = {""}
    for row in np.argsort(-waters.width_m, kind="stable").tolist():
        line, name = world.water_shapes.points_m(row), str(names[row])
        if name in written or len(line) == 0 or len(written) > _MOST_WATER_NAMES:
            continue
        x, y = line[len(line) // 3]
        if not _inside(x, y, bounds_m):
            continue
        written.add(name)
        labels.write(x, y, name, size_pt=7.5, needed=False, color=WATER_NAME, zorder=13)


def _inside(x_m: float, y_m: float, bounds_m: Box) -> bool:
    west, south, east, north = bounds_m
    return bool(west <= x_m <= east and south <= y_m <= north)


def _keep_clear(labels: Labels, world: World) -> None:
    """Keep names off the few symbols that a reader looks for first."""
    post = world.facilities.kind == FACILITY_KINDS.index("command_post")
    for table, rows, symbol in (
        (world.facilities, post, FACILITIES["command_post"]),
        (world.points, slice(None), WATCHED_POINT),
    ):
        for x_m, y_m in zip(table.x_m[rows], table.y_m[rows], strict=True):
            labels.keep_clear(float(x_m), float(y_m), symbol.size_pt)


def centroid_m(ring: NDArray[np.float64]) -> tuple[float, float]:
    """Return the centre of area of a ring, or the mean of its corners when it has no area."""
    x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    if abs(cross.sum()) < 1e-6:
        return float(ring[:, 0].mean()), float(ring[:, 1].mean())
    six = 3 * cross.sum()
    return (
        float(ring[0, 0] + ((x + np.roll(x, -1)) * cross).sum() / six),
        float(ring[0, 1] + ((y + np.roll(y, -1)) * cross).sum() / six),
    )


def draw_places(axes: Axes, world: World, lang: str, bounds_m: Box) -> list[Any]:
    """Draw watched points, and on top of them facilities by kind; return legend entries."""
    entries = []
    if _shown(world.points, bounds_m).any():
        label = say("map.watched_point", lang)
        entries.append(_symbols(axes, world.points.x_m, world.points.y_m, WATCHED_POINT, label))
    shown = _shown(world.facilities, bounds_m)
    for kind, symbol in FACILITIES.items():
        rows = shown & (world.facilities.kind == FACILITY_KINDS.index(kind))
        if rows.any():
            x_m, y_m = world.facilities.x_m[rows], world.facilities.y_m[rows]
            entries.append(_symbols(axes, x_m, y_m, symbol, say(f"facility.{kind}", lang)))
    return entries[::-1]


def _shown(table: Facilities | Points, bounds_m: Box) -> NDArray[np.bool_]:
    """Return which rows of a table lie on the part of the map that is shown."""
    west, south, east, north = bounds_m
    across = (table.x_m >= west) & (table.x_m <= east)
    return np.asarray(across & (table.y_m >= south) & (table.y_m <= north))


def _symbols(
    axes: Axes, x_m: NDArray[np.float64], y_m: NDArray[np.float64], symbol: Symbol, label: str
) -> Any:
    (drawn,) = axes.plot(
        x_m,
        y_m,
        linestyle="none",
        marker=symbol.marker,
        ms=symbol.size_pt * (0.75 if len(x_m) > _MANY_PLACES else 1.0),
        mfc=symbol.colour,
        mec=INK if symbol is WATCHED_POINT else PAPER,
        mew=0.7,
        label=label,
        zorder=11,
        scalex=False,
        scaley=False,
    )
    return drawn
