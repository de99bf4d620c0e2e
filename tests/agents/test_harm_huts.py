"""Huts of straw burn by the hours of their stoves, and most people get out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.agents.harm_huts import HutHarm, Huts
from sim.agents.harm_huts_rules import (
    HutRules,
    burns_s,
    escape_s,
    expected_toll,
    flashover_s,
    flashover_w,
    still_inside_p,
)
from sim.agents.residents import Residents
from sim.core.events import EventLog
from sim.core.rng import Streams

HOUR = 3600.0
WINTER, SUMMER = Huts(-20.0), Huts(20.0)


def burnt_after(world, days, danger, *, step_h=4, out=True, **rules):
    """People of a town who have lived in huts so long, and the log."""
    residents = Residents.sampled(world, 1, Streams(1))
    log = EventLog()
    if out:
        residents.go_out(np.arange(residents.n))
    harm = HutHarm(residents, HutRules(share=1.0, **rules), Streams(1), log, day_starts_s=0.0)
    dead = burnt = 0
    for step in range(1, round(days * 24 / step_h) + 1):
        toll = harm.advance(step * step_h * HOUR, danger)
        dead, burnt = dead + len(toll.dead), burnt + len(toll.light)
        residents.hurt(toll.dead, "dead")
    return dead, burnt, log


def test_flashover_is_thomas_balance_of_walls_and_door():
    # 4 m x 3 m x 2 m, door 0.7 m x 1.5 m: 7.8 (52 - 1.05) + 378 x 1.05 x sqrt(1.5) kW
    assert flashover_w(HutRules()) == pytest.approx(397.41e3 + 486.10e3, rel=1e-4)
    assert flashover_s(HutRules()) == pytest.approx(75 * np.sqrt(883.51 / 1055), rel=1e-4)


def test_people_are_burnt_before_they_die():
    assert 0 < burns_s(HutRules()) < flashover_s(HutRules())


@given(after_s=st.floats(1, 600), asleep=st.booleans())
def test_who_is_still_inside_is_as_the_drawn_times_say(after_s, asleep):
    rules, luck = HutRules(), (np.arange(20_000) + 0.5) / 20_000
    drawn = float((escape_s(rules, luck, asleep=asleep) > after_s).mean())
    assert drawn == pytest.approx(still_inside_p(rules, after_s, asleep=asleep), abs=1e-4)


def test_a_winter_in_huts_costs_what_the_rules_lead_to(town):
    # a rate a thousand times as high, so that 20,000 people are enough; three standard errors
    world, days = town([4] * 5000), 5.0
    rules = HutRules(share=1.0, fires_per_hour=1600.0, built_after=1.0)
    expected = expected_toll(rules, 5000, days, 4.0, night_air_c=-20.0)
    dead, burnt, log = burnt_after(
        world, days, WINTER, step_h=1, fires_per_hour=1600.0, built_after=1.0
    )
    fires = sum(event.facts["huts"] for event in log if event.kind == "huts_burnt")
    assert fires == pytest.approx(expected.fires, abs=3 * np.sqrt(expected.fires))
    assert dead == pytest.approx(expected.dead, abs=3 * np.sqrt(4 * expected.dead))
    assert burnt == pytest.approx(expected.burnt, abs=3 * np.sqrt(4 * expected.burnt))


def test_who_sleeps_at_home_is_in_no_hut(town):
    assert burnt_after(town([4] * 500), 30, WINTER, out=False, fires_per_hour=1e5)[:2] == (0, 0)


def test_nobody_builds_huts_unless_a_scenario_says_so(town):
    residents = Residents.sampled(town([4] * 500), 1, Streams(1))
    residents.go_out(np.arange(residents.n))
    harm = HutHarm(
        residents, HutRules(fires_per_hour=1e6), Streams(1), EventLog(), day_starts_s=0.0
    )
    tolls = [harm.advance(day * 24 * HOUR, WINTER) for day in range(1, 30)]
    assert not any(len(toll.dead) or len(toll.light) for toll in tolls)


def test_warm_nights_burn_fewer_huts(town):
    world = town([4] * 3000)
    cold = burnt_after(world, 10, WINTER, fires_per_hour=300.0)
    warm = burnt_after(world, 10, SUMMER, fires_per_hour=300.0)
    assert warm[0] < cold[0]


def test_the_dead_of_a_hut_are_due_to_its_fire(town):
    residents = Residents.sampled(town([4] * 2000), 1, Streams(1))
    residents.go_out(np.arange(residents.n))
    log = EventLog()
    harm = HutHarm(
        residents, HutRules(share=1.0, fires_per_hour=1e5), Streams(1), log, day_starts_s=0.0
    )
    toll = [harm.advance(hour * HOUR, WINTER) for hour in range(1, 9)][-1]
    assert log[toll.cause].kind == "huts_burnt"
