"""At the doors of hospitals: who comes by himself, who waits, who is sent on; nobody is lost."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.ledger import HEALTHS, STATE
from sim.agents.wounds import Untreated
from sim.response.medical_emergency import Emergency
from sim.scenario.parameters import parameter
from tests.response.conftest import staged

SEVERE, LIGHT = HEALTHS.index("severe"), HEALTHS.index("light")


@pytest.fixture
def town_at_rest(town):
    """The lesson before its first minute, every household by itself."""
    return staged(town)


def hurt(model, n, health=SEVERE):
    """Hurt the first people of the town; returns their rows."""
    residents, rows = model.people.residents, np.arange(n)
    residents.health[rows] = health
    model.people.population.wounds.advance(0.0, Untreated())
    return rows


def looked_after(model, hours):
    """Let time pass in which nothing happens but at the doors."""
    doors = Emergency(model.operations)
    model.phases = {name: [] for name in model.phases} | {"response": [doors.look]}
    for _ in range(round(hours * 3600 / model.operations.stage.step_s)):
        model.env.run(until=model._ticked)
    return doors


def told(model, kind, fact="people"):
    return sum(event.facts[fact] for event in model.log if event.kind == kind)


def test_the_badly_hurt_whom_others_bring_are_a_share_of_all_and_lie_in_beds(town_at_rest):
    model = town_at_rest
    for ward in model.operations.hospitals.wards:
        ward.beds = 1000
    hurt(model, 400)
    looked_after(model, 4)
    share = parameter("medical.walk_in_share").si
    came = told(model, "patients_walked_in")
    assert came == pytest.approx(400 * share, abs=4 * np.sqrt(400 * share * (1 - share)))
    assert model.people.residents.ledger.of("in_hospital") == came
    assert sum(len(ward.queue) for ward in model.operations.hospitals.wards) == 0


def test_who_finds_no_bed_waits_and_is_sent_on_no_sooner_than_allowed(town_at_rest):
    model = town_at_rest
    for ward in model.operations.hospitals.wards:
        ward.beds = 0
    hurt(model, 100)
    looked_after(model, 4)
    first = {kind: min(e.t_s for e in model.log if e.kind == kind) for kind in
             ("patients_walked_in", "patients_transferred")}  # fmt: skip
    waited_s = first["patients_transferred"] - first["patients_walked_in"]
    assert waited_s >= parameter("medical.transfer_after").si
    state = model.people.residents.state[:100]
    out = int((state == STATE["left_area"]).sum())
    assert 0 < out <= told(model, "patients_transferred")


def test_nobody_who_came_is_lost_between_door_bed_and_the_next_hospital(town_at_rest):
    model = town_at_rest
    for ward in model.operations.hospitals.wards:
        ward.beds = 7
    rows = hurt(model, 200)
    looked_after(model, 4)
    wards = model.operations.hospitals.wards
    state = model.people.residents.state[rows]
    at_doors = sum(ward.waiting for ward in wards)
    in_beds = sum(len(ward.patients) for ward in wards)
    assert in_beds == int((state == STATE["in_hospital"]).sum()) == 7 * len(wards)
    on_the_way = int((state == STATE["rescued"]).sum()) - at_doors
    assert 0 <= on_the_way <= len(wards) * parameter("medical.transfer_vehicles").si
    model.people.residents.check()


def test_the_lightly_hurt_wait_for_desks_that_serve_so_many_an_hour(town_at_rest):
    model = town_at_rest
    hurt(model, 300, health=LIGHT)
    doors = looked_after(model, 1)
    wards = [ward for ward in model.operations.hospitals.wards if ward.light_queue > 0]
    before = sum(ward.light_queue for ward in wards)
    doors.look(model.now_s + 3600)
    desks = sum(ward.desks for ward in wards)
    served = desks * 3600 / parameter("medical.light_treatment").si
    assert before - sum(ward.light_queue for ward in wards) == pytest.approx(served, rel=0.01)
