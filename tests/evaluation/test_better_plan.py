"""A better plan does better for the reason that the chain of the worse one names."""

import shutil
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.evaluation.failure import failure_of, first_failure

pytestmark = pytest.mark.slow
TOWN = Path(__file__).parents[2] / "scenarios" / "lesson-town"
QUICK_S, MIN_S = 300.0, 60.0


@pytest.fixture(scope="module")
def run_of(tmp_path_factory):
    """Runs of the lesson by its basic plan, by its early one, and by basic with a quick commander.

    One household in four stands for four.
    """
    folder = tmp_path_factory.mktemp("better")
    shutil.copytree(TOWN, folder / "town")
    plans = folder / "town" / "plans"
    text = (plans / "basic.yaml").read_text(encoding="utf-8")
    slow = "level: town, decides_within: 20 min}"
    assert text.count(slow) == 1
    text = text.replace(slow, f"level: town, decides_within: {QUICK_S / MIN_S:g} min}}")
    (plans / "quick.yaml").write_text(text, encoding="utf-8")
    return {
        plan: sim.run(folder / "town", plan=plan, seed=1, every=4, report=False, out=folder / plan)
        for plan in ("basic", "quick", "early")
    }


def row_of(run, clause):
    return run.clauses[run.clauses["clause"] == clause].iloc[0]


def value(run, kpi):
    return float(run.kpis.set_index("kpi")["value"][kpi])


def test_a_level_set_late_for_a_slow_decision_is_in_time_when_that_is_quicker(run_of):
    failure = first_failure(run_of["basic"])
    assert (failure.clause, failure.outcome, failure.held_up_by) == ("L3", "late", "decision")
    assert "took long" in failure.text["en"]
    better = row_of(run_of["quick"], "L3")
    assert better["outcome"] == "met"
    saved_s = failure.done_s - float(better["done_s"])
    before_s = failure.spent_s["decision"]
    after_s = failure_of(run_of["quick"], better).spent_s["decision"]
    assert saved_s == pytest.approx(before_s - after_s, abs=MIN_S)
    delays = [value(run_of[plan], "level_iii_delay") for plan in ("basic", "quick")]
    assert delays[0] - delays[1] == pytest.approx(saved_s / MIN_S, abs=1.0)


def test_a_move_that_waited_for_the_levee_to_fail_begins_hours_before_on_a_forecast(run_of):
    roots = {}
    for plan in ("basic", "early"):
        failure = failure_of(run_of[plan], row_of(run_of[plan], "E1"))
        roots[plan] = failure.links[0].kind
    assert roots == {"basic": "levee_breached", "early": "forecast_issued"}
    breached_s = first_s(run_of["early"], "levee_breached")
    assert row_of(run_of["basic"], "E1")["started_s"] > breached_s
    assert row_of(run_of["early"], "E1")["started_s"] < breached_s - 2 * 3600.0
    assert value(run_of["early"], "in_safety") > value(run_of["basic"], "in_safety")
    assert value(run_of["early"], "caught") < value(run_of["basic"], "caught")


def first_s(run, kind):
    return float(run.events.loc[run.events["kind"] == kind, "t_s"].min())


def test_who_had_decided_and_not_left_in_time_is_what_held_the_move_up(run_of):
    run = run_of["early"]
    row = row_of(run, "E1")
    ordered = run.people[(run.people["order"] >= 0) & (run.people["left_s"] > row["deadline_s"])]
    left = ordered[np.isfinite(ordered["left_s"]) & np.isfinite(ordered["warned_s"])]
    in_time = left["decided_s"] <= row["deadline_s"]
    assert left["weight"][in_time].sum() > left["weight"][~in_time].sum()
    assert failure_of(run, row).held_up_by == "people_left_late"
