"""A plan in many scenarios: worst case, regret, and in which share of them it is enough."""

from __future__ import annotations

import pandas as pd

from sim.evaluation.statistics.comparison import Better


def robustness(means: pd.DataFrame, better: Better, *, enough: float | None = None) -> pd.DataFrame:
    """Return one row a plan: mean, worst, max_regret, satisficing.

    Regret is how much worse a plan is than the best plan of the same scenario (Savage 1951,
    doi 10.1080/01621459.1951.10500768). The three first columns can name three different winners:
    which of them counts is a choice of those who decide.

    Parameters
    ----------
    means : DataFrame
        A row a plan, a column a scenario, without gaps.
    enough : float, optional
        The figure promised; ``satisficing`` is the share of scenarios in which it is kept, NaN
        without it.

    Raises
    ------
    ValueError
        When a plan has no figure in a scenario.
    """
    lost = regret(means, better)
    low = better == "low"
    kept = means <= enough if low and enough is not None else means >= (enough or 0.0)
    return pd.DataFrame(
        {
            "mean": means.mean(axis=1),
            "worst": means.max(axis=1) if low else means.min(axis=1),
            "max_regret": lost.max(axis=1),
            "satisficing": kept.mean(axis=1) if enough is not None else float("nan"),
        }
    )


def regret(means: pd.DataFrame, better: Better) -> pd.DataFrame:
    """Return how much worse each plan is than the best one of the same scenario; all >= 0."""
    if means.isna().any(axis=None):
        raise ValueError("a plan has no figure in a scenario: regret needs all of them")
    if better == "low":
        return means - means.min(axis=0)
    return means.max(axis=0) - means


def winners(table: pd.DataFrame, better: Better) -> dict[str, str]:
    """Return the best plan by each column of `robustness`; the first of equals."""
    low = {"mean": better == "low", "worst": better == "low", "max_regret": True}
    found = {
        rule: table[rule].idxmin() if is_low else table[rule].idxmax()
        for rule, is_low in low.items()
    }
    if table["satisficing"].notna().all():
        found["satisficing"] = table["satisficing"].idxmax()
    return {rule: str(plan) for rule, plan in found.items()}


def scenario_means(runs: pd.DataFrame, kpi: str) -> pd.DataFrame:
    """Return the mean of a key figure by plan (rows) and scenario (columns), from the tidy table.

    A cell is NaN when one of its runs has no value: an average of the others would flatter.
    """
    rows = runs[(runs["kpi"] == kpi) & (runs["state"] != "not_run")]
    values = rows["value"].where(rows["state"] == "ok")
    keys = [rows["plan"], rows["scenario"]]
    complete = values.notna().groupby(keys).all()
    return values.groupby(keys).mean().where(complete).unstack("scenario")
