"""Names on a map that do not cover each other: first come, first served; others move or go."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from sim.viz.theme import PAPER

HALO: Final = [withStroke(linewidth=2.2, foreground=PAPER)]
#: where a name may stand: shifts to the right in its own width, and up in lines, best first
_SHIFTS: Final = sorted(
    ((right, up) for right in (0.0, -0.55, 0.55) for up in (0.0, 1.2, -1.2, 2.4, -2.4)),
    key=lambda shift: abs(shift[0]) * 4 + abs(shift[1]),
)
_PT_PER_IN: Final = 72.0

Box = tuple[float, float, float, float]


class Labels:
    """Places names on one map.

    Parameters
    ----------
    axes : Axes
        Where they are written; its position on the sheet says how large a point is on the ground.
    bounds_m : tuple of float
        West, south, east, north of the map: no name runs over its edge.
    """

    def __init__(self, axes: Axes, bounds_m: Box) -> None:
        west, south, east, north = bounds_m
        figure = axes.get_figure(root=True)
        assert figure is not None
        wide_in, high_in = figure.get_size_inches()
        place = axes.get_position()
        points = min(
            place.width * wide_in * _PT_PER_IN / (east - west),
            place.height * high_in * _PT_PER_IN / (north - south),
        )
        self._axes, self._bounds_m, self._m_per_pt = axes, bounds_m, 1 / points
        self._taken: list[Box] = []

    def keep_clear(self, x_m: float, y_m: float, size_pt: float) -> None:
        """Let no name cover a symbol."""
        half_m = size_pt / 2 * self._m_per_pt
        self._taken.append((x_m - half_m, y_m - half_m, x_m + half_m, y_m + half_m))

    def write(
        self, x_m: float, y_m: float, text: str, *, size_pt: float, needed: bool, **look: Any
    ) -> None:
        """Write a name near its place; one that is not needed is left out when all is taken."""
        boxes = [self._box(x_m, y_m, text, size_pt, *shift) for shift in _SHIFTS]
        free = next((box for box in boxes if not any(_meet(box, old) for old in self._taken)), None)
        if free is None and not needed:
            return
        west, south, east, north = free or boxes[0]
        self._taken.append((west, south, east, north))
        self._axes.text(
            (west + east) / 2,
            (south + north) / 2,
            text,
            ha="center",
            va="center",
            fontsize=size_pt,
            path_effects=HALO,
            clip_on=True,
            **look,
        )

    def _box(
        self, x_m: float, y_m: float, text: str, size_pt: float, right: float, up: float
    ) -> Box:
        em_m = size_pt * self._m_per_pt
        half_wide, half_high = em_m * (ems(text) / 2 + 0.2), em_m * 0.65
        west, south, east, north = self._bounds_m
        x = min(
            max(x_m + right * 2 * half_wide, west + half_wide),
            max(east - half_wide, west + half_wide),
        )
        y = min(max(y_m + up * em_m, south + half_high), north - half_high)
        return (x - half_wide, y - half_high, x + half_wide, y + half_high)


def ems(text: str) -> float:
    """Return about how wide a text is, in letter heights: a hanzi is 1, a Latin letter 0.55."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.55 for sign in text)


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
