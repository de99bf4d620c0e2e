"""The first broken promise, and the way back to its root."""

from types import SimpleNamespace

import pytest

from sim.core.events import KINDS
from sim.core.words import LANGUAGES, catalogue
from sim.evaluation.failure import clause_title, first_failure
from sim.scenario.base import Title

MIN_S = 60.0


def late_level(hand) -> None:
    """A forecast comes at 18:10, the level is set at 19:20 and was due at 18:50."""
    forecast = hand.event(
        "forecast_issued", "weather_office", 10 * MIN_S, next_3h_mm=61.0, next_12h_mm=80.0
    )
    triggered = hand.event("clause_triggered", "L4", 20 * MIN_S, forecast, post="chief")
    taken_up = hand.event("clause_taken_up", "L4", 25 * MIN_S, triggered, post="chief")
    decided = hand.event("clause_decided", "L4", 75 * MIN_S, taken_up, post="chief")
    order = hand.event(
        "order_given", "chief", 75 * MIN_S, decided, action="set_response_level", clause="L4"
    )
    level = hand.event("level_set", "IV", 75 * MIN_S, order, before="none", by="chief")
    done = hand.event("clause_done", "L4", 80 * MIN_S, level, post="chief")
    hand.clause(
        "L4",
        "set_response_level",
        "late",
        triggered_s=20 * MIN_S,
        triggered_event=triggered,
        taken_up_s=25 * MIN_S,
        taken_up_event=taken_up,
        decided_s=75 * MIN_S,
        decided_event=decided,
        started_s=75 * MIN_S,
        started_event=order,
        done_s=80 * MIN_S,
        done_event=done,
        deadline_s=50 * MIN_S,
        margin_s=-30 * MIN_S,
        held_up_by="decision",
    )


def missed_relocation(hand) -> int:
    """People are ordered out at 19:40, were to be out by 20:30, and are not; returns the order."""
    triggered = hand.event("clause_triggered", "E1", 90 * MIN_S, 0, post="chief")
    taken_up = hand.event("clause_taken_up", "E1", 90 * MIN_S, triggered, post="chief")
    decided = hand.event("clause_decided", "E1", 100 * MIN_S, taken_up, post="chief")
    order = hand.event(
        "order_given", "chief", 100 * MIN_S, decided, action="relocate_zone", clause="E1"
    )
    ordered = hand.message("west", 100 * MIN_S, order=True, cause=order)
    other = hand.event("clause_triggered", "S1", 120 * MIN_S, ordered, post="chief")
    hand.event("clause_taken_up", "S1", 130 * MIN_S, other, post="chief")
    hand.clause(
        "E1",
        "relocate_zone",
        "missed",
        triggered_s=90 * MIN_S,
        triggered_event=triggered,
        taken_up_s=90 * MIN_S,
        taken_up_event=taken_up,
        decided_s=100 * MIN_S,
        decided_event=decided,
        started_s=100 * MIN_S,
        started_event=order,
        deadline_s=150 * MIN_S,
        held_up_by="work",
    )
    return ordered


def test_the_first_failure_is_the_one_that_was_due_first(hand):
    hand.person(0)
    missed_relocation(hand)
    late_level(hand)
    failure = first_failure(hand.run())
    assert failure is not None
    assert (failure.clause, failure.outcome) == ("L4", "late")


def test_a_plan_that_held_has_no_first_failure(hand):
    hand.person(0)
    hand.clause("L4", "set_response_level", "met")
    hand.clause("W1", "issue_warning", "not_triggered")
    assert first_failure(hand.run()) is None


def test_the_chain_leads_from_the_root_to_what_the_clause_came_to(hand):
    hand.person(0)
    late_level(hand)
    failure = first_failure(hand.run())
    assert failure is not None
    assert [link.kind for link in failure.links] == [
        "forecast_issued",
        "clause_triggered",
        "clause_taken_up",
        "clause_decided",
        "order_given",
        "level_set",
        "clause_done",
    ]


def test_the_time_spent_adds_up_from_the_news_to_the_end(hand):
    hand.person(0)
    late_level(hand)
    failure = first_failure(hand.run())
    assert failure is not None
    assert failure.spent_s == {
        "told": 10 * MIN_S,
        "post_busy": 5 * MIN_S,
        "decision": 50 * MIN_S,
        "work": 5 * MIN_S,
    }
    assert sum(failure.spent_s.values()) == 70 * MIN_S


def test_a_failure_is_told_in_both_languages(hand):
    hand.person(0)
    late_level(hand)
    failure = first_failure(hand.run())
    assert failure is not None
    assert failure.text["en"] == (
        'Clause L4 "Level IV" was due at 18:50 and done at 19:20, 30 min late; what held it up: '
        "the decision took long. Time spent: news on its way 10 min, waiting for the post 5 min, "
        "deciding 50 min, carrying it out 5 min."
    )
    assert failure.text["zh"] == (
        "条款L4“启动四级响应”应于 18:50 前完成，实际 19:20 完成，迟 30 分钟；"
        "受阻原因：决策耗时过长。"
        "用时：信息传递 10 分钟，等待受理 5 分钟，决策 50 分钟，执行 5 分钟。"
    )
    assert failure.links[0].text["zh"] == "18:10 气象台预报未来 3 小时 61.0 mm、12 小时 80.0 mm"


def test_the_chain_of_an_unfinished_clause_ends_with_its_own_newest_event(hand):
    hand.person(0)
    ordered = missed_relocation(hand)  # another clause went on from there: not this one's matter
    failure = first_failure(hand.run())
    assert failure is not None
    assert failure.links[-1].event == ordered
    assert failure.spent_s["work"] == hand.duration_s - 100 * MIN_S


def test_a_clause_that_was_given_up_spent_no_more_time(hand):
    hand.person(0)
    ordered = missed_relocation(hand)
    hand.event("clause_failed", "E1", 140 * MIN_S, ordered, post="chief")
    failure = first_failure(hand.run())
    assert failure is not None
    assert failure.spent_s["work"] == 40 * MIN_S
    assert failure.links[-1].text["en"] == "20:20 clause E1 ends without all that it promises"


@pytest.mark.parametrize(
    ("people", "reason"),
    [
        ({"warned_s": 110 * MIN_S, "decision": "leave", "left_s": 200 * MIN_S}, "people_left_late"),
        ({"warned_s": 170 * MIN_S, "decision": "leave", "left_s": 200 * MIN_S}, "not_reached"),
        (
            {"warned_s": 10 * MIN_S, "decided_s": 170 * MIN_S, "decision": "leave"},
            "asked_late",
        ),
        (
            {"warned_s": 110 * MIN_S, "decision": "cannot_leave", "waits_for": "help"},
            "people_held",
        ),
        ({"warned_s": 110 * MIN_S, "decision": "leave", "left_s": 120 * MIN_S}, "work"),
    ],
)
def test_a_slow_relocation_is_put_down_to_what_most_people_at_home_were_at(hand, people, reason):
    hand.person(0, weight=9, order=0, **people)
    hand.person(1, weight=50, order=0, warned_s=110 * MIN_S, decision="stay_by_choice")
    hand.person(4, weight=50)
    missed_relocation(hand)
    failure = first_failure(hand.run())
    assert failure is not None
    assert failure.held_up_by == reason


def test_every_reason_and_every_event_can_be_said():
    held = ("post_busy", "decision", "work", "people_left_late", "asked_late")
    held += ("not_reached", "people_held")
    keys = [f"hindrance.{reason}" for reason in held]
    keys += [f"event.{kind}" for kind in KINDS]
    assert all(catalogue()[key][lang] for key in keys for lang in LANGUAGES)


def test_quotes_in_a_title_are_inner_ones():
    title = Title(en="Buy at once", zh="紧急采购“绿色通道”")
    plan = SimpleNamespace(clauses=[SimpleNamespace(id="G3", title=title)])
    assert clause_title(SimpleNamespace(plan=plan), "G3", "zh") == "G3“紧急采购‘绿色通道’”"
