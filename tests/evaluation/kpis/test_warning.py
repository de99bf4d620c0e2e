"""Who heard, how soon, and whether before the water; counted in residents, not in rows."""

import pytest

MIN_S = 60.0


def test_coverage_counts_those_who_heard_before_the_water_among_all_of_the_warned_zone(hand):
    hand.message("west", 600)
    hand.person(0, weight=4, warned_s=1200.0, home_first_wet_s=2000.0)  # before the water
    hand.person(1, weight=3, warned_s=2500.0, home_first_wet_s=2000.0)  # after it
    hand.person(1, weight=2, warned_s=9000.0)  # late, but the home stays dry
    hand.person(2, weight=1)  # never
    hand.person(4, weight=50, warned_s=1300.0)  # by a friend in the other town: not to be warned
    assert hand.value("residents_to_warn") == 10
    assert hand.value("warning_coverage") == pytest.approx(0.6)
    assert hand.value("warned_share") == pytest.approx(0.9)


def test_hearing_in_the_moment_the_water_enters_is_too_late(hand):
    hand.message("west", 600)
    hand.person(0, warned_s=2000.0, home_first_wet_s=2000.0)
    assert hand.value("warning_coverage") == 0


def test_water_in_homes_without_any_warning_is_a_coverage_of_nothing(hand):
    hand.person(0, home_first_wet_s=2000.0)
    assert hand.value("warning_coverage") == 0
    assert hand.figure("warned_share").why == "no_warning"


def test_no_water_and_no_warning_cannot_be_judged(hand):
    hand.person(0)
    assert hand.figure("warning_coverage").why == "no_warning"


def test_the_clock_of_a_zone_starts_with_its_own_first_warning(hand):
    hand.message("west", 0.0)
    hand.message("east", 60 * MIN_S)
    hand.message("county", 90 * MIN_S)  # the third one starts nobody's clock
    hand.person(0, warned_s=20 * MIN_S)
    hand.person(1, warned_s=50 * MIN_S)
    hand.person(3, warned_s=70 * MIN_S)  # ten minutes after theirs
    hand.person(4, warned_s=30 * MIN_S)  # word came over before theirs
    shares = hand.values(*(f"warned_in_{minutes}min" for minutes in (15, 30, 60)))
    assert shares == [0.5, 0.75, 1.0]


def test_the_median_is_never_reached_when_most_never_hear(hand):
    hand.message("west", 0.0)
    hand.person(0, weight=2, warned_s=12 * MIN_S)
    assert hand.value("warned_median") == 12
    hand.person(1, weight=3)
    assert hand.figure("warned_median").why == "not_reached"


def test_an_hour_cannot_be_judged_in_a_run_that_ends_before(hand):
    hand.message("west", hand.duration_s - 40 * MIN_S)
    hand.person(0, warned_s=hand.duration_s - 30 * MIN_S)
    assert hand.value("warned_in_30min") == 1
    assert hand.figure("warned_in_60min").why == "run_too_short"


def test_lead_time_is_negative_where_the_water_came_first(hand):
    hand.message("west", 0.0)
    hand.person(0, weight=3, warned_s=40 * MIN_S, home_first_wet_s=10 * MIN_S)
    hand.person(1, weight=1, warned_s=10 * MIN_S, home_first_wet_s=80 * MIN_S)
    hand.person(2, warned_s=10 * MIN_S)
    assert hand.value("warning_lead") == -30
    assert hand.value("warned_before_water") == 0.25


def test_the_delay_of_issue_runs_from_the_trigger_of_the_warnings_own_clause(hand):
    news = hand.event("level_set", "IV", 100.0, 0)
    trigger = hand.event("clause_triggered", "W1", 300.0, news, post="media")
    order = hand.event("order_given", "media", 900.0, trigger, action="issue_warning", clause="W1")
    hand.message("west", 1500.0, cause=order)
    hand.person(0)
    assert hand.value("warning_issue_delay") == 20


def test_a_run_without_a_plan_has_no_warning_to_judge(hand):
    hand.plan = None
    hand.person(0, home_first_wet_s=2000.0)
    assert {hand.figure(name).why for name in ("warning_coverage", "warned_median")} == {"no_plan"}
