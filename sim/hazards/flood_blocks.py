"""Work on spans of tiles by several threads at once, with the bits of one thread."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Final

import numpy as np

from sim.core.hands import all_hands, hands, side_by_side
from sim.kernels.flood import I4, I8
from sim.kernels.flood_sweep import cut

#: cells a look at which is worth a thread: waking one costs 0.2 ms
LEAST_SEEN: Final = 300_000


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
        self._cuts: I8 = np.zeros(self.most + 1, np.int64)

    def cut(self, spans: I4, n: int) -> list[tuple[int, int]]:
        """Return where each block begins and ends; a block is worth a thread."""
        if self.most == 1 or not all_hands():
            return [(0, n)]
        blocks = cut(spans, n, self.most, LEAST_SEEN, self._cuts)
        cuts: list[int] = self._cuts[: blocks + 1].tolist()
        return list(pairwise(cuts))

    def each(self, spans: I4, n: int, work: Callable[[int, int], object]) -> None:
        """Do work that no other block's work touches, over every block."""
        blocks = self.cut(spans, n)
        if len(blocks) == 1:
            work(0, n)
        else:
            side_by_side(lambda k: work(*blocks[k]), len(blocks))
