"""A wildfire on the map: flames by what can be done about them, and where the front was when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from sim.core.words import say
from sim.viz.labels import HALO, Box
from sim.viz.maps import draw_map
from sim.viz.theme import INK, PAPER, dress
from sim.viz.typeface import families
from sim.world.world import World

Floats = NDArray[np.floating]

#: steps between lines of the front, s: the shortest that gives few enough lines is taken
_STEPS_S: Final = (600.0, 900.0, 1800.0, 3600.0, 7200.0, 10800.0, 21600.0, 43200.0)
_MOST_LINES: Final = 8
_HOUR_S: Final = 3600.0
_FRONT: Final[dict[str, Any]] = {"color": INK, "lw": 0.7}
_FRONT_EDGE: Final[dict[str, Any]] = {"color": "#2a0a0a", "lw": 1.4}
_LINE: Final = "#0b5fa5"
_ORIGIN: Final[dict[str, Any]] = {
    "ls": "none", "marker": "*", "ms": 10.0, "mfc": "#ffd400", "mec": INK, "mew": 0.7,
}  # fmt: skip


def draw_wildfire(
    world: World,
    fire_arrival_s: Floats,
    flame_length_m: Floats,
    *,
    fire_line_s: Floats | None = None,
    origins_m: Floats | None = None,
    ax: Axes | None = None,
    lang: str = "en",
    title: str | None = None,
    time: str | None = None,
    part_m: Box | None = None,
) -> Axes:
    """Draw what burnt in the classes of the hauling chart, and the front at even times.

    Parameters
    ----------
    world : World
    fire_arrival_s, flame_length_m : (ny, nx) float
        The layers of those names.
    fire_line_s : (ny, nx) float, optional
        The layer ``fire_line``; drawn where it is not 0.
    origins_m : (n, 2) float, optional
        Where fire began.
    ax : Axes, optional
        Where to draw; None makes a figure of its own.
    lang : str
        ``"en"`` or ``"zh"``.
    title, time : str, optional
        Above the map, left and right.
    part_m : tuple of float, optional
        West, south, east and north of the part of the map to show.
    """
    heading = title if title is not None else say("wildfire.map", lang)
    burnt = np.isfinite(fire_arrival_s)
    held = None if fire_line_s is None else fire_line_s > 0.0
    began = burnt.any() and origins_m is not None and len(origins_m) > 0
    step_s = step_between(fire_arrival_s[burnt]) if burnt.any() else None
    axes = draw_map(
        world, np.where(burnt, flame_length_m, 0.0), "flame_length_m", ax=ax, lang=lang,
        title=heading, time=time, part_m=part_m,
        also=list(_entries(step_s, held is not None and held.any(), began, lang)),
    )  # fmt: skip
    if held is not None:
        _draw_lines(axes, world, held)
    if step_s is not None and min(burnt.shape) > 1:
        _draw_fronts(axes, world, fire_arrival_s, step_s, lang)
    if began and origins_m is not None:
        axes.plot(*origins_m.T, **_ORIGIN, zorder=12, gid="origins", scalex=False, scaley=False)
    return dress(axes)


def _entries(
    step_s: float | None, held: np.bool_ | bool, began: np.bool_ | bool, lang: str
) -> Iterator[Any]:
    """Yield the legend's marks of what there is."""
    if began:
        yield Line2D([], [], **_ORIGIN, label=say("wildfire.origin", lang))
    if step_s is not None:
        yield Line2D([], [], **_FRONT_EDGE, label=say("wildfire.edge", lang))
        each = say("wildfire.isochrone", lang, step=_duration(step_s, lang))
        yield Line2D([], [], **_FRONT, label=each)
    if held:
        yield Patch(fc=_LINE, ec=PAPER, label=say("wildfire.line", lang))


def _draw_fronts(axes: Axes, world: World, arrival_s: Floats, step_s: float, lang: str) -> None:
    burnt = np.isfinite(arrival_s)
    first, last = arrival_s[burnt].min(), arrival_s[burnt].max()
    levels = np.arange(np.floor(first / step_s) + 1, np.floor(last / step_s) + 1) * step_s
    x_m, y_m = world.grid.centres_m()
    if len(levels):
        shown = np.ma.masked_invalid(arrival_s)
        lines = axes.contour(
            x_m, y_m, shown, levels, colors=_FRONT["color"], linewidths=_FRONT["lw"], zorder=9
        )
        names = {level: _duration(float(level), lang) for level in levels}
        with rc_context({"font.family": families()}):  # labels are measured as they are made
            labels = axes.clabel(lines, fmt=names, fontsize=6.5, inline=True)
        for text in labels or ():
            text.set(path_effects=HALO, zorder=11)
    if not burnt.all():
        axes.contour(
            x_m, y_m, burnt.astype(float), [0.5], colors=_FRONT_EDGE["color"],
            linewidths=_FRONT_EDGE["lw"], zorder=10,
        )  # fmt: skip


def _duration(seconds: float, lang: str) -> str:
    if seconds < _HOUR_S or seconds % (_HOUR_S / 2):
        return f"{seconds / 60:g} {say('unit.min', lang)}"
    return f"{seconds / _HOUR_S:g} {say('unit.h', lang)}"


def step_between(times_s: Floats) -> float:
    """Return the time between lines of the front that leaves a map readable."""
    span_s = float(times_s.max() - times_s.min())
    return next((step for step in _STEPS_S if span_s / step <= _MOST_LINES), _STEPS_S[-1])


def _draw_lines(axes: Axes, world: World, held: NDArray[np.bool_]) -> None:
    west, south, east, north = world.grid.bounds_m
    pixels = np.zeros((*held.shape, 4), np.uint8)
    pixels[held] = (*bytes.fromhex(_LINE[1:]), 255)
    axes.imshow(pixels, extent=(west, east, south, north), zorder=8, gid="fire_line")
