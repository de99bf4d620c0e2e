"""Gas kills by the probit of its load, outdoors sooner than behind closed windows."""

import numpy as np
import pytest

from sim.agents.harm_gas import Gas
from sim.agents.harm_gas_rules import GasRules, indoors_after, poison
from sim.world.layers import GASES

CHLORINE = GASES.index("chlorine")
#: mg/m3 of chlorine that kill half in 30 min: -6.35 + 0.5 ln(30 C^2.75) = 5
HALF_DIE_MG = 1116.27


def plume(people, mg_per_m3):
    residents = people.residents
    return Gas(
        building_gas=np.full(residents.world.buildings.n, mg_per_m3 * 1e-6, np.float32),
        party_gas=np.zeros(residents.homes.n, np.float32),
        kind=CHLORINE,
    )


def breathe(people, mg_per_m3, minutes):
    for minute in range(1, minutes + 1):
        people.harm(60.0 * minute, plume(people, mg_per_m3))
    return people.residents.ledger.of("dead") / people.residents.n


def test_no_gas_no_harm(town, population):
    people = population(town([1] * 50))
    assert breathe(people, 0.0, 5) == 0
    assert not people.residents.health.any()


def test_half_die_in_the_open_at_the_load_that_kills_half(town, population):
    people = population(town([1] * 4000))
    people.residents.go_out(np.arange(4000))
    assert breathe(people, HALF_DIE_MG, 30) == pytest.approx(0.5, abs=3 * np.sqrt(0.25 / 4000))


def test_closed_windows_save_most(town, population):
    people = population(town([1] * 4000))
    # half an air change an hour: 22 % of the gas is inside after half an hour
    assert breathe(people, HALF_DIE_MG, 30) < 0.01


def test_gas_lingers_indoors_when_the_plume_has_gone(town, population):
    people = population(town([1] * 4000))
    breathe(people, 3 * HALF_DIE_MG, 30)
    before = people.residents.ledger.of("dead")
    for minute in range(31, 91):
        people.harm(60.0 * minute, plume(people, 0.0))
    assert people.residents.ledger.of("dead") > before


def test_who_is_in_a_shelter_or_away_is_spared(town, population):
    people = population(town([1] * 100))
    people.residents.move(np.arange(100), "left_area")
    assert breathe(people, 10 * HALF_DIE_MG, 30) == 0


def test_an_hour_at_aegl_2_hurts_and_at_aegl_3_endangers_everybody(town, population):
    for ppm, health in ((2.05, 1), (20.5, 2)):
        people = population(town([1] * 50))
        people.residents.go_out(np.arange(50))
        breathe(people, ppm * 70.9 / 24.45, 60)
        assert (people.residents.health == health).all()


def test_air_indoors_follows_that_outside():
    inside = np.zeros(1)
    for _ in range(60):
        inside = indoors_after(inside, 100.0, GasRules().air_changes, 60.0)
    assert inside[0] == pytest.approx(100 * (1 - np.exp(-0.5)))


@pytest.mark.parametrize("gas", GASES)
def test_a_larger_load_never_kills_fewer(gas):
    p = poison(gas).death_p(np.geomspace(1, 1e15, 200))
    assert (np.diff(p) >= 0).all()
    assert poison(gas).severe_load > poison(gas).light_load
