"""A shelter that is full or fails sends people on; nobody is lost, no place is taken twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.agents.ledger import STATE
from sim.agents.units import Bus
from sim.model.disaster import Disaster
from sim.response.shelters import ShelterLife
from sim.scenario.parameters import parameter
from tests.model.conftest import lesson_scenario
from tests.response.conftest import clause, plan_of
from tests.response.test_shelters import sheltered

H = 3600.0


@pytest.fixture
def fresh(town):
    """The lesson before its first minute, one household in ten for ten; nobody orders anything."""
    never = clause("N", "{reported: {event: earthquake}}", "open_shelter", "{shelters: all}")
    return Disaster(lesson_scenario(), town, plan=plan_of(never), seed=1, every=10)


@pytest.fixture
def two(fresh):
    """Twenty households in one open shelter, another one open and empty, both looked after."""
    facility, homes = sheltered(fresh, 20)
    people = fresh.people
    away = [people.shelters.away_m(facility, int(row)) for row in people.shelters.rows]
    other = int(people.shelters.rows[np.argsort(away)[1]])
    people.shelters.open(other)
    return fresh, facility, other, homes, ShelterLife(fresh.operations)


def damage(model, facility):
    model.states["facility_damaged"][facility] = True


def go_on(model, until_s, life):
    """Let people walk and keepers look, tick by tick."""
    step_s = int(model.operations.stage.step_s)
    for tick in range(1, int(until_s) // step_s + 1):
        model.env.run(until=tick * step_s)
        model.people.move(tick * step_s)
        life.look(step_s)
    return model


def events(model, kind):
    return [event for event in model.log if event.kind == kind]


def inside(model):
    """Return who is in each shelter, by residents and by the books of the doors."""
    people = model.people
    residents = people.residents
    there = residents.state == STATE["sheltered"]
    counted = [
        int(residents.weight[there & (residents.place == row)].sum())
        for row in people.shelters.rows.tolist()
    ]
    return counted, people.shelters.persons_inside().tolist()


def test_people_walk_from_a_damaged_shelter_to_the_next(two, monkeypatch):
    model, facility, other, homes, life = two
    monkeypatch.setattr(type(model.people.shelters), "away_m", lambda *_: 500.0)
    n = model.people.count_in(homes)
    damage(model, facility)
    go_on(model, 2 * H, life)
    counted, booked = inside(model)
    assert counted == booked
    assert dict(zip(model.people.shelters.rows.tolist(), counted, strict=True))[other] == n
    failed, sent = events(model, "shelter_failed")[0], events(model, "people_sent_on")
    assert sum(event.facts["people"] for event in sent) == n
    assert {event.cause for event in sent} == {failed.id}


def test_a_bus_brings_them_when_the_next_shelter_is_far(two, monkeypatch):
    model, facility, other, homes, life = two
    monkeypatch.setattr(type(model.people.shelters), "away_m", lambda *_: 9000.0)
    n = model.people.count_in(homes)
    damage(model, facility)
    assert any(isinstance(unit, Bus) for unit in model.operations.resources.units)
    go_on(model, 12 * H, life)
    counted, booked = inside(model)
    assert counted == booked
    assert dict(zip(model.people.shelters.rows.tolist(), counted, strict=True))[other] == n
    assert {event.facts["going"] for event in events(model, "people_sent_on")} == {"bus"}


def test_no_shelter_takes_more_than_it_has_places_for(two, monkeypatch):
    model, facility, other, homes, life = two
    monkeypatch.setattr(type(model.people.shelters), "away_m", lambda *_: 500.0)
    world = model.world
    capacity = world.facilities.capacity.copy()
    capacity[other] = model.people.count_in(homes) // 3
    places = replace(world, facilities=replace(world.facilities, capacity=capacity))
    model.people.shelters._world = places
    model.people.shelters.expect(other, 0)  # the roads hear of the new capacity
    damage(model, facility)
    go_on(model, 3 * H, life)
    counted, booked = inside(model)
    now = dict(zip(model.people.shelters.rows.tolist(), counted, strict=True))
    assert counted == booked
    assert 0 < now[other] <= capacity[other]
    assert model.people.count_in_state(homes, "sheltered") == model.people.count_in(homes)


def test_people_stay_in_a_failing_shelter_while_no_other_is_open(fresh):
    facility, homes = sheltered(fresh)
    life = ShelterLife(fresh.operations)
    damage(fresh, facility)
    go_on(fresh, H, life)
    assert fresh.people.count_in_state(homes, "sheltered") == fresh.people.count_in(homes)
    assert events(fresh, "shelter_failed")
    assert not events(fresh, "people_sent_on")


@pytest.fixture
def dry(fresh):
    """Twenty households in a shelter whose main is broken from the start; no flood comes there."""
    facility, homes = sheltered(fresh, 20, shelter=1)
    life = ShelterLife(fresh.operations)
    fresh.states["facility_dry"][facility] = True
    return fresh, homes, life


def test_people_go_without_water_once_the_shelter_s_tank_is_empty(dry):
    model, homes, _ = dry
    model.env.run(until=20 * H)
    emptied = events(model, "shelter_dry")[0]
    assert emptied.t_s == pytest.approx(parameter("shelters.water_tank").si, abs=300.0)
    lacked_h = model.operations.supply.report()["unmet_washing_water_person_h"]
    assert lacked_h == pytest.approx(model.people.count_in(homes) * (20 * H - emptied.t_s) / H)


def test_a_shelter_that_nobody_brings_water_to_is_given_up(dry):
    model, _, life = dry
    model.env.run(until=30 * H)
    life.look(300.0)
    emptied = events(model, "shelter_dry")[0]
    failed = next(one for one in events(model, "shelter_failed") if one.who == emptied.who)
    after_s = parameter("shelters.without_water").si
    assert failed.t_s == pytest.approx(emptied.t_s + after_s, abs=600.0)
    assert failed.facts["why"] == "no_water"
    assert failed.cause == emptied.id
