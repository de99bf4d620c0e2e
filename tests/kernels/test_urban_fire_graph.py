"""Which buildings stand near which, against the plain form that looks at every pair."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.hazards.urban_fire_graph import graph_of
from sim.kernels.urban_fire_graph import near_pairs, outline_gap_m
from sim.world.table import Shapes


def every_pair(x: np.ndarray, y: np.ndarray, side: np.ndarray, reach: float) -> set[tuple]:
    east = np.abs(x[:, None] - x) - (side[:, None] + side) / 2
    north = np.abs(y[:, None] - y) - (side[:, None] + side) / 2
    gap = np.hypot(np.maximum(east, 0), np.maximum(north, 0))
    return {(i, j) for i, j in zip(*np.nonzero(gap <= reach), strict=True) if i < j}


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 120), reach=st.sampled_from([3.0, 12.0, 40.0]))
def test_bins_find_exactly_the_pairs_within_reach(seed: int, n: int, reach: float) -> None:
    rng = np.random.default_rng(seed)
    x, y, side = rng.random(n) * 400, rng.random(n) * 300, 3 + 40 * rng.random(n) ** 3
    boxes = np.column_stack((x - side / 2, y - side / 2, x + side / 2, y + side / 2))
    none = np.zeros(0, np.int64)
    low, high, _ = near_pairs(boxes, none, np.zeros(0), np.zeros(0), reach, 30.0)
    assert len(low) == len(set(zip(low.tolist(), high.tolist(), strict=True)))
    assert set(zip(low, high, strict=True)) == every_pair(x, y, side, reach)


def test_a_huge_hall_among_houses_keeps_all_its_neighbours() -> None:
    x = np.append(np.arange(0.0, 300.0, 15.0), 150.0)
    y = np.append(np.zeros(20), 112.0)
    area = np.append(np.full(20, 100.0), 200.0**2)  # its wall stands 7 m from the row of houses
    graph = graph_of(x, y, area, reach_m=12.0)
    assert len(graph.of(20)) == np.count_nonzero(np.abs(x[:20] - 150.0) - 105.0 <= 12.0)


def test_a_house_between_two_others_screens_them() -> None:
    x = np.array([0.0, 7.0, 14.0])
    graph = graph_of(x, np.zeros(3), np.full(3, 36.0), reach_m=12.0)
    assert graph.of(0).tolist() == [1]
    assert graph.of(1).tolist() == [0, 2]


def test_neighbours_are_mutual_and_gaps_the_same_both_ways() -> None:
    rng = np.random.default_rng(4)
    graph = graph_of(rng.random(500) * 300, rng.random(500) * 300, np.full(500, 60.0), reach_m=12.0)
    row = np.repeat(np.arange(500), np.diff(graph.offsets))
    there = dict(zip(zip(row, graph.neighbour, strict=True), graph.gap_m, strict=True))
    assert all(there[j, i] == gap for (i, j), gap in there.items())


def test_true_outlines_stand_nearer_than_their_areas_say() -> None:
    long_hall = np.array([[0.0, 0], [40, 0], [40, 5], [0, 5], [0, 0]])
    house = np.array([[45.0, 0], [55, 0], [55, 10], [45, 10], [45, 0]])
    far = np.array([[70.0, 0], [80, 0], [80, 10], [70, 10], [70, 0]])
    outlines = Shapes.of([long_hall, house, far])
    graph = graph_of(
        np.array([20.0, 50, 75]), np.array([2.5, 5, 5]), np.array([200.0, 100, 100]),
        reach_m=12.0, outlines=outlines,
    )  # fmt: skip
    assert graph.of(0).tolist() == [1]
    assert graph.gap_m[0] == pytest.approx(5.0)


def test_crossing_and_touching_outlines_have_no_gap() -> None:
    square = np.array([[0.0, 0], [10, 0], [10, 10], [0, 10]])
    for shift in ([5.0, 5.0], [10.0, 0.0], [0.0, 0.0]):
        both = Shapes.of([square, square + shift])
        assert outline_gap_m(both.offsets, both.x_m, both.y_m, 0, 1) == 0.0


def test_an_empty_map_has_an_empty_graph() -> None:
    none = np.zeros(0)
    assert graph_of(none, none, none, reach_m=12.0).n_edges == 0
