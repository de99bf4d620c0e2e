"""Rescue and medical care in pictures: who lay under rubble where, who got out when, queues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.core.words import say
from sim.viz.charts import finish, hours_of
from sim.viz.maps import draw_map
from sim.viz.theme import ALERT, CURVES, INK, PAPER, dress, new_chart

if TYPE_CHECKING:
    from sim.model.results import Results

#: what became of the buried, the worst on top, with its colour
FATES: Final = {
    "alone": "#b9c4cc",
    "neighbours": CURVES[3],
    "team": CURVES[0],
    "buried": "#f2a63b",
    "died": ALERT,
}
#: area of the mark of one resident on a map, points²; grows with their number at a place
_MARK_PT2: Final = 9.0
_MOST_PT2: Final = 400.0
_S_PER_H: Final = 3600.0
#: curves of the wards: series -> colour
_WARDS: Final = {"beds_used": CURVES[0], "door_queue": ALERT, "light_queue": CURVES[4]}


def rescue_map(run: Results, *, lang: str = "en", ax: Axes | None = None) -> Axes:
    """Draw a mark at every fallen building with people: their number, and what became of most."""
    table, buildings = run.trapped, run.world.buildings
    entries = [
        Line2D(
            [], [], marker="o", ls="", ms=7, mfc=colour, mec=INK, mew=0.4,
            label=say(f"fate.{how}", lang, people=people),
        )
        for how, colour in FATES.items()
        if (people := int(table["weight"][table["how"] == how].sum()))
    ]  # fmt: skip
    axes = draw_map(run.world, ax=ax, lang=lang, title=say("map.rescue", lang), also=entries)
    for how, colour in FATES.items():
        chosen = table[table["how"] == how]
        here = chosen.groupby("building")["weight"].sum()
        rows = here.index.to_numpy(dtype=np.int64)
        area_pt2 = np.minimum(_MARK_PT2 * here.to_numpy(dtype=float), _MOST_PT2)
        axes.scatter(
            buildings.x_m[rows], buildings.y_m[rows], s=area_pt2, c=colour, alpha=0.85,
            edgecolors=PAPER, linewidths=0.5, zorder=9, gid=f"fate-{how}",
        )  # fmt: skip
    return dress(axes)


def freed(run: Results, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw how many of the buried were out by themselves, by neighbours, by teams, or dead."""
    axes = new_chart() if ax is None else ax
    table, end_h = run.trapped, run.manifest["duration_s"] / _S_PER_H
    for how in ("alone", "neighbours", "team", "died"):
        chosen = table[table["how"] == how].sort_values("end_s")
        if chosen.empty:
            continue
        hours = chosen["end_s"].to_numpy(dtype=float) / _S_PER_H
        people = chosen["weight"].to_numpy(dtype=float).cumsum()
        axes.step(
            [0.0, *hours, end_h], [0.0, *people, people[-1]], where="post", lw=1.8,
            color=FATES[how] if how != "alone" else INK, label=say(f"freed.{how}", lang),
        )  # fmt: skip
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, fontsize=8, labelcolor=INK, loc="best")
    return finish(axes, run, lang, "chart.freed")


def wards(run: Results, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw beds in use, the beds there are, and who waits at the doors of hospitals."""
    axes = new_chart() if ax is None else ax
    hours, series = hours_of(run), run.series
    for name, colour in _WARDS.items():
        if name in series:
            axes.step(
                hours, series[name], where="post", lw=1.6, color=colour,
                label=say(f"wards.{name}", lang),
            )  # fmt: skip
    if series["beds_used"].max() > 0.3 * series["beds"].max():
        axes.step(
            hours, series["beds"], where="post", lw=1.2, ls="--", color=INK,
            label=say("wards.beds", lang),
        )  # fmt: skip
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, fontsize=8, labelcolor=INK, loc="best")
    return finish(axes, run, lang, "chart.wards")
