"""Life in shelters: desks, room, light, children; and how people leave them again."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.ledger import STATE
from sim.response.command import Command
from sim.response.ledger import Row
from sim.response.shelters import ShelterLife
from sim.scenario.actions import CloseShelter, ReuniteFamilies, TransferPeople
from sim.scenario.parameters import parameter
from sim.world.states import FIRE_STATES
from sim.world.tables import AGE_BANDS
from tests.response.conftest import staged


@pytest.fixture
def fresh(town):
    """The lesson before its first minute, one household in ten standing for ten."""
    return staged(town, every=10)


def sheltered(model, n=40, shelter=0):
    """Bring some households into an open shelter; returns its facility row and the households."""
    people, homes = model.people, np.arange(n)
    facility = int(people.shelters.rows[shelter])
    people.shelters.open(facility)
    people.residents.move(people.residents.members(homes), "on_bus")
    people.shelters.take_in(homes, facility, cause=0)
    return facility, homes


def life(model):
    return ShelterLife(model.operations)


def ordered(model, action, params):
    """Give an order, and return the process that ends when it is done."""
    return model.operations.submit(Command(model.now_s, "player", action, params, 0))


def test_who_comes_to_a_desk_waits_for_all_before_him(fresh):
    facility, homes = sheltered(fresh)
    one, over_s = life(fresh), 300.0
    index = int(np.searchsorted(one.rows, facility))
    came = fresh.people.count_in(homes)
    one.look(over_s)
    rate_per_s = one.desks()[index] / parameter("shelters.registration").si
    assert one.waited_s[index] == pytest.approx(max(came / rate_per_s - over_s, 0))
    assert one.queue[index] == pytest.approx(max(came - rate_per_s * over_s, 0))


def test_the_queue_is_served_at_the_rate_of_the_desks(fresh):
    sheltered(fresh)
    one = life(fresh)
    one.look(300.0)
    before = one.queue.copy()
    one.look(60.0)
    served = before - one.queue
    rate_per_s = one.desks() / parameter("shelters.registration").si
    assert served == pytest.approx(np.minimum(before, rate_per_s * 60.0))


def test_room_a_person_is_area_over_people(fresh):
    facility, homes = sheltered(fresh)
    one = life(fresh)
    one.look(300.0)
    index = int(np.searchsorted(one.rows, facility))
    expected_m2 = one.area_m2()[index] / fresh.people.count_in(homes)
    assert one.least_m2[index] == pytest.approx(expected_m2)
    assert np.isinf(np.delete(one.least_m2, index)).all()


@pytest.mark.parametrize(("night_c", "cold"), [(20.0, False), (-5.0, True)])
def test_a_shelter_without_power_is_dark_and_on_a_cold_night_cold(fresh, night_c, cold):
    facility, homes = sheltered(fresh)
    fresh.operations.stage.night_c = night_c
    fresh.states["facility_out"][facility] = True
    one = life(fresh)
    one.look(3600.0)
    person_h = one.table()["dark_person_h"].sum()
    assert person_h == fresh.people.count_in(homes)
    assert one.table()["cold_person_h"].sum() == (person_h if cold else 0)
    assert "shelter_dark" in [event.kind for event in fresh.log]


def test_children_whose_parents_are_elsewhere_are_alone(fresh):
    people = fresh.people
    sheltered(fresh, 100)
    residents = people.residents
    inside = np.flatnonzero(residents.state == STATE["sheltered"])
    child = residents.age[inside] == AGE_BANDS.index("0-14")
    one = life(fresh)
    one.look(300.0)
    assert one.alone.sum() == 0
    residents.move(inside[~child], "in_hospital")
    one.look(300.0)
    assert one.alone.sum() == people.count(inside[child]) > 0


def test_people_go_home_when_their_shelter_closes_and_it_takes_the_way(fresh):
    facility, homes = sheltered(fresh)
    people = fresh.people
    n = people.count_in(homes)
    way_s = people.guests.way_home_m(homes, facility) * parameter("shelters.detour").value
    way_s /= parameter("movement.walking_speed").si
    done = ordered(fresh, "close_shelter", CloseShelter.model_validate({"shelters": "open"}))
    fresh.env.run(until=done)
    assert people.count_in_state(homes, "at_home") == n
    assert people.shelters.persons_inside().sum() == 0
    assert way_s.max() <= fresh.now_s <= way_s.max() + fresh.operations.stage.step_s
    assert not people.shelters.is_open(facility)


def test_who_has_lost_his_home_stays(fresh):
    facility, homes = sheltered(fresh)
    people = fresh.people
    fresh.states["building_fire"][people.residents.homes.building[homes[:5]]] = FIRE_STATES.index(
        "burnt_out"
    )
    ordered(fresh, "close_shelter", CloseShelter.model_validate({"shelters": "open"}))
    fresh.env.run(until=6 * 3600.0)
    left = people.guests.inside(facility)
    assert set(homes[:5]) <= set(left)
    assert len(left) < len(homes)
    assert people.shelters.persons_inside().sum() == people.residents.ledger.of("sheltered") > 0


def test_a_bus_moves_people_from_one_shelter_to_another_and_counts_each_once(fresh):
    facility, homes = sheltered(fresh, 20)
    people = fresh.people
    other = int(people.shelters.rows[1])
    people.shelters.open(other)
    before = int(people.shelters.persons_inside().sum())
    names = fresh.world.facilities.id
    order = {"from": str(names[facility]), "to": str(names[other]), "people": before}
    row = Row("", "player", "transfer_people", None)
    command = Command(0.0, "player", "transfer_people", TransferPeople.model_validate(order), 0)
    fresh.env.run(until=fresh.operations.submit(command, row))
    assert row.detail["people"] == before
    assert people.shelters.persons_inside().sum() == people.residents.ledger.of("sheltered")
    assert (people.residents.place[people.residents.members(homes)] == other).all()


def reunited(model, workers, adults="in_hospital"):
    """Bring families in, let the adults go elsewhere, and have the families traced."""
    sheltered(model, 40)
    residents = model.people.residents
    inside = np.flatnonzero(residents.state == STATE["sheltered"])
    child = residents.age[inside] == AGE_BANDS.index("0-14")
    residents.move(inside[~child], adults)
    order = ReuniteFamilies.model_validate({"workers": workers})
    row = Row("", "player", "reunite_families", None)
    command = Command(0.0, "player", "reunite_families", order, 0)
    model.env.run(until=model.operations.submit(command, row))
    return inside[child], row


def test_every_child_alone_is_traced_one_after_the_other_by_so_many_workers(fresh):
    children, row = reunited(fresh, workers=1)
    n = fresh.people.count(children)
    assert row.detail == {"family_traced": n}
    assert fresh.now_s == pytest.approx(n * parameter("shelters.tracing").si)


def test_a_child_without_family_is_given_a_carer(fresh):
    children, row = reunited(fresh, workers=4, adults="dead")
    assert row.detail == {"carer_given": fresh.people.count(children)}
