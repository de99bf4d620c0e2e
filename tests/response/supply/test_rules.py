"""Rules of allocation: who is served first when there is not enough for all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.response.supply.rules import RULES, Case
from sim.scenario.actions import SendSupplies
from sim.scenario.goods import pieces_of


def case(needs=(10, 30, 20), stock=(15, 5)) -> Case:
    """Three points, near, middle and cut off; a county's store and a town's."""
    return Case(
        needs=np.array([pieces_of({"quilt": n}) for n in needs]),
        stock=np.array([pieces_of({"quilt": n}) for n in stock]),
        drive_s=np.array([[100.0, 200.0, np.inf], [300.0, 400.0, np.inf]]),
        asked_s=np.array([30.0, 20.0, 10.0]),
        level=np.array([2, 1]),
    )


def given_to(rule: str, **about) -> list[int]:
    totals = [0, 0, 0]
    for share in RULES[rule](case(**about)):
        totals[share.point] += int(share.pieces.sum())
    return totals


@pytest.mark.parametrize(
    ("rule", "served"),
    [
        ("nearest_first", [10, 10, 0]),
        ("largest_need_first", [0, 20, 0]),
        ("as_asked", [0, 0, 20]),
        ("hard_to_reach_first", [0, 0, 20]),
        ("equal_shares", [3, 10, 6]),
        ("lowest_level_first", [10, 10, 0]),
    ],
)
def test_who_is_served_when_there_is_not_enough(rule, served):
    assert given_to(rule) == served


def test_the_lowest_level_is_emptied_first_though_the_county_is_nearer():
    first = RULES["lowest_level_first"](case())[0]
    assert (first.store, first.point) == (1, 0)
    assert RULES["nearest_first"](case())[0].store == 0


@pytest.mark.parametrize("rule", RULES)
@given(
    needs=st.lists(st.integers(0, 50), min_size=3, max_size=3),
    stock=st.lists(st.integers(0, 50), min_size=2, max_size=2),
)
def test_no_rule_gives_away_more_than_there_is_or_than_is_needed(rule, needs, stock):
    shares = RULES[rule](case(tuple(needs), tuple(stock)))
    for store, there in enumerate(stock):
        assert sum(int(one.pieces.sum()) for one in shares if one.store == store) <= there
    for point, wanted in enumerate(needs):
        assert sum(int(one.pieces.sum()) for one in shares if one.point == point) <= wanted


def test_a_plan_can_name_every_rule():
    for rule in RULES:
        with_ = {"depots": "all", "shelters": "all", "order": rule}
        assert SendSupplies.model_validate(with_).order == rule
