"""A clause at work: wait until its post is told, take it up, decide, order, see it done."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import simpy

from sim.response.command import Command
from sim.response.desk import Desk
from sim.response.ledger import Row
from sim.response.picture import LEVELS
from sim.scenario.parameters import parameter
from sim.scenario.plan import Clause
from sim.scenario.triggers import When

if TYPE_CHECKING:
    from sim.response.operations import Operations

Process = Generator[simpy.Event, Any, None]


@dataclass(frozen=True)
class _Stop:
    """Why a clause's wait is broken off: by which event, and whether for good."""

    by: int
    off: bool


class Keeping:
    """All clauses of a plan at work, each a process; the commands that call them off or up.

    Parameters
    ----------
    ops : Operations
    """

    def __init__(self, ops: Operations) -> None:
        self._ops = ops
        self._clauses = {clause.id: clause for clause in ops.plan.clauses}
        self._rounds: dict[str, tuple[simpy.Process, Row]] = {}
        for clause in ops.plan.clauses:
            ops.env.process(self._keep(clause))

    def _keep(self, clause: Clause) -> Process:
        """Carry out one clause, once or every time it is triggered anew."""
        evidence: int | None = None
        while True:
            evidence = yield self._begin(clause, evidence)
            if not clause.again or evidence is None:
                return

    def _begin(
        self, clause: Clause, seen: int | None = None, called_by: int | None = None
    ) -> simpy.Process:
        row = self._ops.ledger.new_row(clause)
        one_round = self._ops.env.process(self._round(clause, row, seen, called_by))
        self._rounds[clause.id] = one_round, row
        return one_round

    def _round(
        self, clause: Clause, row: Row, seen: int | None, called_by: int | None
    ) -> Generator[simpy.Event, Any, int | None]:
        """Carry out one round; returns the event that triggered it, None when it was called off."""
        ops = self._ops
        try:
            if called_by is None:
                called_by = yield from self._wait(clause, seen)
            ops.mark(row, "triggered", cause=called_by)
            if row.simulated:
                yield from _carry_out(ops, clause, row)
            else:
                ops.ledger.settle(row)  # the ledger says so: "not simulated", never "met"
        except simpy.Interrupt as stop:
            cause = cast(_Stop, stop.cause)
            ops.withdrawn(row, cause.by)
            return None
        return called_by

    def _wait(self, clause: Clause, seen: int | None) -> Generator[simpy.Event, Any, int]:
        """Wait for a clause's turn; returns the event that shows its condition, or calls it up."""
        try:
            for before in clause.after:
                yield self._ops.ledger.settled(before)
            shown: int = yield self._ops.condition(clause, after=seen)
        except simpy.Interrupt as stop:
            cause = cast(_Stop, stop.cause)
            self._ops.forget_condition(clause)
            if cause.off:
                raise
            return cause.by
        return shown

    def withdraw(self, clause: str, by: int) -> bool:
        """Call off the round of a clause that waits or is being decided; False when ordered."""
        process, row = self._rounds[clause]
        if not process.is_alive or "started" in row.at_s:
            return False
        process.interrupt(_Stop(by, off=True))
        return True

    def call_up(self, clause: str, by: int) -> None:
        """Have a clause taken up now: the round that waits, or else a new one."""
        process, row = self._rounds[clause]
        if process.is_alive and "triggered" in row.at_s and "done" not in row.at_s:
            return  # it is under way
        if process.is_alive and "triggered" not in row.at_s:
            process.interrupt(_Stop(by, off=False))
        else:
            self._begin(self._clauses[clause], called_by=by)


def _carry_out(ops: Operations, clause: Clause, row: Row) -> Process:
    """Take a matter up, hear the experts, decide, order, and see it done."""
    desk = yield from _who_acts(ops, clause, row)
    with desk.hands.request() as turn:
        yield turn
        yield ops.env.timeout(desk.shifts.hand_over_left_s(ops.now_s))
        ops.mark(row, "taken_up", cause=row.last_event)
        if clause.experts is not None:
            yield from _ask_experts(ops, clause, clause.experts, row)
        yield ops.env.timeout(desk.decision_s(clause.id, ops.now_s))
        moot = pointless(ops, clause)
        if moot >= 0:
            ops.overtaken(row, moot)
            return
        ops.mark(row, "decided", cause=row.last_event)
    yield from _order(ops, clause, row)


def _order(ops: Operations, clause: Clause, row: Row) -> Process:
    command = Command(
        ops.now_s, clause.post, clause.do, clause.with_, row.event["decided"], clause.id
    )
    yield ops.submit(command, row)
    if row.lacking:
        ops.failed(row)
    else:
        ops.mark(row, "done", cause=row.last_event)


def _who_acts(ops: Operations, clause: Clause, row: Row) -> Generator[simpy.Event, Any, Desk]:
    """Return the desk that takes a matter up: the post's, its deputy's, or that of whom is found.

    An A/B post fails only when neither holder can be reached.
    """
    desk = ops.desks[clause.post]
    if not desk.absent(clause.id):
        return desk
    row.event["absent"] = ops.log.add(
        ops.now_s, "post_absent", clause.post, cause=row.event["triggered"], clause=clause.id
    )
    deputy = ops.desks.get(desk.post.deputy or "")
    if deputy is not None:
        yield ops.env.timeout(parameter("command.stand_in").si)
        if not deputy.absent(clause.id):
            return deputy
    yield ops.env.timeout(parameter("command.recall").si)
    return desk


def _ask_experts(ops: Operations, clause: Clause, experts: str, row: Row) -> Process:
    """Put the matter to an expert post, wait for its advice, and have it told."""
    ends, desk = ops.comms.ends, ops.desks[experts]
    matter = f"advice/{clause.id}/{len(ops.ledger.rows)}"
    if (yield from ops.comms.call(ends[clause.post], ends[experts], matter)) is None:
        row.hindrance = "no_advice"
        return
    with desk.hands.request() as turn:
        yield turn
        yield ops.env.timeout(desk.decision_s(f"advice/{clause.id}", ops.now_s))
    yield from ops.comms.call(ends[experts], ends[clause.post], f"{matter}/back")
    row.event["advice"] = ops.log.add(
        ops.now_s, "advice_given", experts, cause=row.last_event, clause=clause.id
    )


def pointless(ops: Operations, clause: Clause) -> int:
    """Return the event that made a clause pointless before it was ordered; -1 for none.

    What its plan names under ``unless`` holds. Raising to a level is pointless when that level or a
    higher one is in force already, lowering to it when that one or a lower one is.
    """
    if clause.unless is not None:
        shown = ops.desks[clause.post].conditions.evidence(clause.unless, ops.now_s)
        if shown is not None:
            return shown
    if clause.do != "set_response_level":
        return -1
    now, wanted = LEVELS.index(ops.level), LEVELS.index(clause.with_.level)
    reached = now <= wanted if _lowers(clause) else now >= wanted
    return ops.level_event if reached else -1


def _lowers(clause: Clause) -> bool:
    """Whether a clause steps the response down: to ``none``, or when something has eased."""
    return clause.with_.level == LEVELS[0] or _eased(clause.when)


def _eased(when: When) -> bool:
    """Whether a condition asks for an amount of at most so much."""
    if any(map(_eased, (*(when.all_ or ()), *(when.any_ or ())))):
        return True
    bounds = (when.forecast_rain, when.observed_rain, when.water_level, when.water_depth)
    return any(bound is not None and bound.at_most is not None for bound in bounds)
