"""Shaking hurts those inside, buries those under a fall, and sends the others outdoors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.agents.harm_quake import Shaking
from sim.agents.harm_quake_rules import (
    COLLAPSED,
    QuakeRules,
    severities,
    severity_rates,
    survival,
)
from sim.agents.outdoors import Cold
from sim.agents.trapped import Rubble
from sim.world.states import DAMAGE_STATES

COMPLETE = DAMAGE_STATES.index("complete")
HOUR = 3600.0


def fallen(people, share=1.0):
    n = people.residents.world.buildings.n
    falls = np.arange(n) < share * n
    return Shaking(np.where(falls, COMPLETE, 0).astype(np.uint8), falls)


def test_no_damage_no_harm(family_town, population):
    people = population(family_town)
    n = family_town.buildings.n
    people.harm(60.0, Shaking(np.zeros(n, np.uint8), np.zeros(n, bool)))
    assert not people.residents.health.any()
    assert people.residents.ledger.of("at_home") == people.residents.n


def test_who_survives_the_fall_is_trapped(family_town, population):
    people = population(family_town)
    people.harm(60.0, fallen(people))
    ledger = people.residents.ledger
    assert ledger.of("trapped") + ledger.of("dead") == people.residents.n
    people.residents.check()


def test_who_is_outside_is_not_buried(family_town, population):
    people = population(family_town)
    people.residents.go_out(np.arange(people.residents.n))
    people.harm(60.0, fallen(people))
    assert people.residents.ledger.of("outdoors") == people.residents.n


@pytest.mark.parametrize(("intensity", "trapped"), [(7.0, 0.05), (8.0, 0.30), (9.0, 0.60)])
def test_of_fallen_low_masonry_as_many_are_trapped_as_coburn_and_spence_found(
    town, population, intensity, trapped
):
    # killed at once or unable to get out alone: their M3; Hazus kills 10 %, 40 % free themselves
    people = population(town([1] * 20_000))
    n = people.residents.world.buildings.n
    felt = np.full(n, intensity, np.float32)
    people.harm(60.0, Shaking(np.full(n, COMPLETE, np.uint8), np.ones(n, bool), felt))
    ledger, rescue = people.residents.ledger, QuakeRules().self_rescue
    caught = (ledger.of("trapped") + ledger.of("dead")) / people.residents.n
    assert caught * (1 - rescue) == pytest.approx(trapped, abs=0.01)
    assert ledger.of("outdoors") == pytest.approx(people.residents.n * (1 - caught))


def test_the_same_damage_hurts_nobody_twice(town, population):
    people = population(town([1] * 2000))
    n = people.residents.world.buildings.n
    shaking = Shaking(np.full(n, COMPLETE, np.uint8), np.zeros(n, bool))
    people.harm(60.0, shaking)
    hurt = people.residents.health.copy()
    people.harm(120.0, shaking)
    assert hurt.any()
    assert np.array_equal(people.residents.health, hurt)


def test_an_aftershock_hurts_those_who_are_inside_again(town, population):
    people = population(town([1] * 2000))
    n = people.residents.world.buildings.n
    people.harm(60.0, Shaking(np.full(n, COMPLETE, np.uint8), np.zeros(n, bool)))
    people.residents.go_out(np.arange(1000))
    before = people.residents.health.copy()
    people.harm(120.0, fallen(people))
    assert np.array_equal(people.residents.health[:1000], before[:1000])
    assert people.trapped.rows.min() >= 1000


UNHURT, HOSPITAL = 0, 2
"""Severities of HAZUS; its table sends more people to hospital (severity 2) from moderately than
from extensively damaged masonry (0.4 against 0.2 %), so that only the ends are in order."""


@given(luck=st.floats(0, 1, exclude_max=True), kind=st.integers(0, 5))
def test_more_damage_never_helps_anybody(luck, kind):
    rates = severity_rates()[kind]
    by_damage = np.array(
        [severities(rates[d][None], np.array([luck]))[0] for d in range(COLLAPSED + 1)]
    )
    assert np.all(np.diff(by_damage > UNHURT) >= 0)
    assert np.all(np.diff(by_damage > HOSPITAL) >= 0)


def test_neighbours_dig_out_some_and_the_rest_die_in_time(town, population):
    people = population(town([2] * 1000))
    people.harm(1.0, fallen(people, 0.5))
    buried = people.residents.ledger.of("trapped")
    for hour in range(1, 24 * 20):
        people.harm(hour * HOUR, Rubble())
    ledger = people.residents.ledger
    assert ledger.of("trapped") < 0.02 * buried
    assert 0 < ledger.of("outdoors") < buried
    people.residents.check()


def test_a_team_brings_people_out_alive_once(town, population):
    people = population(town([2] * 100))
    people.harm(1.0, fallen(people))
    some = people.trapped.rows[:10].copy()
    assert people.trapped.dig_out(some, 1.0, cause=-1).tolist() == some.tolist()
    assert len(people.trapped.dig_out(some, 1.0, cause=-1)) == 0
    people.harm(1000 * HOUR, Rubble())
    assert people.residents.ledger.of("outdoors") >= 10


def test_a_team_a_day_earlier_finds_those_alive_who_die_that_day(town, population):
    saved = {}
    for hour in (24, 48):
        people = population(town([2] * 2000), quake={"self_rescue": 0.0, "dug_out_a_day": 0.0})
        people.harm(1.0, fallen(people))
        buried = people.trapped.rows
        saved[hour] = len(people.trapped.dig_out(buried, 1.0 + hour * HOUR, cause=-1)) / len(buried)
    rules = QuakeRules()
    lost = np.diff(survival(np.array([48, 24]) * HOUR, rules.survival_masonry, 0.946))[0]
    assert saved[24] - saved[48] == pytest.approx(lost, abs=3 * np.sqrt(lost / 3600))


def test_earth_houses_kill_half_of_the_buried_within_hours():
    # Noji: fewer than half alive after 2 to 6 h
    adobe = np.zeros(20_000, np.uint8)
    lives_s = QuakeRules().survives_s(adobe, (np.arange(20_000) + 0.5) / 20_000)
    assert 2 * HOUR < np.median(lives_s) < 6 * HOUR


def test_people_leave_what_is_damaged_and_those_of_sound_houses_come_back(town, population):
    people = population(town([2] * 1000))
    damage = np.zeros(1000, np.uint8)
    damage[:500] = DAMAGE_STATES.index("moderate")
    people.outdoors.shaken(np.ones(1000, bool), damage, 60.0, cause=-1)
    out = people.residents.outside.reshape(1000, 2)
    assert (out[:, 0] == out[:, 1]).all()  # families stay together
    assert out[:500].mean() == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / 500))
    assert out[500:].mean() == pytest.approx(0.6, abs=3 * np.sqrt(0.6 * 0.4 / 500))
    people.outdoors.advance(60.0 + 1000 * HOUR)
    assert not people.residents.outside[1000:].any()
    assert people.residents.outside[:1000].mean() > 0.6


def test_an_order_keeps_people_out_for_its_time(town, population):
    people = population(town([2] * 10))
    people.outdoors.called_out(np.arange(10), 0.0, 5 * HOUR, cause=-1)
    people.outdoors.advance(4.9 * HOUR)
    assert people.residents.ledger.of("outdoors") == 20
    people.outdoors.advance(5 * HOUR)
    assert people.residents.ledger.of("at_home") == 20


def test_nobody_goes_back_into_a_ruin(town, population):
    people = population(town([2] * 10))
    people.outdoors.called_out(np.arange(10), 0.0, 5 * HOUR, cause=-1)
    people.outdoors.ruin(np.arange(10) < 4)
    people.outdoors.advance(6 * HOUR)
    assert people.residents.outside.tolist() == [True] * 8 + [False] * 12


def test_who_prepares_to_leave_runs_out_and_still_leaves(town, population):
    people = population(town([2] * 10))
    everybody = np.arange(20)
    people.residents.move(everybody, "preparing")
    people.residents.go_out(everybody)
    assert people.residents.outside.all()
    assert people.residents.ledger.of("preparing") == 20


def test_a_haicheng_night_outdoors_costs_what_haicheng_lost(town, population):
    # 372 dead and 6578 frostbitten of 8.348 million, taken as one night of 10 h at -20 C
    people = population(town([10] * 10_000), day_starts_s=21 * HOUR)
    people.residents.go_out(np.arange(people.residents.n))
    for hour in range(1, 11):
        people.harm(hour * HOUR, Cold(-20.0))
    n = people.residents.n
    bitten, dead = (people.residents.health == 1).sum(), people.residents.ledger.of("dead")
    assert bitten == pytest.approx(n * 6578 / 8.348e6, abs=3 * np.sqrt(n * 7.9e-4))
    assert dead == pytest.approx(n * 372 / 8.348e6, abs=3 * np.sqrt(n * 4.5e-5))


def test_a_mild_night_or_a_roof_hurts_nobody(town, population):
    people = population(town([10] * 1000), day_starts_s=21 * HOUR)
    people.harm(9 * HOUR, Cold(-20.0))  # all indoors
    people.residents.go_out(np.arange(people.residents.n))
    people.harm(10 * HOUR, Cold(5.0))
    assert not people.residents.health.any()
