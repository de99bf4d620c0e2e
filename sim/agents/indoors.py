"""Who is in which building at this moment: the daily round, and what has disturbed it."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.agents.ledger import N_HOME_STATES, STATE
from sim.agents.residents import Residents
from sim.agents.whereabouts import IN_THE_OPEN, Whereabouts
from sim.core.rng import Streams


class Indoors:
    """People in buildings, found when a sudden hazard asks for them.

    Whoever is ``at_home`` and was never called from there follows his daily round; who prepares to
    leave, waits, or has come in again after shaking is at home; who is outside is in no building.

    Parameters
    ----------
    residents : Residents
    streams : Streams
    day_starts_s : float
        Local time of day at the start of the run, s since midnight.
    """

    def __init__(self, residents: Residents, streams: Streams, *, day_starts_s: float) -> None:
        self._residents, self._streams = residents, streams
        self._day_starts_s = day_starts_s
        self._settled = np.zeros(residents.n, dtype=bool)

    @cached_property
    def _round(self) -> Whereabouts:
        return Whereabouts(self._residents, self._streams)

    def settle(self, rows: NDArray[np.int64]) -> None:
        """Keep people at home from now on: their daily round is over for this run."""
        self._settled[rows] = True

    def buildings(self, to_s: float) -> NDArray[np.int32]:
        """Return the building each resident is in; `IN_THE_OPEN` for none."""
        residents = self._residents
        home = residents.homes.building[residents.household]
        at_large = (residents.state == STATE["at_home"]) & ~self._settled
        place = np.where(at_large, self._round.buildings(self._day_starts_s + to_s), home)
        near_home = (residents.state < N_HOME_STATES) & ~residents.outside
        return np.where(near_home, place, IN_THE_OPEN).astype(np.int32)

    def of(
        self, chosen: NDArray[np.bool_], to_s: float
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return the people in some buildings (rows), and the building of each."""
        place = self.buildings(to_s)
        rows = np.flatnonzero(chosen[place] & (place != IN_THE_OPEN))
        return rows, place[rows]
