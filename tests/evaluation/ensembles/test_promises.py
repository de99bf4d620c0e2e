"""A promise over many disasters, and what broke it."""

from dataclasses import replace

import pytest

from sim.evaluation.ensembles.desk import Making, run_study
from sim.evaluation.ensembles.outcome import Outcome
from sim.evaluation.ensembles.promises import _breaker, clause_records, promises, satisficing
from sim.evaluation.statistics.shares import wilson
from tests.evaluation.ensembles.conftest import Threads, pretend


def with_clauses(job, recordings, *, live):
    """Warning is late in disasters 1 and 2 because its post was busy; coverage is then too low."""
    late = job.plan == "basic" and job.draw.replication < 3
    finished = pretend(job, recordings, live=live)
    finished.figures.append(("warning_coverage", 0.5 if late else 0.95, "1", ""))
    row = {"clause": "W1", "action": "issue_warning", "outcome": "late" if late else "met"}
    row |= {"margin_s": -60.0 if late else 60.0, "deadline_s": 600.0}
    finished.clauses.append(row | {"held_up_by": "post_busy" if late else ""})
    other = {"clause": "L3", "action": "set_response_level", "outcome": "late", "margin_s": -1.0}
    finished.clauses.append(other | {"deadline_s": 60.0, "held_up_by": "decision"})
    return finished


@pytest.fixture
def outcome(study, tmp_path):
    run_study(study, tmp_path / "out", Making(Threads(), run=with_clauses))
    return Outcome(study, tmp_path / "out")


def test_a_promise_is_kept_in_a_share_of_the_disasters(outcome):
    found = {(one.plan, one.target.id): one for one in promises(outcome)}
    assert (found["basic", "warning"].kept, found["basic", "warning"].judged) == (1, 3)
    assert found["basic", "warning"].share == wilson(1, 3, 0.95)
    assert found["early", "warning"].kept == 3


def test_the_clause_that_serves_the_promise_is_named_before_an_earlier_one(outcome):
    found = {(one.plan, one.target.id): one for one in promises(outcome)}
    breaker = found["basic", "warning"].breaker
    assert (breaker.clause, breaker.runs, breaker.cause, breaker.caused) == (
        "W1",
        2,
        "post_busy",
        2,
    )
    assert found["early", "warning"].breaker is None


def never_set_off(job, recordings, *, live):
    """The warning is never set off, so nobody is warned; another clause is late."""
    finished = with_clauses(job, recordings, live=live)
    finished.clauses[0] |= {"outcome": "not_triggered", "margin_s": None, "deadline_s": None}
    finished.figures[-1] = ("warning_coverage", 0.0, "1", "")
    return finished


def test_a_clause_that_was_never_set_off_breaks_what_it_serves(study, tmp_path):
    run_study(study, tmp_path / "out", Making(Threads(), run=never_set_off))
    found = promises(Outcome(study, tmp_path / "out"))
    (breaker,) = (one.breaker for one in found if (one.plan, one.target.id) == ("early", "warning"))
    assert (breaker.clause, breaker.cause, breaker.runs) == ("W1", "not_triggered", 3)


def test_no_clause_is_blamed_for_what_none_of_the_plan_works_on(outcome):
    warning = next(one.target for one in promises(outcome) if one.target.id == "warning")
    reach = warning.model_copy(update={"kpi": "fire_reach_5min"})
    assert _breaker(outcome, "lesson-town", "basic", reach, {1, 2, 3}) is None
    deaths = warning.model_copy(update={"kpi": "deaths_per_million"})
    assert _breaker(outcome, "lesson-town", "basic", deaths, {1, 2, 3}).clause == "L3"


def test_a_clause_is_counted_by_outcome(outcome):
    records = {(one.plan, one.clause): one for one in clause_records(outcome)}
    assert records["basic", "W1"].outcomes == {"late": 2, "met": 1}
    assert records["early", "W1"].broken == 0


def test_what_a_run_had_not_reached_is_not_kept(outcome):
    table = outcome.kpis
    assert set(table.loc[table["kpi"] == "relief_last", "state"]) == {"unfinished"}


def test_a_promise_of_several_scenarios_is_good_enough_in_some_of_them(outcome):
    found = promises(outcome)
    elsewhere = [replace(one, scenario="elsewhere", kept=one.judged) for one in found]
    by_plan = {
        one.plan: (one.kept, one.scenarios)
        for one in satisficing([*found, *elsewhere])
        if one.title.en == "Warning reaches the public"
    }
    assert by_plan == {"basic": (1, 2), "early": (2, 2)}
    assert satisficing(found) == []
