"""The arithmetic that key figures share."""

import math
from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.evaluation.kpis.figure import (
    Figure,
    minutes,
    share,
    time_reached_s,
    unknown,
    with_water,
)
from sim.model.results import Results

NEVER = float("nan")


def test_half_of_some_people_have_heard_when_half_of_their_weight_has():
    assert time_reached_s([10, 20, 30], [1, 1, 8], 0.5) == 30
    assert time_reached_s([30, 10, 20], [1, 8, 1], 0.5) == 10


def test_what_a_part_never_did_is_never_reached():
    assert time_reached_s([10, NEVER], [1, 1], 0.5) == 10
    assert time_reached_s([10, NEVER], [1, 1], 0.51) == math.inf
    assert time_reached_s([], [], 0.5) == math.inf


times = st.lists(
    st.tuples(st.floats(0, 1e5) | st.just(NEVER), st.integers(1, 50)), min_size=1, max_size=30
)


@given(who=times, part=st.floats(0.01, 1.0), more=st.floats(0.0, 0.5))
def test_a_larger_part_is_never_reached_sooner(who, part, more):
    when_s, weights = zip(*who, strict=True)
    sooner = time_reached_s(when_s, weights, part)
    assert time_reached_s(when_s, weights, min(1.0, part + more)) >= sooner


@given(who=times, part=st.floats(0.01, 1.0))
def test_at_that_time_the_part_has_done_it_and_before_it_had_not(who, part):
    when_s, weights = (np.array(column, float) for column in zip(*who, strict=True))
    at_s = time_reached_s(when_s, weights, part)
    if math.isfinite(at_s):
        assert weights[when_s <= at_s].sum() >= part * weights.sum() * (1 - 1e-9)
        assert weights[when_s < at_s].sum() < part * weights.sum()


def test_a_share_of_nothing_cannot_be_judged_and_says_so():
    assert share(1, 4) == Figure(0.25, "1")
    assert share(0, 0).why == "no_case"


def test_an_infinite_time_cannot_be_judged_and_says_so():
    assert minutes(90) == Figure(1.5, "min")
    assert minutes(math.inf).why == "not_reached"


@pytest.mark.parametrize(("value", "why"), [(NEVER, ""), (1.0, "no_plan")])
def test_a_figure_is_either_known_or_says_why_not(value, why):
    with pytest.raises(ValueError, match="contradict"):
        Figure(value, "1", why)
    assert math.isnan(unknown("1", "no_plan").value)


def test_a_run_without_a_flood_has_no_figures_of_water() -> None:
    @with_water("mm")
    def depth(results: Results) -> Figure:
        raise AssertionError("asked a run without water")

    dry = cast("Results", SimpleNamespace(series=pd.DataFrame({"burnt_m2": [1.0]})))
    assert depth(dry).why == "no_flood"
