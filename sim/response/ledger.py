"""The clause ledger: one row a clause, from trigger to outcome, with the events that brought it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, Literal

import simpy

from sim.scenario.plan import Clause

Outcome = Literal["met", "late", "missed", "open", "not_triggered", "overtaken", "not_simulated"]
#: stages of a clause, in order; each is a time and an event of a `Row`
STAGES: Final = ("triggered", "taken_up", "decided", "started", "done")
#: what a long way from one stage to the next means, as a word key
_HINDRANCE: Final = {
    "taken_up": "post_busy",
    "decided": "decision",
    "started": "work",
    "done": "work",
}


@dataclass
class Row:
    """What became of one clause (of one round of it, when it can come again).

    Attributes
    ----------
    at_s, event : dict
        Stage -> time, and the event that logs it.
    within_s : float or None
        Promised time from trigger to done.
    counts_from : str
        The clause from whose end the time counts instead; empty for none.
    counts_from_s : float or None
        When that clause ended; None while it has not.
    overtaken_by : int
        Event that made the clause pointless before it was done; -1 when none.
    hindrance : str
        Set by a workflow that knows what held it up: a word key under ``hindrance.``.
    lacking : int
        Parts of the order that could not be carried out: a team that found no way, no bus at all.
    detail : dict
        Figures that the workflow leaves: people, pumps, distances.
    """

    clause: str
    post: str
    action: str
    within_s: float | None
    simulated: bool = True
    at_s: dict[str, float] = field(default_factory=dict)
    event: dict[str, int] = field(default_factory=dict)
    overtaken_by: int = -1
    hindrance: str = ""
    lacking: int = 0
    detail: dict[str, float] = field(default_factory=dict)
    counts_from: str = ""
    counts_from_s: float | None = None

    def lacks(self, hindrance: str) -> None:
        """Note that a part of the order could not be carried out, and why."""
        self.hindrance = hindrance
        self.lacking += 1

    @property
    def deadline_s(self) -> float | None:
        """When it was to be done, s from scenario start; None while its time has not begun."""
        if self.within_s is None or "triggered" not in self.at_s:
            return None
        began_s = self.counts_from_s if self.counts_from else self.at_s["triggered"]
        return None if began_s is None else began_s + self.within_s

    @property
    def margin_s(self) -> float | None:
        """Time left at the deadline when it was done; negative when late."""
        if self.deadline_s is None or "done" not in self.at_s:
            return None
        return self.deadline_s - self.at_s["done"]

    @property
    def last_event(self) -> int:
        """The newest event of this row; -1 before the trigger."""
        return max(self.event.values(), default=-1)

    def outcome(self, now_s: float) -> Outcome:
        """Return what became of the clause by ``now_s``.

        ``open`` is a clause that is under way and whose deadline has not come (or that has none).
        One whose order ended without all that it promises is missed, whatever the time.
        """
        if "triggered" not in self.at_s:
            return "not_triggered"
        if not self.simulated:
            return "not_simulated"
        if "done" in self.at_s:
            return "met" if self.margin_s is None or self.margin_s >= 0 else "late"
        if self.overtaken_by >= 0:
            return "overtaken"
        if self.deadline_s is not None and (self.lacking or self.deadline_s < now_s):
            return "missed"
        return "open"

    def held_up_by(self, now_s: float) -> str:
        """Return what took longest so far: the workflow's own word, else the longest stage."""
        if self.hindrance:
            return self.hindrance
        reached = [stage for stage in STAGES if stage in self.at_s]
        spent_s: dict[str, float] = {
            later: self.at_s[later] - self.at_s[before] for before, later in pairwise(reached)
        }
        if reached and reached[-1] != STAGES[-1]:
            under_way = STAGES[STAGES.index(reached[-1]) + 1]
            spent_s[under_way] = now_s - self.at_s[reached[-1]]
        if not spent_s:
            return ""
        longest = max(spent_s, key=lambda stage: spent_s[stage])
        if longest == "taken_up" and "absent" in self.event:
            return "post_absent"
        return _HINDRANCE[longest]


class ClauseLedger:
    """All rows, and the events that tell waiting clauses that another one is settled."""

    def __init__(self, env: simpy.Environment, simulated: frozenset[str]) -> None:
        self._env = env
        self._simulated = simulated
        self._settled: dict[str, simpy.Event] = {}
        self.settled_s: dict[str, float] = {}
        self.rows: list[Row] = []

    def new_row(self, clause: Clause) -> Row:
        """Open a row for the next round of a clause."""
        row = Row(clause.id, clause.post, clause.do, clause.within, clause.do in self._simulated)
        row.counts_from = clause.counts_from or ""
        self.rows.append(row)
        return row

    def settled(self, clause: str) -> simpy.Event:
        """Return the SimPy event of a clause's first end, well or ill.

        A clause that is overtaken, that fails or that is not simulated holds nobody up for ever.
        """
        return self._settled.setdefault(clause, self._env.event())

    def settle(self, row: Row) -> None:
        """Let those go on who wait for this clause."""
        event = self.settled(row.clause)
        if not event.triggered:
            self.settled_s[row.clause] = float(self._env.now)
            event.succeed()

    def table(self, now_s: float) -> list[dict[str, Any]]:
        """Return one dictionary a row, ready for a data frame; times in s, absent ones None."""
        return [
            {
                "clause": row.clause,
                "post": row.post,
                "action": row.action,
                **{f"{stage}_s": row.at_s.get(stage) for stage in STAGES},
                "deadline_s": row.deadline_s,
                "margin_s": row.margin_s,
                "outcome": row.outcome(now_s),
                "held_up_by": row.held_up_by(now_s),
                "overtaken_by": row.overtaken_by,
                **{f"{stage}_event": row.event.get(stage, -1) for stage in STAGES},
                "detail": dict(row.detail),
            }
            for row in self.rows
        ]
