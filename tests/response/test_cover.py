"""First-due cover and the siting of stations."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from sim.agents.network import Network
from sim.evaluation.cover import Cover, buildings_in_reach
from sim.evaluation.verification.rescue_setups import blocks, table_of
from sim.response.cover import best_sites, exact_sites, exchanged_sites, reached_within
from sim.scenario.crossings import Crossing
from sim.scenario.forces import unit_kinds
from sim.scenario.limits import RoadLimit
from sim.scenario.parameters import parameter
from sim.world.table import Shapes
from sim.world.tables import FACILITY_KINDS


@pytest.fixture(scope="module")
def town():
    network = Network.of_world(blocks(11))
    return network, network.length_m.astype(float) / 10.0


def test_a_station_reaches_a_diamond_of_blocks(town):
    network, times_s = town
    reached = reached_within(network, times_s, np.array([60]), 30.0)
    assert np.count_nonzero(reached) == 2 * 3**2 + 2 * 3 + 1


def test_no_station_reaches_nobody(town):
    network, times_s = town
    assert not reached_within(network, times_s, np.zeros(0, int), 1e9).any()


@settings(deadline=None, max_examples=20)
@given(shut=st.sets(st.integers(0, 439), max_size=200), budget_s=st.floats(0, 90))
def test_closing_streets_never_widens_the_cover(town, shut, budget_s):
    network, times_s = town
    fewer_s = times_s.copy()
    fewer_s[sorted(shut)] = np.inf
    now = reached_within(network, fewer_s, np.array([60]), budget_s)
    before = reached_within(network, times_s, np.array([60]), budget_s)
    assert not (now & ~before).any()


cases = st.integers(0, 2**31)


@settings(deadline=None, max_examples=25)
@given(seed=cases, count=st.integers(1, 4))
def test_exchange_is_never_worse_than_the_bound_of_the_greedy_choice(seed, count):
    draw = np.random.default_rng(seed)
    cover = csr_array((draw.random((12, 30)) < 0.2).astype(float))
    weight = np.ceil(draw.random(30) * 9)
    best = exact_sites(cover, weight, count)
    near = exchanged_sites(cover, weight, count)
    assert best.covered >= near.covered - 1e-9
    assert near.covered >= (1 - np.exp(-1)) * best.covered - 1e-9


def test_what_is_reached_already_earns_no_new_station():
    cover = csr_array(np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]))
    found = best_sites(cover, np.array([0.0, 0.0, 5.0]), 1)
    assert found.sites.tolist() == [1]
    assert found.covered == 5.0


def test_buildings_in_reach_are_those_within_the_drive_that_turning_out_leaves():
    plain = blocks(11)
    kind = np.array([FACILITY_KINDS.index("fire_station")], plain.facilities.kind.dtype)
    stations = replace(plain.facilities, kind=kind, node=np.array([60], np.int32))
    houses = table_of(
        plain.buildings, id=np.arange(121).astype(str).astype(object), node=np.arange(121)
    )
    world = replace(plain, facilities=stations, buildings=houses)
    minutes = (unit_kinds()["fire_engine"].turnout_s + 30.0) / 60.0
    assert buildings_in_reach(world, minutes=minutes) == pytest.approx(25 / 121)


def houses_and(kind, at):
    """Eleven by eleven corners 100 m apart, a house at each, and one place of a kind."""
    plain = blocks(11)
    kinds = np.array([FACILITY_KINDS.index(kind)], plain.facilities.kind.dtype)
    places = replace(plain.facilities, kind=kinds, node=np.array([at], np.int32))
    houses = table_of(
        plain.buildings, id=np.arange(121).astype(str).astype(object), node=np.arange(121)
    )
    return replace(plain, facilities=places, buildings=houses)


def test_a_shelter_is_as_far_as_a_walk():
    walks_m = 10 * 60.0 * parameter("movement.walking_speed").si  # seven blocks of 100 m
    table = Cover(houses_and("shelter", 0), minutes=10.0, of="shelters").table()
    reached = table.set_index("of").loc["buildings", "reached"]
    blocks_away = int(walks_m // 100.0)
    assert reached == (blocks_away + 1) * (blocks_away + 2) / 2


def test_a_second_shelter_goes_where_most_people_have_none():
    cover = Cover(houses_and("shelter", 0), minutes=10.0, of="shelters")
    people = np.zeros(cover.network.n_nodes)
    people[[0, 120]] = 10.0, 3.0
    cover = replace_demand(cover, people)
    sites, _ = cover.new_sites(1)
    away = 20 - sum(divmod(int(sites[0]), 11))
    assert 100.0 * away <= 10 * 60.0 * parameter("movement.walking_speed").si


def replace_demand(cover, people):
    cover.demand = replace(cover.demand, people=people)
    return cover


def test_a_depot_waits_for_its_first_truck():
    starts_min = (parameter("supply.truck_turnout").si + parameter("supply.picking").si) / 60.0
    there = Cover(houses_and("depot", 60), minutes=starts_min, of="depots").table()
    assert there.set_index("of").loc["buildings", "reached"] == 1


def reached_from_a_corner(limits=(), crossings=()):
    """Return how many corners an engine reaches from corner 0 in four blocks' time of 40 s."""
    minutes = (unit_kinds()["fire_engine"].turnout_s + 40.0) / 60.0
    world = with_streets(houses_and("fire_station", 0))
    share = buildings_in_reach(world, minutes=minutes, limits=limits, crossings=crossings)
    return round(121 * share)


def with_streets(world):
    """Return the blocks with straight streets, the first of which is a bridge, both ways."""
    roads, nodes = world.roads, world.nodes
    ends = zip(roads.from_node.tolist(), roads.to_node.tolist(), strict=True)
    shapes = [np.column_stack((nodes.x_m[list(two)], nodes.y_m[list(two)])) for two in ends]
    bridge = np.isin(roads.from_node, [0, 1]) & np.isin(roads.to_node, [0, 1])
    return replace(world, roads=replace(roads, bridge=bridge), road_shapes=Shapes.of(shapes))


def test_engines_reach_less_where_a_bridge_does_not_carry_them():
    assert reached_from_a_corner() == 15  # 1 + 2 + 3 + 4 + 5 corners up to four blocks away
    weak = RoadLimit.model_validate({"id": "b", "all": "bridges", "mass": "10 t"})
    strong = RoadLimit.model_validate({"id": "b", "all": "bridges", "mass": "20 t"})
    assert reached_from_a_corner([weak]) == 13  # not those three and four blocks beyond it
    assert reached_from_a_corner([strong]) == 15


def test_engines_reach_less_where_they_wait_before_a_railway():
    times = {"id": "c", "every": "10 min", "shut": "2 min", "spot": {"x_m": 50.0, "y_m": 0.0}}
    crossing = Crossing.model_validate(times)
    assert crossing.wait_s == 12.0
    assert reached_from_a_corner(crossings=[crossing]) == 13
