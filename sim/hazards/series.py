"""Numbers that change with time: hydrographs, levels, rain, and how many drains still work."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


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
        self._sums = np.concatenate(([0.0], np.cumsum(np.diff(self.times_s) * means)))

    def hold(self, value: float) -> None:
        """Have one value at all times from now on: for what others set step by step."""
        self.times_s, self.values = np.zeros(1), np.array([float(value)])
        self._sums = np.zeros(1)

    def at(self, t_s: float) -> float:
        """Return the value at a time."""
        if self.steps:
            k = int(np.searchsorted(self.times_s, t_s, side="right")) - 1
            return float(self.values[max(k, 0)])
        return float(np.interp(t_s, self.times_s, self.values))

    def integral(self, from_s: float, to_s: float) -> float:
        """Return the exact integral over a span of time."""
        return float(self.integrals(np.array([from_s, to_s]))[0])

    def integrals(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the exact integrals from each time to the next."""
        k = np.searchsorted(self.times_s, times_s, side="right") - 1
        i = np.maximum(k, 0)
        since_s = times_s - self.times_s[i]
        mean = self.values[i]
        if not self.steps:
            mean = 0.5 * (mean + np.interp(times_s, self.times_s, self.values))
        return np.diff(self._sums[i] + since_s * mean)

    def mean(self, from_s: float, to_s: float) -> float:
        """Return the mean over a span of time; the value itself over none."""
        if to_s <= from_s:
            return self.at(from_s)
        return self.integral(from_s, to_s) / (to_s - from_s)

    def means(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the means from each time to the next, which is later."""
        means: NDArray[np.float64] = self.integrals(times_s) / np.diff(times_s)
        return means
