"""Laws of ground motion: what they refuse, how they fall off, and how fields go together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.hazards.ground_motion import (
    NORMAL,
    REVERSE,
    STRIKE_SLIP,
    amplified,
    bssa14,
    style_of,
    yu13_east,
)
from sim.hazards.ground_motion_field import torus_of, white_noise
from sim.hazards.ground_motion_intensity import instrumental_intensity, motion_at, wang_intensity

magnitudes = st.floats(5.0, 8.0)
distances = st.floats(0.0, 150.0)


@settings(deadline=None, max_examples=30)
@given(magnitude=magnitudes, near=distances, further=st.floats(0.5, 40.0))
def test_shaking_never_grows_with_distance(magnitude: float, near: float, further: float) -> None:
    along = np.array([near, near + further])
    across = np.zeros(2)
    for motion in (bssa14(magnitude, along, 760.0), yu13_east(magnitude, along, across)):
        assert motion.ln_pga[1] < motion.ln_pga[0]
        assert motion.ln_pgv[1] < motion.ln_pgv[0]
    felt = wang_intensity(magnitude, along, across)
    assert felt[1] < felt[0]


@settings(deadline=None, max_examples=30)
@given(magnitude=magnitudes, distance=st.floats(2.0, 150.0), turn=st.floats(0.0, 1.5))
def test_shaking_is_strongest_along_the_longer_axis(
    magnitude: float, distance: float, turn: float
) -> None:
    along = distance * np.cos([0.0, turn])
    across = distance * np.sin([0.0, turn])
    felt = wang_intensity(magnitude, along, across)
    assert felt[0] >= felt[1] - 1e-4


def test_soft_soil_carries_weak_shaking_better_than_strong() -> None:
    weak, strong = bssa14(5.0, 80.0, 760.0), bssa14(7.5, 1.0, 760.0)
    gains = [float((amplified(rock, 200.0).ln_pga - rock.ln_pga)[0]) for rock in (weak, strong)]
    assert gains[0] > 0.5 > gains[1]


@pytest.mark.parametrize(
    ("rake_deg", "style"),
    [(0, STRIKE_SLIP), (-170, STRIKE_SLIP), (90, REVERSE), (31, REVERSE), (-90, NORMAL)],
)
def test_the_rake_tells_the_style_of_faulting(rake_deg: float, style: int) -> None:
    assert style_of(rake_deg) == style


@pytest.mark.parametrize(
    ("magnitude", "distance", "says"),
    [
        (9.0, 10.0, r"magnitude\(=9\) must be in 3..8.5"),
        (6.0, 500.0, r"distance_km\(=500\) must be in 0..400"),
        (6.0, float("nan"), r"distance_km\(=nan\)"),
        (float("nan"), 10.0, r"magnitude\(=nan\)"),
    ],
)
def test_a_law_refuses_what_it_was_not_made_for(
    magnitude: float, distance: float, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        bssa14(magnitude, distance, 300.0)


def test_ground_motion_of_an_intensity_gives_it_back() -> None:
    felt = np.linspace(6.1, 11.0, 50)
    motion = motion_at(felt)
    back = instrumental_intensity(np.exp(motion.ln_pga), np.exp(motion.ln_pgv))
    assert back == pytest.approx(felt, abs=1e-9)


def test_a_field_cut_from_a_larger_torus_is_still_of_variance_one() -> None:
    torus = torus_of((12, 20), 500.0, 8500.0, side=300)
    assert torus.side == 300
    assert float(np.mean(torus.roots.astype(float) ** 2)) == pytest.approx(1.0, abs=1e-6)


def test_the_same_noise_gives_the_same_field() -> None:
    torus = torus_of((12, 20), 500.0, 8500.0)
    one, two = (
        torus.field(white_noise(np.random.Generator(np.random.Philox(key=3)), torus.side))
        for _ in range(2)
    )
    assert np.array_equal(one, two)
