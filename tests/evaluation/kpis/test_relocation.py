"""What becomes of people who are ordered to leave: one fate each, and how long it takes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.agents.ledger import STATES
from sim.agents.residents import DECISIONS, WAITS
from sim.evaluation.crowd import FATES

MIN_S = 60.0


def test_each_fate_under_an_order_is_counted_where_it_belongs(hand):
    hand.message("west", 0.0, order=True)
    hand.person(0, weight=32, order=0, decision="leave", left_s=900.0)
    hand.person(0, weight=16, order=0, decision="stay_by_choice")
    hand.person(1, weight=8, order=0, decision="cannot_leave", waits_for="help", state="waiting")
    hand.person(1, weight=4, order=0, decision="leave", waits_for="water", state="waiting")
    hand.person(2, weight=2, order=0, decision="leave", ready_s=9e4, state="preparing")
    hand.person(2, weight=1, order=0)
    hand.person(4, weight=100, decision="leave", left_s=900.0)  # not ordered
    assert hand.values(*(f"ordered_{fate}" for fate in FATES)) == [32, 16, 12, 2, 1]
    assert hand.values("ordered", "left_home", "waiting_for_help") == [63, 132, 8]


def test_who_stays_on_a_mere_warning_and_never_heard_the_order_was_not_reached(hand):
    hand.message("west", 0.0)
    hand.messages[0]["advice"] = "prepare"
    hand.message("west", 600.0, order=True)
    hand.person(0, weight=9, order=1, decision="stay_by_choice", heard=0)
    hand.person(1, weight=4, order=1, decision="stay_by_choice", heard=1)
    assert hand.values("ordered_stayed", "ordered_not_reached") == [4, 9]


anybody = st.fixed_dictionaries(
    {
        "weight": st.integers(1, 30),
        "order": st.sampled_from([-1, 0]),
        "decision": st.sampled_from(DECISIONS),
        "waits_for": st.sampled_from(WAITS),
        "state": st.sampled_from(STATES),
        "left_s": st.just(float("nan")) | st.floats(0, 4e4),
    }
)


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(crowd=st.lists(anybody, min_size=1, max_size=20))
def test_everybody_under_an_order_has_exactly_one_fate(hand, crowd):
    hand.people.clear()
    hand.messages.clear()
    hand.message("west", 0.0, order=True)
    for person in crowd:
        hand.person(0, **person)
    ordered, *fates = hand.values("ordered", *(f"ordered_{fate}" for fate in FATES))
    assert sum(fates) == ordered


def test_clearance_runs_from_the_order_until_so_many_of_the_leavers_are_safe(hand):
    hand.message("west", 10 * MIN_S, order=True)
    for minute in (20, 30, 40, 50, 60, 70, 80, 90, 100, 110):
        hand.person(
            0, weight=2, order=0, decision="leave", left_s=15 * MIN_S, safe_s=minute * MIN_S
        )
    hand.person(1, weight=99, order=0, decision="stay_by_choice")
    assert hand.values(*(f"clearance_{part}" for part in (50, 90, 95, 100))) == [50, 90, 100, 100]


def test_each_leaver_is_measured_from_the_order_he_was_under(hand):
    hand.message("west", 0.0, order=True)
    hand.message("west", 0.0)
    hand.message("east", 60 * MIN_S, order=True)
    hand.person(0, order=0, left_s=60.0, safe_s=20 * MIN_S)
    hand.person(3, order=1, left_s=3700.0, safe_s=90 * MIN_S)
    assert hand.value("clearance_100") == 30


def test_who_is_still_on_the_way_keeps_the_clearance_open_and_the_dead_do_not(hand):
    hand.message("west", 0.0, order=True)
    hand.person(0, weight=9, order=0, left_s=60.0, safe_s=30 * MIN_S, state="sheltered")
    hand.person(1, order=0, left_s=60.0, state="dead", health="dead")
    assert hand.value("clearance_100") == 30
    hand.person(1, order=0, left_s=60.0, state="stranded", caught_s=120.0)
    assert hand.figure("clearance_100").why == "not_reached"
    assert hand.value("clearance_90") == 30


def test_without_an_order_there_is_nothing_to_clear(hand):
    hand.person(0)
    assert hand.figure("clearance_50").why == "no_order"
    hand.message("west", 0.0, order=True)
    hand.person(0, order=0)
    assert hand.figure("clearance_50").why == "no_case"


def test_caught_people_count_once_even_when_they_got_free_again(hand):
    hand.person(0, weight=5, left_s=100.0, caught_s=300.0, safe_s=900.0, state="sheltered")
    hand.person(1, weight=2, left_s=100.0, caught_s=300.0, state="stranded")
    assert (hand.value("caught"), hand.value("still_caught")) == (7, 2)
    assert hand.value("in_safety") == 5


def test_the_vulnerable_are_reached_by_a_visit_or_by_being_out(hand):
    hand.message("west", 0.0, order=True)
    hand.person(0, weight=3, order=0, mobility="bedridden", visited=True)
    hand.person(0, weight=2, order=0, mobility="assisted", left_s=100.0)
    hand.person(1, weight=5, order=0, mobility="assisted", warned_s=50.0)  # a text message only
    hand.person(1, weight=90, order=0, mobility="slow", visited=True)
    assert hand.value("vulnerable_ordered") == 10
    assert hand.value("vulnerable_reached") == 0.5


def test_out_before_the_water_looks_at_flooded_homes_only(hand):
    hand.person(0, weight=1, left_s=100.0, home_first_wet_s=500.0)
    hand.person(1, weight=3, left_s=800.0, home_first_wet_s=500.0)
    hand.person(2, weight=70, left_s=100.0)
    assert hand.value("out_before_water") == pytest.approx(0.25)


def test_who_is_still_buried_when_the_household_goes_has_not_left(hand):
    hand.person(0, weight=3, left_s=60.0, state="trapped")
    hand.person(0, weight=2, left_s=60.0, state="walking")
    assert hand.values("left_home") == [2]
