"""Brands fly downwind, further in stronger wind, and light roofs that fire cannot leap to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.evaluation.verification.urban_fire_setups import rows_of_houses
from sim.hazards.base import Surroundings
from sim.hazards.urban_fire import UrbanFire
from sim.hazards.urban_fire_brands import Brand, flight_m, landing_m
from sim.scenario.parameters import own_parameters
from sim.world.maps.plain import plain_world
from sim.world.states import FIRE_STATES


def burnt(*, gap_m: float = 14.0, wind: str = "20 m/s", **stated: Any) -> int:
    """Return how many wooden houses, too far apart for flames, burn from one in their middle."""
    world = replace(
        plain_world(np.zeros((60, 60)), cell_m=10.0),
        buildings=rows_of_houses(12, 12, side_m=9.0, gap_m=gap_m),
    )
    around = Surroundings.alone_on(world, seed=3)
    params = {
        "id": "fires",
        "kind": "urban_fire",
        "wind": [["0 h", wind, 270]],
        "ignitions": [{"id": "stove", "building": 66, "time": "0 s"}],
    }
    with own_parameters({"urban_fire.brand_ignites": 20.0, "urban_fire.brands": 60.0}):
        hazard = UrbanFire(UrbanFire.Params.model_validate(params | stated), around)
        for tick in range(1, 181):
            hazard.advance(60.0 * tick)
    return int((around.states["building_fire"] != FIRE_STATES.index("none")).sum())


def test_without_brands_fire_stays_in_its_house():
    assert burnt() == 1


def test_brands_light_houses_that_flames_do_not_reach():
    assert burnt(firebrands=True) > 1


def test_the_same_seed_lets_the_same_brands_fly():
    assert burnt(firebrands=True) == burnt(firebrands=True)


@given(wind=st.floats(0.5, 30.0), size=st.floats(5.0, 40.0), heat=st.floats(1e6, 1e9))
def test_brands_fly_further_in_stronger_wind_and_from_hotter_fires(wind, size, heat):
    brand = Brand(0.003, 100.0)
    one, windy, hot = (
        flight_m(brand.lift(np.array([w]), np.array([size]), np.array([q])), np.array([size]))[0]
        for w, q in ((wind, heat), (2 * wind, heat), (wind, 2 * heat))
    )
    assert windy > one
    assert hot > one


def test_landings_have_the_mean_and_spread_they_are_drawn_with():
    n = 200_000
    luck = (np.arange(n) + 0.5) / n
    ahead_m, across_m = landing_m(*np.array([[12.0], [9.0], [5.0]]), luck, luck)
    assert ahead_m.mean() == pytest.approx(12.0, rel=2e-3)
    assert ahead_m.std() == pytest.approx(9.0, rel=2e-2)
    assert across_m.std() == pytest.approx(5.0, rel=2e-3)


def test_still_air_carries_nothing():
    brand = Brand(0.003, 100.0)
    mean_m, *_ = flight_m(
        brand.lift(np.zeros(1), np.full(1, 9.0), np.full(1, 1e7)), np.full(1, 9.0)
    )
    assert mean_m[0] == 0.0
