"""A run in a worker says what `shapan run` says."""

import math

import pytest

from sim.api import run
from sim.evaluation.ensembles.study import study_of
from sim.evaluation.ensembles.work import run_job
from tests.evaluation.ensembles.conftest import short_lesson


@pytest.mark.slow
def test_figures_of_a_study_are_those_of_the_same_run_alone(tmp_path):
    folder = short_lesson(tmp_path / "lesson", "1 h")
    alone = run(folder, plan="early", seed=2, every=10, out=tmp_path / "run", report=False)
    study = study_of([folder], ["early"], replications=2, every=10)
    job = list(study.jobs())[1]
    found = run_job(job, tmp_path / "recordings", live=False)
    again = run_job(job, tmp_path / "recordings", live=True)
    assert found.state_sha256 == again.state_sha256 == alone.manifest["state_sha256"]
    kept = {kpi: value for kpi, value, _, _ in found.figures}
    for kpi, value in zip(alone.kpis["kpi"], alone.kpis["value"], strict=True):
        assert kept[kpi] is None if math.isnan(value) else kept[kpi] == pytest.approx(value)
