"""From trigger to outcome: one clause, two clauses on one desk, and what becomes of them."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sim.response.ledger import ClauseLedger, Row
from sim.response.operations import Operations
from sim.response.registry import WORKFLOWS
from sim.scenario.parameters import parameter
from tests.response.conftest import HOP_S, POSTS, clause, plan_of

SOON = "{time: {after: 10 min}}"
LEVEL = "{level: III}"


def row_of(ops, name):
    return next(row for row in ops.ledger.rows if row.clause == name)


def outcome(ops, name):
    return row_of(ops, name).outcome(ops.now_s)


def test_a_clause_leaves_its_whole_story_in_the_log(stage):
    plan = plan_of(clause("L3", SOON, "set_response_level", LEVEL, within="1 h"))
    ops = stage.go(Operations(stage, plan), 3600)
    chain = [event.kind for event in stage.log.chain(row_of(ops, "L3").event["done"])]
    assert chain == [
        "clause_done",
        "level_set",
        "order_given",
        "clause_decided",
        "clause_taken_up",
        "clause_triggered",
        "run_started",
    ]


def test_a_deadline_runs_from_the_trigger_and_the_margin_is_what_is_left(stage):
    plan = plan_of(clause("L3", SOON, "set_response_level", LEVEL, within="1 h"))
    row = row_of(stage.go(Operations(stage, plan), 3600), "L3")
    assert row.at_s["triggered"] == pytest.approx(600, abs=1)
    assert row.margin_s == pytest.approx(row.at_s["triggered"] + 3600 - row.at_s["done"])


@pytest.mark.parametrize(
    ("at_s", "within_s", "now_s", "expected"),
    [
        ({}, 600, 900, "not_triggered"),
        ({"triggered": 0, "done": 600}, 600, 900, "met"),
        ({"triggered": 0, "done": 601}, 600, 900, "late"),
        ({"triggered": 0}, 600, 601, "missed"),
        ({"triggered": 0}, 600, 599, "open"),
        ({"triggered": 0}, None, 10**6, "open"),
        ({"triggered": 0, "done": 10**5}, None, 10**6, "met"),
    ],
)
def test_an_outcome_follows_from_times_alone(at_s, within_s, now_s, expected):
    assert Row("A", "clerk", "report", within_s, at_s=at_s).outcome(now_s) == expected


def test_an_order_that_ends_without_what_it_promises_is_missed_at_once():
    row = Row("A", "clerk", "run_pumps", 3600, at_s={"triggered": 0})
    row.lacks("no_pump")
    assert (row.outcome(10), row.held_up_by(10)) == ("missed", "no_pump")


def test_a_team_that_does_not_exist_keeps_no_promise(stage):
    order = "{team: medical, count: 1, to: [dip], task: guard}"
    plan = plan_of(clause("T", SOON, "dispatch_team", order, within="2 h"))
    ops = stage.go(Operations(stage, plan), 3600)
    assert (outcome(ops, "T"), row_of(ops, "T").held_up_by(ops.now_s)) == ("missed", "no_team")
    assert stage.story("clause_done") == []


@pytest.mark.parametrize("becomes", ["late", "missed"])
def test_a_clause_whose_deadline_passes_while_it_is_under_way_is_told_to_be_late(stage, becomes):
    stage.edge_m[:] = 2.0  # the guards wait at their base for the water to fall
    order = "{team: flood, count: 1, to: [dip], task: guard}"
    plan = plan_of(
        clause("T", SOON, "dispatch_team", order, within="30 min"),
        clause("U", f"{{clause: {{id: T, is: {becomes}}}}}", "set_response_level", LEVEL),
    )
    ops = stage.go(Operations(stage, plan), 7200)
    assert row_of(ops, "U").at_s["triggered"] == pytest.approx(600 + 1800, abs=61)


def test_a_clause_that_cannot_be_kept_is_told_to_be_missed_at_once(stage):
    order = "{team: medical, count: 1, to: [dip], task: guard}"
    plan = plan_of(
        clause("T", SOON, "dispatch_team", order, within="30 min"),
        clause("U", "{clause: {id: T, is: missed}}", "set_response_level", LEVEL),
    )
    ops = stage.go(Operations(stage, plan), 7200)
    ended_s = next(event.t_s for event in stage.log if event.kind == "clause_failed")
    assert row_of(ops, "U").at_s["triggered"] == pytest.approx(ended_s, abs=61)


def test_a_level_that_stands_already_overtakes_a_lower_one(stage):
    plan = plan_of(
        clause("L2", SOON, "set_response_level", "{level: II}"),
        clause("L4", "{time: {after: 2 h}}", "set_response_level", "{level: IV}"),
    )
    ops = stage.go(Operations(stage, plan), 3 * 3600)
    assert (ops.level, outcome(ops, "L4")) == ("II", "overtaken")
    assert stage.log[row_of(ops, "L4").overtaken_by].kind == "level_set"


@pytest.mark.parametrize(
    ("do", "with_", "ends"),
    [
        ("set_response_level", LEVEL, "met"),
        ("suspend", "{what: schools, zones: all}", "not_simulated"),
        ("dispatch_team", "{team: medical, count: 1, to: [dip], task: guard}", "missed"),
    ],
)
def test_whatever_becomes_of_a_clause_those_after_it_go_on(stage, do, with_, ends):
    plan = plan_of(
        clause("A", SOON, do, with_, within="2 h"),
        clause("B", SOON, "set_response_level", "{level: I}", after=["A"]),
    )
    ops = Operations(stage, plan)
    ops.ledger = ClauseLedger(stage.env, frozenset(WORKFLOWS) - {"suspend"})
    stage.go(ops, 3 * 3600)
    assert (outcome(ops, "A"), outcome(ops, "B")) == (ends, "met")


def test_a_post_that_holds_one_thing_at_a_time_decides_one_after_another(stage):
    plan = plan_of(
        *(clause(name, SOON, "notify_post", "{posts: [chief]}") for name in "ABC"),
        posts=POSTS.replace("decides_within: 5 min", "decides_within: 5 min, at_once: 1"),
    )
    ops = stage.go(Operations(stage, plan), 3 * 3600)
    rows = [row_of(ops, name) for name in "ABC"]
    assert [row.at_s["taken_up"] for row in rows[1:]] == [row.at_s["decided"] for row in rows[:-1]]


def test_a_post_takes_equally_long_over_the_same_matter_in_every_plan(stage):
    one = Operations(stage, plan_of(clause("A", SOON, "set_response_level", LEVEL)))
    other = Operations(
        stage,
        plan_of(
            clause("Z", SOON, "set_response_level", LEVEL),
            clause("A", "{time: {after: 2 h}}", "set_response_level", LEVEL),
        ),
    )
    assert one.desks["clerk"].decision_s("A") == other.desks["clerk"].decision_s("A")


def test_a_clause_that_comes_again_comes_once_for_every_new_report(stage):
    when = "{reported: {event: levee_overtopped}}"
    plan = plan_of(clause("A", when, "notify_post", "{posts: [chief]}", again=True))
    stage.at = {
        t_s: lambda: stage.log.add(stage.env.now, "levee_overtopped", "east") for t_s in (600, 9000)
    }
    ops = stage.go(Operations(stage, plan), 5 * 3600)
    done = [row for row in ops.ledger.rows if "done" in row.at_s]
    chains = [stage.log.chain(row.event["triggered"]) for row in done]
    assert [chain[1].kind for chain in chains] == ["news_received", "news_received"]
    assert [chain[2].id for chain in chains] == [
        event.id for event in stage.log if event.kind == "levee_overtopped"
    ]


def test_a_clause_that_comes_again_waits_until_its_condition_has_ceased(stage):
    stage.rain_m_per_s = 0.060 / 3600
    stage.at = {2 * 3600: lambda: setattr(stage, "rain_m_per_s", 0.0)}
    when = "{observed_rain: {over: 1 h, at_least: 30 mm}}"
    plan = plan_of(clause("A", when, "notify_post", "{posts: [chief]}", again=True))
    ops = stage.go(Operations(stage, plan), 5 * 3600)
    assert sum("triggered" in row.at_s for row in ops.ledger.rows) == 1


def test_commands_are_logged_in_order_each_with_the_event_that_ordered_it(stage):
    plan = plan_of(
        clause("L4", SOON, "set_response_level", "{level: IV}"),
        clause("R", "{response_level: {at_least: IV}}", "close_road", "{points: [dip]}"),
    )
    ops = stage.go(Operations(stage, plan), 3 * 3600)
    orders = [event for event in stage.log if event.kind == "order_given"]
    assert [command.event for command in ops.commands] == [event.id for event in orders]
    assert [command.action for command in ops.commands] == ["set_response_level", "close_road"]


def test_the_same_orders_given_by_hand_do_the_same_to_the_world(stage, street_world):
    def acts(of):
        return [(e.t_s, e.kind, e.who) for e in of.log if e.kind in ("road_barred", "team_sent")]

    plan = plan_of(clause("R", SOON, "close_road", "{points: [dip]}"))
    ops = stage.go(Operations(stage, plan), 2 * 3600)
    again = type(stage)(street_world)
    by_hand = Operations(
        again, plan_of(clause("N", "{time: {after: 90 h}}", "report", "{to: chief}"))
    )
    for command in ops.commands:
        again.env.run(until=command.t_s)
        by_hand.submit(command.__class__(command.t_s, "player", command.action, command.params, 0))
    again.go(by_hand, 2 * 3600)
    assert acts(again) == acts(stage) != []


def test_one_team_two_points_the_second_waits_for_the_first(stage):
    plan = plan_of(clause("R", SOON, "close_road", "{points: [dip, ford, dip]}", within="5 h"))
    ops = stage.go(Operations(stage, plan), 5 * 3600)
    kinds = ("team_sent", "road_barred")
    assert [who for _, kind, who in stage.story(*kinds) if kind == "team_sent"][:2] == [
        "team-street-1",
        "team-street-2",
    ]
    assert len(stage.story("road_barred")) == 3
    assert all(unit.duty == "ready" for unit in ops.resources.units)


def test_driving_takes_what_the_roads_take(stage):
    plan = plan_of(clause("R", SOON, "close_road", "{points: [dip]}"))
    stage.go(Operations(stage, plan), 2 * 3600)
    arrived = next(event for event in stage.log if event.kind == "team_arrived")
    assert arrived.facts["driven_min"] == round(2 * HOP_S / 60, 1)


EASED = "{all: [{time: {after: 2 h}}, {observed_rain: {over: 1 h, at_most: 1 mm}}]}"


def test_a_level_steps_down_when_the_rain_has_eased(stage):
    plan = plan_of(
        clause("L2", SOON, "set_response_level", "{level: II}"),
        clause("D3", EASED, "set_response_level", "{level: III}"),
    )
    ops = stage.go(Operations(stage, plan), 3 * 3600)
    assert (ops.level, outcome(ops, "D3")) == ("III", "met")


def test_stepping_down_is_overtaken_where_a_lower_level_stands_already(stage):
    plan = plan_of(
        clause("L4", SOON, "set_response_level", "{level: IV}"),
        clause("D3", EASED, "set_response_level", "{level: III}"),
    )
    ops = stage.go(Operations(stage, plan), 3 * 3600)
    assert (ops.level, outcome(ops, "D3")) == ("IV", "overtaken")


@pytest.mark.parametrize(
    ("do", "with_"),
    [
        ("relocate_zone", "{zones: flooded}"),
        ("issue_warning", "{level: red, channels: sms, zones: flooded}"),
        ("dispatch_buses", "{count: 1, zones: flooded}"),
    ],
)
def test_an_order_about_flooded_places_is_not_kept_while_nobody_knows_of_one(stage, do, with_):
    stage.zone_rows = lambda zones, ops: np.zeros(0, int)
    ops = stage.go(Operations(stage, plan_of(clause("E", SOON, do, with_, within="1 h"))), 3 * 3600)
    assert (outcome(ops, "E"), row_of(ops, "E").hindrance) == ("missed", "no_place_known")


def test_a_warning_of_the_flood_office_reaches_the_other_posts(stage):
    stage.people = SimpleNamespace(warn=lambda message: None)
    posts = POSTS.replace("id: chief,", "id: chief, office: flood,")
    assert posts != POSTS
    warning = "{level: red, channels: sms, zones: west}"
    heard = "{warning_received: {level: orange, issued_by: flood}}"
    plan = plan_of(
        clause("W", SOON, "issue_warning", warning, post="chief"),
        clause("L", heard, "set_response_level", "{level: I}"),
        posts=posts,
    )
    ops = stage.go(Operations(stage, plan), 3 * 3600)
    issued = next(event for event in stage.log if event.kind == "warning_issued")
    row = row_of(ops, "L")
    assert stage.log[row.event["triggered"]].cause == issued.id
    assert row.at_s["triggered"] >= issued.t_s + parameter("reports.warning_delay").si


def test_readings_and_signals_say_what_they_are_due_to(stage):
    stage.rain_m_per_s = 0.02 / 3600
    stage.depth_m["dip"] = 0.4
    began = stage.log.add(0.0, "rain_started", "storm")
    stage.go(
        Operations(stage, plan_of(clause("N", "{time: {after: 9 h}}", "report", "{to: chief}"))),
        7200,
    )
    kinds = {event.kind: stage.log[event.cause].kind for event in stage.log if event.cause >= 0}
    assert kinds["rain_measured"] == "rain_started"
    assert kinds["depth_measured"] == "run_started"  # what the test's ground is due to
    assert kinds["signal_raised"] in {"forecast_issued", "rain_measured"}
    assert began == 1
