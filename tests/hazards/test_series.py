"""Functions of time: values and integrals to the bit, whatever is asked for."""

from itertools import pairwise

import numpy as np
import pytest

from sim.hazards.series import Series, courses_of
from sim.kernels.flood_series import integral, value_at

TIMES_S = np.array([10.0, 25.0, 26.5, 80.0])
VALUES = np.array([0.3, 7.7, 7.7, -1.1])
MOMENTS_S = np.sort(np.concatenate((TIMES_S, np.random.default_rng(2).uniform(0.0, 99.0, 200))))


def test_a_line_has_the_values_of_interpolation() -> None:
    line = Series(TIMES_S, VALUES)
    assert [line.at(t_s) for t_s in MOMENTS_S] == np.interp(MOMENTS_S, TIMES_S, VALUES).tolist()


def test_steps_hold_from_their_time_on_and_the_first_before_it() -> None:
    steps = Series(TIMES_S, VALUES, steps=True)
    assert [steps.at(t_s) for t_s in (0.0, 10.0, 24.9, 25.0, 80.0, 99.0)] == [
        0.3, 0.3, 0.3, 7.7, -1.1, -1.1,
    ]  # fmt: skip


@pytest.mark.parametrize("steps", [True, False])
def test_integrals_are_those_of_the_curve_and_those_between_two_times(steps: bool) -> None:
    series = Series(TIMES_S, VALUES, steps=steps)
    for from_s, to_s in pairwise(MOMENTS_S):
        among = from_s + (to_s - from_s) * (np.arange(400) + 0.5) / 400
        mean = np.mean([series.at(t_s) for t_s in among])
        assert series.integral(from_s, to_s) == pytest.approx(mean * (to_s - from_s), abs=1e-9)


def test_kernels_read_the_same_bits_one_series_behind_the_other() -> None:
    series = [Series([5.0], [2.0]), Series(TIMES_S, VALUES), Series(TIMES_S, VALUES, steps=True)]
    courses = courses_of(series)
    for k, one in enumerate(series):
        for from_s, to_s in pairwise([0.0, *MOMENTS_S.tolist(), 120.0]):
            assert value_at(courses, k, from_s) == one.at(from_s)
            assert integral(courses, k, from_s, to_s) == one.integral(from_s, to_s)


def test_a_value_that_is_held_counts_at_all_times() -> None:
    series = Series(TIMES_S, VALUES)
    series.hold(2.5)
    assert series.at(-5.0) == series.at(99.0) == 2.5
    assert series.integral(20.0, 30.0) == 25.0
