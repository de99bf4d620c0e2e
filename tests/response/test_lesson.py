"""The lesson's evening with its early plan: buses, boats, shelters, and everybody accounted for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.agents.ledger import STATE
from sim.response.command import Command
from sim.response.ledger import Row
from sim.response.reports_sightings import reported_stranded
from sim.response.teams import dispatch_team, rescue
from sim.scenario.actions import DispatchTeam, RelocateZone
from sim.scenario.parameters import parameter
from tests.response.conftest import staged


@pytest.fixture(scope="module")
def evening(town):
    """A finished evening by the early plan, and the fullest each shelter ever was."""
    model = staged(town)
    fullest = np.zeros(len(model.people.shelters.rows))

    def look(_):
        np.maximum(fullest, model.people.shelters.persons_inside(), out=fullest)

    model.run(look)
    return model, fullest


def row_of(model, name):
    return next(row for row in model.operations.ledger.rows if row.clause == name)


def test_buses_carry_many_and_count_each_once(evening):
    model, _ = evening
    unloaded = sum(event.facts["people"] for event in model.log if event.kind == "bus_unloaded")
    by_bus = row_of(model, "B1").detail["by_bus"]
    assert by_bus == unloaded > 100


def test_no_shelter_ever_holds_more_than_its_places(evening):
    model, fullest = evening
    assert (fullest <= model.world.facilities.capacity[model.people.shelters.rows]).all()
    assert fullest.sum() > 100


def test_people_in_shelters_are_those_whose_state_says_so(evening):
    model, _ = evening
    sheltered = model.people.residents.ledger.of("sheltered")
    assert model.people.shelters.persons_inside().sum() == sheltered


def test_rescue_brings_people_out_and_goes_on_while_anybody_known_is_caught(evening):
    """One boat team with 83 people on its hands: the order names zones not known to be flooded."""
    model, _ = evening
    people, ops = model.people, model.operations
    caught = np.isin(people.residents.state, (STATE["stranded"], STATE["rescued"]))
    fetched = row_of(model, "F1").detail["fetched"]
    assert fetched > 0
    assert np.isfinite(people.caught_s).sum() >= caught.sum() + fetched
    team = next(unit for unit in ops.resources.units if unit.kind == "water_rescue")
    assert not len(reported_stranded(ops, team.node)) or team.duty != "ready"


def test_rescuers_ordered_to_what_is_flooded_go_though_their_post_knows_no_such_zone_yet(evening):
    model, _ = evening
    row = row_of(model, "F1")
    told_s = [
        event.t_s
        for event in model.log
        if (event.kind, event.who) == ("news_received", "fire-brigade")
        and event.facts["news"] == "buildings_flooded"
    ]
    assert row.detail["teams"] == 1
    assert row.at_s["started"] < min(told_s)
    assert row.at_s["done"] < row.deadline_s


def test_teams_come_home_or_are_on_their_way_there(evening):
    model, _ = evening
    rescuers = [unit for unit in model.operations.resources.units if unit.kind == "water_rescue"]
    home = [unit for unit in rescuers if unit.duty == "ready"]
    assert all(unit.node == unit.base_node for unit in home)
    assert all(unit.duty in ("ready", "driving") for unit in rescuers)


def test_shelters_take_nobody_in_before_they_open(evening):
    model, _ = evening
    opened_s = min(event.t_s for event in model.log if event.kind == "shelter_opened")
    arrived = [row for row in model.recorder.rows if row["people_sheltered"] > 0]
    assert arrived[0]["t_s"] >= opened_s


def test_what_became_of_those_ordered_out_adds_up(evening):
    model, _ = evening
    people = model.people
    zones = model.operations.stage.zone_rows(("ferry", "mill"), model.operations)
    fate = people.fate_of(people.meant(zones, ("everyone",)))
    ordered = fate.pop("ordered")
    persons = people.residents.members(people.meant(zones, ("everyone",)))
    still = people.still_to_go(persons)
    undecided = ordered - sum(fate.values()) - still
    assert -fate["stayed"] <= undecided <= 0  # who has not decided is at home, and still to go


def test_two_plans_on_one_seed_meet_the_same_water_and_forecasts(town, evening):
    model, _ = evening
    other = staged(town, plan="basic")
    other.run()

    def met(run):
        kinds = ("forecast_issued", "signal_raised", "rain_started", "levee_breached")
        return [(e.t_s, e.kind, e.facts) for e in run.log if e.kind in kinds]

    assert met(model) == met(other)
    assert model.operations.commands != other.operations.commands


# -- by hand: one household at a time ---------------------------------------------------------


@pytest.fixture
def fresh(town):
    """The lesson before its first minute, one household in ten standing for ten."""
    return staged(town, every=10)


def given(action, params, **facts):
    """An order by hand."""
    task = {"task": "rescue"} if params is DispatchTeam else {}
    return Command(0.0, "player", action, params.model_validate(facts | task), 0)


def stranded(model, n=3):
    """Let some households set out and be caught on the road."""
    homes = np.arange(n)
    rows = model.people.residents.members(homes)
    model.people.residents.move(rows, "walking")
    model.people.population.strand(homes)
    return homes


def test_who_walks_on_before_the_boat_comes_is_not_carried_off(fresh):
    people, homes = fresh.people, stranded(fresh)
    people.population.residents.move(people.residents.members(homes[:1]), "walking")
    assert people.fetch(homes, cause=0).tolist() == homes[1:].tolist()
    assert people.count_in_state(homes[:1], "walking") == people.count_in(homes[:1])


def test_a_boat_makes_as_many_trips_as_the_people_a_sample_stands_for(fresh):
    ops, people = fresh.operations, fresh.people
    homes = stranded(fresh, 1)
    people.shelters.open(int(people.shelters.rows[0]))
    team = next(unit for unit in ops.resources.units if unit.kind == "water_rescue")
    team.node = int(people.place_of(homes)[0])
    order = given("dispatch_team", DispatchTeam, team="water_rescue", count=1, to="flooded")
    fresh.env.process(rescue(ops, team, order, Row("", "player", order.action, None)))
    trips = np.ceil(people.count_in(homes) / parameter("response.boat_seats").si)
    needed_s = trips * parameter("response.boat_trip").si
    fresh.env.run(until=needed_s + 1.0)
    fetched = next(event for event in fresh.log if event.kind == "people_fetched")
    assert trips > 1
    assert fetched.t_s == needed_s


def test_places_kept_for_a_bus_are_nobody_elses(fresh):
    people = fresh.people
    shelter = int(people.shelters.rows[0])
    people.shelters.open(shelter)
    room = people.shelters.room(shelter)
    people.shelters.expect(shelter, room)
    assert people.shelters.room(shelter) == 0
    assert people.shelters.with_room().tolist() == []
    people.shelters.expect(shelter, -room)
    assert people.shelters.with_room().tolist() == [shelter]


def test_people_whom_a_bus_must_put_down_are_reported_as_stranded(fresh):
    people, homes = fresh.people, np.arange(2)
    people.residents.move(people.residents.members(homes), "on_bus")
    people.put_down(homes, 5)
    assert [event.kind for event in fresh.log][-1] == "people_stranded"
    assert people.place_of(homes).tolist() == [5, 5]


def test_low_lying_people_go_first_where_an_order_says_so(fresh):
    people, ops = fresh.people, fresh.operations
    ops.submit(given("relocate_zone", RelocateZone, zones="all", first="low_lying"))
    fresh.env.run(until=1.0)
    low = people.meant(ops.stage.zone_rows("low_lying", ops), ("everyone",))
    ordered = next(event for event in fresh.log if event.kind == "relocation_ordered")
    assert ordered.facts["people"] == people.count_in(low) > 0


def test_groups_of_points_are_known_by_what_was_told(fresh):
    ops = fresh.operations
    assert ops.stage.points_called(("all",), ops) == ("wl-station",)
    assert ops.stage.points_called(("flooded",), ops) == ()
    ops.tell("commander", ("depth", "wl-station"), 0.4, 0)
    assert ops.stage.points_called(("flooded", "wl-station"), ops) == ("wl-station",)


def test_pumps_and_barriers_at_all_points_leave_railway_crossings_alone(fresh):
    stage = fresh.operations.stage
    railway = replace(stage.world.points, kind=np.array(["level_crossing"], dtype=object))
    stage.world = replace(stage.world, points=railway)
    assert stage.points_called(("all",), fresh.operations) == ()
    assert stage.points_called(("wl-station",), fresh.operations) == ("wl-station",)


def test_a_street_team_without_a_boat_is_sent_to_rescue_nobody(fresh):
    """It may guard and help people move; whoever orders it to rescue lacks a team."""
    order = given("dispatch_team", DispatchTeam, team="street", count=1, to="ferry")
    row = Row("", "player", order.action, None)
    fresh.env.process(dispatch_team(fresh.operations, order, row))
    fresh.env.run(until=3600.0)
    assert (row.lacking, row.hindrance) == (1, "no_team")
    assert not [event for event in fresh.log if event.kind == "team_sent"]
