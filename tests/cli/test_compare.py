"""What a user types of a study is understood, or refused in a sentence."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from sim.api import compare
from sim.cli import app
from sim.cli.compare import how_many, several, told_apart
from sim.evaluation.ensembles.conduct import EndingError
from sim.evaluation.ensembles.study import StudyError
from sim.evaluation.statistics.sensitivity import SensitivityError

LESSON = Path(__file__).parents[2] / "scenarios" / "lesson-town"


def test_a_number_of_disasters_is_given_or_left_to_the_runs():
    assert how_many("") == (False, None)
    assert how_many("25") == (False, 25)
    assert how_many("auto") == (True, None)


@pytest.mark.parametrize("reps", ["0", "-3", "many", "1.5"])
def test_what_is_no_number_of_disasters_is_refused(reps):
    with pytest.raises(typer.BadParameter, match="auto"):
        how_many(reps)


def test_plans_may_stand_one_after_the_other():
    folders, more = told_apart([str(LESSON), "early", "late"])
    assert folders == [LESSON]
    assert several(["basic"]) + more == ["basic", "early", "late"]


def test_nobody_acting_may_stand_among_the_plans():
    assert told_apart([str(LESSON), "early", ""]) == ([LESSON], ["early", ""])


def test_a_race_of_one_plan_is_refused_before_anything_runs(tmp_path):
    with pytest.raises(EndingError, match="two plans"):
        compare(LESSON, plans=["basic"], select="kn", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_sensitivity_analysis_by_an_unknown_method_is_refused(tmp_path):
    with pytest.raises(SensitivityError, match="morris or sobol"):
        compare(LESSON, plans=["basic"], sensitivity="fast", out=tmp_path / "out")


def test_names_that_are_no_folders_are_said_to_be_taken_for_plans(tmp_path):
    with pytest.raises(StudyError, match="nope, basic"):
        compare([], plans=["nope", "basic"], out=tmp_path)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"by": "caugth", "select": "kn"}, "did you mean 'caught'"),
        ({"by": "caught"}, "--by caught decides nothing"),
    ],
)
def test_a_figure_that_decides_nothing_is_refused_before_anything_runs(tmp_path, options, told):
    with pytest.raises(EndingError, match=told):
        compare(LESSON, plans=["basic", "early"], out=tmp_path, **options)
    assert not list(tmp_path.iterdir())


def test_the_help_names_the_ways_to_end_a_study():
    told = CliRunner().invoke(app, ["compare", "--help"], env={"COLUMNS": "200"}).output
    for option in ("--select", "--sensitivity", "--by", "--most", "auto"):
        assert option in told
