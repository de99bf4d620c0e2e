"""What many maps of a world have in common, drawn for the first and put on the others as pixels."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from numpy.typing import NDArray

from sim.world.world import World

Pixels = NDArray[np.uint8]

#: looks of one world that are kept, each of a few megabytes; a report needs four
_MOST_KEPT: Final = 12
_KEPT: Final[WeakKeyDictionary[World, dict[Hashable, Pixels]]] = WeakKeyDictionary()


class Stamp(Artist):
    """Artists that look alike on many maps: rendered once for each size and part of the map.

    A file of vectors gets the artists themselves, so that it can still be enlarged.

    Parameters
    ----------
    axes : Axes
        The map; the stamp puts itself on it.
    world : World
        What is kept is forgotten with it.
    look : hashable
        Tells what is drawn, and how, from other stamps of the same world.
    make : callable
        Returns the artists, which belong to no axes yet, from back to front.
    zorder : float
        Of all of them together.
    """

    def __init__(
        self,
        axes: Axes,
        world: World,
        look: Hashable,
        make: Callable[[], Iterable[Artist]],
        *,
        zorder: float,
    ) -> None:
        super().__init__()
        self._map, self._world, self._look, self._make = axes, world, look, make
        self.set_zorder(zorder)
        self.set_in_layout(False)
        axes.add_artist(self)

    def draw(self, renderer: RendererBase) -> None:
        """Put the pixels where the map is."""
        if not isinstance(renderer, RendererAgg):
            self._draw_all(renderer)
            return
        box = self._map.bbox
        left, low, right, top = (*map(math.floor, box.p0), *map(math.ceil, box.p1))
        kept = _KEPT.setdefault(self._world, {})
        look = self._whole_look(renderer)
        if look not in kept:
            if len(kept) >= _MOST_KEPT:
                kept.clear()
            sheet: Any = RendererAgg(renderer.width, renderer.height, renderer.dpi)  # type: ignore[no-untyped-call]
            self._draw_all(sheet)
            pixels = np.asarray(sheet.buffer_rgba())[::-1]
            kept[look] = pixels[max(low, 0) : top, max(left, 0) : right].copy()
        renderer.draw_image(renderer.new_gc(), max(left, 0), max(low, 0), kept[look])

    def _whole_look(self, renderer: RendererAgg) -> Hashable:
        """Return what the pixels depend on: also which part of the map, and its place in them."""
        box = self._map.bbox
        quarters = (round(4 * at) for at in (box.width, box.height, box.x0 % 1, box.y0 % 1))
        return self._look, renderer.dpi, *self._map.get_xlim(), *self._map.get_ylim(), *quarters

    def _draw_all(self, renderer: RendererBase) -> None:
        figure = self._map.get_figure(root=False)
        assert figure is not None
        for artist in self._make():
            artist.axes = self._map
            artist.set_figure(figure)
            if not artist.is_transform_set():
                artist.set_transform(self._map.transData)
            artist.set_clip_path(self._map.patch)
            artist.draw(renderer)
