"""Which part of the map to show: all of it, or where something happened on a wide one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from sim.core.words import say
from sim.viz.basemap import draw_ground
from sim.viz.labels import Box
from sim.viz.theme import INK, MUTED
from sim.world.world import World

if TYPE_CHECKING:
    from sim.model.results import Results


#: room around what happened, as a share of its size on each side, and at least this much
_ROOM, _LEAST_ROOM_M = 0.4, 1000.0
#: a part that is nearly the whole map tells no more than the whole
_MOST_SHARE: Final = 0.6
#: where the map of the whole stands beside its part, in the part's axes
_WHOLE_AT: Final = (1.03, 0.0, 0.22, 0.22)


def part_of(world: World, x_m: NDArray[np.float64], y_m: NDArray[np.float64]) -> Box | None:
    """Return west, south, east, north of a part in the map's own shape that shows some places.

    None where there are no places, or they need most of the map.
    """
    west, south, east, north = world.grid.bounds_m
    if len(x_m) == 0:
        return None
    middles = 0.5 * (x_m.min() + x_m.max()), 0.5 * (y_m.min() + y_m.max())
    sides = np.array([np.ptp(x_m), np.ptp(y_m)])
    needed = sides + 2.0 * np.maximum(_ROOM * sides, _LEAST_ROOM_M)
    share = float(np.max(needed / np.array([east - west, north - south])))
    if share > _MOST_SHARE:
        return None
    halves = 0.5 * share * (east - west), 0.5 * share * (north - south)
    x, y = (
        float(np.clip(middle, low + half, high - half))
        for middle, half, low, high in zip(
            middles, halves, (west, south), (east, north), strict=True
        )
    )
    return x - halves[0], y - halves[1], x + halves[0], y + halves[1]


def part_shown(run: Results) -> Box | None:
    """Return the part in which fires and gas of a run were; None where water or shaking was too."""
    if run.keeps("max_depth_m") or run.keeps("intensity"):
        return None
    world, hit = run.world, np.zeros(run.world.grid.shape, bool)
    if run.keeps("fire_arrival_s"):
        hit |= np.isfinite(run.layer("fire_arrival_s"))
    if run.keeps("gas_zone"):
        hit |= run.layer("gas_zone") > 0
    row, column = np.nonzero(hit)
    x_m, y_m = world.grid.centres_m()
    fires = np.flatnonzero(run.states_at()["building_fire"])
    return part_of(
        world,
        np.concatenate((x_m[column], world.buildings.x_m[fires])),
        np.concatenate((y_m[row], world.buildings.y_m[fires])),
    )


def show_whole(axes: Axes, world: World, part_m: Box, lang: str) -> None:
    """Put a small map of the whole beside its part, with the part framed."""
    west, south, east, north = world.grid.bounds_m
    inset = axes.inset_axes(_WHOLE_AT, anchor="SW")
    draw_ground(inset, world)
    inset.set(xlim=(west, east), ylim=(south, north), aspect="equal", xticks=[], yticks=[])
    for spine in inset.spines.values():
        spine.set(color=MUTED, linewidth=0.6)
    left, low, right, high = part_m
    inset.add_patch(Rectangle((left, low), right - left, high - low, fill=False, ec=INK, lw=1.2))
    inset.set_title(say("map.whole", lang), fontsize=7.5, loc="left", y=1.0, color=INK, pad=3)
