"""Grid workers who go from door to door, those who need help first."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.indoors import Indoors
from sim.agents.ledger import N_HOME_STATES
from sim.agents.residents import Residents
from sim.agents.warning_rules import WarningRules
from sim.kernels.people import knock
from sim.world.tables import AGE_BANDS

_OLDEST: Final = AGE_BANDS.index("80+")


class Doors:
    """Rounds of visits in every community that is told to go from door to door.

    Listed households come first (somebody assisted, bedridden or 80 and more), then ground floors,
    then everybody else; within each, in the order of the map. An empty home costs no time. A worker
    tells ``door_rate`` residents a minute; a community has one worker for every
    ``households_per_worker`` households, one at least.

    Attributes
    ----------
    message : (zones + 1,) int16
        Number of the message that is carried; -1 where nobody goes.
    workers : (zones + 1,) int
    """

    def __init__(self, residents: Residents, indoors: Indoors, rules: WarningRules) -> None:
        self._residents, self._indoors, self._rules = residents, indoors, rules
        homes = residents.homes
        n_zones = residents.world.zones.n + 1
        self.message = np.full(n_zones, -1, dtype=np.int16)
        households = np.bincount(homes.zone % n_zones, weights=homes.weight, minlength=n_zones)
        self.workers = np.maximum(1, np.rint(households / rules.households_per_worker)).astype(int)
        self._begins_s = np.full(n_zones, np.inf)
        self._budget = np.zeros(n_zones)
        self._out = np.zeros(homes.n, dtype=np.int32)
        zone = homes.zone % n_zones
        self._round = np.lexsort((np.arange(homes.n), self._turn(), zone)).astype(np.int32)
        in_zone = np.searchsorted(zone[self._round], np.arange(n_zones + 1))
        self._starts, self._ends = in_zone[:-1].astype(np.int64), in_zone[1:].astype(np.int64)
        self._cursor = self._ends.copy()
        self._cost = residents.household_people().astype(np.float32)

    def _turn(self) -> NDArray[np.uint8]:
        """Return 0 for listed households, 1 for ground floors, 2 for others."""
        residents = self._residents
        everybody = np.arange(residents.homes.n)
        old = residents.any_of(everybody, lambda rows: residents.age[rows] == _OLDEST)
        listed = old | residents.any_of(everybody, residents.limited)
        upstairs = (residents.homes.storey > 1).astype(np.uint8) + np.uint8(1)
        return np.where(listed, np.uint8(0), upstairs)

    def begin(self, zones: NDArray[np.bool_], number: int, issued_s: float) -> None:
        """Send the workers of some zones on a new round with a message."""
        self.message[zones] = number
        self._begins_s[zones] = issued_s + self._rules.door_muster
        self._cursor[zones] = self._starts[zones]
        self._budget[zones] = 0.0

    def advance(self, to_s: float, span_s: float, works: NDArray[np.bool_]) -> NDArray[np.int32]:
        """Let workers knock at doors up to a time; return the households they spoke to, sorted.

        Parameters
        ----------
        works : (zones + 1,) bool
            Where workers can go about.
        """
        if (self._cursor >= self._ends).all():
            return np.zeros(0, dtype=np.int32)
        worked_s = np.clip(to_s - self._begins_s, 0.0, span_s)
        busy = works & (self._cursor < self._ends)
        self._budget += busy * worked_s / 60 * self._rules.door_rate * self.workers
        n = knock(
            self._round,
            self._ends,
            self._cursor,
            self._budget,
            self._cost,
            self._residents.homes.first,
            self._residents.homes.size,
            self._residents.state,
            N_HOME_STATES,
            self._indoors.away,
            self._out,
        )
        return np.sort(self._out[:n])
