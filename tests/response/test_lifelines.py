"""Streets cleared and facilities repaired, on a street where a test says what is broken."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from sim.response.command import Command
from sim.response.ledger import Row
from sim.response.lifelines import Debris, Outages
from sim.response.lifelines_bridges import Bridges
from sim.response.operations import Operations
from sim.response.teams_work import Deployment
from sim.scenario.forces import Force, unit_kinds
from sim.scenario.parameters import parameter
from sim.world.table import Shapes
from tests.response.conftest import Street, clause, plan_of

NEVER = clause("N", "{time: {after: 900 h}}", "report", "{to: chief}")
EVERYWHERE = np.array([0])


@pytest.fixture
def broken(street_world):
    """Debris on the street between the third and the fourth crossing; the school without power."""
    nowhere = Shapes.of([np.zeros((0, 2))] * street_world.zones.n)
    stage = Street(replace(street_world, zone_shapes=nowhere))
    everybody = np.ones(street_world.zones.n + 1, dtype=bool)
    stage.people = SimpleNamespace(residents=SimpleNamespace(zones_within=lambda zones: everybody))
    stage.forces = tuple(
        Force.model_validate({"kind": kind, "at": "stores", "ready_after": 0.0})
        for kind in ("road", "power")
    )
    stage.states["road_free_m"][[4, 5]] = 1.0
    school = int(np.flatnonzero(street_world.facilities.id == "school")[0])
    stage.states["facility_out"][school] = True
    return stage, Operations(stage, plan_of(NEVER)), school


def send(stage, ops, work, trade):
    event = stage.log.add(float(stage.env.now), "order_given", "chief")
    command = Command(0.0, "chief", "x", None, -1, "C", event)
    row = Row("C", "chief", "x", None)
    order = Deployment(ops, command, row, work, trade=trade, rule="by_priority")
    stage.env.process(order.open(1, 0))
    return row


def test_a_cleared_street_is_as_wide_as_a_fire_lane_both_ways(broken):
    stage, ops, _ = broken
    row = send(stage, ops, Debris(ops, EVERYWHERE), "road")
    stage.env.run(until=24 * 3600)
    wide_m = parameter("rescue.debris_clear_width").si
    assert (stage.states["road_free_m"] >= wide_m).all()
    assert row.detail["streets"] == 1


def test_clearing_takes_the_length_of_the_street_over_the_teams_rate(broken):
    stage, ops, _ = broken
    send(stage, ops, Debris(ops, EVERYWHERE), "road")
    stage.env.run(until=24 * 3600)
    at_s = {event.kind: event.t_s for event in stage.log}
    length_m = float(stage.world.roads.length_m[4])
    works_s = length_m / unit_kinds()["road"].clear_m_per_h * 3600
    assert at_s["street_cleared"] - at_s["team_arrived"] == pytest.approx(works_s)


def test_a_facility_with_power_again_works(broken):
    stage, ops, school = broken
    send(stage, ops, Outages(ops, EVERYWHERE, "power"), "power")
    stage.env.run(until=24 * 3600)
    assert not stage.states["facility_out"][school]


def test_no_power_team_mends_a_ruin(broken):
    stage, ops, school = broken
    stage.states["facility_damaged"][school] = True
    send(stage, ops, Outages(ops, EVERYWHERE, "power"), "power")
    stage.env.run(until=24 * 3600)
    assert stage.states["facility_out"][school]


def test_a_road_that_is_down_is_open_both_ways_after_the_time_a_bridge_takes(broken):
    stage, ops, _ = broken
    stage.forces = (Force.model_validate({"kind": "bridge_repair", "at": "stores"}),)
    ops = Operations(stage, plan_of(NEVER))
    stage.states["road_down"][[4, 5]] = True
    row = send(stage, ops, Bridges(ops, EVERYWHERE), "bridge")
    stage.env.run(until=36 * 3600)
    at_s = {event.kind: event.t_s for event in stage.log}
    rate = unit_kinds()["bridge_repair"].bridge_m_per_h
    gap_m = min(float(stage.world.roads.length_m[4]), parameter("rescue.bridge_gap").si)
    expected_s = parameter("rescue.bridge_setup").si + gap_m / rate * 3600
    assert at_s["bridge_laid"] - at_s["team_arrived"] == pytest.approx(expected_s)
    assert not stage.states["road_down"].any()
    assert row.detail["bridges"] == 1
