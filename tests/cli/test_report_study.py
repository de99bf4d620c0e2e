"""A finished study is drawn again from its runs; none is made anew."""

import json

import pytest
from typer.testing import CliRunner

from sim.api import compare
from sim.cli import app
from sim.evaluation.ensembles.store import read_rows
from tests.evaluation.ensembles.conftest import short_lesson


@pytest.mark.slow
def test_the_report_of_a_study_is_drawn_again_without_a_run(tmp_path):
    lesson, study = short_lesson(tmp_path / "lesson"), tmp_path / "study"
    compare(lesson, plans=["basic"], replications=2, every=50, jobs=1, out=study)
    first = (study / "report.html").read_bytes()
    (study / "report.html").unlink()

    runs = list(read_rows(study))
    told = CliRunner().invoke(app, ["report", str(study)])
    assert told.exit_code == 0, told.output
    assert (study / "report.html").read_bytes() == first
    assert list(read_rows(study)) == runs
    assert "jobs" not in json.loads((study / "asked.json").read_text())["options"]
