"""All runs of a study that are missing, handed to workers one by one and kept as they come in.

One run is one task, and no more tasks are out than there are workers: a worker that dies is blamed
on the run it was at and on no other. Two plans wait for one disaster no longer than it takes to
record it, and other disasters fill that time.
"""

from __future__ import annotations

import contextlib
import shutil
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sim.core.disk import disk_error
from sim.core.words import said
from sim.evaluation.ensembles.engine import Engine, distributed_package
from sim.evaluation.ensembles.inputs import code_sha256
from sim.evaluation.ensembles.store import Store, StoreError
from sim.evaluation.ensembles.study import Job, Study
from sim.evaluation.ensembles.work import UNFINISHED, Finished, recording_folders, run_job

RECORDINGS: Final = ".recordings"

#: told how many runs are kept, and of how many
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Making:
    """How the runs of a study are made.

    Attributes
    ----------
    engine : Engine
    resume : bool
        Go on with what is kept; otherwise the study's folder must have no runs.
    progress : callable
    run : callable
        What a worker does with a run.
    """

    engine: Engine = field(default_factory=Engine)
    resume: bool = False
    progress: Progress = lambda done, n: None
    run: Callable[..., Finished] = run_job


@dataclass
class _Queue:
    """The runs still to be made, and which disasters are recorded.

    A run is taken when its disaster is recorded, or is not being recorded by another run.
    """

    waiting: deque[Job]
    busy: dict[str, int] = field(default_factory=dict)
    ready: set[str] = field(default_factory=set)
    felt: dict[tuple[str, str], bool] = field(default_factory=dict)
    needed: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Count the runs that need each disaster."""
        for job in self.waiting:
            self.needed.update((job.draw.sort, _disaster(job)))

    def next(self) -> Job:
        """Return the next run, one that need not wait if there is one."""
        for place, job in enumerate(self.waiting):
            if self._free(job):
                del self.waiting[place]
                return self._taken(job)
        return self._taken(self.waiting.popleft())

    def _free(self, job: Job) -> bool:
        disaster = _disaster(job)
        return bool(self.live(job)) or disaster in self.ready or not self.busy.get(disaster)

    def _taken(self, job: Job) -> Job:
        self.busy[_disaster(job)] = self.busy.get(_disaster(job), 0) + 1
        return job

    def live(self, job: Job) -> bool | None:
        """Whether the plan has worked on the hazards of its scenario; None before its first run."""
        return self.felt.get((job.draw.scenario, job.plan))

    def done(self, job: Job, finished: Finished | BaseException) -> None:
        """Note what a run has shown."""
        self.busy[_disaster(job)] -= 1
        self.needed.subtract((job.draw.sort, _disaster(job)))
        if isinstance(finished, Finished):
            whose = (job.draw.scenario, job.plan)
            self.felt[whose] = finished.own_hazard or self.felt.get(whose, False)
            if not finished.own_hazard:
                self.ready.add(_disaster(job))

    def over(self, job: Job) -> list[bool]:
        """Return whether a run's disaster is needed no more: with any seed, with its own."""
        return [self.needed[job.draw.sort] == 0, self.needed[_disaster(job)] == 0]


def _disaster(job: Job) -> str:
    return f"{job.draw.sort}/{job.draw.seed}"


class Desk:
    """Makes runs of a study, as many as it is asked for, by workers that stay warm between.

    Parameters
    ----------
    store : Store
        Open; it takes every run as it comes in.
    making : Making
    workers : ExitStack
        Where the workers are let go; they start with the first run that is missing.
    """

    def __init__(self, store: Store, making: Making, workers: contextlib.ExitStack) -> None:
        self._store, self._making, self._workers = store, making, workers
        self._recordings = (store.folder / RECORDINGS).resolve()
        self._felt: dict[tuple[str, str], bool] = {}
        self._client: Any = None

    def make(self, study: Study) -> None:
        """Make every run of a study that is not kept yet."""
        jobs = list(study.jobs())
        kept = self._store.keys()
        missing = [job for job in jobs if job.key not in kept]
        self._making.progress(len(jobs) - len(missing), len(jobs))
        if missing:
            if self._client is None:
                self._client = self._workers.enter_context(self._making.engine.client())
            self._make(missing, len(jobs))

    def _make(self, missing: Sequence[Job], n: int) -> None:
        client, queue = self._client, _Queue(deque(missing), felt=self._felt)
        out: dict[Any, Job] = {}

        def send() -> Any:
            """Hand the next run to a worker; return what it will bring."""
            job = queue.next()
            future = client.submit(
                self._making.run,
                job,
                self._recordings,
                live=queue.live(job),
                key=job.key,
                pure=False,
            )
            out[future.key] = job
            return future

        workers = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
        first = [send() for _ in range(min(workers, len(missing)))]
        done = distributed_package().as_completed(first, loop=client.loop)
        for count, future in enumerate(done, start=n - len(missing) + 1):
            job = out.pop(future.key)
            finished = _finished(future)
            queue.done(job, finished)
            if queue.waiting:
                done.add(send())  # before this one is kept, so that no worker waits for the disk
            self._keep(job, finished)
            future.release()
            self._let_go(job, queue)
            self._making.progress(count, n)

    def _keep(self, job: Job, finished: Finished | BaseException) -> None:
        """Keep what a task has come to: a run, or the reason why there is none.

        What a machine refuses (disk, memory) says nothing of the run: the study stops, and goes on
        from here by ``resume``.
        """
        if isinstance(finished, Finished):
            self._store.keep(job, finished)
            return
        if isinstance(finished, MemoryError):
            raise StoreError(said("compare.no_memory", folder=self._store.folder)) from finished
        refused = isinstance(finished, OSError) and disk_error(finished, self._recordings)
        if refused:
            raise refused from finished
        killed = isinstance(finished, distributed_package().KilledWorker)
        told = "".join(traceback.format_exception(finished))
        self._store.keep_failed(job, told, quarantined=killed)

    def _let_go(self, job: Job, queue: _Queue) -> None:
        """Delete the recordings of a disaster that no run still needs."""
        places = recording_folders(job.draw, self._recordings)
        for place, over in zip(places, queue.over(job), strict=True):
            if over:
                shutil.rmtree(place, ignore_errors=True)


def _finished(future: Any) -> Finished | BaseException:
    """Return the run of a task, or the error that ended it."""
    error: BaseException | None = future.exception()
    if error is not None:
        return error
    finished: Finished = future.result()
    return finished


@contextlib.contextmanager
def desk_of(study: Study, folder: Path, making: Making) -> Iterator[Desk]:
    """Yield a desk for a study and all that grow out of it by more disasters; see `run_study`."""
    about = {"study": study.sha256(), "code": code_sha256()}
    with (
        Store(folder, about, fresh=not making.resume) as store,
        contextlib.ExitStack() as workers,
    ):
        for torso in (folder / RECORDINGS).glob(f"{UNFINISHED}*"):
            shutil.rmtree(torso, ignore_errors=True)  # of workers that were killed
        yield Desk(store, making, workers)
    shutil.rmtree(folder / RECORDINGS, ignore_errors=True)


def run_study(study: Study, folder: Path, making: Making) -> Path:
    """Make every run of a study that is not kept in its folder yet; return the folder."""
    with desk_of(study, folder, making) as desk:
        desk.make(study)
    return folder
