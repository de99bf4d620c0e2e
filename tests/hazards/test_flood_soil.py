"""Dry soil drinks first: never more than there is, less and less, and in a flood on a map."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.hazards.base import Surroundings
from sim.hazards.flood import Flood
from sim.hazards.flood_soil import soaked_m
from sim.hazards.local_inertial import LocalInertial
from sim.world.layers import LAND_CLASSES
from sim.world.maps.plain import plain_world

LAST_M_PER_S = 2e-6


def flood(land: str, **stated: Any) -> Flood:
    """An hour of 50 mm/h on level ground that takes 7.2 mm/h once it is wet."""
    world = plain_world(np.zeros((6, 6)), cell_m=20.0, infiltration_m_per_s=LAST_M_PER_S)
    world.layers.write("land", np.full((6, 6), LAND_CLASSES.index(land)))
    params = {
        "id": "storm", "kind": "flood", "borders": "closed",
        "rain": {"kind": "hyetograph", "points": [["0 h", "50 mm/h"], ["1 h", "0 mm/h"]]},
    }  # fmt: skip
    one = Flood(Flood.Params.model_validate(params | stated), Surroundings.alone_on(world))
    one.advance(3600.0)
    return one


@given(
    before_m=st.floats(0, 0.5),
    last=st.floats(1e-8, 1e-4),
    thirst_m=st.floats(1e-4, 0.5),
    span_s=st.floats(1, 7200),
)
@settings(deadline=None)
def test_a_wet_hour_obeys_green_and_ampt(
    before_m: float, last: float, thirst_m: float, span_s: float
) -> None:
    before, rate, thirst = (np.array([value]) for value in (before_m, last, thirst_m))
    after_m = soaked_m(before, rate, thirst, span_s)[0]
    drawn_m = thirst_m * np.log((after_m + thirst_m) / (before_m + thirst_m))
    assert after_m - before_m - drawn_m == pytest.approx(last * span_s, rel=1e-6, abs=1e-12)
    assert after_m - before_m >= last * span_s * (1 - 1e-9)


@pytest.mark.parametrize("steps", [1, 7, 60])
def test_how_often_it_is_asked_does_not_change_what_soaks_in(steps: int) -> None:
    flow = LocalInertial(np.zeros((3, 3)), 10.0, manning_n=0.03, depth_m=np.ones((3, 3)))
    flow.set_losses(LAST_M_PER_S, thirst_m=0.05)
    for step in range(1, steps + 1):
        flow.advance(3600.0 * step / steps)
    whole_m = soaked_m(np.zeros(1), np.array([LAST_M_PER_S]), np.array([0.05]), 3600.0)[0]
    assert 1.0 - flow.depth_m.mean() == pytest.approx(whole_m, rel=1e-5)


def test_a_flood_on_dry_soil_leaves_less_water_and_none_is_lost() -> None:
    wet = flood("grass")
    dry = flood("grass", dry_soil={"suction": "17 cm", "room": 0.34})
    assert dry.solver.ledger.infiltration > 2 * wet.solver.ledger.infiltration
    for one in (wet, dry):
        fell, soaked = one.solver.ledger.rain, one.solver.ledger.infiltration
        assert fell == pytest.approx(soaked + one.solver.depth_m.sum() * 400.0, rel=1e-9)


def test_streets_and_roofs_do_not_drink() -> None:
    soil = {"suction": "17 cm", "room": 0.34}
    open_land, town = (flood(land, dry_soil=soil) for land in ("grass", "road"))
    assert town.solver.ledger.infiltration <= open_land.solver.ledger.infiltration


@pytest.mark.parametrize(
    "wrong", [{"suction": "0 m", "room": 0.3}, {"suction": "10 cm", "room": 1}]
)
def test_soil_without_suction_or_without_grains_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="dry_soil"):
        flood("grass", dry_soil=wrong)
