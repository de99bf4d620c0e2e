"""Residents: one row of columns a person, one a household, and the only ways to change them.

Row i is the same person for the whole run; the dead keep their row. Whoever has not been moved by
anything is ``at_home``: at home, or where the hour of day takes him (`sim.agents.whereabouts`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from sim.agents.homes import Homes
from sim.agents.ledger import HEALTHS, N_HOME_STATES, STATE, STATES, Ledger
from sim.agents.sample import sample_households
from sim.core.rng import Streams
from sim.core.sets import distinct
from sim.kernels.households import any_among, count_hands, members, members_among
from sim.kernels.people import runs
from sim.world.tables import AGE_BANDS, CHANNELS, MOBILITIES, ZONE_LEVELS
from sim.world.world import World
from sim.world.zoning import zones_within

Rows = NDArray[np.integer]

#: by what somebody was first warned: the channels, and somebody of the own household
WARNED_BY: Final = (*CHANNELS, "family")
NOBODY: Final = 255
DECISIONS: Final = ("none", "leave", "stay_by_choice", "cannot_leave")
#: why a household that wants to leave is still waiting
WAITS: Final = ("nothing", "help", "water", "bus", "lift")
MODES: Final = ("foot", "car", "bus")
GROUPS: Final = ("shelter", "relatives", "out")
#: bits of `Homes.flags`
OFFICIAL, FACE_TO_FACE, SEES_WATER, DRILLED, SEES_FIRE = (np.uint8(1 << bit) for bit in range(5))

_CHILD: Final = AGE_BANDS.index("0-14")
_OLDEST: Final = AGE_BANDS.index("80+")
_ABLE: Final = MOBILITIES.index("able")
_ASSISTED: Final = MOBILITIES.index("assisted")
_BEDRIDDEN: Final = MOBILITIES.index("bedridden")
_SEVERE: Final = HEALTHS.index("severe")
#: states of people whom something has stopped away from home
CAUGHT: Final = ("stranded", "blocked")
_IS_CAUGHT: Final = np.isin(STATES, CAUGHT)
_AT_HOME: Final = np.arange(len(STATES)) < N_HOME_STATES
_ABOUT_TO_LEAVE: Final = (STATE["preparing"], STATE["waiting"])


class Residents:
    """All residents of a world, or a sample that stands for them.

    Attributes
    ----------
    world : World
    every : int
        One household in so many is kept; 1 keeps all. Pictures and reports say so.
    homes : Homes
    id : (n,) int32
        Row of the world's people; chance is keyed by it.
    weight : (n,) uint16
        Residents that this row stands for; all counts use it.
    household : (n,) int32
        Row of `homes`.
    age, mobility, channels : (n,) uint8
        As in `sim.world.tables.People`.
    state, health : (n,) uint8
        Codes of `sim.agents.ledger.STATES`, ``HEALTHS``. Change them by `move` and `hurt` only.
    place : (n,) int32
        Facility where the person is; -1 at home and on the way.
    storey : (n,) uint8
        Floor the person is on while at home, or upstairs beside the road.
    outside : (n,) bool
        Out of all buildings while near home; `storey` is then 1.
    warned_s : (n,) float32
        First alert; infinity when never warned.
    warned_by : (n,) uint8
        Code of `WARNED_BY`; `NOBODY` when never warned.
    moved_by, hurt_by : (n,) int32
        Event behind the present state, and behind the present health; -1 for none.
    moved : list of (k,) int
        Rows of `move` since somebody last looked, who then clears it.
    n_hurts : int
        Calls of `hurt` so far.
    ledger : Ledger
    """

    def __init__(self, world: World, homes: Homes, people: Rows, weight: Rows, every: int) -> None:
        self.world, self.homes, self.every = world, homes, every
        table = world.people
        self.id = people.astype(np.int32)
        self.weight = weight.astype(np.uint16)
        self.household = np.repeat(np.arange(homes.n, dtype=np.int32), homes.size)
        self.age, self.mobility = table.age[people], table.mobility[people]
        self.channels = table.channels[people]
        self.state = np.zeros(self.n, dtype=np.uint8)
        self.health = np.zeros(self.n, dtype=np.uint8)
        self.place = np.full(self.n, -1, dtype=np.int32)
        self.storey = homes.storey[self.household]
        self.outside = np.zeros(self.n, dtype=bool)
        self.warned_s = np.full(self.n, np.inf, dtype=np.float32)
        self.warned_by = np.full(self.n, NOBODY, dtype=np.uint8)
        self.moved: list[Rows] = []
        self.moved_by = np.full(self.n, -1, dtype=np.int32)
        self.hurt_by = np.full(self.n, -1, dtype=np.int32)
        self.n_hurts = 0
        self.towns = np.flatnonzero(world.zones.level == ZONE_LEVELS.index("town"))
        self._town_of_zone = self._towns_by_zone()
        self._homes_by_building = np.argsort(homes.building, kind="stable").astype(np.int32)
        self._homes_until = np.searchsorted(
            homes.building[self._homes_by_building], np.arange(world.buildings.n + 1)
        )
        self.ledger = Ledger(self.state, self.weight, self.town(), len(self.towns))

    @classmethod
    def of(cls, world: World) -> Self:
        """Return every resident of a world."""
        households = np.arange(world.households.n)
        return cls._build(world, households, np.ones(len(households), np.uint16), None, every=1)

    @classmethod
    def sampled(
        cls, world: World, every: int, streams: Streams, drawn: World | None = None
    ) -> Self:
        """Return one household in ``every``, each standing for that many.

        Weights are whole numbers and make the population of each community exact wherever a
        household of one is among those kept; else they miss it by less than its smallest household.
        Where people have been moved since the map was ``drawn``, it is drawn that the sample is
        taken from: whoever moves, the same households stand for all.
        """
        if every == 1:
            return cls.of(world)
        kept, weight, person_weight = sample_households(drawn or world, every, streams)
        return cls._build(world, kept, weight, person_weight, every=every)

    @classmethod
    def _build(
        cls,
        world: World,
        kept: Rows,
        weight: Rows,
        person_weight: Rows | None,
        *,
        every: int,
    ) -> Self:
        table = world.households.rows(kept)
        size = table.size
        first = (np.cumsum(size, dtype=np.int64) - size).astype(np.int32)
        homes = Homes(
            id=kept.astype(np.int32),
            first=first,
            size=size,
            weight=weight.astype(np.uint16),
            building=table.building,
            zone=world.buildings.zone[table.building],
            storey=table.storey,
            has_car=table.has_car,
        )
        people = spread(table.first_person, size)
        each = np.repeat(weight, size) if person_weight is None else person_weight
        return cls(world, homes, people, each, every)

    @property
    def n(self) -> int:
        """Rows; `ledger.population` is the number of residents they stand for."""
        return len(self.id)

    @property
    def nbytes(self) -> int:
        """Memory of all columns."""
        columns = [*vars(self).values(), *vars(self.homes).values()]
        return sum(column.nbytes for column in columns if isinstance(column, np.ndarray))

    def town(self, rows: Rows | None = None) -> NDArray[np.int32]:
        """Return the town of people as an index into `towns`; -1 for none."""
        households = self.household if rows is None else self.household[rows]
        return self._town_of_zone[self.homes.zone[households]]

    def members(self, households: Rows) -> NDArray[np.int64]:
        """Return the rows of all people of some households."""
        return members(_whole(households), self.homes.first, self.homes.size)

    def members_at_home(self, households: Rows) -> NDArray[np.int64]:
        """Return those of `members` who are at home now."""
        return self._members_among(households, _AT_HOME)

    def members_in(self, households: Rows, *states: str) -> NDArray[np.int64]:
        """Return those of `members` who are in one of some states now."""
        return self._members_among(households, _among(states))

    def _members_among(self, households: Rows, states: NDArray[np.bool_]) -> NDArray[np.int64]:
        homes = self.homes
        return members_among(_whole(households), homes.first, homes.size, self.state, states)

    def in_states(self, *states: str) -> NDArray[np.int64]:
        """Return everybody who is in one of some states now."""
        there = np.zeros(self.n, dtype=bool)
        for state in states:
            there |= self.state == STATE[state]
        return np.flatnonzero(there)

    def with_somebody_home(self, households: Rows) -> NDArray[np.int64]:
        """Return those of some households (sorted, each once) of whom anybody is at home."""
        homes = np.asarray(households, dtype=np.int64)
        return homes[self._any_among(homes, _AT_HOME)]

    def with_somebody_caught(self, households: Rows) -> NDArray[np.bool_]:
        """Return for each of some households whether something has stopped any of it."""
        return self._any_among(households, _IS_CAUGHT)

    def _any_among(self, households: Rows, states: NDArray[np.bool_]) -> NDArray[np.bool_]:
        homes = self.homes
        return any_among(_whole(households), homes.first, homes.size, self.state, states)

    def households_of(self, rows: Rows) -> NDArray[np.int64]:
        """Return the households of people, each once, sorted."""
        return distinct(self.household[rows]).astype(np.int64)

    def homes_in(self, buildings: NDArray[np.bool_] | Rows) -> NDArray[np.int64]:
        """Return the households that live in some buildings (flags, or rows), sorted."""
        chosen = np.flatnonzero(buildings) if buildings.dtype == np.bool_ else buildings
        first = self._homes_until[chosen]
        return np.sort(
            self._homes_by_building[spread(first, self._homes_until[chosen + 1] - first)]
        )

    def household_people(self) -> NDArray[np.float64]:
        """Return how many residents the people of each household stand for."""
        people = np.bincount(self.household, weights=self.weight, minlength=self.homes.n)
        return people.astype(np.float64)

    def merged(self, *households: Rows) -> NDArray[np.int64]:
        """Return the households of several lists, each once, sorted."""
        named = [part for part in households if len(part)]
        chosen = np.zeros(self.homes.n if named else 0, dtype=bool)
        for part in named:
            chosen[part] = True
        return np.flatnonzero(chosen)

    def any_of(
        self, households: Rows, holds: Callable[[NDArray[np.int64]], NDArray[np.bool_]]
    ) -> NDArray[np.bool_]:
        """Return for each of some households whether something holds for any of its people.

        Parameters
        ----------
        holds : callable
            Rows of people to flags.
        """
        rows = self.members(households)
        place = np.repeat(np.arange(len(households)), self.homes.size[households])
        hits = np.bincount(place[holds(rows)], minlength=len(households))
        return np.asarray(hits > 0)

    def zones_within(self, zones: Rows) -> NDArray[np.bool_]:
        """Return for each zone (and, last, for no zone) whether it lies in one of some zones."""
        return zones_within(self.world, zones)

    def move(
        self, rows: Rows, state: str, *, place: int | Rows = -1, cause: int | Rows = -1
    ) -> None:
        """Bring people into a state, book it, and note the event behind it."""
        if len(rows) == 0:
            return
        code = np.uint8(STATE[state])
        self.ledger.move(self.state[rows], code, self.weight[rows], self.town(rows))
        self.state[rows] = code
        self.moved.append(rows)
        self.place[rows] = place
        self.moved_by[rows] = cause

    def go_out(self, rows: Rows, *, cause: int | Rows = -1) -> None:
        """Bring people into the open near where they are; who is about to leave still is."""
        leaving = np.isin(self.state[rows], _ABOUT_TO_LEAVE)
        causes = np.broadcast_to(np.asarray(cause, dtype=np.int32), leaving.shape)
        self.move(np.asarray(rows)[~leaving], "outdoors", cause=causes[~leaving])
        self.outside[rows] = True
        self.storey[rows] = 1

    def go_in(self, rows: Rows, *, cause: int | Rows = -1) -> None:
        """Bring people from the open back to their home."""
        self.move(rows, "at_home", cause=cause)
        self.outside[rows] = False
        self.storey[rows] = self.homes.storey[self.household[rows]]

    def hurt(self, rows: Rows, health: str, *, cause: int | Rows = -1) -> NDArray[np.int64]:
        """Make people's health worse, never better; the dead move to their state.

        Returns
        -------
        (m,) int64
            Those whose health did get worse.
        """
        self.n_hurts += 1
        code = np.uint8(HEALTHS.index(health))
        gets_worse = self.health[rows] < code
        worse = np.asarray(rows)[gets_worse].astype(np.int64)
        causes = np.broadcast_to(np.asarray(cause, dtype=np.int32), gets_worse.shape)[gets_worse]
        self.health[worse] = code
        self.hurt_by[worse] = causes
        if health == "dead":
            self.move(worse, "dead", cause=causes)
        return worse

    def check(self) -> None:
        """Raise `sim.agents.ledger.LedgerError` unless all sums agree."""
        self.ledger.check(self.state, self.weight, self.town())

    def limited(self, rows: Rows) -> NDArray[np.bool_]:
        """Return who cannot save himself from water: assisted and bedridden people."""
        return np.asarray(self.mobility[rows] >= _ASSISTED)

    def caught(self, rows: Rows) -> NDArray[np.bool_]:
        """Return whom something has stopped away from home."""
        return np.asarray(_IS_CAUGHT[self.state[rows]])

    def upstairs(self, rows: Rows) -> NDArray[np.bool_]:
        """Return who is caught, but up in a house beside the road."""
        return np.asarray(self.homes.upstairs[self.household[rows]] & self.caught(rows))

    def hands_among_caught(
        self, households: Rows
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return how many of each household's caught people help, carry, and are children."""
        homes = self.homes
        hands, carried, children = count_hands(
            _whole(households), homes.first, homes.size, self.state, _IS_CAUGHT,
            self.health, int(_SEVERE), *self._helpers,
        )  # fmt: skip
        return hands, carried, children

    @functools.cached_property
    def _helpers(self) -> tuple[NDArray[np.bool_], NDArray[np.uint8], NDArray[np.bool_]]:
        """Return who can help while well, the pairs of hands that each needs, and the children."""
        everybody = np.arange(self.n)
        burden = self.limited(everybody).astype(np.uint8) + self.bedridden(everybody)
        child = self.age == _CHILD
        able = (self.mobility == _ABLE) & ~child & (self.age != _OLDEST)
        return able, burden, child

    def bedridden(self, rows: Rows) -> NDArray[np.bool_]:
        """Return who must be carried."""
        return np.asarray(self.mobility[rows] == _BEDRIDDEN)

    def frail(self, rows: Rows) -> NDArray[np.bool_]:
        """Return who is in danger before others: children, the very old, the slow and the ill."""
        age = self.age[rows]
        return np.asarray((age == _CHILD) | (age == _OLDEST) | (self.mobility[rows] != _ABLE))

    def carers(self, rows: Rows) -> NDArray[np.bool_]:
        """Return who at home can help others."""
        return np.asarray(self.fit(rows) & (self.state[rows] < N_HOME_STATES))

    def fit(self, rows: Rows) -> NDArray[np.bool_]:
        """Return who can help others: able people of 15 to 79, not badly hurt."""
        age = self.age[rows]
        sound = (self.mobility[rows] == _ABLE) & (self.health[rows] < _SEVERE)
        return np.asarray(sound & (age != _CHILD) & (age != _OLDEST))

    def _towns_by_zone(self) -> NDArray[np.int32]:
        index = np.full(self.world.zones.n + 1, -1, dtype=np.int32)
        index[self.towns] = np.arange(len(self.towns))
        every_zone = np.arange(self.world.zones.n, dtype=np.int32)
        index[:-1] = index[self.world.town_of(every_zone)]
        return index


@functools.cache
def _among(states: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return, by code, whether a state is one of some."""
    return np.array([name in states for name in STATES])


def spread(first: NDArray[Any], size: NDArray[Any]) -> NDArray[np.int64]:
    """Return ``first[i] .. first[i] + size[i]`` of all i, one after the other."""
    return runs(np.asarray(first, dtype=np.int64), np.asarray(size, dtype=np.int64))


def _whole(rows: Rows) -> NDArray[np.int64]:
    """Return rows as kernels take them."""
    return np.ascontiguousarray(rows, dtype=np.int64)


def names(codes: NDArray[Any], of: tuple[str, ...]) -> list[str]:
    """Return codes as their names; `NOBODY` is an empty name."""
    known = np.array([*of, ""], dtype=object)
    return list(known[np.minimum(codes, len(of))])
