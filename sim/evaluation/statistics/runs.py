"""The tidy table of runs that all statistics start from, and the pairs in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.errors import SimError, choices, did_you_mean
from sim.core.words import said

#: one row a run and key figure; ``value`` counts only where ``state`` is ``ok``
COLUMNS: Final = ("scenario", "plan", "replication", "kpi", "value", "unit", "state")

#: a figure; not reached when the run ended; the run broke down; does not apply to this run; the
#: plan did not meet this disaster, because it was out of the race
STATES: Final = ("ok", "unfinished", "failed", "not_judged", "not_run")
_OK, _UNFINISHED, _FAILED, _NOT_JUDGED = range(4)

#: reasons (``kpi_why.``) for a missing figure that mean: it would have come later
UNFINISHED_WHY: Final = frozenset({"not_reached", "relief_unfinished"})

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


class UnknownRunError(SimError):
    """A plan or key figure is asked for that no run has."""


def state_of(why: str) -> str:
    """Return the state of a figure from the reason why it has no value; empty when it has one."""
    if not why:
        return "ok"
    return "unfinished" if why in UNFINISHED_WHY else "not_judged"


@dataclass(frozen=True)
class Matched:
    """Two plans' figures in the same disasters, row by row.

    Attributes
    ----------
    kpi, unit, plan_a, plan_b : str
    a, b : (n,) float
        NaN unless the state is ``ok``.
    state_a, state_b : (n,) int
        Index into `STATES`; a run that is not in the table has failed.
    """

    kpi: str
    unit: str
    plan_a: str
    plan_b: str
    a: FloatArray
    b: FloatArray
    state_a: NDArray[np.int_]
    state_b: NDArray[np.int_]

    @property
    def failed(self) -> BoolArray:
        """Disasters in which one of the runs broke down."""
        failed: BoolArray = (self.state_a == _FAILED) | (self.state_b == _FAILED)
        return failed

    @property
    def n_failed(self) -> tuple[int, int]:
        """Runs of ``a`` and of ``b`` that broke down."""
        return int((self.state_a == _FAILED).sum()), int((self.state_b == _FAILED).sum())

    @property
    def not_judged(self) -> BoolArray:
        """Disasters in which the figure does not apply to one of the plans."""
        without: BoolArray = (self.state_a == _NOT_JUDGED) | (self.state_b == _NOT_JUDGED)
        return without & ~self.failed

    @property
    def unfinished(self) -> tuple[BoolArray, BoolArray]:
        """Runs of ``a`` and of ``b`` that ended before the figure was reached."""
        return self.state_a == _UNFINISHED, self.state_b == _UNFINISHED


def matched(runs: pd.DataFrame, kpi: str, plan_a: str, plan_b: str) -> Matched:
    """Return two plans' figures in the same disasters, sorted by scenario and replication.

    Raises
    ------
    UnknownRunError
        When the table has no such key figure or plan.
    """
    _among(kpi, runs["kpi"], "statistics.unknown_kpi")
    rows = runs[runs["kpi"] == kpi]
    sides = [_of_plan(rows, plan) for plan in (plan_a, plan_b)]
    both = sides[0].add_suffix("_a").join(sides[1].add_suffix("_b"), how="outer").sort_index()
    both = both[(both["state_a"] != "not_run") & (both["state_b"] != "not_run")]
    states = [
        both[f"state_{side}"].fillna("failed").map(STATES.index).to_numpy(np.int_) for side in "ab"
    ]
    a, b = (
        np.where(state == _OK, both[f"value_{side}"].to_numpy(float), np.nan)
        for side, state in zip("ab", states, strict=True)
    )
    unit = str(rows["unit"].iloc[0])
    return Matched(kpi, unit, plan_a, plan_b, a, b, states[0], states[1])


def of_plan(runs: pd.DataFrame, kpi: str, plan: str) -> FloatArray:
    """Return one plan's values of a key figure, those that there are, in the table's sorted order.

    A run that had not finished counts as positive infinity, which keeps its rank among times.
    """
    one = matched(runs, kpi, plan, plan)
    values = np.where(one.unfinished[0], np.inf, one.a)
    return values[~np.isnan(values)]


def _of_plan(rows: pd.DataFrame, plan: str) -> pd.DataFrame:
    _among(plan, rows["plan"], "statistics.unknown_plan")
    chosen = rows.loc[rows["plan"] == plan, ["scenario", "replication", "value", "state"]]
    found = chosen.set_index(["scenario", "replication"])
    if not found.index.is_unique:
        twice = found.index[found.index.duplicated()][0]
        raise ValueError(f"plan {plan!r} has run {twice} twice")
    return found


def _among(name: str, column: pd.Series[str], key: str) -> None:
    if (column == name).any():
        return
    known = sorted(set(column))
    guess = did_you_mean(name, known)
    raise UnknownRunError(said(key, found=name, allowed=choices(known), guess=guess))
