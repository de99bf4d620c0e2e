"""The wildfire suite: every row passes, and every fuel model stands in it."""

from __future__ import annotations

import pytest

from sim.core.words import LANGUAGES
from sim.evaluation.verification.case import Case, run_suite
from sim.evaluation.verification.wildfire import SUITE
from sim.hazards.wildfire_fuels import fuel_models


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return list(run_suite(SUITE, quick=True))


def test_every_row_passes(cases: list[Case]) -> None:
    assert [case.title("en") for case in cases if not case.passed] == []


def test_every_fuel_model_is_compared_at_three_moistures(cases: list[Case]) -> None:
    named = [case.places["model"] for case in cases if "model" in case.places]
    assert {code: named.count(code) >= 6 for code in fuel_models()} == dict.fromkeys(
        fuel_models(), True
    )


def test_every_row_has_words_in_both_languages(cases: list[Case]) -> None:
    assert all(case.title(lang) for case in cases for lang in LANGUAGES)
