"""Levels, decisions and clauses, by the ledger."""

import pytest


def test_a_level_is_late_by_the_time_since_its_own_trigger(hand):
    first = hand.event("clause_triggered", "L4", 600.0, 0, post="chief")
    order = hand.event("order_given", "chief", 1500.0, first, action="set_response_level")
    hand.event("level_set", "IV", 1500.0, order, before="none", by="chief")
    second = hand.event("clause_triggered", "L4", 5000.0, 0, post="chief")
    hand.event("level_set", "IV", 9000.0, second, before="III", by="chief")
    hand.person(0)
    assert hand.value("level_iv_delay") == 15
    assert hand.figure("level_i_delay").why == "level_not_reached"


def test_decisions_and_waits_are_medians_over_the_clauses_that_had_them(hand):
    stages = [(0.0, 60.0, 660.0), (0.0, 0.0, 1200.0), (0.0, 300.0, 600.0)]
    for triggered_s, taken_up_s, decided_s in stages:
        hand.clause(
            "L4",
            "set_response_level",
            "met",
            triggered_s=triggered_s,
            taken_up_s=taken_up_s,
            decided_s=decided_s,
        )
    hand.clause("W1", "issue_warning", "not_triggered")
    hand.person(0)
    assert hand.value("decision_median") == 10
    assert hand.value("post_wait_median") == 1


def test_every_row_of_the_ledger_is_counted_under_its_outcome(hand):
    outcomes = ["met", "met", "met", "late", "missed", "open", "overtaken", "not_triggered"]
    for outcome in [*outcomes, "not_simulated"]:
        hand.clause("L4", "set_response_level", outcome)
    hand.person(0)
    named = sorted({*outcomes, "not_simulated"})
    counts = dict(zip(named, hand.values(*(f"clauses_{name}" for name in named)), strict=True))
    assert counts["met"] == 3
    assert sum(counts.values()) == len(hand.clauses)
    assert hand.value("clauses_kept") == pytest.approx(0.6)


def test_an_order_is_late_after_the_deadline_or_when_it_never_came(hand):
    due = {"triggered_s": 0.0, "deadline_s": 1800.0}
    hand.clause("L4", "set_response_level", "late", **due, started_s=2000.0, done_s=2500.0)
    hand.clause("W1", "issue_warning", "missed", **due)
    hand.clause("S1", "open_shelter", "late", **due, started_s=900.0, done_s=2500.0)
    hand.clause("E1", "relocate_zone", "overtaken", **due)
    hand.clause("G1", "send_supplies", "not_simulated", **due)
    hand.clause("I1", "report", "open", triggered_s=0.0, deadline_s=hand.duration_s + 60)
    hand.person(0)
    assert hand.value("orders_late") == 2


def test_reports_on_time_look_at_clauses_that_order_a_report(hand):
    hand.clause("I1", "report", "met")
    hand.clause("I2", "report", "late")
    hand.clause("L4", "set_response_level", "met")
    hand.person(0)
    assert hand.value("report_on_time") == 0.5


def test_no_report_fell_due_cannot_be_judged(hand):
    hand.clause("I1", "report", "not_triggered")
    hand.person(0)
    assert hand.figure("report_on_time").why == "no_clause_due"
