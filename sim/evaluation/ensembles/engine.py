"""All runs of a study through dask.distributed: this machine's cores, or a cluster's workers.

One run is one task, and no more tasks are out than there are workers: a worker that dies is blamed
on the run it was at and on no other. Two plans wait for one disaster no longer than it takes to
record it, and other disasters fill that time.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import logging
import os
import shutil
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sim.core.errors import SimError
from sim.core.hands import THREADS
from sim.core.words import said
from sim.evaluation.ensembles.inputs import code_sha256
from sim.evaluation.ensembles.store import Store
from sim.evaluation.ensembles.study import Job, Study
from sim.evaluation.ensembles.work import Finished, recording_folders, run_job

#: a run that kills its worker so many times is not tried again
DEATHS: Final = 3
#: a cluster's first worker is waited for so long, s
_WAIT_S: Final = 60
RECORDINGS: Final = ".recordings"

#: told how many runs are kept, and of how many
Progress = Callable[[int, int], None]


class ClusterError(SimError):
    """A cluster does not answer, or has nobody to work."""


class NoDaskError(SimError):
    """The package that hands runs to workers is not installed."""


@dataclass(frozen=True)
class Engine:
    """Where runs are made.

    Attributes
    ----------
    jobs : int
        Workers on this machine, one core each.
    cluster : str
        Address of a Dask scheduler; its workers are used instead.
    """

    jobs: int = 1
    cluster: str = ""

    @contextlib.contextmanager
    def client(self) -> Iterator[Any]:
        """Yield a client of the workers; they are gone afterwards, those of a cluster stay."""
        distributed, dask = _distributed(), importlib.import_module("dask")
        settings = {
            "distributed.scheduler.allowed-failures": DEATHS - 1,
            "distributed.worker.memory.terminate": False,
            "distributed.comm.timeouts.connect": "30s",
        }
        with dask.config.set(settings), _quiet():
            if self.cluster:
                with self._of_cluster(distributed) as client:
                    yield client
                return
            threads = max(1, (os.cpu_count() or 1) // self.jobs)
            with (
                distributed.LocalCluster(
                    n_workers=self.jobs,
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address=":0",
                    silence_logs=logging.CRITICAL,
                    memory_limit=0,
                    env={THREADS: str(threads), "OMP_NUM_THREADS": str(threads)},
                ) as cluster,
                distributed.Client(cluster, set_as_default=False) as client,
            ):
                yield client

    def _of_cluster(self, distributed: Any) -> Any:
        """Return a client of a cluster that answers and has a worker."""
        try:
            client = distributed.Client(self.cluster, set_as_default=False)
        except (OSError, ValueError) as error:
            told = said("compare.no_cluster", address=self.cluster, why=str(error).splitlines()[0])
            raise ClusterError(told) from None
        try:
            client.wait_for_workers(1, timeout=_WAIT_S)
        except TimeoutError:
            client.close()
            raise ClusterError(said("compare.no_worker", address=self.cluster)) from None
        return client


def _distributed() -> Any:
    """Return the package of an extra that only ensembles need."""
    if importlib.util.find_spec("distributed") is None:
        raise NoDaskError(said("compare.no_dask"))
    return importlib.import_module("distributed")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the engine's own log off the terminal: what a user must know stands in the store."""
    log = logging.getLogger("distributed")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)


@dataclass
class _Queue:
    """The runs still to be made, and which disasters are recorded.

    A run is taken when its disaster is recorded, or is not being recorded by another run.
    """

    waiting: deque[Job]
    busy: dict[str, int] = field(default_factory=dict)
    ready: set[str] = field(default_factory=set)
    felt: set[tuple[str, str]] = field(default_factory=set)
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
        return self.live(job) or disaster in self.ready or not self.busy.get(disaster)

    def _taken(self, job: Job) -> Job:
        self.busy[_disaster(job)] = self.busy.get(_disaster(job), 0) + 1
        return job

    def live(self, job: Job) -> bool:
        """Whether the plan is known to work on the hazards of its scenario."""
        return (job.draw.scenario, job.plan) in self.felt

    def done(self, job: Job, finished: Finished | None) -> None:
        """Note what a run has shown."""
        self.busy[_disaster(job)] -= 1
        self.needed.subtract((job.draw.sort, _disaster(job)))
        if finished is not None:
            self.ready.add(_disaster(job))
            if finished.own_hazard:
                self.felt.add((job.draw.scenario, job.plan))

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
    engine : Engine
    workers : ExitStack
        Where the workers are let go; they start with the first run that is missing.
    progress : callable
    run : callable
        What a worker does with a run.
    """

    def __init__(
        self,
        store: Store,
        engine: Engine,
        workers: contextlib.ExitStack,
        progress: Progress,
        run: Callable[..., Finished],
    ) -> None:
        self.folder = store.folder
        self._store, self._engine, self._workers = store, engine, workers
        self._tell, self._run = progress, run
        self._recordings = (store.folder / RECORDINGS).resolve()
        self._felt: set[tuple[str, str]] = set()
        self._client: Any = None

    def make(self, study: Study) -> None:
        """Make every run of a study that is not kept yet."""
        jobs = list(study.jobs())
        kept = self._store.keys()
        missing = [job for job in jobs if job.key not in kept]
        self._tell(len(jobs) - len(missing), len(jobs))
        if missing:
            if self._client is None:
                self._client = self._workers.enter_context(self._engine.client())
            self._make(missing, len(jobs))

    def _make(self, missing: Sequence[Job], n: int) -> None:
        client, queue = self._client, _Queue(deque(missing), felt=self._felt)
        out: dict[Any, Job] = {}

        def send() -> Any:
            job = queue.next()
            live = queue.live(job)
            future = client.submit(
                self._run, job, self._recordings, live=live, key=job.key, pure=False
            )
            out[future.key] = job
            return future

        workers = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
        first = [send() for _ in range(min(workers, len(missing)))]
        done = _distributed().as_completed(first, loop=client.loop)
        for count, future in enumerate(done, start=n - len(missing) + 1):
            job = out.pop(future.key)
            queue.done(job, _kept(self._store, job, future))
            future.release()
            self._let_go(job, queue)
            if queue.waiting:
                done.add(send())
            self._tell(count, n)

    def _let_go(self, job: Job, queue: _Queue) -> None:
        """Delete the recordings of a disaster that no run still needs."""
        places = recording_folders(job.draw, self._recordings)
        for place, over in zip(places, queue.over(job), strict=True):
            if over:
                shutil.rmtree(place, ignore_errors=True)


@contextlib.contextmanager
def desk_of(
    study: Study,
    folder: Path,
    engine: Engine,
    *,
    resume: bool = False,
    progress: Progress | None = None,
    run: Callable[..., Finished] = run_job,
) -> Iterator[Desk]:
    """Yield a desk for a study and all that grow out of it by more disasters; see `run_study`."""
    about = {"study": study.sha256(), "code": code_sha256()}
    with Store(folder, about, fresh=not resume) as store, contextlib.ExitStack() as workers:
        yield Desk(store, engine, workers, progress or (lambda *_: None), run)
    shutil.rmtree(folder / RECORDINGS, ignore_errors=True)


def run_study(
    study: Study,
    folder: Path,
    engine: Engine,
    *,
    resume: bool = False,
    progress: Progress | None = None,
    run: Callable[..., Finished] = run_job,
) -> Path:
    """Make every run of a study that is not kept yet; return the study's folder.

    Parameters
    ----------
    study : Study
    folder : Path
        Of its store.
    engine : Engine
    resume : bool
        Go on with what is kept; otherwise the folder must have no runs.
    progress : callable, optional
    run : callable
        What a worker does with a run.
    """
    with desk_of(study, folder, engine, resume=resume, progress=progress, run=run) as desk:
        desk.make(study)
    return folder


def _kept(store: Store, job: Job, future: Any) -> Finished | None:
    """Keep what a task has come to; return the run when there is one."""
    error = future.exception()
    if error is None:
        finished: Finished = future.result()
        store.keep(job, finished)
        return finished
    told = "".join(traceback.format_exception(error))
    store.keep_failed(job, told, quarantined=isinstance(error, _distributed().KilledWorker))
    return None
