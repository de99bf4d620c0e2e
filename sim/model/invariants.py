"""What holds at every moment of a run: people, goods and units are neither lost nor made.

Every run counts them again with each frame that it keeps; tests do so after every event of the
clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.model.disaster import Disaster


def check(model: Disaster) -> None:
    """Count everybody and everything again.

    Raises
    ------
    sim.agents.ledger.LedgerError
        When somebody is in two states, or in none.
    sim.response.supply.books.BooksError
        When a gram is missing.
    sim.response.resources.UnitsError
        When a unit is free twice, or is nobody's.
    """
    model.people.residents.check()
    if model.operations is not None:
        model.operations.supply.books.check()
        model.operations.resources.check()


def run_strictly(model: Disaster, until_s: float) -> int:
    """Run to a time and check after every event; returns how many there were."""
    n_events = 0
    while model.env.peek() <= until_s:
        model.env.step()
        check(model)
        n_events += 1
    return n_events
