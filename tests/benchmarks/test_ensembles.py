"""What a study adds to its runs: hands, books and memory."""

import contextlib
import ctypes
import gc
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from sim.evaluation.ensembles.desk import Making, desk_of, run_study
from sim.evaluation.ensembles.engine import Engine
from sim.evaluation.ensembles.store import read_rows
from sim.evaluation.ensembles.study import study_of
from sim.evaluation.ensembles.work import run_job
from tests.evaluation.ensembles.conftest import pretend, short_lesson

#: s a run beyond the run itself, and how well two workers share out the work (issue 6)
_MOST_S, _LEAST_EFFICIENCY = 0.05, 0.9
#: bytes a run may leave in the parent: 20 MB over 2,000 runs, half as much as one small model
_MOST_BYTES = 10_000
#: disasters that start workers, load kernels and build the map before time is taken
_WARM = 2


def resident_bytes():
    """Return the memory of this process that is in use now, garbage and free lists given back."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):  # not every C library has it
        ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture
def plans(tmp_path):
    return short_lesson(tmp_path / "lesson"), ["basic", "early"]


@pytest.mark.slow
def test_a_study_adds_less_than_50_ms_a_run_and_its_memory_stays_flat(plans, tmp_path, benchmark):
    folder, names = plans
    out, few, many = tmp_path / "out", 250, 1000
    quick = Making(Engine(2), run=pretend)
    run_study(study_of([folder], names, replications=few), out, quick)
    before, began = resident_bytes(), time.process_time()
    study = study_of([folder], names, replications=many)
    benchmark.pedantic(run_study, (study, out, replace(quick, resume=True)), rounds=1)
    more = 2 * (many - few)
    a_run_s = (time.process_time() - began) / more
    a_run_bytes = (resident_bytes() - before) / more
    benchmark.extra_info.update(ms_a_run=1000 * a_run_s, bytes_a_run=a_run_bytes)
    assert sum(1 for _ in read_rows(out)) == 2 * many
    assert a_run_s < _MOST_S
    assert a_run_bytes < _MOST_BYTES


@dataclass(frozen=True)
class Shift:
    """One run as its worker saw it: when, and how much processor time it took."""

    key: str
    worker: int
    from_s: float
    to_s: float
    cpu_s: float


def clocked(job, recordings, *, live):
    """Make a run, and keep when and by whom (one clock for all processes of a machine)."""
    from_s, began = time.perf_counter(), time.process_time()
    finished = run_job(job, recordings, live=live)
    cpu_s, to_s = time.process_time() - began, time.perf_counter()
    spent = {"worker": os.getpid(), "from_s": from_s, "to_s": to_s, "cpu_s": cpu_s}
    return replace(finished, took_s=spent)


def shifts(study, out, jobs):
    """Return the runs of a study made by so many workers, those apart that warmed them up."""
    making = Making(Engine(jobs), run=clocked)
    with desk_of(study, out, making) as desk:
        desk.make(replace(study, replications=_WARM))
        desk.make(study)
    first = {job.key for job in replace(study, replications=_WARM).jobs()}
    return [Shift(row.key, **row.took_s) for row in read_rows(out) if row.key not in first]


def share_at_work(found):
    """Return the share of their time that workers spend in runs, from their first to their last.

    Whatever else the machine does stretches runs and waits alike.
    """
    by_worker = sorted(found, key=lambda one: (one.worker, one.from_s))
    waits = [b.from_s - a.to_s for a, b in pairwise(by_worker) if a.worker == b.worker]
    at_work_s = sum(one.to_s - one.from_s for one in found)
    return at_work_s / (at_work_s + sum(waits))


def times_as_much(found, others):
    """Return how much more processor time the same runs took others, in the median."""
    theirs = {one.key: one.cpu_s for one in others}
    return float(np.median([theirs[one.key] / one.cpu_s for one in found]))


@pytest.mark.slow
def test_two_workers_share_a_study_and_hardly_wait(plans, tmp_path, benchmark):
    """Efficiency: share of time at work, less what a run costs more than without the other worker.

    Two cores that share caches, memory or even one core's units cost any two programs something;
    so the other side are two studies of one worker each that know nothing of each other, at the
    same time. What the machine itself takes is printed beside (`machine`), and so is the classical
    efficiency, which has both in it. The runs are real: recordings, tables and store included.
    """
    folder, names = plans
    study = study_of([folder], names, replications=_WARM + 10, every=20)
    alone = shifts(study, tmp_path / "alone", 1)
    together = benchmark.pedantic(shifts, (study, tmp_path / "together", 2), rounds=1)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as strangers:
        outs = [tmp_path / "left", tmp_path / "right"]
        apart = list(strangers.map(shifts, [study] * 2, outs, [1, 1]))
    ours = float(np.mean([times_as_much(together, stranger) for stranger in apart]))
    machine = float(np.mean([times_as_much(stranger, alone) for stranger in apart]))
    at_work = share_at_work(together)
    benchmark.extra_info.update(
        at_work=at_work, machine=machine, efficiency=at_work * min(ours, 1.0),
        classical_efficiency=at_work * min(times_as_much(together, alone), 1.0),
    )  # fmt: skip
    assert len({one.worker for one in together}) == 2
    assert at_work * min(ours, 1.0) > _LEAST_EFFICIENCY
