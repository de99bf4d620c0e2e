"""Local time as people say it: 18:30, and 06:30 of the next day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sim.core.words import say

if TYPE_CHECKING:
    from sim.model.results import Results


def clock(run: Results, t_s: float, lang: str) -> str:
    """Return ``18:30``, from the first midnight on with the day: ``day 2, 06:30``."""
    moment = run.start + timedelta(seconds=t_s)
    day = 1 + (moment.date() - run.start.date()).days
    text = f"{moment:%H:%M}"
    return say("clock.later", lang, day=day, clock=text) if day > 1 else text
