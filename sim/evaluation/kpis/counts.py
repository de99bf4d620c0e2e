"""Sums and first times over the event log, for the figures of teams."""

from __future__ import annotations

import json
import math

import pandas as pd

from sim.model.results import Results


def total(results: Results, kind: str, fact: str) -> float:
    """Return the sum of one fact over the events of a kind; those without it count nothing."""
    facts = of_kind(results, kind)["facts"].map(json.loads)
    return float(sum(one.get(fact) or 0 for one in facts))


def first_s(results: Results, *kinds: str) -> float:
    """Return when an event of some kinds first happened; NaN when never."""
    times_s = results.events.loc[results.events["kind"].isin(kinds), "t_s"]
    return float(times_s.min()) if len(times_s) else math.nan


def of_kind(results: Results, kind: str) -> pd.DataFrame:
    """Return the events of one kind."""
    return results.events[results.events["kind"] == kind]
