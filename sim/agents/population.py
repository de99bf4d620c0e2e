"""The population as the rest of a model meets it: one door for the command, the tick, the roads."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.agents.climbing import Climbing
from sim.agents.decision import Choices, Departures, Order
from sim.agents.decision_rules import ChoiceRules
from sim.agents.harm import Casualties, Danger, Harm
from sim.agents.harm_fire import Fire, FireHarm
from sim.agents.harm_fire_rules import FireRules
from sim.agents.harm_gas import Gas, GasHarm
from sim.agents.harm_gas_rules import GasRules
from sim.agents.harm_huts import HutHarm, Huts
from sim.agents.harm_huts_rules import HutRules
from sim.agents.harm_quake import QuakeHarm, Shaking
from sim.agents.harm_quake_rules import QuakeRules
from sim.agents.harm_water import Water, WaterHarm
from sim.agents.harm_water_rules import HarmRules
from sim.agents.indoors import Indoors
from sim.agents.ledger import FOUND_BY_AMBULANCE, HEALTHS, STATES
from sim.agents.outdoors import Cold, ColdHarm, OutdoorRules, Outdoors
from sim.agents.residents import (
    DECISIONS,
    MODES,
    NOBODY,
    OFFICIAL,
    WAITS,
    WARNED_BY,
    Residents,
    Rows,
)
from sim.agents.rising import Rising
from sim.agents.trapped import Rubble, Trapped
from sim.agents.warning import Message, Warnings
from sim.agents.warning_rules import WarningRules
from sim.agents.whereabouts import IN_THE_OPEN
from sim.agents.wounds import Untreated, Wounds
from sim.core.events import EventLog
from sim.core.rng import Streams
from sim.scenario.base import Part
from sim.world.tables import BUILDING_USES

Bools = NDArray[np.bool_]


class PeopleRules(Part):
    """Everything a scenario may say about how people behave."""

    warning: WarningRules = Field(default_factory=WarningRules)
    choices: ChoiceRules = Field(default_factory=ChoiceRules)
    harm: HarmRules = Field(default_factory=HarmRules)
    quake: QuakeRules = Field(default_factory=QuakeRules)
    outdoors: OutdoorRules = Field(default_factory=OutdoorRules)
    huts: HutRules = Field(default_factory=HutRules)
    fire: FireRules = Field(default_factory=FireRules)
    gas: GasRules = Field(default_factory=GasRules)


class Population:
    """Residents at work: they hear, decide, set out, and are hurt.

    A tick calls `harm` and `choices`; the command calls `issue`, `set_order` and `set_channel`;
    roads, buses and teams call `arrive`, `strand`, `resume`, `turn_back`, `board`, `assist`,
    `admit` and `tell`.

    Parameters
    ----------
    residents : Residents
    streams : Streams
    log : EventLog
    rules : PeopleRules
    day_starts_s : float
        Local time of day at the start of the run, seconds since midnight.

    Attributes
    ----------
    residents : Residents
    warnings : Warnings
    indoors : Indoors
    outdoors : Outdoors
    trapped : Trapped
    wounds : Wounds
    log : EventLog
    """

    def __init__(
        self,
        residents: Residents,
        *,
        streams: Streams,
        log: EventLog,
        rules: PeopleRules | None = None,
        day_starts_s: float = 0.0,
    ) -> None:
        rules = rules or PeopleRules()
        self.residents, self.log = residents, log
        self.indoors = Indoors(residents, streams, day_starts_s=day_starts_s)
        self.warnings = Warnings(
            residents, self.indoors, rules.warning, streams, day_starts_s=day_starts_s
        )
        self._rules, self._day_starts_s = rules, day_starts_s
        self._choices = Choices(residents, self.indoors, rules.choices, streams)
        self._rising = Rising(residents.world.buildings.n)
        self._climbing = Climbing(residents, rules.choices, streams)
        self.outdoors = Outdoors(residents, self.indoors, rules.outdoors, streams)
        self.trapped = Trapped(residents, rules.quake, streams, log)
        self.wounds = Wounds(residents, streams, log)
        self.gas = GasHarm(residents, self.indoors, rules.gas, streams)
        self._harm = Harm(
            residents,
            {
                Water: WaterHarm(
                    residents, self.indoors, rules.harm, streams, self.wounds.by_water
                ),
                Shaking: QuakeHarm(residents, self.indoors, self.trapped, rules.quake, streams),
                Fire: FireHarm(
                    residents,
                    self.indoors,
                    self.outdoors,
                    self.trapped,
                    rules.fire,
                    streams,
                    day_starts_s=day_starts_s,
                ),
                Gas: self.gas,
                Rubble: self.trapped,
                Untreated: self.wounds,
                Cold: ColdHarm(residents, rules.outdoors, streams, day_starts_s=day_starts_s),
                Huts: HutHarm(residents, rules.huts, streams, log, day_starts_s=day_starts_s),
            },
            log,
        )
        self._asked = np.zeros(0, dtype=np.int64)

    # what the command does

    def issue(self, message: Message) -> int:
        """Send a warning out; people hear it from the next tick on. Returns its number."""
        return self.warnings.issue(message)

    def set_order(self, order: Order) -> None:
        """Order households to go. They learn of it by a `Message` whose ``order`` is True.

        Those who have heard such a message already decide again at the next tick.
        """
        self._choices.set_order(order)
        self.ask(order.households)

    def tell(self, households: Rows, number: int, to_s: float, *, official: bool = True) -> None:
        """Let households know a message outside all channels: by a team, or by somebody passing."""
        if official:
            self.residents.homes.flags[households] |= OFFICIAL
        self.warnings.spread_word(households, number, to_s)
        self.ask(households)

    def ask(self, households: Rows) -> None:
        """Let households that know of a message decide again at the next tick."""
        self._asked = self.residents.merged(self._asked, households)

    def meant(self, zones: Rows, first: tuple[str, ...] = ("everyone",)) -> NDArray[np.int64]:
        """Return the households of zones (rows, of any level) that belong to groups of `FIRST`."""
        return self._choices.meant(zones, first)

    def set_channel(self, channel: str, zones: Rows, *, works: bool) -> None:
        """Put a channel out of order in zones (no power, no network), or in order again."""
        self.warnings.set_channel(channel, zones, works=works)

    # what a tick does

    def harm(self, to_s: float, *dangers: Danger) -> Casualties:
        """Let the dangers of now hurt people; survivors swept off the road are stranded."""
        self.look_round(to_s)
        casualties = self._harm.advance(to_s, dangers)
        causes = (danger.cause for danger in dangers if isinstance(danger, Water))
        self.strand(casualties.swept, cause=max(causes, default=-1))
        return casualties

    def look_round(self, to_s: float) -> None:
        """Note who is away from home at this hour; log it when first somebody is."""
        told = self.indoors.n_looks > 0
        self.indoors.look(to_s)
        if told or not self.indoors.away.any():
            return
        rows, weight = np.flatnonzero(self.indoors.away), self.residents.weight
        place = self.indoors.place_of(rows)
        school = self.residents.world.buildings.use[place] == BUILDING_USES.index("school")
        in_open = place == IN_THE_OPEN
        self.log.add(
            to_s,
            "people_away",
            self.residents.world.id,
            people=int(weight[rows].sum()),
            at_school=int(weight[rows[school & ~in_open]].sum()),
            elsewhere=int(weight[rows[~school & ~in_open]].sum()),
            in_the_open=int(weight[rows[in_open]].sum()),
        )

    def choices(
        self, to_s: float, water: Water | None = None, fire: Fire | None = None
    ) -> Departures:
        """Let people hear, see, climb and decide up to a time; return who sets out now."""
        heard = self.warnings.advance(to_s)
        asked = self.residents.merged(heard.households, self._asked)
        self._asked = np.zeros(0, dtype=np.int64)
        outside_m = None if water is None else water.building_depth_m
        wet = self._at_risen_water(outside_m)
        if outside_m is not None and len(wet):
            door_m = outside_m[self.residents.homes.building[wet]]
            asked = self.residents.merged(asked, self._choices.look_out(wet, door_m))
            self._climbing.climb(wet, door_m)
        if fire is not None and fire.seen.any():
            in_sight = self.indoors.with_somebody_in(self.residents.homes_in(fire.seen))
            asked = self.residents.merged(asked, self._choices.see_fire(in_sight, cause=fire.cause))
        self._climbing.climb_once(self._told_to_climb(heard.households))
        self._call_out(heard.households, to_s)
        night = self._rules.warning.is_night(self._day_starts_s + to_s)
        self._choices.decide(asked, self.warnings.messages, to_s, night=night)
        return self._choices.set_out(to_s, outside_m)

    def _at_risen_water(self, outside_m: NDArray[np.float32] | None) -> NDArray[np.int64]:
        """Return the households that find more water outside than when they last looked, sorted."""
        if outside_m is None:
            return np.zeros(0, dtype=np.int64)
        homes, back = self.residents.homes, self.indoors.just_in
        came = self.residents.households_of(back)
        came = came[outside_m[homes.building[came]] > 0]
        risen = self.residents.homes_in(self._rising.look(outside_m))
        wet = self.residents.merged(risen, came)
        return self.indoors.with_somebody_in(wet)

    def _told_to_climb(self, households: NDArray[np.int64]) -> NDArray[np.int64]:
        up = np.array([message.advice == "move_up" for message in self.warnings.messages], bool)
        climbing: NDArray[np.int64] = households[up[self.residents.homes.heard[households]]]
        return climbing

    def _call_out(self, households: NDArray[np.int64], to_s: float) -> None:
        """Bring those into the open who have just been called there and comply."""
        for number, message in enumerate(self.warnings.messages):
            if message.advice != "shelter_outdoors" or message.until_s <= to_s:
                continue
            told = households[self.residents.homes.heard[households] == number]
            told = told[self._choices.complies(told)]
            self.outdoors.called_out(told, to_s, message.until_s, cause=message.cause)

    # what happens to those on the way

    def arrive(
        self,
        households: Rows,
        place: int | Rows = -1,
        *,
        state: str = "sheltered",
        cause: int = -1,
    ) -> None:
        """Bring households on the way to where they went.

        Parameters
        ----------
        place : int or (n,) int
            Facility; -1 for none.
        state : str
            ``"sheltered"``, ``"hosted"`` or ``"left_area"``.
        """
        if len(households) == 0:
            return
        on_the_way = ("walking", "driving", "on_bus", "rescued", "stranded", "blocked")
        rows = self.residents.members_in(households, *on_the_way)
        places = self._per_person(households, place, rows)
        self.residents.move(rows, state, place=places, cause=cause)

    def pace_out(self, shelter: Bools, relatives: Bools, by_car: Bools) -> None:
        """Let people know from which buildings a shelter, or relatives, can be reached.

        Parameters
        ----------
        shelter, relatives : (buildings,) bool
            On foot.
        by_car : (buildings,) bool
            Relatives, by road.
        """
        self._choices.within_a_walk = {"shelter": shelter, "relatives": relatives}
        self._choices.within_a_drive = by_car

    def strand(self, households: Rows, *, cause: int = -1) -> None:
        """Catch households on the road: they go no further by themselves."""
        if len(households) == 0:
            return
        rows = self.residents.members_in(households, "walking", "driving", "on_bus")
        self.residents.move(rows, "stranded", cause=cause)

    def block(self, households: Rows, *, cause: int = -1) -> None:
        """Stop households that find no way on, or no place with room; they wait where they are."""
        rows = self.residents.members_in(households, "walking", "driving", "on_bus")
        self.residents.move(rows, "blocked", cause=cause)

    def resume(self, households: Rows, *, cause: int = -1) -> None:
        """Let stranded and blocked households go on by their own means, a way being open again."""
        if len(households) == 0:
            return
        for state, mode in (("walking", "foot"), ("driving", "car"), ("on_bus", "bus")):
            code = MODES.index(mode)
            going = np.asarray(households)[self.residents.homes.mode[households] == code]
            rows = self.residents.members_in(going, "stranded", "blocked")
            self.residents.move(rows, state, cause=cause)

    def turn_back(self, households: Rows, *, cause: int = -1) -> None:
        """Send households home that found no way or no room; they cannot leave."""
        homes = self.residents.homes
        homes.decision[households] = DECISIONS.index("cannot_leave")
        homes.wait[households] = WAITS.index("help")
        homes.left_s[households] = np.inf
        rows = self.residents.members_in(households, "walking", "driving")
        self.residents.move(rows, "waiting", cause=cause)

    def board(self, households: Rows, to_s: float, *, cause: int = -1) -> None:
        """Put households that wait for a bus into one."""
        self.residents.homes.left_s[households] = to_s
        self.residents.homes.wait[households] = WAITS.index("nothing")
        rows = self.residents.members_in(households, "waiting")
        self.residents.move(rows, "on_bus", cause=cause)

    def assist(self, rows: Rows, to_s: float, *, cause: int = -1) -> NDArray[np.int64]:
        """Let a team take people along, from home, a shelter or where they were caught.

        Returns
        -------
        (m,) int64
            Those who went: the living who were at home, in a shelter, stranded or blocked.
        """
        helped = FOUND_BY_AMBULANCE[self.residents.state[rows]]
        going = np.asarray(rows)[helped].astype(np.int64)
        self.residents.move(going, "rescued", cause=cause)
        homes = self.residents.households_of(going)
        gone = homes[np.isinf(self.residents.homes.left_s[homes])]
        self.residents.homes.left_s[gone] = to_s
        return going

    def admit(self, rows: Rows, hospital: int, *, cause: int = -1) -> None:
        """Take people into a hospital."""
        self.residents.move(rows, "in_hospital", place=hospital, cause=cause)

    def _per_person(self, households: Rows, place: int | Rows, rows: Rows) -> int | Rows:
        if isinstance(place, int | np.integer):
            return int(place)
        order = np.argsort(households)
        found = np.searchsorted(households, self.residents.household[rows], sorter=order)
        places: Rows = np.asarray(place)[order[found]]
        return places

    # what anybody may ask

    def waiting_for(self, wait: str) -> NDArray[np.int64]:
        """Return the households that wait, at home, for one of `WAITS`."""
        homes = self.residents.homes
        held = np.flatnonzero(homes.wait == WAITS.index(wait))
        rows = self.residents.members_in(held, "waiting")
        return self.residents.households_of(rows)

    def bus_riders(self) -> NDArray[np.int64]:
        """Return the households that wait for a bus, or may when they are ready to leave."""
        return self.residents.merged(self.waiting_for("bus"), self._choices.may_ride())

    def story(self, person: int) -> dict[str, Any]:
        """Return what a resident heard, decided and lived through, with the events behind it."""
        residents, homes = self.residents, self.residents.homes
        home = int(residents.household[person])
        by, order = int(residents.warned_by[person]), int(homes.order[home])
        heard = int(homes.heard[home])
        return {
            "person": int(residents.id[person]),
            "state": STATES[residents.state[person]],
            "state_by": int(residents.moved_by[person]),
            "health": HEALTHS[residents.health[person]],
            "health_by": int(residents.hurt_by[person]),
            "warned_s": _known(residents.warned_s[person]),
            "warned_by": WARNED_BY[by] if by != NOBODY else None,
            "message": self.warnings.messages[heard].id if heard >= 0 else None,
            "order": self._choices.orders[order].id if order >= 0 else None,
            "decision": DECISIONS[homes.decision[home]],
            "decided_s": _known(homes.decided_s[home]),
            "decision_by": int(homes.decided_by[home]),
            "ready_s": _known(homes.ready_s[home]),
            "left_s": _known(homes.left_s[home]),
            "waits_for": WAITS[homes.wait[home]],
        }


def _known(time_s: np.float32) -> float | None:
    return float(time_s) if np.isfinite(time_s) else None
