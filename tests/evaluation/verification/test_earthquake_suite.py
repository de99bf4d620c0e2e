"""Every row of `shapan verify earthquake` passes."""

from __future__ import annotations

import pytest

from sim.evaluation.verification import SUITES
from sim.evaluation.verification.case import Check


@pytest.mark.parametrize("check", SUITES["earthquake"], ids=lambda check: check.name)
def test_the_ground_shakes_and_buildings_break_as_is_known(check: Check) -> None:
    failed = [
        f"{case.title('en')}: expected {case.expected}, ours {case.ours} +- {case.tolerance}"
        for case in check.run()
        if not case.passed
    ]
    assert failed == []
