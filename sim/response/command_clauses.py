"""Orders about orders: a clause is called off before it is carried out, or called up at once."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

from sim.response.command import Command
from sim.response.ledger import Row

if TYPE_CHECKING:
    from sim.response.operations import Operations

Process = Generator[simpy.Event, Any, None]


def withdraw_clause(ops: Operations, command: Command, row: Row) -> Process:
    """Call clauses off that nobody has ordered yet; what is being carried out goes on."""
    for clause in command.params.clauses:
        if not ops.keeping.withdraw(clause, command.event):
            row.lacks("work_began")
    yield ops.env.timeout(0)


def call_up_clause(ops: Operations, command: Command, row: Row) -> Process:
    """Have clauses taken up now, whether their conditions hold or not; once more where done."""
    for clause in command.params.clauses:
        ops.keeping.call_up(clause, command.event)
    yield ops.env.timeout(0)
    row.event["work"] = command.event
