"""How fast people can be safe over some roads, whatever anybody plans, and which roads forbid more.

Whoever enters a road does so no sooner than the first of all people can be there, and no later than
leaves time for the free way from its end to a place. So in time T no more cross it than its flow
times that window. If people do not fit through a network of such arcs, no plan moves them in T: the
least T in which they fit bounds every plan from below, and the minimum cut names the roads.

It is the flow over time of Ford and Fulkerson (1958), doi 10.1287/opre.6.3.419, with one window an
arc in place of a copy of the network for every second: never above its quickest flow, and the same
where one bottleneck decides.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

Ints = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

#: SciPy's flows are whole numbers below 2^31: people are counted in parts, all of them in so many
_PARTS: Final = 2**28
#: the bound is found to this share of itself
_TOLERANCE: Final = 1e-3
_LEAST_S: Final = 1e-6


@dataclass(frozen=True)
class Roads:
    """Directed arcs, each with the time it takes and what enters it in a second.

    Attributes
    ----------
    n_nodes : int
    start, end : (arcs,) int
    time_s : (arcs,) float
    people_per_s : (arcs,) float
    """

    n_nodes: int
    start: Ints
    end: Ints
    time_s: FloatArray
    people_per_s: FloatArray


@dataclass(frozen=True)
class Quickest:
    """The bound, and what holds up everybody who is not faster.

    Attributes
    ----------
    at_least_s : float
        No plan brings all to safety sooner; infinite when some cannot get there at all.
    free_s : float
        The longest way without anybody else on it.
    stuck : int
        People for whom there is no way, or no place.
    behind : int
        People who must all pass the cut.
    cut : (k,) int
        Arcs of the cut, the one that lets most through first.
    through : (k,) float
        People whom each lets through in that time.
    places_full : tuple of int
        Nodes whose places are full and part of the cut.
    """

    at_least_s: float
    free_s: float
    stuck: int = 0
    behind: int = 0
    cut: Ints = field(repr=False, default_factory=lambda: np.zeros(0, np.int64))
    through: FloatArray = field(repr=False, default_factory=lambda: np.zeros(0))
    places_full: tuple[int, ...] = ()


def quickest(roads: Roads, people: Ints, places: Mapping[int, float]) -> Quickest:
    """Return the least time in which people can get from nodes to places.

    Parameters
    ----------
    roads : Roads
    people : (nodes,) int
        Waiting at each node.
    places : mapping
        Node -> people it takes; infinite for a way out of the map.
    """
    case = _Case(roads, people, places)
    n_people = int(people.sum())
    if n_people == 0:
        return Quickest(0.0, 0.0)
    cannot = int(people[~np.isfinite(case.to_go_s)].sum())
    room = sum(places.values())
    stuck = max(cannot, n_people - math.floor(room) if math.isfinite(room) else 0)
    if stuck:
        return Quickest(math.inf, math.inf if cannot else case.free_s, stuck)
    low_s = high_s = case.free_s
    while not case.fits(high_s):
        low_s, high_s = high_s, 2 * high_s + 60.0
    while high_s - low_s > _TOLERANCE * high_s:
        middle_s = (low_s + high_s) / 2
        if case.fits(middle_s):
            high_s = middle_s
        else:
            low_s = middle_s
    return case.cut_at(low_s) if low_s > case.free_s else Quickest(case.free_s, case.free_s)


class _Case:
    """One question: roads with windows, people as sources, places as sinks."""

    def __init__(self, roads: Roads, people: Ints, places: Mapping[int, float]) -> None:
        self._roads, self._people, self._places = roads, people, dict(places)
        here = np.flatnonzero(people > 0)
        self.to_go_s = _times_s(roads, sorted(places), backwards=True)
        since_s = _times_s(roads, here.tolist())
        self.free_s = float(self.to_go_s[here].max()) if len(here) else 0.0
        with np.errstate(invalid="ignore"):
            self._shut_s = since_s[roads.start] + roads.time_s + self.to_go_s[roads.end]
        self._share = _PARTS / max(int(people.sum()), 1)

    def fits(self, within_s: float) -> bool:
        """Whether all people fit through the windows of so much time."""
        graph, n = self._graph(within_s)
        flow = csgraph.maximum_flow(graph, n, n + 1).flow_value
        return bool(flow >= graph[n].sum())

    def cut_at(self, within_s: float) -> Quickest:
        """Return the bound at a time in which people do not fit, with its cut."""
        graph, n = self._graph(within_s)
        left = graph - csgraph.maximum_flow(graph, n, n + 1).flow
        left.eliminate_zeros()
        behind = np.zeros(n + 2, dtype=bool)
        behind[csgraph.breadth_first_order(left, n, return_predecessors=False)] = True
        roads = self._roads
        crosses = behind[roads.start] & ~behind[roads.end]
        window_s = np.where(crosses, np.clip(within_s - self._shut_s, 0.0, None), 0.0)
        through = np.nan_to_num(roads.people_per_s * window_s, posinf=0.0)
        cut = np.flatnonzero(through > 0)
        cut = cut[np.argsort(-through[cut], kind="stable")]
        return Quickest(
            at_least_s=within_s,
            free_s=self.free_s,
            behind=int(self._people[behind[:n]].sum()),
            cut=cut,
            through=through[cut],
            places_full=tuple(node for node in sorted(self._places) if behind[node]),
        )

    def _graph(self, within_s: float) -> tuple[sparse.csr_array, int]:
        """Return arcs with what passes them, sources from node n on, sinks into node n + 1."""
        roads, n = self._roads, self._roads.n_nodes
        window_s = np.clip(np.nan_to_num(within_s - self._shut_s, nan=-1.0, neginf=-1.0), 0.0, None)
        room = roads.people_per_s * window_s * self._share
        used = np.flatnonzero(room > 0)
        here = np.flatnonzero(self._people > 0)
        nodes = np.array(sorted(self._places), dtype=np.int64)
        seats = np.array([self._places[node] for node in nodes.tolist()]) * self._share
        start = np.concatenate((roads.start[used], np.full(len(here), n), nodes))
        end = np.concatenate((roads.end[used], here, np.full(len(nodes), n + 1)))
        parts = np.concatenate((room[used], self._people[here] * self._share, seats))
        whole = np.minimum(np.ceil(parts), _PARTS)
        whole[len(used) : len(used) + len(here)] = np.floor(self._people[here] * self._share)
        graph = sparse.coo_array((whole, (start, end)), shape=(n + 2, n + 2)).tocsr()
        graph.data = np.minimum(graph.data, _PARTS)
        return graph.astype(np.int32), n


def _times_s(roads: Roads, origins: list[int], *, backwards: bool = False) -> FloatArray:
    """Return the time from the nearest origin to each node, or from each node to the nearest."""
    used = np.flatnonzero(roads.people_per_s > 0)
    if not origins:
        return np.full(roads.n_nodes, np.inf)
    start, end = roads.start[used], roads.end[used]
    if backwards:
        start, end = end, start
    time_s = np.maximum(roads.time_s[used], _LEAST_S)
    order = np.lexsort((time_s, end, start))
    first = np.ones(len(order), dtype=bool)  # the quickest of parallel arcs
    first[1:] = (np.diff(start[order]) != 0) | (np.diff(end[order]) != 0)
    rows = order[first]
    shape = (roads.n_nodes, roads.n_nodes)
    graph = sparse.csr_array((time_s[rows], (start[rows], end[rows])), shape=shape)
    found: FloatArray = csgraph.dijkstra(graph, indices=origins, min_only=True)
    return found
