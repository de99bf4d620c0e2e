"""A study runs on a cluster that others have started, and says there what it says here."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.evaluation.ensembles.desk import Making, run_study
from sim.evaluation.ensembles.engine import ClusterError, Engine
from sim.evaluation.ensembles.outcome import Outcome
from sim.evaluation.ensembles.study import study_of
from tests.evaluation.ensembles.conftest import short_lesson

_HERE = Path(__file__).parents[3]


@pytest.fixture
def cluster(tmp_path):
    """Start a scheduler and a worker as an administrator would; yield the scheduler's address."""
    about = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    at = ["--scheduler-file", str(about)]
    commands = [
        [*dask, "scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1", *at],
        [
            *dask,
            "worker",
            "--nworkers",
            "1",
            "--nthreads",
            "1",
            "--memory-limit",
            "0",
            "--no-dashboard",
            *at,
        ],
    ]
    log = (tmp_path / "cluster.log").open("w")
    place = {**os.environ, "PYTHONPATH": str(_HERE)}
    processes = [
        subprocess.Popen(command, stdout=log, stderr=log, env=place, cwd=tmp_path)
        for command in commands
    ]
    try:
        yield address_of(about)
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(timeout=30)
        log.close()


def address_of(about):
    """Return the address in a scheduler's file, once the scheduler has written it."""
    for _ in range(600):
        if about.exists() and about.read_text():
            return json.loads(about.read_text())["address"]
        time.sleep(0.1)
    raise AssertionError("the scheduler has not come up")


@pytest.mark.slow
def test_a_cluster_gives_the_bytes_of_this_machine(cluster, tmp_path):
    folder = short_lesson(tmp_path / "lesson")
    study = study_of([folder], ["basic", "early"], replications=2, every=20)
    tables = []
    for name, engine in (("here", Engine(1)), ("there", Engine(cluster=cluster))):
        run_study(study, tmp_path / name, Making(engine))
        outcome = Outcome(study, tmp_path / name)
        outcome.write()
        assert not outcome.broken_down()
        tables.append([(tmp_path / name / f).read_bytes() for f in ("kpis.csv", "runs.csv")])
    assert tables[0] == tables[1]


@pytest.mark.slow
def test_an_address_where_nobody_answers_is_an_error_that_names_it(tmp_path):
    folder = short_lesson(tmp_path / "lesson")
    study = study_of([folder], ["basic"], replications=1)
    with pytest.raises(ClusterError, match=r"tcp://127\.0\.0\.1:9"):
        run_study(study, tmp_path / "out", Making(Engine(cluster="tcp://127.0.0.1:9")))
