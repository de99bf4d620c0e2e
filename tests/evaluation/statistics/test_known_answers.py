"""Queues, stores and selections with known answers refuse what has none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.evaluation.statistics.queues import mean_wait_one
from sim.evaluation.statistics.stocks import Store
from sim.evaluation.statistics.two_stage import dudewicz_dalal_h, rinott_h, second_stage_runs


def test_a_server_that_never_works_off_its_load_has_no_mean_wait():
    with pytest.raises(ValueError, match="the queue never ends"):
        mean_wait_one(1.0, 1.0)
    with pytest.raises(ValueError, match="squared_spread"):
        mean_wait_one(0.5, -1.0)


@settings(deadline=None, max_examples=30)
@given(
    demand=st.floats(1, 20),
    order=st.floats(0, 60),
    short=st.floats(1, 12),
    below=st.integers(0, 4),
    gap=st.integers(-5, 5),
)
def test_no_rule_near_the_cheapest_is_cheaper(demand, order, short, below, gap):
    store = Store(demand, order, holding=1.0, short=short)
    reorder, full, cost = store.best()
    for other in (reorder - below, reorder + below):
        if full + gap > other:
            assert store.cost(other, full + gap) >= cost - 1e-9


def test_a_store_without_demand_or_a_rule_that_never_fills_up_is_refused():
    with pytest.raises(ValueError, match="order must be >= 0"):
        Store(0.0, 64.0, 1.0, 9.0)
    with pytest.raises(ValueError, match="must be > reorder"):
        Store(10.0, 64.0, 1.0, 9.0).cost(6, 6)


def test_rinott_asks_for_more_than_dudewicz_and_dalal_and_more_plans_for_more():
    assert dudewicz_dalal_h(2, 20) == pytest.approx(rinott_h(2, 20), abs=1e-4)
    assert dudewicz_dalal_h(5, 20) < rinott_h(5, 20) < rinott_h(10, 20)


def test_every_plan_is_run_once_more_even_where_chance_does_nothing():
    assert second_stage_runs([0.0, 4.0], 10, 2.0, 1.0).tolist() == [11, 16]


def test_a_selection_of_one_plan_or_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="plans=1"):
        rinott_h(1, 20)
    with pytest.raises(ValueError, match="zone=0"):
        second_stage_runs([1.0], 10, 2.0, 0.0)
