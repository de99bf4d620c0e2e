"""Pictures of many runs: differences, curves with bands, what broke when, who was hurt where."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from sim.core.words import in_language, say
from sim.evaluation.statistics.comparison import Comparison
from sim.evaluation.statistics.rules import SHARES
from sim.evaluation.statistics.verdict import called
from sim.viz.furniture import colour_key
from sim.viz.maps import draw_map
from sim.viz.panels import SMALL_KEY_STEP, panels
from sim.viz.theme import CLASSES, CURVES, INK, MUTED, RULE, dress, new_figure, sober
from sim.world.zoning import zone_cells

if TYPE_CHECKING:
    from sim.evaluation.ensembles.influence import Sensitivity
    from sim.evaluation.ensembles.outcome import Outcome
    from sim.evaluation.ensembles.promises import ClauseRecord
    from sim.world.world import World

#: outcomes of clauses as cells of the heat map, from kept to broken; told apart in grey too
OUTCOMES: Final = {
    "met": "#cfe8df",
    "open": "#e9edf0",
    "overtaken": "#e9edf0",
    "not_triggered": "#ffffff",
    "not_simulated": "#ffffff",
    "late": "#f2a65a",
    "missed": "#a01c16",
}
_BAND: Final = (0.05, 0.5, 0.95)
_WIDE_IN: Final = 7.4
#: a legend above the axes, at the right of the title, where no curve runs
_BESIDE_TITLE: Final[dict[str, Any]] = {
    "frameon": False,
    "fontsize": 8,
    "loc": "lower right",
    "bbox_to_anchor": (1.0, 1.0),
    "borderaxespad": 0.2,
}
#: of the plans, the first one dark and the second warm
_INKS: Final = (CURVES[1], CURVES[2], CURVES[3], CURVES[4], CURVES[0], CURVES[5])


def differences(comparison: Comparison, values: NDArray[np.float64], lang: str) -> Axes:
    """Draw the difference in every disaster, sorted, with the mean's interval and the zone.

    Parameters
    ----------
    comparison : Comparison
    values : (n,) float
        Of plan a less plan b in the same disaster.
    lang : str
    """
    figure = new_figure(_WIDE_IN, 2.5)
    figure.set_layout_engine("constrained")
    axes = figure.add_subplot()
    scale = 100.0 if comparison.unit == "1" and comparison.kind == "share" else 1.0
    ordered = np.sort(values[np.isfinite(values)]) * scale
    axes.axhspan(-comparison.zone * scale, comparison.zone * scale, color=RULE, alpha=0.45, lw=0)
    axes.axhline(0, color=MUTED, lw=0.8)
    better = ordered < 0 if comparison.better == "low" else ordered > 0
    colours = np.where(ordered == 0, MUTED, np.where(better, CURVES[3], CURVES[2]))
    places = np.arange(1, len(ordered) + 1)
    axes.vlines(places, 0, ordered, colors=colours.tolist(), lw=1.2)
    axes.scatter(places, ordered, s=12, c=colours.tolist(), zorder=3)
    found = comparison.difference
    if found.known and np.isfinite([found.low, found.high]).all():
        at = len(ordered) + max(1.5, 0.03 * len(ordered))
        spread = [[(found.value - found.low) * scale], [(found.high - found.value) * scale]]
        axes.errorbar([at], [found.value * scale], spread, fmt="D", ms=5, color=INK, capsize=4)
    names = {
        "a": plan_label(comparison.plan_a, lang),
        "b": plan_label(comparison.plan_b, lang),
    }
    title = say("compare.difference", lang, kpi=say(f"kpi.{comparison.kpi}", lang), **names)
    axes.set_title(title, loc="left", y=1.0, fontsize=9.5, color=INK)
    axes.set_xlabel(say("compare.disasters_sorted", lang), fontsize=8.5, color=MUTED)
    numbers = MaxNLocator(integer=True).tick_values(1, len(ordered))
    axes.set_xticks([number for number in numbers if 1 <= number <= len(ordered)])
    unit = say(f"difference.{comparison.kind}", lang, value="").strip() if scale == 1 else ""
    axes.set_ylabel(unit, fontsize=8.5, color=MUTED)
    if scale > 1:
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} %"))
    return dress(sober(axes))


def bands(outcome: Outcome, scenario: str, name: str, lang: str) -> Axes:
    """Draw people over time by plan: the median disaster, and 90 of 100 of them around it."""
    figure = new_figure(_WIDE_IN, 2.8)
    figure.set_layout_engine("constrained")
    axes = figure.add_subplot()
    most = 1.0
    for plan, colour in zip(outcome.study.plans, cycle(_INKS), strict=False):
        t_s, people = outcome.curves(scenario, plan, name)
        if len(people) == 0:
            continue
        low, middle, high = np.quantile(people, _BAND, axis=0)
        hours = t_s / 3600.0
        axes.fill_between(hours, low, high, color=colour, alpha=0.18, lw=0)
        axes.plot(hours, middle, color=colour, lw=1.8, label=plan_label(plan, lang))
        most = max(most, float(high.max()))
        axes.set_xlim(0, hours[-1])
    axes.set_ylim(0, most * 1.08)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda people, _: f"{people:,.0f}"))
    axes.set_title(say(f"compare.curve.{name}", lang), loc="left", y=1.0, fontsize=9.5, color=INK)
    axes.set_xlabel(say("compare.hours", lang), fontsize=8.5, color=MUTED)
    if axes.lines:
        axes.legend(labelcolor=INK, ncols=len(axes.lines), **_BESIDE_TITLE)
    return dress(sober(axes))


def plan_label(plan: str, lang: str) -> str:
    """Return what a plan is called; nobody acting has a name too."""
    return str(in_language(called(plan), lang))


def clause_heat(records: Sequence[ClauseRecord], plan: str, lang: str) -> Figure:
    """Draw what became of every clause of a plan (rows) in every disaster (columns)."""
    numbers = sorted({number for one in records for number in one.by_replication})
    codes = {name: code for code, name in enumerate(OUTCOMES)}
    cells = np.array(
        [
            [codes[one.by_replication.get(number, "not_triggered")] for number in numbers]
            for one in records
        ]
    ).reshape(len(records), len(numbers))
    broken = (cells >= codes["late"]).sum(axis=0)
    cells = cells[:, np.argsort(-broken, kind="stable")]
    figure = new_figure(_WIDE_IN, 0.9 + 0.2 * max(len(records), 3))
    figure.set_layout_engine("constrained")
    axes = figure.add_subplot()
    axes.imshow(
        cells,
        aspect="auto",
        cmap=ListedColormap(list(OUTCOMES.values())),
        vmin=-0.5,
        vmax=len(OUTCOMES) - 0.5,
        interpolation="nearest",
    )
    axes.set_yticks(range(len(records)), [one.clause for one in records])
    axes.set_xticks([])
    axes.tick_params(length=0, labelsize=8, labelcolor=INK)
    for side in axes.spines.values():
        side.set_color(RULE)
    axes.set_title(plan_label(plan, lang), loc="left", y=1.0, fontsize=9.5, color=INK)
    axes.set_xlabel(say("compare.heat_disasters", lang), fontsize=8.5, color=MUTED)
    shown = ("met", "late", "missed", "open", "not_triggered")
    handles = [
        axes.scatter([], [], marker="s", s=40, c=OUTCOMES[name], edgecolors=MUTED, linewidths=0.5)
        for name in shown
    ]
    labels = [say(f"outcome.{name}", lang) for name in shown]
    axes.legend(
        handles, labels, ncols=len(shown), handletextpad=0.2, columnspacing=1.0, **_BESIDE_TITLE
    )
    dress(axes)
    return figure


#: columns of a sensitivity table that are drawn, and their half-widths
_DRAWN: Final = {
    "morris": (("mu_star", "mu_star_conf"),),
    "sobol": (("s1", "s1_conf"), ("st", "st_conf")),
}


def sensitivity_bars(found: Sensitivity, title: str, lang: str) -> Axes:
    """Draw how much each varied number moves a figure, the strongest on top, with 95 % ranges."""
    method = "morris" if "mu_star" in found.table else "sobol"
    drawn = _DRAWN[method]
    table = found.table.sort_values(drawn[-1][0], kind="stable")
    figure = new_figure(_WIDE_IN, 0.9 + 0.34 * len(table))
    figure.set_layout_engine("constrained")
    axes = figure.add_subplot()
    scale = 100.0 if method == "morris" and found.kpi in SHARES else 1.0
    height = 0.7 / len(drawn)
    for number, (value, half) in enumerate(drawn):
        places = np.arange(len(table)) + (number - (len(drawn) - 1) / 2) * height
        amounts = table[value].to_numpy(float) * scale
        axes.barh(
            places,
            amounts,
            height=height * 0.9,
            color=_INKS[number],
            xerr=table[half].to_numpy(float) * scale,
            error_kw={"ecolor": INK, "elinewidth": 1.0, "capsize": 2},
            label=say(f"sensitivity.head.{value}", lang),
        )
    axes.set_yticks(range(len(table)), table["factor"].tolist())
    axes.tick_params(labelsize=8, labelcolor=INK)
    axes.set_title(title, loc="left", y=1.0, fontsize=9.5, color=INK)
    axes.set_xlabel(say(f"sensitivity.axis.{method}", lang), fontsize=8.5, color=MUTED)
    if scale > 1:
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} %"))
    if len(drawn) > 1:
        axes.legend(frameon=False, fontsize=8, labelcolor=INK, loc="lower right")
    return dress(sober(axes))


def risk_maps(outcome: Outcome, scenario: str, world: World, lang: str) -> Figure:
    """Draw one small map a plan: people hurt or caught of each community in an average disaster."""
    plans, zones, runs = outcome.study.plans, outcome.zones, outcome.runs
    cells = zone_cells(world, "community")
    place = {name: row for row, name in enumerate(world.zones.id.tolist())}

    def draw(number: int, axes: Axes) -> None:
        """Paint the communities of one plan."""
        plan = plans[number]
        done = (runs["scenario"] == scenario) & (runs["plan"] == plan) & (runs["state"] == "ok")
        of_plan = (zones["scenario"] == scenario) & (zones["plan"] == plan)
        struck = np.full(world.zones.n + 1, np.nan)
        for zone, people in zones[of_plan].groupby("zone")["people"].sum().items():
            struck[place[str(zone)]] = people / max(int(done.sum()), 1)
        title = plan_label(plan, lang)
        draw_map(world, struck[cells], "people", ax=axes, lang=lang, title=title, plain=True)

    def explain(axes: Axes) -> None:
        """Draw the key beside the maps."""
        title = say("compare.risk_key", lang)
        colour_key(axes, CLASSES["people"], title, lang, step=SMALL_KEY_STEP)

    return panels(world, len(plans), draw, explain)
