"""The books of goods: every piece is in exactly one place, and the sums always agree."""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.scenario.goods import items, masses_g

Pieces = NDArray[np.int64]
#: goods of one age: until when they are good, and how many
Lot = tuple[float, int]
#: items that spoil
_SPOIL: Final = tuple(index for index, item in enumerate(items()) if item.shelf_life_h)


class BooksError(RuntimeError):
    """Goods were lost, made or taken twice: a fault of the code, never of a user."""


class Books:
    """Whole pieces of every item in every account: stores, trucks, places, and what people have.

    Attributes
    ----------
    pieces : (accounts, items) int64
    brought_in : (items,) int64
        All that ever came into the books: opening stocks and production.
    strict : bool
        Count everything again at every move (for tests), not only once a tick.
    spoiled : int
        Row of the account that spoiled goods end in.
    """

    def __init__(self) -> None:
        self._n = 0
        self.pieces = np.zeros((16, len(items())), dtype=np.int64)
        self.brought_in = np.zeros(len(items()), dtype=np.int64)
        self.strict = False
        self._next_s = math.inf
        self._lots: dict[tuple[int, int], list[Lot]] = {}
        self._for_good: set[int] = set()
        self.spoiled = self.open(for_good=True)

    def open(self, stock: Pieces | None = None, *, for_good: bool = False) -> int:
        """Open an account, with an opening stock; returns its row.

        With ``for_good``, of what nobody asks the age any more: eaten, or thrown away.
        """
        if self._n == len(self.pieces):
            self.pieces = np.concatenate((self.pieces, np.zeros_like(self.pieces)))
        row, self._n = self._n, self._n + 1
        if for_good:
            self._for_good.add(row)
        if stock is not None:
            self.bring_in(row, stock)
        return row

    def bring_in(self, row: int, pieces: Pieces) -> None:
        """Book goods that are new: an opening stock, or what a plant has made."""
        self.pieces[row] += pieces
        self.brought_in += pieces
        self._look(row)

    def move(self, source: int, target: int, pieces: Pieces) -> None:
        """Move pieces from one account to another, at one instant; of what spoils, the oldest.

        Raises
        ------
        BooksError
            When the source does not have them.
        """
        self.pieces[source] -= pieces
        self.pieces[target] += pieces
        for item in _SPOIL:
            if pieces[item]:
                self._move_lots(source, target, item, int(pieces[item]))
        self._look(source)
        self._look(target)

    # -- what spoils ----------------------------------------------------------------------------

    def _move_lots(self, source: int, target: int, item: int, n: int) -> None:
        there, into = self._lots.get((source, item)), self._lots.setdefault((target, item), [])
        while there and n > 0:
            until_s, count = there.pop(0)
            taken = min(n, count)
            n -= taken
            if count > taken:
                there.insert(0, (until_s, count - taken))
            if target not in self._for_good:
                insort(into, (until_s, taken))

    def leave_store(self, row: int, until_s: NDArray[np.float64]) -> None:
        """Let the clock run for what an account has received fresh from a store.

        Parameters
        ----------
        until_s : (items,) float64
            Until when each is good.
        """
        for item in _SPOIL:
            lots = self._lots.setdefault((row, item), [])
            fresh = int(self.pieces[row, item]) - sum(count for _, count in lots)
            if fresh:
                self._next_s = min(self._next_s, float(until_s[item]))
                insort(lots, (float(until_s[item]), fresh))

    def spoil(self, now_s: float) -> dict[int, int]:
        """Take out what is not good any more; returns the pieces by account."""
        gone: dict[int, int] = {}
        if now_s < self._next_s:
            return gone
        for (row, item), lots in self._lots.items():
            old = sum(count for until_s, count in lots if until_s <= now_s)
            if old:
                gone[row] = gone.get(row, 0) + old
                self._lots[row, item] = [lot for lot in lots if lot[0] > now_s]
                self.pieces[row, item] -= old
                self.pieces[self.spoiled, item] += old
        self._next_s = min((lots[0][0] for lots in self._lots.values() if lots), default=math.inf)
        return gone

    # -- counting -------------------------------------------------------------------------------

    def mass_g(self, rows: Sequence[int]) -> int:
        """Return the mass in some accounts, to the gram."""
        return int((self.pieces[list(rows)] @ masses_g()).sum())

    def check(self) -> None:
        """Count everything again.

        Raises
        ------
        BooksError
            When an account is overdrawn, or the whole differs from what was brought in.
        """
        held = self.pieces[: self._n]
        if (held < 0).any():
            row, item = np.argwhere(held < 0)[0]
            raise BooksError(f"account {row} has {held[row, item]} of {items()[item].name}")
        off_g = (held.sum(axis=0) - self.brought_in) * masses_g()
        if off_g.any():
            item = int(np.flatnonzero(off_g)[0])
            raise BooksError(f"{items()[item].name}: {off_g[item]:+d} g against what came in")

    def _look(self, row: int) -> None:
        if self.strict or (self.pieces[row] < 0).any():
            self.check()
