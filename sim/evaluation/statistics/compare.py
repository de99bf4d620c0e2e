"""Two plans in the same disasters, figure by figure."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from sim.core.words import said
from sim.evaluation.statistics.comparison import Better, Comparison, Pairs, Verdict
from sim.evaluation.statistics.estimate import Estimate, unknown_estimate
from sim.evaluation.statistics.means import by_bca, by_t, mean_and_error, skewness_runs, too_skewed
from sim.evaluation.statistics.multiple import holm_levels
from sim.evaluation.statistics.quantiles import median, median_difference
from sim.evaluation.statistics.rules import Aim, Rules, aim, aimed
from sim.evaluation.statistics.runs import BoolArray, FloatArray, Matched, UnknownRunError, matched
from sim.evaluation.statistics.shares import wilson
from sim.evaluation.statistics.stopping import runs_to_settle
from sim.evaluation.statistics.tails import bad_case, beyond, tail_difference
from sim.evaluation.statistics.verdict import verdict


def compare(
    runs: pd.DataFrame,
    kpi: str,
    plan_a: str,
    plan_b: str,
    *,
    aimed_at: Aim | None = None,
    rules: Rules | None = None,
    disasters: str = "any",
    seed: int = 0,
) -> Comparison:
    """Compare two plans on one key figure in the disasters that both went through.

    Parameters
    ----------
    runs : DataFrame
        Columns `sim.evaluation.statistics.runs.COLUMNS`.
    aimed_at : Aim, optional
        What is wanted of the figure; by default what is known of it.
    disasters : str
        ``flood``, ``earthquake``, ``wildfire``, ``urban_fire`` or ``any``: how to call them.
    seed : int
        Of the bootstrap's resampling.

    Raises
    ------
    UnknownRunError
        When the table lacks the figure or a plan, or when neither less nor more of it is better.
    """
    both = matched(runs, kpi, plan_a, plan_b)
    wanted = aimed_at or aim(kpi, both.unit)
    if wanted is None:
        raise UnknownRunError(said("statistics.no_better_side", kpi=kpi))
    found = _compared(both, wanted, rules or Rules(), seed)
    found = dataclasses.replace(found, disasters=disasters)
    return dataclasses.replace(found, verdict=verdict(found))


def compare_figures(
    runs: pd.DataFrame,
    plan_a: str,
    plan_b: str,
    *,
    rules: Rules | None = None,
    disasters: str = "any",
    seed: int = 0,
) -> list[Comparison]:
    """Compare two plans on every key figure of the table that has a better side."""
    figures = dict(iter(runs.groupby("kpi")))
    return [
        compare(figures[kpi], kpi, plan_a, plan_b, rules=rules, disasters=disasters, seed=seed)
        for kpi in aimed()
        if kpi in figures
    ]


def compare_with(
    runs: pd.DataFrame,
    kpi: str,
    plans: Sequence[str],
    current: str,
    *,
    rules: Rules | None = None,
    disasters: str = "any",
    seed: int = 0,
) -> list[Comparison]:
    """Compare each of several plans with the current one, so that all intervals hold together.

    Each interval has the level that Holm's procedure asks of it.
    """
    pairs = [(plan, current) for plan in plans]
    return _together(runs, kpi, pairs, rules or Rules(), disasters, seed)


def _together(
    runs: pd.DataFrame,
    kpi: str,
    pairs: Sequence[tuple[str, str]],
    rules: Rules,
    disasters: str,
    seed: int,
) -> list[Comparison]:
    values = [_known(matched(runs, kpi, one, other)) for one, other in pairs]
    p_values = np.array([_p_of_no_difference(a, b) for a, b in values])
    return [
        compare(
            runs,
            kpi,
            *pair,
            rules=rules.model_copy(update={"level": level}),
            disasters=disasters,
            seed=seed,
        )
        for pair, level in zip(pairs, holm_levels(p_values, rules.level).tolist(), strict=True)
    ]


def _known(both: Matched) -> tuple[FloatArray, FloatArray]:
    known = ~(np.isnan(both.a) | np.isnan(both.b))
    return both.a[known], both.b[known]


def _p_of_no_difference(a: FloatArray, b: FloatArray) -> float:
    mean, error = mean_and_error(a - b)
    if math.isnan(error):
        return 1.0
    if error == 0:
        return float(mean == 0)
    return float(2 * stats.t.sf(abs(mean) / error, len(a) - 1))


def _compared(both: Matched, wanted: Aim, rules: Rules, seed: int) -> Comparison:
    """Return all numbers; the verdict is still open."""
    keep = ~(both.failed | both.not_judged)
    a, b = (side[keep] for side in _ranked(both, wanted.better))
    pairs = _pairs(both, keep, a, b, wanted.better)
    difference, t, bca = _differences(a, b, rules, seed)
    by_mean = difference.method != "median"
    typical = median(np.concatenate([a, b]))
    return Comparison(
        kpi=both.kpi,
        unit=both.unit,
        kind=wanted.kind,
        better=wanted.better,
        plan_a=both.plan_a,
        plan_b=both.plan_b,
        n=pairs.compared,
        pairs=pairs,
        mean_a=float(a.mean()) if by_mean and len(a) else math.nan,
        mean_b=float(b.mean()) if by_mean and len(b) else math.nan,
        median_a=median(a),
        median_b=median(b),
        difference=difference,
        usual=_median(a, b, rules.level),
        by_t=t,
        by_bca=bca,
        share_better=wilson(pairs.a_better, pairs.compared, rules.level),
        worst=tail_difference(a, b, wanted.better, rules, seed=seed),
        tail_share=rules.tail_share,
        typical=typical,
        beyond_a=beyond(a, typical, wanted.better, rules.level),
        beyond_b=beyond(b, typical, wanted.better, rules.level),
        bad_a=bad_case(a, wanted.better, rules),
        bad_b=bad_case(b, wanted.better, rules),
        zone=wanted.zone,
        too_skewed=by_mean and too_skewed(a - b),
        least_n=wanted.least_runs(rules),
        more_runs=_more_runs(a, b, difference, wanted, rules),
        if_failed=_if_failed(both, wanted, rules, seed),
        disasters="any",
        verdict=Verdict("no_pairs", {}),
    )


def _ranked(both: Matched, better: Better) -> tuple[FloatArray, FloatArray]:
    """Return both plans' figures, infinitely bad where a run had not finished, else NaN."""
    worst = math.inf if better == "low" else -math.inf
    late_a, late_b = both.unfinished
    return np.where(late_a, worst, both.a), np.where(late_b, worst, both.b)


def _pairs(both: Matched, keep: BoolArray, a: FloatArray, b: FloatArray, better: Better) -> Pairs:
    lower, higher = int((a < b).sum()), int((a > b).sum())
    late_a, late_b = both.unfinished
    return Pairs(
        compared=len(a),
        a_better=lower if better == "low" else higher,
        b_better=higher if better == "low" else lower,
        equal=len(a) - lower - higher,
        unfinished_a=int((late_a & keep).sum()),
        unfinished_b=int((late_b & keep).sum()),
        failed_a=both.n_failed[0],
        failed_b=both.n_failed[1],
        not_judged=int(both.not_judged.sum()),
    )


def _differences(
    a: FloatArray, b: FloatArray, rules: Rules, seed: int
) -> tuple[Estimate, Estimate, Estimate]:
    """Return what a - b is, and its mean by t and by bootstrap.

    It is its mean, or its median as soon as a run had not finished: then there is no mean.
    """
    late_a, late_b = np.isinf(a), np.isinf(b)
    if not (late_a | late_b).any():
        t = by_t(a - b, rules.level)
        bca = by_bca(a - b, rules.level, resamples=int(rules.resamples), seed=seed)
        return t.or_wider(bca, "t_and_bca"), t, bca
    usual = _median(a, b, rules.level)
    return usual, unknown_estimate(rules.level, "t"), unknown_estimate(rules.level, "bca")


def _median(a: FloatArray, b: FloatArray, level: float) -> Estimate:
    """Return the median of a - b; a difference of two runs that had not finished is unknown."""
    both = np.isinf(a) & np.isinf(b)
    low, high = a.copy(), a.copy()
    low[both], high[both] = -math.inf, math.inf
    paid = np.where(both, 0.0, b)
    return median_difference(low - paid, high - paid, level)


def _more_runs(
    a: FloatArray, b: FloatArray, difference: Estimate, wanted: Aim, rules: Rules
) -> int:
    """Return about how many more disasters settle it; see `Comparison.more_runs`."""
    least = max(wanted.least_runs(rules) - len(a), 0)
    if difference.method == "median" and (
        difference.within(wanted.zone) or difference.beyond(wanted.zone)
    ):
        return least
    if not (difference.known and math.isfinite(difference.half_width)):
        return least or -1
    reach = max(difference.high - difference.value, difference.value - difference.low)
    settling = runs_to_settle(difference.value, reach, len(a), wanted.zone)
    if settling < 0 or difference.method == "median":
        return settling
    return max(settling, least, math.ceil(skewness_runs(a - b)) - len(a))


def _if_failed(both: Matched, wanted: Aim, rules: Rules, seed: int) -> tuple[Estimate, ...]:
    """Return the difference when ``a``'s failed runs were worst and ``b``'s best, and reversed.

    Worst and best are what any run of the two plans came to.
    """
    a, b = (side[~both.not_judged] for side in _ranked(both, wanted.better))
    seen = np.concatenate([a, b])
    seen = seen[~np.isnan(seen)]
    if not both.failed.any() or not len(seen):
        return ()
    best, worst = float(seen.min()), float(seen.max())
    if wanted.better == "high":
        best, worst = worst, best
    return tuple(
        _differences(_filled(a, for_a), _filled(b, for_b), rules, seed)[0]
        for for_a, for_b in ((worst, best), (best, worst))
    )


def _filled(values: FloatArray, fill: float) -> FloatArray:
    return np.where(np.isnan(values), fill, values)
