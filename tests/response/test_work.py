"""Reports on their way, units and who gets them, barriers, pumps, and roads under water."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sim.response.operations import Operations
from sim.response.places import UnknownPlaceError, check_plan
from sim.response.reports import Reports
from sim.response.reports_sightings import reported_stranded
from sim.scenario.forces import Force
from sim.scenario.parameters import parameter
from tests.response.conftest import Street, clause, plan_of, street

SOON = "{time: {after: 10 min}}"
NEVER = clause("N", "{time: {after: 900 h}}", "report", "{to: chief}")


def test_nobody_knows_of_water_before_the_delay_of_the_gauge(stage):
    stage.depth_m["dip"] = 0.5
    plan = plan_of(
        clause("A", "{water_depth: {at: dip, at_least: 20 cm}}", "report", "{to: chief}")
    )
    ops = stage.go(Operations(stage, plan), 3600)
    measured = next(event for event in stage.log if event.kind == "depth_measured")
    triggered = next(event for event in stage.log if event.kind == "clause_triggered")
    delay_s = parameter("reports.gauge_delay").si
    assert triggered.t_s >= measured.t_s + delay_s
    assert triggered.cause == measured.id
    assert ops.desks["chief"].picture.facts[("depth", "dip")].t_s >= measured.t_s + delay_s


def test_two_plans_on_one_seed_meet_the_same_forecasts(street_world):
    def forecasts(plan):
        stage = Street(street_world)
        stage.rain_m_per_s = 0.05 / 3600
        stage.go(Operations(stage, plan), 7 * 3600)
        return [(e.t_s, e.facts) for e in stage.log if e.kind == "forecast_issued"]

    busy = plan_of(clause("A", SOON, "report", "{to: chief, every: 7 min}"))
    assert forecasts(plan_of(NEVER)) == forecasts(busy)


def test_the_weather_office_raises_its_signal_when_rain_demands_it(stage):
    stage.rain_m_per_s = 0.120 / (3 * 3600)  # red: 100 mm in 3 h
    ops = stage.go(Operations(stage, plan_of(NEVER)), 4 * 3600)
    assert ops.desks["clerk"].picture.facts[("warning", "weather")].value == "red"


def test_a_dry_evening_raises_no_signal(stage):
    ops = stage.go(Operations(stage, plan_of(NEVER)), 4 * 3600)
    assert stage.story("signal_raised") == []
    assert isinstance(ops.reports, Reports)


def test_the_nearest_free_unit_goes_and_the_others_stay(stage):
    ops = Operations(stage, plan_of(NEVER))
    first = next_unit(ops, "street", 4)
    assert first.id == "team-street-2"
    assert next_unit(ops, "street", 4).id == "team-street-1"


def next_unit(ops, kind, node):
    """Take a unit that is free."""
    with pytest.raises(StopIteration) as taken:
        next(ops.resources.take(kind, node))
    return taken.value.value


def test_units_given_back_go_to_those_who_waited_longest(stage):
    ops = Operations(stage, plan_of(NEVER))
    both = [next_unit(ops, "street", 0) for _ in range(2)]
    served = []

    def waits(name):
        unit = yield from ops.resources.take("street", 0)
        served.append((name, unit.id))

    for name in ("first", "second"):
        stage.env.process(waits(name))
    stage.env.run(until=1)
    for unit in both:
        ops.resources.give_back(unit)
    stage.env.run(until=2)
    assert served == [("first", both[0].id), ("second", both[1].id)]


def test_a_barrier_stands_until_it_is_taken_away_in_shallow_water(stage):
    plan = plan_of(
        clause("C", SOON, "close_road", "{points: [dip]}"),
        clause("O", "{clause: {id: C, is: done}}", "reopen_road", "{points: [dip], below: 10 cm}"),
    )
    stage.at = {2 * 3600: lambda: stage.edge_m.__setitem__([4, 5], 0.3)}
    stage.at[3 * 3600] = lambda: stage.edge_m.__setitem__([4, 5], 0.0)
    ops = Operations(stage, plan)
    stage.edge_m[[4, 5]] = 0.3
    stage.go(ops, 2.5 * 3600)
    assert stage.barred[[4, 5]].all()
    stage.go(ops, 5 * 3600)
    assert not stage.barred.any()


def test_a_barrier_goes_up_at_the_edge_of_the_water_when_the_dip_cannot_be_reached():
    stage = Street(street(spacing_m=parameter("response.reach").si / 2))
    stage.edge_m[2:6] = 2.0
    plan = plan_of(clause("C", SOON, "close_road", "{points: [dip]}", within="2 h"))
    stage.go(Operations(stage, plan), 3 * 3600)
    assert stage.barred[[4, 5]].all()


def test_a_team_cut_off_for_good_gives_up_and_the_promise_is_missed(stage):
    stage.edge_m[:] = 2.0
    plan = plan_of(clause("C", SOON, "close_road", "{points: [dip]}", within="9 h"))
    ops = stage.go(Operations(stage, plan), 8 * 3600)
    row = ops.ledger.rows[0]
    assert (row.outcome(ops.now_s), row.held_up_by(ops.now_s)) == ("missed", "road_cut")
    assert len(stage.story("team_gave_up")) == 1


def test_a_pump_works_at_the_rate_of_the_plan_until_the_point_is_dry(stage):
    stage.depth_m["dip"] = 0.5
    stage.at = {3 * 3600: lambda: stage.depth_m.update(dip=0.0)}
    order = "{points: [dip], units: 2, capacity: 360 m3/h}"
    ops = Operations(stage, plan_of(clause("P", SOON, "run_pumps", order)))
    stage.go(ops, 2 * 3600)
    assert stage.pumped_m3_per_s["dip"] == pytest.approx(0.2)
    stage.go(ops, 4 * 3600)
    assert stage.pumped_m3_per_s["dip"] == pytest.approx(0.0)
    assert all(unit.duty == "ready" for unit in ops.resources.units)


def test_more_pumps_than_there_are_wait_and_nobody_is_lost(stage):
    stage.depth_m["dip"] = 0.5
    stage.at = {2 * 3600: lambda: stage.depth_m.update(dip=0.0)}
    n_pumps = int(parameter("response.mobile_pumps").si)
    order = f"{{points: [dip], units: {n_pumps + 2}}}"
    ops = stage.go(Operations(stage, plan_of(clause("P", SOON, "run_pumps", order))), 5 * 3600)
    assert ops.ledger.rows[0].detail["pumps"] == n_pumps + 2
    assert all(unit.duty == "ready" for unit in ops.resources.units)


def test_guards_stay_on_where_no_level_was_ever_set(stage):
    order = "{team: flood, count: 1, to: [dip], task: guard}"
    ops = stage.go(Operations(stage, plan_of(clause("G", SOON, "dispatch_team", order))), 4 * 3600)
    team = next(unit for unit in ops.resources.units if unit.kind == "flood")
    assert (team.duty, team.node) == ("working", 2)


def test_guards_go_home_when_the_response_is_ended(stage):
    order = "{team: flood, count: 1, to: [dip], task: guard}"
    plan = plan_of(
        clause("L", SOON, "set_response_level", "{level: IV}"),
        clause("G", SOON, "dispatch_team", order),
        clause("E", "{time: {after: 3 h}}", "set_response_level", "{level: none}"),
    )
    ops = stage.go(Operations(stage, plan), 4 * 3600)
    team = next(unit for unit in ops.resources.units if unit.kind == "flood")
    assert (team.duty, team.node) == ("ready", 0)


def test_a_plan_that_names_unknown_places_is_refused_with_all_of_them(street_world):
    plan = plan_of(
        clause("C", SOON, "close_road", "{points: [dipp]}"),
        clause("W", SOON, "relocate_zone", "{zones: [wets, all], shelters: [scool]}"),
        clause("D", "{water_depth: {at: dip, at_least: 1 m}}", "open_shelter", "{shelters: buses}"),
    )
    with pytest.raises(UnknownPlaceError) as refused:
        check_plan(plan, street_world)
    lines = str(refused.value).splitlines()
    assert [line.split()[2].split(".")[0] for line in lines] == ["0", "1", "1", "2"]
    assert "did you mean 'dip'" in lines[0]
    assert "did you mean 'school'" in lines[2]


def test_a_plan_whose_places_are_all_on_the_map_is_taken(street_world):
    order = "{team: flood, count: 1, to: [dip, west, school, flooded], task: guard}"
    check_plan(plan_of(clause("G", SOON, "dispatch_team", order)), street_world)


def caught_at(node, *, at_s=0.0):
    """One household of three that was caught at a node at a time."""
    return SimpleNamespace(
        stranded=lambda: np.array([7]),
        place_of=lambda rows: np.full(len(rows), node),
        caught_since_s=lambda rows: np.full(len(rows), at_s),
        count_in=lambda rows: 3 * len(rows),
    )


def test_a_drone_finds_who_is_caught_before_anybody_calls(stage):
    stage.people = caught_at(2, at_s=3000.0)
    stage.forces = (Force.model_validate({"kind": "drone", "at": "stores"}),)
    order = "{team: watch, count: 1, to: [dip], task: search}"
    ops = Operations(stage, plan_of(clause("D", SOON, "dispatch_team", order)))
    stage.go(ops, 2 * 3600)
    assert ops.seen_from_air == {7}
    assert ops.ledger.rows[0].detail["found"] == 3
    assert reported_stranded(ops, 4).tolist() == [7]


def test_a_team_without_a_drone_cannot_search_from_the_air(stage):
    order = "{team: flood, count: 1, to: [dip], task: search}"
    ops = stage.go(Operations(stage, plan_of(clause("D", SOON, "dispatch_team", order))), 3600)
    assert ops.ledger.rows[0].held_up_by(ops.now_s) == "no_team"


def test_a_drone_over_a_forest_fire_tells_the_post_that_sent_it(stage):
    stage.forces = (Force.model_validate({"kind": "drone", "at": "stores"}),)
    stage.people = SimpleNamespace(
        stranded=lambda: np.zeros(0, np.int64), place_of=lambda rows: rows.astype(np.int32)
    )
    order = "{team: watch, count: 1, to: [dip], task: search}"
    ops = Operations(stage, plan_of(clause("D", SOON, "dispatch_team", order)))
    burning = np.full(stage.world.grid.shape, np.inf, np.float32)
    burning[1, 10] = 0.0  # 40 m from the dip
    stage.fields.write("fire_arrival_s", burning)
    lit = stage.log.add(0.0, "fire_spotted", "forest")
    told = ("event", "fire_spotted", "forest")
    stage.go(ops, 3600.0)
    seen = next(event for event in stage.log if event.kind == "fire_sighted")
    assert seen.cause == lit
    assert ops.desks["clerk"].picture.knows(told, lit)
