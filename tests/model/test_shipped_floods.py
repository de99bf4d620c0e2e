"""What shipped scenarios tell of water is what their water does."""

from pathlib import Path

import numpy as np
import pytest

from sim.hazards.base import Surroundings
from sim.hazards.flood import Flood
from sim.model.build import world_of
from sim.scenario.loading import load_scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.mark.slow
def test_the_levee_that_the_shaking_breaks_floods_the_substation_of_lesson_chain() -> None:
    folder = SCENARIOS / "lesson-chain"
    scenario = load_scenario(folder / "scenario.yaml")
    world = world_of(scenario, folder)
    stated = next(part for part in scenario.hazards if part.kind == "flood")
    around = Surroundings.alone_on(world, seed=1)
    flood = Flood(stated, around)
    grid = next(part for part in scenario.chains if part.kind == "power")
    place = next(one.at for one in grid.substations if one.id == "riverside-substation")
    cell = world.grid.cell_of(np.array([place.x_m]), np.array([place.y_m]))[0]
    deepest_m = {}
    for to_s in range(600, 4 * 3600 + 1, 600):
        flood.advance(float(to_s))
        deepest_m[to_s] = float(around.fields["depth_m"].flat[cell])
        if to_s == 7200:
            around.states["levee_damaged"][:] = True
    assert max(depth_m for to_s, depth_m in deepest_m.items() if to_s <= 7200) < 0.1
    assert max(deepest_m.values()) > grid.flood_depth
    assert around.log.newest(("levee_overtopped",)) == -1
