"""A number with the range it may have."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Estimate:
    """What was found, and the interval around it.

    Attributes
    ----------
    value, low, high : float
        In the same unit; an end is infinite where the runs set no bound, all are NaN where there
        is nothing to estimate.
    level : float
        Confidence of the interval, e.g. 0.95.
    method : str
        Key under ``method.`` of the catalogue of words: ``t``, ``bca``, ``wilson`` ...
    """

    value: float
    low: float
    high: float
    level: float
    method: str

    @property
    def half_width(self) -> float:
        """Half the interval's length."""
        return (self.high - self.low) / 2

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return not math.isnan(self.value)

    def within(self, zone: float) -> bool:
        """Whether the whole interval lies within ``zone`` of 0."""
        return -zone <= self.low and self.high <= zone

    def beyond(self, zone: float) -> bool:
        """Whether the whole interval lies on one side of 0, further from it than ``zone``."""
        return self.low > zone or self.high < -zone

    def or_wider(self, other: Self, method: str) -> Estimate:
        """Return the same value with the outer ends of two intervals; NaN in either gives NaN."""
        low = other.low if math.isnan(other.low) else min(self.low, other.low)
        high = other.high if math.isnan(other.high) else max(self.high, other.high)
        return Estimate(self.value, low, high, self.level, method)

    def turned(self) -> Estimate:
        """Return the estimate of the opposite quantity: of b - a, when this is one of a - b."""
        return Estimate(-self.value, -self.high, -self.low, self.level, self.method)


def unknown_estimate(level: float, method: str) -> Estimate:
    """Return an estimate of nothing."""
    return Estimate(math.nan, math.nan, math.nan, level, method)
