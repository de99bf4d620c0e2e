"""First-due cover and the siting of stations."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from sim.agents.network import Network
from sim.evaluation.cover import buildings_in_reach
from sim.evaluation.verification.rescue_setups import blocks, table_of
from sim.response.cover import best_sites, exact_sites, exchanged_sites, reached_within
from sim.scenario.forces import unit_kinds
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
