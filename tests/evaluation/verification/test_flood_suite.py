"""Every row of `shapan verify flood` passes; the rows say what they are in both languages."""

from __future__ import annotations

import pytest

from sim.evaluation.verification import SUITES
from sim.evaluation.verification.case import Case, Check

SLOW = pytest.mark.slow


def checks() -> list[object]:
    return [
        pytest.param(check, id=check.name, marks=() if check.quick else (SLOW,))
        for check in SUITES["flood"]
    ]


@pytest.mark.parametrize("check", checks())
def test_the_water_does_what_is_known(check: Check) -> None:
    failed = [
        f"{case.title('en')}: expected {case.expected}, ours {case.ours} +- {case.tolerance}"
        for case in check.run()
        if not case.passed
    ]
    assert failed == []


def test_names_of_checks_are_unique() -> None:
    names = [check.name for check in SUITES["flood"]]
    assert len(names) == len(set(names))


def test_a_row_that_is_not_a_number_fails() -> None:
    assert not Case("bump", "", 0.0, float("nan"), 1.0, "m").passed


def test_a_limit_never_fails_but_is_not_close() -> None:
    case = Case("bump", "", 0.0, 5.0, 1.0, "m", limit=True)
    assert (case.passed, case.close) == (True, False)
