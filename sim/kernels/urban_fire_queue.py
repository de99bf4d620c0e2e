"""The queue of fires: each waits in a binary heap for its next neighbour to catch."""

from __future__ import annotations

import numpy as np

from sim.kernels.compile import bare_kernel
from sim.kernels.urban_fire_state import UNTOUCHED, WAITING, Fires, Town


@bare_kernel
def _before(fires: Fires, a: int, b: int) -> bool:
    """Whether entry ``a`` of the queue comes before ``b``; rows break ties."""
    if fires.queue_s[a] != fires.queue_s[b]:
        return bool(fires.queue_s[a] < fires.queue_s[b])
    return bool(fires.queue_row[a] < fires.queue_row[b])


@bare_kernel
def _swap(fires: Fires, a: int, b: int) -> None:
    fires.queue_s[a], fires.queue_s[b] = fires.queue_s[b], fires.queue_s[a]
    fires.queue_row[a], fires.queue_row[b] = fires.queue_row[b], fires.queue_row[a]


@bare_kernel
def _sink(fires: Fires) -> None:
    """Restore order after the first entry became later."""
    n, at = fires.counts[WAITING], 0
    while 2 * at + 1 < n:
        child = 2 * at + 1
        if child + 1 < n and _before(fires, child + 1, child):
            child += 1
        if not _before(fires, child, at):
            break
        _swap(fires, child, at)
        at = child


@bare_kernel
def wait(fires: Fires, row: int, until_s: float) -> None:
    """Put a building into the queue."""
    at = fires.counts[WAITING]
    fires.queue_s[at], fires.queue_row[at] = until_s, row
    fires.counts[WAITING] += 1
    while at > 0 and _before(fires, at, (at - 1) // 2):
        _swap(fires, at, (at - 1) // 2)
        at = (at - 1) // 2


@bare_kernel
def drop_first(fires: Fires) -> None:
    """Take the first out of the queue."""
    fires.counts[WAITING] -= 1
    last = fires.counts[WAITING]
    fires.queue_s[0], fires.queue_row[0] = fires.queue_s[last], fires.queue_row[last]
    _sink(fires)


@bare_kernel
def next_edge(town: Town, fires: Fires, row: int) -> int:
    """Return the edge of the neighbour that is next to catch; -1 when none is left."""
    best, soonest_s = -1, np.inf
    for edge in range(town.offsets[row], town.offsets[row + 1]):
        if fires.due_s[edge] < soonest_s and fires.state[town.neighbour[edge]] == UNTOUCHED:
            best, soonest_s = edge, fires.due_s[edge]
    return best


@bare_kernel
def again(town: Town, fires: Fires, row: int, earliest_s: float) -> None:
    """Let the first of the queue wait for its next neighbour, or leave.

    It wakes at ``earliest_s`` at the earliest.
    """
    edge = next_edge(town, fires, row)
    if edge < 0:
        drop_first(fires)
    else:
        fires.queue_s[0] = max(fires.due_s[edge], earliest_s)
        _sink(fires)
