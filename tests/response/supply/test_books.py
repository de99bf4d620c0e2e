"""Books of goods: nothing lost, nothing made, nothing twice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.response.supply.books import Books, BooksError
from sim.scenario.goods import items, pieces_of


@given(moves=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 50))))
def test_goods_that_go_to_and_fro_are_all_there(moves):
    books = Books()
    rows = [books.open(pieces_of({"food": 100, "quilt": 10})) for _ in range(5)]
    for source, target, amount in moves:
        there = books.pieces[rows[source]]
        books.move(rows[source], rows[target], np.minimum(there, amount))
    books.check()
    assert books.pieces.sum() == 5 * 110


def test_nobody_can_take_what_is_not_there():
    books = Books()
    store, truck = books.open(pieces_of({"quilt": 3})), books.open()
    with pytest.raises(BooksError, match="has -1 of quilt"):
        books.move(store, truck, pieces_of({"quilt": 4}))


def test_goods_that_vanish_are_missed_to_the_gram():
    books = Books()
    store = books.open(pieces_of({"food": 3}))
    books.pieces[store] -= pieces_of({"food": 1})
    with pytest.raises(BooksError, match="food: -200 g"):
        books.check()


def test_more_accounts_than_at_first_keep_their_goods():
    books = Books()
    rows = [books.open(pieces_of({"tent": row})) for row in range(40)]
    tent = [item.name for item in items()].index("tent")
    assert books.pieces[rows, tent].tolist() == list(range(40))
