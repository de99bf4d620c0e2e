"""The timeline of a run in words: rare events each, frequent ones gathered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from sim.core.words import say
from sim.evaluation.naming import Names, clock, event_text, fact_text, paragraph
from sim.evaluation.story import story, water_sentences

if TYPE_CHECKING:
    from sim.model.results import Results

#: kinds with more events than this are gathered, over this share of the run
_FREQUENT: Final = 8
_GATHERED_SHARE: Final = 1 / 8
#: facts that gathered events add up
_COUNTED: Final = ("buildings", "people")


@dataclass(frozen=True)
class Line:
    """One row of the timeline, in words."""

    clock: str
    what: str
    why: str


def timeline(run: Results, lang: str) -> list[Line]:
    """Return the course of events: rare ones each, frequent ones gathered over an eighth of it."""
    names = Names(run, lang)
    events = run.events
    counts = events["kind"].map(events["kind"].value_counts())
    window = (events["t_s"] // (run.manifest["duration_s"] * _GATHERED_SHARE)).astype(int)
    group = np.where(
        counts > _FREQUENT, events["kind"] + "/" + window.astype(str), events["id"].astype(str)
    )
    return [
        _line(run, part, names, lang)
        for _, part in events.groupby(group, sort=False, observed=True)
    ]


def _line(run: Results, part: pd.DataFrame, names: Names, lang: str) -> Line:
    first = part.iloc[0]
    if len(part) == 1:
        what = event_text(first["kind"], first["who"], names, lang, first["facts"])
    else:
        what = _gathered(part, names, lang)
    return Line(clock(run, float(first["t_s"]), lang), what, _because(run, first, names, lang))


def _gathered(part: pd.DataFrame, names: Names, lang: str) -> str:
    """Return the first of many events with their number, or with the sum of what they count."""
    first, last_s = part.iloc[0], float(part["t_s"].iloc[-1])
    what = event_text(first["kind"], first["who"], names, lang)
    until = clock(names.run, last_s, lang)
    facts = [json.loads(text) for text in part["facts"]]
    for counted in _COUNTED:
        if all(counted in fact for fact in facts):
            total = fact_text(counted, sum(fact[counted] for fact in facts), names, lang)
            return say("timeline.sum", lang, what=what, sum=total, clock=until)
    return say("timeline.more", lang, what=what, n=f"{len(part) - 1:,}", clock=until)


def _because(run: Results, event: pd.Series, names: Names, lang: str) -> str:
    if event["cause"] < 0:
        return ""
    cause = run.events.iloc[int(event["cause"])]
    return say(
        "timeline.because",
        lang,
        what=event_text(cause["kind"], cause["who"], names, lang),
        clock=clock(run, float(cause["t_s"]), lang),
    )


def summary(run: Results, lang: str) -> str:
    """Return a run in one paragraph: the water, and what people did when it has a plan."""
    if run.manifest.get("plan"):
        return story(run, lang)
    return paragraph(water_sentences(run, lang), lang)
