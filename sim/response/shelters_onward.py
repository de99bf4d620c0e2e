"""Standing order of a shelter that is full or fails: its keepers send people on to the next one.

On foot where the next open shelter with room is near and the way dry, by bus where it is far; where
there is none, people stay: a house in water or without it still lets in who comes, a damaged one
does not.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.core.sets import union
from sim.response.shelters_choice import from_node_s
from sim.response.shelters_closing import ride
from sim.response.travel import drive
from sim.scenario.goods import By
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

Process = Generator[simpy.Event, Any, None]
Rows = NDArray[np.int64]


class Onward:
    """Keepers of all shelters, at every look at them.

    Parameters
    ----------
    ops : Operations

    Attributes
    ----------
    sent_on : (k,) int
        People whom each shelter sent on, at the door or from inside; rows as in ``Shelters.rows``.
    failed_s : (k,) float
        When each was given up; infinity for never.
    """

    def __init__(self, ops: Operations) -> None:
        self._ops, self._shelters = ops, ops.stage.people.shelters
        self._guests = ops.stage.people.guests
        self.rows: Rows = self._shelters.rows
        n = len(self.rows)
        self.sent_on, self._on_their_own = np.zeros(n, np.int64), np.zeros(n, np.int64)
        self.failed_s = np.full(n, np.inf)
        self._why = np.full(n, -1)
        self._damaged = np.zeros(n, dtype=bool)
        self._bus: dict[int, simpy.Process] = {}
        self._walking: dict[int, Rows] = {}

    def look(self, inside: Rows) -> None:
        """See which shelters are full or fail, and send people on."""
        for index in np.flatnonzero((inside > 0) & self._shelters.ever_open).tolist():
            if np.isinf(self.failed_s[index]):
                self._see_failure(index, int(inside[index]))
            self._see_room(index, int(inside[index]))
            if self._why[index] >= 0:
                self._send(index, int(inside[index]))

    def given_up_by(self, row: int) -> int:
        """Return the event by which a shelter was given up; -1 while it is not."""
        index = int(np.searchsorted(self.rows, row))
        return int(self._why[index]) if np.isfinite(self.failed_s[index]) else -1

    # -- what is wrong --------------------------------------------------------------------------

    def _see_failure(self, index: int, people: int) -> None:
        """Give a shelter up that stands in water, is damaged, or has had no water for too long."""
        ops, row = self._ops, int(self.rows[index])
        name = str(ops.stage.world.facilities.id[row])
        parched_s = ops.now_s - ops.supply.taps.parched_since_s()[index]
        if ops.stage.site_depth_m(row) > parameter("buildings.sill").si:
            why, cause = "water", ops.stage.cause
        elif ops.stage.states.touched("facility_damaged") and self._is_damaged(row):
            why, cause = "damage", ops.log.newest(("facility_damaged",), name)
        elif parched_s >= parameter("shelters.without_water").si:
            why, cause = "no_water", ops.log.newest(("shelter_dry",), name)
        else:
            return
        self.failed_s[index] = ops.now_s
        self._damaged[index] = why == "damage"
        self._why[index] = ops.log.add(
            ops.now_s, "shelter_failed", name, cause=cause, why=why, people=people
        )

    def _is_damaged(self, row: int) -> bool:
        return bool(self._ops.stage.states["facility_damaged"][row])

    def _see_room(self, index: int, people: int) -> None:
        """Note when a shelter becomes full; let in who waits at its door when there is room."""
        ops, row = self._ops, int(self.rows[index])
        name, room = str(ops.stage.world.facilities.id[row]), self._shelters.room(row)
        opened = ops.log.newest(("shelter_opened",), name)
        if np.isfinite(self.failed_s[index]):
            if opened < self._why[index]:
                return
            self.failed_s[index], self._why[index] = np.inf, -1  # somebody has opened it again
        turned = self._guests.turned_away.get(row, 0) > self._on_their_own[index]
        if room > 0 and not turned:
            self._guests.let_in(row, room, cause=int(self._why[index]))
            self._why[index] = -1
            self._guests.bus_comes.discard(row)
        elif self._why[index] < 0 and self._shelters.is_open(row):
            self._why[index] = ops.log.add(
                ops.now_s, "shelter_full", name, cause=opened, inside=people
            )

    # -- sending on -----------------------------------------------------------------------------

    def _send(self, index: int, inside: int) -> None:
        """Send on whoever has no place: at the door, beyond the places, or all when it failed."""
        row = int(self.rows[index])
        came = self._count_walkers(index)
        failed = bool(np.isfinite(self.failed_s[index]))
        beyond = inside
        if not failed:
            beyond -= int(self._ops.stage.world.facilities.capacity[row])
        waiting, buses = len(self._guests.at_door(row)) > 0, self._ops.resources.count("bus")
        settled = buses == 0 or row in self._guests.bus_comes or not came
        if not failed and beyond <= 0 and not waiting and settled:
            return
        target = self._next(row)
        on_foot = target is not None and self._can_walk(row, target)
        if failed:
            self._shut(row, on_foot or bool(self._damaged[index]))
        if target is None:
            return
        far = self._shelters.away_m(row, target) > parameter("shelters.walk_on").si
        by_bus = (far or not on_foot) and buses > 0
        if by_bus and not failed:
            self._guests.bus_comes.add(row)
        if by_bus and (beyond > 0 or waiting):
            if row not in self._bus or not self._bus[row].is_alive:
                self._bus[row] = self._ops.env.process(self._drive_on(index, target))
        elif beyond > 0 and on_foot:
            going = self._guests.walk_on(
                row, min(beyond, self._room(target)), cause=int(self._why[index])
            )
            self._walking[target] = union(self._walking.get(target, going), going)
            self._book(index, self._ops.stage.people.count_in_state(going, "walking"), target)

    def _room(self, target: int) -> int:
        """Return how many people more can be sent to a shelter; those on foot have their place."""
        sent = self._walking.get(target, np.zeros(0, dtype=np.int64))
        walking = int(self._ops.stage.people.count_in_state(sent, "walking"))
        return int(self._shelters.room(target)) - walking

    def _next(self, row: int) -> int | None:
        """Return the shelter with room for the next household that is soonest reached by road."""
        persons = max(1, self._guests.next_party(row))
        others = [
            other
            for other in self._shelters.with_room(persons).tolist()
            if other != row
            and np.isinf(self.failed_s[np.searchsorted(self.rows, other)])
            and self._room(other) >= persons
        ]
        barred = self._ops.resources.barred("bus")
        takes_s = from_node_s(self._ops, self._shelters.node_of(row), barred)
        way_s = [float(takes_s[self._shelters.node_of(other)]) for other in others]
        best = min(range(len(others)), key=way_s.__getitem__, default=-1)
        return others[best] if best >= 0 and np.isfinite(way_s[best]) else None

    def _can_walk(self, row: int, target: int) -> bool:
        """Whether the door and a way to another shelter are dry, to the height of a sill."""
        sill_m = parameter("buildings.sill").si
        if self._ops.stage.site_depth_m(row) > sill_m:
            return False
        if not self._ops.stage.edge_depth_m().any():
            return True  # there is a road, and no water on any
        way_s = self._ops.supply.ways.seconds(self._shelters.node_of(row), By(sill_m))
        return bool(np.isfinite(way_s[self._shelters.node_of(target)]))

    def _shut(self, row: int, shut: bool) -> None:
        """Shut the doors to newcomers who can go elsewhere, or let them in after all."""
        if shut and self._shelters.is_open(row):
            self._shelters.shut(row)
        elif not shut and not self._shelters.is_open(row):
            self._shelters.open(row)

    def _count_walkers(self, index: int) -> int:
        """Book those who found it full and went on by themselves since the last look."""
        went = self._guests.turned_away.get(int(self.rows[index]), 0)
        new: int = went - int(self._on_their_own[index])
        self._on_their_own[index] = went
        self._book(index, new, None)
        return new

    def _book(self, index: int, people: int, target: int | None, *, going: str = "foot") -> None:
        if people < 1:
            return
        ids = self._ops.stage.world.facilities.id
        self.sent_on[index] += people
        self._ops.log.add(
            self._ops.now_s,
            "people_sent_on",
            str(ids[self.rows[index]]),
            cause=int(self._why[index]),
            people=people,
            going=going,
            to="" if target is None else str(ids[target]),
        )

    def _drive_on(self, index: int, target: int) -> Process:
        """Bring those who have no place to a far shelter, busload after busload."""
        ops, row = self._ops, int(self.rows[index])
        bus = yield from ops.resources.take("bus", self._shelters.node_of(row))
        yield ops.env.timeout(parameter("response.bus_mobilisation").si)
        while left := self._without_place(index):
            if not self._shelters.is_open(target):
                break
            seats, cause = min(bus.seats, left), int(self._why[index])
            people: int = yield from ride(ops, bus, row, target, seats, cause=cause)
            self._book(index, people, target, going="bus")
            if people < 0:
                self._guests.walk_off(row)
            if people < 1:
                break
        yield from drive(ops, bus, bus.base_node)
        ops.resources.give_back(bus)

    def _without_place(self, index: int) -> int:
        """Return how many people are at the door, beyond the places, or in a failed shelter."""
        people, row = self._ops.stage.people, int(self.rows[index])
        inside = int(self._shelters.persons_inside()[index])
        if np.isinf(self.failed_s[index]):
            inside = max(0, inside - int(self._ops.stage.world.facilities.capacity[row]))
        return inside + int(people.count_in_state(self._guests.at_door(row), "blocked"))
