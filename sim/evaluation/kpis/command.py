"""Command: levels against their triggers, decisions, and what became of the plan's clauses."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from sim.evaluation.kpis.figure import Figure, minutes, share, unknown, with_plan
from sim.model.results import Results


def _level_delay(level: str) -> Callable[[Results], Figure]:
    @with_plan("min")
    def figure(results: Results) -> Figure:
        """Time from the trigger of a response level until it was first in force."""
        events = results.events
        came = events[(events["kind"] == "level_set") & (events["who"] == level)]
        if came.empty:
            return unknown("min", "level_not_reached")
        trigger = results.nearest_cause(int(came["id"].iloc[0]), "clause_triggered")
        if trigger is None:
            return unknown("min", "no_case")
        return minutes(float(came["t_s"].iloc[0]) - float(events["t_s"].iloc[trigger]))

    return figure


level_iv_delay = _level_delay("IV")
level_iii_delay = _level_delay("III")
level_ii_delay = _level_delay("II")
level_i_delay = _level_delay("I")


def _median_between(earlier: str, later: str) -> Callable[[Results], Figure]:
    @with_plan("min")
    def figure(results: Results) -> Figure:
        """Median time from one stage of a clause to another, over the clauses that had both."""
        took_s = (results.clauses[later] - results.clauses[earlier]).dropna()
        return minutes(float(took_s.median()) if len(took_s) else math.nan, "no_case")

    return figure


decision_median = _median_between("taken_up_s", "decided_s")
post_wait_median = _median_between("triggered_s", "taken_up_s")


@with_plan("min")
def joint_command_delay(results: Results) -> Figure:
    """Time from the trigger of its clause until the first joint command sat."""
    events = results.events
    came = events[events["kind"] == "command_set_up"]
    if came.empty:
        return unknown("min", "no_joint_command")
    trigger = results.nearest_cause(int(came["id"].iloc[0]), "clause_triggered")
    if trigger is None:
        return unknown("min", "no_case")
    return minutes(float(came["t_s"].iloc[0]) - float(events["t_s"].iloc[trigger]))


def _times(kind: str) -> Callable[[Results], Figure]:
    @with_plan("1")
    def figure(results: Results) -> Figure:
        """How often it happened."""
        return Figure(float((results.events["kind"] == kind).sum()), "1")

    return figure


posts_absent = _times("post_absent")
trips_in_vain = _times("team_in_vain")


@with_plan("1")
def orders_late(results: Results) -> Figure:
    """Clauses whose order was given after their deadline, or not at all though it had passed."""
    clauses = results.clauses
    end_s = results.manifest["duration_s"]
    ordered_s = clauses["started_s"].fillna(np.inf)
    live = ~clauses["outcome"].isin(["overtaken", "not_simulated"])
    late = live & (clauses["deadline_s"] < end_s) & (ordered_s > clauses["deadline_s"])
    return Figure(float(late.sum()), "1")


@with_plan("1")
def report_on_time(results: Results) -> Figure:
    """Reports upwards whose clause kept its time, as a share of those that fell due."""
    return _kept(results.clauses[results.clauses["action"] == "report"])


def _number(outcome: str) -> Callable[[Results], Figure]:
    @with_plan("1")
    def figure(results: Results) -> Figure:
        """Clauses (each round of one that comes again) with this outcome."""
        return Figure(float((results.clauses["outcome"] == outcome).sum()), "1")

    return figure


clauses_met = _number("met")
clauses_late = _number("late")
clauses_missed = _number("missed")
clauses_open = _number("open")
clauses_overtaken = _number("overtaken")
clauses_not_triggered = _number("not_triggered")
clauses_not_simulated = _number("not_simulated")


@with_plan("1")
def clauses_kept(results: Results) -> Figure:
    """Clauses met, as a share of those met, late or missed."""
    return _kept(results.clauses)


def _kept(clauses: pd.DataFrame) -> Figure:
    n = {name: int((clauses["outcome"] == name).sum()) for name in ("met", "late", "missed")}
    return share(n["met"], sum(n.values()), "no_clause_due")
