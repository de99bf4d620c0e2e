"""Maps: a world, and what a run did to it, in the field's usual classes and colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from sim.core.words import say
from sim.evaluation.naming import clock
from sim.viz import basemap, furniture
from sim.viz.labels import HALO, Box
from sim.viz.part import show_whole
from sim.viz.people_maps import crowds, draw_people, people_entries
from sim.viz.theme import CLASSES, CLOSED_ROAD, INK, MUTED, Classes, dress, new_figure
from sim.world.layers import LAND_CLASSES
from sim.world.world import World

if TYPE_CHECKING:
    from sim.model.results import Results

#: inches: the longer side of the map itself, and what stands around it
_MAP_IN: Final = 7.0
_KEY_IN, _TOP_IN, _FOOT_IN, _LEFT_IN = 1.9, 0.5, 0.3, 0.15
_PAINT_ALPHA: Final = 0.88
#: layers that a run keeps through time
CHANGING: Final = ("depth_m", "speed_m_per_s")
#: what a map of a moment is painted with: the first of these that a run keeps
_PAINTED: Final = ("depth_m", "fire_arrival_s")


def draw_map(
    world: World,
    values: NDArray[Any] | None = None,
    layer: str = "max_depth_m",
    *,
    ax: Axes | None = None,
    lang: str = "en",
    title: str | None = None,
    time: str | None = None,
    closures: NDArray[np.bool_] | None = None,
    plain: bool = False,
    also: Sequence[Any] = (),
    part_m: Box | None = None,
) -> Axes:
    """Draw a world, with one layer painted on it in classes.

    Parameters
    ----------
    world : World
    values : (ny, nx) array, optional
        A layer in its own unit; None draws the ground alone.
    layer : str
        What ``values`` are: a key of `sim.viz.theme.CLASSES`.
    ax : Axes, optional
        Where to draw; None makes a figure of its own. Key and legend stand to its right.
    lang : str
        ``"en"`` or ``"zh"``.
    title, time : str, optional
        Above the map, left and right; the layer's name when no title is given.
    closures : (edges,) bool, optional
        Roads closed to traffic.
    plain : bool
        Leave out places, names, key and legend: for small maps side by side.
    also : sequence of artists
        More entries for the legend, of what the caller will draw on the map.
    part_m : tuple of float, optional
        West, south, east and north of the part to show, by `sim.viz.part`; all by default.

    Raises
    ------
    KeyError
        When the layer has no classes.
    """
    classes = None if values is None else CLASSES[layer]
    axes = _sheet(world) if ax is None else ax
    bounds_m = part_m or world.grid.bounds_m
    if values is not None and classes is not None:
        paint(axes, world, values, classes)
    entries = _things(axes, world, lang, bounds_m, plain=plain)
    if closures is not None:
        entries = [_close_roads(axes, world, closures, lang), *entries]
    _frame(axes, world, lang, bounds_m, plain=plain)
    if not plain and part_m is not None:
        show_whole(axes, world, part_m, lang)
    if not plain:
        _explain(axes, world, layer, classes, [*also, *entries], lang)
    heading = title if title is not None else say(f"layer.{layer}" if classes else "map.base", lang)
    axes.set_title(heading, loc="left", y=1.0, fontsize=12, color=INK, pad=8)
    if time is not None:
        write_clock(axes, time)
    return dress(axes)


def write_clock(axes: Axes, clock: str) -> None:
    """Write the time above the map, right; a film does it again and again."""
    axes.set_title(clock, loc="right", y=1.0, fontsize=12, color=MUTED, pad=8)


def plot_run_map(
    run: Results,
    *,
    layer: str = "max_depth_m",
    at: str | float | None = None,
    lang: str = "en",
    ax: Axes | None = None,
    title: str | None = None,
    part_m: Box | None = None,
    also: Sequence[Any] = (),
) -> Axes:
    """Draw a layer of a run, and the roads that were closed then, or ever for a maximum.

    Layers that change are drawn at ``at``, by default at the last kept moment, with people as they
    were then. ``part_m`` is the part of the map to show, ``also`` are more entries of the legend.
    """
    if at is None and layer in (*CHANGING, "fire_arrival_s"):
        at = run.times_s[-1]
    at_s = None if at is None else run.seconds_at(at)
    found = None if at_s is None else crowds(run, at_s)
    axes = draw_map(
        run.world,
        run.layer(layer) if at_s is None else layer_at(run, layer, at_s),
        layer,
        ax=ax,
        lang=lang,
        title=title,
        time=None if at_s is None else clock(run, at_s, lang),
        closures=closed_edges(run, at_s),
        also=[*also, *([] if found is None else people_entries(run, found, lang))],
        part_m=part_m,
    )
    if found is not None:
        draw_people(axes, found)
    return axes


def painted(run: Results) -> str | None:
    """Return the layer that shows a run through time; None when it has none."""
    return next((name for name in _PAINTED if run.keeps(name)), None)


def layer_at(run: Results, layer: str, at_s: float) -> NDArray[Any]:
    """Return a layer as it was at a kept moment; a fire's arrivals as far as it had come."""
    if layer != "fire_arrival_s":
        return run.layer(layer, at=at_s)
    arrival_s = run.layer(layer)
    return np.where(arrival_s <= at_s, arrival_s, np.inf)


def closed_edges(run: Results, at_s: float | None) -> NDArray[np.bool_]:
    """Return which road edges were closed at a time, or at any time."""
    closed = np.zeros(run.world.roads.n, dtype=bool)
    spells = run.closures
    if at_s is not None:
        still = spells["reopened_s"].isna() | (spells["reopened_s"] > at_s)
        spells = spells[(spells["closed_s"] <= at_s) & still]
    closed[spells["edge"].to_numpy(dtype=np.int64)] = True
    return closed


def coloured(world: World, values: NDArray[Any], classes: Classes) -> NDArray[np.uint8]:
    """Return the layer as RGBA: transparent below the first class and over permanent water."""
    table = np.array([to_rgba(colour, _PAINT_ALPHA) for colour in classes.colours])
    table = np.vstack((table[0] * (1, 1, 1, 0), table))
    edges = np.asarray(classes.edges, dtype=np.float32) * np.float32(classes.per_shown)
    code = np.searchsorted(edges, values, side="right")
    code[~np.isfinite(values) | (world.layers["land"] == LAND_CLASSES.index("water"))] = 0
    return (table * 255).round().astype(np.uint8)[code]


def paint(axes: Axes, world: World, values: NDArray[Any], classes: Classes) -> None:
    """Put a layer on the map; the picture is found again by its gid ``"values"``."""
    west, south, east, north = world.grid.bounds_m
    axes.imshow(
        coloured(world, values, classes), extent=(west, east, south, north), zorder=3, gid="values"
    )


def _things(axes: Axes, world: World, lang: str, bounds_m: Box, *, plain: bool) -> list[Any]:
    lines = [
        *basemap.draw_levees(axes, world, lang),
        *basemap.draw_land(axes, world, lang, bounds_m),
        *basemap.draw_roads(axes, world, lang, bounds_m, thinner=2.0 if plain else 1.0),
        *basemap.draw_zones(axes, world, lang),
    ]
    if plain:
        return lines
    basemap.draw_names(axes, world, lang, bounds_m)
    return [*basemap.draw_places(axes, world, lang, bounds_m), *lines]


def _explain(
    axes: Axes, world: World, layer: str, classes: Classes | None, entries: list[Any], lang: str
) -> None:
    if classes is not None:
        named, unit = say(f"layer.{layer}", lang), say(classes.unit, lang)
        key = say("map.key", lang, layer=named, unit=unit) if unit else named
        furniture.colour_key(axes, classes, key, lang)
    furniture.legend(axes, entries, classes)
    furniture.north_arrow(axes, lang)
    furniture.sources(axes, world, lang)


def _close_roads(axes: Axes, world: World, closures: NDArray[np.bool_], lang: str) -> Line2D:
    lines = basemap.lines_of(world.road_shapes, np.flatnonzero(closures))
    axes.add_collection(
        LineCollection(
            lines, colors=CLOSED_ROAD, linewidths=1.2, zorder=9, gid="closures", path_effects=HALO
        ),
        autolim=False,
    )
    return closed_road_entry(lang)


def closed_road_entry(lang: str) -> Line2D:
    """Return the legend's line for closed roads."""
    return Line2D([], [], color=CLOSED_ROAD, lw=1.6, label=say("map.closed_road", lang))


def _sheet(world: World) -> Axes:
    west, south, east, north = world.grid.bounds_m
    scale = _MAP_IN / max(east - west, north - south)
    wide, high = max((east - west) * scale, 2.5), max((north - south) * scale, 2.5)
    width, height = _LEFT_IN + wide + _KEY_IN, _FOOT_IN + high + _TOP_IN
    figure = new_figure(width, height)
    return figure.add_axes((_LEFT_IN / width, _FOOT_IN / height, wide / width, high / height))


def _frame(axes: Axes, world: World, lang: str, bounds_m: Box, *, plain: bool) -> None:
    west, south, east, north = bounds_m
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set(color=MUTED, linewidth=0.6)
    furniture.scale_bar(axes, bounds_m, lang)
    furniture.stamp(axes, world, lang, size_pt=5.5 if plain else 8)
