"""Standing orders of teams: called together, on the road, at work, and free again."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.agents.units import RescueTeam, Unit
from sim.core.sets import union, without
from sim.response.command import Command
from sim.response.ledger import Row
from sim.response.reports_sightings import (
    look_down,
    look_for_fire,
    places_of_calls,
    reported_stranded,
)
from sim.response.shelters_choice import shelter_for
from sim.response.teams_tasks import work_of
from sim.response.teams_work import Deployment
from sim.response.travel import drive, no_way
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

Process = Generator[simpy.Event, Any, None]
Rows = NDArray[np.int64]
#: the time of one trip to people caught by water; they are never left there for want of room
_RESCUE: Final = "response.boat_trip"
#: tasks that not every team can be given, and skills of which one will do
_TAKES: Final = {"search": ("watch",), "rescue": ("boat", "dig", "mountain", "air")}
_NOBODY: Final = np.zeros(0, dtype=np.int64)
#: a team with nobody to go for asks for new calls this often
_CALLS_EVERY_S: Final = 300.0
#: a drone hovers so long over a place
_LOOK_S: Final = 60.0


def send_team(
    ops: Operations, kind: str, node: int, command: Command, row: Row, *, skill: str | None = None
) -> Generator[simpy.Event, Any, Unit | None]:
    """Get a team of a kind (and skill) to a node; None when there is none, or no way."""
    if ops.resources.count(kind) == 0:
        row.lacks("no_team")
        return None
    asked_s = ops.now_s
    team = yield from ops.resources.take(kind, node, skill=skill)
    if ops.now_s - asked_s > parameter("response.muster").si:
        row.hindrance = "no_team"
    team.duty = "turning_out"
    yield ops.env.timeout(team.turnout_s)
    sent = ops.log.add(ops.now_s, "team_sent", team.id, cause=command.event, trade=kind)
    began_s = ops.now_s
    arrived = yield from drive(ops, team, node, within_m=parameter("response.reach").si)
    if not arrived:
        row.lacks(no_way(ops, team, node))
        ops.log.add(ops.now_s, "team_gave_up", team.id, cause=sent)
        ops.resources.give_back(team)
        return None
    row.event["work"] = ops.log.add(
        ops.now_s,
        "team_arrived",
        team.id,
        cause=sent,
        driven_min=round((ops.now_s - began_s) / 60, 1),
    )
    team.duty = "working"
    return team


def dispatch_team(ops: Operations, command: Command, row: Row) -> Process:
    """Send teams; the order is done when all of them are there, their work goes on."""
    params = command.params
    nodes = yield from _places(ops, command, row)
    if not nodes:
        return
    pool = work_of(ops, command)
    if pool is not None:
        rule = "nearest_by_road"
        order = Deployment(ops, command, row, pool, trade=params.team, rule=rule)
        yield from order.open(params.count, nodes[0])
        return
    skill = _skill_for(ops, params)
    there = ops.resources.count(params.team, *(() if skill is None else (skill,)))
    if there < params.count:
        row.lacks("no_team")
    work = [
        ops.env.process(_go_and_work(ops, command, row, nodes[number % len(nodes)], skill))
        for number in range(min(params.count, there))
    ]
    yield simpy.AllOf(ops.env, work)


def _places(ops: Operations, command: Command, row: Row) -> Generator[simpy.Event, Any, list[int]]:
    """Return the road nodes that an order names; of ``flooded`` zones it waits for the first.

    Rescuers do not wait for that: they go where people have called from.
    """
    params, seen = command.params, ops.seen_by(command.by)
    nodes = ops.stage.nodes_of(params.to, seen)
    while not nodes and "flooded" in params.to:
        if params.task == "rescue":
            nodes = places_of_calls(ops)
        if not nodes:
            row.hindrance = "no_place_known"
            yield ops.env.timeout(ops.stage.step_s)
            nodes = ops.stage.nodes_of(params.to, seen)
    return nodes


def _skill_for(ops: Operations, params: Any) -> str | None:
    """Return what a unit must be able to do for its task; None where any unit of the trade will do.

    Of several skills the first that units of the trade have: boats before bare hands.
    """
    skills = _TAKES.get(params.task, ())
    has = (skill for skill in skills if ops.resources.count(params.team, skill))
    return next(has, skills[0]) if skills else None


def _go_and_work(
    ops: Operations, command: Command, row: Row, node: int, skill: str | None
) -> Process:
    team = yield from send_team(ops, command.params.team, node, command, row, skill=skill)
    if team is None:
        return
    row.detail["teams"] = row.detail.get("teams", 0) + 1
    tasks: dict[str, Callable[..., Process]] = {
        "rescue": rescue,
        "help_move": help_move,
        "search": search,
    }
    task = tasks.get(command.params.task, stand_by)
    ops.env.process(task(ops, team, command, row))


def stand_by(ops: Operations, team: Unit, command: Command, row: Row) -> Process:
    """Guard, watch or restore where they are until the response is ended, then go home."""
    while ops.level != "none" or ops.level_event < 0:  # no level was ever set: nothing ended
        yield ops.env.timeout(parameter("reports.gauge_every").si)
    yield from _go_home(ops, team)


def rescue(ops: Operations, team: Unit, command: Command, row: Row) -> Process:
    """Bring stranded people out, boat after boat, the nearest first, to a shelter.

    The team goes for those it has been told of and those it sees, and waits for more calls.
    """

    def known() -> Rows:
        """Return whom it has been told of and those it sees."""
        return reported_stranded(ops, team.node)

    yield from _bring_in(ops, team, command, row, known, _RESCUE)


def search(ops: Operations, team: Unit, command: Command, row: Row) -> Process:
    """Fly over the named places, one after the other; tell where people are caught, and of fire.

    Home to load for every endurance of the unit, until the response is ended.
    """
    assert isinstance(team, RescueTeam)
    nodes = ops.stage.nodes_of(command.params.to, ops.seen_by(command.by))
    while ops.level != "none" or ops.level_event < 0:
        began_s, turn = ops.now_s, 0
        while ops.now_s - began_s < team.spec.endurance_s:
            yield from drive(ops, team, nodes[turn % len(nodes)])
            yield ops.env.timeout(_LOOK_S)
            look_for_fire(ops, team.node, command)
            found = look_down(ops, team.node)
            if found:
                row.detail["found"] = row.detail.get("found", 0) + found
                ops.log.add(ops.now_s, "people_sighted", team.id, cause=command.event, people=found)
            turn += 1
        yield from drive(ops, team, team.base_node)
        yield ops.env.timeout(team.spec.rest_s)
    yield from _go_home(ops, team)


def help_move(ops: Operations, team: Unit, command: Command, row: Row) -> Process:
    """Fetch households that wait for help at home, the nearest first, to a shelter."""
    yield from _bring_in(ops, team, command, row, ops.stage.people.needing_help, "response.carry")


def _bring_in(
    ops: Operations,
    team: Unit,
    command: Command,
    row: Row,
    waiting: Callable[[], Rows],
    takes: str,
) -> Process:
    """Go from one group of people to the next until nobody waits within reach, then home.

    Those to whom no way leads now are tried again after the others, for ``response.give_up``.
    """
    seats = int(parameter("response.boat_seats").si)
    claims = ops.claims_of(command.by)
    out_of_reach = _NOBODY
    waited_s, lingers_s = 0.0, parameter("response.linger").si if takes == _RESCUE else 0.0
    while True:
        open_now = without(waiting(), out_of_reach)
        group = claims.nearest_group(open_now, team.node, seats)
        if len(group) == 0:
            longest_s = parameter("response.give_up").si if len(out_of_reach) else lingers_s
            if waited_s >= max(longest_s, lingers_s):
                break
            waited_s += _CALLS_EVERY_S
            yield ops.env.timeout(_CALLS_EVERY_S)
            out_of_reach = _NOBODY
            continue
        brought = yield from _one_group(ops, team, command, row, group, takes)
        claims.release(group)
        if brought:
            waited_s = 0.0
        else:
            out_of_reach = union(out_of_reach, group)
    yield from _go_home(ops, team)


def _one_group(
    ops: Operations, team: Unit, command: Command, row: Row, group: Rows, takes: str
) -> Generator[simpy.Event, Any, bool]:
    """Fetch people who are at one place and bring them to a shelter; False where there is no way.

    A household of a sample stands for several: it takes as many trips as all of them would.
    """
    people = ops.stage.people
    node = int(people.place_of(group[:1])[0])
    near_m = parameter("response.reach").si
    if not (yield from drive(ops, team, node, within_m=near_m, patient=False)):
        return False
    trips = math.ceil(people.count_in(group) / parameter("response.boat_seats").si)
    yield ops.env.timeout(parameter(takes).si * trips)
    n, urgent = people.count_in(group), takes == _RESCUE
    choice = shelter_for(ops, command.by, team, n, urgent=urgent)
    shelter = None if choice is None else choice.shelter
    if shelter is None and urgent:
        shelter = people.shelters.last_resort(team.node)
    if shelter is None:
        return False
    event = ops.log.add(ops.now_s, "people_fetched", team.id, cause=command.event)
    fetched = people.fetch(group, cause=event)
    if len(fetched) == 0:
        ops.log.add(ops.now_s, "team_in_vain", team.id, cause=event)
        return True
    people.shelters.expect(shelter, people.count_in(fetched))
    while not (yield from drive(ops, team, people.shelters.node_of(shelter))):
        pass  # they stay with the team, and it tries again
    people.shelters.expect(shelter, -people.count_in(fetched))
    people.shelters.take_in(fetched, shelter, cause=event)
    taken = people.count_in_state(fetched, "sheltered")
    row.detail["fetched"] = row.detail.get("fetched", 0) + taken
    return True


def _go_home(ops: Operations, team: Unit) -> Process:
    team.duty = "returning"
    yield from drive(ops, team, team.base_node)
    ops.resources.give_back(team)
