"""What a study adds to its runs: hands, books and memory."""

import resource
import time

import pytest

from sim.evaluation.ensembles.engine import run_study
from sim.evaluation.ensembles.study import study_of
from tests.evaluation.ensembles.conftest import Threads, pretend, short_lesson

#: s a run beyond the run itself (issue 6), and bytes that 1,000 runs may leave in the parent
_MOST_S, _MOST_BYTES = 0.05, 100e6


@pytest.mark.slow
def test_a_study_adds_less_than_50_ms_a_run_and_its_memory_stays_flat(tmp_path):
    folder = short_lesson(tmp_path / "lesson")
    study = study_of([folder], ["basic", "early"], replications=500)
    run_study(
        study_of([folder], ["basic"], replications=20), tmp_path / "a", Threads(), run=pretend
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    began = time.process_time()
    run_study(study, tmp_path / "b", Threads(), run=pretend)
    took_s = time.process_time() - began
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
    assert took_s / 1000 < _MOST_S
    assert grown < _MOST_BYTES
