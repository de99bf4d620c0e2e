"""The parts of the map maker, each alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sim.scenario.facts import Area
from sim.world.grid import Grid
from sim.world.maps.frame import Bend, Frame, Waves, frame_of
from sim.world.maps.shares import share_out, share_out_groups, spread, weighted_choice
from sim.world.maps.terrain import channel_cells

WEIGHTS = arrays.arrays(np.float64, st.integers(1, 40), elements=st.floats(0, 1e6))


@given(total=st.integers(0, 10**7), weights=WEIGHTS)
@settings(deadline=None)
def test_shares_are_whole_and_add_up(total: int, weights: np.ndarray) -> None:
    parts = share_out(total, weights)
    assert parts.sum() == total
    assert (parts >= 0).all()


@given(weights=WEIGHTS.filter(lambda w: w.sum() > 1))
@settings(deadline=None)
def test_no_share_is_a_whole_one_off(weights: np.ndarray) -> None:
    parts = share_out(1000, weights)
    assert np.abs(parts - 1000 * weights / weights.sum()).max() < 1 + 1e-9


@given(totals=st.lists(st.integers(0, 5000), min_size=1, max_size=8), seed=st.integers(0, 99))
@settings(deadline=None)
def test_groups_get_their_own_totals(totals: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    group = np.concatenate((np.arange(len(totals)), rng.integers(0, len(totals), 30)))
    parts = share_out_groups(np.array(totals), group, rng.random(len(group)) + 0.01)
    np.testing.assert_array_equal(np.bincount(group, weights=parts), totals)


@given(n=st.integers(0, 60), seed=st.integers(0, 99))
@settings(deadline=None)
def test_a_choice_has_its_size_and_leaves_out_what_has_no_weight(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights = rng.random(50) * (rng.random(50) < 0.8)
    chosen = weighted_choice(rng.random(50), weights, n)
    assert chosen.sum() == min(n, np.count_nonzero(weights))
    assert not chosen[weights == 0].any()


def test_places_are_spread_over_a_square_evenly() -> None:
    square = np.random.default_rng(1).random((4000, 2))
    places = spread(square, 4)
    gaps = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    assert gaps[gaps > 0].min() > 0.35  # four quarters' middles are 0.5 apart


@pytest.mark.parametrize(("km2", "cell_m"), [(484.0, 20.0), (484.0, 10.0), (12.0, 20.0)])
def test_the_rectangle_is_exact_when_whole_cells_allow_it(km2: float, cell_m: float) -> None:
    frame = frame_of(Area(km2=km2, aspect=1.5, assumed=True), cell_m)
    assert frame.area_m2 == km2 * 1e6
    assert frame.width_m / frame.height_m == pytest.approx(1.5, rel=0.13)


def test_waves_are_the_same_at_points_and_on_a_grid() -> None:
    waves = Waves.drawn(np.random.default_rng(2), 700.0, 0.5)
    grid = Grid(12, 17, 30.0, north_m=360.0)
    x_m, y_m = np.meshgrid(*grid.centres_m())
    np.testing.assert_allclose(waves.on(grid), waves.at(x_m, y_m), atol=1e-12)


def test_waves_have_the_stated_spread() -> None:
    waves = Waves.drawn(np.random.default_rng(3), 100.0, 2.0, 40)
    x_m, y_m = np.random.default_rng(4).random((2, 20_000)) * 1e5
    assert waves.at(x_m, y_m).std() == pytest.approx(2.0, rel=0.05)


@pytest.mark.parametrize("size_m", [3_000.0, 20_000.0, 70_000.0])
def test_the_bent_frame_comes_back_to_where_it_was(size_m: float) -> None:
    frame = Frame(1.4 * size_m, size_m)
    bend = Bend.drawn(np.random.default_rng(5), frame, 25.0)
    x_m, y_m = np.random.default_rng(6).random((2, 2000)) * [[frame.width_m], [frame.height_m]]
    x2_m, y2_m = bend.xy(*bend.st(x_m, y_m))
    assert np.hypot(x2_m - x_m, y2_m - y_m).max() < 5e-5 * size_m


@given(
    line=arrays.arrays(np.float64, (5, 2), elements=st.floats(1, 300)),
    cell_m=st.sampled_from([7.0, 20.0]),
)
@settings(deadline=None)
def test_the_cells_of_a_channel_follow_each_other_side_by_side(
    line: np.ndarray, cell_m: float
) -> None:
    grid = Grid(50, 50, cell_m, north_m=50 * cell_m)
    cells = channel_cells(line, grid)
    row, column = np.divmod(cells, grid.nx)
    steps = np.abs(np.diff(row)) + np.abs(np.diff(column))
    assert (steps == 1).all()
