"""Our statistics against SciPy's own tests and laws, for values nobody chose."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.evaluation.statistics.equivalence import tost
from sim.evaluation.statistics.means import by_bca, by_t
from sim.evaluation.statistics.quantiles import quantile
from sim.evaluation.statistics.queues import erlang_b, erlang_c, mean_wait
from sim.evaluation.statistics.shares import exact, wilson

samples = st.lists(st.floats(-1e3, 1e3).map(lambda x: round(x, 3)), min_size=3, max_size=40)
varied = samples.filter(lambda values: np.ptp(values) > 0.1).map(np.array)
levels = st.sampled_from([0.8, 0.9, 0.95, 0.99])


@given(n=st.integers(1, 500), share=st.floats(0, 1), level=levels)
def test_wilson_s_ends_are_where_the_score_test_just_rejects(n, share, level):
    count = round(share * n)
    found = wilson(count, n, level)
    z = stats.norm.ppf(0.5 + level / 2)
    for end in (found.low, found.high):
        assert abs(count / n - end) == pytest.approx(
            z * math.sqrt(end * (1 - end) / n), rel=1e-6, abs=1e-9
        )


@given(n=st.integers(1, 300), share=st.floats(0, 1), level=levels)
def test_exact_ends_leave_half_of_the_rest_on_either_side(n, share, level):
    count = round(share * n)
    found, rest = exact(count, n, level), (1 - level) / 2
    if count > 0:
        assert stats.binom.sf(count - 1, n, found.low) == pytest.approx(rest, rel=1e-6)
    if count < n:
        assert stats.binom.cdf(count, n, found.high) == pytest.approx(rest, rel=1e-6)


@given(values=varied, level=levels)
def test_student_s_interval_is_that_of_scipy_s_test(values, level):
    theirs = stats.ttest_1samp(values, 0.0).confidence_interval(level)
    ours = by_t(values, level)
    assert (ours.low, ours.high) == pytest.approx(tuple(theirs), rel=1e-9, abs=1e-9)


@given(values=varied, zone=st.floats(0.5, 500))
def test_equivalence_is_two_one_sided_tests_of_scipy(values, zone):
    below = stats.ttest_1samp(values, -zone, alternative="greater").pvalue
    above = stats.ttest_1samp(values, zone, alternative="less").pvalue
    assert tost(values, zone).p == pytest.approx(max(below, above), rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("n", [15, 40])
def test_bca_is_scipy_s_within_the_error_of_drawing(n):
    """A quantile of 9,999 draws at 2.5 % has a standard error of 2 % of the interval at most."""
    values = stats.lognorm(s=1.0).rvs(n, random_state=n)
    theirs = stats.bootstrap((values,), np.mean, method="BCa", rng=1).confidence_interval
    ours = by_bca(values, 0.95)
    width = theirs.high - theirs.low
    assert ours.low == pytest.approx(theirs.low, abs=0.03 * width)
    assert ours.high == pytest.approx(theirs.high, abs=0.08 * width)


@settings(deadline=None)
@given(n=st.integers(5, 400), part=st.sampled_from([0.1, 0.5, 0.9, 0.95]), level=levels)
def test_order_statistics_hold_the_quantile_as_often_as_promised(n, part, level):
    """Of values 1..n, the k-th lies above the quantile when fewer than k fall below it."""
    found = quantile(np.arange(1.0, n + 1), part, level)
    below = 0.0 if math.isinf(found.low) else stats.binom.cdf(found.low - 1, n, part)
    above = 0.0 if math.isinf(found.high) else stats.binom.sf(found.high - 1, n, part)
    assert below + above <= 1 - level + 1e-12


@given(servers=st.integers(1, 40), load=st.floats(0.05, 0.97))
def test_erlang_s_formulas_are_those_of_a_truncated_and_a_whole_queue(servers, load):
    """Loss: Poisson cut off at the servers. Waiting: with a geometric tail behind them."""
    erlangs = load * servers
    cut = stats.poisson.pmf(servers, erlangs) / stats.poisson.cdf(servers, erlangs)
    assert erlang_b(servers, erlangs) == pytest.approx(cut, rel=1e-9)
    serving = stats.poisson.cdf(servers - 1, erlangs)
    waiting = stats.poisson.pmf(servers, erlangs) / (1 - load)
    assert erlang_c(servers, erlangs) == pytest.approx(waiting / (serving + waiting), rel=1e-9)
    expected = waiting / (serving + waiting) / (servers - erlangs)
    assert mean_wait(servers, erlangs) == pytest.approx(expected, rel=1e-9)
