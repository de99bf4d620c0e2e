"""The roads of a map as traffic sees them."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.network import Network


def test_a_lane_holds_its_length_over_the_spacing_of_a_standing_queue() -> None:
    network = Network.of_edges(
        [0, 1], [0, 0], [0], [1], length_m=300, speed_m_per_s=10, flow_veh_per_s=1, lanes=2,
        jam_spacing_m=7.5,
    )  # fmt: skip

    assert network.storage_veh[0] == pytest.approx(300 * 2 / 7.5)


def test_the_shortest_road_holds_one_car() -> None:
    network = Network.of_edges(
        [0, 1], [0, 0], [0], [1], length_m=2, speed_m_per_s=10, flow_veh_per_s=1
    )

    assert network.storage_veh[0] == 1


def test_only_junctions_of_three_or_more_roads_cost_time() -> None:
    """A street 0-1-2-3 with a side street 2-4: node 2 is the only junction."""
    pairs = np.array([(0, 1), (1, 2), (2, 3), (2, 4)])
    start, end = np.concatenate((pairs, pairs[:, ::-1])).T
    network = Network.of_edges(
        np.arange(5), np.zeros(5), start, end, length_m=100, speed_m_per_s=10,
        flow_veh_per_s=1, junction_s=3.0,
    )  # fmt: skip

    assert np.array_equal(network.junction_s == 3.0, end == 2)
