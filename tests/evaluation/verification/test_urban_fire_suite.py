"""Every row of `shapan verify urban_fire` passes."""

from __future__ import annotations

import pytest

from sim.evaluation.verification import SUITES
from sim.evaluation.verification.case import Check


@pytest.mark.parametrize("check", SUITES["urban_fire"], ids=lambda check: check.name)
def test_towns_burn_as_is_known(check: Check) -> None:
    failed = [
        f"{case.title('en')}: expected {case.expected}, ours {case.ours} +- {case.tolerance}"
        for case in check.run()
        if not case.passed
    ]
    assert failed == []


def test_names_of_checks_are_unique() -> None:
    names = [check.name for check in SUITES["urban_fire"]]
    assert len(names) == len(set(names))
