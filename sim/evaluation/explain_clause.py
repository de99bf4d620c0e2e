"""Why: what a clause of the plan promises, what became of it, and what held it up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.core.errors import SimError, choices, did_you_mean
from sim.core.units import as_text
from sim.core.words import say
from sim.evaluation.conditions import condition_text
from sim.evaluation.delays import spent, spent_text
from sim.evaluation.failure import BROKEN, chain_events, clause_title, failure_text, link_text
from sim.evaluation.naming import Names, clause_called, clock
from sim.model.results import Results
from sim.scenario.plan import Clause


class NoSuchClauseError(SimError):
    """A run's plan has no clause of that name."""


def explain_clause(results: Results, clause: str, lang: str = "en") -> list[str]:
    """Return in sentences what a clause promises, what became of it, and why.

    Raises
    ------
    NoSuchClauseError
        When the run had no plan, or its plan has no such clause.
    """
    found = _clause(results, clause)
    names = Names(results, lang)
    rows = results.clauses[results.clauses["clause"] == clause]
    tried = rows[rows["outcome"] != "not_triggered"]
    told = [_promise(found, names), *_conditions(found, names)]
    if tried.empty:
        told.append(say("explain.not_triggered", lang))
        told += _unmet_prerequisites(results, found, names)
    for number, (_, row) in enumerate(tried.iterrows(), start=1):
        if len(tried) > 1:
            told.append(say("explain.round", lang, number=number, n=len(tried)))
        told += _round(results, row, names)
    return told


def _clause(results: Results, clause: str) -> Clause:
    clauses = {} if results.plan is None else {one.id: one for one in results.plan.clauses}
    if clause not in clauses:
        listed = choices(clauses) if clauses else "none"
        guess = did_you_mean(clause, clauses)
        raise NoSuchClauseError(f"{results.folder}: no clause '{clause}'; clauses: {listed}{guess}")
    return clauses[clause]


def _promise(clause: Clause, names: Names) -> str:
    lang = names.lang
    places = {
        "clause": clause_called(clause.id, clause.title).in_language(lang),
        "post": names.of(clause.post),
        "action": say(f"action.{clause.do}", lang),
        "condition": condition_text(clause.when, names),
    }
    if clause.within is None:
        return say("explain.promise_no_time", lang, **places)
    return say("explain.promise", lang, within=as_text(clause.within, lang), **places)


def _conditions(clause: Clause, names: Names) -> Iterator[str]:
    """Yield what else a clause says: from when its time counts, whom it hears, what ends it."""
    lang = names.lang
    if clause.counts_from is not None:
        yield say("explain.counts_from", lang, clause=clause.counts_from)
    if clause.experts is not None:
        yield say("explain.experts", lang, post=names.of(clause.experts))
    if clause.unless is not None:
        yield say("explain.unless", lang, condition=condition_text(clause.unless, names))


def _unmet_prerequisites(results: Results, clause: Clause, names: Names) -> Iterator[str]:
    ledger = results.clauses
    for before in clause.after:
        if not ((ledger["clause"] == before) & ledger["done_s"].notna()).any():
            title = clause_title(results, before, names.lang)
            yield say("explain.prerequisite", names.lang, clause=title)


def _round(results: Results, row: pd.Series, names: Names) -> Iterator[str]:
    """Yield what became of one round: how it came to be, and how it ended."""
    lang = names.lang
    for event in chain_events(results, row):
        yield link_text(results.events.iloc[event], names)
    outcome = str(row["outcome"])
    if outcome in BROKEN:
        yield failure_text(results, row, names)
        return
    if outcome == "met":
        waits = spent_text(spent(results, row), lang)
        done = clock(results, float(row["done_s"]), lang)
        if np.isnan(row["margin_s"]):
            yield say("explain.met_no_time", lang, done=done, waits=waits)
            return
        left = as_text(float(row["margin_s"]), lang)
        yield say("explain.met", lang, done=done, left=left, waits=waits)
        return
    if outcome == "overtaken":
        if row["held_up_by"] == "withdrawn":
            yield say("explain.withdrawn", lang)
            return
        by = results.events.iloc[int(row["overtaken_by"])]
        yield say("explain.overtaken", lang, by=link_text(by, names))
        return
    yield say(f"explain.{outcome}", lang)
