"""Arrival times over a grid: lines hold, ticks do not matter, weather carries on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.hazards.wildfire_rays import rays_of, touched
from sim.hazards.wildfire_spread import Ellipses, FireSpread, Spotting

N, CELL_M = 60, 30.0
RAYS = (8, 16, 32)
START = 30 * N + 10


def steady(length: float = 1.75, to_deg: float = 90.0) -> Ellipses:
    return Ellipses.uniform(0.5, length, to_deg)


def field() -> NDArray[np.int64]:
    return np.ones((N, N), np.int64)


def burnt(kinds: NDArray[np.int64], n_rays: int, until_s: float = 1e6) -> NDArray[np.bool_]:
    fire = FireSpread(kinds, CELL_M, steady(), n_rays)
    fire.ignite(START, 0.0)
    fire.advance(until_s)
    return np.isfinite(fire.arrival_s)


@pytest.mark.parametrize("n_rays", RAYS)
def test_a_line_one_cell_wide_holds_the_fire(n_rays: int) -> None:
    kinds = field()
    kinds[:, 30] = 0
    assert not burnt(kinds, n_rays)[:, 31:].any()


@pytest.mark.parametrize("n_rays", RAYS)
def test_a_gap_in_a_line_lets_the_fire_through(n_rays: int) -> None:
    kinds = field()
    kinds[:, 30] = 0
    kinds[12, 30] = 1
    assert burnt(kinds, n_rays)[:, 31:].all()


@pytest.mark.parametrize("n_rays", RAYS)
@pytest.mark.parametrize("step", [1, -1])
def test_a_diagonal_line_does_not_leak(n_rays: int, step: int) -> None:
    kinds = field()
    rows = np.arange(N)
    columns = 30 + step * (rows - 30)
    inside = (columns >= 0) & (columns < N)
    kinds[rows[inside], columns[inside]] = 0
    y, x = np.mgrid[:N, :N]
    beyond = x > 30 + step * (y - 30)
    assert not burnt(kinds, n_rays)[beyond].any()


@given(ticks=st.lists(st.floats(1.0, 3000.0), min_size=1, max_size=8), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=20)
def test_ticks_of_any_length_give_the_same_fire(ticks: list[float], seed: int) -> None:
    kinds = np.random.default_rng(seed).integers(0, 3, (N, N))
    kinds[30, 10] = 1
    ellipses = patchy()
    fires = [FireSpread(kinds, CELL_M, ellipses, spotting=brands()) for _ in range(2)]
    for fire in fires:
        fire.ignite(START, 0.0)
    now_s = 0.0
    for tick in ticks:
        now_s += tick
        fires[0].advance(now_s)
    fires[1].advance(now_s)
    np.testing.assert_array_equal(fires[0].arrival_s, fires[1].arrival_s)
    np.testing.assert_array_equal(fires[0].new_spots().cells, fires[1].new_spots().cells)


def patchy() -> Ellipses:
    """Return two kinds of ground in three windows, with a calm in the middle."""
    return Ellipses(
        ends_s=np.array([600.0, 1200.0, np.inf]),
        head_m_per_s=np.array([[0, 0.5, 0.2], [0, 0.1, 0.05], [0, 0.8, 0.3]]),
        eccentricity=np.array([[0, 0.8, 0.5], [0, 0.2, 0.1], [0, 0.9, 0.7]]),
        east=np.array([[0, 1.0, 1.0], [0, 0.0, 0.0], [0, 0.6, 0.6]]),
        north=np.array([[0, 0.0, 0.0], [0, 1.0, 1.0], [0, -0.8, -0.8]]),
    )


def brands() -> Spotting:
    return Spotting(
        key=7,
        per_cell=np.full((3, 3), 0.5),
        heat_j_per_m2=np.full((3, 3), 2e7),
        wind_m_per_s=np.array([8.0, 2.0, 12.0]),
        to_deg=np.array([90.0, 0.0, 127.0]),
        crosswind=0.2,
        delay_s=60.0,
    )


def test_a_window_cut_in_twenty_changes_nothing() -> None:
    one = steady()
    cut = Ellipses(
        np.array([*np.arange(1, 20) * 130.0, np.inf]),
        *(np.repeat(table, 20, axis=0) for table in (one.head_m_per_s, one.eccentricity)),
        *(np.repeat(table, 20, axis=0) for table in (one.east, one.north)),
    )
    arrivals = []
    for ellipses in (one, cut):
        fire = FireSpread(field(), CELL_M, ellipses)
        fire.ignite(START, 0.0)
        fire.advance(4000.0)
        arrivals.append(fire.arrival_s)
    # the same numbers but for the rounding of times added piece by piece
    np.testing.assert_allclose(arrivals[1], arrivals[0], rtol=1e-5)


def test_a_fire_waits_through_rain_and_goes_on_from_where_it_was() -> None:
    one = steady()
    rain_s = 5000.0
    tables = [
        np.concatenate((t, np.zeros_like(t) if t is one.head_m_per_s else t, t))
        for t in (one.head_m_per_s, one.eccentricity, one.east, one.north)
    ]
    wet = Ellipses(np.array([1000.0, 1000.0 + rain_s, np.inf]), *tables)
    fires = [FireSpread(field(), CELL_M, ellipses) for ellipses in (one, wet)]
    for fire, until_s in zip(fires, (3000.0, 3000.0 + rain_s), strict=True):
        fire.ignite(START, 0.0)
        fire.advance(until_s)
    dry_s, wet_s = (fire.arrival_s for fire in fires)
    later_s = np.where(dry_s > 1000.0, rain_s, 0.0)
    both = np.isfinite(dry_s) & np.isfinite(wet_s)
    assert (
        both.sum() > 0.99 * np.isfinite(dry_s).sum()
    )  # times at the very end may round either way
    np.testing.assert_allclose(wet_s[both], (dry_s + later_s)[both], rtol=1e-4)


def test_a_line_finished_in_time_holds_and_one_too_late_does_not() -> None:
    line = np.arange(N) * N + 30
    arrivals = {}
    for built_s in (500.0, 100_000.0):
        fire = FireSpread(field(), CELL_M, steady())
        fire.ignite(START, 0.0)
        fire.advance(built_s)
        fire.hold(line, np.inf)
        fire.advance(200_000.0)
        arrivals[built_s] = fire.arrival_s
    assert not np.isfinite(arrivals[500.0][:, 31:]).any()
    assert np.isfinite(arrivals[100_000.0]).all()


def test_a_line_does_not_change_what_burnt_before_it() -> None:
    fire = FireSpread(field(), CELL_M, steady())
    fire.ignite(START, 0.0)
    fire.advance(1500.0)
    before_s = fire.arrival_s
    fire.hold(np.arange(N) * N + 40, np.inf)
    fire.advance(3000.0)
    old = np.isfinite(before_s)
    np.testing.assert_array_equal(fire.arrival_s[old], before_s[old])


def test_a_wet_line_lets_through_a_fire_that_comes_when_it_is_dry() -> None:
    fire = FireSpread(field(), CELL_M, steady())
    fire.ignite(START, 2000.0)
    fire.hold(np.arange(N) * N + 30, 1500.0)
    fire.advance(100_000.0)
    assert np.isfinite(fire.arrival_s).all()


def test_what_does_not_burn_cannot_be_lit() -> None:
    kinds = field()
    kinds[30, 10] = 0
    assert FireSpread(kinds, CELL_M, steady()).ignite(START, 0.0) == 0


@pytest.mark.parametrize("n", RAYS)
def test_rays_go_all_round_without_doubles(n: int) -> None:
    rays = rays_of(n, CELL_M, 100)
    assert len(set(rays.offset.tolist())) == n
    assert (np.diff(np.arctan2(rays.north_m, rays.east_m)) > 0).all()


@given(row=st.integers(-3, 3), column=st.integers(-3, 3))
def test_a_ray_touches_the_same_cells_from_both_ends(row: int, column: int) -> None:
    there = set(touched(row, column)) if row or column else set()
    back = {(row + r, column + c) for r, c in touched(-row, -column)} if row or column else set()
    assert there == back


def test_brands_fly_downwind_and_light_fires_beyond_a_river() -> None:
    kinds = field()
    kinds[:, 30] = 0
    spotting = replace(brands(), to_deg=np.full(3, 90.0))
    fire = FireSpread(kinds, CELL_M, three_windows(), spotting=spotting)
    fire.ignite(START, 0.0)
    fire.advance(1e5)
    spots = fire.new_spots()
    assert np.isfinite(fire.arrival_s[:, 31:]).any()
    assert np.mean(spots.cells % N > spots.sources % N) > 0.95


def three_windows() -> Ellipses:
    """Return one ellipse on two kinds of ground, three times over."""
    one = steady()
    tables = (one.head_m_per_s, one.eccentricity, one.east, one.north)
    three = [np.repeat(np.column_stack((table, table[:, 1])), 3, axis=0) for table in tables]
    return Ellipses(np.array([600.0, 1200.0, np.inf]), *three)
