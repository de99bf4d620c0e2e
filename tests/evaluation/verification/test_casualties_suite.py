"""Every row of `shapan verify casualties` passes."""

from __future__ import annotations

import pytest

from sim.evaluation.verification import SUITES
from sim.evaluation.verification.case import Check


@pytest.mark.parametrize("check", SUITES["casualties"], ids=lambda check: check.name)
def test_people_are_hurt_and_saved_as_is_known(check: Check) -> None:
    failed = [
        f"{case.title('en')}: expected {case.expected}, ours {case.ours} +- {case.tolerance}"
        for case in check.run()
        if not case.passed
    ]
    assert failed == []
