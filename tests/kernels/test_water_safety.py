"""Properties of the limits for people, cars and roads; `shapan verify` holds their check values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.kernels import water_safety as safety

DEPTHS_M = st.floats(0, 5)
SPEEDS_M_PER_S = st.floats(0, 6)
DEEPER_M = st.floats(0, 2)


@settings(deadline=None)
@given(DEPTHS_M, SPEEDS_M_PER_S, DEEPER_M)
def test_deeper_water_is_never_safer(depth_m: float, speed: float, deeper_m: float) -> None:
    depths = np.array([depth_m, depth_m + deeper_m])
    danger = np.stack(
        [
            safety.hazard_rating(depths, speed),
            safety.aidr_class(depths, speed),
            -safety.toppling_speed_m_per_s(depths, safety.ADULT),
            -safety.safe_driving_speed_m_per_s(depths),
            -safety.wading_share(depths),
            -safety.vehicle_stands(depths, speed, safety.VEHICLE_LIMITS["small_car"]).astype(float),
        ]
    )
    assert (danger[:, 0] <= danger[:, 1] + 1e-12).all()


@settings(deadline=None)
@given(DEPTHS_M)
def test_a_child_falls_before_an_adult_does(depth_m: float) -> None:
    falls = [safety.toppling_speed_m_per_s(depth_m, b) for b in (safety.CHILD, safety.ADULT)]
    assert falls[0] <= falls[1]


def test_dry_ground_is_no_danger() -> None:
    assert (
        safety.hazard_rating(0.0, 0.0),
        safety.aidr_class(0.0, 0.0),
        safety.toppling_speed_m_per_s(0.0, safety.ADULT),
        safety.wading_share(0.0),
    ) == (0.0, 1, np.inf, 1.0)


@pytest.mark.parametrize(
    ("rating", "found"), [(0.74, 0), (0.75, 1), (1.25, 2), (2.0, 2), (2.01, 3)]
)
def test_a_rating_on_a_bound_falls_in_the_stated_class(rating: float, found: int) -> None:
    assert safety.hazard_class(rating) == found


def test_a_big_car_stands_where_a_small_one_floats() -> None:
    stands = [
        bool(safety.vehicle_stands(0.35, 0.0, safety.VEHICLE_LIMITS[kind]))
        for kind in ("small_car", "large_car", "large_4wd")
    ]
    assert stands == [False, True, True]
