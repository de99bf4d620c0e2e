"""The mean of a simulated sequence and how well it is known, from means of consecutive batches."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def mean_and_error(sample: NDArray[np.float64], batches: int) -> tuple[float, float]:
    """Return the mean of a sequence and its standard error by the method of batch means.

    What is left over at the end is not counted. Law (2015), Simulation Modeling and Analysis, 9.5.
    """
    means = sample[: len(sample) // batches * batches].reshape(batches, -1).mean(axis=1)
    return float(means.mean()), float(means.std(ddof=1) / math.sqrt(batches))
