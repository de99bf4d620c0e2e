"""What makes no sense is refused with argument, value and rule."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from sim.evaluation.statistics.equivalence import tost
from sim.evaluation.statistics.means import bca, by_bca, by_t
from sim.evaluation.statistics.multiple import holm, holm_levels
from sim.evaluation.statistics.quantiles import quantile, runs_to_bound
from sim.evaluation.statistics.queues import (
    erlang_b,
    erlang_c,
    load_at_loss,
    longer_than,
    mean_queue,
)
from sim.evaluation.statistics.selection import kn_eta, kn_race, ocba_shares
from sim.evaluation.statistics.shares import exact, wilson
from sim.evaluation.statistics.tails import tail_mean

SOME = np.arange(20.0)
GAP = np.array([1.0, math.nan, 3.0])


@pytest.mark.parametrize(
    ("ask", "rule"),
    [
        (lambda: wilson(5, 4, 0.95), "count=5"),
        (lambda: exact(-1, 4, 0.95), "count=-1"),
        (lambda: wilson(1, 4, 95), "level=95"),
        (lambda: by_t(SOME, 1.0), "level=1.0"),
        (lambda: by_bca(SOME, 0.0), "level=0.0"),
        (lambda: quantile(SOME, 95, 0.95), "part=95"),
        (lambda: quantile(GAP, 0.5, 0.95), "1 of 3 are NaN"),
        (lambda: runs_to_bound(1.0, 0.95), "part=1.0"),
        (lambda: runs_to_bound(0.95, 0.95, rank=0), "rank=0"),
        (lambda: tail_mean(SOME, 0.0, "low"), "share=0.0"),
        (lambda: tail_mean(GAP, 0.5, "low"), "NaN"),
        (lambda: holm(np.array([0.1, 1.2])), "found 1.2"),
        (lambda: holm_levels(np.array([0.1, 0.2]), 5.0), "level=5.0"),
        (lambda: tost(SOME, 0.0), "zone=0.0"),
        (lambda: tost(SOME[:1], 1.0), "1 differences"),
        (lambda: kn_race(SOME.reshape(10, 2), 0.0, "low"), "zone=0.0"),
        (lambda: kn_race(SOME.reshape(10, 2), 1.0, "low", level=95), "level=95"),
        (lambda: kn_eta(1, 10), "plans=1"),
        (lambda: ocba_shares(np.array([1.0, 2.0]), np.array([1.0, 0.0]), "low"), "variances"),
        (lambda: erlang_b(0, 1.0), "servers=0"),
        (lambda: erlang_c(2, 2.0), "never ends"),
        (lambda: mean_queue(2, -1.0), "erlangs=-1.0"),
        (lambda: load_at_loss(3, 1.0), "loss=1.0"),
    ],
)
def test_what_makes_no_sense_is_refused(ask: Callable[[], object], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        ask()


def test_the_load_of_a_traffic_table_gives_back_its_loss() -> None:
    assert erlang_b(100, load_at_loss(100, 0.001)) == pytest.approx(0.001, abs=1e-12)


def test_nobody_waits_longer_than_nothing_more_often_than_anybody_waits() -> None:
    assert longer_than(3, 2.0, 0.0) == erlang_c(3, 2.0)


def test_a_statistic_of_pairs_is_resampled_pair_by_pair() -> None:
    found = bca([SOME, SOME], lambda x, y, axis: (x - y).mean(axis=axis) + x.mean(axis=axis), 0.95)
    alone = by_bca(SOME, 0.95)
    assert (found.low, found.high) == (alone.low, alone.high)
