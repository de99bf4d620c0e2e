"""Numbers that change with time: hydrographs, levels, rain, and how many drains still work."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.kernels.flood_series import Courses


class Series:
    """A function of time that knows its exact integral.

    Parameters
    ----------
    times_s : (n,) float
        Rising. Before the first and after the last the end values hold.
    values : (n,) float
    steps : bool
        True: ``values[i]`` holds from ``times_s[i]`` on. False: linear between points.
    """

    def __init__(self, times_s: ArrayLike, values: ArrayLike, *, steps: bool = False) -> None:
        self.times_s: NDArray[np.float64] = np.atleast_1d(np.asarray(times_s, np.float64))
        self.values: NDArray[np.float64] = np.atleast_1d(np.asarray(values, np.float64))
        if self.times_s.ndim != 1 or self.times_s.shape != self.values.shape:
            raise ValueError(
                f"times {self.times_s.shape} and values {self.values.shape} differ in length"
            )
        if np.any(np.diff(self.times_s) <= 0):
            raise ValueError("times_s must rise")
        if not (np.isfinite(self.times_s).all() and np.isfinite(self.values).all()):
            raise ValueError("times and values must be finite")
        self.steps = steps
        means = self.values[:-1] if steps else 0.5 * (self.values[1:] + self.values[:-1])
        self.sums: NDArray[np.float64] = np.concatenate(
            ([0.0], np.cumsum(np.diff(self.times_s) * means))
        )
        # a few moments are asked for at a time: on lists that is faster than on arrays
        self._points: tuple[list[float], list[float], list[float]] = (
            self.times_s.tolist(),
            self.values.tolist(),
            self.sums.tolist(),
        )

    def hold(self, value: float) -> None:
        """Have one value at all times from now on: for what others set step by step."""
        self.times_s, self.values, self.sums = np.zeros(1), np.array([float(value)]), np.zeros(1)
        self._points = ([0.0], [float(value)], [0.0])

    def at(self, t_s: float) -> float:
        """Return the value at a time."""
        times, values, _ = self._points
        k = bisect_right(times, t_s) - 1
        if self.steps or k < 0 or k + 1 == len(times):
            return values[max(k, 0)]
        slope = (values[k + 1] - values[k]) / (times[k + 1] - times[k])
        return slope * (t_s - times[k]) + values[k]

    def integral(self, from_s: float, to_s: float) -> float:
        """Return the exact integral over a span of time."""
        return self._until(to_s) - self._until(from_s)

    def _until(self, t_s: float) -> float:
        """Return the integral from the first point to a time."""
        times, values, sums = self._points
        k = max(bisect_right(times, t_s) - 1, 0)
        mean = values[k] if self.steps else 0.5 * (values[k] + self.at(t_s))
        return sums[k] + (t_s - times[k]) * mean

    def mean(self, from_s: float, to_s: float) -> float:
        """Return the mean over a span of time; the value itself over none."""
        if to_s <= from_s:
            return self.at(from_s)
        return self.integral(from_s, to_s) / (to_s - from_s)


def courses_of(series: Sequence[Series]) -> Courses:
    """Return series as kernels read them."""
    first: NDArray[np.int64] = np.cumsum([0, *(len(one.times_s) for one in series)])
    return Courses(
        np.concatenate([one.times_s for one in series]),
        np.concatenate([one.values for one in series]),
        np.concatenate([one.sums for one in series]),
        first,
        np.array([one.steps for one in series]),
    )
