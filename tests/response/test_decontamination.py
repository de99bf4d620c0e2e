"""The poisoned are washed where they are; whom nobody has washed holds others up."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.ledger import STATE
from sim.model.disaster import Disaster
from sim.response.command import Command
from sim.response.decontamination import wiped_down_s
from sim.scenario.actions_teams import Decontaminate, TreatInjured
from sim.scenario.forces import Force
from sim.scenario.parameters import parameter
from tests.model.conftest import lesson_scenario
from tests.response.conftest import clause, plan_of

POISONED = 40


@pytest.fixture
def poisoned(town):
    """Forty residents of one community with gas in their clothes; a hazmat team, an ambulance."""
    at = str(town.facilities.id[0])
    forces = tuple(
        Force.model_validate({"kind": kind, "count": 1, "at": at})
        for kind in ("hazmat", "ambulance")
    )
    never = clause("N", "{reported: {event: earthquake}}", "decontaminate", "{count: 1}")
    scenario = lesson_scenario().model_copy(update={"hazards": (), "forces": forces})
    model = Disaster(scenario, town, plan=plan_of(never), seed=1, every=1)
    people = model.people
    zone = people.residents.homes.zone[people.residents.household]
    rows = np.flatnonzero(zone == zone[0])[:POISONED]
    people.population.gas.tainted[rows] = True
    return model, rows


def order(model, action, params):
    model.operations.submit(Command(model.now_s, "player", action, params, 0))


def go(model, hours):
    step_s = int(model.operations.stage.step_s)
    for tick in range(1, int(hours * 3600) // step_s):
        model.env.run(until=tick * step_s)


def event(model, kind):
    return next(one for one in model.log if one.kind == kind)


def test_a_site_washes_a_hundred_and_fifty_an_hour(poisoned):
    model, _ = poisoned
    order(model, "decontaminate", Decontaminate.model_validate({"count": 1}))
    go(model, 2)
    there, washed = event(model, "team_arrived"), event(model, "people_washed")
    takes_s = parameter("hazmat.washing_setup").si + POISONED * 3600.0 / 150.0
    assert washed.t_s - there.t_s == pytest.approx(takes_s)
    assert washed.facts["people"] == POISONED
    assert not model.people.population.gas.tainted.any()


def badly_hurt(model, person):
    residents = model.people.residents
    residents.hurt(np.array([person]), "severe")
    model.fields.write("gas_kg_per_m3", np.zeros(model.world.grid.shape, np.float32))
    model.fields.write("gas_kind", np.zeros(model.world.grid.shape, np.uint8))
    assert residents.state[person] < STATE["walking"]


@pytest.mark.parametrize("unwashed", [True, False])
def test_a_crew_wipes_down_whom_nobody_has_washed(poisoned, unwashed):
    model, rows = poisoned
    model.people.population.gas.tainted[rows] = unwashed
    badly_hurt(model, rows[0])
    order(model, "treat_injured", TreatInjured.model_validate({"count": 1}))
    go(model, 2)
    there, loaded = event(model, "team_arrived"), event(model, "patients_picked_up")
    takes_s = parameter("medical.on_scene").si + unwashed * parameter("hazmat.wiping_down").si
    assert loaded.t_s - there.t_s == pytest.approx(takes_s)


def test_nobody_is_wiped_down_twice(poisoned):
    model, rows = poisoned
    first_s = wiped_down_s(model.operations, rows[:3])
    assert first_s == 3 * parameter("hazmat.wiping_down").si
    assert wiped_down_s(model.operations, rows[:3]) == 0.0
