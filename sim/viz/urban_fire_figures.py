"""Fires in a town on the map: what burns, what has burnt, what was saved, where it began."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from sim.core.words import say
from sim.viz.basemap import lines_of
from sim.viz.labels import Box
from sim.viz.maps import draw_map
from sim.viz.theme import BUILDING, INK, PAPER, dress
from sim.world.states import FIRE_STATES
from sim.world.world import World

#: from back to front: colour of each state of `FIRE_STATES`
_COLOURS: Final = {"burnt_out": "#3b3330", "put_out": "#2f6f9f", "burning": "#e4481e"}
#: smaller buildings are drawn with this share of the map's width
_LEAST_SHARE: Final = 0.007
_ORIGIN: Final[dict[str, Any]] = {
    "ls": "none", "marker": "*", "ms": 6.5, "mfc": "#ffd400", "mec": INK, "mew": 0.5,
}  # fmt: skip
#: side of the close-up of the worst fire, and where it stands beside the map, in its axes
_CLOSE_UP_M: Final = 400.0
_CLOSE_UP_AT: Final = (1.03, 0.0, 0.22, 0.33)
#: how much higher it stands above the map of the whole
_ABOVE_WHOLE: Final = 0.3


def draw_fires(
    world: World,
    building_fire: NDArray[np.uint8],
    *,
    origins: NDArray[np.integer] | None = None,
    ax: Axes | None = None,
    lang: str = "en",
    title: str | None = None,
    time: str | None = None,
    film: bool = False,
    part_m: Box | None = None,
) -> Axes:
    """Draw the buildings that burn, have burnt or were put out.

    Parameters
    ----------
    world : World
    building_fire : (buildings,) uint8
        The state of that name.
    origins : array of int, optional
        Buildings in which fires began.
    ax : Axes, optional
        Where to draw; None makes a figure of its own.
    lang : str
        ``"en"`` or ``"zh"``.
    title, time : str, optional
        Above the map, left and right.
    film : bool
        Leave out what `turn_fires` does not turn: numbers in the legend and the close-up.
    part_m : tuple of float, optional
        West, south, east and north of the part of the map to show.
    """
    entries = list(_entries(building_fire, origins, lang, counted=not film))
    heading = say("map.urban_fire", lang) if title is None else title
    axes = draw_map(
        world, None, ax=ax, lang=lang, title=heading, time=time, also=entries, part_m=part_m
    )
    west, _, east, _ = part_m or world.grid.bounds_m
    _paint(axes, world, building_fire, origins, least_m=_LEAST_SHARE * (east - west))
    if building_fire.any() and not film:
        low = 0.0 if part_m is None else _ABOVE_WHOLE
        _close_up(axes, world, building_fire, origins, lang, low)
    return dress(axes)


def turn_fires(axes: Axes, world: World, building_fire: NDArray[np.uint8]) -> None:
    """Turn a map that `draw_fires` made for a film to another moment."""
    for shapes in [one for one in axes.collections if str(one.get_gid()).startswith("fire.")]:
        shapes.remove()
    west, _, east, _ = world.grid.bounds_m
    _paint(axes, world, building_fire, None, least_m=_LEAST_SHARE * (east - west))


def _entries(
    building_fire: NDArray[np.uint8],
    origins: NDArray[np.integer] | None,
    lang: str,
    *,
    counted: bool,
) -> Iterator[Any]:
    """Yield the legend's marks of what there is, each with its number when it is counted."""
    if origins is not None and len(origins):
        label = f"{say('fire_state.lit', lang)} ({len(origins):,})"
        yield Line2D([], [], **_ORIGIN, label=label)
    for name, colour in reversed(_COLOURS.items()):
        n = int(np.count_nonzero(building_fire == FIRE_STATES.index(name)))
        if n:
            number = f" ({n:,})" if counted else ""
            label = say(f"fire_state.{name}", lang) + number
            yield Line2D([], [], ls="none", marker="s", ms=6.5, mfc=colour, mec=PAPER, label=label)


def _paint(
    axes: Axes,
    world: World,
    building_fire: NDArray[np.uint8],
    origins: NDArray[np.integer] | None,
    *,
    least_m: float,
) -> None:
    for layer, (name, colour) in enumerate(_COLOURS.items()):
        rows = np.flatnonzero(building_fire == FIRE_STATES.index(name))
        shapes = PolyCollection(
            _outlines(world, rows, least_m), facecolors=colour, edgecolors=PAPER, linewidths=0.15,
            zorder=8 + 0.1 * layer, gid=f"fire.{name}",
        )  # fmt: skip
        axes.add_collection(shapes, autolim=False)
    if origins is not None:
        x_m, y_m = world.buildings.x_m[origins], world.buildings.y_m[origins]
        axes.plot(x_m, y_m, **_ORIGIN, zorder=12, scalex=False, scaley=False)


def _close_up(
    axes: Axes,
    world: World,
    building_fire: NDArray[np.uint8],
    origins: NDArray[np.integer] | None,
    lang: str,
    low: float,
) -> None:
    """Show the place with most fires house by house, and frame it on the map."""
    x_m, y_m = worst_place_m(world, building_fire)
    half_m = 0.5 * _CLOSE_UP_M
    buildings = world.buildings
    near = (np.abs(buildings.x_m - x_m) < half_m) & (np.abs(buildings.y_m - y_m) < half_m)
    x, y, wide, high = _CLOSE_UP_AT
    inset = axes.inset_axes((x, y + low, wide, high))
    inset.set_xlim(x_m - half_m, x_m + half_m)
    inset.set_ylim(y_m - half_m, y_m + half_m)
    inset.set_aspect("equal")
    inset.set_xticks([])
    inset.set_yticks([])
    houses = _outlines(world, np.flatnonzero(near), 0.0)
    inset.add_collection(PolyCollection(houses, facecolors=BUILDING, zorder=2), autolim=False)
    shown = np.where(near, building_fire, 0).astype(np.uint8)
    inside = None if origins is None else origins[near[origins]]
    _paint(inset, world, shown, inside, least_m=0.0)
    title = say("map.fire_close_up", lang, width=f"{_CLOSE_UP_M:g}")
    inset.set_title(title, fontsize=8.5, color=INK, loc="left", y=1.0, pad=4)
    corner = (x_m - half_m, y_m - half_m)
    frame = Rectangle(corner, _CLOSE_UP_M, _CLOSE_UP_M, fill=False, ec=INK, lw=0.9, zorder=13)
    axes.add_patch(frame)
    dress(inset)


def worst_place_m(world: World, building_fire: NDArray[np.uint8]) -> tuple[float, float]:
    """Return the middle of the buildings touched by fire in the square that has most of them."""
    touched = np.flatnonzero(building_fire)
    x_m, y_m = world.buildings.x_m[touched], world.buildings.y_m[touched]
    square = np.column_stack((x_m, y_m)) // _CLOSE_UP_M
    _, part, count = np.unique(square, axis=0, return_inverse=True, return_counts=True)
    worst = part.reshape(-1) == np.argmax(count)
    return float(x_m[worst].mean()), float(y_m[worst].mean())


def _outlines(world: World, rows: NDArray[np.integer], least_m: float) -> list[NDArray[np.float64]]:
    """Return footprints; squares of their area, at least so large, where the map has none."""
    side_m = np.sqrt(world.buildings.footprint_m2[rows].astype(np.float64))
    if world.building_shapes is not None and (side_m >= least_m).all():
        return lines_of(world.building_shapes, rows.astype(np.int64))
    half_m = 0.5 * np.maximum(side_m, least_m)
    x_m, y_m = world.buildings.x_m[rows], world.buildings.y_m[rows]
    west_m, east_m, south_m, north_m = x_m - half_m, x_m + half_m, y_m - half_m, y_m + half_m
    corners = np.stack((west_m, south_m, east_m, south_m, east_m, north_m, west_m, north_m), axis=1)
    return list(corners.reshape(-1, 4, 2))
