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
_SAMPLE: Final = 1000
#: cutting off more than this share of a tree is slower than solving it anew
_MOST_CUT_OFF: Final = 0.25
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
def _put_far(lists: NDArray[np.int32], node: int) -> None:
    """Put a node among the far ones, from which `_bring_near` takes it."""
    _put(lists, node, np.float64(N_BUCKETS), 1.0, 0)


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
    """Return how much cost a bucket spans: a share of what an open edge takes on the mean.

    Of some edges: what comes out does not depend on it.
    """
    total_s, n = 0.0, 0
    for k in range(0, len(into_s), 1 + len(into_s) // _SAMPLE):
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
    _begin_at(target_node, target, next_edge, cost_s, lists)
    _work_off(into, into_edge, into_node, into_s, next_edge, cost_s, lists)


@bare_kernel
def _begin_at(
    target_node: NDArray[np.int32], target: NDArray[np.int32], next_edge: NDArray[np.int32],
    cost_s: NDArray[np.float64], lists: NDArray[np.int32],
) -> None:  # fmt: skip
    """Let targets wait to be worked off unless they were before; on one node the first counts."""
    for k in range(len(target) - 1, -1, -1):
        node = target_node[k]
        next_edge[node] = -2 - target[k]
        if cost_s[node] > 0.0:
            cost_s[node] = 0.0
            if lists[_BUCKET, node] == _NOWHERE:
                _put_far(lists, node)


@bare_kernel
def _work_off(
    into: NDArray[np.int32],
    into_edge: NDArray[np.int32],
    into_node: NDArray[np.int32],
    into_s: NDArray[np.float64],
    next_edge: NDArray[np.int32],
    cost_s: NDArray[np.float64],
    lists: NDArray[np.int32],
) -> None:
    """Go on from the nodes that wait, all among the far ones, until none does."""
    per_bucket = _bucket_s(into_s)
    base, n_near = 0, 0
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
            elif reached_s == cost_s[before]:
                _prefer_first(into_edge[k], before, node, next_edge, cost_s)


@bare_kernel
def _prefer_first(
    edge: int, before: int, node: int, next_edge: NDArray[np.int32], cost_s: NDArray[np.float64]
) -> None:
    """Of two ways from a node that take the same time, keep the one whose edge is first."""
    if edge < next_edge[before] and cost_s[node] < cost_s[before]:
        next_edge[before] = edge


@bare_kernel
def mend_tree(
    into: NDArray[np.int32],
    into_edge: NDArray[np.int32],
    into_node: NDArray[np.int32],
    end: NDArray[np.int32],
    out: NDArray[np.int32],
    out_at: NDArray[np.int32],
    was_s: NDArray[np.float64],
    into_s: NDArray[np.float64],
    was_target_node: NDArray[np.int32],
    target_node: NDArray[np.int32],
    target: NDArray[np.int32],
    next_edge: NDArray[np.int32],
    cost_s: NDArray[np.float64],
    lists: NDArray[np.int32],
    changed: NDArray[np.int32],
    cut_off: NDArray[np.int32],
) -> bool:
    """Solve a tree again after times or targets have changed; return False if too much moves.

    What comes out is what `solve_tree` gives, bit for bit, unless edges take no time at all.
    Nodes whose way uses an edge that takes longer now, or ends where no target is any more, are
    cut off and begin anew from the nodes around them; from them, from where edges have become
    quicker and from new targets the work is that of `solve_tree` (Ramalingam & Reps 1996, for many
    edges at a time). After False, `next_edge` and `cost_s` are spoilt.

    Parameters
    ----------
    into, into_edge, into_node, lists
        As in `solve_tree`.
    end : (edges,) int32
        The node that each of them leads to.
    out : (nodes + 1,) int32
        Those that leave node ``v`` are at ``out_at[out[v]:out[v + 1]]``.
    was_s, into_s : (edges,) float64
        Times that the tree was solved on, and those of now.
    was_target_node : (u,) int32
        Nodes of the targets that it was solved for.
    target_node, target, next_edge, cost_s
        As in `solve_tree`; the last two hold the tree.
    changed : (edges + 1,) int32
        Scratch, as is ``cut_off`` : (nodes,) int32.
    """
    lists[_FIRST] = -1
    lists[_BUCKET] = _NOWHERE
    n_changed = n = 0
    for k in range(len(into_s)):
        changed[n_changed] = k
        n_changed += was_s[k] != into_s[k]
    for k in changed[:n_changed]:
        if into_s[k] > was_s[k] and next_edge[into_node[k]] == into_edge[k]:
            n = _cut(into_node[k], next_edge, cost_s, cut_off, n)
    n = _cut_old_targets(was_target_node, target_node, next_edge, cost_s, lists, cut_off, n)
    done = 0
    while done < n:
        if n > _MOST_CUT_OFF * len(cost_s):
            return False
        node = cut_off[done]
        done += 1
        for k in range(into[node], into[node + 1]):
            if next_edge[into_node[k]] == into_edge[k]:
                n = _cut(into_node[k], next_edge, cost_s, cut_off, n)
    for node in cut_off[:n]:
        for k in out_at[out[node] : out[node + 1]]:
            _try(into_edge[k], node, end[k], into_s[k], next_edge, cost_s, lists)
    for k in changed[:n_changed]:
        if into_s[k] < was_s[k]:
            _try(into_edge[k], into_node[k], end[k], into_s[k], next_edge, cost_s, lists)
    _begin_at(target_node, target, next_edge, cost_s, lists)
    _work_off(into, into_edge, into_node, into_s, next_edge, cost_s, lists)
    return True


@bare_kernel
def _cut(
    node: int, next_edge: NDArray[np.int32], cost_s: NDArray[np.float64],
    cut_off: NDArray[np.int32], n: int,
) -> int:  # fmt: skip
    """Cut a node off from the tree and list it; return how many there are."""
    cut_off[n] = node
    next_edge[node] = NO_WAY
    cost_s[node] = np.inf
    return n + 1


@bare_kernel
def _cut_old_targets(
    was_target_node: NDArray[np.int32], target_node: NDArray[np.int32],
    next_edge: NDArray[np.int32], cost_s: NDArray[np.float64], lists: NDArray[np.int32],
    cut_off: NDArray[np.int32], n: int,
) -> int:  # fmt: skip
    """Cut off nodes that are targets no more; nothing waits yet, so links serve as marks."""
    lists[_AFTER] = 0
    for node in target_node:
        lists[_AFTER, node] = 1
    for node in was_target_node:
        if lists[_AFTER, node] == 0:
            n = _cut(node, next_edge, cost_s, cut_off, n)
            lists[_AFTER, node] = 1
    return n


@bare_kernel
def _try(
    edge: int, before: int, node: int, edge_s: float,
    next_edge: NDArray[np.int32], cost_s: NDArray[np.float64], lists: NDArray[np.int32],
) -> None:  # fmt: skip
    """Let a node go over an edge if that is quicker, and wait to be worked off."""
    reached_s = cost_s[node] + edge_s
    if reached_s < cost_s[before]:
        cost_s[before] = reached_s
        next_edge[before] = edge
        if lists[_BUCKET, before] == _NOWHERE:
            _put_far(lists, before)
    elif reached_s == cost_s[before]:
        _prefer_first(edge, before, node, next_edge, cost_s)


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
