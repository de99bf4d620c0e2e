"""When there are enough runs: stop on precision, not on patience."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.evaluation.statistics.means import by_t, too_skewed
from sim.evaluation.statistics.rules import Rules
from sim.evaluation.statistics.runs import FloatArray

#: Tukey (1977), Exploratory Data Analysis: "far out" is 3 interquartile ranges past a quartile
FAR_OUT = 3.0


@dataclass(frozen=True)
class Stop:
    """Whether to go on, and why.

    Attributes
    ----------
    enough : bool
    reason : str
        Key under ``stop.`` of the catalogue of words: ``first_runs``, ``too_wide``,
        ``tail_events``, ``precise`` or ``cap``.
    half_width, wanted : float
        Of the interval of the mean, in the figure's unit.
    next_n : int
        Runs at which to look again; the present number when there are enough.
    """

    enough: bool
    reason: str
    half_width: float
    wanted: float
    next_n: int


def stop(values: FloatArray, absolute: float, rules: Rules) -> Stop:
    """Decide on the runs so far: Law (2015), 9.4.1, with a condition for rare heavy losses.

    Enough when the half-width of the mean's interval is at most ``absolute``, or
    ``gamma / (1 + gamma)`` of the mean, gamma being `Rules.relative_precision`. While Cochran's
    rule says that rare values decide, neither counts before enough of these were seen.

    Parameters
    ----------
    values : (n,) float
        A figure, or paired differences of it.
    absolute : float
        What does not matter, in the figure's unit: its zone.
    """
    n = len(values)
    mean = by_t(values, rules.level)
    gamma = rules.relative_precision
    wanted = max(absolute, gamma / (1 + gamma) * abs(mean.value)) if n else absolute
    rare = n >= rules.first_runs and too_skewed(values)
    if n < rules.first_runs:
        reason = "first_runs"
    elif mean.half_width <= wanted and not (rare and tail_events(values) < rules.tail_events):
        reason = "precise"
    elif n >= rules.most_runs:
        reason = "cap"
    else:
        reason = "too_wide" if mean.half_width > wanted else "tail_events"
    enough = reason in {"precise", "cap"}
    later = max(n + rules.step_runs, rules.first_runs)
    next_n = n if enough else int(min(later, max(rules.most_runs, rules.first_runs)))
    return Stop(enough, reason, mean.half_width if n > 1 else math.inf, wanted, next_n)


def tail_events(values: FloatArray) -> int:
    """Return how many values are far out: heavy losses among many light ones."""
    lower, upper = np.quantile(values, [0.25, 0.75])
    reach = FAR_OUT * (upper - lower)
    return int(np.count_nonzero((values > upper + reach) | (values < lower - reach)))


def runs_to_settle(mean: float, half_width: float, n: int, zone: float) -> int:
    """Return about how many more runs settle on which side of the zone a difference lies.

    The interval narrows with the square root of the number of runs. 0 when it is settled, -1 when
    the difference lies on the edge of the zone, where no number of runs would.
    """
    room = abs(abs(mean) - zone)
    if half_width <= room:
        return 0
    if room <= 1e-3 * half_width:
        return -1
    return math.ceil(n * (half_width / room) ** 2) - n
