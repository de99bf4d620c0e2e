"""The suite passes, says everything in both languages, and nothing beats the quickest flow."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.words import LANGUAGES
from sim.evaluation.verification import SUITES
from sim.evaluation.verification.case import Check
from sim.evaluation.verification.movement_flow import FlowProblem, quickest_ticks
from sim.evaluation.verification.movement_setups import RandomEvacuation


@pytest.mark.parametrize("check", SUITES["movement"], ids=lambda check: check.name)
def test_movement_agrees_with_what_is_known(check: Check) -> None:
    cases = list(check.run())

    assert cases
    assert [case.name for case in cases if not case.passed] == []
    assert all(case.title(lang) for case in cases for lang in LANGUAGES)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_no_clearance_beats_the_quickest_flow(seed: int) -> None:
    evacuation = RandomEvacuation(np.random.default_rng(seed))

    assert evacuation.simulated_s() >= evacuation.quickest_s()


def one_edge(n: int, ticks: int, per_tick: int) -> FlowProblem:
    columns = ([0], [1], [ticks], [per_tick], [n, 0], [1], [n])
    return FlowProblem(2, *(np.array(column) for column in columns))


@given(n=st.integers(1, 60), ticks=st.integers(1, 9), per_tick=st.integers(1, 5))
@settings(deadline=None)
def test_the_quickest_over_one_edge_is_its_time_and_a_tick_for_each_load(
    n: int, ticks: int, per_tick: int
) -> None:
    """The first load is there after ``ticks``, the last of ceil(n / c) loads that many later."""
    assert quickest_ticks(one_edge(n, ticks, per_tick)) == ticks + -(-n // per_tick) - 1


def test_two_ways_are_filled_until_both_end_together() -> None:
    """Ways of 1 and 4 ticks, one car a tick each, 10 cars: by tick T, T + (T - 3) = 10 -> 7."""
    columns = ([0, 0], [1, 1], [1, 4], [1, 1], [10, 0], [1], [10])
    problem = FlowProblem(2, *(np.array(column) for column in columns))

    assert quickest_ticks(problem) == 7


def test_a_supply_without_a_way_is_refused() -> None:
    columns = ([1], [0], [1], [1], [3, 0], [1], [3])
    problem = FlowProblem(2, *(np.array(column) for column in columns))

    with pytest.raises(ValueError, match="not everybody reaches a sink"):
        quickest_ticks(problem, longest=64)
