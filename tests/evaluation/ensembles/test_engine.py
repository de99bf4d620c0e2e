"""Nothing is lost, nothing is made twice, and what breaks down is said."""

import contextlib
import dataclasses
import errno
import multiprocessing
import os
import resource
import signal
import sqlite3
import time
from pathlib import Path

import psutil
import pytest

from sim.core.disk import DiskError, DiskFullError
from sim.evaluation.ensembles import desk, engine
from sim.evaluation.ensembles import study as studies
from sim.evaluation.ensembles.desk import Making, run_study
from sim.evaluation.ensembles.engine import DEATHS, Engine
from sim.evaluation.ensembles.inputs import code_sha256
from sim.evaluation.ensembles.outcome import Outcome
from sim.evaluation.ensembles.store import FILE, Store, StoreError, read_rows
from sim.evaluation.ensembles.study import study_of
from sim.evaluation.ensembles.work import run_job
from tests.evaluation.ensembles.conftest import (
    Threads,
    briefly,
    counted,
    die,
    freeze,
    pretend,
    short_lesson,
    short_of,
    stumble,
)


def made(study, folder, run=pretend, *, n=1, resume=False):
    run_study(study, folder, Making(Threads(n), resume=resume, run=run))
    return {(row.plan, row.replication): row for row in read_rows(folder)}


def test_every_plan_meets_every_disaster_once(study, tmp_path):
    rows = made(study, tmp_path / "out")
    assert set(rows) == {(plan, seed) for plan in ("basic", "early") for seed in (1, 2, 3)}


@pytest.mark.parametrize("worked", [True, False])
def test_what_a_plan_did_to_the_hazard_is_known_from_its_first_run_on(study, tmp_path, worked):
    def run(job, recordings, *, live):
        with (tmp_path / job.plan).open("a") as told:
            told.write(f"{live} ")
        return dataclasses.replace(pretend(job, recordings, live=live), own_hazard=worked)

    made(study, tmp_path / "out", run)
    for plan in study.plans:
        assert (tmp_path / plan).read_text() == f"None {worked} {worked} "


def test_a_resumed_study_makes_only_what_is_missing(study, tmp_path):
    few = study_of(study.folders, study.plans, replications=2, every=study.every)
    made(few, tmp_path / "out", counted)
    made(study, tmp_path / "out", counted, resume=True)
    calls = (tmp_path / "out" / "calls").read_text().split()
    assert sorted(calls) == sorted(f"{plan}-{n}" for plan in study.plans for n in (1, 2, 3))


def test_a_store_with_runs_is_not_taken_over_unasked(study, tmp_path):
    made(study, tmp_path / "out")
    with pytest.raises(StoreError, match="--resume"):
        made(study, tmp_path / "out")


def test_another_version_does_not_mix_its_runs_with_these(study, tmp_path):
    with Store(tmp_path, {"study": study.sha256(), "code": "old"}, fresh=True):
        pass
    with pytest.raises(StoreError, match="version of shapan"):
        made(study, tmp_path, resume=True)


def test_two_processes_do_not_write_one_store(study, tmp_path):
    with Store(tmp_path, {}, fresh=True), pytest.raises(StoreError, match=str(os.getpid())):
        made(study, tmp_path, resume=True)


def test_a_run_that_fails_is_a_row_with_its_reason(study, tmp_path):
    rows = made(study, tmp_path / "out", stumble)
    assert rows["early", 2].state == "failed"
    assert "no more water" in rows["early", 2].why
    assert sum(row.state == "ok" for row in rows.values()) == 5


def test_a_failed_run_is_in_the_tidy_table_as_failed(study, tmp_path):
    made(study, tmp_path / "out", stumble)
    table = Outcome(study, tmp_path / "out").kpis
    failed = table[table["state"] == "failed"]
    assert set(failed["kpi"]) == {"dead", "relief_last"}
    assert failed["value"].isna().all()


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "flood.npy"), DiskFullError),
        (OSError(errno.EROFS, "Read-only file system", "flood.npy"), DiskError),
        (MemoryError(), StoreError),
    ],
    ids=["no room on the disk", "a disk that takes nothing", "no memory"],
)
def test_what_a_machine_refuses_is_no_failed_run_and_the_study_goes_on(
    study, tmp_path, refusal, error
):
    with pytest.raises(error):
        made(study, tmp_path / "out", short_of(refusal))
    rows = made(study, tmp_path / "out", resume=True)
    assert {row.state for row in rows.values()} == {"ok"}
    assert len(rows) == 6


def test_a_store_that_is_no_store_is_said_to_be_none(study, tmp_path):
    (tmp_path / FILE).write_bytes(b"not a database, but long enough to be taken for one" * 20)
    with pytest.raises(StoreError, match=FILE):
        made(study, tmp_path, resume=True)


def _fill(folder: Path) -> None:
    """Keep runs where no file may grow beyond 200 kB, until the disk refuses one."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    study = study_of([folder], ["basic", "early"], replications=500, every=20)
    with Store(folder / "out", {}, fresh=True) as store:
        for kept, job in enumerate(study.jobs()):
            try:
                store.keep(job, pretend(job, folder, live=False))
            except DiskError:
                (folder / "kept").write_text(str(kept))
                return


def test_all_runs_kept_before_the_disk_was_full_can_be_read(tmp_path):
    folder = short_lesson(tmp_path / "lesson")
    process = multiprocessing.get_context("spawn").Process(target=_fill, args=(folder,))
    process.start()
    process.join()
    rows = list(read_rows(folder / "out"))
    assert len(rows) == int((folder / "kept").read_text()) > 0
    with contextlib.closing(sqlite3.connect(folder / "out" / FILE)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.slow
def test_a_run_that_kills_its_worker_is_tried_three_times_and_then_set_aside(study, tmp_path):
    out = tmp_path / "out"
    run_study(study, out, Making(Engine(2), run=die))
    rows = {(row.plan, row.replication): row.state for row in read_rows(out)}
    assert rows.pop(("early", 2)) == "quarantined"
    assert set(rows.values()) == {"ok"}
    assert len((out / "deaths").read_text()) == DEATHS


@pytest.mark.slow
def test_one_two_and_four_workers_write_the_same_bytes(study, tmp_path):
    tables = []
    for jobs in (1, 2, 4):
        out = tmp_path / f"out{jobs}"
        run_study(study, out, Making(Engine(jobs)))
        Outcome(study, out).write()
        names = ("kpis.csv", "runs.csv", "clauses.csv", "zones.csv")
        tables.append([(out / name).read_bytes() for name in names])
    assert tables[0] == tables[1] == tables[2]


def _study(folder: Path, out: Path, code: str, replications: int = 3, run=run_job) -> None:
    """Make a study in a process of its own, as the same version whatever is edited meanwhile."""
    desk.code_sha256 = studies.code_sha256 = lambda: code
    study = study_of([folder], ["basic", "early"], replications=replications, every=20)
    run_study(study, out, Making(Engine(2), resume=True, run=run))


def _killed(*arguments, when) -> list[psutil.Process]:
    """Begin a study, kill it as soon as ``when`` says so; return the processes that it had."""
    process = multiprocessing.get_context("spawn").Process(target=_study, args=arguments)
    process.start()
    while process.is_alive() and not when():
        time.sleep(0.1)
    workers = psutil.Process(process.pid).children(recursive=True) if process.is_alive() else []
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    return workers


@pytest.mark.slow
def test_after_a_kill_nothing_is_lost_and_the_figures_are_those_of_an_undisturbed_study(tmp_path):
    folder = short_lesson(tmp_path / "lesson")
    out, whole = tmp_path / "out", tmp_path / "whole"
    workers = _killed(folder, out, code_sha256(), when=lambda: len(_kept(out)) >= 2)
    _, orphans = psutil.wait_procs(workers, timeout=10)
    assert not orphans
    before = _kept(out)
    study = study_of([folder], ["basic", "early"], replications=3, every=20)
    run_study(study, out, Making(Engine(1), resume=True))
    run_study(study, whole, Making(Engine(1)))
    for place in (out, whole):
        Outcome(study, place).write()
    assert set(before) <= set(_kept(out))
    assert (out / "kpis.csv").read_bytes() == (whole / "kpis.csv").read_bytes()
    assert (out / "runs.csv").read_bytes() == (whole / "runs.csv").read_bytes()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_however_often_a_study_is_killed_no_run_is_lost_and_few_are_made_again(tmp_path):
    folder, out = short_lesson(tmp_path / "lesson"), tmp_path / "out"
    asked = (folder, out, code_sha256(), 30, briefly)
    wanted, kills = 60, (3, 11, 24, 40)
    for enough in kills:
        _killed(*asked, when=lambda enough=enough: len(_kept(out)) >= enough)
        with contextlib.closing(sqlite3.connect(out / FILE)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    study = study_of([folder], ["basic", "early"], replications=30, every=20)
    run_study(study, out, Making(Threads(1), resume=True, run=briefly))
    run_study(study, tmp_path / "whole", Making(Threads(1), run=briefly))
    for place in (out, tmp_path / "whole"):
        Outcome(study, place).write()
    assert len((out / "calls").read_text().split()) <= wanted + 2 * len(kills)
    assert (out / "kpis.csv").read_bytes() == (tmp_path / "whole" / "kpis.csv").read_bytes()


@pytest.mark.slow
def test_a_worker_that_stands_still_is_replaced_and_its_run_made_again(
    study, tmp_path, monkeypatch
):
    monkeypatch.setattr(engine, "SILENT", "30s")
    out = tmp_path / "out"
    run_study(study, out, Making(Engine(2), run=freeze))
    assert {row.state for row in read_rows(out)} == {"ok"}
    assert len(list(read_rows(out))) == 6


def _kept(out: Path) -> list[str]:
    """Return the keys of all runs that are kept; none before there is a store."""
    try:
        return [row.key for row in read_rows(out)] if (out / FILE).exists() else []
    except StoreError:  # a file that has no tables yet
        return []
