"""Where the time of a clause went, and what held it up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from sim.core.units import as_text
from sim.core.words import say
from sim.evaluation.crowd import Crowd
from sim.model.results import Results
from sim.response.ledger import STAGES

#: stage that ends a wait -> what was waited for, a word key under ``spent.``
WAITS: Final = {
    "taken_up": "post_busy",
    "decided": "decision",
    "started": "order",
    "done": "work",
}


def spent(results: Results, row: pd.Series) -> dict[str, float]:
    """Return where the time of a clause went, s; waits of no length are left out.

    Keys: ``told`` (from the event that shows the condition until its post knew) and the values of
    `WAITS`. A wait that had not ended counts to the moment the clause was given up, or to the end
    of the run.
    """
    found: dict[str, float] = {}
    before_s = float(row["triggered_s"])
    if not np.isnan(before_s):
        evidence = _origin(results, int(results.events["cause"].iloc[int(row["triggered_event"])]))
        if evidence > 0:  # event 0 is the start of the run: a matter of the clock, told at once
            found["told"] = before_s - float(results.events["t_s"].iloc[evidence])
    for stage in STAGES[1:]:
        if np.isnan(before_s):
            break
        at_s = float(row[f"{stage}_s"])
        until_s = _ended_s(results, row) if np.isnan(at_s) else at_s
        found[WAITS[stage]] = until_s - before_s
        before_s = at_s
    return {name: wait_s for name, wait_s in found.items() if wait_s > 0}


def _origin(results: Results, event: int) -> int:
    """Return what news is about: the first event behind it that is no news itself."""
    while event >= 0 and results.events["kind"].iloc[event] == "news_received":
        event = int(results.events["cause"].iloc[event])
    return event


def _ended_s(results: Results, row: pd.Series) -> float:
    """Return when a clause that was never done came to its end."""
    events = results.events
    given_up = (events["kind"] == "clause_failed") & (events["who"] == row["clause"])
    times_s = events.loc[given_up & (events["t_s"] >= row["triggered_s"]), "t_s"]
    return float(times_s.min() if len(times_s) else results.manifest["duration_s"])


def spent_text(spent_s: Mapping[str, float], lang: str) -> str:
    """Return ``deciding 22 min, carrying it out 1 h 10 min``."""
    parts = [
        say(f"spent.{name}", lang, time=as_text(wait_s, lang)) for name, wait_s in spent_s.items()
    ]
    return say("list.comma", lang).join(parts) or say("spent.none", lang)


def hindrance(results: Results, row: pd.Series) -> str:
    """Return what held a clause up: a word key under ``hindrance.``.

    The ledger knows; only of a relocation that took long it does not know what people were at.
    """
    if row["action"] == "relocate_zone" and row["held_up_by"] == "work":
        return _relocation_hindrance(results, row)
    return str(row["held_up_by"])


def _relocation_hindrance(results: Results, row: pd.Series) -> str:
    """Return what kept most of those who were still at home at the deadline.

    Who stayed by choice is not waited for. Whom the order found after the deadline had heard some
    warning before and not left for it. When all others had left by then, it was the work.
    """
    crowd, deadline_s = Crowd(results), float(row["deadline_s"])
    under = crowd.under_order_of(str(row["clause"])) & ~crowd.fates["stayed"]
    still_home = under & ~(crowd.left_s <= deadline_s)
    unaware = still_home & ~(crowd.warned_s <= deadline_s)
    held = still_home & ~unaware & crowd.fates["could_not"]
    aware = still_home & ~unaware & ~held
    asked_late = aware & (crowd.decided_s > deadline_s)
    numbers = {
        "people_left_late": crowd.count(aware & ~asked_late),
        "asked_late": crowd.count(asked_late),
        "not_reached": crowd.count(unaware),
        "people_held": crowd.count(held),
    }
    largest = max(numbers, key=lambda name: numbers[name])
    return largest if numbers[largest] else "work"
