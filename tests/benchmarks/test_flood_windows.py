"""Only wet cells cost time: a breach that wets a few per cent of the map, against the full grid."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from sim.hazards.local_inertial import LocalInertial

SIDE = 1000
END_S = 3600.0


def breach(**how: bool) -> LocalInertial:
    """Return 100 m3/s running onto a rough plain of 10 km by 10 km, cells of 10 m."""
    rng = np.random.default_rng(7)
    ground = 0.1 * rng.random((SIDE, SIDE)) + 0.001 * np.arange(SIDE)[::-1]
    flood = LocalInertial(ground, 10.0, manning_n=0.05, **how)
    flood.add_inflow([500 * SIDE + 500 + k for k in range(4)], [0.0], [100.0])
    return flood


def cpu_s(flood: LocalInertial) -> float:
    start = time.process_time()
    flood.advance(END_S)
    return time.process_time() - start


@pytest.mark.slow
def test_active_tiles_beat_the_full_grid_twenty_times(benchmark: Any) -> None:
    """CPU time in one process; the full grid steps every cell with the step of the deepest."""
    cpu_s(LocalInertial(np.zeros((40, 40)), 10.0, manning_n=0.05))  # compiled before the race
    active, full = breach(), breach(tiles=False, local_steps=False)
    active_s = benchmark.pedantic(cpu_s, args=(active,), rounds=1)
    ratio = cpu_s(full) / active_s
    benchmark.extra_info["ratio"] = ratio
    benchmark.extra_info["wet share"] = float((full.depth_m > 1e-3).mean())
    assert np.sqrt(np.mean((active.depth_m - full.depth_m) ** 2)) < 0.002
    assert (full.depth_m > 1e-3).mean() < 0.05
    assert ratio >= 20.0
