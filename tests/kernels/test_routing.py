"""Trees of quickest ways against SciPy's Dijkstra."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from sim.kernels.routing import NO_WAY, new_lists, solve_tree


def tree(
    n: int, start: NDArray[np.int64], end: NDArray[np.int64], edge_s: NDArray[np.float64],
    targets: NDArray[np.int64],
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:  # fmt: skip
    order = np.argsort(end, kind="stable")
    offsets = np.concatenate(([0], np.cumsum(np.bincount(end, minlength=n)))).astype(np.int32)
    next_edge, cost_s = np.zeros(n, np.int32), np.zeros(n)
    numbers = np.arange(len(targets), dtype=np.int32)
    solve_tree(
        offsets, order.astype(np.int32), start[order].astype(np.int32), edge_s[order],
        targets.astype(np.int32), numbers, next_edge, cost_s,
        new_lists(n),
    )  # fmt: skip
    return next_edge, cost_s


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_times_are_those_of_scipy_and_following_the_tree_takes_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 60))
    pairs = np.unique(rng.integers(0, n, (3 * n, 2)), axis=0)
    start, end = pairs[pairs[:, 0] != pairs[:, 1]].T
    edge_s = rng.uniform(0.1, 10.0, len(start))
    edge_s[rng.uniform(size=len(start)) < 0.15] = np.inf
    targets = rng.choice(n, int(rng.integers(1, 4)), replace=n < 4)

    next_edge, cost_s = tree(n, start, end, edge_s, targets)

    is_open = np.isfinite(edge_s)
    graph = coo_array((edge_s[is_open], (end[is_open], start[is_open])), shape=(n, n)).tocsr()
    expected_s = dijkstra(graph, indices=np.unique(targets), min_only=True)
    assert np.allclose(cost_s, expected_s)
    assert np.array_equal(next_edge == NO_WAY, np.isinf(cost_s))
    on_way = np.flatnonzero(next_edge >= 0)
    taken = next_edge[on_way]
    assert np.array_equal(start[taken], on_way)
    assert np.allclose(cost_s[on_way], edge_s[taken] + cost_s[end[taken]])


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_closing_a_road_never_shortens_a_way(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 25
    start, end = rng.integers(0, n, (2, 100))
    edge_s = rng.uniform(0.1, 10.0, 100)
    closed_s = np.where(rng.uniform(size=100) < 0.2, np.inf, edge_s)
    targets = rng.integers(0, n, 2)

    open_cost_s, cost_s = (tree(n, start, end, times, targets)[1] for times in (edge_s, closed_s))

    assert np.all(cost_s >= open_cost_s)


@pytest.mark.parametrize(
    "edge_s",
    [
        pytest.param(
            lambda rng, n: 10.0 ** rng.uniform(-6, 7, n), id="from a microsecond to months"
        ),
        pytest.param(
            lambda rng, n: rng.integers(0, 3, n).astype(float), id="whole, some without any"
        ),
        pytest.param(lambda rng, n: np.where(rng.uniform(size=n) < 0.01, 1e9, 1.0), id="a few far"),
    ],
)
def test_buckets_give_the_least_times_bit_for_bit_whatever_the_edges_take(edge_s) -> None:
    rng = np.random.default_rng(1)
    n = 300
    start, end = rng.integers(0, n, (2, 4 * n))
    times_s = edge_s(rng, 4 * n)
    times_s[rng.uniform(size=4 * n) < 0.1] = np.inf
    targets = rng.choice(n, 3, replace=False)

    _, cost_s = tree(n, start, end, times_s, targets)

    settled_s = np.full(n, np.inf)
    settled_s[targets] = 0.0
    for _ in range(n):  # Bellman (1958)
        np.minimum.at(settled_s, start, times_s + settled_s[end])
    assert np.array_equal(cost_s, settled_s)
