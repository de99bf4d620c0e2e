"""Who has taken on whom: two teams never go for the same people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.response.operations import Operations

Rows = NDArray[np.int64]


class Claims:
    """Households that a team is on its way to.

    Parameters
    ----------
    ops : Operations
    """

    def __init__(self, ops: Operations) -> None:
        self._ops = ops
        self._claimed: set[int] = set()

    def nearest_group(self, waiting: Rows, node: int, seats: int) -> Rows:
        """Claim the waiting households nearest to a node, as many as fit, all at one place.

        Known people only: `waiting` is what was reported. Returns an empty array when all are
        claimed.
        """
        free = np.array(
            [row for row in waiting.tolist() if row not in self._claimed], dtype=np.int64
        )
        if len(free) == 0:
            return free
        people, network = self._ops.stage.people, self._ops.stage.network
        at = people.place_of(free)
        away_m = np.hypot(network.x_m[at] - network.x_m[node], network.y_m[at] - network.y_m[node])
        there = free[at == at[np.argmin(away_m)]]
        fits = np.cumsum(people.movement.size[there].astype(np.int64)) <= seats
        group: Rows = there[: max(1, int(np.count_nonzero(fits)))]
        self._claimed.update(group.tolist())
        return group

    def release(self, households: Rows) -> None:
        """Give up a claim: the people are safe, or somebody else must go."""
        self._claimed.difference_update(households.tolist())
