"""Several threads for one job: kernels let go of the interpreter, so their parts run side by side.

What a job gives never depends on the number of threads; callers see to that.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

T = TypeVar("T")

#: environment variable that says how many threads a run may use; all cores by default
THREADS: Final = "SHAPAN_THREADS"
#: more threads than this have nothing to do in one run
_MOST: Final = 8

#: for so long one thread may keep the interpreter while another waits for it; Python's own 5 ms
#: let kernels stand idle; how much that saves depends on the machine's second core
_SWITCH_S: Final = 0.0005

#: who helps looks for something to do this often
_LOOK_S: Final = 1e-4

#: of a thread that works aside: an event, set when its result is waited for
_mine: Final = threading.local()
#: a pool belongs to one process: threads do not survive a fork
_pools: Final[dict[int, ThreadPoolExecutor]] = {}


def hands() -> int:
    """Return how many threads a run may use."""
    stated = os.environ.get(THREADS, "")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    wanted = int(stated) if stated.isdecimal() else cores or 1
    return max(1, min(wanted, _MOST))


def side_by_side(work: Callable[[int], T], n: int) -> list[T]:
    """Return ``[work(0), ..., work(n - 1)]``, each call in a thread of its own."""
    if n == 1:
        return [work(0)]
    waiting = [_pool().submit(work, k) for k in range(1, n)]
    first = work(0)
    return [first, *(part.result() for part in waiting)]


def aside(
    work: Callable[[], T], help_out: Callable[[], bool] | None = None
) -> Callable[[], T]:  # fmt: skip
    """Begin work in a thread of its own; return what waits for it and gives its result.

    Who waits helps: ``help_out`` takes part in what is to be done now, and returns whether there
    was anything. With one hand only, the work is done when it is waited for.
    """
    if hands() == 1:
        return work
    waited_for = threading.Event()

    def work_aside() -> T:
        _mine.waited_for = waited_for
        try:
            return work()
        finally:
            _mine.waited_for = None

    begun = _pool().submit(work_aside)

    def wait() -> T:
        waited_for.set()
        while help_out is not None and not begun.done():
            if not help_out():
                time.sleep(_LOOK_S)
        return begun.result()

    return wait


@contextlib.contextmanager
def beside(work: Callable[[], object]) -> Iterator[None]:
    """Do work in a thread of its own while the block runs; it is done when the block ends.

    Also when the block fails, whose error is told rather than the work's. With one hand only, the
    work is done after the block.
    """
    if hands() == 1:
        yield
        work()
        return
    wait = aside(work)
    try:
        yield
    except BaseException:
        with contextlib.suppress(Exception):
            wait()
        raise
    wait()


def all_hands() -> bool:
    """Whether the other hands are free to help: not while their owner works beside this thread."""
    waited_for: threading.Event | None = getattr(_mine, "waited_for", None)
    return waited_for is None or waited_for.is_set()


def spare_hands() -> int:
    """Return how many threads may join this one's work: not the owner of work done aside."""
    busy = 1 if getattr(_mine, "waited_for", None) is None else 2
    return max(0, hands() - busy)


def _pool() -> ThreadPoolExecutor:
    process = os.getpid()
    if process not in _pools:
        sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH_S))
        _pools[process] = ThreadPoolExecutor(_MOST, thread_name_prefix="shapan")
    return _pools[process]
