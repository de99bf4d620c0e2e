"""Warning: who heard, how soon after the first issue, and whether before the water."""

from __future__ import annotations

import functools
from collections.abc import Callable

from sim.evaluation.crowd import Crowd
from sim.evaluation.kpis.figure import (
    Calculate,
    Figure,
    minutes,
    share,
    time_reached_s,
    unknown,
    with_plan,
)
from sim.model.results import Results


def _with_warning(unit: str) -> Callable[[Calculate], Calculate]:
    """Let a figure be calculated only where a warning or order went out."""

    def decorate(calculate: Calculate) -> Calculate:
        @with_plan(unit)
        @functools.wraps(calculate)
        def figure(results: Results) -> Figure:
            return unknown(unit, "no_warning") if results.messages.empty else calculate(results)

        return figure

    return decorate


@with_plan("1")
def residents_to_warn(results: Results) -> Figure:
    """Residents of the zones that a warning or order named."""
    crowd = Crowd(results)
    return Figure(crowd.count(crowd.to_warn), "1")


@with_plan("1")
def warning_coverage(results: Results) -> Figure:
    """Residents of the warned zones who heard before water entered their home building, as a share.

    Where no warning went out although water entered homes, it is 0.
    """
    crowd = Crowd(results)
    if results.messages.empty:
        return Figure(0.0, "1") if crowd.flooded.any() else unknown("1", "no_warning")
    return share(crowd.count(crowd.to_warn & crowd.warned_in_time), crowd.count(crowd.to_warn))


@_with_warning("1")
def warned_share(results: Results) -> Figure:
    """Residents of the warned zones who heard by the end of the run, as a share."""
    crowd = Crowd(results)
    return share(crowd.count(crowd.to_warn & crowd.warned), crowd.count(crowd.to_warn))


def _warned_in(within_s: float) -> Callable[[Results], Figure]:
    @_with_warning("1")
    def figure(results: Results) -> Figure:
        """Residents who heard within so long of the first warning for their zone, as a share."""
        crowd = Crowd(results)
        last_s = crowd.issued_s[crowd.to_warn].max(initial=0.0)
        if last_s + within_s > results.manifest["duration_s"]:
            return unknown("1", "run_too_short")
        heard = crowd.to_warn & (crowd.warned_s - crowd.issued_s <= within_s)
        return share(crowd.count(heard), crowd.count(crowd.to_warn))

    return figure


warned_in_15min = _warned_in(15 * 60)
warned_in_30min = _warned_in(30 * 60)
warned_in_60min = _warned_in(60 * 60)


@_with_warning("min")
def warned_median(results: Results) -> Figure:
    """Time from the first warning for a zone until half of its residents had heard."""
    crowd = Crowd(results)
    took_s = (crowd.warned_s - crowd.issued_s)[crowd.to_warn]
    return minutes(time_reached_s(took_s, crowd.weight[crowd.to_warn], 0.5))


@with_plan("1")
def warned_before_water(results: Results) -> Figure:
    """Residents of flooded homes who heard before the water entered, as a share."""
    crowd = Crowd(results)
    return share(crowd.count(crowd.flooded & crowd.warned_in_time), crowd.count(crowd.flooded))


@_with_warning("min")
def warning_lead(results: Results) -> Figure:
    """Median time from hearing to water in the home, residents who heard; negative when late."""
    crowd = Crowd(results)
    both = crowd.flooded & crowd.warned
    lead_s = time_reached_s((crowd.wet_s - crowd.warned_s)[both], crowd.weight[both], 0.5)
    return minutes(lead_s, "no_case")


@_with_warning("min")
def warning_issue_delay(results: Results) -> Figure:
    """Time from the trigger of the first warning's clause until the warning was out."""
    first = results.messages.iloc[0]
    trigger = results.nearest_cause(int(first["event"]), "clause_triggered")
    if trigger is None:
        return unknown("min", "no_case")
    return minutes(float(first["issued_s"]) - float(results.events["t_s"].iloc[trigger]))
