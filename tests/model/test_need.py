"""Who depends on relief: nobody in dry weather, everybody at home when no road is left."""

from __future__ import annotations

import numpy as np
import pytest

from sim.model.disaster import Disaster
from sim.model.need import Need
from tests.model.conftest import lesson_scenario


@pytest.fixture(scope="module")
def evening(world):
    """The lesson before its first minute, one household in ten standing for ten."""
    return Disaster(lesson_scenario(), world, seed=1, every=10)


def in_need(model, times_s):
    return {sort: int(persons.sum()) for sort, _, persons in Need(model).now(times_s)}


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
    _, (_, rows, persons) = Need(evening).now(open_roads)
    water.building_now_m[building] = 0.0
    homes = np.flatnonzero(residents.homes.building == building)
    assert int(persons.sum()) == evening.people.count_in(homes)
    assert rows[persons > 0].tolist() == np.unique(residents.homes.zone[homes]).tolist()
