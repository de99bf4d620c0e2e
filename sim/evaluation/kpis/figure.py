"""What a key figure is, and the arithmetic that all of them share."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.model.results import Results


@dataclass(frozen=True)
class Figure:
    """One key figure; its words are ``kpi.<name>`` in the catalogue.

    Attributes
    ----------
    value : float
        NaN where it cannot be judged.
    unit : str
    why : str
        Word key under ``kpi_why.`` when the value is NaN.
    """

    value: float
    unit: str
    why: str = ""

    def __post_init__(self) -> None:
        """Refuse a figure that is unknown without a reason, or known with one."""
        if math.isnan(self.value) != bool(self.why):
            raise ValueError(f"value={self.value} and why={self.why!r} contradict each other")


def unknown(unit: str, why: str) -> Figure:
    """Return a figure that cannot be judged."""
    return Figure(float("nan"), unit, why)


#: a key figure's function
Calculate = Callable[[Results], Figure]


def with_plan(unit: str) -> Callable[[Calculate], Calculate]:
    """Let a figure be calculated only for runs in which somebody acts."""

    def decorate(calculate: Calculate) -> Calculate:
        @functools.wraps(calculate)
        def figure(results: Results) -> Figure:
            return unknown(unit, "no_plan") if results.plan is None else calculate(results)

        return figure

    return decorate


def with_water(unit: str) -> Callable[[Calculate], Calculate]:
    """Let a figure be calculated only for runs with a flood, which have the water's books."""

    def decorate(calculate: Calculate) -> Calculate:
        @functools.wraps(calculate)
        def figure(results: Results) -> Figure:
            flooded = "wet_area_m2" in results.series
            return calculate(results) if flooded else unknown(unit, "no_flood")

        return figure

    return decorate


def share(part: float, whole: float, why: str = "no_case") -> Figure:
    """Return ``part / whole``; not to be judged when there is no whole."""
    return Figure(part / whole, "1") if whole else unknown("1", why)


def minutes(seconds: float, why: str = "not_reached") -> Figure:
    """Return a time in minutes; not to be judged when it is infinite or NaN."""
    return Figure(seconds / 60, "min") if math.isfinite(seconds) else unknown("min", why)


def time_reached_s(times_s: ArrayLike, weights: ArrayLike, part: float) -> float:
    """Return when a part of some people had done something; infinity when they never had.

    Parameters
    ----------
    times_s : (n,) float
        NaN or infinity for those who never did.
    weights : (n,) number
        Residents that each stands for.
    part : float
        0 < part <= 1.
    """
    times = np.asarray(times_s, dtype=float)
    times = np.where(np.isnan(times), np.inf, times)
    order = np.argsort(times, kind="stable")
    done: NDArray[np.float64] = np.cumsum(np.asarray(weights, dtype=float)[order])
    if len(done) == 0 or done[-1] <= 0:
        return math.inf
    row = int(np.searchsorted(done, part * done[-1] * (1 - 1e-12)))
    return float(times[order][row])
