"""What shipped scenarios tell of water is what their water does."""

from pathlib import Path

import numpy as np
import pytest

from sim.hazards.base import Surroundings
from sim.hazards.flood import Flood
from sim.hazards.flood_levees import crest_faces
from sim.model.build import world_of
from sim.scenario.loading import load_scenario
from sim.world.layers import LAND_CLASSES

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


@pytest.mark.slow
def test_the_breach_of_changyi_floods_what_its_readme_says() -> None:
    folder = SCENARIOS / "changyi-flood"
    scenario = load_scenario(folder / "scenario.yaml")
    world = world_of(scenario, folder)
    around = Surroundings.alone_on(world, seed=1)
    flood = Flood(next(part for part in scenario.hazards if part.kind == "flood"), around)
    ground_m, depth_m = world.layers["elevation_m"], {}
    for hour in range(1, 21):
        for to_s in range(hour * 3600 - 3000, hour * 3600 + 1, 600):
            flood.advance(float(to_s))
        depth_m[hour] = np.array(around.fields["depth_m"])
    river = world.layers["land"] == LAND_CLASSES.index("water")
    more = (depth_m[20] >= 0.3) & (depth_m[13] < 0.3) & ~river
    buildings = more.reshape(-1)[world.grid.cell_of(world.buildings.x_m, world.buildings.y_m)]
    assert more.sum() * world.grid.cell_area_m2 / 1e6 == pytest.approx(4.5, abs=0.05)
    assert depth_m[20][more].max() == pytest.approx(1.4, abs=0.05)
    assert buildings.sum() == pytest.approx(584, abs=10)
    (breached,) = (event for event in around.log if event.kind == "levee_breached")
    assert breached.t_s == 13 * 3600.0
    assert around.log.newest(("levee_overtopped",)) == -1
    line_m = world.levee_shapes.points_m(world.levees.id.tolist().index(breached.who))
    faces = crest_faces(line_m, world.grid)
    middle = int(np.searchsorted(faces.along_m, faces.along_m[-1] / 2)) - 1
    sides = [faces.cells_a[middle], faces.cells_b[middle]]
    assert (ground_m + depth_m[13]).flat[sides].max() == pytest.approx(195.9, abs=0.05)
    assert ground_m.flat[sides].max() == pytest.approx(195.2, abs=0.05)
