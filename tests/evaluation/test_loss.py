"""Direct loss: the published curves, and what a run's ends cost."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.evaluation.loss import direct_loss_yuan, lost_to_shaking, lost_to_water
from sim.evaluation.verification.rescue_setups import blocks, table_of
from sim.scenario.parameters import parameter
from sim.world.states import DAMAGE_STATES, FIRE_STATES, States
from sim.world.tables import BUILDING_CLASSES, BUILDING_USES


@pytest.fixture
def run():
    """Two homes of 100 m2 and three storeys, one of masonry, one of earth; nothing happened."""
    plain = blocks(3)
    classes = [BUILDING_CLASSES.index(name) for name in ("masonry", "adobe")]
    homes = table_of(
        plain.buildings,
        id=np.array(["a", "b"], dtype=object),
        footprint_m2=[100.0, 100.0],
        storeys=[3, 3],
        building_class=classes,
        use=[BUILDING_USES.index("home")] * 2,
    )
    world = replace(plain, buildings=homes)
    ends = States(world)
    dry = pd.DataFrame({"building": np.zeros(0, int), "max_depth_m": np.zeros(0)})
    return SimpleNamespace(world=world, buildings=dry, states_at=lambda: ends)


def floor_yuan():
    """Worth of 100 m2 of a home with its contents."""
    return 100 * parameter("loss.building_cost").si * parameter("loss.depreciated").si * 1.5


@pytest.mark.parametrize(("depth_m", "share"), [(0.25, 0.165), (1.0, 0.49), (3.5, 0.9), (9, 1.0)])
def test_the_share_lost_to_water_is_the_published_curve_between_its_points(depth_m, share):
    assert lost_to_water(depth_m) == pytest.approx(share)


def test_repair_costs_more_the_worse_the_damage():
    shares = lost_to_shaking(np.arange(len(DAMAGE_STATES)))
    assert shares.tolist() == [0.0, 0.02, 0.10, 0.50, 1.0]


def test_nothing_happened_costs_nothing(run):
    assert direct_loss_yuan(run).tolist() == [0.0, 0.0]


def test_water_damages_the_ground_floor_and_more_of_an_earth_house(run):
    run.buildings = pd.DataFrame({"building": [0, 1], "max_depth_m": [1.0, 1.0]})
    expected = [floor_yuan() * 0.49 * 0.6, floor_yuan() * 0.49 * 0.67]
    assert direct_loss_yuan(run) == pytest.approx(expected)


def test_what_fell_or_burnt_is_lost_once(run):
    run.states_at()["building_damage"][0] = DAMAGE_STATES.index("complete")
    run.states_at()["building_fire"][:] = FIRE_STATES.index("burnt_out")
    run.buildings = pd.DataFrame({"building": [0], "max_depth_m": [6.0]})
    assert direct_loss_yuan(run) == pytest.approx([3 * floor_yuan()] * 2)
