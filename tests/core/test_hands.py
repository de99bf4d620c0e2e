"""Work in threads: what is done aside calls for other hands only once it is waited for."""

from __future__ import annotations

import threading
import time

import pytest

from sim.core.hands import THREADS, all_hands, aside, beside


@pytest.fixture(autouse=True)
def _two_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(THREADS, "2")


def test_hands_are_free_to_help_work_aside_once_it_is_waited_for() -> None:
    looked, go_on = threading.Event(), threading.Event()

    def work() -> tuple[bool, bool]:
        before = all_hands()
        looked.set()
        go_on.wait(10)
        while not all_hands():
            pass
        return before, all_hands()

    wait = aside(work)
    assert looked.wait(10)
    go_on.set()

    assert wait() == (False, True)
    assert all_hands()


def test_a_failure_aside_is_raised_where_it_is_waited_for_and_leaves_no_trace() -> None:
    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        aside(fail)()

    assert aside(lambda: 3)() == 3
    assert all_hands()


@pytest.mark.parametrize("hands", ["1", "2"])
def test_work_beside_a_block_is_done_when_the_block_ends(monkeypatch, hands: str) -> None:
    monkeypatch.setenv(THREADS, hands)
    done: list[str] = []
    with beside(lambda: done.append("work")):
        pass
    assert done == ["work"]


def test_no_work_goes_on_beside_a_block_that_failed_and_the_blocks_error_is_told() -> None:
    ended = threading.Event()

    def fail_late() -> None:
        time.sleep(0.05)
        ended.set()
        raise ValueError("the work's")

    with pytest.raises(OSError, match="the block's"), beside(fail_late):
        raise OSError("the block's")
    assert ended.is_set()
