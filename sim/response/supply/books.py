"""The books of goods: every piece is in exactly one place, and the sums always agree."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.scenario.goods import items, masses_g

Pieces = NDArray[np.int64]


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
    """

    def __init__(self) -> None:
        self._n = 0
        self.pieces = np.zeros((16, len(items())), dtype=np.int64)
        self.brought_in = np.zeros(len(items()), dtype=np.int64)
        self.strict = False

    def open(self, stock: Pieces | None = None) -> int:
        """Open an account, with an opening stock; returns its row."""
        if self._n == len(self.pieces):
            self.pieces = np.concatenate((self.pieces, np.zeros_like(self.pieces)))
        row, self._n = self._n, self._n + 1
        if stock is not None:
            self.bring_in(row, stock)
        return row

    def bring_in(self, row: int, pieces: Pieces) -> None:
        """Book goods that are new: an opening stock, or what a plant has made."""
        self.pieces[row] += pieces
        self.brought_in += pieces
        self._look(row)

    def move(self, source: int, target: int, pieces: Pieces) -> None:
        """Move pieces from one account to another, at one instant.

        Raises
        ------
        BooksError
            When the source does not have them.
        """
        self.pieces[source] -= pieces
        self.pieces[target] += pieces
        self._look(source)
        self._look(target)

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
