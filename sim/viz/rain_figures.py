"""What rain did on land: slopes that slid or held, and ice on lines and roads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.core.words import say
from sim.hazards.landslide import LandslideParams, strip_m
from sim.viz import basemap
from sim.viz.maps import closed_edges, draw_map
from sim.viz.theme import INK, dress

if TYPE_CHECKING:
    from sim.model.results import Results

_ICY: Final = "#101a3c"
_STRIP: Final[dict[str, Any]] = {"ec": INK, "fc": "none", "lw": 0.9}


def slopes_map(run: Results, *, lang: str = "en", ax: Axes | None = None) -> Axes:
    """Draw marked slopes by what the rain did to them, the strips they run over, closed roads."""
    entry = Patch(**_STRIP, label=say("map.slide_strip", lang))
    axes = draw_map(
        run.world, run.layer("slope_state"), "slope_state", ax=ax, lang=lang,
        closures=closed_edges(run, None), also=[entry],
    )  # fmt: skip
    parts = (*run.scenario.hazards, *run.scenario.chains)
    slides = [one for one in parts if isinstance(one, LandslideParams)]
    strips = [strip_m(slope) for one in slides for slope in one.slopes]
    axes.add_collection(PolyCollection(strips, **_STRIP, zorder=10, gid="strips"), autolim=False)
    return dress(axes)


def ice_map(run: Results, *, lang: str = "en", ax: Axes | None = None) -> Axes:
    """Draw the thickest ice on lines, and the roads that it ever made slippery."""
    states = run.states
    slow = (states["state"] == "road_pace") & (states["value"] < 1.0)
    icy = np.unique(states["row"][slow].to_numpy(dtype=np.int64))
    entry = Line2D([], [], color=_ICY, lw=1.2, label=say("map.slippery", lang))
    axes = draw_map(
        run.world, run.layer("max_ice_m"), "max_ice_m", ax=ax, lang=lang,
        also=[entry] if len(icy) else [],
    )  # fmt: skip
    lines = LineCollection(
        basemap.lines_of(run.world.road_shapes, icy), colors=_ICY, linewidths=0.9, zorder=8,
        gid="icy",
    )  # fmt: skip
    axes.add_collection(lines, autolim=False)
    return dress(axes)
