"""Several plans at once: how sure each single comparison must be so that all hold together."""

from __future__ import annotations

import numpy as np

from sim.evaluation.statistics.asked import between_0_and_1
from sim.evaluation.statistics.runs import FloatArray


def holm(p_values: FloatArray) -> FloatArray:
    """Return p-values adjusted so that any one wrong rejection has the probability stated.

    Holm (1979), A simple sequentially rejective multiple test procedure, Scand. J. Stat. 6:65-70.

    Raises
    ------
    ValueError
        When a p-value is not 0 to 1.
    """
    _check(p_values)
    order = np.argsort(p_values, kind="stable")
    raised = p_values[order] * np.arange(len(p_values), 0, -1)
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(np.maximum.accumulate(raised), 1)
    return adjusted


def holm_levels(p_values: FloatArray, level: float) -> FloatArray:
    """Return the confidence level for each comparison's own interval.

    An interval at its level excludes 0 exactly where Holm's procedure rejects at ``1 - level``:
    the surest comparison is held to the strictest level, and from the first that fails on all
    share that one's level.

    Raises
    ------
    ValueError
        When a p-value is not 0 to 1, or ``level`` not between 0 and 1.
    """
    _check(p_values)
    between_0_and_1(level=level)
    alpha = 1 - level
    order = np.argsort(p_values, kind="stable")
    steps = alpha / np.arange(len(p_values), 0, -1)
    kept = np.flatnonzero(p_values[order] > steps)
    if len(kept):
        steps[kept[0] :] = steps[kept[0]]
    levels = np.empty(len(p_values))
    levels[order] = 1 - steps
    return levels


def _check(p_values: FloatArray) -> None:
    outside = ~((p_values >= 0) & (p_values <= 1))
    if outside.any():
        raise ValueError(f"p-values must be 0 to 1; found {p_values[outside][0]}")
