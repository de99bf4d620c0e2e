"""The pieces of a comparison, each by what must hold of it."""

from __future__ import annotations

import math
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.evaluation.statistics.equivalence import tost
from sim.evaluation.statistics.estimate import Estimate
from sim.evaluation.statistics.means import by_bca, by_t, too_skewed
from sim.evaluation.statistics.multiple import holm, holm_levels
from sim.evaluation.statistics.quantiles import median_difference, quantile
from sim.evaluation.statistics.robustness import regret, robustness, scenario_means
from sim.evaluation.statistics.rules import Rules
from sim.evaluation.statistics.runs import COLUMNS
from sim.evaluation.statistics.same_plan import differs_under_one_seed
from sim.evaluation.statistics.selection import batch_means, kn_race, ocba_next, ocba_shares
from sim.evaluation.statistics.sensitivity import Factor, MissingAnalysisError, sobol_design
from sim.evaluation.statistics.shares import exact, wilson
from sim.evaluation.statistics.stopping import runs_to_settle, stop, tail_events
from sim.evaluation.statistics.tails import bad_case, exceedance, tail_difference, tail_mean
from sim.evaluation.statistics.uncertainty import split
from sim.evaluation.statistics.verdict import amount

QUICK = settings(deadline=None, max_examples=40)
NUMBERS = st.lists(st.integers(-1000, 1000).map(float), min_size=2, max_size=40).map(np.array)


@QUICK
@given(NUMBERS)
def test_intervals_of_a_mean_hold_the_mean(values: np.ndarray) -> None:
    for found in (by_t(values, 0.95), by_bca(values, 0.95, resamples=999)):
        assert found.low <= found.value + 1e-9
        assert found.high >= found.value - 1e-9 or found.method == "bca"


def test_one_value_has_a_mean_and_no_interval() -> None:
    found = by_bca(np.array([3.0]), 0.95)

    assert found.value == 3.0
    assert math.isnan(found.low)


def test_the_same_difference_everywhere_is_certain() -> None:
    assert by_bca(np.full(20, 0.1), 0.95).half_width == 0
    assert not too_skewed(np.full(20, 0.1))


@QUICK
@given(st.integers(0, 50), st.integers(1, 50))
def test_shares_lie_in_their_intervals_and_exact_is_never_one_sided_too_short(
    count: int, more: int
) -> None:
    n = count + more

    for found in (wilson(count, n, 0.95), exact(count, n, 0.95)):
        assert 0 <= found.low <= count / n + 1e-12
        assert count / n <= found.high + 1e-12 <= 1 + 1e-12
    assert exact(count, n, 0.95).low <= exact(count, n, 0.90).low


def test_order_statistics_say_when_there_are_too_few_runs() -> None:
    few, many = (quantile(np.arange(float(n)), 0.95, 0.95) for n in (71, 72))

    assert few.high == math.inf  # 0.95^71 = 0.026: the greatest of 71 may lie below
    assert many.high == 71.0


def test_an_infinite_time_keeps_its_rank() -> None:
    values = np.array([*np.arange(95.0), *[math.inf] * 5])

    assert quantile(values, 0.5, 0.95).value == 49.0
    assert quantile(values, 0.99, 0.95).value == math.inf


def test_unknown_differences_widen_the_median_to_both_sides() -> None:
    low, high = np.arange(100.0), np.arange(100.0)
    low[90:], high[90:] = -math.inf, math.inf

    found, known = median_difference(low, high, 0.95), median_difference(high[:90], high[:90], 0.95)

    assert found.low < known.low
    assert found.high > known.high


def test_an_exceedance_curve_falls_to_nothing_but_not_its_upper_end() -> None:
    curve = exceedance(np.array([0.0] * 190 + [1.0] * 9 + [7.0]), 0.95)

    assert curve["count"].tolist() == [10, 1, 0]
    assert curve["high"].iloc[-1] == pytest.approx(1 - 0.025 ** (1 / 200))


def test_the_tail_counts_a_value_in_part() -> None:
    assert tail_mean([1.0, 2.0, 10.0], 0.5, "low") == pytest.approx((10 + 0.5 * 2) / 1.5)
    assert tail_mean([1.0, 2.0, 10.0], 0.5, "high") == pytest.approx((1 + 0.5 * 2) / 1.5)


def test_the_tail_of_few_runs_is_not_known() -> None:
    rules = Rules(resamples=999)
    values = np.arange(100.0)

    assert not tail_difference(values[:99], values[:99], "low", rules).known
    found = tail_difference(values, values + 3, "low", rules)
    assert (found.low, found.value, found.high) == pytest.approx((-3, -3, -3))


def test_the_bad_case_is_the_low_end_where_more_is_better() -> None:
    assert bad_case(np.arange(100.0), "high", Rules()).value == 5.0
    assert bad_case(np.arange(100.0), "low", Rules()).value == 94.0


@QUICK
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12).map(np.array))
def test_holm_keeps_the_order_and_its_levels_reject_the_same(p_values: np.ndarray) -> None:
    adjusted = holm(p_values)
    own = p_values <= 1 - holm_levels(p_values, 0.95)

    assert (adjusted >= p_values).all()
    edge = np.isclose(adjusted, 0.05, rtol=1e-9)
    assert (own == (adjusted <= 0.05))[~edge].all()


@QUICK
@given(NUMBERS, st.integers(1, 500))
def test_equivalence_is_shown_exactly_when_the_interval_fits(values: np.ndarray, zone: int) -> None:
    found = tost(values, zone + 0.137)

    assert found.shown == found.interval.within(zone + 0.137)


def test_runs_stop_on_precision_but_not_before_the_first_look() -> None:
    rules, even = Rules(), np.tile([9.9, 10.1], 100)

    assert (stop(even[:10], 0.0, rules).reason, stop(even[:10], 0.0, rules).next_n) == (
        "first_runs",
        30,
    )
    assert stop(even[:30], 0.0, rules).reason == "precise"


def test_runs_go_on_while_too_few_heavy_losses_were_seen() -> None:
    rules = Rules(most_runs=1000)
    losses = np.where(np.arange(300) % 20 == 0, 60.0, 0.0)

    found = stop(losses, 5.0, rules)

    assert found.half_width < found.wanted
    assert (found.enough, found.reason, tail_events(losses)) == (False, "tail_events", 15)
    assert stop(np.tile(losses, 2), 5.0, rules).reason == "precise"


def test_runs_end_at_the_cap() -> None:
    wild = np.tile([-1.0, 1.0], 250)

    assert stop(wild, 0.0, Rules()).reason == "cap"


@pytest.mark.parametrize(
    ("mean", "half", "zone", "runs"),
    [(10, 4, 5, 0), (1, 3, 5, 0), (10, 10, 5, 300), (0, 2, 1, 300), (5, 2, 5, -1)],
)
def test_the_runs_that_settle_it_grow_with_the_square_of_the_width(
    mean: float, half: float, zone: float, runs: int
) -> None:
    assert runs_to_settle(mean, half, 100, zone) == runs


def test_a_race_continued_is_the_race_run_at_once() -> None:
    values = np.random.Generator(np.random.Philox(key=1)).normal(size=(400, 5))
    values[:, 3] += 0.6
    whole = kn_race(values, 0.3, "high")
    half = kn_race(values[:40], 0.3, "high")
    gapped = values.copy()
    for plan in np.flatnonzero(~half.alive):
        gapped[40:, plan] = np.nan

    again = kn_race(gapped, 0.3, "high")

    assert whole.decided
    assert (again.best, again.runs.tolist()) == (whole.best, whole.runs.tolist())
    assert kn_race(-values, 0.3, "low").best == whole.best == 3


def test_means_of_ten_disasters_keep_the_mean_and_lose_skewness() -> None:
    deadly = np.where(np.arange(1000) % 20 == 0, 60.0, 0.0)[:, None]

    means = batch_means(deadly[:, [0, 0]] + 1)

    assert means.shape == (100, 2)
    assert means.mean() == pytest.approx(4.0)
    assert too_skewed(deadly[:100, 0])
    assert not too_skewed(means[:, 0])


def test_a_race_needs_first_runs_and_a_zone() -> None:
    with pytest.raises(ValueError, match="must be >= 10"):
        kn_race(np.zeros((5, 2)), 1.0, "low")
    with pytest.raises(ValueError, match="must be > 0"):
        kn_race(np.zeros((20, 2)), 0.0, "low")


@QUICK
@given(st.lists(st.floats(-100, 100), min_size=2, max_size=8).map(np.array), st.integers(1, 200))
def test_a_budget_is_given_out_to_the_last_run(means: np.ndarray, more: int) -> None:
    variances, runs = np.ones(len(means)), np.full(len(means), 10)

    given_ = ocba_next(means, variances, runs, more, "low")

    assert given_.sum() == more
    assert (given_ >= 0).all()
    assert ocba_shares(means, variances, "high").sum() == pytest.approx(1)


@QUICK
@given(st.lists(st.lists(st.floats(0, 100), min_size=3, max_size=3), min_size=1, max_size=5))
def test_somebody_has_no_regret_in_each_scenario(rows: list[list[float]]) -> None:
    lost = regret(pd.DataFrame(rows), "low")

    assert (lost.min(axis=0) == 0).all()
    assert (robustness(pd.DataFrame(rows), "low")["max_regret"] >= 0).all()


def test_a_scenario_with_an_unfinished_run_has_no_mean() -> None:
    rows = [
        ("mild", "a", 0, "relief_last", 5.0, "h", "ok"),
        ("severe", "a", 0, "relief_last", 9.0, "h", "ok"),
        ("severe", "a", 1, "relief_last", math.nan, "h", "unfinished"),
    ]

    means = scenario_means(pd.DataFrame(rows, columns=list(COLUMNS)), "relief_last")

    assert means.loc["a", "mild"] == 5.0
    assert math.isnan(means.loc["a", "severe"])
    with pytest.raises(ValueError, match="no figure in a scenario"):
        robustness(means, "low")


def test_a_figure_without_chance_is_all_knowledge() -> None:
    found = split(np.array([[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]]))

    assert found.knowledge_share.value == 1.0
    assert found.knowledge == pytest.approx(7 / 3)


def test_a_plan_that_differs_from_itself_is_found() -> None:
    values = np.array([1.0, math.nan, 3.0])

    assert differs_under_one_seed(values, values) == 0
    assert differs_under_one_seed(values, np.array([1.0, math.nan, 3.1])) == 1


def test_without_salib_the_user_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib.sample.sobol", None)

    with pytest.raises(MissingAnalysisError, match=r"pip install 'shapan\[analysis\]'"):
        sobol_design([Factor("x", 0, 1)], 8)


def test_the_wider_of_two_intervals_has_both_outer_ends() -> None:
    one, other = Estimate(2, 1, 3, 0.95, "t"), Estimate(2, 1.5, 4, 0.95, "bca")

    assert one.or_wider(other, "both") == Estimate(2, 1, 4, 0.95, "both")
    assert one.turned() == Estimate(-2, -3, -1, 0.95, "t")


@pytest.mark.parametrize(
    ("value", "told"), [(-0.0, "0 min"), (-0.004, "0.00 min"), (-3.8, "-3.8 min")]
)
def test_nothing_has_no_sign(value: float, told: str) -> None:
    assert amount(value, "min").in_language("en") == told
