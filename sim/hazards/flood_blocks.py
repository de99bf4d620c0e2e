"""Work on spans of tiles by several threads at once, with the bits of one thread."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Final

import numpy as np

from sim.core.hands import all_hands, hands, side_by_side
from sim.kernels.flood import F4, F8, I4, I8, TILE
from sim.kernels.flood_round import Forced, Laws, Water
from sim.kernels.flood_sweep import cut, give_up, row_flows, sweep
from sim.kernels.flood_tiles import measure

#: cells whose step is worth a thread: waking one costs 0.2 ms
_LEAST_CELLS: Final = 150_000
#: the same for a look at cells, which takes a tenth of a step
_LEAST_SEEN: Final = 5 * _LEAST_CELLS
#: room for the first cells found below zero
_NEGATIVE: Final = 1 << 14


class Blocks:
    """Cuts spans between tile rows into blocks of like work, one a thread.

    Parameters
    ----------
    ny, nx : int
        Cells of the map.
    """

    def __init__(self, ny: int, nx: int) -> None:
        self.ny, self.nx = ny, nx
        self.most = hands()
        self.bands: F4 = np.zeros((self.most, 4, 2 * TILE * (nx + 3)), np.float32)
        self._working: F4 = np.zeros((2, 4 * (nx + 3)), np.float32)
        self._cuts: I8 = np.zeros(self.most + 1, np.int64)
        self._below: list[I8] = [np.zeros(_NEGATIVE, np.int64) for _ in range(self.most)]

    def cut(self, spans: I4, n: int, least_cells: int) -> list[tuple[int, int]]:
        """Return where each block begins and ends; a block is worth so many cells."""
        blocks = cut(spans, n, self.most, least_cells, self._cuts)
        cuts: list[int] = self._cuts[: blocks + 1].tolist()
        return list(pairwise(cuts))

    def each(self, spans: I4, n: int, work: Callable[[int, int], None]) -> None:
        """Do work that no other block's work touches, over every block."""
        blocks = self.cut(spans, n, _LEAST_SEEN)
        side_by_side(lambda k: work(*blocks[k]), len(blocks))

    def shares(self, cells: float) -> bool:
        """Whether a step of so many cells is shared out between threads now."""
        return self.most > 1 and cells >= 2 * _LEAST_CELLS and all_hands()

    def step(
        self, spans: I4, n: int, water: Water, forced: Forced, laws: Laws, dt_s: float
    ) -> None:  # fmt: skip
        """Find new flows and depths, as in `sim.kernels.flood_sweep`."""
        h, z = water.h.reshape(-1), water.z.reshape(-1)
        gn2, q = water.gn2.reshape(-1), water.q.reshape(-1)
        numbers = (np.float32(laws.film_m), laws.theta, laws.adaptive, dt_s, laws.dx_m)
        blocks, bands = self.cut(spans, n, _LEAST_CELLS), self.bands
        seams = self._seams(spans, blocks)
        for k, (above, at, below) in enumerate(seams):
            for first, last, band in ((above, at, bands[k, 3]), (at, below, bands[k + 1, 2])):
                row_flows(
                    spans, first, last, self.ny, h, z, gn2, q, band, *numbers, *self._working
                )  # fmt: skip

        def work(k: int) -> None:
            first, last = blocks[k]
            sweep(
                spans, first, last, self.ny, self.nx, h, z, gn2, q, bands[k], k > 0,
                k + 1 < len(blocks), forced.first, forced.faces, forced.ordered, *numbers,
            )  # fmt: skip

        side_by_side(work, len(blocks))
        for _, at, below in seams:
            give_up(spans, at, below, self.nx + 3, h, q, dt_s / laws.dx_m)

    def measure(self, spans: I4, n: int, depth_m: F8, measures: F8) -> I8:
        """Measure the spans' tiles; return the flat cells below zero, in order."""
        bits, seen = depth_m.view(np.uint64), measures.view(np.uint64)
        blocks = self.cut(spans, n, _LEAST_SEEN)

        def work(k: int) -> int:
            found: int = measure(spans, *blocks[k], self.ny, bits, seen, self._below[k])
            if found > len(self._below[k]):
                self._below[k] = np.zeros(2 * found, np.int64)
                return work(k)
            return found

        found = side_by_side(work, len(blocks))
        if not any(found):
            return self._below[0][:0]
        return np.sort(np.concatenate([self._below[k][:n] for k, n in enumerate(found)]))

    def _seams(self, spans: I4, blocks: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
        """Return where the tile row above each cut begins, the cut, where the one below ends."""
        rows = spans[: blocks[-1][1], 0]
        seams = []
        for at, _ in blocks[1:]:
            above = int(np.searchsorted(rows, rows[at - 1], side="left"))
            below = int(np.searchsorted(rows, rows[at], side="right"))
            seams.append((above, at, below))
        return seams
