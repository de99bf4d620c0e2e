"""Triage and ambulances: the red first, to the nearest ward that has a bed, or out of the map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.ledger import STATE
from sim.agents.units import RescueTeam
from sim.core.sets import common
from sim.response.command import Command
from sim.response.decontamination import wiped_down_s
from sim.response.dispatch import Call
from sim.response.ledger import Row
from sim.response.medical_hospitals import Ward
from sim.response.patients import carry_off, nodes_of
from sim.response.supply.stores import border_node
from sim.response.teams_pool import Asked, Process
from sim.response.teams_work import Deployment, deploy, go_home
from sim.response.travel import drive, no_way
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

Rows = NDArray[np.int64]
#: one red patient counts as so many yellow ones by the rule ``by_priority``
_RED_FIRST = 1000.0
_LN_2 = math.log(2.0)


class Patients:
    """The badly hurt of some zones who can be fetched.

    Parameters
    ----------
    ops : Operations
    zones : (m,) int64
        Rows of `Zones`, of any level, in which they live.
    """

    skill = "carry_injured"

    def __init__(self, ops: Operations, zones: Rows) -> None:
        self._ops = ops
        residents = ops.stage.people.residents
        inside = residents.zones_within(zones)[residents.homes.zone]
        self._inside = inside[residents.household]
        self._wounds = ops.stage.people.population.wounds
        self._taken = np.zeros(residents.n, dtype=bool)
        self._of: dict[str, list[int]] = {}
        self._half_life_s = {
            sort: parameter(f"medical.{sort}_time").si for sort in ("immediate", "delayed")
        }
        self._asked = Asked()
        self._looked_s, self._over = -1.0, False

    def over(self) -> bool:
        """Whether all the badly hurt are treated and nobody lies under rubble or is caught."""
        now_s = self._ops.now_s
        if now_s != self._looked_s:
            people = self._ops.stage.people
            more = self._wounds.untreated() or len(people.trapped()[0]) or len(people.stranded())
            self._over = not more
            self._looked_s = now_s
        return self._over

    def calls(self, unit: RescueTeam) -> Sequence[Call]:
        """Return the places where patients wait."""
        return self._asked.once(self._ops.now_s, "", self._calls)

    def _calls(self) -> list[Call]:
        ops = self._ops
        rows = self._wounds.waiting(ops.now_s)
        rows = rows[self._inside[rows] & ~self._taken[rows]]
        residents = ops.stage.people.residents
        homes = residents.household[rows].astype(np.int64)
        nodes = nodes_of(ops, rows)
        order = np.argsort(nodes, kind="stable")
        if not len(rows):
            return []
        at, first, count = np.unique(nodes[order], return_index=True, return_counts=True)
        on_scene_s = parameter("medical.on_scene").si
        red_s, yellow_s = (self._half_life_s[sort] / _LN_2 for sort in ("immediate", "delayed"))
        red = np.add.reduceat(self._wounds.red[rows[order]].astype(np.int64), first)
        since_s = np.minimum.reduceat(self._wounds.since_s[rows[order]], first)
        zone = residents.homes.zone[homes[order[first]]]
        columns = (at, count, red, since_s, zone)
        return [
            Call(
                key=node,
                node=node,
                urgency=_RED_FIRST * n_red + float(n),
                zone=where,
                lives=float(n),
                scale_s=red_s if n_red else yellow_s,
                since_s=ops.now_s - begun_s,
                work_s=on_scene_s,
            )
            for node, n, n_red, begun_s, where in zip(
                *(one.tolist() for one in columns), strict=True
            )
        ]

    def claim(self, unit: RescueTeam, call: Call) -> None:
        """Give a unit as many patients at one place as it has stretchers, the red first."""
        self._asked.forget()
        ops = self._ops
        rows = self._wounds.waiting(ops.now_s)
        rows = rows[self._inside[rows] & ~self._taken[rows]]
        here = rows[nodes_of(ops, rows) == call.node]
        first = here[np.lexsort((here, ~self._wounds.red[here]))]
        self._of[unit.id] = first[: unit.spec.stretchers].tolist()
        self._taken[self._of[unit.id]] = True

    def release(self, unit: RescueTeam, call: Call) -> None:
        """Give them up: they are in safe hands, or somebody else must go."""
        self._asked.forget()
        self._taken[self._of.pop(unit.id)] = False

    def do(self, unit: RescueTeam, call: Call, order: Deployment) -> Process:
        """Treat on the scene, load, drive to a bed, hand over."""
        ops = self._ops
        yield ops.env.timeout(parameter("medical.on_scene").si)
        chosen = np.array(self._of[unit.id], dtype=np.int64)
        waiting = common(chosen, self._wounds.waiting(ops.now_s))
        if not len(waiting):
            return
        unwashed_s = wiped_down_s(ops, waiting)
        if unwashed_s > 0:
            yield ops.env.timeout(unwashed_s)
        people = ops.stage.people
        event = ops.log.add(
            ops.now_s, "patients_picked_up", unit.id, cause=unit.there,
            people=people.count(waiting),
        )  # fmt: skip
        aboard = carry_off(ops, waiting, cause=event)
        unit.aboard = people.count(aboard)
        if unit.aboard:
            yield from self._bring_in(unit, aboard, order, event)
            unit.aboard = 0

    def _bring_in(self, unit: RescueTeam, aboard: Rows, order: Deployment, event: int) -> Process:
        """Drive to a ward with beds; where none is left, to the next city."""
        ops, scene = self._ops, unit.node
        ward = ops.hospitals.reserve(unit.node, unit.aboard, unit.barred)
        goal = border_node(ops.stage) if ward is None else ward.node
        trips = math.ceil(unit.aboard / unit.spec.stretchers)  # a row may stand for several people
        for extra in range(trips):
            if extra:
                yield from self._persist(unit, scene)
            yield from self._persist(unit, goal)
        if ward is None:
            order.row.hindrance = "no_bed"
            yield ops.env.timeout(parameter("medical.outside_drive").si)
        yield ops.env.timeout(parameter("medical.hand_over").si)
        self._hand_over(unit, aboard, ward, event)
        order.row.detail["admitted"] = order.row.detail.get("admitted", 0) + unit.aboard
        if ward is None:
            yield ops.env.timeout(parameter("medical.outside_drive").si)

    def _hand_over(self, unit: RescueTeam, aboard: Rows, ward: Ward | None, event: int) -> None:
        ops, residents = self._ops, self._ops.stage.people.residents
        alive = aboard[residents.state[aboard] == STATE["rescued"]]
        if ward is not None:
            ops.hospitals.admit(ward, alive.tolist(), promised=unit.aboard, cause=event)
        elif len(alive):
            people = ops.stage.people.count(alive)
            out = ops.log.add(ops.now_s, "patients_moved_out", unit.id, cause=event, people=people)
            self._wounds.treat(alive, ops.now_s)
            residents.move(alive, "left_area", cause=out)

    def _persist(self, unit: RescueTeam, node: int) -> Process:
        """Drive with patients aboard: they stay with the crew until there is a way."""
        while not (yield from drive(self._ops, unit, node)):
            pass


def treat_injured(ops: Operations, command: Command, row: Row) -> Process:
    """Send ambulances to the badly hurt; done when all that can come have begun."""
    yield from deploy(ops, command, row, lambda zones: Patients(ops, zones))


def set_up_station(ops: Operations, command: Command, row: Row) -> Process:
    """Bring a medical team to a place and open a treatment station there; done when it is open."""
    params: Any = command.params
    for number, place in enumerate(params.at):
        node = ops.stage.nodes_of((place,), ops.seen_by(command.by))[0]
        if ops.resources.count(params.team, "treat") == 0:
            row.lacks("no_team")
            return
        team = yield from ops.resources.take(params.team, node, "nearest_by_road", skill="treat")
        yield ops.env.timeout(team.turnout_s)
        if not (yield from drive(ops, team, node, within_m=parameter("response.reach").si)):
            row.lacks(no_way(ops, team, node))
            ops.env.process(go_home(ops, team))
            continue
        team.duty = "working"
        yield ops.env.timeout(parameter("medical.station_setup").si)
        name = f"{command.clause or 'station'}-{number + 1}"
        ops.hospitals.open_station(name, node, -1, params.beds)
        row.event["work"] = ops.log.add(
            ops.now_s, "station_opened", name, cause=command.event, beds=params.beds
        )
        row.detail["beds"] = row.detail.get("beds", 0) + params.beds
