"""Crews ring a wildfire on the lesson's map."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.core.kinds import HAZARDS
from sim.model.build import world_of
from sim.model.disaster import Disaster
from sim.scenario.forces import Force
from sim.scenario.loading import load_scenario
from tests.response.conftest import clause, plan_of

QUAKE = Path(__file__).parents[2] / "scenarios" / "lesson-quake"
LINE = clause(
    "L",
    "{time: {after: 10 min}}",
    "build_fire_line",
    "{count: 8}",
    post="chief",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHAPAN_CACHE", str(tmp_path_factory.mktemp("cache")))
        return world_of(load_scenario(QUAKE), QUAKE)


def burnt_m2(world, *, plan, hours=20):
    """Return the burnt area and the line cut; a slow fire in short grass, little wind."""
    base = load_scenario(QUAKE)
    west, south, east, north = world.grid.bounds_m
    fire = HAZARDS["wildfire"].Params.model_validate(
        {
            "id": "fire",
            "kind": "wildfire",
            "weather": [
                {"temperature_c": 20, "humidity": 0.3, "wind": "1 m/s", "wind_from_deg": 270}
            ],
            "ignitions": [
                {
                    "id": "field",
                    "at": {
                        "x_m": west + 0.7 * (east - west),
                        "y_m": south + 0.62 * (north - south),
                    },
                    "time": "1 min",
                }
            ],
            "fuels": dict.fromkeys(("crop", "grass", "forest", "bare", "levee"), "GR1"),
        }
    )
    crews = Force.model_validate(
        {"kind": "forest_crew", "count": 8, "at": "command", "ready_after": 60.0}
    )
    scenario = base.model_copy(
        update={
            "hazards": (fire,),
            "forces": (crews,),
            "clock": base.clock.model_copy(update={"duration": hours * 3600.0}),
        }
    )
    model = Disaster(scenario, world, plan=plan, seed=1)
    model.run()
    burnt = np.count_nonzero(np.isfinite(model.fields["fire_arrival_s"]))
    line_m = sum(e.facts["length_m"] for e in model.log if e.kind == "line_built")
    return burnt * world.grid.cell_area_m2, line_m


@pytest.mark.slow
def test_a_ring_of_line_holds_a_slow_fire(world):
    free_m2, _ = burnt_m2(world, plan=None)
    held_m2, line_m = burnt_m2(world, plan=plan_of(LINE))
    assert line_m > 0
    assert held_m2 < 0.6 * free_m2
