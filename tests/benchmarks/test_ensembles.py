"""What a study adds to its runs: hands, books and memory."""

import os
import time
from pathlib import Path

import pytest

from sim.evaluation.ensembles.desk import Making, run_study
from sim.evaluation.ensembles.engine import Engine
from sim.evaluation.ensembles.store import read_rows
from sim.evaluation.ensembles.study import Study, study_of
from tests.evaluation.ensembles.conftest import pretend, short_lesson

#: s a run beyond the run itself, and how well two workers share out the work (issue 6)
_MOST_S, _LEAST_EFFICIENCY = 0.05, 0.9
#: bytes a run may leave in the parent: 40 MB over 2,000 runs, as much as one small model
_MOST_BYTES = 20_000
_BUSY_S = 0.5
#: processors that others may use while wall time is taken
_MOST_LOAD = 0.3


def resident_bytes():
    """Return the memory of this process that is in RAM now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def busy(job, recordings, *, live):
    """Stand for a run that computes for half a second."""
    began = time.process_time()
    while time.process_time() - began < _BUSY_S:
        pass
    return pretend(job, recordings, live=live)


@pytest.fixture
def plans(tmp_path):
    return short_lesson(tmp_path / "lesson"), ["basic", "early"]


@pytest.mark.slow
def test_a_study_adds_less_than_50_ms_a_run_and_its_memory_stays_flat(plans, tmp_path, benchmark):
    folder, names = plans
    out, few, many = tmp_path / "out", 250, 1000
    run_study(study_of([folder], names, replications=few), out, Engine(2), run=pretend)
    before, began = resident_bytes(), time.process_time()
    study = study_of([folder], names, replications=many)
    benchmark.pedantic(
        run_study, (study, out, Engine(2)), {"resume": True, "run": pretend}, rounds=1
    )
    more = 2 * (many - few)
    a_run_s = (time.process_time() - began) / more
    a_run_bytes = (resident_bytes() - before) / more
    benchmark.extra_info.update(ms_a_run=1000 * a_run_s, bytes_a_run=a_run_bytes)
    assert sum(1 for _ in read_rows(out)) == 2 * many
    assert a_run_s < _MOST_S
    assert a_run_bytes < _MOST_BYTES


@pytest.mark.slow
def test_two_workers_take_little_more_than_half_the_time_of_one(plans, tmp_path, benchmark):
    if os.getloadavg()[0] > _MOST_LOAD or (os.cpu_count() or 1) < 2:
        pytest.skip("wall time needs two processors that nobody else uses")
    folder, names = plans
    for jobs in (1, 2):  # a first run each, so that both have their modules
        run_study(
            Study((folder,), tuple(names), 1), tmp_path / f"warm{jobs}", Engine(jobs), run=busy
        )

    def took_s(jobs):
        began = time.perf_counter()
        run_study(Study((folder,), tuple(names), 30), tmp_path / f"{jobs}", Engine(jobs), run=busy)
        return time.perf_counter() - began

    alone_s = took_s(1)
    together_s = benchmark.pedantic(took_s, (2,), rounds=1)
    benchmark.extra_info["efficiency"] = alone_s / (2 * together_s)
    assert alone_s / (2 * together_s) > _LEAST_EFFICIENCY
