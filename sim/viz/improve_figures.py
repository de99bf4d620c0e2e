"""Pictures of what would help a plan: gains with their ranges, and the roads that allow no more."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

from sim.core.words import in_language, say
from sim.viz.basemap import lines_of
from sim.viz.maps import draw_map
from sim.viz.theme import CURVES, INK, MUTED, dress, new_figure, sober

if TYPE_CHECKING:
    from sim.evaluation.ensembles.improve import Improvement
    from sim.evaluation.road_limit import RoadLimit
    from sim.world.world import World

_WIDE_IN: Final = 7.4
_MOST_BARS: Final = 24
_BETTER, _WORSE = CURVES[3], CURVES[2]
_CUT: Final = "#b2182b"


def gains(found: Improvement, lang: str) -> Axes:
    """Draw the average gain of every change with its range, the largest on top, and the limits."""
    effects = sorted(
        (one for one in found.effects if math.isfinite(one.gain) and not one.nothing),
        key=lambda one: one.gain,
    )[-_MOST_BARS:]
    scale = 100.0 if effects and effects[0].comparison.kind == "share" else 1.0
    figure = new_figure(_WIDE_IN, 1.0 + 0.34 * max(len(effects), 2))
    figure.set_layout_engine("constrained")
    axes = figure.add_subplot()
    for row, one in enumerate(effects):
        low, high = (end * scale for end in one.gain_range)
        colour = _BETTER if low > 0 else _WORSE if high < 0 else MUTED
        if math.isfinite(low) and math.isfinite(high):
            axes.plot([low, high], [row, row], color=colour, lw=1.6, solid_capstyle="butt")
        axes.plot([one.gain * scale], [row], "o", ms=4.5, color=colour)
    axes.axvline(0, color=MUTED, lw=0.8)
    for name, style in zip(found.limits, ("--", ":"), strict=False):
        limit = found.limits[name]
        gain = limit.difference.value * (-scale if limit.better == "low" else scale)
        if math.isfinite(gain):
            label = say(f"improve.limit_title.{name}", lang)
            axes.axvline(gain, color=INK, lw=1.0, ls=style, label=label)
    wide = 26 if lang == "zh" else 52
    names = [textwrap.fill(str(in_language(one.change.says, lang)), wide) for one in effects]
    axes.set_yticks(range(len(effects)), names)
    axes.set_ylim(-0.7, len(effects) - 0.3)
    axes.tick_params(labelsize=7.5, labelcolor=INK)
    axes.set_xlabel(
        say("improve.gain_axis", lang, kpi=say(f"kpi.{found.kpi}", lang)), fontsize=8.5, color=MUTED
    )
    if scale > 1:
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g} %"))
    if axes.get_legend_handles_labels()[0]:
        axes.legend(
            fontsize=8,
            labelcolor=INK,
            frameon=False,
            ncols=2,
            loc="lower right",
            bbox_to_anchor=(1.0, 1.0),
            borderaxespad=0.2,
        )
    return dress(sober(axes))


def bottleneck(world: World, limit: RoadLimit, lang: str) -> Axes:
    """Draw the roads that everybody behind them must get through."""
    title = say("improve.road.map", lang)
    entries = [Line2D([], [], color=_CUT, lw=4, label=title)]
    axes = draw_map(world, None, lang=lang, title=title, also=entries)
    lines = lines_of(world.road_shapes, limit.edges)
    axes.add_collection(LineCollection(lines, colors=_CUT, linewidths=4.5, zorder=8))
    middles = np.array([np.mean(line, axis=0) for line in lines])
    axes.plot(middles[:, 0], middles[:, 1], "o", ms=16, mfc="none", mec=_CUT, mew=1.6, zorder=9)
    return dress(axes)
