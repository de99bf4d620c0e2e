"""Ways to the nearest of several destinations, for all nodes at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import bare_kernel, kernel

#: in `next_edge`: no way from here
NO_WAY = -1


@bare_kernel
def _sift_up(
    heap: NDArray[np.int32], where: NDArray[np.int32], cost: NDArray[np.float64], at: int
) -> None:
    node = heap[at]
    while at > 0:
        parent = (at - 1) >> 2
        if cost[heap[parent]] <= cost[node]:
            break
        heap[at] = heap[parent]
        where[heap[at]] = at
        at = parent
    heap[at] = node
    where[node] = at


@bare_kernel
def _sift_down(
    heap: NDArray[np.int32], where: NDArray[np.int32], cost: NDArray[np.float64], n: int
) -> None:
    node = heap[0]
    at = 0
    while True:
        child = 4 * at + 1
        if child >= n:
            break
        best = child
        for other in range(child + 1, min(child + 4, n)):
            if cost[heap[other]] < cost[heap[best]]:
                best = other
        if cost[heap[best]] >= cost[node]:
            break
        heap[at] = heap[best]
        where[heap[at]] = at
        at = best
    heap[at] = node
    where[node] = at


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
    heap: NDArray[np.int32],
    where: NDArray[np.int32],
) -> None:
    """Solve the quickest way from every node to its nearest target (Dijkstra 1959, 4-ary heap).

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
    heap, where : (nodes,) int32
        Scratch.
    """
    next_edge[:] = NO_WAY
    cost_s[:] = np.inf
    where[:] = -1
    n = 0
    for k in range(len(target)):
        node = target_node[k]
        if cost_s[node] > 0.0:
            cost_s[node] = 0.0
            next_edge[node] = -2 - target[k]
            heap[n] = node
            where[node] = n
            n += 1
    while n > 0:
        node = heap[0]
        n -= 1
        if n > 0:
            heap[0] = heap[n]
            _sift_down(heap, where, cost_s, n)
        for k in range(into[node], into[node + 1]):
            before = into_node[k]
            reached_s = cost_s[node] + into_s[k]
            if reached_s < cost_s[before]:
                if where[before] < 0:
                    where[before] = n
                    heap[n] = before
                    n += 1
                cost_s[before] = reached_s
                next_edge[before] = into_edge[k]
                _sift_up(heap, where, cost_s, where[before])


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
