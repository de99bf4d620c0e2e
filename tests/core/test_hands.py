"""Work in threads: what is done aside calls for other hands only once it is waited for."""

from __future__ import annotations

import threading

import pytest

from sim.core.hands import THREADS, all_hands, aside


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
