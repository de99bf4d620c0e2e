"""The scorecard: every promised figure against what the run shows, or why it cannot be judged."""

from __future__ import annotations

import math

import pandas as pd

from sim.evaluation.kpis import KPIS
from sim.model.columns import SCORECARD_COLUMNS
from sim.model.results import Results
from sim.scenario.targets import Target


def scorecard(results: Results) -> pd.DataFrame:
    """Return one row a target of the scenario, in the order of its file; none without targets.

    ``verdict`` is ``met``, ``missed`` or ``not_judged``; ``why`` then is a word key under
    ``kpi_why.``. ``margin`` is how far the figure is on the right side of the promise, negative on
    the wrong one, in ``unit``.
    """
    targets = results.targets
    kpis = results.kpis.set_index("kpi")
    rows = [_row(target, kpis) for target in targets.targets] if targets is not None else []
    return pd.DataFrame(rows, columns=list(SCORECARD_COLUMNS))


def _row(target: Target, kpis: pd.DataFrame) -> tuple[object, ...]:
    value, why = _shown(target, kpis)
    verdict = "not_judged" if why else "met" if target.met_by(value) else "missed"
    return (
        target.id,
        target.title.en,
        target.title.zh,
        target.kind,
        target.kpi or "",
        math.nan if target.at_least is None else target.at_least,
        math.nan if target.at_most is None else target.at_most,
        target.unit,
        value,
        margin(target, value),
        verdict,
        why,
        target.source.section,
        target.source.text,
        target.note or "",
    )


def _shown(target: Target, kpis: pd.DataFrame) -> tuple[float, str]:
    """Return the run's figure, or NaN and why there is none."""
    if target.kind != "simulated":
        return math.nan, target.kind
    if target.kpi is None or target.kpi not in KPIS:
        return math.nan, "not_simulated"
    return float(kpis["value"][target.kpi]), str(kpis["why"][target.kpi])


def margin(target: Target, value: float) -> float:
    """Return how far a figure is on the right side of a promise; negative on the wrong one."""
    if target.at_least is not None:
        return value - target.at_least
    assert target.at_most is not None  # a target has exactly one of the two
    return target.at_most - value
