"""A day of Tiexi's water alone, on the cells of its map: figures for the README, no race."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.core.events import EventLog
from sim.core.garbage import little_looked_for
from sim.core.rng import Streams
from sim.hazards.base import Surroundings
from sim.hazards.flood import Flood
from sim.hazards.together import hazards_of
from sim.model.build import world_of
from sim.scenario.loading import load_scenario
from sim.world.layers import Layers
from sim.world.states import States

TIEXI = Path(__file__).parents[2] / "scenarios" / "tiexi-storm"
DAY_S = 86_400.0
TICK_S = 60.0

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


def tiexi() -> Flood:
    """Return the storm and the river on the district's map, dry but for its rivers."""
    scenario = load_scenario(TIEXI)
    world = world_of(scenario, TIEXI)
    around = Surroundings(
        world, Layers(world.grid), States(world), EventLog(), Streams(1), scenario.clock.start
    )
    floods = (hazard for hazard in hazards_of((*scenario.hazards,), around))
    return next(hazard for hazard in floods if isinstance(hazard, Flood))


def flow(flood: Flood, to_s: float) -> tuple[float, float]:
    """Go on in ticks; return the time that took on the wall and of all cores."""
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    with little_looked_for():
        for end_s in np.arange(TICK_S, to_s + 1.0, TICK_S).tolist():
            flood.advance(end_s)
    return time.perf_counter() - wall_s, time.process_time() - cpu_s


def test_a_day_of_water_on_cells_of_20_metres(benchmark: Any) -> None:
    flow(tiexi(), TICK_S)  # compiled before
    flood = tiexi()
    wall_s, cpu_s = benchmark.pedantic(flow, (flood, DAY_S), rounds=1)
    benchmark.extra_info.update(
        wall_s=wall_s, cpu_s=cpu_s, cells=flood.solver.depth_m.size,
        cells_stepped=flood.solver.n_cell_updates,
    )  # fmt: skip
    assert abs(flood.solver.error_share()) < 1e-9
    assert flood.solver.n_cell_updates > 100 * flood.solver.depth_m.size
