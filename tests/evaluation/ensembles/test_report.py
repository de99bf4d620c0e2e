"""The report of a study says who is better, in both languages, and loads nothing."""

import re

import pytest

from sim.evaluation.ensembles.answer import disasters_of, missing_why, pairs, tally
from sim.evaluation.ensembles.desk import Making, run_study
from sim.evaluation.ensembles.outcome import Outcome
from sim.evaluation.ensembles.workbook import write_scorecard
from sim.viz.compare import write_compare_report
from tests.evaluation.ensembles.conftest import Threads, by_chance, stumble


@pytest.fixture
def outcome(study, tmp_path):
    run_study(study, tmp_path / "out", Making(Threads(), run=stumble))
    return Outcome(study, tmp_path / "out")


@pytest.mark.slow
def test_the_report_is_one_file_in_both_languages_that_tells_of_failed_runs(outcome, tmp_path):
    write_compare_report(outcome, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
    assert "Runs that broke down: 1" in page
    assert "有1次推演出错中止" in page


def test_a_hazard_that_leaves_nothing_to_chance_is_one_disaster_however_often_it_is_run(
    outcome, tmp_path
):
    assert disasters_of(outcome) == "one_flood"
    write_compare_report(outcome, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "all 3 are the same disaster" in page
    assert "3遍推演的灾害完全相同" in page


def test_a_hazard_of_chance_is_another_disaster_for_each_seed(study, tmp_path):
    run_study(study, tmp_path / "out", Making(Threads(), run=by_chance))
    assert disasters_of(Outcome(study, tmp_path / "out")) == "flood"


def test_tables_open_in_excel_and_hold_every_run(outcome):
    outcome.write()
    assert (outcome.folder / "kpis.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert len(outcome.runs) == 6
    assert outcome.manifest()["runs"] == {"ok": 5, "failed": 1}


def test_the_scorecard_is_one_sheet_with_a_row_for_every_promise_and_plan(outcome, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    write_scorecard(outcome, tmp_path / "scorecard.xlsx", "zh")
    book = openpyxl.load_workbook(tmp_path / "scorecard.xlsx")
    assert len(book.sheetnames) == 1
    assert book.active.max_row == 1 + 2 * 2


def test_a_figure_that_no_plan_has_is_named_with_the_reason(outcome):
    (pair,) = pairs(outcome)
    assert missing_why(outcome, pair, "relief_last") == "relief_unfinished"
    assert missing_why(outcome, pair, "dead") == ""


def test_the_verdicts_on_the_main_figures_are_counted(outcome):
    found = tally(pairs(outcome)[0])
    assert (found.n, found.open) == (1, 1)  # two disasters are too few for a verdict on the dead
