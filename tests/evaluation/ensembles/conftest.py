"""A study on the lesson's town, cut short; and runs that nobody has to wait for."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, LocalCluster

from sim.evaluation.ensembles.study import Study, study_of
from sim.evaluation.ensembles.work import CURVES, Finished

LESSON = Path(__file__).parents[3] / "scenarios" / "lesson-town"


def short_lesson(folder: Path, hours: str = "30 min") -> Path:
    """Return a copy of the lesson on 50 m cells, cut short."""
    shutil.copytree(LESSON, folder)
    file = folder / "scenario.yaml"
    text = file.read_text(encoding="utf-8")
    for old, new in {
        "cell: 25 m": "cell: 50 m",
        "duration: 12 h": f"duration: {hours}",
        "[5 h, 440 m3/s], [12 h, 280 m3/s]": "[20 min, 440 m3/s]",
        "trigger: {time: 5 h}": "trigger: {time: 10 min}",
        "growth: 1 h": "growth: 5 min",
        "duration: 3 h, peak_share: 0.4, begins: 1 h": "duration: 30 min, peak_share: 0.4",
    }.items():
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Two plans in three disasters."""
    folder = short_lesson(tmp_path / "lesson")
    return study_of([folder], ["basic", "early"], replications=3, every=20)


class Threads:
    """An engine of threads in this process: quick to start, and it cannot be killed."""

    def __init__(self, n: int = 1) -> None:
        self.n = n

    @contextlib.contextmanager
    def client(self) -> Any:
        """Yield a client."""
        with (
            LocalCluster(
                n_workers=self.n,
                threads_per_worker=1,
                processes=False,
                dashboard_address=":0",
            ) as cluster,
            Client(cluster, set_as_default=False) as client,
        ):
            yield client


def pretend(job: Any, recordings: Path, *, live: bool | None) -> Finished:
    """Stand for a run: figures by plan and seed, none simulated."""
    dead = float(job.draw.replication + (job.plan == "basic"))
    return Finished(
        figures=[("dead", dead, "1", ""), ("relief_last", None, "h", "relief_unfinished")],
        clauses=[],
        curves={"t_s": [0.0, 60.0]} | {name: [0.0, dead] for name in CURVES},
        zones={"ferry": int(dead)},
        own_hazard=bool(live),
        drawn=False,
        state_sha256=f"{job.plan}-{job.draw.replication}",
        took_s={"run_s": 0.1},
    )


def by_chance(job: Any, recordings: Path, *, live: bool | None) -> Finished:
    """Stand for a run whose hazard depends on the seed."""
    return dataclasses.replace(pretend(job, recordings, live=live), drawn=True)


def counted(job: Any, recordings: Path, *, live: bool | None) -> Finished:
    """Stand for a run that leaves its name beside the store."""
    with (recordings.parent / "calls").open("a") as calls:
        calls.write(f"{job.plan}-{job.draw.replication}\n")
    return pretend(job, recordings, live=live)


def briefly(job: Any, recordings: Path, *, live: bool | None) -> Finished:
    """Stand for a run that takes a moment."""
    time.sleep(0.05)
    return counted(job, recordings, live=live)


def freeze(job: Any, recordings: Path, *, live: bool | None) -> Finished:
    """Stand for a run whose worker stops for good, once, for one plan in one disaster."""
    told = recordings.parent / "frozen"
    if (job.plan, job.draw.replication) == ("early", 2) and not told.exists():
        told.touch()
        os.kill(os.getpid(), signal.SIGSTOP)
    return pretend(job, recordings, live=live)


def stumble(job: Any, recordings: Path, *, live: bool | None) -> Finished:
    """Stand for a run that fails for one plan in one disaster."""
    if (job.plan, job.draw.replication) == ("early", 2):
        raise ZeroDivisionError("no more water")
    return pretend(job, recordings, live=live)


def die(job: Any, recordings: Path, *, live: bool | None) -> Finished:
    """Stand for a run that takes its worker down, for one plan in one disaster."""
    if (job.plan, job.draw.replication) == ("early", 2):
        with (recordings.parent / "deaths").open("a") as deaths:
            deaths.write("x")
        os.kill(os.getpid(), signal.SIGKILL)
    return pretend(job, recordings, live=live)


def short_of(refusal: BaseException) -> Any:
    """Stand for a machine that refuses one plan in one disaster something, only once."""

    def run(job: Any, recordings: Path, *, live: bool | None) -> Finished:
        """Refuse once."""
        told = recordings.parent / "refused"
        if (job.plan, job.draw.replication) == ("early", 2) and not told.exists():
            told.touch()
            raise refusal
        return pretend(job, recordings, live=live)

    return run
