"""What an earthquake did: a map of intensity, and one of damaged buildings, streets, bridges."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from sim.core.words import say
from sim.viz import basemap
from sim.viz.labels import HALO
from sim.viz.maps import draw_map
from sim.viz.theme import ALERT, CLASSES, DAMAGE, INK, PAPER, dress
from sim.world.states import DAMAGE_STATES, States
from sim.world.world import World

#: narrower than this, no car passes a street, m
PASSABLE_M: Final = 2.5
_ROMAN: Final = {5: "V", 6: "VI", 7: "VII", 8: "VIII", 9: "IX", 10: "X", 11: "XI"}
_STAR_PT, _BRIDGE_PT = 15.0, 7.0
#: area of a building's mark on a small map, points²; halved as buildings become many
_MARK_PT2, _MANY = 16.0, 2000
_M_PER_KM: Final = 1000.0
#: width of the smoothing of isoseismals, as a share of the map's longer side
_SMOOTH_SHARE: Final = 0.02


def intensity_map(
    world: World,
    intensity: NDArray[Any],
    *,
    epicentre_m: tuple[float, float] | None = None,
    ax: Axes | None = None,
    lang: str = "en",
    title: str | None = None,
    time: str | None = None,
) -> Axes:
    """Draw seismic intensity in classes, with its lines of equal intensity and the epicentre.

    Smoothed over a fiftieth of the map, as isoseismals are: single sites differ by more.

    Parameters
    ----------
    intensity : (ny, nx) float
    epicentre_m : (float, float), optional
        In the map's coordinates; outside the map an arrow points to it, with the distance.
    """
    marks = [_star(lang)] if epicentre_m is not None and _inside(world, epicentre_m) else []
    smooth = gaussian_filter(
        intensity.astype(np.float64), _SMOOTH_SHARE * max(intensity.shape), mode="nearest"
    )
    axes = draw_map(
        world, smooth, "intensity", ax=ax, lang=lang, title=title, time=time, also=marks
    )
    _isoseismals(axes, world, smooth)
    if epicentre_m is not None:
        _mark_epicentre(axes, world, epicentre_m, lang)
    return dress(axes)


def damage_map(
    world: World,
    states: States,
    *,
    ax: Axes | None = None,
    lang: str = "en",
    title: str | None = None,
    time: str | None = None,
) -> Axes:
    """Draw buildings by state of damage, streets that debris blocks, and bridges that are down."""
    shown = damage_shown(states)
    blocked = np.flatnonzero(states["road_free_m"] < PASSABLE_M)
    bridges = np.flatnonzero(states["road_down"])
    entries: list[Any] = [_entry(name, int((shown == name).sum()), lang) for name in DAMAGE]
    if len(blocked):
        entries.append(Line2D([], [], color=ALERT, lw=2.0, label=say("damage.road", lang)))
    if len(bridges):
        entries.append(_bridge_entry(lang))
    heading = title if title is not None else say("map.damage", lang)
    axes = draw_map(world, ax=ax, lang=lang, title=heading, time=time, also=entries)
    _draw_buildings(axes, world, shown)
    lines = basemap.lines_of(world.road_shapes, blocked)
    axes.add_collection(
        LineCollection(lines, colors=ALERT, linewidths=2.0, zorder=8, path_effects=HALO),
        autolim=False,
    )
    for line in basemap.lines_of(world.road_shapes, bridges):
        middle = line.mean(axis=0)
        axes.plot(
            *middle, marker="X", ms=_BRIDGE_PT, mfc=ALERT, mec=PAPER, mew=0.7, zorder=12,
            scalex=False, scaley=False,
        )  # fmt: skip
    return dress(axes)


def damage_shown(states: States) -> NDArray[np.str_]:
    """Return for each building the state that a map shows; ``collapsed`` before ``complete``."""
    named = np.array(DAMAGE_STATES)[states["building_damage"]]
    return np.where(states["building_collapsed"], "collapsed", named)


def _draw_buildings(axes: Axes, world: World, shown: NDArray[np.str_]) -> None:
    """Put one mark a building, the worst on top; fallen ones are crosses."""
    buildings = world.buildings
    area_pt2 = _MARK_PT2 if buildings.n < _MANY else _MARK_PT2 * _MANY / buildings.n
    for order, (name, colour) in enumerate(DAMAGE.items()):
        rows = shown == name
        axes.scatter(
            buildings.x_m[rows], buildings.y_m[rows], s=max(area_pt2, 1.0),
            marker="X" if name == "collapsed" else "s", facecolors=colour, edgecolors=INK,
            linewidths=0.15 if area_pt2 > 4.0 else 0.0, zorder=6 + order / 10,
            gid=f"damage-{name}",
        )  # fmt: skip


def _entry(name: str, count: int, lang: str) -> Line2D:
    return Line2D(
        [], [], ls="", marker="X" if name == "collapsed" else "s", ms=5.5, mfc=DAMAGE[name],
        mec=INK, mew=0.3, label=f"{say(f'damage.{name}', lang)}: {count:,}",
    )  # fmt: skip


def _bridge_entry(lang: str) -> Line2D:
    label = say("damage.bridge", lang)
    return Line2D([], [], ls="", marker="X", ms=_BRIDGE_PT, mfc=ALERT, mec=PAPER, label=label)


def _star(lang: str) -> Line2D:
    label = say("map.epicentre", lang)
    return Line2D([], [], ls="", marker="*", ms=11, mfc=ALERT, mec=PAPER, label=label)


def _inside(world: World, at_m: tuple[float, float]) -> bool:
    west, south, east, north = world.grid.bounds_m
    return west <= at_m[0] <= east and south <= at_m[1] <= north


def _isoseismals(axes: Axes, world: World, intensity: NDArray[np.float64]) -> None:
    """Draw the borders between classes with the numeral of the zone inside."""
    x_m, y_m = world.grid.centres_m()
    low, high = float(intensity.min()), float(intensity.max())
    edges = [edge for edge in CLASSES["intensity"].edges[1:] if low < edge < high]
    if not edges or min(intensity.shape) < 2:
        return
    lines = axes.contour(
        x_m, y_m, intensity, levels=edges, colors=INK, linewidths=0.7, alpha=0.7, zorder=9
    )
    numerals = {edge: _ROMAN[round(edge + 0.5)] for edge in edges}
    for text in axes.clabel(lines, fmt=numerals, fontsize=9, colors=INK):
        text.set(path_effects=HALO, rotation=0.0)


def _mark_epicentre(axes: Axes, world: World, epicentre_m: tuple[float, float], lang: str) -> None:
    west, south, east, north = world.grid.bounds_m
    x_m, y_m = epicentre_m
    if _inside(world, epicentre_m):
        axes.plot(
            x_m, y_m, marker="*", ms=_STAR_PT, mfc=ALERT, mec=PAPER, mew=0.9, zorder=22,
            scalex=False, scaley=False,
        )  # fmt: skip
        return
    middle = np.array([(west + east) / 2, (south + north) / 2])
    away = np.array(epicentre_m) - middle
    # the arrow ends just inside the edge that the line to the epicentre crosses
    reach = 0.97 * float(np.min(np.abs(middle - (west, south)) / np.maximum(np.abs(away), 1e-9)))
    tip = middle + reach * away
    beyond_km = math.hypot(*(away - reach * away)) / _M_PER_KM
    axes.annotate(
        say(
            "map.epicentre_away",
            lang,
            km=f"{beyond_km:.0f}" if beyond_km >= 10 else f"{beyond_km:.1f}",
        ),
        xy=tuple(tip),
        xytext=tuple(middle + 0.72 * (tip - middle)),
        ha="center",
        va="center",
        fontsize=8.5,
        color=ALERT,
        path_effects=HALO,
        arrowprops={"arrowstyle": "-|>", "color": ALERT, "lw": 1.8},
        zorder=22,
    )
