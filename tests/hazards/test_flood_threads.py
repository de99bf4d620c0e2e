"""Several threads give the bits of one, on a map large enough that each has its block."""

import numpy as np
import pytest

from sim.core.hands import THREADS, hands, side_by_side
from sim.hazards import flood_blocks, flood_flow
from sim.hazards.flood_borders import Borders, Level
from sim.hazards.local_inertial import LocalInertial
from sim.kernels import flood_columns


def storm_on_a_slope() -> LocalInertial:
    rng = np.random.default_rng(3)
    ground = np.linspace(8.0, 0.0, 200)[:, None] + rng.normal(0.0, 0.2, (200, 130)).cumsum(1) * 0.1
    ground[90:110] -= 1.5
    flood = LocalInertial(ground, 10.0, manning_n=0.04, borders=Borders(south=Level(0.5)))
    flood.add_rain([0.0, 900.0], [2e-5, 0.0])
    flood.set_losses(1e-6, 2e-6)
    flood.add_inflow(np.arange(95 * 130, 105 * 130, 130), [0.0], [20.0])
    flood.add_weirs(np.arange(80 * 130, 81 * 130), np.arange(81 * 130, 82 * 130), 5.2)
    for to_s in (60.0, 600.0, 1800.0):
        flood.advance(to_s)
    return flood


@pytest.mark.parametrize("threads", ["2", "3", "5"])
def test_threads_change_no_bit_of_depths_flows_maxima_or_ledger(
    threads: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flood_flow, "LEAST_CELLS", 100)
    monkeypatch.setattr(flood_blocks, "LEAST_SEEN", 1000)
    monkeypatch.setenv(THREADS, "1")
    alone = storm_on_a_slope()
    monkeypatch.setenv(THREADS, threads)
    together = storm_on_a_slope()
    assert together._flow.blocks.most == int(threads)
    for name in ("depth_m", "qx", "qy", "max_depth_m", "max_hazard_rating", "arrival_s", "wet_s"):
        assert np.array_equal(getattr(alone, name), getattr(together, name)), name
    assert alone.ledger == together.ledger


def test_a_step_that_leaves_more_cells_below_zero_than_have_room_is_mended_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    roomy = storm_on_a_slope()
    monkeypatch.setattr(flood_columns, "_NEGATIVE", 1)
    narrow = storm_on_a_slope()
    assert narrow._flow._crew.below.shape[1] == 1
    assert np.array_equal(roomy.depth_m, narrow.depth_m)
    assert np.array_equal(roomy.qx, narrow.qx)


def test_work_side_by_side_comes_back_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(THREADS, "3")
    assert hands() == 3
    assert side_by_side(lambda k: k * k, 3) == [0, 1, 4]
