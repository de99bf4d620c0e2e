"""What households decide: leave, stay or climb; when they are ready, and how they go.

A household decides anew whenever it learns something: a newer message, a visit at the door, water
outside. It keeps one draw for the whole run and leaves once its probability of leaving has risen
above it, so more information only ever adds leavers. People of one household go together,
and those who are out for the day come home first. A public
message to leave now counts as the order itself for those who are under one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.decision_rules import ChoiceRules, leave_p, prepare_s
from sim.agents.indoors import Indoors
from sim.agents.residents import (
    DECISIONS,
    DRILLED,
    FACE_TO_FACE,
    GROUPS,
    MODES,
    OFFICIAL,
    SEES_FIRE,
    SEES_WATER,
    WAITS,
    Residents,
    Rows,
)
from sim.agents.warning import Message
from sim.core.rng import Streams

_NONE, _LEAVE, _STAY, _CANNOT = range(len(DECISIONS))
_FREE, _HELP, _WATER, _BUS, _LIFT = range(len(WAITS))
_FOOT, _CAR, _BY_BUS = range(len(MODES))
_SHELTER, _RELATIVES, _OUT = range(len(GROUPS))

#: who a relocation order can be meant for
FIRST: Final = ("bedridden", "assisted", "ground_floor", "everyone")


@dataclass(frozen=True)
class Order:
    """A relocation as ordered by the command; residents learn of it by a `Message`.

    Attributes
    ----------
    id : str
    households : (n,) int
        Those who are to go.
    by : tuple of str
        Of `sim.agents.residents.MODES`: what the order offers.
    deadline_s : float
        When all are to be out; infinity for none.
    cause : int
        The event of the log that this is.
    """

    id: str
    households: Rows
    by: tuple[str, ...] = ("foot", "car")
    deadline_s: float = float("inf")
    cause: int = -1


@dataclass(frozen=True)
class Departures:
    """Households that set out now, sorted by row.

    Attributes
    ----------
    households : (n,) int64
    modes, groups : (n,) uint8
        Codes of `sim.agents.residents.MODES` (foot or car) and ``GROUPS``.
    """

    households: NDArray[np.int64]
    modes: NDArray[np.uint8]
    groups: NDArray[np.uint8]


class Choices:
    """Decisions of all households.

    Parameters
    ----------
    residents : Residents
    indoors : Indoors
    rules : ChoiceRules
    streams : Streams

    Attributes
    ----------
    orders : list of Order
        `Homes.order` is an index into it.
    within_a_walk : dict of str to (buildings,) bool
        From where a shelter with room, and relatives' homes, can be walked to; everywhere at first.
    within_a_drive : (buildings,) bool
        From where relatives' homes can be driven to.
    """

    def __init__(
        self, residents: Residents, indoors: Indoors, rules: ChoiceRules, streams: Streams
    ) -> None:
        self._residents, self._rules, self._streams = residents, rules, streams
        self._indoors = indoors
        homes = residents.homes
        self.orders: list[Order] = []
        self._sight = -1  # event behind the fire that households saw
        self._going = np.zeros(0, dtype=np.int64)
        self._meant_for = np.zeros((0, 0), dtype=bool)
        near = np.ones(residents.world.buildings.n, dtype=bool)
        self.within_a_walk = {"shelter": near, "relatives": near}
        self.within_a_drive = near
        everybody = np.arange(homes.n)
        self._has_limited = residents.any_of(everybody, residents.limited)
        self._has_bedridden = residents.any_of(everybody, residents.bedridden)
        drilled = streams.at("people.drilled", 0, homes.id) < rules.drilled_share
        homes.flags[drilled] |= DRILLED

    def set_order(self, order: Order) -> None:
        """Put households under a relocation order; a later order takes an earlier one's place."""
        self._residents.homes.order[order.households] = len(self.orders)
        self.orders.append(order)

    def meant(self, zones: Rows, first: Sequence[str] = ("everyone",)) -> NDArray[np.int64]:
        """Return the households of some zones that belong to any of the groups of `FIRST`."""
        residents, homes = self._residents, self._residents.homes
        unknown = set(first) - set(FIRST)
        if unknown:
            raise ValueError(f"first={sorted(unknown)} must be of {FIRST}")
        chosen = np.zeros(homes.n, dtype=bool)
        if "bedridden" in first:
            chosen |= self._has_bedridden
        if "assisted" in first:
            chosen |= self._has_limited
        if "ground_floor" in first:
            chosen |= homes.storey == 1
        if "everyone" in first:
            chosen[:] = True
        return np.flatnonzero(chosen & residents.zones_within(zones)[homes.zone])

    def decide(self, asked: Rows, messages: Sequence[Message], to_s: float, *, night: bool) -> None:
        """Let households that learnt something decide, unless they are leaving already."""
        residents, homes = self._residents, self._residents.homes
        asked = np.asarray(asked)
        asked = asked[(homes.decision[asked] != _LEAVE) & (homes.decision[asked] != _CANNOT)]
        knows = (homes.heard[asked] >= 0) | ((homes.flags[asked] & SEES_FIRE) > 0)
        asked = self._residents.with_somebody_home(asked[knows])
        if len(asked) == 0:
            return
        p = self._leave_p(asked, messages)
        goes = self._streams.at("people.leave", 0, homes.id[asked]) < p
        leaving, staying = asked[goes], asked[~goes]
        fresh = staying[homes.decision[staying] == _NONE]
        self._note(fresh, _STAY, messages, to_s)
        self._note(leaving, _LEAVE, messages, to_s)
        if len(leaving) == 0:
            return
        flags = homes.flags[leaving]
        first_s, last_s = self._indoors.call_home(leaving, to_s)
        prepared_s = first_s + prepare_s(
            self._rules,
            self._streams.at("people.prepare", 0, homes.id[leaving]),
            drilled=(flags & DRILLED) > 0,
            sees_water=(flags & (SEES_WATER | SEES_FIRE)) > 0,
            night=night,
            care=self._has_limited[leaving],
        )
        homes.ready_s[leaving] = np.maximum(prepared_s, last_s)
        rows = residents.members_at_home(leaving)
        self._move(rows, "preparing")
        self._going = residents.merged(self._going, leaving)

    def complies(self, households: Rows) -> NDArray[np.bool_]:
        """Return which households do what an order for all asks, short of leaving the place."""
        luck = self._streams.at("people.leave", 0, self._residents.homes.id[households])
        return luck < self._rules.leave_ordered * self._rules.compliance

    def may_ride(self) -> NDArray[np.int64]:
        """Return the households that get ready under an order that offers a bus."""
        homes = self._residents.homes
        offers = np.array([*("bus" in order.by for order in self.orders), False])
        ready = (homes.wait[self._going] == _FREE) & np.isinf(homes.left_s[self._going])
        riders: NDArray[np.int64] = self._going[ready & offers[homes.order[self._going]]]
        return riders

    def _leave_p(
        self, asked: NDArray[np.int64], messages: Sequence[Message]
    ) -> NDArray[np.float64]:
        homes = self._residents.homes
        number, flags = homes.heard[asked], homes.flags[asked]
        # the last entry of each is for households that have heard nothing, number -1
        orders = np.array([*(message.order for message in messages), False])[number]
        leave = [*(message.advice == "leave_now" for message in messages), False]
        asks = np.array(leave)[number] | orders
        targeted = self._inside(messages)[number, homes.zone[asked]]
        under_order = homes.order[asked] >= 0
        meant = targeted & (~orders | under_order)
        ordered = meant & (orders | (asks & under_order))
        return leave_p(
            self._rules,
            level=homes.level[asked],
            n_heard=homes.n_heard[asked],
            ordered=ordered,
            advised=meant & asks & ~ordered,
            others=~meant & asks,
            targeted=targeted,
            official=(flags & OFFICIAL) > 0,
            face_to_face=(flags & FACE_TO_FACE) > 0,
            sees_water=(flags & SEES_WATER) > 0,
            sees_fire=(flags & SEES_FIRE) > 0,
            drilled=(flags & DRILLED) > 0,
        )

    def _inside(self, messages: Sequence[Message]) -> NDArray[np.bool_]:
        """Return which zones each message is for, and, last, that no message is for none."""
        if len(self._meant_for) != len(messages) + 1:
            meant_for = [*(message.zones for message in messages), np.zeros(0, dtype=np.int64)]
            self._meant_for = np.stack([self._residents.zones_within(one) for one in meant_for])
        return self._meant_for

    def _note(
        self, households: Rows, decision: int, messages: Sequence[Message], to_s: float
    ) -> None:
        homes = self._residents.homes
        if len(households) == 0:
            return
        causes = np.array([*(message.cause for message in messages), self._sight], dtype=np.int32)
        homes.decision[households] = decision
        homes.decided_s[households] = to_s
        homes.decided_by[households] = causes[homes.heard[households]]

    def look_out(
        self, households: NDArray[np.int64], door_m: NDArray[np.float32]
    ) -> NDArray[np.int64]:
        """Let households see water at their building; return those who see it for the first time.

        Parameters
        ----------
        households : (n,) int
            Those in wet buildings, sorted.
        door_m : (n,) float
            Water outside each one's building.
        """
        homes = self._residents.homes
        unseen = (homes.flags[households] & SEES_WATER) == 0
        new: NDArray[np.int64] = households[unseen & (door_m >= self._rules.see_water)]
        homes.flags[new] |= SEES_WATER
        return new

    def see_fire(self, households: NDArray[np.int64], *, cause: int) -> NDArray[np.int64]:
        """Let households see flames or smoke; return those who do for the first time."""
        homes = self._residents.homes
        self._sight = cause
        new: NDArray[np.int64] = households[(homes.flags[households] & SEES_FIRE) == 0]
        homes.flags[new] |= SEES_FIRE
        return new

    def set_out(self, to_s: float, outside_m: NDArray[np.float32] | None) -> Departures:
        """Let those who are ready go, each by its own mode, and say who cannot.

        Ready households wait while the water at the door is too deep for their mode; households
        with a bedridden person and no car, or with somebody to be helped and nobody to help, wait
        for a team; those who chose the bus wait for `board`, and go without when it does not come.
        Who has no car and too far to walk waits for a lift.

        Parameters
        ----------
        outside_m : (buildings,) float or None
            Water outside each building; None for none anywhere.
        """
        homes = self._residents.homes
        at_home = np.isinf(homes.left_s[self._going]) & (homes.wait[self._going] != _HELP)
        self._going = self._going[at_home]
        due = self._going[homes.ready_s[self._going] <= to_s]
        due = self._residents.with_somebody_home(due)
        if len(due) == 0:
            return Departures(due, np.zeros(0, np.uint8), np.zeros(0, np.uint8))
        self._settle_how(due[homes.wait[due] == _FREE])
        due = due[homes.wait[due] != _HELP]
        impatient = to_s - homes.ready_s[due] > self._rules.bus_patience
        tired = due[(homes.mode[due] == _BY_BUS) & impatient]
        self._walk_or_be_fetched(tired)
        going = self._past_the_door(due, to_s, outside_m)
        modes, groups = homes.mode[going], homes.group[going]
        self._go(going[modes == _FOOT], "walking", to_s)
        self._go(going[modes == _CAR], "driving", to_s)
        return Departures(going, modes.copy(), groups.copy())

    def _settle_how(self, fresh: NDArray[np.int64]) -> None:
        """Let households that are ready now choose how they go; some find that they cannot."""
        if len(fresh) == 0:
            return
        self._choose_mode(fresh)
        helpless = fresh[self._needs_team(fresh)]
        self._residents.homes.decision[helpless] = _CANNOT
        self._hold(helpless, _HELP)

    def _past_the_door(
        self, due: NDArray[np.int64], to_s: float, outside_m: NDArray[np.float32] | None
    ) -> NDArray[np.int64]:
        """Hold back those who wait for wheels or for the water to fall; return the others."""
        homes, rules = self._residents.homes, self._rules
        by_bus = homes.mode[due] == _BY_BUS
        self._hold(due[by_bus], _BUS)
        fetched = (homes.mode[due] == _CAR) & ~homes.has_car[due]
        fetched &= to_s - homes.ready_s[due] < rules.lift_wait
        self._hold(due[fetched], _LIFT)
        due = due[~by_bus & ~fetched]
        if outside_m is None:
            return due
        limit_m = np.where(homes.mode[due] == _CAR, rules.drive_at_most, rules.wade_at_most)
        cut_off = outside_m[homes.building[due]] >= limit_m
        self._hold(due[cut_off], _WATER)
        return due[~cut_off]

    def _hold(self, households: NDArray[np.int64], wait: int) -> None:
        residents, homes = self._residents, self._residents.homes
        households = households[homes.wait[households] != wait]
        if len(households) == 0:
            return
        homes.wait[households] = wait
        rows = residents.members_in(households, "preparing", "at_home")
        self._move(rows, "waiting")

    def _go(self, households: NDArray[np.int64], state: str, to_s: float) -> None:
        residents, homes = self._residents, self._residents.homes
        if len(households) == 0:
            return
        homes.left_s[households] = to_s
        homes.wait[households] = _FREE
        self._move(residents.members_at_home(households), state)

    def _move(self, rows: NDArray[np.int64], state: str) -> None:
        """Move people because of what their household decided."""
        residents = self._residents
        residents.move(rows, state)
        residents.moved_by[rows] = residents.homes.decided_by[residents.household[rows]]

    def _choose_mode(self, households: NDArray[np.int64]) -> None:
        homes, rules = self._residents.homes, self._rules
        of = homes.id[households]
        by_order = [[mode in order.by for mode in MODES] for order in self.orders]
        without_order = [True, True, False]  # last, so that order -1 finds it
        offers = np.array([*by_order, without_order])[homes.order[households]]
        drives = homes.has_car[households] & offers[:, _CAR]
        drives &= (self._streams.at("people.drive", 0, of) < rules.car_use) | self._has_bedridden[
            households
        ]
        own_place = self._streams.at("people.own_place", 0, of)
        away = drives & (own_place < rules.own_place)
        to_relatives = ~drives & (own_place < rules.relatives)
        walks = to_relatives & self.within_a_walk["relatives"][homes.building[households]]
        rides = ~drives & ~walks & offers[:, _BY_BUS]
        rides &= self._streams.at("people.ride", 0, of) < rules.bus_use
        homes.mode[households] = np.where(drives, _CAR, np.where(rides, _BY_BUS, _FOOT))
        group = np.where(away, _OUT, np.where(to_relatives, _RELATIVES, _SHELTER))
        homes.group[households] = group
        self._walk_or_be_fetched(households[~drives & ~rides])

    def _walk_or_be_fetched(self, households: NDArray[np.int64]) -> None:
        """Send households where they can walk to, if not where they would; or have them fetched."""
        homes = self._residents.homes
        if len(households) == 0:
            return
        at = homes.building[households]
        shelter_near, relatives_near = (self.within_a_walk[to][at] for to in GROUPS[:2])
        to_shelter = shelter_near & ((homes.group[households] == _SHELTER) | ~relatives_near)
        fetched = ~to_shelter & ~relatives_near & self.within_a_drive[at]
        stays_near = to_shelter | ~(relatives_near | fetched)
        homes.group[households] = np.where(stays_near, _SHELTER, _RELATIVES)
        homes.mode[households] = np.where(fetched, _CAR, _FOOT)

    def _needs_team(self, households: NDArray[np.int64]) -> NDArray[np.bool_]:
        residents, homes = self._residents, self._residents.homes
        alone = ~residents.any_of(households, residents.carers)
        limited, ill = self._has_limited[households], self._has_bedridden[households]
        needs: NDArray[np.bool_] = (limited & alone) | (ill & (homes.mode[households] != _CAR))
        return needs
