"""Pictures of people: where they are through time, and what share of each place was reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from sim.agents.ledger import STATES
from sim.core.sets import distinct
from sim.core.words import say
from sim.evaluation.crowd import Crowd
from sim.viz.charts import finish, hours_of
from sim.viz.furniture import colour_key
from sim.viz.maps import draw_map
from sim.viz.panels import SMALL_KEY_STEP, panels
from sim.viz.theme import CLASSES, INK, PAPER, dress, new_chart, sober
from sim.world.zoning import zone_cells

if TYPE_CHECKING:
    from sim.model.results import Results

WHEREABOUTS: Final = "whereabouts"
REACH: Final = "reach"
#: bands of the chart from the bottom up: states that they gather, colour (after Okabe & Ito 2008)
_BANDS: Final = {
    "sheltered": (("sheltered",), "#009e73"),
    "hosted": (("hosted",), "#7cc7ab"),
    "left_area": (("left_area",), "#b5ddd0"),
    "in_hospital": (("in_hospital",), "#8a6fb0"),
    "on_the_way": (("walking", "driving", "on_bus", "rescued"), "#f0c75e"),
    "blocked": (("blocked",), "#e8a2bc"),
    "stranded": (("stranded",), "#d55e00"),
    "outdoors": (("outdoors",), "#b8d4e8"),
    "trapped": (("trapped",), "#8c2d04"),
    "dead": (("dead",), INK),
}
_WARNED: Final = "#0f3d66"
#: what the small maps show the share of: attributes of `Crowd`
_REACHED: Final = ("flooded", "warned", "left", "in_safety")
#: with fewer towns than this the maps show their communities
_FEW_TOWNS: Final = 4


def whereabouts(run: Results, *, ax: Axes | None = None, lang: str = "en") -> Axes:
    """Draw everybody who is not at home, by where they are; the share warned, if anybody was."""
    axes = new_chart(height_in=3.4) if ax is None else ax
    hours, series = hours_of(run), run.series
    heights = {name: series[_columns(states)].sum(axis=1) for name, (states, _) in _BANDS.items()}
    shown = [name for name in _BANDS if heights[name].max() > 0]
    if shown:
        axes.stackplot(
            hours,
            [heights[name] for name in shown],
            colors=[_BANDS[name][1] for name in shown],
            labels=[say(f"band.{name}", lang) for name in shown],
            edgecolor=PAPER,
            lw=0.4,
        )
    most = max(float(np.sum(list(heights.values()), axis=0).max()), 1.0)
    axes.set_ylim(0, most * 1.1)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda people, _: f"{people:,.0f}"))
    _draw_warned(axes, run, lang)
    return finish(axes, run, lang, "chart.whereabouts")


def _columns(states: tuple[str, ...]) -> list[str]:
    return [f"people_{state}" for state in states]


def _draw_warned(axes: Axes, run: Results, lang: str) -> None:
    series = run.series
    share = series["people_warned"] / series[_columns(STATES)].sum(axis=1)
    if share.max() > 0:
        above = axes.twinx()
        above.plot(hours_of(run), share * 100, color=_WARNED, lw=1.8, ls="--")
        above.set_ylim(0, 110)
        above.set_yticks([0, 25, 50, 75, 100], ["0%", "25%", "50%", "75%", "100%"])
        above.set_title(
            say("chart.warned", lang), loc="right", y=1.0, color=_WARNED, fontsize=9.5, pad=8
        )
        sober(above)
        above.grid(visible=False)
        above.tick_params(axis="y", labelcolor=_WARNED)
        dress(above)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(
            frameon=False,
            fontsize=8,
            labelcolor=INK,
            loc="upper left",
            bbox_to_anchor=(1.07, 1.0),
            reverse=True,
        )


def reach(run: Results, *, lang: str = "en") -> Figure:
    """Draw small maps: shares of the residents of each place, at the end of the run.

    What befell nobody has no map, unless nothing befell anybody.
    """
    cells = zone_cells(run.world, _level(run))
    shares = shares_by_zone(run)
    classes = CLASSES["share"]
    reached = [name for name in _REACHED if np.nanmax(shares[name], initial=0) > 0] or _REACHED

    def draw(place: int, axes: Axes) -> None:
        """Paint the communities by one of the shares."""
        name = reached[place]
        painted = np.append(shares[name], np.nan)[cells]
        title = say(f"reach.{name}", lang)
        draw_map(run.world, painted, "share", ax=axes, lang=lang, title=title, plain=True)

    def explain(axes: Axes) -> None:
        """Draw the key beside the maps."""
        title = say("reach.key", lang, unit=say(classes.unit, lang))
        colour_key(axes, classes, title, lang, step=SMALL_KEY_STEP)

    return panels(run.world, len(reached), draw, explain)


def _level(run: Results) -> str:
    towns = run.world.town_of(distinct(run.people["zone"].to_numpy()))
    return "town" if len(distinct(towns)) >= _FEW_TOWNS else "community"


def shares_by_zone(run: Results) -> dict[str, NDArray[np.float64]]:
    """Return by figure the share of each zone's residents, NaN where nobody lives.

    Zones are those of the level that `reach` draws.
    """
    crowd, world = Crowd(run), run.world
    zone = run.people["zone"].to_numpy()
    zone = world.town_of(zone) if _level(run) == "town" else zone
    inside = zone >= 0
    n = world.zones.n

    def counted(rows: NDArray[np.bool_]) -> NDArray[np.float64]:
        people = (crowd.weight * rows)[inside]
        return np.bincount(zone[inside], people, minlength=n).astype(np.float64)

    flags = {
        "flooded": crowd.flooded,
        "warned": crowd.warned,
        "left": crowd.left,
        "in_safety": crowd.in_state("sheltered", "hosted", "left_area", "in_hospital"),
    }
    residents = counted(np.ones(len(zone), dtype=bool))
    residents[residents == 0] = np.nan
    return {name: counted(rows) / residents for name, rows in flags.items()}
