"""Which unknown numbers move a plan's figures, and which of them decide between two plans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sim.evaluation.ensembles.design import Design, factors_of
from sim.evaluation.ensembles.outcome import Outcome, by_disaster
from sim.evaluation.ensembles.study import StudyError
from sim.evaluation.statistics.rules import MAIN
from sim.evaluation.statistics.runs import FloatArray
from sim.evaluation.statistics.sensitivity import morris, sobol
from sim.evaluation.statistics.uncertainty import Variances, split


@dataclass(frozen=True)
class Sensitivity:
    """How one figure answers to everything that was varied.

    Attributes
    ----------
    plan : str
    less : str or None
        The plan whose figure is taken off in the same disaster; None for the figure itself.
    table : DataFrame
        One row a range; see `sim.evaluation.statistics.sensitivity` for the columns.
    variances : Variances or None
        What is not known and chance apart; None with one disaster at every point.
    """

    kpi: str
    plan: str
    less: str | None
    table: pd.DataFrame = field(repr=False)
    variances: Variances | None


@dataclass(frozen=True)
class Influences:
    """All that a sensitivity analysis found.

    Attributes
    ----------
    found : tuple of Sensitivity
        Figures that move at all, in the order of `MAIN`; differences before the plans' own.
    left_out : tuple of str
        Key figures without a value in some run.
    """

    found: tuple[Sensitivity, ...]
    left_out: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """Return everything in one table, a row a figure and range."""
        parts = [
            one.table.assign(kpi=one.kpi, plan=one.plan, less=one.less or "") for one in self.found
        ]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def sensitivities(outcome: Outcome) -> Influences:
    """Return what moves the main figures of a study that was made by a design of points."""
    design = outcome.study.design
    if design is None:
        return Influences((), ())
    found: list[Sensitivity] = []
    left_out = []
    for kpi in (one for one in MAIN if (outcome.kpis["kpi"] == one).any()):
        try:
            values = by_disaster(outcome, kpi)
        except StudyError:
            left_out.append(kpi)
            continue
        if np.isnan(values).any():
            left_out.append(kpi)
            continue
        found += _of_figure(outcome, design, kpi, values)
    return Influences(tuple(found), tuple(left_out))


def _of_figure(
    outcome: Outcome, design: Design, kpi: str, values: FloatArray
) -> Iterator[Sensitivity]:
    """Iterate over differences with the first plan, and over every plan's own figure."""
    first, *others = outcome.study.plans
    for place, plan in enumerate(others, start=1):
        yield from _one(outcome, design, kpi, (plan, first), values[:, place] - values[:, 0])
    for place, plan in enumerate(outcome.study.plans):
        yield from _one(outcome, design, kpi, (plan, None), values[:, place])


def _one(
    outcome: Outcome,
    design: Design,
    kpi: str,
    whose: tuple[str, str | None],
    values: FloatArray,
) -> Iterator[Sensitivity]:
    at_points = values.reshape(-1, design.each)
    if np.ptp(at_points.mean(axis=1)) == 0:
        return  # nothing moves it
    ranges, seed = outcome.study.ranges, outcome.study.seed
    factors = factors_of(ranges)
    if design.method == "morris":
        table = morris(factors, design.points(ranges, seed), at_points, seed)
    else:
        table = sobol(factors, at_points, seed)
    yield Sensitivity(kpi, *whose, table, split(at_points) if design.each > 1 else None)
