"""Relief supply agrees with what is known, and says so in both languages."""

from __future__ import annotations

import pytest

from sim.core.words import LANGUAGES
from sim.evaluation.statistics.queues import erlang_b, erlang_c
from sim.evaluation.verification.case import Check
from sim.evaluation.verification.supply import SUITE

MARKED = [pytest.param(check, marks=[] if check.quick else pytest.mark.slow) for check in SUITE]


@pytest.mark.parametrize("check", MARKED, ids=lambda check: check.name)
def test_supply_agrees_with_what_is_known(check: Check) -> None:
    cases = list(check.run())

    assert cases
    assert [case.name for case in cases if not case.passed] == []
    assert all(case.title(lang) for case in cases for lang in LANGUAGES)


def test_waiting_is_likelier_than_loss_and_one_server_waits_as_often_as_it_is_busy() -> None:
    assert erlang_c(1, 0.5) == pytest.approx(0.5)
    assert all(erlang_c(n, 0.8 * n) > erlang_b(n, 0.8 * n) for n in range(1, 30))
