"""Numbers that change with time, for kernels: values and exact integrals of `Series`.

Compiled without freedoms, so that the bits are those of `sim.hazards.series.Series`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import kernel
from sim.kernels.flood import F8, I8


class Courses(NamedTuple):
    """Series, one behind the other: the points of series k begin at ``first[k]``."""

    times_s: F8
    values: F8
    sums: F8  #: integral from the series' first point on
    first: I8
    steps: NDArray[np.bool_]  #: whether a value holds until the next; else linear between


@kernel
def _newest(courses: Courses, k: int, t_s: float) -> int:
    """Return which point of a series is the last at or before a time; -1 before the first."""
    low, high = courses.first[k], courses.first[k + 1]
    while low < high:
        middle = (low + high) // 2
        if courses.times_s[middle] <= t_s:
            low = middle + 1
        else:
            high = middle
    newest: int = low - 1 - courses.first[k]
    return newest


@kernel
def value_at(courses: Courses, k: int, t_s: float) -> float:
    """Return the value of a series at a time."""
    point = courses.first[k] + max(_newest(courses, k, t_s), 0)
    here: float = courses.values[point]
    if courses.steps[k] or t_s < courses.times_s[point] or point + 1 == courses.first[k + 1]:
        return here
    rise = courses.values[point + 1] - here
    slope = rise / (courses.times_s[point + 1] - courses.times_s[point])
    value: float = slope * (t_s - courses.times_s[point]) + here
    return value


@kernel
def _until(courses: Courses, k: int, t_s: float) -> float:
    """Return the integral from a series' first point to a time."""
    point = courses.first[k] + max(_newest(courses, k, t_s), 0)
    mean = courses.values[point]
    if not courses.steps[k]:
        mean = 0.5 * (mean + value_at(courses, k, t_s))
    total: float = courses.sums[point] + (t_s - courses.times_s[point]) * mean
    return total


@kernel
def integral(courses: Courses, k: int, from_s: float, to_s: float) -> float:
    """Return the exact integral of a series over a span of time."""
    return _until(courses, k, to_s) - _until(courses, k, from_s)
