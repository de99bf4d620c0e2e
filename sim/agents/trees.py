"""Trees of quickest ways on one graph, solved anew only as far as times on edges have changed."""

from __future__ import annotations

import weakref
from collections import deque
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.routing import NO_WAY, mend_tree, new_lists, solve_tree

Ints = NDArray[np.int32]
Costs = NDArray[np.float64]

#: sets of times that are kept, so that trees solved on them can be mended
_KEPT: Final = 32


class Tree(NamedTuple):
    """Quickest ways from every node to the nearest of some targets.

    Attributes
    ----------
    next_edge : (nodes,) int32
        The edge to take; -1 where there is no way, ``-2 - target`` at a target.
    cost_s : (nodes,) float64
        Time to the target; inf where there is no way.
    nodes, targets : (t,) int32
        Nodes of the targets, and the numbers by which ``next_edge`` names them.
    solved_on : weakref to (edges,) float64
        The times.
    """

    next_edge: Ints
    cost_s: Costs
    nodes: Ints
    targets: Ints
    solved_on: weakref.ref[Costs]


def one_target(node: int) -> tuple[Ints, Ints]:
    """Return nodes and targets for `Trees.solve` where all go to one node."""
    return np.array([node], dtype=np.int32), np.zeros(1, dtype=np.int32)


class Trees:
    """Solves trees on a graph.

    Parameters
    ----------
    offsets, edges, nodes
        The edges that lead to node ``v`` are ``edges[offsets[v]:offsets[v + 1]]``, from ``nodes``
        there.
    """

    def __init__(self, offsets: Ints, edges: Ints, nodes: Ints) -> None:
        n = len(offsets) - 1
        end = np.repeat(np.arange(n, dtype=np.int32), np.diff(offsets))
        out_at = np.argsort(nodes, kind="stable").astype(np.int32)
        out = np.concatenate(([0], np.cumsum(np.bincount(nodes, minlength=n)))).astype(np.int32)
        self._n, self._edges = n, edges
        self._graph = (offsets, edges, nodes)
        self._both_ways = (*self._graph, end, out, out_at)
        self._lists = new_lists(n)
        self._scratch = (np.zeros(len(edges) + 1, np.int32), np.zeros(n, np.int32))
        self._times: deque[Costs] = deque(maxlen=_KEPT)

    def in_order(self, edge_s: Costs) -> Costs:
        """Return times of edges in the order in which this graph lists them, as `solve` wants."""
        return edge_s.take(self._edges)

    def solve(self, into_s: Costs, nodes: Ints, targets: Ints, before: Tree | None = None) -> Tree:
        """Return the tree on times by `in_order`, which nobody may change afterwards.

        Parameters
        ----------
        before : Tree, optional
            An earlier one, of which the new one may differ little; it stays as it is.
        """
        if not any(times is into_s for times in self._times):
            self._times.append(into_s)
        on = weakref.ref(into_s)
        was_s = None if before is None else before.solved_on()
        if before is not None and was_s is not None:
            tree = Tree(before.next_edge.copy(), before.cost_s.copy(), nodes, targets, on)
            if mend_tree(
                *self._both_ways, was_s, into_s, before.nodes, nodes, targets, tree.next_edge,
                tree.cost_s, self._lists, *self._scratch,
            ):  # fmt: skip
                return tree
        tree = Tree(np.full(self._n, NO_WAY, np.int32), np.zeros(self._n), nodes, targets, on)
        solve_tree(*self._graph, into_s, nodes, targets, tree.next_edge, tree.cost_s, self._lists)
        return tree
