"""Relocation: who was ordered out, who left, who could not or would not, and how long it took."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.evaluation.crowd import Crowd
from sim.evaluation.kpis.counts import total
from sim.evaluation.kpis.figure import Figure, minutes, share, time_reached_s, unknown, with_plan
from sim.model.before import done_before
from sim.model.results import Results
from sim.scenario.preparations import Resettle


def _people(count: Callable[[Crowd], float]) -> Callable[[Results], Figure]:
    """Return a figure that counts residents, in runs with a plan."""

    @with_plan("1")
    def figure(results: Results) -> Figure:
        return Figure(count(Crowd(results)), "1")

    return figure


def _fate(name: str) -> Callable[[Results], Figure]:
    return _people(lambda crowd: crowd.count(crowd.fates[name]))


@with_plan("1")
def resettled(results: Results) -> Figure:
    """Residents whom the plan had moved out of danger areas before the run."""
    moved = bool(done_before(results.plan, Resettle))
    return (
        Figure(total(results, "prepared", "resettled"), "1") if moved else unknown("1", "no_case")
    )


#: residents under a relocation order, and what became of them: the five sum to the first
ordered = _people(lambda crowd: crowd.count(crowd.ordered))
ordered_left = _fate("left")
ordered_stayed = _fate("stayed")
ordered_could_not = _fate("could_not")
ordered_preparing = _fate("preparing")
ordered_not_reached = _fate("not_reached")

#: everybody, ordered or not
left_home = _people(lambda crowd: crowd.count(crowd.left))
in_safety = _people(
    lambda crowd: crowd.count(crowd.in_state("sheltered", "hosted", "left_area", "in_hospital"))
)
hosted = _people(lambda crowd: crowd.count(crowd.in_state("hosted")))
left_area = _people(lambda crowd: crowd.count(crowd.in_state("left_area")))
caught = _people(lambda crowd: crowd.count(~np.isnan(crowd.caught_s)))
still_caught = _people(lambda crowd: crowd.count(crowd.in_state("stranded")))
refuge = _people(lambda crowd: crowd.count(crowd.took_refuge))
blocked = _people(lambda crowd: crowd.count(~np.isnan(crowd.blocked_s)))
still_blocked = _people(lambda crowd: crowd.count(crowd.in_state("blocked")))
waiting_for_help = _people(lambda crowd: crowd.count(crowd.waits_for_help))
vulnerable_ordered = _people(lambda crowd: crowd.count(crowd.ordered & crowd.vulnerable))


@with_plan("1")
def vulnerable_reached(results: Results) -> Figure:
    """Assisted and bedridden people under an order who were visited or left, as a share."""
    crowd = Crowd(results)
    listed = crowd.ordered & crowd.vulnerable
    return share(crowd.count(listed & (crowd.visited | crowd.left)), crowd.count(listed))


@with_plan("1")
def out_before_water(results: Results) -> Figure:
    """Residents of flooded homes whose household had left before the water entered, as a share."""
    crowd = Crowd(results)
    out = crowd.flooded & (crowd.left_s < crowd.wet_s)
    return share(crowd.count(out), crowd.count(crowd.flooded))


def _clearance(part: float) -> Callable[[Results], Figure]:
    @with_plan("min")
    def figure(results: Results) -> Figure:
        """Time from the order until a part of those who left are in safety; the dead left out."""
        crowd = Crowd(results)
        moving = crowd.fates["left"] & ~crowd.in_state("dead")
        if not moving.any():
            return unknown("min", "no_order" if not crowd.ordered.any() else "no_case")
        took_s = np.maximum((crowd.safe_s - crowd.ordered_s)[moving], 0.0)
        return minutes(time_reached_s(took_s, crowd.weight[moving], part))

    return figure


clearance_50 = _clearance(0.50)
clearance_90 = _clearance(0.90)
clearance_95 = _clearance(0.95)
clearance_100 = _clearance(1.00)
