"""Trains that stand on level crossings, told when they come to a stand and when they go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.world.crossings import Crossings

if TYPE_CHECKING:
    from sim.model.disaster import Disaster


class Trains:
    """What stands on the crossings of a run.

    Parameters
    ----------
    model : Disaster
    crossings : Crossings
    """

    def __init__(self, model: Disaster, crossings: Crossings) -> None:
        self._model, self._crossings = model, crossings
        self._stands: dict[str, int] = {}
        self._event = np.full(model.world.roads.n, -1, dtype=np.int64)

    def update(self, to_s: float) -> NDArray[np.float32] | None:
        """Return how far along each edge a train stands on it, NaN for none; None of no crossings.

        Logs what has changed.
        """
        crossings = self._crossings
        for crossing, edges in zip(crossings.crossings, crossings.edges, strict=True):
            name, blocked = crossing.id, crossing.is_blocked(to_s)
            if blocked and name not in self._stands:
                self._stands[name] = self._model.log.add(to_s, "crossing_blocked", name)
                self._event[edges] = self._stands[name]
            elif not blocked and name in self._stands:
                cause = self._stands.pop(name)
                self._model.log.add(to_s, "crossing_cleared", name, cause=cause)
        return crossings.blocked(to_s) if crossings.crossings else None

    def event(self, edge: int) -> int:
        """Return the event by which a train came to stand on an edge last; -1 for none."""
        return int(self._event[edge])
