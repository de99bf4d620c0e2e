"""People are brought to the shelter soonest reached by road of those their post thinks sound."""

from __future__ import annotations

import numpy as np
import pytest

from sim.model.disaster import Disaster
from sim.response import buses
from sim.response.command import Command
from sim.response.operations import Operations
from sim.response.shelters_choice import given_up, shelter_for
from sim.scenario.actions import DispatchBuses, RelocateZone
from tests.model.conftest import lesson_scenario
from tests.response.conftest import FACILITIES, STEP_S, Street, clause, plan_of, street

H = 3600.0
#: crossing of each shelter of the street; the depot of buses is at crossing 0
HALL, SCHOOL = 1, 4


class Doors:
    """Two open shelters of a hundred places: the books of `sim.model.shelters`, without people."""

    def __init__(self, world):
        self._nodes = world.facilities.node
        self.rows = np.flatnonzero(np.isin(world.facilities.id, ["hall", "school"]))
        self.room_of = dict.fromkeys(self.rows.tolist(), 100)

    def with_room(self, persons=1):
        return np.array([row for row, room in self.room_of.items() if room >= persons], dtype=int)

    def expect(self, row, persons):
        self.room_of[row] -= persons

    def node_of(self, row):
        return int(self._nodes[row])


class People:
    def __init__(self, world):
        self.shelters = Doors(world)


@pytest.fixture
def two(monkeypatch):
    """A street with a hall one crossing from the buses and a school four crossings away."""
    monkeypatch.setattr(
        "tests.response.conftest.FACILITIES", [*FACILITIES, ("hall", "shelter", HALL, 100)]
    )
    stage = Street(street())
    ops = Operations(stage, plan_of(clause("N", "{reported: {event: earthquake}}", "close_road",
                                           "{points: dip}")))  # fmt: skip
    stage.people = People(stage.world)
    return ops, {str(stage.world.facilities.id[row]): row for row in stage.people.shelters.rows}


def a_bus(ops):
    return next(unit for unit in ops.resources.units if unit.kind == "bus")


def flood(ops, after_node):
    """Put the road from one crossing to the next deep under water, both ways."""
    ops.stage.edge_m[2 * after_node : 2 * after_node + 2] = 2.0
    ops.env.run(until=ops.now_s + STEP_S)  # drivers look at the roads once a tick


def give_up(ops, name, *, tell=True):
    event = ops.log.add(ops.now_s, "shelter_failed", name, why="water", people=10)
    if tell:
        ops.tell("chief", ("event", "shelter_failed", name), 0.0, event)
    return event


def chosen(ops, **how):
    return shelter_for(ops, "chief", a_bus(ops), 10, **how)


def test_the_shelter_soonest_reached_by_road_is_chosen(two):
    ops, rows = two
    assert chosen(ops) == (rows["hall"], False)


def test_a_shelter_without_a_road_or_room_is_not_chosen(two):
    ops, rows = two
    flood(ops, after_node=2)
    assert chosen(ops).shelter == rows["hall"]
    ops.stage.people.shelters.expect(rows["hall"], 95)
    assert chosen(ops) is None


def test_a_post_that_was_told_of_a_shelter_given_up_sends_nobody_there(two):
    ops, rows = two
    give_up(ops, "hall", tell=False)
    assert chosen(ops).shelter == rows["hall"]
    give_up(ops, "hall")
    assert chosen(ops) == (rows["school"], False)
    assert given_up(ops, "clerk").size == 0


def test_a_shelter_given_up_is_better_than_none_that_a_road_leads_to(two):
    ops, rows = two
    give_up(ops, "hall")
    flood(ops, after_node=2)
    assert chosen(ops) == (rows["hall"], True)


def test_a_shelter_opened_again_is_chosen_again(two):
    ops, rows = two
    give_up(ops, "hall")
    ops.log.add(ops.now_s, "shelter_opened", "hall", places=100)
    assert chosen(ops).shelter == rows["hall"]


def test_a_shelter_that_the_order_does_not_name_is_second_choice(two):
    ops, rows = two
    school = np.array([rows["school"]])
    assert chosen(ops, among=school) == (rows["school"], False)
    flood(ops, after_node=2)
    assert chosen(ops, among=school) == (rows["hall"], True)


def test_who_is_rescued_is_brought_to_the_nearest_roof(two):
    ops, rows = two
    give_up(ops, "hall")
    assert chosen(ops, urgent=True).shelter == rows["hall"]


# -- on the way -------------------------------------------------------------------------------


def brought(ops, shelter):
    """Let a bus with ten people bring them to a shelter; returns where they were brought."""
    order = Command(0.0, "chief", "dispatch_buses", None, 0)
    ops.stage.people.shelters.expect(shelter, 10)
    trip = ops.env.process(buses._bring(ops, order, a_bus(ops), shelter, 10))
    return ops.env.run(until=trip)


def test_a_bus_whose_road_is_cut_brings_people_to_another_shelter(two):
    ops, rows = two
    flood(ops, after_node=2)
    assert brought(ops, rows["school"]) == rows["hall"]
    assert ops.stage.people.shelters.room_of == {rows["school"]: 100, rows["hall"]: 90}
    assert [event.facts["to"] for event in ops.log if event.kind == "bus_diverted"] == ["hall"]


def test_a_bus_that_is_sent_away_at_the_door_goes_to_another_shelter(two, monkeypatch):
    ops, rows = two
    failed = give_up(ops, "hall", tell=False)

    class Life:
        """Keepers who know that the hall is given up."""

        class onward:  # noqa: N801 - stands for an attribute
            @staticmethod
            def given_up_by(row):
                return failed if row == rows["hall"] else -1

    monkeypatch.setattr(ops, "shelter_life", Life)
    assert brought(ops, rows["hall"]) == rows["school"]
    assert given_up(ops, "chief").tolist() == [rows["hall"]]


def test_with_no_way_anywhere_people_are_put_down(two):
    ops, rows = two
    flood(ops, after_node=0)
    assert brought(ops, rows["hall"]) is None
    assert set(ops.stage.people.shelters.room_of.values()) == {100}


# -- in the lesson's town ----------------------------------------------------------------------


def test_buses_bring_nobody_to_a_shelter_their_post_knows_to_be_given_up(town, monkeypatch):
    never = clause("N", "{reported: {event: earthquake}}", "open_shelter", "{shelters: all}")
    model = Disaster(lesson_scenario(rain=False), town, plan=plan_of(never), seed=1, every=10)
    people, ops = model.people, model.operations
    for row in people.shelters.rows.tolist():
        people.shelters.open(row)
    zone = ops.stage.zone_rows(("mill",), ops)
    usual = shelter_for(ops, "player", _bus_at(ops, zone), 1)
    name = str(model.world.facilities.id[usual.shelter])
    ops.tell("chief", ("event", "shelter_failed", name), 0.0, model.log.add(0.0, "shelter_failed",
             name, why="water", people=0))  # fmt: skip
    for action, params, facts in (
        ("relocate_zone", RelocateZone, {"first": "everyone", "by": ("bus",)}),
        ("dispatch_buses", DispatchBuses, {"count": 2, "shelters": "all"}),
    ):
        given = params.model_validate({"zones": "mill"} | facts)
        ops.submit(Command(0.0, "player", action, given, 0))
    model.run()
    carried = people.shelters._came_otherwise
    assert carried[people.shelters._index(usual.shelter)] == 0
    assert carried.sum() > 100


def _bus_at(ops, zone):
    bus = a_bus(ops)
    bus.node = ops.stage.meeting_node(int(zone[0]))
    return bus
