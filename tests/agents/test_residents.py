"""Residents: rows, samples, the ledger."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from sim.agents.ledger import STATES, LedgerError
from sim.agents.residents import Residents
from sim.core.rng import Streams

moves = st.lists(
    st.tuples(st.sampled_from(STATES), st.lists(st.integers(0, 29), max_size=12)), max_size=15
)


@settings(deadline=None, max_examples=60)
@given(moves=moves)
def test_everybody_is_in_exactly_one_state_whatever_happens(town, moves):
    residents = Residents.of(town([3] * 10, zone=[2, 3] * 5))
    for state, rows in moves:
        alive = np.array(sorted({r for r in rows if STATES[residents.state[r]] != "dead"}), int)
        residents.move(alive, state)
        residents.check()
    assert sum(residents.ledger.totals().values()) == residents.ledger.population == 30


def test_the_dead_do_not_come_back(town):
    residents = Residents.of(town([2]))
    residents.hurt(np.array([0]), "dead")
    with pytest.raises(LedgerError, match="dead are to move"):
        residents.move(np.array([0, 1]), "walking")


def test_a_change_behind_the_ledgers_back_is_found(town):
    residents = Residents.of(town([2, 2]))
    residents.state[3] = STATES.index("walking")
    with pytest.raises(LedgerError, match="2 entries differ"):
        residents.check()


def test_health_only_ever_gets_worse(town):
    residents = Residents.of(town([3]))
    residents.hurt(np.array([0, 1]), "severe", cause=4)
    changed = residents.hurt(np.array([0, 1, 2]), "light", cause=7)
    assert changed.tolist() == [2]
    assert residents.hurt_by.tolist() == [4, 4, 7]


@settings(deadline=None, max_examples=40)
@given(
    sizes=st.lists(st.integers(1, 6), min_size=12, max_size=120),
    every=st.integers(2, 12),
    seed=st.integers(0, 1000),
)
def test_a_sample_stands_for_the_whole_of_each_community(town, sizes, every, seed):
    # the promise: exact, or short by less than the smallest household kept there
    zone = [2 + i % 3 for i in range(len(sizes))]
    world = town(sizes, zone=zone, n_communities=3)
    residents = Residents.sampled(world, every, Streams(seed))
    of = residents.homes.zone[residents.household]
    for community in (2, 3, 4):
        kept = residents.homes.size[residents.homes.zone == community]
        missing = world.zones.population[community] - residents.weight[of == community].sum()
        assert 0 <= missing < kept.min()


def test_a_sample_of_one_in_ten_keeps_a_tenth_of_households_and_all_of_their_people(town):
    world = town([1 + i % 4 for i in range(4000)], zone=[2 + i % 2 for i in range(4000)])
    residents = Residents.sampled(world, 10, Streams(1))
    assert residents.homes.n == 400
    assert residents.ledger.population == world.people.n
    assert residents.homes.weight.sum() == 4000
    assert np.array_equal(
        world.people.household[residents.id], residents.homes.id[residents.household]
    )


def test_columns_take_less_than_sixty_four_bytes_a_person(town):
    # 2.5 people a household, as in Chinese cities (census 2020: 2.62)
    residents = Residents.of(town([2, 3] * 4000))
    assert residents.nbytes / residents.n < 64
