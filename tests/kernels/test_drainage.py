"""Filled ground drains, and nothing else about it changes."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sim.kernels.drainage import fill_to_drain, without_lower_neighbour

GROUND = arrays.arrays(np.float64, (9, 11), elements=st.floats(0, 50, width=32))


def border(shape: tuple[int, int]) -> np.ndarray:
    outlet = np.ones(shape, dtype=bool)
    outlet[1:-1, 1:-1] = False
    return outlet


def test_a_pit_rises_to_its_lowest_way_out_and_falls_towards_it() -> None:
    ground_m = np.full((5, 6), 10.0)
    ground_m[2, 2:4] = 4.0
    ground_m[2, 5] = 6.0  # the way out on the border, behind a sill of 7 m
    ground_m[2, 4] = 7.0
    filled_m = fill_to_drain(ground_m, border(ground_m.shape), 0.01)
    np.testing.assert_allclose(filled_m[2, 2:5], [7.02, 7.01, 7.0])


@given(ground_m=GROUND)
@settings(deadline=None)
def test_every_cell_but_outlets_gets_a_lower_neighbour(ground_m: np.ndarray) -> None:
    outlet = border(ground_m.shape)
    filled_m = fill_to_drain(ground_m, outlet, 0.01)
    assert not (without_lower_neighbour(filled_m.astype(np.float32)) & ~outlet).any()


@given(ground_m=GROUND)
@settings(deadline=None)
def test_filling_never_lowers_ground_and_leaves_outlets_alone(ground_m: np.ndarray) -> None:
    outlet = border(ground_m.shape)
    filled_m = fill_to_drain(ground_m, outlet, 0.01)
    assert (filled_m >= ground_m).all()
    np.testing.assert_array_equal(filled_m[outlet], ground_m[outlet])


@given(ground_m=GROUND)
@settings(deadline=None)
def test_ground_that_drains_is_not_filled_again(ground_m: np.ndarray) -> None:
    outlet = border(ground_m.shape)
    once_m = fill_to_drain(ground_m, outlet, 0.01)
    np.testing.assert_array_equal(fill_to_drain(once_m, outlet, 0.01), once_m)
