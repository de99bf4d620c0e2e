"""Fire kills where it catches people: in houses, in the open, in smoke; nowhere else."""

from dataclasses import replace

import numpy as np
import pytest

from sim.agents.harm_fire import Fire
from sim.agents.harm_fire_rules import FireRules, burn_p, flame_flux_w_per_m2
from sim.agents.ledger import STATES
from sim.agents.residents import MODES
from sim.world.states import FIRE_STATES

BURNING, PUT_OUT = FIRE_STATES.index("burning"), FIRE_STATES.index("put_out")
HOUR = 3600.0


def no_fire(people):
    n, homes = people.residents.world.buildings.n, people.residents.homes.n
    none = np.zeros(n, np.float32)
    edge = np.zeros(1, np.float32)
    return Fire(
        building_fire=np.zeros(n, np.uint8),
        building_flame_m=none,
        party_flame_m=np.zeros(homes, np.float32),
        building_smoke=none,
        edge_smoke=edge,
        edge_of=np.full(homes, -1, np.int32),
        seen=np.zeros(n, bool),
    )


def all_burn(people):
    return replace(
        no_fire(people), building_fire=np.full(len(no_fire(people).seen), BURNING, np.uint8)
    )


def test_no_fire_no_harm(family_town, population):
    people = population(family_town)
    people.harm(60.0, no_fire(people))
    people.choices(60.0, None, no_fire(people))
    assert not people.residents.health.any()
    assert people.residents.ledger.of("at_home") == people.residents.n


def test_house_fires_kill_at_the_published_rate(town, population):
    # one dwelling a building: 0.29 % of its people at the mean of all hours, by day 0.625 of it
    people = population(town([5] * 20_000), day_starts_s=12 * HOUR)
    people.harm(60.0, all_burn(people))
    n = people.residents.n
    p = 0.0029 * 0.625
    assert people.residents.ledger.of("dead") == pytest.approx(n * p, abs=3 * np.sqrt(n * p))
    assert people.residents.ledger.of("outdoors") == n - people.residents.ledger.of("dead")


def test_a_fire_at_night_is_four_times_as_deadly_as_by_day(town, population):
    dead = []
    for hour in (2, 12):
        people = population(town([5] * 20_000), day_starts_s=hour * HOUR)
        people.harm(60.0, all_burn(people))
        dead.append(people.residents.ledger.of("dead"))
    assert dead[0] / dead[1] == pytest.approx(4.0, rel=0.25)  # 3 standard errors of 180 deaths


def test_the_helpless_die_when_the_house_is_fully_involved(town, population):
    people = population(town([1] * 50, mobility=3))
    fire = all_burn(people)
    people.harm(60.0, fire)
    people.harm(600.0, fire)
    assert people.residents.ledger.of("dead") == 0
    people.harm(60.0 + 600.0, fire)
    assert people.residents.ledger.of("dead") == 50


def test_the_helpless_live_when_the_fire_is_put_out_in_time(town, population):
    people = population(town([1] * 50, mobility=3))
    people.harm(60.0, all_burn(people))
    out = np.full(50, PUT_OUT, np.uint8)
    people.harm(700.0, replace(no_fire(people), building_fire=out))
    assert people.residents.ledger.of("dead") == 0


def burnt_over(people, mode):
    homes = people.residents.homes
    homes.mode[:] = MODES.index(mode)
    people.residents.move(
        np.arange(people.residents.n), {"foot": "walking", "car": "driving"}[mode]
    )
    people.harm(60.0, replace(no_fire(people), party_flame_m=np.full(homes.n, 2.0, np.float32)))
    return people.residents.ledger.of("dead") / people.residents.n


def test_flames_on_the_road_kill_walkers_before_people_in_cars(town, population):
    on_foot = burnt_over(population(town([1] * 2000)), "foot")
    in_cars = burnt_over(population(town([1] * 2000)), "car")
    flux = flame_flux_w_per_m2(FireRules(), 2.0)
    assert on_foot == pytest.approx(float(burn_p(FireRules(), flux, "dead")), abs=0.03)
    assert in_cars < on_foot


def test_walls_shield_from_a_passing_front(town, population):
    people = population(town([1] * 200))
    flames = np.full(200, 5.0, np.float32)
    people.harm(60.0, replace(no_fire(people), building_flame_m=flames))
    assert not people.residents.health.any()
    people.residents.go_out(np.arange(100))
    people.harm(120.0, replace(no_fire(people), building_flame_m=flames))
    assert people.residents.ledger.of("dead") > 90
    assert not people.residents.health[100:].any()


def test_longer_flames_never_kill_fewer():
    flux = flame_flux_w_per_m2(FireRules(), np.linspace(0, 10, 101))
    for health in ("dead", "severe", "light"):
        assert (np.diff(burn_p(FireRules(), flux, health)) >= 0).all()
        assert burn_p(FireRules(), 0.0, health) == 0


def test_half_collapse_at_the_dose_that_collapses_half(town, population):
    # outdoors in 1000 ppm of CO at 25 l/min: 30 % COHb after 28.2 min
    people = population(town([1] * 4000))
    people.residents.go_out(np.arange(4000))
    smoke = np.full(4000, 1000 / (1e6 * 24.45 / 28.01) / FireRules().co_per_smoke, np.float32)
    people.harm(28.212 * 60, replace(no_fire(people), building_smoke=smoke))
    badly = (people.residents.health >= 2).mean()
    assert badly == pytest.approx(0.5, abs=3 * np.sqrt(0.25 / 4000))


def test_people_leave_at_the_sight_of_flames_without_any_warning(town, population):
    people = population(town([2] * 1000))
    fire = replace(no_fire(people), seen=np.arange(1000) < 500)
    people.choices(60.0, None, fire)
    preparing = people.residents.state.reshape(1000, 2) == STATES.index("preparing")
    assert preparing[:500].mean() == pytest.approx(0.5, abs=0.15)
    assert not preparing[500:].any()


def test_who_lies_under_rubble_that_burns_dies(town, population):
    people = population(town([1] * 20))
    people.trapped.bury(np.arange(20), np.arange(20, dtype=np.int32), 1.0, cause=-1)
    people.harm(60.0, all_burn(people))
    people.harm(660.0, all_burn(people))
    assert people.residents.ledger.of("dead") == 20
