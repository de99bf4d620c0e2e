"""Fire takes the crowns of a forest only where its front on the ground is strong enough."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.hazards.base import Surroundings
from sim.hazards.wildfire import Wildfire
from sim.hazards.wildfire_crown import Crowns, crown_flame_length_m, runs_in_crowns
from sim.hazards.wildfire_rothermel import flame_length_m
from sim.world.layers import LAND_CLASSES
from sim.world.maps.plain import plain_world

N, CELL_M = 60, 30.0


def burnt_cells(land: str = "forest", **changed: Any) -> tuple[int, float]:
    """Return how many cells burn in half an hour of strong dry wind, and the longest flames."""
    world = plain_world(np.zeros((N, N)), cell_m=CELL_M)
    world.layers.write("land", np.full((N, N), LAND_CLASSES.index(land)))
    around = Surroundings.alone_on(world)
    dry = {"temperature_c": 30.0, "humidity": 0.1, "wind": "15 m/s", "wind_from_deg": 270.0}
    stated = {
        "id": "fire",
        "kind": "wildfire",
        "weather": [dry],
        "ignitions": [{"id": "start", "at": {"x_m": 305.0, "y_m": 905.0}}],
        "spotting": False,
        "canopy_base": "1 m",
    }
    Wildfire(Wildfire.Params.model_validate(stated | changed), around).advance(1800.0)
    burnt = int(np.isfinite(around.fields["fire_arrival_s"]).sum())
    return burnt, float(around.fields["flame_length_m"].max())


def test_a_crown_fire_runs_faster_and_flames_higher_than_one_on_the_ground():
    crown, ground = burnt_cells(), burnt_cells(crown_fire=False)
    assert crown[0] > 2 * ground[0]
    assert crown[1] > 2 * ground[1]


def test_high_crowns_do_not_catch():
    high = {"canopy_base": "15 m", "canopy_height": "20 m"}
    assert burnt_cells(**high) == burnt_cells(crown_fire=False, **high)


def test_thin_crowns_torch_without_carrying_the_fire():
    thin = {"canopy_density": 0.02}
    assert burnt_cells(**thin) == burnt_cells(crown_fire=False, **thin)


def test_grass_has_no_crowns():
    assert burnt_cells("grass") == burnt_cells("grass", crown_fire=False)


@given(
    base_m=st.floats(0.1, 20),
    density=st.floats(0.02, 0.5),
    water=st.floats(0.7, 1.6),
    surface=st.floats(1.0, 1e8),
    pace=st.floats(0.0, 5.0),
)
def test_a_stronger_front_never_leaves_the_crowns(base_m, density, water, surface, pace):
    crowns = Crowns(base_m, 25.0, density, water)
    if runs_in_crowns(crowns, surface, pace):
        assert runs_in_crowns(crowns, 2 * surface, pace)
        assert runs_in_crowns(crowns, surface, 2 * pace)


def test_flames_of_strong_crown_fires_are_longer_than_byram_has_them():
    strong = np.array([1e7, 5e7])
    assert (crown_flame_length_m(strong) > flame_length_m(strong)).all()
    assert crown_flame_length_m(0.0) == pytest.approx(0.0)
