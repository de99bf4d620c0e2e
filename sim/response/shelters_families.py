"""Standing order for children who came without an adult: families traced, others given a carer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.agents.ledger import STATE
from sim.response.command import Command
from sim.response.ledger import Row
from sim.response.teams_pool import Process
from sim.scenario.parameters import parameter
from sim.world.tables import AGE_BANDS

if TYPE_CHECKING:
    from sim.response.operations import Operations

Rows = NDArray[np.int64]
_CHILD = AGE_BANDS.index("0-14")


def children_alone(ops: Operations, shelters: Rows) -> Rows:
    """Return the children in some shelters of whose household no adult is in any shelter."""
    residents = ops.stage.people.residents
    rows = np.flatnonzero(residents.state == STATE["sheltered"])
    child = residents.age[rows] == _CHILD
    alone = child & ~np.isin(residents.household[rows], residents.household[rows[~child]])
    found: Rows = rows[alone & np.isin(residents.place[rows], shelters)]
    return found


def reunite_families(ops: Operations, command: Command, row: Row) -> Process:
    """Trace the family of every child alone in some shelters; done when none is left untraced.

    One worker traces one child at a time. Whose adults are alive hears of them, and they of it; a
    child without any is given a carer.
    """
    params: Any = command.params
    shelters = ops.stage.shelter_rows(params.shelters, ops.seen_by(command.by))
    workers, traced = simpy.Resource(ops.env, capacity=params.workers), set[int]()
    while True:
        new = [one for one in children_alone(ops, shelters).tolist() if one not in traced]
        if not new:
            return
        traced.update(new)
        work = [ops.env.process(_trace(ops, command, row, workers, child)) for child in new]
        yield simpy.AllOf(ops.env, work)


def _trace(
    ops: Operations, command: Command, row: Row, workers: simpy.Resource, child: int
) -> Process:
    residents = ops.stage.people.residents
    people = int(residents.weight[child])
    with workers.request() as turn:
        yield turn
        yield ops.env.timeout(parameter("shelters.tracing").si * people)
    family = residents.members(residents.household[[child]].astype(np.int64))
    grown = family[residents.age[family] != _CHILD]
    alive = bool((residents.state[grown] != STATE["dead"]).any())
    kind = "family_traced" if alive else "carer_given"
    place = int(residents.place[child])
    name = str(ops.stage.world.facilities.id[place]) if place >= 0 else ""
    row.event["work"] = ops.log.add(ops.now_s, kind, name, cause=command.event, people=people)
    row.detail[kind] = row.detail.get(kind, 0) + people
