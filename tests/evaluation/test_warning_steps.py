"""The seven steps of a warning, by the events and the residents of a run."""

import math

from sim.evaluation.warning_steps import STEPS, warning_steps

MIN_S = 60.0


def test_each_step_is_taken_from_where_it_happened(hand):
    danger = hand.event("depth_measured", "wl", 10 * MIN_S, depth_m=0.4)
    seen = hand.event("clause_triggered", "L4", 12 * MIN_S, danger, post="chief")
    level = hand.event("level_set", "IV", 30 * MIN_S, seen, before="none", by="chief")
    told = hand.event("clause_triggered", "W1", 35 * MIN_S, level, post="media")
    hand.message("west", 45 * MIN_S, cause=told)
    wet = {"home_first_wet_s": 100 * MIN_S}
    hand.person(0, weight=6, warned_s=50 * MIN_S, left_s=80 * MIN_S, **wet)
    hand.person(1, weight=3, warned_s=70 * MIN_S, left_s=90 * MIN_S)
    hand.person(2, weight=1)
    hand.person(4, weight=99, warned_s=60.0, left_s=60.0, home_first_wet_s=60.0)
    steps = warning_steps(hand.run())
    assert steps["step"].tolist() == list(STEPS)
    assert (steps["t_s"] / MIN_S).tolist() == [10, 12, 35, 45, 50, 80, 100]
    assert (steps["delay_s"].iloc[1:] / MIN_S).tolist() == [2, 23, 10, 5, 30, 20]


def test_a_step_that_half_never_reached_has_no_time(hand):
    hand.message("west", 0.0)
    hand.person(0, weight=1, warned_s=60.0)
    hand.person(0, weight=2)
    steps = warning_steps(hand.run()).set_index("step")["t_s"]
    assert steps["issued"] == 0
    assert all(math.isnan(steps[name]) for name in ("alerted", "acted", "arrived", "occurred"))


def test_water_before_the_warning_is_a_negative_delay(hand):
    hand.message("west", 60 * MIN_S)
    known = {"warned_s": 65 * MIN_S, "left_s": 70 * MIN_S}
    hand.person(0, home_first_wet_s=10 * MIN_S, **known)
    steps = warning_steps(hand.run()).set_index("step")
    assert steps.loc["arrived", "delay_s"] == -60 * MIN_S


def test_a_run_without_warnings_has_no_steps(hand):
    hand.person(0)
    assert warning_steps(hand.run()).empty
