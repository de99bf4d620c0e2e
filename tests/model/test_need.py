"""Who depends on relief: nobody in dry weather, everybody at home when no road is left."""

from __future__ import annotations

import numpy as np
import pytest

from sim.model.disaster import Disaster
from sim.model.need import Need
from sim.world.limits import RoadLimits, Sign
from tests.model.conftest import lesson_scenario


@pytest.fixture(scope="module")
def evening(world):
    """The lesson before its first minute, one household in ten standing for ten."""
    return Disaster(lesson_scenario(), world, seed=1, every=10)


def in_need(model, times_s):
    need = Need(model, RoadLimits())
    return {sort: int(persons.sum()) for sort, _, persons in need.now(times_s)}


def test_nobody_is_in_need_while_roads_are_open_and_houses_dry(evening):
    open_roads = np.where(evening.people.network.flow_veh_per_s > 0, 1.0, np.inf)
    assert in_need(evening, open_roads) == {"shelter": 0, "community": 0}


def test_people_at_home_are_cut_off_when_no_road_is_passable(evening):
    population = evening.people.residents.ledger.population
    shut = np.full(evening.people.network.n_edges, np.inf)
    assert 0.95 * population <= in_need(evening, shut)["community"] <= population


def test_people_in_flooded_houses_are_cut_off_and_counted_where_they_live(evening):
    residents, water = evening.people.residents, evening.water
    building = int(residents.homes.building[0])
    open_roads = np.where(evening.people.network.flow_veh_per_s > 0, 1.0, np.inf)
    water.building_now_m[building] = 0.5
    _, (_, rows, persons) = Need(evening, RoadLimits()).now(open_roads)
    water.building_now_m[building] = 0.0
    homes = np.flatnonzero(residents.homes.building == building)
    assert int(persons.sum()) == evening.people.count_in(homes)
    assert rows[persons > 0].tolist() == np.unique(residents.homes.zone[homes]).tolist()


HEAVY_KG = 25_000.0


@pytest.fixture
def one_way_in(evening):
    """A junction where people live: roads as passable when all but one road to it is in water."""
    network, world = evening.people.network, evening.world
    by_car = network.flow_veh_per_s > 0
    homes = np.bincount(
        world.buildings.node[evening.people.residents.homes.building], minlength=network.n_nodes
    )
    roads_to = np.bincount(network.to_node[by_car], minlength=network.n_nodes)
    node = int(np.argmax(np.where(roads_to >= 3, homes, 0)))
    touching = by_car & ((network.from_node == node) | (network.to_node == node))
    other = int(network.from_node[np.flatnonzero(touching & (network.to_node == node))[0]])
    weak = touching & ((network.from_node == other) | (network.to_node == other))
    dry_s = np.where(by_car, 1.0, np.inf)
    return weak, dry_s, np.where(touching & ~weak, np.inf, dry_s)


def cut_off(model, weak, times_s, *truck_kg):
    limits = RoadLimits([Sign(weak, gross_kg=10_000.0)])
    barred = {limits.barring(gross_kg, 3.0) for gross_kg in truck_kg}
    _, (_, _, persons) = Need(model, limits).now(times_s, barred)
    return int(persons.sum())


def test_who_has_only_a_bridge_left_that_is_too_weak_for_trucks_is_cut_off(evening, one_way_in):
    weak, dry_s, flooded_s = one_way_in
    assert cut_off(evening, weak, flooded_s, HEAVY_KG) > 0
    assert cut_off(evening, weak, dry_s, HEAVY_KG) == 0


def test_one_van_light_enough_for_the_bridge_is_enough(evening, one_way_in):
    weak, _, flooded_s = one_way_in
    assert cut_off(evening, weak, flooded_s, 3_000.0) == 0
    assert cut_off(evening, weak, flooded_s, HEAVY_KG, 3_000.0) == 0


def test_who_always_lived_behind_a_weak_bridge_is_not_cut_off_by_it(evening, one_way_in):
    weak, dry_s, flooded_s = one_way_in
    every_road_to_it = weak | (flooded_s > dry_s)
    assert cut_off(evening, every_road_to_it, flooded_s, HEAVY_KG) == 0
