"""Fire fighting: fires, first water, and how the fires of buildings ended."""

from __future__ import annotations

import json
import math

from sim.evaluation.cover import buildings_in_reach
from sim.evaluation.kpis.counts import first_s, of_kind, total
from sim.evaluation.kpis.figure import Figure, minutes, share, unknown, with_plan
from sim.model.results import Results


def fires(results: Results) -> Figure:
    """Fires that broke out by themselves, not from other buildings."""
    return Figure(float(len(of_kind(results, "fire_started"))), "1")


def buildings_caught(results: Results) -> Figure:
    """Buildings that caught fire, by themselves or from others."""
    facts = of_kind(results, "fire_started")["facts"].map(json.loads)
    started = float(sum("building" in one for one in facts))
    return Figure(started + total(results, "fire_spread", "buildings"), "1")


def buildings_put_out(results: Results) -> Figure:
    """Buildings whose fire was ended by water."""
    return Figure(total(results, "fire_put_out", "buildings"), "1")


@with_plan("1")
def put_out_share(results: Results) -> Figure:
    """Buildings whose fire was ended by water, of all whose fire ended."""
    put_out = total(results, "fire_put_out", "buildings")
    ended = put_out + total(results, "building_burnt_out", "buildings")
    return share(put_out, ended)


@with_plan("min")
def first_water(results: Results) -> Figure:
    """Time from the first fire until the first water on one."""
    return minutes(first_s(results, "water_on_fire") - first_s(results, "fire_started"), "no_water")


def fire_reach_5min(results: Results) -> Figure:
    """Buildings that the first engine reaches five minutes after the call, as a share."""
    scenario = results.scenario
    reached = buildings_in_reach(
        results.world,
        scenario.forces,
        minutes=5.0,
        limits=scenario.limits,
        crossings=scenario.crossings,
    )
    return unknown("1", "no_station") if math.isnan(reached) else Figure(reached, "1")
