"""Traffic over a railway crossing whose barrier is down half of the time: 5 minutes of every 10."""

import numpy as np
import pytest

from sim.agents.movement import Movement
from sim.agents.network import Network
from tests.agents.test_movement import leave_together, street

WAIT_S = 300.0**2 / (2 * 600.0)


def crossed(network: Network, edge: int) -> Network:
    """Return roads with the barrier on one of their edges."""
    here = np.arange(network.n_edges) == edge
    return network.with_barriers(np.where(here, 0.5, 1.0), np.where(here, WAIT_S, 0.0))


def seconds_of_one(network: Network, mode: str, **options: float) -> float:
    movement = leave_together(network, 1, mode, **options)
    movement.step(2000)
    return float(movement.arrived_s[0])


def test_a_car_waits_at_the_barrier_for_the_mean_time():
    free_s = seconds_of_one(street(3), "road")
    assert seconds_of_one(crossed(street(3), 1), "road") == pytest.approx(free_s + WAIT_S)


@pytest.mark.parametrize("walk_m_per_s", [0.6, 1.2])
def test_who_walks_slowly_waits_no_longer_at_the_barrier(walk_m_per_s):
    free_s = seconds_of_one(street(3), "foot", walk_m_per_s=walk_m_per_s)
    held_s = seconds_of_one(crossed(street(3), 1), "foot", walk_m_per_s=walk_m_per_s)
    assert held_s == pytest.approx(free_s + WAIT_S)


def per_s(network: Network, n: int, mode: str) -> float:
    """Return how many of n arrive a second in the middle of a crowd."""
    arrived_s = np.sort(leave_together(network, n, mode).step(20_000).arrived.at_s)
    first, last = n // 4, 3 * n // 4
    return float((last - first) / (arrived_s[last] - arrived_s[first]))


@pytest.mark.parametrize("length_m", [20.0, 100.0, 400.0])
def test_half_as_many_cars_get_over_the_crossing(length_m):
    wide = street(3, length_m=length_m)
    assert per_s(wide, 400, "road") == pytest.approx(0.5, rel=0.02)
    assert per_s(crossed(wide, 1), 400, "road") == pytest.approx(0.25, rel=0.02)


def test_half_as_many_walkers_as_the_road_is_wide_for_get_over_the_crossing():
    wide = street(3)
    most_per_s = wide.foot_flow_per_m_s * 2.0  # m wide
    assert per_s(crossed(wide, 1), 1500, "foot") == pytest.approx(0.5 * most_per_s, rel=0.02)


def test_people_drive_and_walk_round_a_crossing_where_that_is_quicker():
    network = Network.of_edges(
        [0.0, 100.0, 50.0],
        [0.0, 0.0, 50.0],
        [0, 0, 2],
        [1, 2, 1],
        length_m=[100.0, 75.0, 75.0],
        speed_m_per_s=10.0,
        flow_veh_per_s=0.5,
        junction_s=0.0,
        foot_width_m=2.0,
    )
    for mode in ("road", "foot"):
        straight, held = (leave_to_one(roads, mode) for roads in (network, crossed(network, 0)))
        assert (straight, held) == (100.0, 150.0)


def leave_to_one(network: Network, mode: str) -> float:
    """Return how far one party goes from node 0 to node 1."""
    movement = Movement(network, np.ones(1))
    group = movement.add_group(movement.add_destinations([1]))
    movement.depart([0], mode, group, [0])
    movement.step(2000)
    return float(movement.distance_m[0])


def test_roads_without_a_barrier_are_the_same_to_the_last_bit():
    plain = street(4, foot_width_m=1.7, flow_veh_per_s=0.37)
    same = plain.with_barriers(np.ones(4), np.zeros(4))
    for name in ("flow_veh_per_s", "junction_s", "wait_s", "open_share"):
        assert np.array_equal(getattr(plain, name), getattr(same, name))
