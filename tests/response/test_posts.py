"""Posts over a long day: absent or there, fresh or tired, with experts, with help from outside."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sim.response.command import Command
from sim.response.operations import Operations
from sim.response.shifts import Shifts
from sim.scenario.actions import CallUpClause, WithdrawClause
from sim.scenario.parameters import parameter
from sim.scenario.plan import Post
from tests.response.conftest import POSTS, clause, plan_of

SOON = "{time: {after: 10 min}}"
LATER = "{time: {after: 2 h}}"
H = 3600.0


def post(**known):
    return Post.model_validate(
        {"id": "chief", "title": {"en": "a", "zh": "甲"}, "level": "county"} | known
    )


def row_of(ops, name):
    return next(row for row in ops.ledger.rows if row.clause == name)


def test_the_fresh_decide_as_fast_as_the_plan_says():
    assert Shifts(post(), 8 * H).slowed(1 * H) == 1.0


def test_eighteen_hours_awake_slow_by_the_published_half():
    into_s = parameter("command.tired_after").si - parameter("command.awake_before").si
    slowed = Shifts(post(shift=None), 8 * H).slowed(into_s)
    assert slowed == pytest.approx(1 + parameter("command.tired_by").value)


def test_a_relief_begins_fresh_and_without_relief_one_only_gets_more_tired():
    relieved, alone = Shifts(post(), 8 * H), Shifts(post(shift=None), 8 * H)
    after_s = np.arange(0, 48) * H
    assert max(relieved.awake_s(t_s) for t_s in after_s) < 15 * H
    assert (np.diff([alone.awake_s(t_s) for t_s in after_s]) > 0).all()


def test_nothing_new_is_taken_up_during_a_hand_over():
    shifts, takes_s = Shifts(post(), 20 * H), parameter("command.hand_over").si
    assert shifts.hand_over_left_s(0.0) == takes_s
    assert shifts.hand_over_left_s(takes_s) == 0.0
    assert shifts.hand_over_left_s(12 * H) == takes_s


def acting(stage, posts, n=400):
    """Return the share of matters for which nobody was there at once."""
    ops = Operations(stage, plan_of(clause("N", LATER, "report", "{to: chief}"), posts=posts))
    clerk, deputy = ops.desks["clerk"], ops.desks["chief"]
    gone = [clerk.absent(f"{k}") for k in range(n)]
    both = [clerk.absent(f"{k}") and deputy.absent(f"{k}") for k in range(n)]
    return np.mean(gone), np.mean(both)


def test_an_a_and_b_post_fails_only_when_both_holders_are_away(stage):
    posts = POSTS.replace("min}", "min, absence: 0.3}")
    alone, both = acting(stage, posts)
    assert alone == pytest.approx(0.3, abs=3.3 * np.sqrt(0.3 * 0.7 / 400))
    assert both == pytest.approx(0.09, abs=3.3 * np.sqrt(0.09 * 0.91 / 400))


def decided_after_s(stage, posts):
    plan = plan_of(clause("L", SOON, "set_response_level", "{level: IV}"), posts=posts)
    ops = stage.go(Operations(stage, plan), 6 * H)
    row = row_of(ops, "L")
    return row.at_s["taken_up"] - row.at_s["triggered"]


@pytest.mark.parametrize(
    ("deputy", "waits_s"),
    [
        ("", parameter("command.recall").si),
        (", deputy: chief", parameter("command.stand_in").si),
    ],
)
def test_a_deputy_takes_over_sooner_than_somebody_can_be_fetched(stage, deputy, waits_s):
    posts = POSTS.replace("decides_within: 5 min", f"decides_within: 5 min, absence: 1{deputy}")
    posts = posts.replace("decides_within: 10 min", "decides_within: 10 min, absence: 0")
    waited_s = decided_after_s(stage, posts)
    assert waited_s == pytest.approx(max(waits_s, 600.0), abs=61)  # the hand-over lasts until 20:20


def test_a_post_that_leads_twice_as_many_as_it_can_takes_twice_as_long(stage):
    span = int(parameter("command.span").value)
    more = "".join(
        f"- {{id: p{k}, title: {{en: P, zh: 岗}}, level: team, reports_to: clerk}}\n"
        for k in range(2 * span)
    )
    matter = clause("L", SOON, "set_response_level", "{level: IV}")
    few = Operations(stage, plan_of(matter)).desks["clerk"]
    many = Operations(stage, plan_of(matter, posts=POSTS + more)).desks["clerk"]
    assert many.decision_s("L") == pytest.approx(2 * few.decision_s("L"))


def test_experts_are_heard_before_the_decision(stage):
    matter = clause("L", SOON, "set_response_level", "{level: IV}", experts="chief")
    ops = stage.go(Operations(stage, plan_of(matter)), 6 * H)
    row, advice = row_of(ops, "L"), stage.story("advice_given")
    assert [who for _, _, who in advice] == ["chief"]
    assert row.at_s["taken_up"] < stage.log[row.event["advice"]].t_s < row.at_s["decided"]


def test_time_can_count_from_the_end_of_another_clause(stage):
    plan = plan_of(
        clause("A", LATER, "set_response_level", "{level: IV}"),
        clause("B", SOON, "notify_post", "{posts: [chief]}", within="30 min", counts_from="A"),
    )
    ops = stage.go(Operations(stage, plan), 6 * H)
    first = row_of(ops, "A").at_s["done"]
    assert row_of(ops, "B").deadline_s == pytest.approx(first + 1800)
    assert row_of(ops, "B").outcome(ops.now_s) == "met"


def test_a_clause_falls_away_when_what_would_make_it_pointless_has_come(stage):
    plan = plan_of(
        clause("A", SOON, "set_response_level", "{level: II}"),
        clause(
            "B",
            LATER,
            "notify_post",
            "{posts: [chief]}",
            unless={"response_level": {"at_least": "II"}},
        ),
    )
    ops = stage.go(Operations(stage, plan), 6 * H)
    assert row_of(ops, "B").outcome(ops.now_s) == "overtaken"


def given(ops, action, params):
    return ops.submit(Command(ops.now_s, "player", action, params, 0))


def test_a_player_calls_a_clause_off_that_nobody_has_ordered_yet(stage):
    ops = Operations(stage, plan_of(clause("A", LATER, "set_response_level", "{level: IV}")))
    stage.at = {
        H: lambda: given(ops, "withdraw_clause", WithdrawClause.model_validate({"clauses": "A"}))
    }
    stage.go(ops, 6 * H)
    assert ops.level == "none"
    assert stage.story("clause_withdrawn")[0][2] == "A"


def test_a_clause_called_off_while_its_post_decides_frees_the_post(stage):
    ops = Operations(stage, plan_of(clause("A", LATER, "set_response_level", "{level: IV}")))
    stage.at = {
        2 * H + 60: lambda: given(
            ops, "withdraw_clause", WithdrawClause.model_validate({"clauses": "A"})
        )
    }
    stage.go(ops, 6 * H)
    row = row_of(ops, "A")
    assert (row.outcome(ops.now_s), ops.desks["clerk"].hands.count) == ("overtaken", 0)
    assert row.held_up_by(ops.now_s) == "withdrawn"


def test_a_player_calls_a_clause_up_before_its_time_and_again_after_it(stage):
    ops = Operations(
        stage, plan_of(clause("A", "{time: {after: 90 h}}", "notify_post", "{posts: [chief]}"))
    )
    order = CallUpClause.model_validate({"clauses": "A"})
    stage.at = {t_s: lambda: given(ops, "call_up_clause", order) for t_s in (H, 3 * H)}
    stage.go(ops, 6 * H)
    done = [row for row in ops.ledger.rows if "done" in row.at_s]
    assert [round(row.at_s["triggered"] / H) for row in done] == [1, 3]
    assert len(stage.story("post_notified")) == 2


def test_forces_from_outside_come_after_approval_and_journey_and_are_then_units(stage):
    order = "{force: armed_police, people: 100, to: [dip]}"
    ops = Operations(stage, plan_of(clause("F", SOON, "request_force", order)))
    before = len(ops.resources.units)
    stage.go(ops, 12 * H)
    asked = next(event for event in stage.log if event.kind == "force_requested")
    arrived = [event for event in stage.log if event.kind == "force_arrived"]
    takes_s = parameter("command.approval_armed_police").si
    takes_s += parameter("command.journey_armed_police").si
    assert all(event.t_s >= asked.t_s + takes_s for event in arrived)
    assert sum(event.facts["people"] for event in arrived) == 100
    assert len(ops.resources.units) == before + len(arrived)
    ready = [unit for unit in ops.resources.units if unit.answers_to("troops")]
    assert {(unit.duty, unit.node) for unit in ready} == {("ready", 2)}


def test_a_military_link_halves_the_approval(stage):
    order = "{force: militia, people: 10, to: [dip]}"
    plan = plan_of(clause("F", SOON, "request_force", order))
    ops = Operations(stage, plan.model_copy(update={"military_link": True}))
    stage.go(ops, 12 * H)
    asked = next(event for event in stage.log if event.kind == "force_requested")
    came = next(event for event in stage.log if event.kind == "force_arrived")
    usual_s = parameter("command.approval_militia").si + parameter("command.journey_militia").si
    assert came.t_s - asked.t_s < usual_s


def test_a_suspension_keeps_people_at_home(stage):
    kept = []
    stage.people = SimpleNamespace(keep_home=lambda zones, what: kept.append(what) or 12)
    plan = plan_of(clause("S", SOON, "suspend", "{what: [schools], zones: all}"))
    ops = stage.go(Operations(stage, plan), 6 * H)
    assert kept == [frozenset({"schools"})]
    assert row_of(ops, "S").detail["people"] == 12


def test_who_could_not_be_reached_is_what_held_a_clause_up(stage):
    posts = POSTS.replace("decides_within: 5 min", "decides_within: 5 min, absence: 1")
    plan = plan_of(
        clause("L", SOON, "set_response_level", "{level: IV}", within="15 min"), posts=posts
    )
    ops = stage.go(Operations(stage, plan), 6 * H)
    assert row_of(ops, "L").held_up_by(6 * H) == "post_absent"
