"""What water means for road edges, edge by edge."""

import numpy as np
import pytest

from sim.kernels.roads import close_by_water, compare_water, vehicle_times

WATER, FIRE = 1, 8


def floats(*values):
    return np.array(values, dtype=np.float32)


def test_between_the_two_depths_a_road_stays_as_it_is_and_other_reasons_are_left_alone():
    why = np.array([0, WATER, 0, WATER | FIRE, FIRE], dtype=np.uint8)
    most_m = np.zeros(5, dtype=np.float32)
    now_m = floats(0.2, 0.2, 0.3, 0.15, 0.4)
    close_by_water(now_m, most_m, why, WATER, np.float32(0.3), np.float32(0.15))
    assert why.tolist() == [0, WATER, WATER, FIRE, FIRE | WATER]
    close_by_water(now_m / 10, most_m, why, WATER, np.float32(0.3), np.float32(0.15))
    assert why.tolist() == [0, 0, 0, FIRE, FIRE]
    assert most_m.tolist() == now_m.tolist()


@pytest.mark.parametrize(
    ("depth_m", "closed", "takes_s"),
    [
        (0.0, False, 10.0),
        (0.29, False, 10.0),
        (0.3, False, 80.0),
        (0.7, False, np.inf),
        (0.0, True, np.inf),
    ],
)
def test_a_vehicle_drives_wades_at_walking_pace_or_stands(depth_m, closed, takes_s):
    found = vehicle_times(
        floats(10.0),
        np.array([80.0]),
        floats(depth_m),
        np.array([closed]),
        np.float32(0.3),
        np.float32(0.6),
    )
    assert found.tolist() == [takes_s]


def test_new_times_are_wanted_where_water_moved_a_centimetre_came_went_or_ice_changed():
    slowed_m = floats(0.10, 0.10, 0.10, 0.0, 0.001, 0.0)
    deep_m = floats(0.105, 0.12, 0.08, 0.001, 0.0, 0.0)
    pace, new_pace = floats(1, 1, 1, 1, 1, 1), floats(1, 1, 1, 1, 1, 0.5)
    depth_m, changed = np.zeros(6, dtype=np.float32), np.zeros(6, dtype=np.int64)
    n = compare_water(deep_m, depth_m, slowed_m, new_pace, pace, np.float32(0.01), changed)
    assert changed[:n].tolist() == [1, 2, 3, 4, 5]
    assert depth_m.tolist() == deep_m.tolist()
    assert pace.tolist() == new_pace.tolist()
