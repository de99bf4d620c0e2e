"""Street blocks: the bent frame cut into rectangles, fine where people live and coarse in fields.

Main streets run through on an uneven lattice; inside a lattice cell each block is cut in two, or
in four, until it is as small as its land use wants. Every cut is a street.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.core.rng import Streams
from sim.world.maps.frame import Bend, Frame
from sim.world.maps.plan import BLOCK_M, ESTATE, HILL, WATER, Plan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: spacing of main streets, m, and which share of them is a trunk road (assumed)
MAIN_SPACING_M: Final = (1150.0, 1900.0)
TRUNK_EVERY: Final = 4
#: counties larger than a city district have main roads wider apart, up to this factor (assumed)
DISTRICT_M2: Final = 500e6
WIDEST_SPACING: Final = 2.0
#: a block is cut while it is this much longer than its use wants
TOO_LONG: Final = 1.45
#: share of cuts that cross instead of ending on the next street
CROSSING_SHARE: Final = 0.55
_LEVELS: Final = 9
#: coordinates are whole metres, so that streets meet exactly
MAIN, TRUNK = 2, 1


@dataclass(frozen=True)
class Lines:
    """Streets as straight lines in the bent frame.

    Attributes
    ----------
    along : (n,) int64
        0 runs along s (at constant t), 1 along t (at constant s).
    at, start, end : (n,) int64
        The constant coordinate, and the range of the other, m.
    size_m : (n,) int64
        Length of the block that the line cuts; 0 for main streets, whose rank is `rank`.
    rank : (n,) int64
        `TRUNK`, `MAIN`, or 0.
    number : (n,) int64
        Of a main street within its direction; -1 for others.
    """

    along: Ints
    at: Ints
    start: Ints
    end: Ints
    size_m: Ints
    rank: Ints
    number: Ints


@dataclass(frozen=True)
class Blocks:
    """Rectangles ``s0 <= s < s1, t0 <= t < t1`` of the bent frame, and the tree that finds them.

    Attributes
    ----------
    rect : (n, 4) int64
        s0, s1, t0, t1.
    lines : Lines
    """

    rect: Ints
    lines: Lines
    s_cuts: Ints
    t_cuts: Ints
    axis: NDArray[np.int8]
    cut: Ints
    child: Ints

    def find(self, s_m: Floats, t_m: Floats) -> Ints:
        """Return the block of every point."""
        i = np.clip(np.searchsorted(self.s_cuts, s_m, "right") - 1, 0, len(self.s_cuts) - 2)
        j = np.clip(np.searchsorted(self.t_cuts, t_m, "right") - 1, 0, len(self.t_cuts) - 2)
        node = i * (len(self.t_cuts) - 1) + j
        while True:
            inner = np.flatnonzero(self.axis[node] >= 0)
            if len(inner) == 0:
                return np.asarray(-1 - self.child[node])
            here = node[inner]
            value = np.where(self.axis[here] == 0, s_m[inner], t_m[inner])
            node[inner] = self.child[here] + (value >= self.cut[here])


def blocks_of(frame: Frame, bend: Bend, plan: Plan, streams: Streams) -> Blocks:
    """Cut the county into street blocks."""
    rng = streams.generator("blocks")
    corners = bend.st(
        np.array([0.0, frame.width_m, 0.0, frame.width_m]),
        np.array([0.0, 0.0, frame.height_m, frame.height_m]),
    )
    widest_m = 0.4 * min(frame.width_m, frame.height_m)
    wider = float(np.clip(math.sqrt(frame.area_m2 / DISTRICT_M2), 1.0, WIDEST_SPACING))
    spacing = (
        min(MAIN_SPACING_M[0] * wider, 0.6 * widest_m),
        min(MAIN_SPACING_M[1] * wider, widest_m),
    )
    s_cuts, t_cuts = (_main_cuts(corner, spacing, rng) for corner in corners)
    grown = _Growth(frame, bend, plan, rng)
    grown.start(s_cuts, t_cuts)
    for _ in range(2 * _LEVELS):
        if not grown.cut_longest_sides():
            break
    return grown.finished(s_cuts, t_cuts)


def _main_cuts(corner: Floats, spacing_m: tuple[float, float], rng: np.random.Generator) -> Ints:
    margin = 0.04 * (corner.max() - corner.min()) + spacing_m[1]
    cuts = [corner.min() - margin]
    while cuts[-1] < corner.max() + margin:
        cuts.append(cuts[-1] + rng.uniform(*spacing_m))
    return np.rint(cuts).astype(np.int64)


class _Growth:
    """The tree of cuts while it grows, one level of all blocks at a time."""

    def __init__(self, frame: Frame, bend: Bend, plan: Plan, rng: np.random.Generator) -> None:
        self._frame, self._bend, self._plan, self._rng = frame, bend, plan, rng
        self._lines: list[Ints] = []
        self._seeds = bend.st(plan.seeds_m[:, 0], plan.seeds_m[:, 1])

    def start(self, s_cuts: Ints, t_cuts: Ints) -> None:
        """Lay the lattice of main streets."""
        s0, t0 = (part.ravel() for part in np.meshgrid(s_cuts[:-1], t_cuts[:-1], indexing="ij"))
        s1, t1 = (part.ravel() for part in np.meshgrid(s_cuts[1:], t_cuts[1:], indexing="ij"))
        self.rect = np.column_stack((s0, s1, t0, t1))
        self.axis = np.full(len(s0), -1, dtype=np.int8)
        self.cut = np.zeros(len(s0), dtype=np.int64)
        self.child = np.zeros(len(s0), dtype=np.int64)
        self.forced = np.full(len(s0), -1, dtype=np.int64)
        self.open = np.arange(len(s0))
        for along, cuts, others in ((1, s_cuts, t_cuts), (0, t_cuts, s_cuts)):
            inner = cuts[1:-1]
            number = np.arange(len(inner))
            first = int(self._rng.integers(TRUNK_EVERY))
            rank = np.where(number % TRUNK_EVERY == first, TRUNK, MAIN)
            self._add(along, inner, others[0], others[-1], 0, rank, number)

    def _add(
        self,
        along: Ints | int,
        at: Ints,
        start: Ints | int,
        end: Ints | int,
        size: Ints | int,
        rank: Ints | int,
        number: Ints | int,
    ) -> None:
        columns = np.broadcast_arrays(along, at, start, end, size, rank, number)
        self._lines.append(np.column_stack(columns).astype(np.int64))

    def cut_longest_sides(self) -> bool:
        """Cut every block that is too long across its longer side; return whether any was."""
        rect = self.rect[self.open]
        sides = np.column_stack((rect[:, 1] - rect[:, 0], rect[:, 3] - rect[:, 2]))
        wanted = self._wanted_m(rect)
        forced = self.forced[self.open]
        axis = np.where(forced >= 0, forced % 2, np.argmax(sides, axis=1))
        side = np.take_along_axis(sides, axis[:, None], 1)[:, 0]
        cuts = (side > TOO_LONG * wanted) | (forced >= 0)
        if not cuts.any():
            return False
        chosen, axis, side, rect = self.open[cuts], axis[cuts], side[cuts], rect[cuts]
        wanted, sides, forced = wanted[cuts], sides[cuts], forced[cuts]
        low = np.where(axis == 0, rect[:, 0], rect[:, 2])
        drawn = np.rint(side * self._rng.uniform(0.4, 0.6, len(side))).astype(np.int64)
        at = np.where(forced >= 0, forced // 2, low + np.maximum(drawn, 1))
        start = np.where(axis == 0, rect[:, 2], rect[:, 0])
        end = np.where(axis == 0, rect[:, 3], rect[:, 1])
        self._add(1 - axis, at, start, end, side, 0, -1)
        other = np.take_along_axis(sides, 1 - axis[:, None], 1)[:, 0]
        crossing = (self._rng.random(len(side)) < CROSSING_SHARE) & (other > TOO_LONG * wanted)
        crossing &= forced < 0
        across = start + np.rint(other * self._rng.uniform(0.4, 0.6, len(side))).astype(np.int64)
        self._split(chosen, axis, at, np.where(crossing, 2 * across + 1 - axis, -1))
        return True

    def _split(self, chosen: Ints, axis: Ints, at: Ints, forced: Ints) -> None:
        first = len(self.axis) + 2 * np.arange(len(chosen))
        self.axis[chosen], self.cut[chosen], self.child[chosen] = axis, at, first
        children = np.repeat(self.rect[chosen], 2, axis=0)
        which = np.arange(2 * len(chosen))
        along = np.repeat(axis, 2)
        low = which % 2 == 0
        column = np.where(low, 2 * along + 1, 2 * along)
        children[which, column] = np.repeat(at, 2)
        self.rect = np.concatenate((self.rect, children))
        self.axis = np.concatenate((self.axis, np.full(len(which), -1, np.int8)))
        self.cut = np.concatenate((self.cut, np.zeros(len(which), np.int64)))
        self.child = np.concatenate((self.child, np.zeros(len(which), np.int64)))
        self.forced = np.concatenate((self.forced, np.repeat(forced, 2)))
        self.open = np.arange(len(self.axis) - len(which), len(self.axis))

    def _wanted_m(self, rect: Ints) -> Floats:
        """Return the block length that the finest land use inside wants; huge off the map.

        The heart of a community wants small blocks, however little of it there is.
        """
        shares = (np.arange(4) + 0.5) / 4
        s = rect[:, 0, None] + (rect[:, 1] - rect[:, 0])[:, None] * np.repeat(shares, 4)
        t = rect[:, 2, None] + (rect[:, 3] - rect[:, 2])[:, None] * np.tile(shares, 4)
        x_m, y_m = self._bend.xy(s.ravel(), t.ravel())
        use = self._plan.at(self._plan.use, x_m, y_m).astype(np.int64)
        length = np.asarray(BLOCK_M)[use]
        length[~self._frame.inside(x_m, y_m)] = max(BLOCK_M[HILL], BLOCK_M[WATER]) * 4
        finest: Floats = np.sort(length.reshape(s.shape), axis=1)[:, 1]
        seed_s, seed_t = self._seeds
        hearts = (seed_s >= rect[:, :1]) & (seed_s < rect[:, 1:2])
        hearts &= (seed_t >= rect[:, 2:3]) & (seed_t < rect[:, 3:])
        return np.where(hearts.any(axis=1), np.minimum(finest, BLOCK_M[ESTATE]), finest)

    def finished(self, s_cuts: Ints, t_cuts: Ints) -> Blocks:
        """Number the blocks and return them with their streets."""
        leaves = np.flatnonzero(self.axis < 0)
        self.child[leaves] = -1 - np.arange(len(leaves))
        lines = Lines(*np.concatenate(self._lines).T.copy())
        return Blocks(self.rect[leaves], lines, s_cuts, t_cuts, self.axis, self.cut, self.child)
