"""Rescue, wards and stations agree with what is known, and say so in both languages."""

from __future__ import annotations

import pytest

from sim.core.words import LANGUAGES
from sim.evaluation.verification.case import Check
from sim.evaluation.verification.rescue import SUITE

MARKED = [pytest.param(check, marks=[] if check.quick else pytest.mark.slow) for check in SUITE]


@pytest.mark.parametrize("check", MARKED, ids=lambda check: check.name)
def test_rescue_agrees_with_what_is_known(check: Check) -> None:
    cases = list(check.run())

    assert cases
    assert [case.name for case in cases if not case.passed] == []
    assert all(case.title(lang) for case in cases for lang in LANGUAGES)
