"""Relatives and friends who take people in."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.ledger import STATE
from sim.agents.residents import Residents
from sim.core.rng import Streams
from sim.model.census import Census
from sim.model.hosts import Hosts
from sim.scenario.parameters import parameter


class _Doors:
    """Stands for the roads: notes which destinations were opened and shut."""

    def __init__(self):
        self.node = np.zeros(0, int)
        self.capacity = np.zeros(0)

    def add_destinations(self, nodes, capacity_persons):
        self.node, self.capacity = np.asarray(nodes), np.asarray(capacity_persons)
        self.open = np.ones(len(nodes), dtype=bool)
        return np.arange(len(nodes), dtype=np.int32)

    def open_destinations(self, destinations, opened):
        self.open[destinations] = opened


@pytest.fixture
def hosts(world):
    doors = _Doors()
    residents = Residents.sampled(world, 1, Streams(1))
    return Hosts(world, residents, doors), doors, residents


def test_a_community_takes_in_a_part_of_its_number(hosts):
    them, doors, residents = hosts
    zone = residents.homes.zone[residents.household]
    people = np.bincount(zone[zone >= 0], weights=residents.weight[zone >= 0])
    assert doors.capacity == pytest.approx(
        np.floor(people[them.zones] * parameter("people.host_share").si)
    )


def test_guests_come_to_where_people_of_the_community_live(world, hosts):
    them, doors, residents = hosts
    for zone, node in zip(them.zones, doors.node, strict=True):
        buildings = residents.homes.building[residents.homes.zone == zone]
        assert node in world.buildings.node[buildings]


def test_nobody_goes_to_stay_where_people_are_ordered_out_or_homes_are_unfit(world, hosts):
    them, doors, residents = hosts
    fit = np.ones(world.buildings.n, dtype=bool)
    them.evacuate(them.zones[:1])
    homes = residents.homes
    fit[homes.building[homes.zone == them.zones[1]]] = False
    them.look(fit)
    assert doors.open.tolist() == [False, False] + [True] * (len(them.zones) - 2)
    them.look(np.ones_like(fit))
    assert doors.open.tolist() == [False] + [True] * (len(them.zones) - 1)


def test_in_a_run_some_are_taken_in_by_relatives_in_dry_communities(early):
    people = early.people
    assert people.residents.ledger.of("hosted") > 0
    guests = people.residents.state == STATE["hosted"]
    assert np.isfinite(people.safe_s[guests]).all()
    arrived_at = people.movement.destination[np.unique(people.residents.household[guests])]
    assert np.isin(arrived_at, people.hosts.places).all()


def test_maps_show_guests_where_they_stay(early):
    census = Census(early)
    census.keep(early.now_s)
    table = census.table()
    guests = table.loc[table["group"] == "hosted", "people"].sum()
    assert guests == early.people.residents.ledger.of("hosted") > 0
