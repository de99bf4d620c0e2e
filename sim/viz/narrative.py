"""The timeline of a run in words: rare events each, frequent ones gathered, clauses folded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from sim.core.words import say
from sim.evaluation.failure import clause_title
from sim.evaluation.naming import Names, clock, event_text, fact_text, paragraph
from sim.evaluation.story import people_sentences, water_sentences
from sim.viz.report_plan import anchor

if TYPE_CHECKING:
    from sim.model.results import Results

#: kinds with more events than the first number are gathered over the second, a share of the run
_GATHERED: Final = (8, 1 / 8)
#: the same for runs with a plan: the first of these that leaves few enough rows
_GATHERED_WITH_PLAN: Final = (_GATHERED, (4, 1 / 4), (3, 1 / 2), (2, 1), (1, 1))
_MOST_ROWS: Final = 25
#: kinds that a clause's row tells, and news that only posts read
_FOLDED: Final = (
    *(f"clause_{stage}" for stage in ("triggered", "taken_up", "decided", "done", "overtaken")),
    "order_given",
    "post_notified",
    "report_received",
    "news_received",
    "news_repeated",
    "rain_measured",
    "depth_measured",
    "forecast_issued",
)
#: facts that gathered events add up
_COUNTED: Final = (("buildings",), ("people",), ("dead", "severe", "light"))
#: what clauses bring about, left out as well when there would be too many rows
_DEEDS: Final = (
    *("level_set", "warning_issued", "relocation_ordered", "shelter_opened"),
    *("team_sent", "team_arrived", "bus_sent", "bus_unloaded", "people_fetched"),
    *("pump_started", "pump_stopped", "road_barred", "road_unbarred"),
)


@dataclass(frozen=True)
class Line:
    """One row of the timeline, in words; ``link`` is the id of the clause's row on the page."""

    clock: str
    what: str
    why: str
    link: str = ""


def timeline(run: Results, lang: str) -> list[Line]:
    """Return the course of events; with a plan at most about 25 rows, one a clause."""
    names = Names(run, lang)
    if not run.manifest.get("plan"):
        return [line for _, line in _events(run, _gather(run, run.events, _GATHERED), names)]
    clauses = list(_clauses(run, names))
    for folded, gathered in product((_FOLDED, _FOLDED + _DEEDS), _GATHERED_WITH_PLAN):
        told = run.events[~run.events["kind"].isin(folded)]
        parts = _gather(run, told, gathered)
        if len(parts) + len(clauses) <= _MOST_ROWS:
            break
    lines = _events(run, parts, names) + clauses
    return [line for _, line in sorted(lines, key=lambda timed: timed[0])]


def _gather(
    run: Results, events: pd.DataFrame, gathered: tuple[float, float]
) -> list[pd.DataFrame]:
    """Return events by row: kinds with many of them gathered over a share of the run."""
    many, share = gathered
    counts = events["kind"].map(events["kind"].value_counts())
    window = (events["t_s"] // (run.manifest["duration_s"] * share)).astype(int)
    group = np.where(
        counts > many, events["kind"] + "/" + window.astype(str), events["id"].astype(str)
    )
    return [part for _, part in events.groupby(group, sort=False, observed=True)]


def _events(run: Results, parts: list[pd.DataFrame], names: Names) -> list[tuple[float, Line]]:
    """Return rows with their times."""
    return [(float(part["t_s"].iloc[0]), _line(run, part, names, names.lang)) for part in parts]


def _clauses(run: Results, names: Names) -> Iterator[tuple[float, Line]]:
    """Yield a row a clause that was triggered, with its time: its stages and what became of it."""
    lang, tried = names.lang, run.clauses[run.clauses["triggered_s"].notna()]
    for clause, rounds in tried.groupby("clause", sort=False):
        row = rounds.sort_values("triggered_s", kind="stable").iloc[0]
        steps = [
            say(
                "timeline.step",
                lang,
                stage=say(f"ledger_row.{stage}", lang).lower(),
                clock=clock(run, float(row[f"{stage}_s"]), lang),
            )
            for stage in ("decided", "done")
            if not np.isnan(row[f"{stage}_s"])
        ]
        steps.append(say(f"outcome.{row['outcome']}", lang))
        title = clause_title(run, str(clause), lang)
        what = say("timeline.clause", lang, clause=title, steps=say("list.comma", lang).join(steps))
        if len(rounds) > 1:
            what = say("timeline.rounds", lang, what=what, n=len(rounds) - 1)
        trigger = run.events.iloc[int(row["triggered_event"])]
        at_s = float(row["triggered_s"])
        why = _because(run, trigger, names, lang)
        yield at_s, Line(clock(run, at_s, lang), what, why, anchor(lang, str(clause)))


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
    if first["kind"] == "people_stranded":
        caught_s = names.run.people["caught_s"].between(first["t_s"], last_s)
        people = int(names.run.people.loc[caught_s, "weight"].sum())
        caught = fact_text("people", people, names, lang)  # who is caught again has been counted
        return say("timeline.people", lang, what=what, sum=caught, clock=until)
    for counted in _COUNTED:
        if all(set(counted) <= set(fact) for fact in facts):
            sums = {name: sum(fact[name] for fact in facts) for name in counted}
            texts = (fact_text(name, total, names, lang) for name, total in sums.items())
            total = say("list.comma", lang).join(text for text in texts if text)
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


def summary(run: Results, lang: str, *, told: Sequence[str] = ()) -> list[str]:
    """Return a run in one paragraph on the water, and one on what people did when it has a plan.

    Sentences that contain any of ``told`` are left out: the page says that elsewhere.
    """
    water = paragraph(water_sentences(run, lang), lang)
    if not run.manifest.get("plan"):
        return [water]
    people = people_sentences(run, lang)
    fresh = (line for line in people if not any(part in line for part in told))
    return [water, paragraph(fresh, lang)]
