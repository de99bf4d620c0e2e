"""Standing order for help from outside: asked for, approved, on its way, and here as teams."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Final

import simpy

from sim.agents.units import RescueTeam
from sim.response.command import Command
from sim.response.ledger import Row
from sim.response.supply.stores import border_node
from sim.response.travel import drive, no_way
from sim.scenario.forces import unit_kinds
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

Process = Generator[simpy.Event, Any, None]
#: what a force comes as when the plan does not say
_COMES_AS: Final = {
    "armed_police": "troops",
    "garrison": "troops",
    "militia": "troops",
    "helicopter": "helicopter",
    "neighbour_district": "water_rescue",
}


def request_force(ops: Operations, command: Command, row: Row) -> Process:
    """Ask for a force; done when the last of its teams is where it was asked for.

    Its teams come onto the map at its border, drive to the places named, and are then units like
    all others: whoever orders teams of their kind gets them.
    """
    params = command.params
    nodes = ops.stage.nodes_of(params.to, ops.seen_by(command.by))
    spec = unit_kinds()[params.kind or _COMES_AS[params.force]]
    asked = ops.log.add(
        ops.now_s, "force_requested", params.force, cause=command.event, people=params.people
    )
    linked = parameter("command.linked_approval").si if ops.plan.military_link else 1.0
    yield ops.env.timeout(parameter(f"command.approval_{params.force}").si * linked)
    yield ops.env.timeout(parameter(f"command.journey_{params.force}").si)
    entry = border_node(ops.stage)
    teams = [
        RescueTeam(
            ops.stage.model,
            f"{params.force}-{asked}-{number + 1}",
            spec,
            base_node=entry,
            crew=crew,
        )
        for number, crew in enumerate(_crews(params.people, spec.crew))
    ]
    for team in teams:
        team.barred = ops.stage.limits.barring(team.gross_kg, team.height_m)
    row.hindrance = "journey"
    nodes = nodes or [entry]
    work = [
        ops.env.process(_come(ops, team, nodes[number % len(nodes)], asked, row))
        for number, team in enumerate(teams)
    ]
    yield simpy.AllOf(ops.env, work)


def _crews(people: int, crew: int) -> list[int]:
    """Share people out over teams of at most ``crew``, as evenly as possible."""
    n = math.ceil(people / crew)
    return [people // n + (number < people % n) for number in range(n)]


def _come(ops: Operations, team: RescueTeam, node: int, asked: int, row: Row) -> Process:
    reach_m = parameter("response.reach").si
    if not (yield from drive(ops, team, node, within_m=reach_m)):
        row.lacks(no_way(ops, team, node))
    team.base_node = team.node
    row.event["work"] = ops.log.add(
        ops.now_s, "force_arrived", team.id, cause=asked, people=team.crew
    )
    row.detail["teams"] = row.detail.get("teams", 0) + 1
    row.detail["people"] = row.detail.get("people", 0) + team.crew
    ops.resources.units.append(team)
    ops.resources.give_back(team)
