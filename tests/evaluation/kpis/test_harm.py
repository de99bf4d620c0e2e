"""Dead, hurt and affected people: each once, and every sum agrees."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.agents.ledger import HEALTHS
from sim.evaluation.crowd import by_town
from sim.evaluation.kpis import KPIS

NEVER = float("nan")


def test_where_people_were_hurt_is_told_by_when_they_left_and_were_safe(hand):
    hurt = hand.event("people_hurt", "west", 1000.0, 0, dead=3, severe=0, light=0)
    dead = {"health": "dead", "state": "dead", "hurt_by": hurt}
    hand.person(0, weight=1, **dead)
    hand.person(0, weight=2, left_s=1500.0, **dead)  # the household left without them
    hand.person(0, weight=4, left_s=500.0, **dead)
    hand.person(1, weight=8, left_s=500.0, safe_s=900.0, **dead)  # in a shelter by then
    assert hand.value("dead_on_the_way") == 4
    assert hand.value("dead_at_home") == 11


def test_affected_people_are_flooded_moved_or_hurt_each_once(hand):
    hurt = hand.event("people_hurt", "west", 1000.0, 0, dead=0, severe=0, light=1)
    hand.person(0, weight=1, home_first_wet_s=500.0, left_s=600.0, health="light", hurt_by=hurt)
    hand.person(1, weight=2, left_s=600.0)
    hand.person(1, weight=4, health="light", hurt_by=hurt)
    hand.person(3, weight=93)
    assert hand.value("affected") == 7
    assert hand.value("affected_per_100000") == pytest.approx(7000)


def test_deaths_per_million_take_every_resident_as_the_denominator(hand):
    hurt = hand.event("people_hurt", "west", 1000.0, 0, dead=1, severe=0, light=0)
    hand.person(0, weight=1, health="dead", state="dead", hurt_by=hurt)
    hand.person(3, weight=249_999)
    assert hand.value("deaths_per_million") == pytest.approx(4.0)


def test_harm_is_judged_without_a_plan_too(hand):
    hand.plan = None
    hand.person(0, home_first_wet_s=500.0)
    assert (hand.value("dead"), hand.value("affected")) == (0, 1)


anybody = st.fixed_dictionaries(
    {
        "home": st.integers(0, 5),
        "weight": st.integers(1, 40),
        "health": st.sampled_from(HEALTHS),
        "left_s": st.just(NEVER) | st.floats(0, 4e4),
        "home_first_wet_s": st.just(NEVER) | st.floats(0, 4e4),
    }
)


@settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(crowd=st.lists(anybody, min_size=1, max_size=25))
def test_sums_agree_over_places_causes_and_towns(hand, crowd):
    hand.people.clear()
    hurt = hand.event("people_hurt", "west", 2e4, 0, dead=0, severe=0, light=0)
    for person in crowd:
        hand.person(**person, hurt_by=-1 if person["health"] == "well" else hurt)
    results = hand.run()
    names = ("dead", "severe", "light")
    whole = [KPIS[name](results).value for name in names]
    at_home = [KPIS[f"{name}_at_home"](results).value for name in names]
    on_the_way = [KPIS[f"{name}_on_the_way"](results).value for name in names]
    assert np.add(at_home, on_the_way).tolist() == whole
    towns = by_town(results)
    assert towns[[*names]].sum().tolist() == whole
    assert towns["residents"].sum() == sum(person["weight"] for person in crowd)
    affected = KPIS["affected"](results).value
    assert towns["affected"].sum() == affected
    assert affected >= max(towns["left"].sum(), towns["flooded"].sum(), sum(whole))
