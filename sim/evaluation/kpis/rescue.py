"""Rescue from rubble: who was buried, who got out, by whom, and how soon by teams."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np

from sim.evaluation.kpis.counts import first_s, of_kind, total
from sim.evaluation.kpis.figure import Figure, minutes, share, unknown, with_plan
from sim.model.results import Results

_HOUR_S = 3600.0


def _if_any_buried(calculate: Callable[[Results], Figure]) -> Callable[[Results], Figure]:
    def figure(results: Results) -> Figure:
        """Judge only where somebody was buried."""
        known = calculate(results)
        return known if len(of_kind(results, "people_trapped")) else unknown(known.unit, "no_case")

    return figure


@_if_any_buried
def buried(results: Results) -> Figure:
    """Residents buried under fallen buildings."""
    return Figure(total(results, "people_trapped", "people"), "1")


@_if_any_buried
def freed_alone(results: Results) -> Figure:
    """Of these, residents who got out by themselves."""
    return Figure(total(results, "people_dug_out", "alone"), "1")


@_if_any_buried
def freed_by_neighbours(results: Results) -> Figure:
    """Of these, residents whom neighbours dug out."""
    return Figure(total(results, "people_dug_out", "by_neighbours"), "1")


@with_plan("1")
@_if_any_buried
def freed_by_teams(results: Results) -> Figure:
    """Of these, residents whom teams dug out alive."""
    return Figure(total(results, "people_extricated", "people"), "1")


@with_plan("min")
def first_freed_by_team(results: Results) -> Figure:
    """Time from the first burial until a team brought somebody out alive."""
    began_s = first_s(results, "people_trapped")
    return minutes(first_s(results, "people_extricated") - began_s, "no_rescue")


def _freed_within(hours: float) -> Callable[[Results], Figure]:
    @with_plan("1")
    def figure(results: Results) -> Figure:
        """Of those whom teams dug out alive, the share within so many hours of the first burial."""
        events = of_kind(results, "people_extricated")
        people = np.array([json.loads(facts)["people"] for facts in events["facts"]], float)
        until_s = first_s(results, "people_trapped") + hours * _HOUR_S
        soon = events["t_s"] <= until_s
        return share(float(people[soon.to_numpy()].sum()), float(people.sum()), "no_rescue")

    return figure


freed_in_24h = _freed_within(24)
freed_in_72h = _freed_within(72)
