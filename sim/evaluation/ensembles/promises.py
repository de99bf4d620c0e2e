"""Promised figures over many disasters: how often each is kept, and what broke it most often."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from sim.core.words import Said, said
from sim.evaluation.ensembles.outcome import Outcome
from sim.evaluation.failure import BROKEN
from sim.evaluation.kpis import KPIS
from sim.evaluation.naming import clause_called
from sim.evaluation.scorecard import margin
from sim.evaluation.statistics.estimate import Estimate
from sim.evaluation.statistics.quantiles import quantile
from sim.evaluation.statistics.rules import Rules
from sim.evaluation.statistics.shares import wilson
from sim.scenario.base import Title
from sim.scenario.targets import Target

#: beginnings of key figures -> the actions whose clauses serve them
_SERVED_BY: Final[dict[str, tuple[str, ...]]] = {
    "warn": ("issue_warning",),
    "report": ("report",),
    "relief": ("send_supplies",),
    "stock": ("send_supplies",),
    "shelter": ("open_shelter", "relocate_zone"),
    "out_before": ("issue_warning", "relocate_zone"),
    "freed": ("rescue_trapped", "dispatch_team"),
    "first_patient": ("treat_injured", "set_up_station"),
    "first_water": ("fight_fire",),
    "roads": ("close_road", "reopen_road", "run_pumps"),
    "buildings_flooded": ("run_pumps",),
    "key_sites": ("run_pumps",),
}
#: key figures that every clause serves: who is hurt, caught, brought to safety, and the clauses
_BY_ALL: Final = ("dead", "death", "severe", "light", "caught", "in_safety", "orders", "clauses")


#: outcomes of clauses without a deadline that has passed, which may break a promise all the same
_NOT_DONE: Final = ("not_triggered", "open")


@dataclass(frozen=True)
class Breaker:
    """The clause that broke a promise most often, and why.

    Attributes
    ----------
    clause : str
    title : Title or None
        Of the clause.
    runs : int
        Disasters in which it was the first clause to break.
    cause : str
        Word key under ``hindrance.``, the one behind most of them.
    caused : int
    """

    clause: str
    title: Title | None
    runs: int
    cause: str
    caused: int


def titled(clause: str, title: Title | None) -> Said | str:
    """Return a clause by number and name."""
    return clause if title is None else clause_called(clause, title)


@dataclass(frozen=True)
class Promise:
    """One promised figure of one plan in one scenario.

    Attributes
    ----------
    kept, judged : int
        Disasters; not to have finished is not to have kept it.
    share : Estimate
        Of the disasters in which it is kept, with Wilson's interval.
    margin : float
        Median distance to the promise, negative on the wrong side, in the target's unit.
    worst_margin : float
        Of the worst 5 of 100 disasters the best: 95 of 100 do better.
    why : str
        Word key under ``kpi_why.`` when no run can be judged.
    breaker : Breaker or None
    """

    scenario: str
    plan: str
    target: Target
    kept: int
    judged: int
    share: Estimate
    margin: float
    worst_margin: float
    why: str
    breaker: Breaker | None

    def broke(self) -> Said | None:
        """Return the sentence on what broke it; nothing when it was always kept."""
        if self.breaker is None:
            broken = self.judged - self.kept
            return said("promise.no_clause", n=self.judged, broken=broken) if broken else None
        return said(
            "promise.broke",
            n=self.judged,
            broken=self.judged - self.kept,
            clause=titled(self.breaker.clause, self.breaker.title),
            runs=self.breaker.runs,
            caused=self.breaker.caused,
            cause=said(f"hindrance.{self.breaker.cause}"),
        )


def promises(outcome: Outcome, rules: Rules | None = None) -> list[Promise]:
    """Return every target of every scenario for every plan, in the order of the files."""
    rules = rules or Rules()
    return [
        _promise(outcome, scenario, plan, target, rules)
        for scenario in outcome.inputs
        for target in _targets(outcome, scenario)
        for plan in outcome.study.plans
    ]


def _targets(outcome: Outcome, scenario: str) -> tuple[Target, ...]:
    targets = outcome.targets(scenario)
    return () if targets is None else targets.targets


def _promise(outcome: Outcome, scenario: str, plan: str, target: Target, rules: Rules) -> Promise:
    runs = _figures(outcome.kpis, scenario, plan, target)
    judged = runs[runs["state"].isin(("ok", "unfinished"))]
    ended = list(zip(judged["value"].tolist(), judged["state"].tolist(), strict=True))
    met = [_kept(target, value, state) for value, state in ended]
    margins = np.array([_margin(target, value, state) for value, state in ended], np.float64)
    numbers = judged["replication"].tolist()
    broken = {number for number, kept in zip(numbers, met, strict=True) if not kept}
    return Promise(
        scenario=scenario,
        plan=plan,
        target=target,
        kept=sum(met),
        judged=len(judged),
        share=wilson(sum(met), len(judged), rules.level),
        margin=float(np.median(margins)) if len(margins) else math.nan,
        worst_margin=quantile(margins, rules.tail_share, rules.level).value,
        why=_why(target, judged),
        breaker=_breaker(outcome, scenario, plan, target, broken),
    )


def _figures(kpis: pd.DataFrame, scenario: str, plan: str, target: Target) -> pd.DataFrame:
    simulated = target.kind == "simulated" and target.kpi in KPIS
    rows = kpis[(kpis["kpi"] == target.kpi) & (kpis["scenario"] == scenario)]
    return rows[(rows["plan"] == plan) & simulated]


def _why(target: Target, judged: pd.DataFrame) -> str:
    if target.kind != "simulated":
        return target.kind
    if target.kpi not in KPIS:
        return "not_simulated"
    return "no_case" if judged.empty else ""


def _kept(target: Target, value: float, state: str) -> bool:
    return state == "ok" and target.met_by(value)


def _margin(target: Target, value: float, state: str) -> float:
    return margin(target, value) if state == "ok" else -math.inf


def _breaker(
    outcome: Outcome, scenario: str, plan: str, target: Target, broken: set[int]
) -> Breaker | None:
    """Return the clause that was most often the first to fail in some disasters.

    One that serves the figure: the first past its deadline, or else one that was never begun or not
    done by the end. Where all clauses serve it, the first past its deadline; where none does, no
    clause is to blame.
    """
    clauses = outcome.clauses
    rows = clauses[(clauses["scenario"] == scenario) & (clauses["plan"] == plan)]
    rows = rows[rows["replication"].isin(broken)]
    actions = _actions(target.kpi or "")
    if actions:
        rows = rows[rows["action"].isin(actions) & rows["outcome"].isin((*BROKEN, *_NOT_DONE))]
    elif (target.kpi or "").startswith(_BY_ALL):
        rows = rows[rows["outcome"].isin(BROKEN)]
    else:
        return None
    rows = rows.assign(undone=rows["outcome"].isin(_NOT_DONE))
    first = rows.sort_values(["undone", "deadline_s", "clause"]).drop_duplicates("replication")
    if first.empty:
        return None
    clause, n = _most(first["clause"].tolist())
    own = first[first["clause"] == clause]
    cause, caused = _most(own["held_up_by"].where(~own["undone"], own["outcome"]).tolist())
    stated = outcome.plan(scenario, plan)
    titles = {} if stated is None else {one.id: one.title for one in stated.clauses}
    return Breaker(clause, titles.get(clause), n, cause, caused)


def _actions(kpi: str) -> tuple[str, ...]:
    """Return the actions whose clauses serve a key figure; none when all of them may, or none."""
    return next((known for start, known in _SERVED_BY.items() if kpi.startswith(start)), ())


def _most(names: list[str]) -> tuple[str, int]:
    """Return the commonest name, of several the first in the alphabet."""
    counts = Counter(names)
    name = min(counts, key=lambda one: (-counts[one], one))
    return name, counts[name]


@dataclass(frozen=True)
class Satisficing:
    """In how many scenarios a plan keeps a promise almost always.

    Attributes
    ----------
    title : Title
        Of the promise, in the first scenario that has it.
    kept, scenarios : int
        Scenarios in which all but `Rules.tail_share` of the disasters kept it, and all in which it
        could be judged.
    """

    title: Title
    plan: str
    kept: int
    scenarios: int


def satisficing(found: list[Promise], rules: Rules | None = None) -> list[Satisficing]:
    """Return, for promises of several scenarios, where they are good enough: key figure by plan."""
    enough = 1 - (rules or Rules()).tail_share
    groups: dict[tuple[str, str], list[Promise]] = {}
    for one in found:
        if one.judged:
            groups.setdefault((str(one.target.kpi), one.plan), []).append(one)
    return [
        Satisficing(
            group[0].target.title,
            plan,
            sum(one.kept >= enough * one.judged for one in group),
            len(group),
        )
        for (_, plan), group in groups.items()
        if len({one.scenario for one in group}) > 1
    ]


@dataclass(frozen=True)
class ClauseRecord:
    """What became of one clause over all disasters of a scenario.

    Attributes
    ----------
    outcomes : dict
        Outcome -> disasters; a clause with several rounds counts by its worst.
    cause : str
        Word key under ``hindrance.`` of what held it up most often; empty when nothing did.
    caused : int
    by_replication : dict
        Replication -> outcome.
    """

    scenario: str
    plan: str
    clause: str
    title: Title
    outcomes: dict[str, int]
    cause: str
    caused: int
    margin_s: float
    by_replication: dict[int, str]

    @property
    def broken(self) -> int:
        """Disasters in which it broke."""
        return sum(self.outcomes.get(outcome, 0) for outcome in BROKEN)


#: of several rounds the worst stands for a clause
_WORST_FIRST: Final = ("missed", "late", "open", "overtaken", "met", "not_triggered")


def clause_records(outcome: Outcome) -> list[ClauseRecord]:
    """Return the record of every clause, in the order of the plans."""
    return [
        record
        for scenario in outcome.inputs
        for plan in outcome.study.plans
        for record in _records(outcome, scenario, plan)
    ]


def _records(outcome: Outcome, scenario: str, plan: str) -> Iterator[ClauseRecord]:
    found = outcome.plan(scenario, plan)
    table = outcome.clauses
    rows = table[(table["scenario"] == scenario) & (table["plan"] == plan)]
    for clause in () if found is None else found.clauses:
        own = rows[rows["clause"] == clause.id]
        place = {name: number for number, name in enumerate(_WORST_FIRST)}
        ranked = own.assign(place=own["outcome"].map(place).fillna(len(place)))
        worst = ranked.sort_values(["place", "deadline_s"]).drop_duplicates("replication")
        causes = worst.loc[worst["outcome"].isin(BROKEN), "held_up_by"].tolist()
        cause, caused = _most(causes) if causes else ("", 0)
        yield ClauseRecord(
            scenario=scenario,
            plan=plan,
            clause=clause.id,
            title=clause.title,
            outcomes=dict(Counter(worst["outcome"])),
            cause=cause,
            caused=caused,
            margin_s=float(worst["margin_s"].median()),
            by_replication=dict(zip(worst["replication"], worst["outcome"], strict=True)),
        )
