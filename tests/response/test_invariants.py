"""People, goods and units are neither lost nor made, at any event of a run."""

import numpy as np
import pytest

from sim.agents.ledger import LedgerError
from sim.model.invariants import check, run_strictly
from sim.response.resources import UnitsError
from sim.response.supply.books import BooksError
from tests.response.conftest import staged

HOUR_S = 3600.0


@pytest.fixture
def evening(town):
    """The lesson's early plan, one household in forty standing for forty."""
    return staged(town, every=40)


def test_all_are_there_after_every_event_of_an_evening(evening):
    assert run_strictly(evening, 3 * HOUR_S) > 500


def test_somebody_in_no_state_of_the_books_is_noticed(evening):
    state = evening.people.residents.state
    state[0] = np.uint8(state[0] + 1)
    with pytest.raises(LedgerError):
        check(evening)


def test_a_missing_piece_is_noticed(evening):
    evening.operations.supply.books.pieces[evening.operations.supply.stores[0].account, 0] -= 1
    with pytest.raises(BooksError):
        check(evening)


def test_a_unit_that_is_free_twice_is_noticed(evening):
    free = evening.operations.resources._free
    free.append(free[0])
    with pytest.raises(UnitsError):
        check(evening)
