"""The first page of a study's report: on each plan the verdicts, how often and by how much."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from sim.core.words import say
from sim.evaluation.ensembles.answer import Pair, missing_why, tally
from sim.evaluation.ensembles.outcome import Outcome
from sim.evaluation.naming import average_text
from sim.evaluation.statistics.comparison import Comparison
from sim.evaluation.statistics.verdict import sentences
from sim.viz import compare_figures as figures
from sim.viz.report_tables import Sheet


def answer_on(outcome: Outcome, pair: Pair, lang: str) -> dict[str, Any]:
    """Return the answer on one plan: sentences by rule, figure by figure."""
    return {
        "title": against(pair, lang),
        "tally": _tally(pair, lang),
        "told": [_told(one, lang) for one in pair.leading if one.n >= 2],
        "others": verdicts_on(tuple(one for one in pair.main if one.n >= 2), pair, lang),
        "not_compared": _not_compared(outcome, pair, lang),
    }


def _tally(pair: Pair, lang: str) -> str:
    """Return how many of the main figures speak for which plan."""
    one, other = (figures.plan_label(plan, lang) for plan in (pair.plan, pair.baseline))
    found = tally(pair)
    return say("compare.tally", lang, a=one, b=other, n=found.n, **asdict(found))


def _not_compared(outcome: Outcome, pair: Pair, lang: str) -> str:
    """Return the main figures that cannot be compared, with the reasons."""
    by_reason: dict[str, list[str]] = {}
    for one in pair.main:
        if one.n < 2:
            why = missing_why(outcome, pair, one.kpi) or "no_case"
            by_reason.setdefault(why, []).append(say(f"kpi.{one.kpi}", lang))
    told = [
        say(
            "compare.not_compared_one",
            lang,
            kpis=say("list.comma", lang).join(kpis),
            why=say(f"kpi_why.{why}", lang),
        )
        for why, kpis in by_reason.items()
    ]
    kpis = say("list.semicolon", lang).join(told)
    return say("compare.not_compared", lang, kpis=kpis) if told else ""


def one_disaster_notice(outcome: Outcome, scenario: str, lang: str) -> str:
    """Return that all disasters of a scenario are the same one, and what differs all the same."""
    study, own = outcome.study, (outcome.runs["hazard"] == "own").any()
    return say(
        "compare.one_disaster",
        lang,
        scenario=getattr(outcome.scenario(scenario).title, lang),
        n=study.replications,
        sample=say("compare.one_disaster_sample", lang) if study.every > 1 else "",
        own=say("compare.one_disaster_own", lang) if own else "",
    )


def against(pair: Pair, lang: str) -> str:
    """Return which plan is compared with which."""
    one, other = (figures.plan_label(plan, lang) for plan in (pair.plan, pair.baseline))
    return say("compare.against", lang, a=one, b=other)


def _told(one: Comparison, lang: str) -> dict[str, str]:
    """Return figure, verdict, how often, and the sizes behind them."""
    verdict, *rest = (sentence.in_language(lang) for sentence in sentences(one))
    return {
        "kpi": say(f"kpi.{one.kpi}", lang),
        "verdict": verdict,
        "often": rest[0] if rest else "",
        "sizes": ("" if lang == "zh" else " ").join(rest[1:]),
    }


def _average(one: Comparison, mean: float, middle: float, unfinished: int, lang: str) -> str:
    """Return an average; where runs ended before, the median, and in how many of them."""
    if math.isfinite(mean):
        return average_text(one.kpi, mean, lang)
    told = []
    if math.isfinite(middle):
        value = average_text(one.kpi, middle, lang)
        told.append(say("compare.median_of", lang, value=value))
    if unfinished:
        told.append(say("compare.not_finished", lang, count=unfinished, n=one.n))
    return say("list.semicolon", lang).join(told) or average_text(one.kpi, mean, lang)


def _verdict(one: Comparison, lang: str) -> str:
    """Return the verdict in a table's cell: briefly where there are too few disasters."""
    if one.verdict.key == "too_few_runs":
        return say("compare.too_few", lang, n=one.n, least_n=one.least_n)
    return one.verdict.words().in_language(lang)


def _often(one: Comparison, lang: str) -> str:
    """Return in how many disasters the plan came off better, and in how many both did as well."""
    pairs = one.pairs
    key = "compare.of_equal" if pairs.equal else "compare.of"
    return say(key, lang, count=pairs.a_better, n=one.n, equal=pairs.equal)


def verdicts_on(compared: tuple[Comparison, ...], pair: Pair, lang: str) -> Sheet:
    """Return the verdicts on some figures."""
    rows = [
        [
            say(f"kpi.{one.kpi}", lang),
            _average(one, one.mean_a, one.median_a, one.pairs.unfinished_a, lang),
            _average(one, one.mean_b, one.median_b, one.pairs.unfinished_b, lang),
            _often(one, lang),
            _verdict(one, lang),
        ]
        for one in compared
    ]
    head = ["kpi", "mean_of", "mean_of", "in_same", "verdict"]
    one, other = (figures.plan_label(plan, lang) for plan in (pair.plan, pair.baseline))
    plans = ["", one, other, one, ""]
    heads = [
        say(f"compare.head.{name}", lang, plan=plan) for name, plan in zip(head, plans, strict=True)
    ]
    return Sheet(heads, rows)
