"""Units stand where a scenario or its map puts them."""

import pytest

from sim.response.stations import units_of
from sim.scenario.forces import Force
from tests.response.conftest import Street


def test_units_at_a_spot_stand_at_the_nearest_road_that_vehicles_use(street_world):
    stage = Street(street_world)
    crossing = 3
    x_m, y_m = float(stage.network.x_m[crossing]), float(stage.network.y_m[crossing])
    spot = {"x_m": x_m + 5.0, "y_m": y_m - 5.0}
    stage.forces = (Force.model_validate({"kind": "fire_engine", "count": 2, "spot": spot}),)
    stated = [unit for unit in units_of(stage) if unit.id.startswith("spot-")]
    assert [unit.base_node for unit in stated] == [crossing, crossing]


def test_a_force_stands_at_one_place_only():
    with pytest.raises(ValueError, match="exactly one"):
        Force.model_validate({"kind": "fire", "at": "a", "spot": {"x_m": 0.0, "y_m": 0.0}})
