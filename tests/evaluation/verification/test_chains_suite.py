"""Every row of `shapan verify chains` passes; the table of hazards holds every suite of hazards."""

from __future__ import annotations

import pytest

from sim.evaluation.verification import SUITES
from sim.evaluation.verification.case import Check


@pytest.mark.parametrize("check", SUITES["chains"], ids=lambda check: check.name)
def test_chains_keep_what_is_known(check: Check) -> None:
    failed = [
        f"{case.title('zh')}: expected {case.expected}, ours {case.ours} +- {case.tolerance}"
        for case in check.run()
        if not case.passed
    ]
    assert failed == []


@pytest.mark.parametrize(
    "suite", ["flood", "wildfire", "urban_fire", "earthquake", "chains", "casualties"]
)
def test_the_table_of_hazards_leaves_no_check_out(suite: str) -> None:
    assert set(SUITES[suite]) <= set(SUITES["hazards"])
