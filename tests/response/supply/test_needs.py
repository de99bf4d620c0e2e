"""Rations run out, people come and go, and time without is counted exactly."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from sim.response.supply.needs import Waiting, Want
from sim.scenario.goods import item_index, items

H = 3600.0
FOOD = items()[item_index()["food"]]
TENT = items()[item_index()["tent"]]


def test_who_is_fed_once_goes_without_again_when_the_ration_is_used_up():
    want = Want(FOOD, 1.0, 8 * H)
    want.serve(10, 10)
    want.go_to(8 * H, 10)
    assert (want.unmet(10), want.unmet_person_s) == (10, 0.0)
    want.go_to(9 * H, 10)
    assert want.unmet_person_s == 10 * H


def test_who_comes_early_for_the_next_ration_does_not_lose_the_rest_of_the_last():
    want = Want(FOOD, 1.0, 8 * H)
    want.serve(10, 10)
    want.go_to(7 * H, 10)
    assert (want.due(10, 2 * H), want.due(10, 0.5 * H)) == (10, 0)
    want.serve(10, 10)
    want.go_to(16 * H, 10)
    assert want.unmet_person_s == 0.0
    want.go_to(17 * H, 10)
    assert want.unmet_person_s == 10 * H


@given(groups=st.lists(st.integers(1, 9), max_size=30))
def test_tents_are_whole_and_one_for_five_however_the_people_come(groups):
    want = Want(TENT, 1.0, math.inf)
    given_out = 0
    for n in groups:
        given_out += want.pieces_for(n)
        want.serve(n, sum(groups))
    assert given_out == -(-sum(groups) // 5)


@given(stock=st.integers(0, 300), share=st.sampled_from([1.0, 1.1, 1.5]))
def test_as_many_are_served_as_the_stock_is_enough_for(stock, share):
    want = Want(FOOD, share, 8 * H)
    n = want.can_serve(stock)
    assert want.pieces_for(n) <= stock < want.pieces_for(n + 1)


def test_a_day_for_those_who_have_a_meal_is_two_meals_more():
    want = Want(FOOD, 1.0, 8 * H)
    want.serve(10, 10)
    assert want.short_of(10, 24 * H) == 20


def test_people_who_go_take_their_supplies_with_them():
    want = Want(FOOD, 1.0, 8 * H)
    want.serve(10, 20)
    want.leave(10, 20)
    assert want.unmet(10) == 5


def test_relief_goes_to_who_has_waited_longest():
    waiting = Waiting()
    waiting.come(0.0, 5)
    waiting.come(H, 5)
    assert waiting.serve(2 * H, 7) == 7
    assert waiting.relieved == [(0.0, 2 * H, 5), (H, 2 * H, 2)]
    assert waiting.open_rows(2 * H) == [(H, 3)]


def test_who_lives_on_his_own_stock_does_not_wait_yet():
    waiting = Waiting()
    waiting.come(24 * H, 5)
    assert (waiting.count(H), waiting.serve(H, 5), waiting.count(24 * H)) == (0, 0, 5)
