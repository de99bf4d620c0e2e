"""Shelters with people in them: registration, room, light and warmth, children without their own.

One process looks at all shelters together at every reading of the gauges, as their keepers would.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.agents.ledger import STATE
from sim.response.outages import without_power
from sim.response.shelters_onward import Onward
from sim.scenario.parameters import parameter
from sim.world.tables import AGE_BANDS, MOBILITIES

if TYPE_CHECKING:
    from sim.response.operations import Operations

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
_CHILD: Final = AGE_BANDS.index("0-14")
_NEEDS_HELP: Final = MOBILITIES.index("assisted")
#: what leaves a shelter without power
_DARKENS: Final = ("power_failed", "feeder_failed", "lines_failed", "facility_damaged")


class ShelterLife:
    """What it is like in every shelter, from when the first opens.

    Parameters
    ----------
    ops : Operations

    Attributes
    ----------
    rows : (k,) int
        Facility rows of the shelters, ascending.
    queue, waited_s : (k,) float
        People not yet registered, and the longest a new one had to wait.
    least_m2 : (k,) float
        Smallest area a person so far; infinity where nobody was.
    dark_person_s, cold_person_s : (k,) float
        Person-seconds without power, and in the cold because of it.
    special, alone : (k,) int
        Most people at one time who need help to move, and most children without an adult of their
        household.
    onward : Onward
        Whom full and failing shelters send on.
    """

    def __init__(self, ops: Operations) -> None:
        self._ops = ops
        self.rows: Rows = ops.stage.people.shelters.rows
        n = len(self.rows)
        self.queue, self.waited_s = np.zeros(n), np.zeros(n)
        self.least_m2 = np.full(n, np.inf)
        self.dark_person_s, self.cold_person_s = np.zeros(n), np.zeros(n)
        self.special, self.alone = np.zeros(n, np.int64), np.zeros(n, np.int64)
        self._inside = np.zeros(n, np.int64)
        self._dark = np.zeros(n, bool)
        self.onward = Onward(ops)
        ops.env.process(self._run())

    def _run(self) -> Generator[simpy.Event, Any, None]:
        every_s = parameter("reports.gauge_every").si
        while True:
            yield self._ops.env.timeout(every_s)
            self.look(every_s)

    def look(self, over_s: float) -> None:
        """Take note of everything since the last look."""
        inside = self._ops.stage.people.shelters.persons_inside()
        self._register(np.maximum(inside - self._inside, 0), inside, over_s)
        self._inside = inside
        area_m2 = self.area_m2()
        people = np.maximum(inside, 1)
        self.least_m2 = np.where(
            inside > 0, np.minimum(self.least_m2, area_m2 / people), self.least_m2
        )
        self._services(inside, over_s)
        self._who()
        self.onward.look(inside)

    def area_m2(self) -> Floats:
        """Return the area of each shelter; where the map has none, its places at a short stay's."""
        facilities = self._ops.stage.world.facilities
        area_m2 = facilities.area_m2[self.rows].astype(float)
        assumed_m2 = facilities.capacity[self.rows] * parameter("shelters.area_short").si
        known_m2: Floats = np.where(area_m2 > 0, area_m2, assumed_m2)
        return known_m2

    def desks(self) -> Floats:
        """Return how many registration desks each shelter staffs."""
        capacity = self._ops.stage.world.facilities.capacity[self.rows].astype(float)
        n: Floats = np.ceil(np.maximum(capacity, 1) / parameter("shelters.people_a_desk").si)
        return n

    def _register(self, came: Rows, inside: Rows, over_s: float) -> None:
        """Let people queue at the desks: who comes waits for those before him."""
        rate_per_s = self.desks() / parameter("shelters.registration").si
        before = self.queue + came
        self.queue = np.minimum(np.maximum(before - rate_per_s * over_s, 0.0), inside)
        wait_s = np.where(came > 0, np.maximum(before / rate_per_s - over_s, 0.0), 0.0)
        self.waited_s = np.maximum(self.waited_s, wait_s)

    def _services(self, inside: Rows, over_s: float) -> None:
        dark = without_power(self._ops.stage, self.rows)
        for index in np.flatnonzero(dark != self._dark).tolist():
            kind = "shelter_dark" if dark[index] else "shelter_lit"
            name = str(self._ops.stage.world.facilities.id[self.rows[index]])
            cause = self._ops.log.newest(_DARKENS)
            people = int(inside[index])
            self._ops.log.add(self._ops.now_s, kind, name, cause=cause, people=people)
        self._dark = dark
        person_s = np.where(dark, inside * over_s, 0.0)
        self.dark_person_s += person_s
        if self._ops.stage.night_c < parameter("shelters.cold_below").value:
            self.cold_person_s += person_s

    def _who(self) -> None:
        """Count those who need help, and children of whose household no adult is in a shelter."""
        residents = self._ops.stage.people.residents
        rows = np.flatnonzero(residents.state == STATE["sheltered"])
        if len(rows) == 0:
            return
        index = np.searchsorted(self.rows, residents.place[rows])
        weight = residents.weight[rows].astype(float)
        child = residents.age[rows] == _CHILD
        adult_of = np.zeros(residents.homes.n, dtype=bool)
        adult_of[residents.household[rows[~child]]] = True
        with_adult = adult_of[residents.household[rows]]
        special = residents.mobility[rows] >= _NEEDS_HELP
        for most, those in ((self.special, special), (self.alone, child & ~with_adult)):
            now = np.bincount(index[those], weight[those], minlength=len(self.rows))
            np.maximum(most, now.astype(np.int64), out=most)

    def table(self) -> dict[str, Any]:
        """Return the columns of the shelters' table, a row a shelter."""
        failed_s = self.onward.failed_s
        return {
            "area_m2": self.area_m2(),
            "least_m2": np.where(np.isfinite(self.least_m2), self.least_m2, np.nan),
            "registration_wait_s": self.waited_s,
            "dark_person_h": self.dark_person_s / 3600.0,
            "cold_person_h": self.cold_person_s / 3600.0,
            "special_needs": self.special,
            "children_alone": self.alone,
            "sent_on": self.onward.sent_on,
            "failed_s": np.where(np.isfinite(failed_s), failed_s, np.nan),
        }
