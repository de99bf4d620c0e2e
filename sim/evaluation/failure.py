"""The first clause that broke, the chain of events behind it, and where the time went."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from sim.core.units import as_text
from sim.core.words import LANGUAGES, catalogue, say
from sim.evaluation.delays import hindrance, spent, spent_text
from sim.evaluation.naming import Names, clause_called, clock, event_text
from sim.model.results import Results
from sim.response.ledger import STAGES

#: outcomes that break a promise
BROKEN: Final = ("late", "missed")


@dataclass(frozen=True)
class Link:
    """One event of a chain.

    Attributes
    ----------
    event : int
        Its id in the log.
    text : dict
        Language -> sentence, with the clock time.
    """

    event: int
    t_s: float
    kind: str
    who: str
    text: Mapping[str, str]


@dataclass(frozen=True)
class Failure:
    """A clause that broke its promise.

    Attributes
    ----------
    outcome : str
        Of `BROKEN`.
    done_s : float or None
        When it was done after all.
    spent_s : dict
        Where the time went; see `sim.evaluation.delays.spent`.
    held_up_by : str
        Word key under ``hindrance.``.
    links : tuple of Link
        The chain of causes, the root first, what the clause came to last.
    text : dict
        Language -> what happened, in two or three sentences.
    """

    clause: str
    post: str
    action: str
    outcome: str
    triggered_s: float
    deadline_s: float
    done_s: float | None
    spent_s: Mapping[str, float]
    held_up_by: str
    links: tuple[Link, ...]
    text: Mapping[str, str]


def first_failure(results: Results) -> Failure | None:
    """Return the broken clause whose deadline passed first; None when every promise held."""
    clauses = results.clauses
    broken = clauses[clauses["outcome"].isin(BROKEN)]
    if broken.empty:
        return None
    order = broken.sort_values(["deadline_s", "triggered_event"], kind="stable")
    return failure_of(results, order.iloc[0])


def failure_of(results: Results, row: pd.Series) -> Failure:
    """Return the failure that a row of the clause ledger stands for."""
    names = {lang: Names(results, lang) for lang in LANGUAGES}
    return Failure(
        clause=str(row["clause"]),
        post=str(row["post"]),
        action=str(row["action"]),
        outcome=str(row["outcome"]),
        triggered_s=float(row["triggered_s"]),
        deadline_s=float(row["deadline_s"]),
        done_s=None if np.isnan(row["done_s"]) else float(row["done_s"]),
        spent_s=spent(results, row),
        held_up_by=hindrance(results, row),
        links=tuple(link(results, event, names) for event in chain_events(results, row)),
        text={lang: failure_text(results, row, names[lang]) for lang in LANGUAGES},
    )


def chain_events(results: Results, row: pd.Series) -> list[int]:
    """Return the events behind what a clause came to, the root first."""
    events = [int(row[f"{stage}_event"]) for stage in STAGES]
    last = max(events)
    if int(row["done_event"]) < 0 and int(row["started_event"]) >= 0:
        last = _newest_consequence(results, int(row["started_event"]))
    return results.chain(last)[::-1]


def _newest_consequence(results: Results, event: int) -> int:
    """Return the newest event that an order brought about, other clauses' matters left out."""
    causes = results.events["cause"].to_numpy(dtype=np.int64)
    kinds = results.events["kind"].to_numpy(dtype=object)
    due_to = {event}
    for later in range(event + 1, len(causes)):
        if int(causes[later]) in due_to and kinds[later] != "clause_triggered":
            due_to.add(later)
    return max(due_to)


def link(results: Results, event: int, names: Mapping[str, Names]) -> Link:
    """Return one event of the log as a link of a chain."""
    row = results.events.iloc[event]
    text = {lang: link_text(row, names[lang]) for lang in LANGUAGES}
    return Link(event, float(row["t_s"]), str(row["kind"]), str(row["who"]), text)


def link_text(event: pd.Series, names: Names) -> str:
    """Return what an event says, in a sentence that begins with the clock time."""
    lang, facts = names.lang, json.loads(event["facts"])
    keys = (f"link.{event['kind']}.{event['who']}", f"link.{event['kind']}")
    key = next((key for key in keys if key in catalogue()), "")
    if key:
        places: dict[str, Any] = {
            name: names.value(name, fact) if isinstance(fact, str) else fact
            for name, fact in facts.items()
        }
        what = say(key, lang, who=names.of(event["who"]), **places)
    else:
        what = event_text(event["kind"], event["who"], names, lang, event["facts"])
    return say("link.at", lang, clock=clock(names.run, float(event["t_s"]), lang), what=what)


def clause_title(results: Results, clause: str, lang: str) -> str:
    """Return ``W2, "Warn low-lying zones"``; the id alone for a clause that is in no plan."""
    clauses = () if results.plan is None else results.plan.clauses
    for one in clauses:
        if one.id == clause:
            return clause_called(clause, one.title).in_language(lang)
    return clause


def failure_text(results: Results, row: pd.Series, names: Names) -> str:
    """Return what became of a broken clause, and where its time went."""
    lang = names.lang
    title = clause_title(results, row["clause"], lang)
    due = clock(results, float(row["deadline_s"]), lang)
    if row["outcome"] == "late":
        by = as_text(-float(row["margin_s"]), lang)
        done = clock(results, float(row["done_s"]), lang)
        said = say("failure.late", lang, clause=title, due=due, done=done, by=by)
    else:
        said = say("failure.missed", lang, clause=title, due=due)
    reason = say(f"hindrance.{hindrance(results, row)}", lang)
    waits = spent_text(spent(results, row), lang)
    return say("failure.why", lang, said=said, reason=reason, waits=waits)
