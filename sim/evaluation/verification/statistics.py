"""The statistics of comparisons against published tables, exact laws and worked examples."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from sim.evaluation.statistics.equivalence import tost
from sim.evaluation.statistics.means import by_t
from sim.evaluation.statistics.multiple import holm
from sim.evaluation.statistics.quantiles import runs_to_bound
from sim.evaluation.statistics.robustness import robustness, winners
from sim.evaluation.statistics.shares import exact, wilson
from sim.evaluation.statistics.tails import exceedance, tail_mean
from sim.evaluation.statistics.uncertainty import split
from sim.evaluation.verification.case import Case, Check
from sim.evaluation.verification.statistics_coverage import COVERAGE
from sim.evaluation.verification.statistics_queues import QUEUES
from sim.evaluation.verification.statistics_selection import SELECTION
from sim.evaluation.verification.statistics_sensitivity import SENSITIVITY
from sim.evaluation.verification.statistics_tables import TABLES

_WILKS: Final = "Wilks (1941), doi 10.1214/aoms/1177731788"
#: quantile, rank of the bound from the top -> runs for 95 % confidence
_RUNS_TO_BOUND: Final = {
    (0.90, 1): 29,
    (0.95, 1): 59,
    (0.99, 1): 299,
    (0.95, 2): 93,
    (0.95, 3): 124,
    (0.95, 4): 153,
    (0.95, 5): 181,
    (0.95, 6): 208,
    (0.99, 2): 473,
}
_NEWCOMBE: Final = "Newcombe (1998), Stat. Med. 17:857-872, table I"
#: count, n -> ends by Wilson (method 3), ends by Clopper and Pearson (method 5)
_SHARES: Final = {
    (81, 263): (0.2553, 0.3662, 0.2527, 0.3676),
    (15, 148): (0.0624, 0.1605, 0.0578, 0.1617),
    (0, 20): (0.0000, 0.1611, 0.0000, 0.1684),
    (1, 29): (0.0061, 0.1718, 0.0009, 0.1776),
}
#: extra hours of sleep, drug 2 less drug 1
_SLEEP_H: Final = (1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4)
#: four judges (columns) rate six targets
_RATINGS: Final = (
    (9, 2, 5, 8),
    (6, 1, 3, 2),
    (8, 4, 6, 8),
    (7, 1, 2, 6),
    (10, 5, 6, 9),
    (6, 2, 4, 7),
)


def wilks() -> Iterator[Case]:
    """How many runs it takes until a bad one bounds the quantile."""
    for (part, rank), runs in _RUNS_TO_BOUND.items():
        ours = float(runs_to_bound(part, 0.95, rank=rank))
        places = {"percent": f"{100 * part:.0f}", "rank": rank}
        yield Case("statistics.wilks", _WILKS, runs, ours, 0, "1", places=places)


def shares() -> Iterator[Case]:
    """Intervals of a share, to the four decimals of the table; and what was never seen."""
    for (count, n), ends in _SHARES.items():
        found = wilson(count, n, 0.95), exact(count, n, 0.95)
        ours = [end for one in found for end in (one.low, one.high)]
        names = [f"{method}.{end}" for method in ("wilson", "exact") for end in ("low", "high")]
        for name, known, end in zip(names, ends, ours, strict=True):
            places = {"count": count, "n": n}
            yield Case(f"statistics.{name}", _NEWCOMBE, known, end, 5.1e-5, "1", places=places)
    bound = exact(0, 200, 0.95).high
    law = "1 - 0.025^(1/200)"
    yield Case("statistics.never_seen", law, 1 - 0.025 ** (1 / 200), bound, 1e-9, "1")
    curve = exceedance(np.arange(200.0), 0.95)
    above = float(curve["share"][curve["x"] == 189.0].iloc[0])
    yield Case("statistics.exceedance", "10 of 0..199 are above 189", 0.05, above, 1e-12, "1")


def paired() -> Iterator[Case]:
    """The interval of paired differences on the data it was invented for."""
    found = by_t(np.array(_SLEEP_H), 0.95)
    student = "Student (1908), doi 10.1093/biomet/6.1.1; as worked in R, t.test on 'sleep'"
    for name, expected, ours in (
        ("mean", 1.58, found.value),
        ("low", 0.7001142, found.low),
        ("high", 2.4598858, found.high),
    ):
        yield Case(f"statistics.sleep.{name}", student, expected, ours, 5e-8, "h")


def several() -> Iterator[Case]:
    """Holm's adjustment by hand, and equivalence at the edge of its zone."""
    adjusted = holm(np.array([0.01, 0.04, 0.03, 0.005]))
    source = "Holm (1979): p-values .005 .01 .03 .04 times 4, 3, 2, 1, never falling"
    for plan, known, p in zip("ABCD", (0.03, 0.06, 0.06, 0.02), adjusted, strict=True):
        yield Case("statistics.holm", source, known, p, 1e-12, "1", places={"plan": plan})
    differences = np.array(_SLEEP_H)
    toster = "TOSTER's vignette on the sleep data: bounds of half an hour, p = .989 for the upper"
    yield Case("statistics.tost.p", toster, 0.989, tost(differences, 0.5).p, 5e-4, "1")
    interval = by_t(differences, 0.90)
    for side, zone in (("inside", interval.high + 1e-9), ("outside", interval.high - 1e-9)):
        shown = float(tost(differences, zone).shown)
        law = "equivalent at 5 % exactly when the 90 % interval lies within the zone"
        yield Case(f"statistics.tost.{side}", law, float(side == "inside"), shown, 0, "1")


def tails() -> Iterator[Case]:
    """Means of the worst 5 of 100 of two laws, from a million evenly spaced quantiles."""
    n = 1_000_000
    even = (np.arange(n) + 0.5) / n
    z = stats.norm.ppf(0.95)
    for law, values, expected in (
        ("exponential", -np.log1p(-even), 1 + math.log(20)),
        ("normal", stats.norm.ppf(even), stats.norm.pdf(z) / 0.05),
        ("uniform", even, 0.975),
        ("lognormal", np.exp(stats.norm.ppf(even)), math.exp(0.5) * stats.norm.cdf(1 - z) / 0.05),
        ("Pareto 3", (1 - even) ** (-1 / 3), 1.5 * 0.05 ** (-1 / 3)),
    ):
        source = "integral of the quantiles beyond 95 % / 0.05"
        ours = float(tail_mean(values, 0.05, "low"))
        places = {"law": law}
        tolerance = 2e-4 * float(expected)  # what lies beyond the last of the quantiles
        yield Case("statistics.cvar", source, float(expected), ours, tolerance, "1", places=places)


def decisions() -> Iterator[Case]:
    """Three rules, three winners: the table of a decision nobody can make by arithmetic alone."""
    means = pd.DataFrame(
        {"mild": [10, 20, 35], "usual": [50, 30, 35], "severe": [27, 40, 35]}, index=list("ABC")
    )
    table = robustness(means, "low", enough=35)
    best = winners(table, "low")
    source = "by hand: A (10,50,27), B (20,30,40), C (35,35,35)"
    for rule, plan, known in (("mean", "A", 29), ("worst", "C", 35), ("max_regret", "B", 13)):
        ours = float(table[rule][best[rule]]) if best[rule] == plan else math.nan
        yield Case(f"statistics.rule.{rule}", source, known, ours, 1e-12, "1")
    for plan, regret in (("A", 20), ("C", 25)):
        ours = float(table["max_regret"][plan])
        yield Case("statistics.regret", source, regret, ours, 1e-12, "1", places={"plan": plan})
    kept = float(table["satisficing"]["B"])
    yield Case("statistics.satisficing", "B: 20 and 30 of 20, 30, 40", 2 / 3, kept, 1e-12, "1")


def knowledge_and_chance() -> Iterator[Case]:
    """The split of a variance on the textbook's table."""
    found = split(np.array(_RATINGS, dtype=float)).knowledge_share
    source = "Shrout and Fleiss (1979), tables 2 and 4, doi 10.1037/0033-2909.86.2.420"
    yield Case("statistics.split", source, 0.17, found.value, 0.005, "1")
    source = "McGraw and Wong (1996), doi 10.1037/1082-989X.1.1.30, on the same table"
    yield Case("statistics.split.high", source, 0.72, found.high, 0.005, "1")


SUITE: Final = (
    Check("wilks", wilks),
    Check("shares", shares),
    Check("paired", paired),
    Check("several", several),
    Check("tails", tails),
    Check("decisions", decisions),
    Check("knowledge_and_chance", knowledge_and_chance),
    *COVERAGE,
    *SELECTION,
    *QUEUES,
    *SENSITIVITY,
    *TABLES,
)
