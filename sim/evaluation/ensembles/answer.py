"""The answer of a study: every other plan against the first, in the same disasters."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from sim.evaluation.ensembles.outcome import Outcome
from sim.evaluation.statistics.compare import compare_figures, compare_with
from sim.evaluation.statistics.comparison import Comparison
from sim.evaluation.statistics.estimate import Estimate
from sim.evaluation.statistics.robustness import regret, robustness, scenario_means
from sim.evaluation.statistics.rules import MAIN, Rules, aim
from sim.evaluation.statistics.runs import FloatArray, of_plan

#: how disasters of one kind are called
_CALLED: Final = ("flood", "earthquake", "wildfire", "urban_fire")
_Z_VARIANCE: Final = 1.06


@dataclass(frozen=True)
class Pair:
    """One plan against the first.

    Attributes
    ----------
    main : tuple of Comparison
        Those of `MAIN` that the runs have, with intervals that hold for all plans together.
    rest : tuple of Comparison
        All other key figures that have a better side.
    """

    plan: str
    baseline: str
    main: tuple[Comparison, ...]
    rest: tuple[Comparison, ...]

    @property
    def leading(self) -> tuple[Comparison, ...]:
        """The first two main figures that tell the plans apart, or try to."""
        telling = [one for one in self.main if differs(one)]
        return tuple((telling or list(self.main))[:2])


@dataclass(frozen=True)
class Tally:
    """In how many of the main figures which plan comes off better.

    Attributes
    ----------
    a_better, b_better, same, open : int
        Figures with that verdict; those without a comparison are in none.
    """

    a_better: int
    b_better: int
    same: int
    open: int

    @property
    def n(self) -> int:
        """Figures compared."""
        return self.a_better + self.b_better + self.same + self.open


def tally(pair: Pair) -> Tally:
    """Return the verdicts on the main figures of a pair, counted."""
    found = [one.verdict for one in pair.main if one.n >= 2]
    won = [one.winner for one in found if one.decided]
    a, b = won.count(pair.plan), won.count(pair.baseline)
    same = sum(one.key in ("same", "no_difference") for one in found)
    return Tally(a, b, same, len(found) - a - b - same)


def missing_why(outcome: Outcome, pair: Pair, kpi: str) -> str:
    """Return the word key of the commonest reason why a figure of a pair has no value."""
    plans = (pair.plan, pair.baseline)
    reasons = Counter(
        why
        for row in outcome.rows
        if row.plan in plans
        for name, _, _, why in row.kept.get("figures", ())
        if name == kpi and why
    )
    return min(reasons, key=lambda why: (-reasons[why], why)) if reasons else ""


def differs(comparison: Comparison) -> bool:
    """Whether there is a disaster in which the plans came off differently."""
    return comparison.pairs.equal < comparison.pairs.compared


def pairs(outcome: Outcome, rules: Rules | None = None) -> list[Pair]:
    """Return the comparison of each plan with the first plan of the study."""
    baseline, *others = outcome.study.plans
    kpis, disasters = outcome.kpis, disasters_of(outcome)
    known = [kpi for kpi in MAIN if (kpis["kpi"] == kpi).any()]
    main = {
        kpi: compare_with(kpis, kpi, others, baseline, rules=rules, disasters=disasters)
        for kpi in (known if others else ())
    }
    return [
        Pair(
            plan,
            baseline,
            tuple(main[kpi][place] for kpi in known),
            tuple(
                one
                for one in compare_figures(kpis, plan, baseline, rules=rules, disasters=disasters)
                if one.kpi not in MAIN
            ),
        )
        for place, plan in enumerate(others)
    ]


def disasters_of(outcome: Outcome) -> str:
    """Return how to call the disasters of a study: runs of one flood when they are all the same."""
    kinds = {hazard.kind for name in outcome.inputs for hazard in outcome.scenario(name).hazards}
    kind = kinds.pop() if len(kinds) == 1 else ""
    called = kind if kind in _CALLED else "any"
    return f"one_{called}" if all(map(outcome.one_disaster, outcome.inputs)) else called


def summary(outcome: Outcome) -> pd.DataFrame:
    """Return one row a plan and main figure: mean, median, worst 5 of 100, runs."""
    rows = []
    for kpi in MAIN:
        figures = outcome.kpis[outcome.kpis["kpi"] == kpi]
        if figures.empty:
            continue
        wanted = aim(kpi, str(figures["unit"].iloc[0]))
        low = wanted is None or wanted.better == "low"
        for plan in outcome.study.plans:
            values = of_plan(outcome.kpis, kpi, plan)
            if len(values):
                worst = np.quantile(values, 0.95 if low else 0.05, method="inverted_cdf")
                middle = np.quantile(values, 0.5, method="inverted_cdf")
                rows.append((kpi, plan, float(values.mean()), float(middle), float(worst)))
    return pd.DataFrame(rows, columns=["kpi", "plan", "mean", "median", "worst_5_in_100"])


@dataclass(frozen=True)
class Robust:
    """How plans stand over scenarios, on one key figure.

    Attributes
    ----------
    table : DataFrame
        See `sim.evaluation.statistics.robustness.robustness`.
    regret : DataFrame
        A row a plan, a column a scenario.
    """

    kpi: str
    table: pd.DataFrame
    regret: pd.DataFrame


def over_scenarios(outcome: Outcome) -> Iterator[Robust]:
    """Iterate over the main figures that every plan has in every scenario, if there are several."""
    if len(outcome.inputs) < 2:
        return
    for kpi in MAIN:
        rows = outcome.kpis[outcome.kpis["kpi"] == kpi]
        if rows.empty:
            continue
        wanted = aim(kpi, str(rows["unit"].iloc[0]))
        means = scenario_means(outcome.kpis, kpi)
        if wanted is not None and not means.isna().any(axis=None):
            yield Robust(kpi, robustness(means, wanted.better), regret(means, wanted.better))


@dataclass(frozen=True)
class Influence:
    """How much one varied quantity moves one key figure of a plan.

    Attributes
    ----------
    rank_correlation : Estimate
        Spearman's, -1 to 1, with Fisher's interval.
    """

    kpi: str
    plan: str
    range: str
    rank_correlation: Estimate


def influences(outcome: Outcome, level: float) -> list[Influence]:
    """Return the influence of everything that is varied by numbers, the strongest first."""
    names = [one.id for one in outcome.study.ranges if one.among is None]
    runs = outcome.runs.set_index(["scenario", "plan", "replication"])
    found = []
    for kpi in MAIN:
        rows = outcome.kpis[(outcome.kpis["kpi"] == kpi) & (outcome.kpis["state"] == "ok")]
        for plan, part in rows.groupby("plan"):
            keys = pd.MultiIndex.from_frame(part[["scenario", "plan", "replication"]])
            for name in names:
                amounts = np.array([_number(one) for one in runs.loc[keys, name]], np.float64)
                rho = rank_correlation(amounts, part["value"].to_numpy(np.float64), level)
                if rho.known:
                    found.append(Influence(kpi, str(plan), name, rho))
    return sorted(found, key=lambda one: -abs(one.rank_correlation.value))


def _number(value: object) -> float:
    return float(str(value).split()[0])


def rank_correlation(x: FloatArray, y: FloatArray, level: float) -> Estimate:
    """Return Spearman's rank correlation; NaN below four values or when one never changes.

    Fisher's interval with the variance 1.06 / (n - 3) of z of Fieller, Hartley and Pearson
    (1957), doi 10.1093/biomet/44.3-4.470.
    """
    n = len(x)
    if n < 4 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return Estimate(math.nan, math.nan, math.nan, level, "spearman")
    rho = float(stats.spearmanr(x, y).statistic)
    bounded = min(max(rho, -1 + 1e-12), 1 - 1e-12)
    half = float(stats.norm.ppf(0.5 + level / 2)) * math.sqrt(_Z_VARIANCE / (n - 3))
    ends = (math.tanh(math.atanh(bounded) - half), math.tanh(math.atanh(bounded) + half))
    return Estimate(rho, *ends, level, "spearman")
