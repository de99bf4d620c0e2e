"""Everything that decides and acts in a run, by one plan; and the one door for change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import simpy

from sim.response.claims import Claims
from sim.response.clauses import keep
from sim.response.command import Command
from sim.response.desk import Desk
from sim.response.ledger import ClauseLedger, Row
from sim.response.picture import LEVELS
from sim.response.registry import WORKFLOWS
from sim.response.reports import Reports
from sim.response.resources import Resources
from sim.response.travel import Ways
from sim.scenario.parameters import parameter
from sim.scenario.plan import Clause, Plan
from sim.scenario.triggers import When

if TYPE_CHECKING:
    from sim.response.stage import Stage


@dataclass
class _Wait:
    """A clause that waits for its condition to hold (or to have ceased)."""

    when: When
    desk: Desk
    holds: bool
    event: simpy.Event
    since_s: float | None = None


class Operations:
    """Posts, clauses, teams and stocks at work.

    Parameters
    ----------
    stage : Stage
        The model's side: clock, log, chance, world, people, movement, water.
    plan : Plan

    Attributes
    ----------
    level : str
        The response level now, one of `LEVELS`.
    commands : list of Command
        Everything ordered so far, in order: replaying it replays the run.
    """

    def __init__(self, stage: Stage, plan: Plan) -> None:
        self.stage = stage
        self.plan = plan
        self.env = stage.env
        self.log = stage.log
        self.desks = {
            post.id: Desk(stage.env, post, stage.streams, stage.start_of_day_s)
            for post in plan.posts
        }
        self.ledger = ClauseLedger(stage.env, frozenset(WORKFLOWS))
        self.resources = Resources(self)
        self.reports = Reports(self)
        self.claims = Claims(self)
        self.ways = Ways(self)
        self.level = LEVELS[0]
        self.level_event = -1
        self.commands: list[Command] = []
        self._waits: list[_Wait] = []
        self._hand_over_s = parameter("reports.hand_over").si
        for clause in plan.clauses:
            stage.env.process(keep(self, clause))

    @property
    def now_s(self) -> float:
        """Seconds from scenario start."""
        return float(self.env.now)

    def condition(self, clause: Clause, *, holds: bool) -> simpy.Event:
        """Return an event that comes when the clause's trigger holds (or holds no more)."""
        wait = _Wait(clause.when, self.desks[clause.post], holds, self.env.event())
        self._waits.append(wait)
        return wait.event

    def listen(self, to_s: float) -> None:
        """Look at every waiting trigger, by what its post knows now; once a tick."""
        still = []
        for wait in self._waits:
            shown = wait.desk.conditions.evidence(wait.when, to_s)
            if (shown is not None) == wait.holds:
                since_s = to_s if wait.since_s is None else wait.since_s
                wait.since_s = since_s
                if not wait.holds or to_s - since_s >= (wait.when.held or 0.0):
                    wait.event.succeed(shown)
                    continue
            else:
                wait.since_s = None
            still.append(wait)
        self._waits = still

    def mark(self, row: Row, stage: str, cause: int, **facts: Any) -> int:
        """Log that a clause reached a stage, and tell the posts around it."""
        event = self.log.add(
            self.now_s, f"clause_{stage}", row.clause, cause=cause, post=row.post, **facts
        )
        row.at_s[stage] = self.now_s
        row.event[stage] = event
        if stage == "done":
            self.ledger.mark_done(row)
        self._pass_on(row, stage, event)
        if stage == "done" and row.margin_s is not None:
            self._pass_on(row, "met" if row.margin_s >= 0 else "late", event)
        return event

    def overtaken(self, row: Row, by: int) -> None:
        """Close a clause that another one made pointless."""
        row.overtaken_by = by
        self.log.add(self.now_s, "clause_overtaken", row.clause, cause=by, post=row.post)

    def submit(self, command: Command, row: Row | None = None) -> simpy.Process:
        """Log an order and carry it out; the returned process ends when it is done.

        The one door: plan clauses, injects, players and notebooks all come through here.
        """
        facts = {"action": command.action, "clause": command.clause}
        event = self.log.add(self.now_s, "order_given", command.by, cause=command.cause, **facts)
        command = replace(command, event=event)
        self.commands.append(command)
        if row is not None:
            row.at_s["started"], row.event["started"] = self.now_s, event
            self._pass_on(row, "started", event)
        return self.env.process(WORKFLOWS[command.action](self, command, row or _loose(command)))

    def reported_zones(self) -> list[int]:
        """Return the rows of zones that any post has been told are under water."""
        names = {
            key[2]
            for desk in self.desks.values()
            for key in desk.picture.facts
            if key[:2] == ("event", "buildings_flooded")
        }
        ids = self.stage.world.zones.id
        return [row for row in range(len(ids)) if str(ids[row]) in names]

    def tell(self, post: str, key: tuple[str, ...], value: float | str, event: int) -> None:
        """Let one post know a fact now."""
        self.desks[post].picture.tell(key, value, self.now_s, event)

    def _pass_on(self, row: Row, stage: str, event: int) -> None:
        """Tell the post itself at once, its neighbours in the chain after the hand-over time."""
        key = ("clause", row.clause, stage)
        self.tell(row.post, key, self.now_s, event)
        for post in self._others(row.post):
            self.later(self._hand_over_s, post, key, self.now_s, event)

    def _others(self, of: str) -> list[str]:
        return [post for post in self.desks if post != of]

    def later(
        self, delay_s: float, post: str, key: tuple[str, ...], value: float | str, event: int
    ) -> None:
        """Let one post know a fact after a delay."""
        timeout = self.env.timeout(delay_s)
        timeout.callbacks.append(lambda _: self.tell(post, key, value, event))


def _loose(command: Command) -> Row:
    """Return a row for an order that carries out no clause."""
    return Row(command.clause, command.by, command.action, None)
