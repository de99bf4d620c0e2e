"""The map under the picture: ground, waters, roads, levees, borders, places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import LightSource, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path
from numpy.typing import NDArray

from sim.core.words import say
from sim.viz.furniture import HALO
from sim.viz.theme import (
    BORDER,
    FACILITIES,
    INK,
    LAND,
    LEVEE,
    PAPER,
    ROADS,
    WATCHED_POINT,
    WATER,
    WATER_LINE,
    Symbol,
)
from sim.world.layers import LAND_CLASSES
from sim.world.table import Shapes
from sim.world.tables import FACILITY_KINDS, ROAD_CLASSES, ZONE_LEVELS
from sim.world.world import World

#: more cells than this a side are thinned: no screen shows more
_MOST_PIXELS: Final = 2000
#: ground steeper than this is shown as it is; flatter ground is exaggerated up to 40 times
_SHADED_SLOPE: Final = 0.25

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
    axes.imshow(ground_rgb(world), extent=(west, east, south, north), zorder=0, gid="ground")


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


def draw_waters(axes: Axes, world: World, lang: str, *, named: bool = True) -> list[Any]:
    """Fill closed outlines, draw open ones as lines, write rivers' names; return legend entries."""
    rows = np.arange(world.water_shapes.n)
    shapes = [shape for shape in lines_of(world.water_shapes, rows) if len(shape) > 1]
    closed = [shape for shape in shapes if np.array_equal(shape[0], shape[-1])]
    for outline in closed:
        axes.fill(outline[:, 0], outline[:, 1], fc=WATER, ec=WATER_LINE, lw=0.4, zorder=2)
    open_ones = [shape for shape in shapes if not np.array_equal(shape[0], shape[-1])]
    axes.add_collection(
        LineCollection(open_ones, colors=WATER_LINE, linewidths=0.9, zorder=2), autolim=False
    )
    if named:
        _name_waters(axes, world, lang)
    wet_land = bool((world.layers["land"] == LAND_CLASSES.index("water")).any())
    if not shapes and not wet_land:
        return []
    return [Patch(fc=WATER, ec=WATER_LINE, lw=0.5, label=say("map.permanent_water", lang))]


def _name_waters(axes: Axes, world: World, lang: str) -> None:
    names = world.waters.name_zh if lang == "zh" else world.waters.name_en
    written: set[str] = set()
    by_width = np.argsort(-world.waters.width_m, kind="stable")
    for row in by_width.tolist():
        if not names[row] or names[row] in written or len(written) == 6:
            continue
        written.add(names[row])
        line = world.water_shapes.points_m(row)
        x, y = line[len(line) // 3] if len(line) else (np.nan, np.nan)
        _write(axes, x, y, str(names[row]), size=7.5, colour="#2f5d7c", style="italic", zorder=13)


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


def draw_roads(axes: Axes, world: World, lang: str, *, thinner: float = 1.0) -> list[Any]:
    """Draw streets by class, wide ones on top; return legend entries."""
    entries = []
    for rank, (name, paths) in enumerate(streets(world).items()):
        stroke = ROADS[name]
        lines = PathCollection(
            paths,
            facecolors="none",
            edgecolors=stroke.colour,
            linewidths=stroke.width_pt / thinner,
            zorder=4 + 0.1 * rank,
            gid=f"roads.{name}",
        )
        axes.add_collection(lines, autolim=False)
        if name in _NAMED_ROADS:
            label = say(f"road_class.{name}", lang)
            entries.append(Line2D([], [], color=stroke.colour, lw=stroke.width_pt, label=label))
    return entries[::-1]


def draw_levees(axes: Axes, world: World, lang: str) -> list[Any]:
    """Draw crest lines; return legend entries."""
    if world.levees.n == 0:
        return []
    lines = lines_of(world.levee_shapes, np.arange(world.levee_shapes.n))
    axes.add_collection(
        LineCollection(lines, colors=LEVEE, linewidths=1.3, zorder=6), autolim=False
    )
    return [Line2D([], [], color=LEVEE, lw=1.3, label=say("map.levee", lang))]


def draw_zones(axes: Axes, world: World, lang: str, *, named: bool = True) -> list[Any]:
    """Draw the borders of county and towns and write the towns' names; return legend entries."""
    entries = []
    for level, (width_pt, dashes) in _BORDERS.items():
        rows = np.flatnonzero(world.zones.level == ZONE_LEVELS.index(level))
        outlines = lines_of(world.zone_shapes, rows) if world.zone_shapes.n else []
        if not any(len(outline) for outline in outlines):
            continue
        axes.add_collection(
            LineCollection(
                outlines, colors=BORDER, linewidths=width_pt, linestyles=dashes, zorder=7
            ),
            autolim=False,
        )
        if level == "town":
            if named:
                _name_zones(axes, world, rows, outlines, lang)
            label = say("map.town_border", lang)
            entries.append(Line2D([], [], color=BORDER, lw=width_pt, ls=dashes, label=label))
    return entries


def _name_zones(
    axes: Axes,
    world: World,
    rows: NDArray[np.int64],
    outlines: list[NDArray[np.float64]],
    lang: str,
) -> None:
    names = world.zones.name_zh if lang == "zh" else world.zones.name_en
    for row, outline in zip(rows.tolist(), outlines, strict=True):
        if len(outline) > 2:
            x, y = centroid_m(outline)
            _write(axes, x, y, str(names[row]), size=7.5, colour="#4a3d59", zorder=14)


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


def draw_places(axes: Axes, world: World, lang: str) -> list[Any]:
    """Draw facilities and watched points by kind; return legend entries."""
    entries = []
    for kind, symbol in FACILITIES.items():
        rows = world.facilities.kind == FACILITY_KINDS.index(kind)
        if rows.any():
            x_m, y_m = world.facilities.x_m[rows], world.facilities.y_m[rows]
            entries.append(_symbols(axes, x_m, y_m, symbol, say(f"facility.{kind}", lang)))
    if world.points.n:
        label = say("map.watched_point", lang)
        entries.append(_symbols(axes, world.points.x_m, world.points.y_m, WATCHED_POINT, label))
    return entries[::-1]


def _symbols(
    axes: Axes, x_m: NDArray[np.float64], y_m: NDArray[np.float64], symbol: Symbol, label: str
) -> Any:
    (drawn,) = axes.plot(
        x_m,
        y_m,
        linestyle="none",
        marker=symbol.marker,
        ms=symbol.size_pt,
        mfc=symbol.colour,
        mec=INK if symbol is WATCHED_POINT else PAPER,
        mew=0.7,
        label=label,
        zorder=11,
        scalex=False,
        scaley=False,
    )
    return drawn


def _write(
    axes: Axes, x: float, y: float, text: str, *, colour: str, size: float, **more: Any
) -> None:
    axes.text(
        x,
        y,
        text,
        ha="center",
        va="center",
        fontsize=size,
        color=colour,
        path_effects=HALO,
        clip_on=True,
        **more,
    )
