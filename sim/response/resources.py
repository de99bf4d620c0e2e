"""Who can be sent and who waits for whom: units are taken, given back, and never lost."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

from sim.agents.units import Unit
from sim.response.dispatch import unit_for
from sim.response.stations import units_of

if TYPE_CHECKING:
    from sim.response.operations import Operations


class UnitsError(Exception):
    """A unit is free twice, or nobody's: a fault of the simulator, never of a user."""


class Resources:
    """All units of a run, asked for by kind or by what they can do; first come, first served.

    Parameters
    ----------
    ops : Operations
    """

    def __init__(self, ops: Operations) -> None:
        self._ops = ops
        self.units: list[Unit] = units_of(ops.stage)
        self._free = list(self.units)
        self._waiting: list[tuple[tuple[str, ...], simpy.Event]] = []
        self._known: dict[tuple[str, tuple[str, ...]], bool] = {}
        self._counted: tuple[int, dict[tuple[str, ...], int]] = (0, {})

    def count(self, *trades: str) -> int:
        """Return how many units answer to all of some trades, busy or free."""
        n, counts = self._counted
        if n != len(self.units):
            counts = {}
            self._counted = len(self.units), counts
        if trades not in counts:
            counts[trades] = sum(self._suits(unit, trades) for unit in self.units)
        return counts[trades]

    def barred(self, trade: str) -> int:
        """Return the signs that hold back the units of a trade; 0 where there are none."""
        return next((unit.barred for unit in self.units if unit.answers_to(trade)), 0)

    def take(
        self, trade: str, node: int, rule: str = "nearest", *, skill: str | None = None
    ) -> Generator[simpy.Event, Any, Unit]:
        """Wait for a free unit of a trade (and skill), and take the one that a rule picks.

        Nothing is lost when the wait is broken off, even at the instant in which it ends.
        """
        trades = (trade,) if skill is None else (trade, skill)
        fit = {unit.kind: unit for unit in self._free}
        kinds = {kind for kind, unit in fit.items() if self._suits(unit, trades)}
        free = [unit for unit in self._free if unit.kind in kinds]
        if free:
            unit = free[unit_for(self._ops, rule, free, node)]
            self._free.remove(unit)
            return unit
        turn = self._ops.env.event()
        wait = (trades, turn)
        self._waiting.append(wait)
        try:
            given: Unit = yield turn
        except simpy.Interrupt:
            if turn.triggered and isinstance(turn.value, Unit):
                self.give_back(turn.value)
            else:
                self._waiting.remove(wait)
            raise
        return given

    def give_back(self, unit: Unit) -> None:
        """Make a unit free again; the first request waiting for its trade gets it.

        Raises
        ------
        ValueError
            When it is free already: somebody else holds it, or nobody does.
        """
        if unit in self._free:
            raise ValueError(f"unit {unit.id} is given back twice")
        unit.duty = "ready"
        for place, (trades, turn) in enumerate(self._waiting):
            if self._suits(unit, trades):
                del self._waiting[place]
                turn.succeed(unit)
                return
        self._free.append(unit)

    def check(self) -> None:
        """Count all units again.

        Raises
        ------
        UnitsError
            When two have one name, one is free twice, or one that is free is no unit of the run.
        """
        known, free = {unit.id for unit in self.units}, [unit.id for unit in self._free]
        if len(known) != len(self.units):
            raise UnitsError(f"{len(self.units)} units have {len(known)} names")
        if len(set(free)) != len(free) or not known.issuperset(free):
            raise UnitsError(f"free twice, or no unit of this run: {sorted(free)}")

    def _suits(self, unit: Unit, trades: tuple[str, ...]) -> bool:
        """Whether a unit answers to all of some trades; all units of a kind do, or none."""
        key = unit.kind, trades
        if key not in self._known:
            self._known[key] = all(unit.answers_to(trade) for trade in trades)
        return self._known[key]
