"""The flood's row arithmetic: the fast inverse cube root, and flow over a single face."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.kernels.flood import GRAVITY_M_PER_S2, face_flow, inverse_cube_root
from sim.kernels.flood_faces import NEARLY_LEVEL_M, weir_flow

F = np.float32


@given(st.floats(2.0**-20, 2.0**13, width=32))
@settings(deadline=None)
def test_the_inverse_cube_root_is_right_to_two_float32_steps(x: float) -> None:
    assert inverse_cube_root(F(x)) == pytest.approx(x ** (-1 / 3), rel=2.5e-7)


def _flow(
    drop: float, deep: float, q: float = 0.0, *, n: float = 0.03, dt_s: float = 1.0,
    beside: tuple[float, float] | None = None,
) -> float:  # fmt: skip
    """One step of a face; ``beside`` is flow and depth over the next faces, the same by default."""
    gn2 = F(GRAVITY_M_PER_S2 * n * n)
    q_beside, deep_beside = map(F, (q, deep) if beside is None else beside)
    return float(
        face_flow(
            F(drop), F(deep), F(q), q_beside, q_beside, deep_beside, deep_beside, F(0.0), gn2,
            F(1e-3), F(0.9), None, F(dt_s), F(dt_s / 10.0),
        )
    )  # fmt: skip


@given(st.floats(0.01, 5.0), st.floats(1e-4, 0.05), st.floats(0.01, 0.1))
@settings(deadline=None)
def test_uniform_flow_after_many_steps_is_mannings(deep: float, slope: float, n: float) -> None:
    uniform = deep ** (5 / 3) * slope**0.5 / n
    fastest = deep * (GRAVITY_M_PER_S2 * deep) ** 0.5
    q = min(uniform, fastest)
    for _ in range(5):
        q = _flow(-10.0 * slope, deep, q, n=n)
    assert q == pytest.approx(min(uniform, fastest), rel=1e-4)


def test_neighbours_even_out_a_flow_but_walls_and_films_beside_it_take_nothing() -> None:
    free = _flow(0.0, 2.0, 1.0, n=0.0)
    assert free == 1.0
    assert _flow(0.0, 2.0, 1.0, n=0.0, beside=(0.0, 2.0)) == pytest.approx(0.9)
    assert _flow(0.0, 2.0, 1.0, n=0.0, beside=(0.0, -1e4)) == free
    assert _flow(0.0, 2.0, 1.0, n=0.0, beside=(0.0, 0.002)) == pytest.approx(free, abs=1e-3)


def test_a_face_no_deeper_than_the_film_does_not_flow() -> None:
    assert _flow(-1.0, 1e-3, 0.5) == 0.0
    assert _flow(-1.0, -3.0, 0.5) == 0.0


def test_rounding_of_the_level_moves_no_water() -> None:
    assert _flow(1e-12, 2.0) == 0.0
    assert _flow(1e-6, 2.0) < 0.0


@given(st.floats(-5.0, 5.0), st.floats(0.002, 5.0), st.floats(-20.0, 20.0))
@settings(deadline=None)
def test_flow_turns_round_with_its_causes(drop: float, deep: float, q: float) -> None:
    assert _flow(drop, deep, q) == -_flow(-drop, deep, -q)


@given(st.floats(-5.0, 5.0), st.floats(0.002, 5.0), st.floats(-20.0, 20.0))
@settings(deadline=None)
def test_no_flow_outruns_the_wave(drop: float, deep: float, q: float) -> None:
    assert abs(_flow(drop, deep, q)) <= deep * (GRAVITY_M_PER_S2 * deep) ** 0.5 * (1 + 1e-6)


def test_a_free_weir_gives_c_h_to_the_one_and_a_half() -> None:
    assert weir_flow(0.5, -1.0, 1.7) == pytest.approx(1.7 * 0.5**1.5, rel=1e-12)


def test_a_drowned_weir_gives_villemontes_share() -> None:
    share = (1 - 0.6**1.5) ** 0.385
    assert weir_flow(0.5, 0.3, 1.7) == pytest.approx(share * 1.7 * 0.5**1.5, rel=1e-12)


def test_a_weir_between_equal_levels_gives_nothing() -> None:
    assert weir_flow(0.5, 0.5, 1.7) == 0.0
    assert weir_flow(-0.1, -0.2, 1.7) == 0.0


@given(st.floats(0.02, 3.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
@settings(deadline=None)
def test_more_water_below_a_weir_never_lets_more_over(head: float, a: float, b: float) -> None:
    low, high = sorted((a * head, b * head))
    assert weir_flow(head, high, 1.7) <= weir_flow(head, low, 1.7) * (1 + 1e-12)


def test_near_equal_levels_the_drowned_flow_is_proportional_to_the_drop() -> None:
    full = weir_flow(1.0, 1.0 - NEARLY_LEVEL_M, 1.7)
    assert weir_flow(1.0, 1.0 - 0.25 * NEARLY_LEVEL_M, 1.7) == pytest.approx(0.25 * full, rel=1e-9)
