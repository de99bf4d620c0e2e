"""A study ends when it has seen enough, and says so; laws with a known best, through the engine."""

import functools
import math

import numpy as np
import pytest
from scipy import stats

from sim.core.rng import Streams
from sim.evaluation.ensembles.answer import pairs
from sim.evaluation.ensembles.conduct import EndingError, Until, conduct
from sim.evaluation.ensembles.desk import Making
from sim.evaluation.ensembles.ending import Ending
from sim.evaluation.ensembles.engine import Engine
from sim.evaluation.ensembles.outcome import Outcome
from sim.evaluation.ensembles.study import Study, StudyError, study_of
from sim.evaluation.ensembles.work import CURVES, Finished
from tests.evaluation.ensembles.conftest import Threads, pretend, short_lesson, stumble

#: mean of a law by plan: caught people; the spread of every law is 20, half of it shared
MEANS = {"basic": 60.0, "early": 100.0, "middle": 85.0}


def law(job, recordings, *, live, spread=20.0, kpi="caught"):
    """Stand for a run: caught people of a normal law, half of whose variance all plans share."""
    place = list(MEANS).index(job.plan)
    shared, own = (
        stats.norm.ppf(Streams(job.draw.seed).page(f"law.{name}", 0, 1)[0])
        for name in ("shared", place)
    )
    value = MEANS[job.plan] + spread * (shared + own) / math.sqrt(2)
    return Finished(
        figures=[(kpi, float(value), "1", "")],
        clauses=[],
        curves={"t_s": [0.0]} | {name: [0.0] for name in CURVES},
        zones={},
        own_hazard=bool(live),
        drawn=False,
        state_sha256="",
        took_s={},
    )


@pytest.fixture
def three(tmp_path):
    folder = short_lesson(tmp_path / "lesson")
    text = (folder / "plans" / "basic.yaml").read_text(encoding="utf-8")
    (folder / "plans" / "middle.yaml").write_text(text, encoding="utf-8")
    return study_of([folder], list(MEANS), replications=200, most=200)


def ended(study, tmp_path, until, run, n=1):
    return conduct(study, tmp_path / "out", Making(Threads(n), run=run), until)


def test_the_best_of_three_plans_wins_the_race_and_the_others_drop_out_on_the_way(three, tmp_path):
    found = ended(three, tmp_path, Until(select="kn", by="caught"), law)
    ending = found.ending
    assert (ending.reason, ending.best, ending.left) == ("decided", "basic", ("basic",))
    assert ending.met["early"] < 200
    assert found.missing() == 0
    assert len(found.rows) == sum(ending.met.values())


def test_plans_that_differ_less_than_chance_are_not_told_apart_below_the_cap(three, tmp_path):
    study = Study(three.folders, three.plans, 40, most=40)
    run = functools.partial(law, spread=500.0)
    ending = ended(study, tmp_path, Until(select="kn", by="caught"), run).ending
    assert ending.reason == "undecided"
    assert set(ending.left) == set(MEANS)
    assert "Nothing is promised" in str(ending.words()[0])


@pytest.mark.slow
def test_deaths_race_by_averages_of_ten_disasters(three, tmp_path):
    run = functools.partial(law, kpi="dead")
    ending = ended(three, tmp_path, Until(select="kn", by="dead"), run).ending
    assert (ending.batch, ending.best) == (10, "basic")
    assert min(ending.met.values()) >= 100


@pytest.mark.slow
def test_a_budget_goes_to_the_plans_that_are_hard_to_tell_apart(three, tmp_path, monkeypatch):
    monkeypatch.setitem(MEANS, "middle", 64.0)
    study = Study(three.folders, three.plans, 80)
    found = ended(study, tmp_path, Until(select="ocba", by="caught"), law)
    met = found.ending.met
    assert sum(met.values()) == 240
    assert met["early"] == 30  # never again after the first look
    assert found.ending.best == "basic"
    assert 0.5 < found.ending.chance < 1.0


def test_a_study_stops_as_soon_as_the_difference_is_known_to_a_tenth(three, tmp_path):
    study = Study(three.folders, ("basic", "early"), 500, most=500)
    found = ended(study, tmp_path, Until(precise=True, by="caught"), law)
    n = found.study.replications
    half = stats.t.ppf(0.975, n - 1) * 20 / math.sqrt(n)  # the spread of a difference is 20 too
    assert found.ending.reason == "precise"
    assert half == pytest.approx(10, abs=3)  # the zone of people, 10, is wider than a tenth of 40
    assert len(found.rows) == 2 * n


def test_a_study_that_stays_uncertain_ends_at_its_cap(three, tmp_path):
    study = Study(three.folders, ("basic", "early"), 40, most=40)
    run = functools.partial(law, spread=2000.0)
    ending = ended(study, tmp_path, Until(precise=True, by="caught"), run).ending
    assert (ending.reason, ending.met["basic"]) == ("cap", 40)


def test_a_race_goes_on_where_it_was_cut_off(three, tmp_path):
    until = Until(select="kn", by="caught")
    few = Study(three.folders, three.plans, 40, most=40)
    ended(few, tmp_path, until, law)
    resumed = conduct(three, tmp_path / "out", Making(Threads(), resume=True, run=law), until)
    whole = conduct(three, tmp_path / "whole", Making(Threads(), run=law), until)
    assert resumed.ending == whole.ending
    assert resumed.kpis.equals(whole.kpis)


def test_plans_out_of_the_race_are_compared_in_the_disasters_they_met(three, tmp_path):
    found = ended(three, tmp_path, Until(select="kn", by="caught"), law)
    against = {pair.plan: pair.main[0] for pair in pairs(found)}
    assert against["early"].n == min(found.ending.met["early"], found.ending.met["basic"])
    assert against["early"].pairs.failed == 0


@pytest.mark.slow
def test_disasters_in_which_a_run_broke_down_take_no_part_in_a_race(study, tmp_path):
    study = Study(study.folders, study.plans, 120, study.every, most=120)
    ending = ended(study, tmp_path, Until(select="kn", by="dead"), stumble).ending
    assert ending.left_out == 1


def test_a_figure_that_some_runs_never_reach_cannot_decide_a_race(study, tmp_path):
    study = Study(study.folders, study.plans, 40, study.every, most=40)
    with pytest.raises(StudyError, match="relief_last"):
        ended(study, tmp_path, Until(select="kn", by="relief_last"), pretend)


def test_an_unknown_procedure_is_refused(study, tmp_path):
    with pytest.raises(EndingError, match="best"):
        ended(study, tmp_path, Until(select="best"), pretend)


@pytest.mark.slow
def test_two_worker_processes_end_a_race_as_one_thread_does(three, tmp_path):
    until = Until(select="kn", by="caught")
    one = ended(three, tmp_path, until, law)
    two = conduct(three, tmp_path / "two", Making(Engine(2), run=law), until)
    assert two.ending == one.ending
    assert np.array_equal(Outcome(two.study, two.folder).kpis["value"], one.kpis["value"])


def test_no_probability_is_said_to_be_a_certainty():
    ending = Ending(
        "ocba", "spent", ("caught",), {"a": 30, "b": 30}, "people", best="a", chance=1.0
    )
    assert "99 of 100" in ending.words()[0].in_language("en")
