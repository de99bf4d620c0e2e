"""No plan beats the bound; it is exact where one bottleneck decides, and names the bottleneck."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.agents.movement import Movement
from sim.agents.network import Network
from sim.evaluation.quickest import Roads, quickest
from sim.evaluation.verification.movement_flow import FlowProblem, quickest_ticks


def roads(n, arcs):
    """Return roads of (start, end, time, people a second)."""
    start, end, time_s, flow = (np.array(column) for column in zip(*arcs, strict=True))
    return Roads(n, start, end, time_s.astype(float), flow.astype(float))


def at(n, waiting):
    people = np.zeros(n, np.int64)
    for node, number in waiting.items():
        people[node] = number
    return people


def quickest_in_whole_seconds(network, people, places):
    """Return the exact time by a copy of every node for every second."""
    everybody = int(people.sum())
    problem = FlowProblem(
        network.n_nodes,
        network.start,
        network.end,
        network.time_s.astype(np.int64),
        network.people_per_s.astype(np.int64),
        people,
        np.array(list(places)),
        np.array([int(min(room, everybody)) for room in places.values()]),
    )
    return quickest_ticks(problem)


def test_one_road_takes_its_length_and_then_everybody_s_turn():
    found = quickest(roads(2, [(0, 1, 30.0, 0.5)]), at(2, {0: 100}), {1: np.inf})
    assert found.at_least_s == pytest.approx(30 + 100 / 0.5, rel=2e-3)
    assert found.cut.tolist() == [0]
    assert found.behind == 100


def test_with_roads_to_spare_the_longest_way_is_the_limit():
    found = quickest(roads(2, [(0, 1, 30.0, 50.0)]), at(2, {0: 1}), {1: np.inf})
    assert found.at_least_s == pytest.approx(30.0, abs=0.1)


def test_a_bridge_before_a_wide_road_is_the_cut():
    arcs = [(0, 1, 10, 9), (1, 2, 10, 1), (2, 3, 10, 9)]
    found = quickest(roads(4, arcs), at(4, {0: 300}), {3: np.inf})
    assert found.cut.tolist() == [1]
    assert found.at_least_s == pytest.approx(30 + 300, rel=2e-3)


def test_a_second_bridge_halves_what_the_first_one_costs():
    one = [(0, 1, 10, 1)]
    single = quickest(roads(2, one), at(2, {0: 1000}), {1: np.inf}).at_least_s
    double = quickest(roads(2, one * 2), at(2, {0: 1000}), {1: np.inf}).at_least_s
    assert double - 10 == pytest.approx((single - 10) / 2, rel=5e-3)


def test_a_full_shelter_sends_people_to_the_one_behind_the_bridge():
    arcs = [(0, 1, 10, 10), (0, 2, 10, 1)]
    found = quickest(roads(3, arcs), at(3, {0: 300}), {1: 100, 2: 1000})
    assert found.at_least_s == pytest.approx(10 + 200, rel=2e-3)
    assert found.places_full == (1,)


def test_too_few_seats_are_counted():
    found = quickest(roads(2, [(0, 1, 10, 1)]), at(2, {0: 300}), {1: 100})
    assert (found.at_least_s, found.stuck) == (np.inf, 200)


def test_people_without_a_way_are_counted():
    found = quickest(roads(3, [(0, 1, 10, 1)]), at(3, {0: 5, 2: 7}), {1: np.inf})
    assert (found.at_least_s, found.stuck) == (np.inf, 7)


def test_nobody_needs_no_time():
    assert quickest(roads(2, [(0, 1, 10, 1)]), at(2, {}), {1: np.inf}).at_least_s == 0.0


networks = st.integers(4, 6).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.lists(
            st.tuples(
                st.integers(0, n - 1), st.integers(0, n - 1), st.integers(1, 6), st.integers(1, 3)
            ),
            min_size=n,
            max_size=2 * n,
        ),
        st.lists(st.integers(0, 25), min_size=n - 1, max_size=n - 1),
        st.integers(5, 60),
    )
)


def case_of(drawn):
    """Return a ring to node n - 1 with more roads, people at all others, a shelter on the way."""
    n, more, people, seats = drawn
    ring = [(v, v + 1, 2, 1) for v in range(n - 1)]
    arcs = ring + [arc for arc in more if arc[0] != arc[1]]
    return roads(n, arcs), np.array([*people, 0]), {n - 1: np.inf, 1: float(seats)}


@settings(max_examples=40, deadline=None)
@given(networks)
def test_the_bound_never_exceeds_the_quickest_flow_and_is_near_it(drawn):
    network, people, places = case_of(drawn)
    exact_s = quickest_in_whole_seconds(network, people, places) if people.any() else 0
    found = quickest(network, people, places).at_least_s
    assert found <= exact_s + 1 + 1e-6  # those who enter in second t arrive in second t + time
    assert found >= 0.8 * exact_s - 1


@settings(max_examples=30, deadline=None)
@given(networks, st.integers(1, 5))
def test_more_people_never_take_less_time(drawn, more):
    network, people, places = case_of(drawn)
    few = quickest(network, people, places).at_least_s
    people[0] += more
    assert quickest(network, people, places).at_least_s >= few * (1 - 2e-3)


@settings(max_examples=25, deadline=None)
@given(networks, st.integers(0, 2**31))
def test_nobody_in_the_simulation_is_faster_than_the_bound(drawn, seed):
    n, more, people, _ = drawn
    ring = [(v, v + 1, 20, 1) for v in range(n - 1)]
    arcs = ring + [(a, b, 10 * s, f) for a, b, s, f in more if a != b]
    start, end, time_s, flow = (np.array(column) for column in zip(*arcs, strict=True))
    street = Network.of_edges(
        np.arange(n) * 100.0,
        np.zeros(n),
        start,
        end,
        length_m=time_s * 10.0,
        speed_m_per_s=10.0,
        flow_veh_per_s=0.2 * flow,
        junction_s=0.0,
    )
    at_node = np.repeat(np.arange(n - 1), people)
    movement = Movement(street, np.ones(max(len(at_node), 1), int))
    group = movement.add_group(movement.add_destinations([n - 1]))
    rows = np.arange(len(at_node))
    movement.depart(rows, "road", group, at_node)
    while len(rows) and not np.isfinite(movement.arrived_s[rows]).all() and movement.now_s < 9000:
        movement.step(movement.now_s + 60)
    took_s = movement.arrived_s[rows].max() if len(rows) else 0.0
    waiting = np.array([*people, 0])
    bound = quickest(
        Roads(n, start, end, time_s.astype(float), 0.2 * flow), waiting, {n - 1: np.inf}
    )
    one_turn_s = 1 / 0.2  # a queue lets the first one go at second 0
    assert took_s >= bound.at_least_s - n * one_turn_s


def test_fifteen_thousand_junctions_take_seconds():
    n = 122
    nodes = np.arange(n * n).reshape(n, n)
    pairs = np.vstack(
        [
            np.column_stack((nodes[:, :-1].ravel(), nodes[:, 1:].ravel())),
            np.column_stack((nodes[:-1].ravel(), nodes[1:].ravel())),
        ]
    )
    both = np.vstack((pairs, pairs[:, ::-1]))
    luck = np.random.default_rng(0)
    network = Roads(
        n * n,
        both[:, 0],
        both[:, 1],
        luck.integers(10, 40, len(both)).astype(float),
        luck.choice([0.75, 1.25, 2.5], len(both)),
    )
    people = np.where(np.arange(n * n) % 100 == 0, 1500, 0)
    began = time.process_time()
    quickest(network, people, {0: np.inf, n * n - 1: 60_000.0})
    assert time.process_time() - began < 20  # 3 s as a rule
