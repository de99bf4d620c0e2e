"""Small maps side by side, two a row, with one key for all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.viz.furniture import KEY_STEP
from sim.viz.theme import dress, new_figure
from sim.world.world import World

#: height of one class of the key beside a small map, as a share of that map's height
SMALL_KEY_STEP: Final = KEY_STEP * 1.35
#: inches: a small map's width, the gap between two, room for a title, and for the key
_PANEL_IN, _GAP_IN, _TITLE_IN, _KEY_IN = 3.76, 0.1, 0.4, 1.8
#: inches that are whole pixels: small maps whose pixels fall alike share what `Stamp` keeps
_WHOLE_IN: Final = 0.02


def panels(
    world: World, n: int, draw: Callable[[int, Axes], None], explain: Callable[[Axes], None]
) -> Figure:
    """Return a figure of n small maps of a world.

    Parameters
    ----------
    world : World
    n : int
    draw : callable
        Draws map i on its axes.
    explain : callable
        Puts the key beside the axes of the last map of the first row.
    """
    west, south, east, north = world.grid.bounds_m
    high_in = float(np.clip(_PANEL_IN * (north - south) / (east - west), 2.0, 6.0))
    high_in = round(high_in / _WHOLE_IN) * _WHOLE_IN
    step_in = high_in + _TITLE_IN
    width_in = 2 * _PANEL_IN + _KEY_IN
    height_in = (n + 1) // 2 * step_in + 0.1
    figure = new_figure(width_in, height_in)
    for place in range(n):
        row, column = divmod(place, 2)
        left_in = _GAP_IN + column * (_PANEL_IN + _GAP_IN)
        low_in = height_in - (row + 1) * step_in + 0.05
        corner = (left_in / width_in, low_in / height_in)
        axes = figure.add_axes((*corner, (_PANEL_IN - 0.05) / width_in, high_in / height_in))
        draw(place, axes)
        _fit_title(axes)
        if place == min(1, n - 1):
            explain(axes)
            dress(axes)
    return figure


def _fit_title(axes: Axes) -> None:
    """Make a title that is wider than its map smaller, so that it ends where the map does."""
    says = axes.get_title(loc="left") or axes.get_title()
    for text in axes.findobj(Text):
        if isinstance(text, Text) and says and text.get_text() == says:
            room, wide = axes.get_window_extent().width, text.get_window_extent().width
            text.set_fontsize(float(text.get_fontsize()) * min(1.0, 0.98 * room / wide))
