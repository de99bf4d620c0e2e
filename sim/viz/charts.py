"""Curves of a run over local time: rain and rivers, water, roads, buildings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.core.words import say
from sim.evaluation.naming import date_text
from sim.viz.theme import (
    ALERT,
    CLOSED_ROAD,
    CURVES,
    INK,
    MUTED,
    RAIN,
    RIVER,
    dress,
    new_chart,
    sober,
)

if TYPE_CHECKING:
    from sim.model.results import Results

Chart = Callable[..., Axes]

#: ledger columns in the order in which an engineer reads a water balance; + comes in, - goes out
LEDGER: Final = {
    "rain_m3": 1,
    "inflow_m3": 1,
    "border_in_m3": 1,
    "infiltration_m3": -1,
    "drained_m3": -1,
    "pumped_out_m3": -1,
    "border_out_m3": -1,
    "stored_m3": 0,
}
_S_PER_H: Final = 3600.0
_MM_PER_M: Final = 1000.0
#: hours between clock labels, the first that leaves at most nine of them
_STEPS_H: Final = (0.25, 0.5, 1, 2, 3, 6, 12, 24, 48, 96)


def rain_and_inflow(run: Results, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw the hyetograph hanging from above and the river inflow rising from below."""
    axes = new_chart() if ax is None else ax
    hours = hours_of(run)
    grid = run.world.grid
    area_m2 = grid.ny * grid.nx * grid.cell_area_m2
    rain_mm_per_h = rate_per_s(run.series, "rain_m3") / area_m2 * _MM_PER_M * _S_PER_H
    inflow = rate_per_s(run.series, "inflow_m3")
    above = axes.twinx()
    above.fill_between(hours, rain_mm_per_h, step="pre", color=RAIN, lw=0, alpha=0.85, zorder=2)
    above.set_ylim(max(float(rain_mm_per_h.max()) * 2.2, 1.0), 0)
    above.set_title(say("chart.rain", lang), loc="right", y=1.0, color=RAIN, fontsize=9.5)
    axes.plot(hours, inflow, color=RIVER, lw=1.8)
    axes.set_ylim(0, max(float(inflow.max()) * 1.8, 1.0))
    dress(sober(above))
    above.grid(visible=False)
    above.tick_params(axis="y", labelcolor=RAIN)
    return finish(axes, run, lang, "chart.inflow", colour=RIVER)


def wet_area(run: Results, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw the area under water over time, rivers included."""
    return _filled(run, run.series["wet_area_m2"] / 1e6, RAIN, "chart.wet_area", ax, lang)


def closed_roads(run: Results, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw the length of closed roads over time."""
    km = run.series["closed_road_m"] / 1000
    return _filled(run, km, CLOSED_ROAD, "chart.closed_roads", ax, lang)


def flooded_buildings(run: Results, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw how many buildings water has entered so far."""
    count = run.series["flooded_buildings"]
    return _filled(run, count, ALERT, "chart.flooded_buildings", ax, lang)


def volumes(run: Results, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw every entry of the water ledger that is not always zero, as cumulative volumes."""
    axes = new_chart(height_in=3.2) if ax is None else ax
    hours = hours_of(run)
    shown = [name for name in LEDGER if name in run.series and run.series[name].abs().max() > 0]
    for name, colour in zip(shown, _inks(len(shown)), strict=True):
        dashes = {1: "-", -1: "--", 0: "-"}[LEDGER[name]]
        width = 2.4 if LEDGER[name] == 0 else 1.5
        volume = run.series[name] / 1e6
        axes.plot(
            hours, volume, color=colour, lw=width, ls=dashes, label=say(f"ledger.{name}", lang)
        )
    axes.legend(
        frameon=False, fontsize=8, labelcolor=INK, loc="upper left", bbox_to_anchor=(1.0, 1.0)
    )
    return finish(axes, run, lang, "chart.volumes")


CHARTS: Final[dict[str, Chart]] = {
    "rain_and_inflow": rain_and_inflow,
    "wet_area": wet_area,
    "closed_roads": closed_roads,
    "flooded_buildings": flooded_buildings,
    "volumes": volumes,
}


def charts_of(run: Results) -> dict[str, Chart]:
    """Return the curves that a run can show: a run without a flood has none of water."""
    return CHARTS if "wet_area_m2" in run.series else {}


def rate_per_s(series: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """Return how fast a cumulative column grew in each tick; zeros when there is no such column."""
    if column not in series:
        return np.zeros(len(series))
    total = series[column].to_numpy(dtype=np.float64)
    t_s = series["t_s"].to_numpy(dtype=np.float64)
    rate: NDArray[np.float64] = np.diff(total, prepend=0.0) / np.diff(t_s, prepend=0.0)
    return rate


def _filled(
    run: Results, values: pd.Series, colour: str, label: str, ax: Axes | None, lang: str
) -> Axes:
    axes = new_chart() if ax is None else ax
    hours = hours_of(run)
    axes.fill_between(hours, values, step="post", color=colour, alpha=0.18, lw=0)
    axes.step(hours, values, where="post", color=colour, lw=1.6)
    axes.set_ylim(0, max(float(values.max()) * 1.12, 1e-9))
    return finish(axes, run, lang, label)


def finish(axes: Axes, run: Results, lang: str, label: str, colour: str = INK) -> Axes:
    """Give a chart its title, its axis of local time and the shipped typeface."""
    sober(axes)
    axes.tick_params(axis="y", labelcolor=colour)
    axes.set_title(say(label, lang), loc="left", y=1.0, fontsize=9.5, color=colour, pad=8)
    axes.set_xlabel(say("chart.time", lang), fontsize=8.5, color=MUTED)
    _clock_axis(axes, run, lang)
    return dress(axes)


def _clock_axis(axes: Axes, run: Results, lang: str) -> None:
    """Label whole hours of the local clock, and the date where a new day begins."""
    start, hours = run.start, run.manifest["duration_s"] / _S_PER_H
    step = next((step for step in _STEPS_H if hours / step <= 9), _STEPS_H[-1])
    since_midnight = start.hour + start.minute / 60 + start.second / _S_PER_H
    first = np.ceil(since_midnight / step) * step - since_midnight
    at = np.arange(first, hours + 1e-9, step)
    axes.set_xlim(0, hours)
    moments = [start + timedelta(hours=float(hour)) for hour in at]
    labels = [f"{moment:%H:%M}" for moment in moments]
    for place, (before, moment) in enumerate(pairwise([start, *moments])):
        if moment.date() > before.date():
            labels[place] += "\n" + date_text(moment, lang)
    axes.set_xticks(at, labels)


def hours_of(run: Results) -> NDArray[np.float64]:
    """Return the time of each tick, hours from the start."""
    hours: NDArray[np.float64] = run.series["t_s"].to_numpy(dtype=np.float64) / _S_PER_H
    return hours


def _inks(n: int) -> list[str]:
    return [CURVES[k % len(CURVES)] for k in range(n)]
