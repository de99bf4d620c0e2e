"""Standing order of decontamination: who was poisoned is undressed and washed where he is.

Teams set up one site in a community and wash everybody there, one after the other. Whom nobody has
washed holds others up: an ambulance's crew must wipe him down before it can load him, and so must
the desk of a hospital that he comes to by himself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.units import RescueTeam
from sim.core.sets import distinct
from sim.response.command import Command
from sim.response.dispatch import Call
from sim.response.ledger import Row
from sim.response.teams_pool import OneEach, Process
from sim.response.teams_work import Deployment, deploy
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

Rows = NDArray[np.int64]
#: those who are washed in so much time are let go together
_ROUND_S: Final = 300.0


class Washing(OneEach):
    """The poisoned of some zones who are where they were: a site for each community.

    Parameters
    ----------
    ops : Operations
    zones : (m,) int64
        Rows of `Zones`, of any level, in which they live.
    """

    skill = "hazmat"

    def __init__(self, ops: Operations, zones: Rows) -> None:
        super().__init__()
        self._ops = ops
        self._gas = ops.stage.people.population.gas
        residents = ops.stage.people.residents
        self._zone = residents.homes.zone[residents.household]
        self._inside = residents.zones_within(zones)[self._zone]

    def over(self) -> bool:
        """Whether no gas escapes any more and nobody is left to be washed."""
        escapes = self._ops.stage.fields.get("gas_escapes_kg_per_s")
        return (escapes is None or not escapes.any()) and len(self._waiting()) == 0

    def calls(self, unit: RescueTeam) -> Sequence[Call]:
        """Return the communities where people wait and nobody washes them, the most first."""
        rows, people = self._waiting(), self._ops.stage.people
        zones = self._zone[rows]
        each_s = parameter("hazmat.washing_each").si
        return [
            Call(
                key=zone,
                node=self._ops.stage.meeting_node(zone),
                urgency=float(n := people.count(rows[zones == zone])),
                zone=zone,
                work_s=parameter("hazmat.washing_setup").si + n * each_s,
            )
            for zone in distinct(zones).tolist()
            if not self.is_taken(zone)
        ]

    def do(self, unit: RescueTeam, call: Call, order: Deployment) -> Process:
        """Set the site up, then wash round after round until nobody waits or the shift ends."""
        ops, washed = self._ops, 0
        yield ops.env.timeout(parameter("hazmat.washing_setup").si)
        while ops.now_s < unit.shift_ends_s and len(rows := self._next(call.key)):
            people = ops.stage.people.count(rows)
            yield ops.env.timeout(people * parameter("hazmat.washing_each").si)
            self._gas.wash(rows)
            washed += people
        order.row.event["work"] = ops.log.add(
            ops.now_s, "people_washed", unit.id, cause=unit.there, people=washed
        )
        order.row.detail["washed"] = order.row.detail.get("washed", 0) + washed

    def _waiting(self) -> Rows:
        rows = self._gas.waiting()
        here: Rows = rows[self._inside[rows]]
        return here

    def _next(self, zone: int) -> Rows:
        """Return who is washed in the next round: those who live there, by row."""
        rows = self._waiting()
        rows = rows[self._zone[rows] == zone]
        weight = self._ops.stage.people.residents.weight[rows].astype(np.int64)
        fit = np.cumsum(weight) * parameter("hazmat.washing_each").si <= _ROUND_S
        first: Rows = rows[: max(1, int(np.count_nonzero(fit)))]
        return first


def wiped_down_s(ops: Operations, rows: Rows) -> float:
    """Return how long others are busy with the unwashed of some people, who are clean then."""
    gas = ops.stage.people.population.gas
    unwashed = rows[gas.tainted[rows]]
    gas.wash(unwashed)
    people: int = ops.stage.people.count(unwashed)
    return people * parameter("hazmat.wiping_down").si


def decontaminate(ops: Operations, command: Command, row: Row) -> Process:
    """Send teams to wash the poisoned; done when all that can come are at work."""
    yield from deploy(ops, command, row, lambda zones: Washing(ops, zones))
