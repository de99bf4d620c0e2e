"""What holds on every network, whatever happens on it."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.agents.movement import STATES, Movement
from sim.agents.network import Network
from sim.evaluation.verification.movement_city import City, neutral_city

ARRIVED, STRANDED = STATES.index("arrived"), STATES.index("stranded")

seeds = st.integers(0, 2**32 - 1)


def random_network(rng: np.random.Generator, n_nodes: int = 12) -> Network:
    """Return a strongly connected random graph: a ring both ways and chords."""
    ring = np.arange(n_nodes)
    chord = rng.integers(0, n_nodes, (n_nodes, 2))
    start = np.concatenate((ring, (ring + 1) % n_nodes, chord[:, 0]))
    end = np.concatenate(
        ((ring + 1) % n_nodes, ring, (chord[:, 0] + 2 + chord[:, 1] % 5) % n_nodes)
    )
    n = len(start)
    return Network.of_edges(
        rng.uniform(0, 1000, n_nodes),
        rng.uniform(0, 1000, n_nodes),
        start,
        end,
        length_m=rng.uniform(10, 300, n),
        speed_m_per_s=rng.uniform(3, 20, n),
        flow_veh_per_s=rng.uniform(0.05, 1.0, n),
        lanes=rng.integers(1, 3, n),
        foot_width_m=rng.uniform(0.5, 4.0, n),
    )


class Story:
    """A random evacuation with water that comes and goes, told in whole minutes."""

    def __init__(self, seed: int, n: int = 150, order: NDArray[np.int64] | None = None) -> None:
        rng = np.random.default_rng(seed)
        self.network = random_network(rng)
        nodes = self.network.n_nodes
        size, home = rng.integers(1, 7, n), rng.integers(0, nodes, n)
        mode, at_s = rng.integers(0, 2, n), rng.integers(0, 10, n) * 60.0
        pce = rng.choice([1.0, 2.5], n, p=[0.9, 0.1])
        order = np.arange(n) if order is None else order
        size, home, mode, at_s, pce = (column[order] for column in (size, home, mode, at_s, pce))
        self.movement = Movement(self.network, size)
        self.movement.pce[:] = pce
        shelters = rng.choice(nodes, 3, replace=False)
        places = self.movement.add_destinations(shelters, rng.integers(50, 300, 3))
        group = self.movement.add_group(places)
        for which in (0, 1):
            rows = np.flatnonzero(mode == which)
            self.movement.depart(rows, which, group, home[rows], at_s=at_s[rows])
        self.depth_m = rng.uniform(0, 0.8, (40, self.network.n_edges))
        self.depth_m *= rng.uniform(size=self.depth_m.shape) < 0.1

    def minutes(self, n: int = 40, step_s: int = 60):  # type: ignore[no-untyped-def]
        """Yield after each step; the water changes every fifth minute."""
        for now_s in range(step_s, n * 60 + 1, step_s):
            yield self.movement.step(now_s)
            if now_s % 300 == 0 and now_s < n * 45:
                self.movement.set_water(self.depth_m[now_s // 300])
            elif now_s == n * 45:
                self.movement.set_water(0.0)


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_every_person_is_in_one_state_and_none_is_lost(seed: int) -> None:
    story = Story(seed)
    persons = story.movement.size.sum()

    for _ in story.minutes():
        by_state = story.movement.persons_by_state()
        assert by_state.sum() == persons
        assert story.movement.persons_inside.sum() == by_state[ARRIVED]


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_no_link_ever_holds_more_than_its_room(seed: int) -> None:
    """But for a single party larger than the link, which may be on it alone."""
    story = Story(seed)
    area_m2 = story.network.length_m * story.network.foot_width_m
    room = (
        np.maximum(story.network.storage_veh, 2.5),
        np.maximum(story.network.foot_jam_per_m2 * area_m2, 6),
    )

    for _ in story.minutes():
        for mode in (0, 1):
            assert np.all(story.movement.load(mode) <= room[mode] + 1e-9)


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_nobody_enters_a_closed_edge(seed: int) -> None:
    story = Story(seed)
    movement = story.movement
    was_on = movement.edge.copy()

    for _ in story.minutes():
        came = (movement.edge >= 0) & (movement.edge != was_on)
        assert not movement.closed[movement.mode[came], movement.edge[came]].any()
        on_closed = movement.closed[movement.mode, movement.edge] & (movement.edge >= 0)
        assert np.all(movement.state[on_closed] == STRANDED)
        was_on = movement.edge.copy()


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_when_the_water_has_gone_everybody_arrives_who_has_room_waiting(seed: int) -> None:
    story = Story(seed)
    movement = story.movement
    movement.set_capacity([0, 1, 2], 10_000)
    for _ in story.minutes():
        pass

    movement.step(200_000)

    assert (movement.state == ARRIVED).all()
    assert movement.load(0).sum() == movement.load(1).sum() == 0


@settings(max_examples=25, deadline=None)
@given(seed=seeds, flow=st.floats(0.02, 2.0), n=st.integers(2, 80))
def test_no_window_of_time_sees_more_than_one_and_the_flow(seed: int, flow: float, n: int) -> None:
    """Of the arrivals over one last link, at most 1 + C t in any t seconds."""
    rng = np.random.default_rng(seed)
    network = Network.of_edges(
        [0, 1, 2], [0, 0, 0], [0, 1], [1, 2], length_m=rng.uniform(10, 200, 2),
        speed_m_per_s=rng.uniform(3, 20, 2), flow_veh_per_s=[2.0, flow], junction_s=0,
    )  # fmt: skip
    movement = Movement(network, np.ones(n))
    group = movement.add_group(movement.add_destinations([2]))
    movement.depart(np.arange(n), "road", group, np.zeros(n), at_s=rng.uniform(0, 60, n))

    at_s = np.sort(movement.step(20_000).arrived.at_s)

    first, last = np.triu_indices(len(at_s))
    assert np.all(last - first + 1 <= 1 + flow * (at_s[last] - at_s[first]) * (1 + 1e-6) + 1e-6)


@settings(max_examples=15, deadline=None)
@given(seed=seeds)
def test_who_is_which_row_does_not_matter(seed: int) -> None:
    order = np.random.default_rng(seed).permutation(150)
    plain, shuffled = Story(seed), Story(seed, order=order)
    for _ in zip(plain.minutes(), shuffled.minutes(), strict=True):
        pass

    arrived = [
        np.sort(s.movement.arrived_s[s.movement.state == ARRIVED]) for s in (plain, shuffled)
    ]

    assert np.array_equal(*arrived)
    assert np.array_equal(plain.movement.persons_inside, shuffled.movement.persons_inside)


@settings(max_examples=15, deadline=None)
@given(seed=seeds)
def test_the_step_does_not_matter(seed: int) -> None:
    long, short = Story(seed), Story(seed)
    for _ in long.minutes(step_s=60):
        pass
    for _ in short.minutes(step_s=10):
        pass

    assert np.array_equal(long.movement.arrived_s, short.movement.arrived_s, equal_nan=True)
    assert np.array_equal(long.movement.state, short.movement.state)


@settings(max_examples=15, deadline=None)
@given(seed=seeds)
def test_one_more_resident_out_of_the_way_changes_nobody_elses_fate(seed: int) -> None:
    """The hilltop: a party that stays at home on a node of its own."""
    story, more = Story(seed), Story(seed)
    other = more.movement
    hilltop = Movement(more.network, np.append(other.size, 1))
    hilltop.pce[:-1] = other.pce
    group = hilltop.add_group(
        hilltop.add_destinations(
            other._trips.destinations["node"], other._trips.destinations["capacity"]
        )
    )
    rows, at_s = other._trips.pending, other._trips.pending_s
    for which in (0, 1):
        chosen = other.mode[rows] == which
        hilltop.depart(rows[chosen], which, group, other.node[rows[chosen]], at_s=at_s[chosen])
    more.movement = hilltop
    for _ in zip(story.minutes(), more.minutes(), strict=True):
        pass

    assert np.array_equal(story.movement.arrived_s, hilltop.arrived_s[:-1], equal_nan=True)


def side(name: str) -> ModuleType:
    """Return one side of the race, loaded from its script."""
    path = Path(__file__).parents[1] / "benchmarks" / "peers" / f"{name}_evacuation.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def jammed(city: City) -> City:
    """Return the town with four shelters behind narrow streets: jams, rings."""
    to_shelter = np.isin(city.network.to_node, city.shelters)
    flow_veh_per_s = city.network.flow_veh_per_s * np.where(to_shelter, 0.02, 0.5)
    network = replace(
        city.network,
        flow_veh_per_s=flow_veh_per_s,
        storage_veh=np.maximum(city.network.storage_veh * 0.15, 1.0),
    )
    return replace(city, network=network, shelters=city.shelters[::5], places=city.n)


@pytest.mark.parametrize(
    "city", [neutral_city(2_000, n_side=15), jammed(neutral_city(9_000, n_side=15))]
)
def test_a_second_engine_of_plain_objects_agrees_to_the_last_person(city: City) -> None:
    mesa = side("mesa").run_mesa(city, 60, 21_600)
    ours = side("our").run_ours(city, 60, 21_600)

    for figure in ("arrived", "stranded", "passages", "ring_moves", "inside"):
        assert mesa[figure] == ours[figure], figure
    assert np.allclose(mesa["arrived_s"], ours["arrived_s"], atol=0.01, equal_nan=True)
