"""What makes a drawing a map: scale bar, north arrow, colour key, legend, stamp, sources."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.colorbar import ColorbarBase
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.patches import Rectangle

from sim.core.words import say
from sim.viz.labels import HALO
from sim.viz.theme import ALERT, INK, MUTED, PAPER, RULE, Classes
from sim.world.world import World

#: height of one class of a colour key, as a share of the map's height
KEY_STEP: Final = 0.052
_M_PER_KM: Final = 1000.0
#: more entries than this make a legend in small print
_CROWDED: Final = 15


def nice_length_m(width_m: float) -> float:
    """Return the longest of 1, 2, 5 x 10^k metres that fits a quarter of the map's width."""
    most = width_m / 4
    power = 10.0 ** math.floor(math.log10(most))
    return max(step * power for step in (1, 2, 5) if step * power <= most)


def scale_bar(axes: Axes, bounds_m: tuple[float, float, float, float], lang: str) -> None:
    """Draw a two-coloured bar with its length, in kilometres from one kilometre on."""
    west, south, east, north = bounds_m
    length_m = nice_length_m(east - west)
    x, y = west + 0.03 * (east - west), south + 0.03 * (north - south)
    height = 0.007 * (north - south)
    for quarter in range(4):
        fill = INK if quarter % 2 == 0 else PAPER
        corner = (x + quarter * length_m / 4, y)
        axes.add_patch(Rectangle(corner, length_m / 4, height, fc=fill, ec=INK, lw=0.6, zorder=20))
    shown, unit = (
        (length_m / _M_PER_KM, "unit.km") if length_m >= _M_PER_KM else (length_m, "unit.m")
    )
    for at, label in ((x, "0"), (x + length_m, f"{shown:g} {say(unit, lang)}")):
        axes.annotate(
            label,
            (at, y + height),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=7.5,
            color=INK,
            path_effects=HALO,
            zorder=20,
        )


def north_arrow(axes: Axes, lang: str) -> None:
    """Draw an arrow to the top of the sheet, which is north on every map here."""
    axes.annotate(
        say("map.north", lang),
        xy=(0.965, 0.105),
        xytext=(0.965, 0.035),
        xycoords="axes fraction",
        ha="center",
        va="center",
        fontsize=9,
        color=INK,
        path_effects=HALO,
        arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1.2},
        zorder=20,
    )


def schematic_part(world: World) -> str:
    """Return ``"schematic"``, ``"schematic_ground"`` under real streets, or nothing."""
    if world.schematic:
        return "schematic"
    ground = str(world.provenance.get("elevation", {}).get("source", ""))
    return "schematic_ground" if ground.startswith("schematic") else ""


def stamp(axes: Axes, world: World, lang: str, *, size_pt: float = 8) -> None:
    """Say on the map's face what of it is schematic, when anything is."""
    key = schematic_part(world)
    if key:
        axes.text(
            0.015,
            0.985,
            say(f"map.{key}", lang),
            transform=axes.transAxes,
            ha="left",
            va="top",
            fontsize=size_pt,
            color=ALERT,
            bbox={"boxstyle": "square,pad=0.35", "fc": PAPER, "ec": ALERT, "lw": 0.8, "alpha": 0.9},
            zorder=21,
        )


def sources(axes: Axes, world: World, lang: str) -> None:
    """Write under the map's lower edge whose data it shows and under which licence."""
    of = world.provenance.get("licence") or world.provenance.get("source") or ""
    says = say("map.made", lang) if world.schematic else str(of)
    axes.annotate(
        says,
        (0, 0),
        xytext=(0, -4),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="left",
        va="top",
        fontsize=6.5,
        color=MUTED,
    )


def colour_key(axes: Axes, classes: Classes, title: str, lang: str, step: float = KEY_STEP) -> Axes:
    """Draw the classes as a bar beside the map: edges with their unit, or the classes' names."""
    n = len(classes.colours)
    inset = axes.inset_axes((1.035, 0.985 - step * n, 0.6 * step, step * n))
    bounds = list(range(n + 1))
    bar = ColorbarBase(
        inset,
        cmap=ListedColormap(list(classes.colours)),
        norm=BoundaryNorm(bounds, n),
        drawedges=False,
    )
    if classes.names:
        bar.set_ticks(
            [k + 0.5 for k in range(n)], labels=[say(name, lang) for name in classes.names]
        )
    else:
        bar.set_ticks(bounds[:-1], labels=[f"{edge:g}" for edge in classes.edges])
    bar.minorticks_off()
    bar.outline.set_edgecolor(RULE)
    inset.tick_params(length=0, labelsize=8, labelcolor=INK, pad=4)
    inset.set_title(title, fontsize=8.5, color=INK, loc="left", y=1.0, pad=7)
    return inset


def legend(
    axes: Axes, handles: Sequence[Any], classes: Classes | None, step: float = KEY_STEP
) -> None:
    """List the symbols and lines that this map really shows, under the colour key."""
    crowded = len(handles) > _CROWDED
    top = 0.985 if classes is None else 0.985 - step * len(classes.colours) - 0.03
    shown = axes.legend(
        handles=list(handles),
        loc="upper left",
        bbox_to_anchor=(1.015, top),
        frameon=False,
        fontsize=7 if crowded else 8,
        labelcolor=INK,
        handlelength=1.6,
        borderaxespad=0.0,
        labelspacing=0.3 if crowded else 0.65,
    )
    shown.set_zorder(20)
