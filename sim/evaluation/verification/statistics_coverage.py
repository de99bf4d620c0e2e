"""Whether intervals hold what they promise: many small samples of laws whose truth is known."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from scipy import stats

from sim.core.rng import Streams
from sim.evaluation.statistics.equivalence import tost
from sim.evaluation.statistics.estimate import Estimate
from sim.evaluation.statistics.means import by_bca, by_t, too_skewed
from sim.evaluation.statistics.quantiles import quantile
from sim.evaluation.statistics.rules import Rules
from sim.evaluation.statistics.runs import FloatArray
from sim.evaluation.statistics.same_plan import differs_under_one_seed, same_plan
from sim.evaluation.statistics.stopping import stop
from sim.evaluation.verification.case import Case, Check
from sim.evaluation.verification.inventory import monthly_costs

_APART: Final = "Monte Carlo made apart, 1,000 samples"
_APART_TRIALS: Final = 1000
_SEED: Final = 8


def coverage() -> Iterator[Case]:
    """How often 95 % intervals of a mean hold the truth, for an even and for a skewed law."""
    for law, n, of_t, of_bca in (
        ("normal", 20, 0.946, 0.920),
        ("lognormal", 50, 0.897, 0.910),
    ):
        samples, truth = _samples(law, 1000, n)
        for method, expected, interval in (
            ("t", of_t, lambda values: by_t(values, 0.95)),
            ("bca", of_bca, lambda values: by_bca(values, 0.95, resamples=999)),
        ):
            ours = _covered(samples, truth, interval)
            tolerance = 3 * _error(expected, len(samples), _APART_TRIALS)
            places = {"law": law, "n": n}
            name = f"statistics.coverage.{method}"
            yield Case(name, _APART, expected, ours, tolerance, "1", places=places)


def exact_coverage() -> Iterator[Case]:
    """Student's interval on normal values is exact; order statistics never promise too much."""
    samples, truth = _samples("normal", 4000, 10)
    ours = _covered(samples, truth, lambda values: by_t(values, 0.95))
    law = "exact for normal values"
    places = {"law": "normal", "n": 10}
    tolerance = 3 * _error(0.95, 4000)
    yield Case("statistics.coverage.t", law, 0.95, ours, tolerance, "1", places=places)
    samples, _ = _samples("lognormal", 2000, 100)
    truth = math.exp(stats.norm.ppf(0.95))
    ours = _covered(samples, truth, lambda values: quantile(values, 0.95, 0.95))
    low, high = stats.binom.ppf([0.025, 0.975], 100, 0.95)
    expected = float(stats.binom.cdf(high, 100, 0.95) - stats.binom.cdf(low - 1, 100, 0.95))
    law = "binomial law of the number of values below the quantile"
    tolerance = 3 * _error(expected, 2000)
    yield Case("statistics.coverage.order", law, expected, ours, tolerance, "1")


def rare_coverage() -> Iterator[Case]:
    """Where 5 of 100 disasters cost a life the interval holds the mean far less often than 95 %."""
    for n in (20, 100):
        deaths = np.arange(n + 1)
        one = [by_t(np.repeat([1.0, 0.0], [k, n - k]), 0.95) for k in deaths]
        holds = np.array([found.low <= 0.05 <= found.high for found in one])
        expected = float(stats.binom.pmf(deaths, n, 0.05) @ holds)
        samples, truth = _samples("catastrophe", 2000, n)
        ours = _covered(samples, truth, lambda values: by_t(values, 0.95))
        law = "binomial law of the number of deaths, interval by interval"
        places = {"law": "5 % catastrophe", "n": n}
        tolerance = 3 * _error(expected, 2000)
        yield Case("statistics.coverage.t", law, expected, ours, tolerance, "1", places=places)


def banner() -> Iterator[Case]:
    """When the rule speaks up that rare heavy losses decide, and when it keeps quiet."""
    samples, _ = _samples("normal", 3000, 30)
    fired = float(np.mean([too_skewed(values) for values in samples]))
    law = "Cochran's rule on normal values: 1 % (two-sided tail of skewness beyond 1.095)"
    yield Case("statistics.banner.normal", law, 0, fired, 0.015, "1")
    samples, _ = _samples("catastrophe", 2000, 100)
    fired = float(np.mean([too_skewed(values) for values in samples]))
    share = np.arange(1, 100) / 100
    skewed = 25 * (1 - 2 * share) ** 2 / (share * (1 - share)) > 100
    expected = float(stats.binom.pmf(np.arange(1, 100), 100, 0.05) @ skewed)
    law = "binomial: 1 to 14 catastrophes in 100"
    tolerance = 3 * _error(expected, 2000)
    yield Case("statistics.banner.catastrophe", law, expected, fired, tolerance, "1")


def equivalence() -> Iterator[Case]:
    """A difference just as large as the zone is called equivalent no more often than 5 %."""
    samples, _ = _samples("normal", 4000, 30)
    shown = float(np.mean([tost(values + 2.0, 2.0).shown for values in samples]))
    law = "size of the test at the edge of the zone"
    yield Case("statistics.tost.size", law, 0.05, shown, 3 * _error(0.05, 4000), "1")


def stopping() -> Iterator[Case]:
    """Stop on a relative precision of 10 %: how many runs, and how often the promise is kept."""
    rules = Rules(most_runs=100_000)
    values, _ = _samples("exponential", 300, 1500)
    means = [_stopped(row, rules) for row in values]
    n = np.array([count for count, _ in means], dtype=float)
    near = float(np.mean([abs(mean - 1) <= 0.1 for _, mean in means]))
    law = "exponential law, spread = mean: (1.96 x 1.1 / 0.1)^2 runs, to within a step"
    expected = (stats.norm.ppf(0.975) * 11) ** 2
    tolerance = 3 * float(n.std() / math.sqrt(len(n))) + rules.step_runs
    yield Case("statistics.stop.runs", law, expected, float(n.mean()), tolerance, "1")
    source = "Monte Carlo made apart: .955 to .97"
    yield Case("statistics.stop.kept", source, 0.9625, near, 0.0075 + 3 * _error(0.96, 300), "1")
    values, _ = _samples("lognormal", 300, 3000)
    n = np.array([_stopped(row, rules)[0] for row in values], dtype=float)
    source = "Monte Carlo made apart, lognormal law"
    tolerance = 3 * float(n.std() * math.sqrt(1 / len(n) + 1 / _APART_TRIALS)) + rules.step_runs
    yield Case("statistics.stop.runs_skewed", source, 760, float(n.mean()), tolerance, "1")


def same() -> Iterator[Case]:
    """A plan against itself: under other seeds no difference in 95 of 100, under one seed none."""
    trials, n = 1000, 20
    one, other = (
        monthly_costs([(20, 60)], trials * n, seed=seed, months=12)[:, 0].reshape(trials, n)
        for seed in (11, 12)
    )
    found = same_plan(one, other)
    law = "95 % intervals of differences; 93 to 97 % in 1,000 comparisons"
    yield Case("statistics.same.covered", law, 0.95, found.covered.value, 0.02, "1")
    again = monthly_costs([(20, 60), (20, 60)], 200, seed=11, months=12)
    differing = differs_under_one_seed(again[:, 0], again[:, 1])
    differing += differs_under_one_seed(again[:, 0], one.ravel()[:200])
    yield Case("statistics.same.seed", "the same disasters, the same plan", 0, differing, 0, "1")


def _samples(law: str, trials: int, n: int) -> tuple[FloatArray, float]:
    """Return (trials, n) values of a law, and its mean."""
    luck = Streams(_SEED).page(f"coverage.{law}.{n}", trials, trials * n).reshape(trials, n)
    normal = stats.norm.ppf(np.maximum(luck, np.finfo(float).tiny))
    if law == "normal":
        return normal, 0.0
    if law == "lognormal":
        return np.exp(normal), math.exp(0.5)
    if law == "exponential":
        return -np.log1p(-luck), 1.0
    return np.where(luck < 0.05, 1.0, 0.0), 0.05


def _covered(
    samples: FloatArray, truth: float, interval: Callable[[FloatArray], Estimate]
) -> float:
    found = [interval(values) for values in samples]
    return float(np.mean([one.low <= truth <= one.high for one in found]))


def _error(share: float, *trials: int) -> float:
    """Return the standard error of the difference of shares counted in so many trials."""
    return math.sqrt(share * (1 - share) * sum(1 / n for n in trials))


def _stopped(values: FloatArray, rules: Rules) -> tuple[int, float]:
    """Return at how many values the rule stops, and their mean."""
    n = 0
    while True:
        decision = stop(values[:n], 0.0, rules)
        if decision.enough or n >= len(values):
            return n, float(values[:n].mean())
        n = min(decision.next_n, len(values))


COVERAGE: Final = (
    Check("coverage", coverage, quick=False),
    Check("exact_coverage", exact_coverage),
    Check("rare_coverage", rare_coverage),
    Check("banner", banner),
    Check("equivalence", equivalence),
    Check("stopping", stopping, quick=False),
    Check("same", same, quick=False),
)
