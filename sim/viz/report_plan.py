"""The plan in the report: promises against figures, what broke first, and every clause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from sim.core.units import as_text
from sim.core.words import catalogue, say
from sim.evaluation.conditions import condition_text
from sim.evaluation.delays import hindrance
from sim.evaluation.failure import BROKEN, Failure, first_failure, link_text
from sim.evaluation.kpis import KPIS
from sim.evaluation.naming import Names, clock, kpi_text
from sim.evaluation.scorecard import scorecard
from sim.evaluation.story import promises_kept
from sim.scenario.plan import Clause

if TYPE_CHECKING:
    from sim.model.results import Results

#: stages that the clause table shows, before the deadline
_SHOWN_STAGES: Final = ("triggered", "decided", "started", "done")
#: outcomes of which the table says what held the clause up
_HELD_UP: Final = (*BROKEN, "open")
_MOST_ROUNDS: Final = 4
#: links of a chain shown at its two ends; those between are counted
_CHAIN_ENDS: Final = (4, 8)
_SHARE_UNITS: Final = {"1": (100.0, "%"), "1/1e3": (1.0, "‰")}


@dataclass(frozen=True)
class Verdict:
    """One promised figure against the run."""

    title: str
    promised: str
    got: str
    verdict: str
    said: str
    why: str
    source: str


@dataclass(frozen=True)
class Moment:
    """A link of the chain behind a failure: when, what, and how long after the one before."""

    clock: str
    what: str
    after: str


@dataclass(frozen=True)
class Wait:
    """Where time of a clause went: for what, how long, and its share of all of it in percent."""

    what: str
    time: str
    percent: float


@dataclass(frozen=True)
class Broken:
    """The first clause that broke."""

    text: str
    anchor: str
    moments: list[Moment]
    waits: list[Wait]


@dataclass(frozen=True)
class Round:
    """A row of the clause table: one clause, or one more round of it."""

    anchor: str
    clause: str
    title: str
    post: str
    condition: str
    source: str
    assumed: str
    times: list[str]
    margin: str
    outcome: str
    said: str
    why: str


def anchor(lang: str, clause: str, number: int = 1) -> str:
    """Return the id of a round's row on the page."""
    return f"{lang}-clause-{clause}-{number}"


# -- promises -----------------------------------------------------------------------------------


def verdicts(run: Results, lang: str) -> list[Verdict]:
    """Return every target of the scenario with what the run came to, those judged first."""
    rows = [_verdict(row, lang) for row in scorecard(run).to_dict("records")]
    return sorted(rows, key=lambda row: row.verdict == "not_judged")


def answer(run: Results, lang: str) -> Iterator[str]:
    """Yield what comes first on the page: how many clauses held, and how many promised figures."""
    yield from promises_kept(run, lang)
    met, missed = (list(scorecard(run)["verdict"]).count(name) for name in ("met", "missed"))
    if met + missed:
        yield say("answer.figures", lang, judged=met + missed, met=met, missed=missed)


def _verdict(row: Mapping[Hashable, Any], lang: str) -> Verdict:
    bound = "at_most" if np.isnan(row["at_least"]) else "at_least"
    verdict = str(row["verdict"])
    section = say("ledger_row.section", lang, section=row["source_section"])
    promised, got = _amount(row, bound, lang), _amount(row, "value", lang)
    if verdict == "missed" and got == promised:  # by less than the figures show
        got = say(f"target.nearly_{bound}", lang, value=got)
    return Verdict(
        title=str(row[f"title_{lang}"]),
        promised=say(f"target.{bound}", lang, value=promised),
        got=got,
        verdict=verdict,
        said=say(f"verdict.{verdict}", lang),
        why=say(f"kpi_why.{row['why']}", lang) if row["why"] else "",
        source=f"{section} {row['source_text']}",
    )


def _amount(row: Mapping[Hashable, Any], column: str, lang: str) -> str:
    """Return a promised or reached figure as a person reads it."""
    value, unit = float(row[column]), str(row["unit"])
    if np.isnan(value):
        return say("kpi_value.none", lang)
    if row["kpi"] in KPIS:
        return kpi_text(str(row["kpi"]), value, lang)
    if unit in _SHARE_UNITS:
        factor, shown = _SHARE_UNITS[unit]
        return f"{value * factor:g}{shown}"
    number = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:g}"
    key = f"target_unit.{unit}"
    return say(key, lang, value=number) if key in catalogue() else f"{number} {unit}"


# -- what broke first ---------------------------------------------------------------------------


def broken_first(run: Results, lang: str) -> Broken | None:
    """Return the clause that broke first, with its chain and its waits; None when all held."""
    failure = first_failure(run)
    if failure is None:
        return None
    waits = sum(failure.spent_s.values())
    return Broken(
        text=failure.text[lang],
        anchor=anchor(lang, failure.clause, _round_number(run, failure)),
        moments=list(_moments(run, failure, lang)),
        waits=[
            Wait(say(f"wait.{name}", lang), as_text(wait_s, lang), round(100 * wait_s / waits, 1))
            for name, wait_s in failure.spent_s.items()
        ],
    )


def _round_number(run: Results, failure: Failure) -> int:
    rounds = _rounds(run, failure.clause)
    return 1 + int(np.argmax(rounds["triggered_s"].to_numpy() == failure.triggered_s))


def _moments(run: Results, failure: Failure, lang: str) -> Iterator[Moment]:
    """Yield the chain's links; of a long one the two ends, with what lies between counted."""
    first, last = _CHAIN_ENDS
    links = failure.links
    texts = [_moment(run, link.t_s, link.text[lang], lang) for link in links]
    gaps = ["", *(_gap(later.t_s - before.t_s, lang) for before, later in pairwise(links))]
    rows = [Moment(at, what, gap) for (at, what), gap in zip(texts, gaps, strict=True)]
    hidden = len(rows) - first - last
    if hidden <= 1:
        yield from rows
        return
    yield from rows[:first]
    yield Moment("", say("broken.hidden", lang, n=hidden), "")
    yield from rows[-last:]


def _gap(gap_s: float, lang: str) -> str:
    return f"+{as_text(gap_s, lang)}" if gap_s > 0 else ""


def _moment(run: Results, t_s: float, text: str, lang: str) -> tuple[str, str]:
    """Return a link's clock time, and its sentence without it."""
    at = clock(run, t_s, lang)
    return at, text.removeprefix(at).strip()


# -- the clause table ---------------------------------------------------------------------------


def clause_rows(run: Results, lang: str) -> list[Round]:
    """Return the clause table in the order of the plan; nothing without a plan.

    A clause that came round more often than the table shows keeps the rounds that broke, and its
    last row says what became of the others.
    """
    if run.plan is None:
        return []
    names = Names(run, lang)
    return [row for clause in run.plan.clauses for row in _rows_of(run, clause, names)]


def _rounds(run: Results, clause: str) -> pd.DataFrame:
    """Return the rounds of a clause that were triggered, or the one row that never was."""
    rows = run.clauses[run.clauses["clause"] == clause]
    tried = rows[rows["outcome"] != "not_triggered"]
    rows = tried if len(tried) else rows.head(1)
    return rows.sort_values("triggered_s", kind="stable").reset_index(drop=True)


def _rows_of(run: Results, clause: Clause, names: Names) -> Iterator[Round]:
    rounds = _rounds(run, clause.id)
    broke_first = rounds["outcome"].isin(BROKEN).sort_values(ascending=False, kind="stable")
    kept = sorted(broke_first.index[:_MOST_ROUNDS])
    left = Counter(rounds["outcome"].drop(index=kept))
    for place, number in enumerate(kept):
        rest = _rest(left, names.lang) if place == len(kept) - 1 else ""
        yield _row(run, clause, rounds.iloc[number], names, number + 1, first=not place, rest=rest)


def _rest(left: Counter[str], lang: str) -> str:
    if not left:
        return ""
    counts = [
        say("ledger_row.count", lang, n=n, outcome=say(f"outcome.{outcome}", lang))
        for outcome, n in left.items()
    ]
    return say("ledger_row.rest", lang, counts=say("list.comma", lang).join(counts))


def _row(
    run: Results,
    clause: Clause,
    row: pd.Series,
    names: Names,
    number: int,
    *,
    first: bool,
    rest: str,
) -> Round:
    lang, outcome = names.lang, str(row["outcome"])
    title = str(getattr(clause.title, lang))
    places = say("list.comma", lang).join(_place(path, lang) for path in clause.assumed)
    condition = say("ledger_row.when", lang, condition=condition_text(clause.when, names))
    source = say("ledger_row.section", lang, section=clause.source.section)
    assumed = say("ledger_row.assumed", lang, places=places) if places else ""
    return Round(
        anchor=anchor(lang, clause.id, number),
        clause=clause.id,
        title=title if first else say("ledger_row.round", lang, number=number),
        post=names.of(clause.post) if first else "",
        condition=condition if first else "",
        source=f"{source} {clause.source.text}" if first else "",
        assumed=assumed if first else "",
        times=[
            *(_clock(run, row[f"{stage}_s"], lang) for stage in _SHOWN_STAGES),
            _clock(run, row["deadline_s"], lang),
        ],
        margin=_margin(float(row["margin_s"]), lang),
        outcome=outcome,
        said=say(f"outcome.{outcome}", lang),
        why=" ".join(text for text in (_why(run, row, names), rest) if text),
    )


def _place(path: str, lang: str) -> str:
    """Return what a place of a clause is called, or its path when it has no word."""
    keys = (f"assumed.{path}", f"assumed.{path.partition('.')[0]}")
    return next((say(key, lang) for key in keys if key in catalogue()), path)


def _clock(run: Results, t_s: float, lang: str) -> str:
    return say("kpi_value.none", lang) if np.isnan(t_s) else clock(run, float(t_s), lang)


def _margin(margin_s: float, lang: str) -> str:
    if np.isnan(margin_s):
        return "–"
    return f"{'−' if margin_s < 0 else '+'}{as_text(abs(margin_s), lang)}"


def _why(run: Results, row: pd.Series, names: Names) -> str:
    """Return what held a clause up, or why it says nothing about the plan."""
    outcome, lang = str(row["outcome"]), names.lang
    if outcome in _HELD_UP and row["held_up_by"]:
        return say(f"hindrance.{hindrance(run, row)}", lang)
    if outcome == "overtaken":
        return link_text(run.events.iloc[int(row["overtaken_by"])], names)
    key = f"outcome_why.{outcome}"
    return say(key, lang) if key in catalogue() else ""


def reports_not_kept(run: Results, lang: str) -> str:
    """Return which reporting clauses were late or missed, by how much, and what held them up."""
    names, clauses = Names(run, lang), run.clauses
    broken = clauses[(clauses["action"] == "report") & clauses["outcome"].isin(BROKEN)]
    told = [
        say(
            "kpi_name.clause",
            lang,
            clause=row["clause"],
            margin=_margin(float(row["margin_s"]), lang),
            why=_why(run, row, names),
        )
        for _, row in broken.head(_MOST_ROUNDS).iterrows()
    ]
    left = len(broken) - len(told)
    told += [say("kpi_name.more", lang, n=left)] if left else []
    return say("list.comma", lang).join(told)


def assumed_note(run: Results, lang: str) -> str:
    """Return how many places of the plan's clauses its text leaves open; nothing without a plan."""
    if run.plan is None:
        return ""
    clauses = run.plan.clauses
    n = sum(len(clause.assumed) for clause in clauses)
    some = sum(bool(clause.assumed) for clause in clauses)
    key = "limits.plan_assumed" if n else "limits.plan_complete"
    return say(key, lang, document=run.plan.document, n=n, some=some, clauses=len(clauses))
