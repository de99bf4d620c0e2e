"""Everything that decides and acts in a run, by one plan; and the one door for change."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.response.claims import Claims
from sim.response.clauses import Keeping
from sim.response.command import Command
from sim.response.command_lines import Lines
from sim.response.communications import Communications
from sim.response.desk import Desk
from sim.response.firefighting_water import WaterSources
from sim.response.ledger import ClauseLedger, Row
from sim.response.medical_hospitals import Hospitals
from sim.response.picture import DRY_M, LEVELS, Key, Told
from sim.response.places import check_plan
from sim.response.registry import WORKFLOWS
from sim.response.reports import Reports
from sim.response.resources import Resources
from sim.response.shelters import ShelterLife
from sim.response.supply.desk import Supply
from sim.response.travel import Ways
from sim.scenario.plan import Clause, Plan
from sim.scenario.triggers import When

if TYPE_CHECKING:
    from sim.response.stage import Stage
    from sim.response.teams_work import Deployment


@dataclass
class _Wait:
    """A clause that waits for its condition to hold, or to come anew after an earlier event."""

    clause: str
    when: When
    desk: Desk
    event: simpy.Event
    after: int | None = None

    def come(self, shown: int | None) -> bool:
        """Whether the wait is over; a condition comes anew when it ceases, or is reported again."""
        if self.after is None:
            return shown is not None
        if shown is not None and self.when.reported is not None and shown > self.after:
            return True
        if shown is None:
            self.after = None
        return False


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
    deployments : dict of list of Deployment
        Units at work, by clause.
    seen_from_air : set of int
        Stranded households that a drone has found: all teams know of them.
    """

    def __init__(self, stage: Stage, plan: Plan) -> None:
        check_plan(plan, stage.world)
        self.stage = stage
        self.plan = plan
        self.env = stage.env
        self.log = stage.log
        self.desks = {
            post.id: Desk(stage.env, post, stage.streams, stage.start_of_day_s)
            for post in plan.posts
        }
        self.comms = Communications(stage, plan.posts)
        self.lines = Lines(self)
        self.told: list[tuple[str, Key, Told]] = []
        self.ledger = ClauseLedger(stage.env, frozenset(WORKFLOWS))
        self.resources = Resources(self)
        self.reports = Reports(self)
        self._claims: dict[str, Claims] = {}
        self.ways = Ways(self)
        self.supply = Supply(self)
        self.shelter_life: ShelterLife | None = None
        self.hospitals = Hospitals(self)
        self.seen_from_air: set[int] = set()
        self.level = LEVELS[0]
        self.level_event = -1
        self.commands: list[Command] = []
        self.deployments: dict[str, list[Deployment]] = {}
        self._waits: list[_Wait] = []
        self.keeping = Keeping(self)

    @property
    def now_s(self) -> float:
        """Seconds from scenario start."""
        return float(self.env.now)

    @cached_property
    def water_sources(self) -> WaterSources:
        """Hydrants and open water, shared by all engines."""
        return WaterSources(self.stage)

    def condition(self, clause: Clause, *, after: int | None = None) -> simpy.Event:
        """Return an event that comes when the clause's trigger holds.

        With ``after``, the event it was triggered by before, only when it holds anew: it has ceased
        since, or its post has been told of a newer event.
        """
        wait = _Wait(clause.id, clause.when, self.desks[clause.post], self.env.event(), after)
        self._waits.append(wait)
        return wait.event

    def forget_condition(self, clause: Clause) -> None:
        """Wait no more for a clause's trigger."""
        self._waits = [wait for wait in self._waits if wait.clause != clause.id]

    def listen(self, to_s: float) -> None:
        """Look at every waiting trigger, by what its post knows now; once a tick."""
        still = []
        for wait in self._waits:
            shown = wait.desk.conditions.evidence(wait.when, to_s)
            if wait.come(shown):
                wait.event.succeed(shown)
            else:
                still.append(wait)
        self._waits = still

    def mark(self, row: Row, stage: str, cause: int, **facts: Any) -> int:
        """Log that a clause reached a stage, and tell the posts around it."""
        event = self.log.add(
            self.now_s, f"clause_{stage}", row.clause, cause=cause, post=row.post, **facts
        )
        row.at_s[stage] = self.now_s
        row.event[stage] = event
        self._pass_on(row, stage, event)
        if stage == "triggered" and row.simulated and row.within_s is not None:
            self.env.process(self._watch_deadline(row, event))
        if stage == "done":
            self.ledger.settle(row)
            if row.margin_s is not None:
                self._pass_on(row, "met" if row.margin_s >= 0 else "late", event)
        return event

    def overtaken(self, row: Row, by: int) -> None:
        """Close a clause that another one made pointless."""
        row.overtaken_by = by
        self.log.add(self.now_s, "clause_overtaken", row.clause, cause=by, post=row.post)
        self.ledger.settle(row)

    def failed(self, row: Row) -> None:
        """Close a clause whose order came to an end without all that it promises."""
        cause = row.last_event
        event = self.log.add(self.now_s, "clause_failed", row.clause, cause=cause, post=row.post)
        row.event["work"] = event
        self.ledger.settle(row)
        self._pass_on(row, "missed", event)

    def withdrawn(self, row: Row, by: int) -> None:
        """Close a clause that somebody called off."""
        row.overtaken_by, row.hindrance = by, "withdrawn"
        self.log.add(self.now_s, "clause_withdrawn", row.clause, cause=by, post=row.post)
        self.ledger.settle(row)

    def _watch_deadline(self, row: Row, event: int) -> Generator[simpy.Event, Any, None]:
        """Tell the posts that a clause is late, and missed as yet, once its deadline has passed."""
        if row.counts_from:
            yield self.ledger.settled(row.counts_from)
            row.counts_from_s = self.ledger.settled_s[row.counts_from]
        deadline_s = row.deadline_s
        if deadline_s is None:
            return
        yield self.env.timeout(max(0.0, deadline_s - self.now_s))
        if "done" not in row.at_s and row.overtaken_by < 0:
            for stage in ("late", "missed"):
                self._pass_on(row, stage, event)

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

    def watch_shelters(self) -> None:
        """Begin to look after the people in shelters; once is enough."""
        if self.shelter_life is None:
            self.shelter_life = ShelterLife(self)

    def reported_zones(self, to: str | None = None) -> list[int]:
        """Return the rows of zones that a post, or any post, has been told are under water."""
        names = {
            name
            for desk in self._desks_of(to)
            for name in desk.picture.news.get("buildings_flooded", {})
        }
        ids = self.stage.world.zones.id
        return [row for row in range(len(ids)) if str(ids[row]) in names]

    def reported_points(self, to: str | None = None) -> list[str]:
        """Return the points that a post, or any post, has last been told are under water."""
        facts = [desk.picture.facts for desk in self._desks_of(to)]
        return [
            point
            for point in map(str, self.stage.world.points.id)
            if any(
                float(told[("depth", point)].value) > DRY_M
                for told in facts
                if ("depth", point) in told
            )
        ]

    def _desks_of(self, post: str | None) -> list[Desk]:
        return [self.desks[post]] if post in self.desks else list(self.desks.values())

    def seen_by(self, post: str) -> Seen:
        """Return what one post believes is flooded; of a player, what any post does."""
        return Seen(self, post)

    def claims_of(self, post: str) -> Claims:
        """Return the list of tasks taken on that a post's teams share with others, or do not."""
        return self._claims.setdefault(self.lines.task_list(post), Claims(self))

    def zones_once_known(
        self, zones: Any, row: Row
    ) -> Generator[simpy.Event, Any, NDArray[np.int64]]:
        """Return the rows of an order's zones; of ``flooded`` ones wait for the first."""
        seen = self.seen_by(row.post)
        rows = self.stage.zone_rows(zones, seen)
        while len(rows) == 0 and "flooded" in zones:
            row.hindrance = "no_place_known"
            yield self.env.timeout(self.stage.step_s)
            rows = self.stage.zone_rows(zones, seen)
        return rows

    def note(self, post: str, key: Key, value: float | str, event: int, origin: int) -> bool:
        """Write a fact into one post's picture; False when it was known there."""
        picture = self.desks[post].picture
        if not picture.tell(key, value, self.now_s, event, origin):
            return False
        if key[0] != "clause":
            self.told.append((post, key, picture.facts[key]))
        return True

    def strike(self, post: str, key: Key, origin: int) -> None:
        """Strike a false report out of one post's picture, unless it rests on other news by now."""
        picture = self.desks[post].picture
        told = picture.facts.get(key)
        if told is not None and told.origin == origin:
            picture.forget(key)
            self.told.append((post, key, Told("", self.now_s, told.event, origin)))

    def tell(self, post: str, key: Key, value: float | str, event: int) -> None:
        """Let one post know a fact now; it passes nothing on."""
        self.note(post, key, value, event, event)

    def later(self, delay_s: float, post: str, key: Key, value: float | str, event: int) -> None:
        """Let one post know a fact after a delay."""
        timeout = self.env.timeout(delay_s)
        timeout.callbacks.append(lambda _: self.tell(post, key, value, event))

    def _pass_on(self, row: Row, stage: str, event: int) -> None:
        """Let the post of a clause know where it stands, and through it the others."""
        if row.post in self.desks:  # a player is at no desk
            self.lines.tell(row.post, ("clause", row.clause, stage), self.now_s, event)


@dataclass(frozen=True)
class Seen:
    """Where one post believes water to be: what ``flooded`` means in its orders.

    Attributes
    ----------
    ops : Operations
    post : str
    """

    ops: Operations
    post: str

    def reported_zones(self) -> list[int]:
        """Return the rows of zones that it has been told are under water."""
        return self.ops.reported_zones(self.post)

    def reported_points(self) -> list[str]:
        """Return the points that it has last been told are under water."""
        return self.ops.reported_points(self.post)


def _loose(command: Command) -> Row:
    """Return a row for an order that carries out no clause."""
    return Row(command.clause, command.by, command.action, None)
