"""Houses in water, house by house."""

import numpy as np

from sim.kernels.wet_houses import look_at_houses

STEP_M = np.float32(0.01)


def test_houses_in_deep_or_fast_water_are_found_and_looked_at_again_when_it_rises():
    since_s, next_m = np.full(4, np.inf), np.full(4, STEP_M)
    risen, found = np.zeros(4, dtype=bool), np.zeros(4, dtype=np.int64)

    def look(now_s, depth_m, speed=(0.0, 0.0, 3.0, 3.0)):
        n = look_at_houses(
            np.array(depth_m, dtype=np.float32),
            np.array(speed, dtype=np.float32),
            now_s,
            STEP_M,
            np.float32(0.3),
            np.float32(2.0),
            since_s,
            next_m,
            risen,
            found,
        )
        return found[:n].tolist()

    assert look(60.0, [0.1, 0.5, 0.1, 0.0]) == [1, 2]
    assert risen.tolist() == [True, True, True, False]
    assert look(120.0, [0.2, 0.5, 0.1, 0.0]) == [1, 2]
    assert risen.tolist() == [True, False, False, False]
    assert since_s.tolist() == [60.0, 60.0, 60.0, np.inf]
    assert look(180.0, [0.0, 0.52, 0.0, 0.0]) == [1]
    assert look(240.0, [0.2, 0.5, 0.1, 0.0]) == [1, 2]
    assert since_s.tolist() == [240.0, 60.0, 240.0, np.inf]
    assert not risen.any()
