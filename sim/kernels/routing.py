"""Ways to the nearest of several destinations, for all nodes at once."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import bare_kernel, kernel

#: in `next_edge`: no way from here
NO_WAY = -1


#: buckets of costs at a time; nodes whose cost is beyond them wait in one more
N_BUCKETS: Final = 1024
#: a bucket spans this share of the mean time on an edge: fastest from 0.01 to 0.5 on a city's roads
_BUCKET_SHARE: Final = 0.2
_LEAST_BUCKET_S: Final = 1e-6
#: in which bucket a node is that is in none
_NOWHERE: Final = -1
#: rows of the scratch: first node of each bucket; by node, the next and the one before, its bucket
_FIRST, _AFTER, _BEFORE, _BUCKET = range(4)


@bare_kernel
def _put(lists: NDArray[np.int32], node: int, cost: float, per_bucket: float, base: int) -> None:
    """Put a node into the bucket of its cost, or among the far ones."""
    number = int(cost / per_bucket)
    bucket = number % N_BUCKETS if number - base < N_BUCKETS else N_BUCKETS
    first = lists[_FIRST, bucket]
    lists[_AFTER, node] = first
    lists[_BEFORE, node] = -1
    lists[_BUCKET, node] = bucket
    if first >= 0:
        lists[_BEFORE, first] = node
    lists[_FIRST, bucket] = node


@bare_kernel
def _take_out(lists: NDArray[np.int32], node: int) -> None:
    """Take a node out of the bucket that it is in."""
    before, after = lists[_BEFORE, node], lists[_AFTER, node]
    if before >= 0:
        lists[_AFTER, before] = after
    else:
        lists[_FIRST, lists[_BUCKET, node]] = after
    if after >= 0:
        lists[_BEFORE, after] = before
    lists[_BUCKET, node] = _NOWHERE


@bare_kernel
def _bring_near(
    lists: NDArray[np.int32], cost_s: NDArray[np.float64], per_bucket: float
) -> tuple[int, int]:
    """Spread far nodes over the buckets from the nearest of them on: the first bucket, how many."""
    least_s = np.inf
    node = lists[_FIRST, N_BUCKETS]
    while node >= 0:
        least_s = min(least_s, cost_s[node])
        node = lists[_AFTER, node]
    base, n_near = int(least_s / per_bucket), 0
    node = lists[_FIRST, N_BUCKETS]
    lists[_FIRST, N_BUCKETS] = -1
    while node >= 0:
        after = lists[_AFTER, node]
        _put(lists, node, cost_s[node], per_bucket, base)
        n_near += lists[_BUCKET, node] < N_BUCKETS
        node = after
    return base, n_near


@bare_kernel
def _bucket_s(into_s: NDArray[np.float64]) -> float:
    """Return how much cost a bucket spans: a share of what an open edge takes on the mean."""
    total_s, n = 0.0, 0
    for k in range(len(into_s)):
        if into_s[k] < np.inf:
            total_s += into_s[k]
            n += 1
    return max(_BUCKET_SHARE * total_s / max(n, 1), _LEAST_BUCKET_S)


@bare_kernel
def solve_tree(
    into: NDArray[np.int32],
    into_edge: NDArray[np.int32],
    into_node: NDArray[np.int32],
    into_s: NDArray[np.float64],
    target_node: NDArray[np.int32],
    target: NDArray[np.int32],
    next_edge: NDArray[np.int32],
    cost_s: NDArray[np.float64],
    lists: NDArray[np.int32],
) -> None:
    """Solve the quickest way from every node to its nearest target.

    Dial (1969) and, for times that are no whole numbers, Denardo & Fox (1979): nodes wait in
    buckets of about equal cost instead of a heap, and one whose cost falls while its bucket is
    worked off is looked at again. The times are those of Dijkstra's algorithm, bit for bit.

    Parameters
    ----------
    into : (nodes + 1,) int32
        The edges that lead to node ``v`` are entries ``into[v]:into[v + 1]`` of the next three.
    into_edge, into_node : (edges,) int32
        Edge, and the node it comes from.
    into_s : (edges,) float64
        Time on it; inf closes it.
    target_node, target : (t,) int32
        Nodes of the targets and the numbers by which `next_edge` names them.
    next_edge : (nodes,) int32
        Written: the edge to take, -1 where there is no way, ``-2 - target`` at a target.
    cost_s : (nodes,) float64
        Written: time to the target; inf where there is no way.
    lists : int32
        Scratch: `new_lists`.
    """
    next_edge[:] = NO_WAY
    cost_s[:] = np.inf
    lists[_FIRST] = -1
    lists[_BUCKET] = _NOWHERE
    per_bucket = _bucket_s(into_s)
    base, n_near = 0, 0
    for k in range(len(target)):
        node = target_node[k]
        if cost_s[node] > 0.0:
            cost_s[node] = 0.0
            next_edge[node] = -2 - target[k]
            _put(lists, node, 0.0, per_bucket, base)
            n_near += 1
    while n_near > 0 or lists[_FIRST, N_BUCKETS] >= 0:
        if n_near == 0:
            base, n_near = _bring_near(lists, cost_s, per_bucket)
        node = lists[_FIRST, base % N_BUCKETS]
        if node < 0:
            base += 1
            continue
        _take_out(lists, node)
        n_near -= 1
        for k in range(into[node], into[node + 1]):
            before = into_node[k]
            reached_s = cost_s[node] + into_s[k]
            if reached_s < cost_s[before]:
                if lists[_BUCKET, before] != _NOWHERE:
                    n_near -= lists[_BUCKET, before] < N_BUCKETS
                    _take_out(lists, before)
                cost_s[before] = reached_s
                next_edge[before] = into_edge[k]
                _put(lists, before, reached_s, per_bucket, base)
                n_near += lists[_BUCKET, before] < N_BUCKETS


def new_lists(n_nodes: int) -> NDArray[np.int32]:
    """Return scratch for `solve_tree` on so many nodes."""
    return np.zeros((4, max(n_nodes, N_BUCKETS + 1)), dtype=np.int32)


@kernel
def follow(
    next_edge: NDArray[np.int32],
    cost_s: NDArray[np.float64],
    to_node: NDArray[np.int32],
    length_m: NDArray[np.float64],
    node: int,
    goal: int,
    most_s: float,
) -> tuple[int, float, float]:
    """Return the node a unit gets to along a tree in ``most_s`` or just more, and s and m spent."""
    spent_s, driven_m = 0.0, 0.0
    while node != goal and spent_s < most_s:
        edge = next_edge[node]
        spent_s += cost_s[node] - cost_s[to_node[edge]]
        driven_m += length_m[edge]
        node = to_node[edge]
    return node, spent_s, driven_m
