"""The badly hurt of a flood: fetched from home, road and shelter, and nobody counted twice."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.ledger import HEALTHS, STATE
from sim.agents.wounds import Untreated
from sim.response.command import Command
from sim.response.patients import carry_off, cut_off
from sim.scenario.actions_teams import TreatInjured
from sim.scenario.parameters import parameter
from tests.response.conftest import staged

SEVERE = HEALTHS.index("severe")


@pytest.fixture
def model(town):
    """The lesson before its first minute, every household by itself."""
    return staged(town)


def hurt_by_water(model, rows):
    """Hurt people badly, and let that be known."""
    wounds = model.people.population.wounds
    model.people.residents.health[rows] = SEVERE
    wounds.by_water[rows] = True
    wounds.advance(0.0, Untreated())
    return rows


def told(model, kind):
    return sum(event.facts["people"] for event in model.log if event.kind == kind)


def test_ambulances_fetch_those_whom_water_has_hurt(model):
    rows = hurt_by_water(model, np.arange(0, 40, 10))
    params = TreatInjured.model_validate({"count": 1})
    model.operations.submit(Command(0.0, "player", "treat_injured", params, 0))
    for _ in range(180):
        model.env.run(until=model._ticked)
    assert told(model, "patients_picked_up") > 0
    assert (model.people.residents.state[rows] == STATE["in_hospital"]).all()


def test_nobody_whom_water_has_hurt_dies_of_waiting_or_in_a_ward(model):
    rows, wounds = hurt_by_water(model, np.arange(400)), model.people.population.wounds
    wounds.treat(rows[:200], 0.0)
    assert len(wounds.advance(30 * 86_400.0, Untreated()).dead) == 0


def test_a_patient_leaves_his_shelter_and_its_books(model):
    people, shelter = model.people, int(model.people.shelters.rows[0])
    people.shelters.open(shelter)
    people.population.assist(people.residents.members(np.arange(3)), 0.0)
    people.shelters.take_in(np.arange(3), shelter, cause=-1)
    inside = int(people.shelters.persons_inside().sum())
    patient = hurt_by_water(model, people.residents.members(np.array([1]))[:1])
    assert carry_off(model.operations, patient).tolist() == patient.tolist()
    assert people.shelters.persons_inside().sum() == inside - 1
    assert people.residents.ledger.of("sheltered") == inside - 1


def test_neighbours_carry_nobody_through_the_water(model):
    rows = np.arange(5)
    assert not cut_off(model.operations, rows).any()
    deep_m = 2 * parameter("response.wading_depth").si
    model.roads.closures.depth_m[:] = deep_m
    model.people.movement.set_water(deep_m)
    assert cut_off(model.operations, rows).all()
