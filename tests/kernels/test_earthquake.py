"""Loops of the earthquake: debris on streets, states of damage."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.kernels.earthquake import damage_states, free_widths_m

limits = st.lists(st.floats(-20.0, 20.0), min_size=1, max_size=8)


def width_left(limit_m: list[float], side: list[bool], half_m: float = 6.0) -> float:
    n = len(limit_m)
    from_m, out = np.arange(n) * 3.0, np.empty(1)
    free_widths_m(
        np.array([0, n]), np.array(side), from_m, from_m + 10.0, np.array(limit_m),
        np.array([half_m]), out,
    )  # fmt: skip
    return float(out[0])


def test_heaps_opposite_each_other_close_what_each_alone_leaves_open() -> None:
    assert width_left([1.0], [True]) == 7.0
    assert width_left([1.0, 0.5], [True, True]) == 6.5
    assert width_left([1.0, 0.5], [True, False]) == 1.5


def test_a_heap_that_stays_beside_the_road_leaves_it_free() -> None:
    assert width_left([6.0], [True]) == np.inf


@settings(deadline=None)
@given(first=limits, second=st.floats(-20.0, 20.0), left=st.booleans())
def test_one_more_heap_never_widens_a_road(first: list[float], second: float, left: bool) -> None:
    sides = [k % 2 == 0 for k in range(len(first))]
    assert width_left([*first, second], [*sides, left]) <= width_left(first, sides)


@settings(deadline=None)
@given(shaking=st.lists(st.floats(-6.0, 3.0), min_size=2, max_size=20))
def test_stronger_shaking_never_does_less_damage(shaking: list[float]) -> None:
    ln_pga = np.sort(np.array(shaking, np.float32))[:, None]
    ln_limits = np.array([[-2.0], [-1.5], [-1.0], [0.0]], np.float32)
    states = np.empty((len(shaking), 1), np.uint8)
    damage_states(ln_pga, np.zeros(1, np.int32), ln_limits, states)
    assert (np.diff(states[:, 0].astype(int)) >= 0).all()
