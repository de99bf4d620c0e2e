"""Who makes the runs of a study: this machine's cores, or a cluster's workers (Dask)."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sim.core.errors import SimError
from sim.core.hands import THREADS
from sim.core.words import said

#: a run that kills its worker so many times is not tried again
DEATHS: Final = 3
#: a worker that has not been heard of for so long is replaced, and its run made again
SILENT: Final = "5 minutes"
#: a cluster's first worker is waited for so long, s
_WAIT_S: Final = 60


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
        distributed, dask = distributed_package(), importlib.import_module("dask")
        settings = {
            "distributed.scheduler.allowed-failures": DEATHS - 1,
            "distributed.scheduler.worker-ttl": SILENT,
            "distributed.worker.memory.terminate": False,
            "distributed.comm.timeouts.connect": "30s",
            # Dask would have each worker give memory back at every turn: 4 of a run's 36 CPU s went
            # to 1.4 million page faults
            "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,
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


def distributed_package() -> Any:
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
