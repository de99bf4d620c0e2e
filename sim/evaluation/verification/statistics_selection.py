"""Which is best: the procedures on laws with a known best, and a comparison from end to end."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from sim.core.rng import Streams
from sim.evaluation.statistics.compare import compare
from sim.evaluation.statistics.rules import Aim
from sim.evaluation.statistics.runs import COLUMNS, FloatArray
from sim.evaluation.statistics.selection import kn_race, ocba_next, ocba_shares
from sim.evaluation.verification.case import Case, Check
from sim.evaluation.verification.inventory import KNOWN_COSTS, SOURCE, monthly_costs

_APART: Final = "Monte Carlo made apart, 4,000 trials"
_APART_TRIALS: Final = 4000
_N0: Final = 10
#: plans, correlation, first runs -> mean number of runs of all plans together; None where not known
_KN_RUNS: Final = {
    (2, 0.0, 10): None,
    (5, 0.5, 10): None,
    (10, 0.0, 10): 983,
    (10, 0.5, 10): 497,
    (10, 0.8, 10): 210,
    (5, 0.8, 20): None,
}
_KN: Final = "Kim and Nelson (2001), doi 10.1145/502109.502111: at most 5 %"
#: budget of runs -> share of correct selections, and with equal shares
_OCBA: Final = {400: (0.891, 0.745), 1000: (0.987, 0.875), 2000: (0.999, 0.950)}


def kn() -> Iterator[Case]:
    """The least favourable means: how often the best is lost, and what it costs."""
    trials = 1000
    for (plans, correlation, first), known in _KN_RUNS.items():
        races = [_kn_trial(trial, plans, correlation, first) for trial in range(trials)]
        wrong = float(np.mean([best != 0 for best, _ in races]))
        places = {"plans": plans, "correlation": correlation, "first": first}
        tolerance = 0.05 + 2 * math.sqrt(0.05 * 0.95 / trials)
        yield Case("statistics.kn.wrong", _KN, 0, wrong, tolerance, "1", places=places)
        if known is not None:
            runs = np.array([total for _, total in races], dtype=float)
            error = float(runs.std() * math.sqrt(1 / trials + 1 / _APART_TRIALS))
            ours = float(runs.mean())
            yield Case("statistics.kn.runs", _APART, known, ours, 3 * error, "1", places=places)


def ocba() -> Iterator[Case]:
    """The shares of a worked example, and the best of ten found within a budget."""
    shares = ocba_shares(np.array([1.0, 2.0, 3.0]), np.ones(3), "low")
    weights = np.array([math.sqrt(1 + 1 / 16), 1, 1 / 4])
    law = "Chen et al. (2000), doi 10.1023/A:1008349927281: sqrt(1 + 1/16) : 1 : 1/4"
    for plan, expected, ours in zip("ABC", weights / weights.sum(), shares, strict=True):
        yield Case("statistics.ocba.share", law, expected, ours, 1e-9, "1", places={"plan": plan})


def ocba_budget() -> Iterator[Case]:
    """Ten plans with means 0..9 and a spread of 6: the budget shared out, and in equal parts."""
    trials = 800
    hits = {budget: np.zeros(2) for budget in _OCBA}
    for trial in range(trials):
        luck = Streams(6).page("ocba", trial, 10 * max(_OCBA)).reshape(10, -1)
        values = stats.norm.ppf(luck) * 6 + np.arange(10)[:, None]
        for budget, found in _ocba_trial(values).items():
            equal = int(np.argmin(values[:, : budget // 10].mean(axis=1)))
            hits[budget] += [found == 0, equal == 0]
    for budget, known in _OCBA.items():
        for name, expected, hit in zip(("ocba", "equal"), known, hits[budget], strict=True):
            tolerance = 3 * math.sqrt(expected * (1 - expected) * (1 / trials + 1 / _APART_TRIALS))
            ours, places = float(hit / trials), {"budget": budget}
            yield Case(
                f"statistics.{name}.right", _APART, expected, ours, tolerance, "1", places=places
            )


def inventory() -> Iterator[Case]:
    """Nine policies of a store: their costs, the best of them, and two compared from end to end."""
    policies, n = list(KNOWN_COSTS), 1000
    costs = monthly_costs(policies, n, seed=3)
    for policy, ours, spread in zip(policies, costs.mean(axis=0), costs.std(axis=0), strict=True):
        tolerance = 3 * math.hypot(spread / math.sqrt(n), 0.06 / 1.96)
        places = {"s": policy[0], "full": policy[1]}
        expected = KNOWN_COSTS[policy]
        yield Case(
            "statistics.inventory.cost",
            SOURCE,
            expected,
            float(ours),
            tolerance,
            "1",
            places=places,
        )
    race = kn_race(costs, 1.0, "low", first_runs=20)
    best = policies.index((20, 60))
    yield Case("statistics.inventory.best", SOURCE, best, race.best, 0, "1")
    yield Case("statistics.inventory.decided", SOURCE, 1, float(race.decided), 0, "1")
    one, other = policies.index((20, 40)), policies.index((20, 80))
    paired = costs[:, one] - costs[:, other]
    gain = float((costs[:, one].var() + costs[:, other].var()) / paired.var())
    source = "Monte Carlo made apart: variance 6.7 and 7.4 times smaller"
    yield Case("statistics.inventory.paired", source, 7.05, gain, 1.0, "1")
    found = compare(_tidy(costs[:100, [best, other]]), "cost", "S60", "S80", aimed_at=Aim("low", 1))
    expected = KNOWN_COSTS[20, 60] - KNOWN_COSTS[20, 80]
    width = found.difference.half_width
    yield Case(
        "statistics.inventory.difference", SOURCE, expected, found.difference.value, width, "1"
    )
    won = float(found.verdict.key == "better" and found.verdict.winner == "S60")
    yield Case("statistics.inventory.verdict", SOURCE, 1, won, 0, "1")


def _kn_trial(trial: int, plans: int, correlation: float, first: int) -> tuple[int, int]:
    """Return which plan wins and the runs it took; plan 0 is best, by as much as matters."""
    n, zone = 150, 1 / math.sqrt(first)
    while True:
        luck = Streams(5).page(f"kn.{plans}.{correlation}", trial, n * (plans + 1))
        normal = stats.norm.ppf(luck).reshape(n, plans + 1)
        shared, own = normal[:, :1], normal[:, 1:]
        values = math.sqrt(correlation) * shared + math.sqrt(1 - correlation) * own
        values[:, 0] += zone
        race = kn_race(values, zone, "high", first_runs=first)
        if race.decided:
            return race.best, int(race.runs.sum())
        n *= 2


def _ocba_trial(values: FloatArray) -> dict[int, int]:
    """Return which plan looks best at each budget, 20 runs at a time; low is good."""
    count = np.full(len(values), _N0)
    sums, squares = values[:, :_N0].sum(axis=1), (values[:, :_N0] ** 2).sum(axis=1)
    found = {}
    while count.sum() <= max(_OCBA):
        means = sums / count
        if int(count.sum()) in _OCBA:
            found[int(count.sum())] = int(np.argmin(means))
        variances = (squares - count * means**2) / (count - 1)
        for plan, more in enumerate(ocba_next(means, variances, count, 20, "low").tolist()):
            new = values[plan, count[plan] : count[plan] + more]
            sums[plan] += new.sum()
            squares[plan] += (new**2).sum()
            count[plan] += more
    return found


def _tidy(costs: FloatArray) -> pd.DataFrame:
    rows = [
        ("law", plan, replication, "cost", cost, "1", "ok")
        for plan, column in zip(("S60", "S80"), costs.T, strict=True)
        for replication, cost in enumerate(column.tolist())
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


SELECTION: Final = (
    Check("kn", kn, quick=False),
    Check("ocba", ocba),
    Check("ocba_budget", ocba_budget, quick=False),
    Check("inventory", inventory),
)
