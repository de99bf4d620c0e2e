"""The one ledger of people: everybody is in exactly one state, and the sums always agree."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

#: where a person is in a run; exactly one of these at all times
STATES: Final = (
    "at_home",
    "preparing",  # at home, getting ready to leave
    "waiting",  # at home, cannot go: for help, for a bus, for water to fall
    "outdoors",  # in the open near home, out of a building that shakes or burns
    "walking",
    "driving",
    "on_bus",
    "stranded",  # caught away from home: on a road that closed, or before one with no other way
    "blocked",  # away from home, roads open beside them, but none that leads to a place with room
    "trapped",  # under a building that has fallen
    "rescued",  # under way with a team
    "sheltered",
    "hosted",  # with relatives or friends within the area
    "left_area",
    "in_hospital",
    "dead",
)
STATE: Final = {name: code for code, name in enumerate(STATES)}
#: by code of a state: whether a team that comes to where people are finds them there
WITHIN_REACH: Final = np.isin(
    STATES, ("at_home", "preparing", "waiting", "outdoors", "stranded", "blocked")
)
#: the same for somebody who comes for the badly hurt: people in shelters are found too
FOUND_BY_AMBULANCE: Final = WITHIN_REACH | np.isin(STATES, ("sheltered",))
#: the first so many of `STATES` are at home, or near it
N_HOME_STATES: Final = 4

#: health, getting worse
HEALTHS: Final = ("well", "light", "severe", "dead")


class LedgerError(RuntimeError):
    """The books do not balance: a fault of the code, never of a user."""


class Ledger:
    """How many people are in each state, by town.

    Parameters
    ----------
    state : (people,) uint8
        The column it keeps the books of.
    weight : (people,) uint16
        Residents that each row stands for.
    town : (people,) int
        0 .. ``n_towns - 1``; -1: nowhere.
    n_towns : int

    Attributes
    ----------
    counts : (states, n_towns + 1) int64
        The last column is for people of no town.
    population : int
        All of them; never changes.
    """

    def __init__(
        self,
        state: NDArray[np.uint8],
        weight: NDArray[np.uint16],
        town: NDArray[np.int32],
        n_towns: int,
    ) -> None:
        self._n_towns = n_towns
        self.counts = self._table(state, weight, town)
        self.population = int(self.counts.sum())
        self._by_town = self.counts.sum(axis=0)

    def move(
        self,
        before: NDArray[np.uint8],
        after: np.uint8,
        weight: NDArray[np.uint16],
        town: NDArray[np.int32],
    ) -> None:
        """Book the moves of some people from their states to another.

        Raises
        ------
        LedgerError
            When somebody dead is to move.
        """
        dead = STATE["dead"]
        if after != dead and (before == dead).any():
            raise LedgerError(f"{int((before == dead).sum())} dead are to move to another state")
        people = weight.astype(np.int64)  # town -1 is the last column
        np.subtract.at(self.counts, (before, town), people)
        np.add.at(self.counts[after], town, people)

    def of(self, state: str) -> int:
        """Return how many are in a state."""
        return int(self.counts[STATE[state]].sum())

    def totals(self) -> dict[str, int]:
        """Return the people in each state, in the order of `STATES`."""
        return dict(zip(STATES, self.counts.sum(axis=1).tolist(), strict=True))

    def check(
        self,
        state: NDArray[np.uint8],
        weight: NDArray[np.uint16],
        town: NDArray[np.int32],
    ) -> None:
        """Count everybody again.

        Raises
        ------
        LedgerError
            When the columns differ from the books, or a town or the whole has lost or won people.
        """
        wrong = np.argwhere(self._table(state, weight, town) != self.counts)
        if len(wrong):
            code, place = wrong[0]
            raise LedgerError(
                f"{len(wrong)} entries differ from the columns; first: {STATES[code]} in town "
                f"{place}: {self.counts[code, place]} in the books"
            )
        if (self.counts.sum(axis=0) != self._by_town).any():
            raise LedgerError(
                f"people were lost or won: {int(self.counts.sum())} of {self.population}"
            )

    def _table(
        self,
        state: NDArray[np.uint8],
        weight: NDArray[np.uint16],
        town: NDArray[np.int32],
    ) -> NDArray[np.int64]:
        width = self._n_towns + 1
        flat = state.astype(np.int64) * width + np.where(town < 0, self._n_towns, town)
        table = np.bincount(flat, weights=weight, minlength=len(STATES) * width)
        return table.astype(np.int64).reshape(len(STATES), width)
