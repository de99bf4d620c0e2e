"""Trees that are mended are those that are solved anew, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.agents import trees
from sim.agents.trees import Tree, Trees
from sim.kernels.routing import solve_tree


def random_graph(rng: np.random.Generator, n: int, n_edges: int) -> Trees:
    start, end = rng.integers(0, n, (2, n_edges)).astype(np.int32)
    order = np.argsort(end, kind="stable").astype(np.int32)
    offsets = np.concatenate(([0], np.cumsum(np.bincount(end, minlength=n)))).astype(np.int32)
    return Trees(offsets, order, start[order])


def assert_same(mended: Tree, solved: Tree) -> None:
    assert np.array_equal(mended.cost_s, solved.cost_s)
    assert np.array_equal(mended.next_edge, solved.next_edge)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), whole=st.booleans(), share=st.sampled_from([0.01, 0.1, 0.6]))
def test_a_mended_tree_is_one_solved_anew(seed: int, whole: bool, share: float) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 80))
    n_edges = int(rng.integers(n, 4 * n))
    graph = random_graph(rng, n, n_edges)
    at = rng.integers(0, n, 6).astype(np.int32)  # some of them on one node

    def drawn_s() -> np.ndarray:  # whole seconds make ways that take the same time
        times_s = (
            rng.integers(1, 4, n_edges).astype(float) if whole else rng.exponential(9, n_edges)
        )
        return np.where(rng.uniform(size=n_edges) < 0.1, np.inf, times_s)

    def targets() -> tuple[np.ndarray, np.ndarray]:
        numbers = np.flatnonzero(rng.uniform(size=6) < 0.8).astype(np.int32)
        return at[numbers], numbers

    times_s = drawn_s()
    tree = graph.solve(times_s, *targets())
    for _ in range(6):
        times_s = np.where(rng.uniform(size=n_edges) < share, drawn_s(), times_s)
        wanted = targets()
        tree = graph.solve(times_s, *wanted, tree)
        assert_same(tree, graph.solve(times_s, *wanted))


def test_small_changes_are_mended_and_great_ones_solved_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    solved = []

    def counted(*given: np.ndarray) -> None:
        solved.append(1)
        solve_tree(*given)

    monkeypatch.setattr(trees, "solve_tree", counted)
    rng = np.random.default_rng(1)
    graph = random_graph(rng, 500, 2000)
    times_s = rng.uniform(1, 9, 2000)
    quicker_s = np.where(np.arange(2000) < 5, 0.5 * times_s, times_s)
    target, number = np.zeros(1, np.int32), np.zeros(1, np.int32)

    tree = graph.solve(times_s, target, number)
    graph.solve(quicker_s, target, number, tree)
    assert len(solved) == 1
    graph.solve(times_s * 2, target, number, tree)
    assert len(solved) == 2
    graph.solve(quicker_s, target + 1, number, tree)
    assert len(solved) == 3


def test_a_tree_stays_as_it_was_when_another_is_made_of_it() -> None:
    rng = np.random.default_rng(2)
    graph = random_graph(rng, 100, 400)
    times_s = rng.uniform(1, 9, 400)
    target = np.zeros(1, np.int32)
    tree = graph.solve(times_s, target, target)
    next_edge, cost_s = tree.next_edge.copy(), tree.cost_s.copy()

    other = graph.solve(times_s[::-1].copy(), target, target, tree)

    assert not np.array_equal(other.cost_s, cost_s)
    assert np.array_equal(tree.next_edge, next_edge)
    assert np.array_equal(tree.cost_s, cost_s)
