"""Tables that statisticians and traffic engineers keep on the shelf."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from scipy import stats

from sim.evaluation.statistics.means import bca
from sim.evaluation.statistics.quantiles import quantile
from sim.evaluation.statistics.queues import (
    load_at_loss,
    longer_than,
    mean_queue,
    mean_wait,
    mean_wait_one,
)
from sim.evaluation.statistics.runs import FloatArray
from sim.evaluation.statistics.selection import kn_eta, ocba_shares
from sim.evaluation.statistics.stocks import Store
from sim.evaluation.statistics.two_stage import dudewicz_dalal_h, rinott_h, second_stage_runs
from sim.evaluation.verification.case import Case, Check

_TRAFFIC: Final = "Erlang B traffic tables: Boucher (1992), Traffic System Design Handbook"
#: lines, share lost -> erlangs, to the digits that are printed
_LOADS: Final = {
    (1, 0.01): (0.0101, 5e-5),
    (5, 0.01): (1.361, 5e-4),
    (10, 0.01): (4.461, 5e-4),
    (15, 0.01): (8.108, 5e-4),
    (20, 0.01): (12.03, 5e-3),
    (100, 0.01): (84.06, 5e-3),
    (10, 0.02): (5.084, 5e-4),
    (20, 0.05): (15.25, 5e-3),
}
_CLINIC: Final = "Gross et al. (2008), 2.3: three doctors, six patients an hour, 20 minutes each"
_MEDIAN: Final = "Nair (1940), Sankhya 4:551-558, in Dixon and Massey (1969): 95 % of a median"
#: values -> ranks of the interval's ends
_RANKS: Final = {
    6: (1, 6),
    10: (2, 9),
    15: (4, 12),
    20: (6, 15),
    30: (10, 21),
    50: (18, 33),
    64: (24, 41),
}
_EFRON: Final = "Efron and Tibshirani (1993), An Introduction to the Bootstrap"
#: a test of spatial perception, 26 children (table 14.1)
_SPATIAL: Final = (
    *(48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6),
    *(0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41),
)
#: 15 law schools (table 3.1): admission test, grades
_LSAT: Final = (576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594)
_GPA: Final = (
    *(3.39, 3.30, 2.81, 3.03, 3.44, 3.07, 3.00, 3.43),
    *(3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96),
)


_ONE_SERVER: Final = "Pollaczek-Khinchine: load (1 + spread squared) / 2 (1 - load)"
_LAW_TABLE: Final = "Law, Simulation Modeling and Analysis, appendix of ch. 10: h1 for n0 = 20, 40"
#: plans, first runs, P* -> h1
_H1: Final = {
    (2, 20, 0.90): 1.896,
    (3, 20, 0.90): 2.342,
    (4, 20, 0.90): 2.583,
    (5, 20, 0.90): 2.747,
    (10, 20, 0.90): 3.182,
    (2, 40, 0.90): 1.852,
    (2, 20, 0.95): 2.453,
    (3, 20, 0.95): 2.872,
    (5, 20, 0.95): 3.258,
    (10, 20, 0.95): 3.679,
    (2, 40, 0.95): 2.386,
    (5, 40, 0.95): 3.150,
}
_LAW_EXAMPLE: Final = "Law, Simulation Modeling and Analysis, 10.4: five stocks, n0 = 20, P* = 0.9"
#: variances of the first 20 runs of five (s, S) rules, and the runs each needs in all
_STOCK_VARIANCES: Final = (14.52, 7.96, 9.45, 8.25, 6.20)
_STOCK_RUNS: Final = (110, 61, 72, 63, 47)
_STORES: Final = (
    "Zheng and Federgruen (1991), doi 10.1287/opre.39.4.654, table: K = 64, h = 1, p = 9"
)
#: pieces a period -> s, S, cost a period
_CHEAPEST: Final = {
    10: (6, 40, 35.022),
    15: (10, 49, 42.698),
    20: (14, 62, 49.173),
    25: (19, 56, 54.262),
    30: (23, 66, 57.819),
    35: (28, 77, 61.215),
    40: (33, 87, 64.512),
    45: (37, 97, 67.776),
    50: (42, 108, 70.975),
    55: (47, 118, 74.149),
    60: (52, 129, 77.306),
    65: (56, 75, 78.518),
    70: (62, 81, 79.037),
    75: (67, 86, 79.554),
}


def traffic() -> Iterator[Case]:
    """The loads of the traffic tables, and the worked example of the textbook."""
    for (servers, loss), (load, digit) in _LOADS.items():
        places = {"servers": servers, "percent": f"{100 * loss:g}"}
        ours = load_at_loss(servers, loss)
        yield Case("statistics.traffic", _TRAFFIC, load, ours, digit, "1", places=places)
    wait_min = 20 * mean_wait(3, 2.0)
    yield Case("statistics.clinic.queue", _CLINIC, 8 / 9, mean_queue(3, 2.0), 1e-12, "1")
    yield Case("statistics.clinic.wait", _CLINIC, 80 / 9, wait_min, 1e-9, "min")
    law = "M/M/1: rho exp(-(1 - rho) t); rho = 0.8, t = 5"
    late = 0.8 * float(np.exp(-1.0))
    yield Case("statistics.longer", law, late, longer_than(1, 0.8, 5.0), 1e-12, "1")


def medians() -> Iterator[Case]:
    """Which of the ordered values hold the median."""
    for n, ranks in _RANKS.items():
        found = quantile(np.arange(1.0, n + 1), 0.5, 0.95)
        for end, rank, ours in zip(("low", "high"), ranks, (found.low, found.high), strict=True):
            places = {"n": n}
            yield Case(f"statistics.median.{end}", _MEDIAN, rank, ours, 0, "1", places=places)


def bootstrap() -> Iterator[Case]:
    """BCa intervals of a variance and of a correlation, on the data they were explained with.

    The book's ends come from 2,000 resamples: their own error is about 3 for the variance.
    """
    found = bca([np.array(_SPATIAL, dtype=float)], np.var, 0.90)
    for name, expected, ours, tolerance in (
        ("value", 171.5, found.value, 0.05),
        ("low", 115.8, found.low, 3.0),
        ("high", 259.6, found.high, 6.0),
    ):
        source = f"{_EFRON}, tables 14.1 and 14.2"
        yield Case(f"statistics.spatial.{name}", source, expected, ours, tolerance, "1")
    ours = _correlation(np.array(_LSAT, dtype=float), np.array(_GPA))
    yield Case("statistics.law", f"{_EFRON}, table 3.1", 0.776, float(ours), 5e-4, "1")


def constants() -> Iterator[Case]:
    """What races and budgets are reckoned from, by hand."""
    law = "Kim and Nelson (2001), c = 1: ((2 x 0.05 / (k - 1))^(-2/(n0 - 1)) - 1) / 2"
    for plans, first, eta in ((2, 10, 0.334050), (5, 10, 0.634967), (10, 20, 0.302934)):
        places = {"plans": plans, "first": first}
        ours = kn_eta(plans, first)
        yield Case("statistics.kn.eta", law, eta, ours, 5e-6, "1", places=places)
    weights = np.array([2.136921, 4.0, 2.25, 0.0625])
    shares = ocba_shares(np.array([1.0, 2, 3, 5]), np.array([1.0, 4, 9, 1]), "low")
    law = "Chen et al. (2000): sqrt(4 + 5.0625/9 + 0.0625^2) : 4/1 : 9/4 : 1/16"
    for plan, expected, share in zip("ABCD", weights / weights.sum(), shares, strict=True):
        yield Case("statistics.ocba.spread", law, expected, share, 1e-6, "1", places={"plan": plan})


def _correlation(x: FloatArray, y: FloatArray, axis: int = -1) -> Any:
    """Return Pearson's correlation of rows."""
    x = x - x.mean(axis=axis, keepdims=True)
    y = y - y.mean(axis=axis, keepdims=True)
    return (x * y).sum(axis=axis) / np.sqrt((x**2).sum(axis=axis) * (y**2).sum(axis=axis))


def one_server() -> Iterator[Case]:
    """Waits before one server whose service times are alike, half as spread, exponential."""
    for load, squared, expected in ((0.5, 0, 0.5), (0.8, 0, 2.0), (0.9, 0, 4.5), (0.8, 0.5, 3.0)):
        places = {"load": load, "squared": squared}
        ours = mean_wait_one(load, squared)
        yield Case("statistics.mg1", _ONE_SERVER, expected, ours, 1e-12, "1", places=places)
    same = mean_wait(1, 0.8)
    law = "M/G/1 with exponential service is M/M/1"
    places = {"load": 0.8, "squared": 1}
    yield Case("statistics.mg1", law, same, mean_wait_one(0.8, 1.0), 1e-12, "1", places=places)


def two_stages() -> Iterator[Case]:
    """The constants of selection in two stages, and how many runs they make of a first look."""
    for (plans, first, level), known in _H1.items():
        places = {"plans": plans, "first": first, "percent": f"{100 * level:g}"}
        ours = dudewicz_dalal_h(plans, first, level=level)
        yield Case("statistics.h1", _LAW_TABLE, known, ours, 6e-4, "1", places=places)
    law = "with two plans Rinott's h is Dudewicz and Dalal's"
    yield Case("statistics.rinott", law, 2.453, rinott_h(2, 20), 6e-4, "1")
    wanted = second_stage_runs(list(_STOCK_VARIANCES), 20, 2.747, 1.0)
    for policy, (known, ours) in enumerate(zip(_STOCK_RUNS, wanted, strict=True), start=1):
        places = {"policy": policy}
        yield Case("statistics.second_stage", _LAW_EXAMPLE, known, ours, 0, "1", places=places)


def refilled_stores() -> Iterator[Case]:
    """The cheapest rule (s, S) of each store of the paper's table, and what it costs."""
    for demand, (reorder, full, cost) in _CHEAPEST.items():
        ours = Store(demand, order=64, holding=1, short=9).best()
        for name, expected, found, tolerance in (
            ("reorder", reorder, ours[0], 0.0),
            ("full", full, ours[1], 0.0),
            ("cost", cost, ours[2], 6e-4),
        ):
            key, places = f"statistics.store.{name}", {"demand": demand}
            yield Case(key, _STORES, expected, found, tolerance, "1", places=places)


def watched_stores() -> Iterator[Case]:
    """The cheapest rule (r, Q) of a textbook's store, and what other rules of it cost."""
    store = Store(demand=3.0, order=100, holding=40, short=300)  # a period: the two of an order
    book = "Snyder and Shen (2019), Fundamentals of Supply Chain Theory, example 5.8"
    r, q, cost = store.best_watched()
    for name, expected, found in (("reorder", 3, r), ("lot", 5, q), ("cost", 107.92, cost / 2)):
        key, tolerance = f"statistics.watched.{name}", 5e-3 if name == "cost" else 0.0
        yield Case(key, book, expected, found, tolerance, "1")
    whitin = "Hadley and Whitin (1963), mean backorders in closed form"
    for r, q in ((0, 1), (3, 5), (6, 12)):
        short = (_beta(r) - _beta(r + q)) / q
        held = (q + 1) / 2 + r - store.demand + short
        known = store.order * store.demand / q + store.holding * held + store.short * short
        places = {"r": r, "q": q}
        key = "statistics.watched.rule"
        yield Case(key, whitin, known, store.watched_cost(r, q), 1e-9, "1", places=places)


def _beta(level: int, mean: float = 3.0) -> float:
    """Return Hadley and Whitin's beta: the backorders of all levels above one, summed."""

    def at_least(n: int) -> float:
        return float(stats.poisson.sf(n - 1, mean))

    return (
        mean**2 / 2 * at_least(level - 1)
        - mean * level * at_least(level)
        + level * (level + 1) / 2 * at_least(level + 1)
    )


TABLES: Final = (
    Check("one_server", one_server),
    Check("two_stages", two_stages),
    Check("refilled_stores", refilled_stores),
    Check("watched_stores", watched_stores),
    Check("traffic", traffic),
    Check("medians", medians),
    Check("bootstrap", bootstrap),
    Check("constants", constants),
)
