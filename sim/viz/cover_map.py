"""Cover on the map: streets by how far in time they are, sites of new places."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from sim.core.words import say
from sim.evaluation.cover import Cover
from sim.viz.basemap import lines_of, one_a_street
from sim.viz.maps import draw_map
from sim.viz.theme import INK, dress

#: the last class is beyond the promise, and drawn in the colour of warning
_COLOURS: Final = ("#1b7837", "#7fbf7b", "#f4a582", "#b2182b")
_NEW: Final[dict[str, Any]] = {
    "ls": "none", "marker": "P", "ms": 11, "mfc": "#ffd400", "mec": INK, "mew": 0.8,
}  # fmt: skip


def draw_cover(
    cover: Cover,
    *,
    new: NDArray[np.int64] | None = None,
    lang: str = "en",
    minutes: float,
    of: str = "stations",
) -> Axes:
    """Draw the streets by the time it takes: half, all, twice the promise, more."""
    world, network = cover.world, cover.network
    turnout_min = minutes - cover.budget_s / 60.0
    ends_min = (minutes / 2, minutes, 2 * minutes)
    entries: list[Any] = []
    if new is not None and len(new):
        entries.append(Line2D([], [], **_NEW, label=say(f"cover.new_{of}", lang)))
    labels = [f"≤ {end:g} min" for end in ends_min] + [f"> {ends_min[-1]:g} min"]
    entries += [
        Line2D([], [], color=colour, lw=3, label=label)
        for colour, label in zip(_COLOURS, labels, strict=True)
    ]
    title = say(f"cover.title_{of}", lang, minutes=f"{minutes:g}")
    axes = draw_map(world, None, lang=lang, title=title, also=entries)
    streets = one_a_street(world)
    streets = streets[network.flow_veh_per_s[streets] > 0]
    due_s = np.maximum(
        cover.due_s[network.from_node[streets]], cover.due_s[network.to_node[streets]]
    )
    part = np.digitize(due_s / 60.0 + turnout_min, ends_min, right=True)
    for colour, one in zip(_COLOURS, range(len(_COLOURS)), strict=True):
        lines = lines_of(world.road_shapes, streets[part == one])
        axes.add_collection(LineCollection(lines, colors=colour, linewidths=1.6, zorder=6))
    if new is not None and len(new):
        axes.plot(network.x_m[new], network.y_m[new], **_NEW, zorder=9)
    return dress(axes)
