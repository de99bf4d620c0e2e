"""Damage of 100,000 buildings in 1,000 fields: one strength a building, against a draw a field."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtr

from sim.hazards.earthquake_fragility import BUILDING_CURVES
from sim.kernels.earthquake import damage_states

ASSETS, SITES = 100_000, 2_500
BETA = 0.4
#: fields at a time, so that their states stay in the cache
BLOCK = 20
CLASSES = ("URMM-PC", "URML-PC", "RM1L-LC", "C1M-MC")

MEDIANS_G = np.array([BUILDING_CURVES[name].medians for name in CLASSES])
RNG = np.random.default_rng(7)
SITE = np.sort(RNG.integers(0, SITES, ASSETS)).astype(np.int32)
CLASS = RNG.integers(0, len(CLASSES), ASSETS)


def fields(n: int) -> np.ndarray:
    """Return logarithms of accelerations around 0.25 g, spread as ground motion is."""
    return (np.log(0.25) + 0.6 * RNG.standard_normal((n, SITES))).astype(np.float32)


def states_by_strength(ln_pga: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the states of some fields at a time, by one strength a building."""
    strength = RNG.standard_normal(ASSETS)
    ln_limits = np.log(MEDIANS_G)[CLASS].T + BETA * strength
    ln_limits = np.ascontiguousarray(ln_limits, np.float32)
    states = np.empty((BLOCK, ASSETS), np.uint8)
    for first in range(0, len(ln_pga), BLOCK):
        block = ln_pga[first : first + BLOCK]
        damage_states(block, SITE, ln_limits, states[: len(block)])
        yield states[: len(block)]


def states_by_draw(ln_pga: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the states of one field at a time: probabilities of exceedance, then a draw each."""
    for field in ln_pga:
        over = ndtr((field[SITE][:, None] - np.log(MEDIANS_G)[CLASS]) / BETA)
        yield (RNG.random(ASSETS)[:, None] < over).sum(axis=1, dtype=np.uint8)[None]


def cpu_s(form: Callable[[np.ndarray], Iterator[np.ndarray]], ln_pga: np.ndarray) -> float:
    """Return the CPU time of making all states, each block given up for the next."""
    start = time.process_time()
    made = sum(len(states) for states in form(ln_pga))
    assert made == len(ln_pga)
    return time.process_time() - start


def race(n: int, benchmark: Any) -> float:
    """Return the ratio of CPU time a field; the slow form runs on some of the fields."""
    drawn, few = fields(n), fields(20)
    cpu_s(states_by_strength, drawn[:2])  # compiled before the race
    fast_s = benchmark.pedantic(cpu_s, args=(states_by_strength, drawn), rounds=1) / n
    slow_s = cpu_s(states_by_draw, few) / len(few)
    benchmark.extra_info["buildings a second"] = ASSETS / fast_s
    benchmark.extra_info["ratio"] = slow_s / fast_s
    return slow_s / fast_s


def test_both_forms_agree_on_the_shares_of_states(benchmark: Any) -> None:
    drawn = fields(20)
    shares = [
        np.bincount(np.concatenate([states.reshape(-1) for states in form(drawn)]), minlength=5)
        for form in (states_by_strength, states_by_draw)
    ]
    benchmark.pedantic(cpu_s, args=(states_by_strength, drawn), rounds=1)
    assert np.abs(shares[0] - shares[1]).max() < 0.01 * drawn.shape[0] * ASSETS


def test_damage_of_400_fields_is_fifty_times_as_fast_as_drawing_each(benchmark: Any) -> None:
    assert race(400, benchmark) >= 50.0


@pytest.mark.slow
def test_damage_of_1000_fields_is_fifty_times_as_fast_as_drawing_each(benchmark: Any) -> None:
    assert race(1000, benchmark) >= 50.0
