"""Threads that share work in a kernel: every part is done once, whoever comes and whenever."""

import threading
import time

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.kernels.compile import kernel
from sim.kernels.crew import (
    NOTHING,
    OVER,
    end,
    finish,
    offer,
    shared_numbers,
    take,
    wait_for_work,
    wait_until_done,
)

PARTS, TIMES = 7, 3000
Ints = NDArray[np.int64]


@kernel
def lead(numbers: Ints, done: Ints) -> int:
    """Offer the same work many times; return how many parts the leader did itself."""
    mine = 0
    for _ in range(TIMES):
        offer(numbers, PARTS)
        part = take(numbers)
        while part >= 0:
            done[part] += 1
            mine += 1
            finish(numbers)
            part = take(numbers)
        wait_until_done(numbers, PARTS)
    end(numbers)
    return mine


@kernel
def help_out(numbers: Ints, done: Ints) -> int:
    """Take parts until all is over; return how many."""
    mine = 0
    while True:
        part = wait_for_work(numbers)
        if part < 0:
            return mine
        done[part] += 1
        mine += 1
        finish(numbers)


@pytest.mark.parametrize("helpers", [0, 1, 3])
def test_each_part_is_done_once_however_many_help(helpers: int) -> None:
    numbers, done = shared_numbers(), np.zeros(PARTS, np.int64)
    help_out(_over(), done)  # compiled
    did: list[int] = []
    threads = [
        threading.Thread(target=lambda: did.append(help_out(numbers, done))) for _ in range(helpers)
    ]
    for thread in threads:
        thread.start()
    did.append(lead(numbers, done))
    for thread in threads:
        thread.join(60.0)
    assert len(did) == helpers + 1
    assert sum(did) == PARTS * TIMES
    assert done.tolist() == [TIMES] * PARTS


def test_who_comes_when_all_is_over_goes_home() -> None:
    assert take(_over()) == OVER
    assert wait_for_work(_over()) == OVER


def test_the_leader_takes_the_first_parts_and_helpers_the_last() -> None:
    numbers = shared_numbers()
    for _ in range(2):
        offer(numbers, 5)
        taken = [take(numbers), wait_for_work(numbers), wait_for_work(numbers), take(numbers)]
        assert taken == [0, 4, 3, 1]
        assert [take(numbers), take(numbers)] == [2, NOTHING]


def test_a_helper_in_a_part_is_waited_for() -> None:
    numbers = shared_numbers()
    offer(numbers, 2)
    assert take(numbers) == 0
    assert take(numbers) == 1
    finish(numbers)
    waiting = threading.Thread(target=lambda: wait_until_done(numbers, 2))
    waiting.start()
    time.sleep(0.05)
    assert waiting.is_alive()
    finish(numbers)
    waiting.join(60.0)
    assert not waiting.is_alive()


def _over() -> Ints:
    numbers = shared_numbers()
    end(numbers)
    return numbers
