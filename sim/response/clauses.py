"""A clause at work: wait until its post is told, take it up, decide, order, see it done."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

from sim.response.command import Command
from sim.response.ledger import Row
from sim.response.picture import LEVELS
from sim.scenario.plan import Clause

if TYPE_CHECKING:
    from sim.response.operations import Operations

Process = Generator[simpy.Event, Any, None]


def keep(ops: Operations, clause: Clause) -> Process:
    """Carry out one clause, once or every time it is triggered anew."""
    evidence: int | None = None
    while True:
        row = ops.ledger.new_row(clause)
        evidence = yield from _once(ops, clause, row, evidence)
        if not clause.again:
            return


def _once(
    ops: Operations, clause: Clause, row: Row, seen: int | None
) -> Generator[simpy.Event, Any, int]:
    """Carry out one round; returns the event that triggered it."""
    for before in clause.after:
        yield ops.ledger.settled(before)
    evidence: int = yield ops.condition(clause, after=seen)
    ops.mark(row, "triggered", cause=evidence)
    if row.simulated:
        yield from _carry_out(ops, clause, row)
    else:
        ops.ledger.settle(row)  # the ledger says so: "not simulated", never "met"
    return evidence


def _carry_out(ops: Operations, clause: Clause, row: Row) -> Process:
    desk = ops.desks[clause.post]
    with desk.hands.request() as turn:
        yield turn
        ops.mark(row, "taken_up", cause=row.event["triggered"])
        yield ops.env.timeout(desk.decision_s(clause.id))
        moot = pointless(ops, clause)
        if moot >= 0:
            ops.overtaken(row, moot)
            return
        ops.mark(row, "decided", cause=row.event["taken_up"])
    command = Command(
        ops.now_s, clause.post, clause.do, clause.with_, row.event["decided"], clause.id
    )
    yield ops.submit(command, row)
    if row.lacking:
        ops.failed(row)
    else:
        ops.mark(row, "done", cause=row.last_event)


def pointless(ops: Operations, clause: Clause) -> int:
    """Return the event that made a clause pointless before it was ordered; -1 for none.

    A level is pointless when that level or a higher one is in force already.
    """
    if clause.do == "set_response_level" and clause.with_.level != LEVELS[0]:
        reached = LEVELS.index(ops.level) >= LEVELS.index(clause.with_.level)
        return ops.level_event if reached else -1
    return -1
