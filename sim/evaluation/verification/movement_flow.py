"""The quickest that physics allows: no plan, and no engine, clears a network faster.

The quickest transshipment of people from homes to shelters, as a maximum flow over time (Ford and
Fulkerson 1958; Hoppe and Tardos 2000): one copy of each node a tick, people may wait anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import maximum_flow

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class FlowProblem:
    """Vehicles at nodes, a graph with whole ticks and whole vehicles a tick, and sinks.

    Attributes
    ----------
    n_nodes : int
    from_node, to_node, ticks, per_tick : (edges,) int64
        Ticks to pass an edge, vehicles that may enter it in a tick.
    supply : (n_nodes,) int64
    sink, room : (sinks,) int64
        Node and room of each.
    """

    n_nodes: int
    from_node: Ints
    to_node: Ints
    ticks: Ints
    per_tick: Ints
    supply: Ints
    sink: Ints
    room: Ints


def most_within(problem: FlowProblem, horizon: int) -> int:
    """Return how many vehicles can be at sinks by the end of tick ``horizon``."""
    n, layers = problem.n_nodes, horizon + 1
    source, sink_of = n * layers, n * layers + 1 + np.arange(len(problem.sink))
    drain = n * layers + 1 + len(problem.sink)
    endless = int(problem.supply.sum())
    tick = np.arange(layers)
    tails: list[Ints] = []
    heads: list[Ints] = []
    caps: list[Ints] = []

    def add(tail: Ints, head: Ints, cap: Ints) -> None:
        for part, into in ((tail, tails), (head, heads), (cap, caps)):
            into.append(np.broadcast_to(part, np.broadcast_shapes(tail.shape, head.shape)).ravel())

    for edge in range(len(problem.from_node)):
        leaves = tick[: max(layers - problem.ticks[edge], 0)]
        add(
            leaves * n + problem.from_node[edge],
            (leaves + problem.ticks[edge]) * n + problem.to_node[edge],
            problem.per_tick[[edge]],
        )
    here = (tick[:-1, None] * n + np.arange(n)).ravel()
    add(here, here + n, np.array([endless]))
    add(np.array([source]), np.arange(n), problem.supply)
    for number, node in zip(sink_of, problem.sink, strict=True):
        add(tick * n + node, np.array([number]), np.array([endless]))
    add(sink_of, np.array([drain]), problem.room)
    tail, head, cap = (np.concatenate(part) for part in (tails, heads, caps))
    kept = cap > 0
    shape = (drain + 1, drain + 1)
    graph = coo_array((cap[kept].astype(np.int32), (tail[kept], head[kept])), shape=shape).tocsr()
    return int(maximum_flow(graph, source, drain).flow_value)


def quickest_ticks(problem: FlowProblem, longest: int = 1 << 16) -> int:
    """Return the least number of ticks in which everybody can be at a sink.

    Raises
    ------
    ValueError
        When `longest` ticks are not enough.
    """
    everybody = int(problem.supply.sum())
    high = 1
    while most_within(problem, high) < everybody:
        high *= 2
        if high > longest:
            raise ValueError(f"not everybody reaches a sink within {longest} ticks")
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        if most_within(problem, middle) < everybody:
            low = middle
        else:
            high = middle
    return 0 if high == 1 and most_within(problem, 0) == everybody else high
