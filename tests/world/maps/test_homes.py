"""No home of a made map holds more people than its floor can bear."""

from __future__ import annotations

import numpy as np
import pytest

from sim.core.rng import Streams
from sim.scenario.facts import Buildings, Facts
from sim.scenario.parameters import parameter
from sim.world.grid import Grid
from sim.world.maps.generator import make_map
from sim.world.maps.housing import Stock, stock_of
from sim.world.maps.plan import ESTATE, Plan
from sim.world.maps.plots import Plots
from sim.world.tables import BUILDING_USES
from sim.world.world import World
from tests.world.maps.conftest import GUESS, hilly_facts

HOME = BUILDING_USES.index("home")


def pocket() -> World:
    """A county whose village has its heart in a pocket of the hills."""
    facts = hilly_facts()
    facts["hills"] = [
        {"at": [0.25, 0.3], "radius": "2200 m", "height": "300 m", **GUESS},
        {"at": [0.7, 0.9], "radius": "1500 m", "height": "300 m", **GUESS},
    ]
    return make_map(Facts.model_validate(facts), cell_m=40.0, seed=4)


def test_a_village_in_a_pocket_of_the_hills_grows_into_its_fields() -> None:
    world = pocket()
    mine = world.buildings.zone == world.zones.id.tolist().index("hamlet-2")
    homes = mine & (world.buildings.use == HOME)
    people = world.buildings.occupants_02[homes]
    assert people.sum() == world.zones.population[world.zones.id.tolist().index("hamlet-2")] == 184
    assert people.mean() <= parameter("map.most_people_per_village_house").value
    heart = np.array([world.buildings.x_m[mine].mean(), world.buildings.y_m[mine].mean()])
    away_m = np.hypot(world.buildings.x_m[mine] - heart[0], world.buildings.y_m[mine] - heart[1])
    assert away_m.max() < 1000.0


def estates(people: tuple[int, int], apart_m: float) -> Stock:
    """Two communities side by side: one home belongs to the first, all the others to the second."""
    n = 40
    owner = np.array([0] + [1] * (n - 1))
    plots = Plots(
        np.arange(n),
        np.full(n, ESTATE),
        owner,
        np.where(owner == 0, 0.0, apart_m + np.arange(n)),
        np.zeros(n),
        np.full(n, 48.0),
        np.full(n, 12.0),
        np.zeros(n),
    )
    plan = Plan(
        Grid(1, 1, 50.0, north_m=50.0),
        np.zeros((1, 1), np.int64),
        np.zeros((1, 1), np.int64),
        np.full((1, 1), ESTATE, np.uint8),
        np.array([sum(people)]),
        np.array(people),
        np.zeros(2, np.int64),
        np.array([[0.0, 0.0], [apart_m, 0.0]]),
    )
    old = Buildings(before_1980=1.0, from_1980=0.0, from_2000=0.0, assumed=True)
    return stock_of(plots, old, plan, Streams(1))


def people_m2(stock: Stock, row: int, people: int) -> float:
    mine = (stock.community == row) & (stock.use == HOME)
    return float(stock.floor_m2[mine].sum()) / people


def test_a_crowded_community_gets_homes_of_neighbours_who_can_spare_them() -> None:
    stock = estates((800, 900), 100.0)
    wanted = parameter("map.home_floor_m2").value
    assert people_m2(stock, 0, 800) == pytest.approx(wanted, rel=0.3)
    assert people_m2(stock, 1, 900) > 0.7 * wanted


@pytest.mark.parametrize(
    ("people", "apart_m"),
    [((800, 3000), 100.0), ((800, 900), 5000.0), ((100, 900), 100.0)],
    ids=["neighbours need theirs", "neighbours are far", "nobody is crowded"],
)
def test_homes_stay_where_they_are_when(people: tuple[int, int], apart_m: float) -> None:
    assert np.bincount(estates(people, apart_m).community).tolist() == [1, 39]
