"""Cover: whom stations, depots or shelters reach in time, and where new ones would reach most.

Siting is the maximal covering location problem (Church and ReVelle 1974). Small cases are solved
exactly as an integer programme; large ones by the greedy choice, then by exchanges as long as one
helps. The greedy choice alone is never worse than 63 % of the best (Nemhauser et al. 1978).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array, hstack, vstack
from scipy.sparse.csgraph import dijkstra

from sim.agents.network import Network

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: the integer programme is tried up to so many pairs of a site and a place it covers
_EXACT_PAIRS: Final = 60_000
_PASSES: Final = 20


def _graph(network: Network, times_s: Floats) -> csr_array:
    """Return the ways as a matrix of seconds; of two edges between two nodes the quicker."""
    open_now = np.flatnonzero(np.isfinite(times_s))
    order = open_now[np.argsort(times_s[open_now], kind="stable")]
    pair = network.from_node[order].astype(np.int64) * network.n_nodes + network.to_node[order]
    _, first = np.unique(pair, return_index=True)
    kept = order[first]
    ends = (network.from_node[kept], network.to_node[kept])
    shape = (network.n_nodes, network.n_nodes)
    return csr_array((np.maximum(times_s[kept], 1e-6), ends), shape=shape)


def reached_within(network: Network, times_s: Floats, stations: Rows, budget_s: float) -> Flags:
    """Return the road nodes that the nearest of some stations reaches in time.

    Parameters
    ----------
    times_s : (edges,) float64
        Along each edge now; infinity where it is shut, or not for what goes there.
    stations : (n,) int64
        Road nodes.
    budget_s : float
        Driving time.
    """
    if len(stations) == 0:
        return np.zeros(network.n_nodes, dtype=bool)
    away_s = first_due_s(network, times_s, stations, limit_s=budget_s)
    return np.asarray(away_s <= budget_s)


def first_due_s(
    network: Network, times_s: Floats, stations: Rows, *, limit_s: float = np.inf
) -> Floats:
    """Return the drive from the nearest station to each road node; infinity beyond the limit."""
    graph = _graph(network, times_s)
    return np.asarray(
        dijkstra(graph, indices=np.asarray(stations), min_only=True, limit=limit_s + 1e-6)
    )


@dataclass(frozen=True)
class Siting:
    """Where new stations go.

    Attributes
    ----------
    sites : (k,) int64
        Indices into the candidates.
    covered : float
        Weight that is reached with them, beside what was reached before.
    exact : bool
        Whether nothing better exists among the candidates.
    """

    sites: Rows
    covered: float
    exact: bool


def covers(network: Network, times_s: Floats, candidates: Rows, budget_s: float) -> csr_array:
    """Return which road nodes each candidate reaches in time, (candidates, nodes) of 0 and 1."""
    away_s = dijkstra(_graph(network, times_s), indices=candidates, limit=budget_s + 1e-6)
    return csr_array((away_s <= budget_s).astype(np.float64))


def best_sites(cover: csr_array, weight: Floats, count: int) -> Siting:
    """Return the sites that reach most weight.

    Parameters
    ----------
    cover : (candidates, places) of 0 and 1
    weight : (places,) float64
        People, buildings or area at each place, 0 where they are reached already.
    count : int
    """
    wanted = np.flatnonzero(weight > 0)
    reach = csr_array(cover[:, wanted])
    value = weight[wanted]
    count = min(count, reach.shape[0])
    if count <= 0 or len(wanted) == 0:
        return Siting(np.zeros(0, dtype=np.int64), 0.0, exact=True)
    if reach.nnz <= _EXACT_PAIRS:
        return exact_sites(reach, value, count)
    return exchanged_sites(reach, value, count)


def exact_sites(reach: csr_array, value: Floats, count: int) -> Siting:
    """Solve max value.y, y_j <= sum of x_i that reach j, sum x = count, by branch and bound."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - slow, seldom needed

    n_sites, n_places = reach.shape
    objective = np.concatenate((np.zeros(n_sites), -value))
    reached = hstack([-reach.T, eye_array(n_places)])
    number = csr_array(np.concatenate((np.ones(n_sites), np.zeros(n_places)))[None, :])
    limits = np.concatenate((np.zeros(n_places), [float(count)]))
    solved = milp(
        objective,
        constraints=LinearConstraint(vstack([reached, number]).tocsr(), -np.inf, limits),
        integrality=np.concatenate((np.ones(n_sites), np.zeros(n_places))),
        bounds=Bounds(0.0, 1.0),
    )
    sites = np.sort(np.argsort(-solved.x[:n_sites], kind="stable")[:count]).astype(np.int64)
    return Siting(sites, _value(reach, value, sites), exact=bool(solved.status == 0))


def exchanged_sites(reach: csr_array, value: Floats, count: int) -> Siting:
    """Choose greedily, then move one station at a time as long as that reaches more."""
    chosen = _greedy(reach, value, count)
    best = _value(reach, value, chosen)
    for _ in range(_PASSES):
        before = best
        for place in range(count):
            others = np.delete(chosen, place)
            left = value * ~_covered(reach, others)
            site = int(np.argmax(reach @ left))
            trial = np.append(others, site)
            gained = _value(reach, value, trial)
            if gained > best + 1e-9:
                chosen, best = np.insert(others, place, site), gained
        if best <= before:
            break
    return Siting(np.sort(chosen), best, exact=count == 1)


def _greedy(reach: csr_array, value: Floats, count: int) -> Rows:
    chosen: list[int] = []
    left = value.copy()
    for _ in range(count):
        site = int(np.argmax(reach @ left))
        chosen.append(site)
        left[_covered(reach, np.array([site]))] = 0.0
    return np.array(chosen, dtype=np.int64)


def _covered(reach: csr_array, sites: Rows) -> Flags:
    if len(sites) == 0:
        return np.zeros(reach.shape[1], dtype=bool)
    return np.asarray(reach[sites].sum(axis=0)).ravel() > 0


def _value(reach: csr_array, value: Floats, sites: Rows) -> float:
    return float(value[_covered(reach, sites)].sum())
