"""People on maps: one symbol a square and group, its area as the number of people there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from sim.core.words import say
from sim.viz.theme import INK, PEOPLE, Symbol

if TYPE_CHECKING:
    from sim.model.results import Results

#: points²: the area of the largest symbol, and of the smallest that is still seen
_LARGEST_PT2, _SMALLEST_PT2 = 180.0, 6.0
_GID: Final = "people-"


@dataclass(frozen=True)
class Crowds:
    """People of a moment, by the groups that maps show.

    Attributes
    ----------
    places : dict
        Group -> (n, 2) coordinates in m.
    people : dict
        Group -> (n,) people at each.
    most : float
        The largest number at one place in the whole run: what the largest symbol stands for.
    """

    places: dict[str, NDArray[np.float64]]
    people: dict[str, NDArray[np.float64]]
    most: float


def crowds(run: Results, at_s: float) -> Crowds:
    """Return who is where at the kept moment nearest to a time; those dry at home left out."""
    table = run.people_at(at_s)
    shown = run.census.loc[run.census["group"].isin(PEOPLE), "people"]
    of = {group: table[table["group"] == group] for group in PEOPLE}
    return Crowds(
        places={group: rows[["x_m", "y_m"]].to_numpy(float) for group, rows in of.items()},
        people={group: rows["people"].to_numpy(float) for group, rows in of.items()},
        most=float(shown.max()) if len(shown) else 0.0,
    )


def draw_people(axes: Axes, found: Crowds) -> None:
    """Put people on a map, the most urgent on top."""
    for order, (group, symbol) in enumerate(PEOPLE.items()):
        axes.scatter(
            found.places[group][:, 0],
            found.places[group][:, 1],
            s=_areas_pt2(found, group),
            marker=symbol.marker,
            facecolors=symbol.colour,
            edgecolors=INK,
            linewidths=0.25,
            alpha=0.8,
            zorder=10 + order / 10,
            gid=_GID + group,
        )


def turn_people(axes: Axes, found: Crowds) -> None:
    """Show another moment on a map that `draw_people` drew."""
    for drawn in axes.collections:
        group = (drawn.get_gid() or "").removeprefix(_GID)
        if group in PEOPLE and isinstance(drawn, PathCollection):
            drawn.set_offsets(found.places[group])
            drawn.set_sizes(_areas_pt2(found, group))


def _areas_pt2(found: Crowds, group: str) -> NDArray[np.float64]:
    areas = _LARGEST_PT2 * found.people[group] / max(found.most, 1.0)
    return np.maximum(areas, _SMALLEST_PT2)


def people_entries(run: Results, found: Crowds, lang: str) -> list[Any]:
    """Return the legend's symbols: the groups that this run has, and two sizes with their people.

    Nothing when the run never had anybody to show.
    """
    had = set(run.census["group"].unique())
    groups = [group for group in PEOPLE if group in had]
    if not groups:
        return []
    entries = [
        _entry(PEOPLE[group], PEOPLE[group].size_pt, say(f"census.{group}", lang))
        for group in groups
    ]
    largest = 10 ** math.floor(math.log10(max(found.most, 1.0)))
    for people in dict.fromkeys((max(largest // 10, 1), largest)):
        size_pt = math.sqrt(max(_LARGEST_PT2 * people / found.most, _SMALLEST_PT2))
        label = say("census.size", lang, people=f"{people:,.0f}")
        entries.append(_entry(Symbol("o", "none", size_pt), size_pt, label))
    return entries


def _entry(symbol: Symbol, size_pt: float, label: str) -> Line2D:
    return Line2D(
        [],
        [],
        ls="",
        marker=symbol.marker,
        ms=size_pt,
        mfc=symbol.colour,
        mec=INK,
        mew=0.4,
        label=label,
    )
