"""Kernels of the fire: the queue's order, the draws of brands, where a front starts from."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.rng import Streams
from sim.kernels import wildfire as fire
from sim.kernels import wildfire_spots as spots


@numba.njit
def drawn(key: np.uint64, n: int) -> np.ndarray:
    return np.array([spots.uniform(key, row) for row in range(n)])


@numba.njit
def sorted_by_queue(times: np.ndarray) -> np.ndarray:
    queue = fire.Queue(
        np.zeros(len(times), np.float32), np.zeros(len(times), np.int32), np.zeros(1, np.int64)
    )
    for cell in range(len(times)):
        fire.push(queue, times[cell], cell)
    return np.array([fire.pop(queue) for _ in range(len(times))])


@numba.njit
def poisson(expected: float, luck: np.ndarray) -> np.ndarray:
    return np.array([spots.how_many(expected, one) for one in luck])


@numba.njit
def flight(intensity: float, wind: float) -> tuple[float, float]:
    return spots.flight_of(intensity, wind)


@numba.njit
def there_and_back(
    ends_s: np.ndarray, a: np.ndarray, from_s: float, to_s: float
) -> tuple[float, float]:
    growth = fire.Growth(ends_s, a, a, a)
    way_m = fire.advance_m(growth, 0, from_s, to_s)
    return way_m, fire.before_s(growth, 0, to_s, way_m)


@pytest.mark.parametrize("seed", [0, 1, 2**40])
def test_brands_draw_from_the_runs_only_source_of_chance(seed: int) -> None:
    streams = Streams(seed)
    mine = drawn(np.uint64(streams.key("brands")), 50)
    np.testing.assert_array_equal(mine, streams.page("brands", 0, 50))


@given(times=st.lists(st.floats(0, 1e6, width=32), min_size=1, max_size=60))
@settings(deadline=None)
def test_offers_leave_the_queue_in_the_order_of_time(times: list[float]) -> None:
    order = sorted_by_queue(np.array(times, np.float32))
    assert (np.diff(np.array(times, np.float32)[order]) >= 0).all()
    assert sorted(order.tolist()) == list(range(len(times)))


def test_brands_are_as_many_as_expected() -> None:
    n, expected = 40_000, 0.3
    mean = poisson(expected, Streams(5).page("luck", 0, n)).mean()
    assert mean == pytest.approx(expected, abs=4 * np.sqrt(expected / n))


def test_brands_of_a_strong_fire_in_a_light_wind_are_driven_by_buoyancy() -> None:
    # 10 MW/m has a plume scale of 4.21 m, so a Froude number of 1 at 6.43 m/s (Sardoy et al. 2008)
    buoyant, _ = flight(10e6, 6.3)
    driven, _ = flight(10e6, 6.5)
    assert buoyant == pytest.approx(1.47 * 10**0.54 * 6.3**-0.55 + 1.14)
    assert driven == pytest.approx(1.32 * 10**0.26 * 6.5**0.11 - 0.02)


@given(
    spans=st.lists(st.floats(1, 1000), min_size=0, max_size=5),
    speeds=st.lists(st.floats(0.01, 2.0), min_size=6, max_size=6),
    from_s=st.floats(0, 2000),
    lasts_s=st.floats(0.1, 3000),
)
@settings(deadline=None)
def test_a_way_through_weather_is_found_back(
    spans: list[float], speeds: list[float], from_s: float, lasts_s: float
) -> None:
    ends_s = np.array([*np.cumsum(spans), np.inf])
    a = np.array(speeds[: len(ends_s)])[:, None]
    way_m, back_s = there_and_back(ends_s, a, from_s, from_s + lasts_s)
    assert way_m > 0.0
    assert back_s == pytest.approx(from_s, abs=1e-6 * (1 + from_s + lasts_s))
