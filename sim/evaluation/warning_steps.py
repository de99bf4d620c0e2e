"""The seven steps from a danger to people out of its way, for every message of a run."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Final

import numpy as np
import pandas as pd

from sim.agents.warning_clock import WarningClock
from sim.evaluation.crowd import Crowd, Flags, Times
from sim.evaluation.kpis.figure import time_reached_s
from sim.model.results import Results
from sim.world.zoning import zones_within

#: names of the steps, in order; words are ``warning_step.<name>``
STEPS: Final = tuple(field.name.removesuffix("_s") for field in fields(WarningClock))


def warning_steps(results: Results) -> pd.DataFrame:
    """Return seven rows a message: message, event, step, t_s, delay_s since the step before.

    Times are NaN where a step was not reached, and a delay is negative where a step came before the
    one that should precede it: water in homes before the warning was out, most people warned by an
    earlier message.
    """
    rows = []
    crowd = Crowd(results)
    messages = results.messages
    for name, event, zones in zip(
        messages["message"], messages["event"], messages["zones"], strict=True
    ):
        told = zones_within(results.world, np.asarray(zones))
        concerned = told[results.people["zone"].to_numpy()]
        times_s = list(asdict(_clock(results, crowd, int(event), concerned)).values())
        delays_s = np.diff(times_s, prepend=np.nan)
        rows += [(name, event, *row) for row in zip(STEPS, times_s, delays_s.tolist(), strict=True)]
    return pd.DataFrame(rows, columns=["message", "event", "step", "t_s", "delay_s"])


def _clock(results: Results, crowd: Crowd, event: int, concerned: Flags) -> WarningClock:
    """Return the clock of one message.

    The danger is there with the first report, measurement or forecast of its chain of causes; it is
    seen when a post first acts on it, and those who warn know when their own clause is triggered.
    The last three steps are reached when half of the residents concerned have reached them.
    """
    times_s = results.events["t_s"].to_numpy(dtype=float)
    kinds = results.events["kind"].to_numpy(dtype=object)
    chain = [link for link in results.chain(event) if kinds[link] != "run_started"]
    triggers = [link for link in chain if kinds[link] == "clause_triggered"]
    found = bool(triggers)
    return WarningClock(
        times_s[chain[-1]] if found else np.nan,
        times_s[triggers[-1]] if found else np.nan,
        times_s[triggers[0]] if found else np.nan,
        times_s[event],
        _half(crowd, crowd.warned_s, concerned),
        _half(crowd, crowd.left_s, concerned & crowd.left),
        _half(crowd, crowd.wet_s, concerned & crowd.flooded),
    )


def _half(crowd: Crowd, times_s: Times, rows: Flags) -> float:
    at_s = time_reached_s(times_s[rows], crowd.weight[rows], 0.5)
    return at_s if np.isfinite(at_s) else float("nan")
