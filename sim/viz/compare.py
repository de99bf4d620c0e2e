"""The report of a study: one page of answer first, then pictures, then how it was made."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from sim.core.files import write_text
from sim.core.words import LANGUAGES, say
from sim.evaluation.ensembles.answer import (
    Pair,
    Robust,
    differs,
    influences,
    over_scenarios,
    pairs,
    summary,
)
from sim.evaluation.ensembles.influence import sensitivities
from sim.evaluation.ensembles.outcome import Outcome
from sim.evaluation.ensembles.promises import (
    ClauseRecord,
    Promise,
    clause_records,
    promises,
    satisficing,
)
from sim.evaluation.ensembles.work import CURVES
from sim.evaluation.naming import average_text, clause_called, kpi_text
from sim.evaluation.statistics.comparison import Comparison
from sim.evaluation.statistics.rules import Rules
from sim.evaluation.statistics.runs import matched
from sim.model.build import world_of
from sim.viz import compare_figures as figures
from sim.viz.compare_again import again
from sim.viz.compare_answer import against, answer_on, one_disaster_notice, verdicts_on
from sim.viz.compare_sensitivity import sensitivity_of
from sim.viz.report import Picture, page_html, picture_of
from sim.viz.report_tables import Sheet

_MOST_PICTURES: Final = 6
_MOST_INFLUENCES: Final = 12


def write_compare_report(
    outcome: Outcome, path: Path, *, languages: Sequence[str] = LANGUAGES
) -> None:
    """Write the report of a study; it opens in the first language."""
    found = _Found(outcome)
    bodies = [_body(found, lang) for lang in languages]
    title = say("compare.title", languages[0], plans=_plans(outcome, languages[0]))
    write_text(path, page_html("compare.html.j2", bodies, title))


class _Found:
    """What a study says, worked out once for all languages."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.pairs: list[Pair] = pairs(outcome)
        self.promises: list[Promise] = promises(outcome)
        self.clauses: list[ClauseRecord] = clause_records(outcome)
        self.summary = summary(outcome)
        self.robust = list(over_scenarios(outcome))
        by_design = outcome.study.design is not None
        self.influences = [] if by_design else influences(outcome, Rules().level)
        self.sensitivities = sensitivities(outcome)
        self.worlds = {
            name: world_of(outcome.scenario(name), outcome.inputs[name].unpacked())
            for name in outcome.inputs
        }


def _plans(outcome: Outcome, lang: str) -> str:
    names = [figures.plan_label(plan, lang) for plan in outcome.study.plans]
    return say("compare.versus", lang).join(names)


def _body(found: _Found, lang: str) -> dict[str, Any]:
    """Return all that the page shows in one language."""
    outcome = found.outcome
    return {
        "lang": lang,
        "say": functools.partial(_speak, lang),
        "title": say("compare.title", lang, plans=_plans(outcome, lang)),
        "where": _where(outcome, lang),
        "plans": _titles(outcome, lang),
        "notices": _notices(outcome, lang),
        "ending": _ending(outcome, lang),
        "answers": [answer_on(found.outcome, pair, lang) for pair in found.pairs],
        "promises": _promises(found, lang),
        "main": _main(found, lang),
        "differences": _differences(found, lang),
        "scenarios": [_scenario(found, name, lang) for name in outcome.inputs],
        "regret": [_regret(found, one, lang) for one in found.robust if _regretted(one)],
        "no_regret": _no_regret(found, lang),
        "satisficing": _satisficing(found, lang),
        "influences": _influences(found, lang),
        "sensitivity": sensitivity_of(outcome, found.sensitivities, lang),
        "rest": _rest(found, lang),
        "methods": [say(f"compare.method.{name}", lang) for name in _METHODS],
        "limits": _limits(outcome, lang),
        "again": again(outcome, lang),
    }


_METHODS: Final = ("same_disaster", "intervals", "verdict", "worst", "promises", "shared")


def _speak(lang: str, key: str) -> str:
    return say(key, lang)


def _where(outcome: Outcome, lang: str) -> str:
    titles = [getattr(outcome.scenario(name).title, lang) for name in outcome.inputs]
    alike = all(map(outcome.one_disaster, outcome.inputs))
    return say(
        "compare.where_one" if alike else "compare.where",
        lang,
        scenarios=say("list.comma", lang).join(titles),
        n=outcome.study.replications,
        runs=f"{len(outcome.rows):,}",
    )


def _titles(outcome: Outcome, lang: str) -> list[str]:
    """Return what each plan is called in its own file, by the name it has here."""
    told = []
    for name in outcome.study.plans:
        plan = outcome.plan(next(iter(outcome.inputs)), name)
        if plan is not None:
            label = figures.plan_label(name, lang)
            key = "compare.plan_title" if label == name else "compare.plan_title_named"
            told.append(say(key, lang, plan=label, name=name, title=getattr(plan.title, lang)))
    return told


def _notices(outcome: Outcome, lang: str) -> list[str]:
    """Return what must be known before any number is read."""
    told = []
    if outcome.study.every > 1:
        told.append(say("report.sample", lang, every=outcome.study.every))
    if outcome.study.cell_m is not None:
        told.append(say("report.other_cell", lang, cell_m=f"{outcome.study.cell_m:g}"))
    told += _one_disaster(outcome, lang)
    broken = outcome.broken_down()
    if broken:
        killed = sum(row.state == "quarantined" for row in broken)
        told.append(say("compare.broken_down", lang, n=len(broken), killed=killed))
    if outcome.study.design is not None:
        told.append(say("sensitivity.notice", lang))
    if outcome.missing():
        told.append(say("compare.missing", lang, n=outcome.missing()))
    return told


def _one_disaster(outcome: Outcome, lang: str) -> list[str]:
    """Return, for scenarios whose disasters are all the same, what differs and what does not."""
    several = outcome.study.replications > 1
    return [
        one_disaster_notice(outcome, name, lang)
        for name in outcome.inputs
        if several and outcome.one_disaster(name)
    ]


def _ending(outcome: Outcome, lang: str) -> dict[str, Any]:
    """Return why there are as many runs as there are; empty when their number was given."""
    ending = outcome.ending
    if ending is None:
        return {}
    title = "ending.title" if ending.rule == "precision" else "ending.title_best"
    first, *terms = (one.in_language(lang) for one in ending.words())
    return {"title": say(title, lang), "said": first, "terms": terms}


def _promises(found: _Found, lang: str) -> list[dict[str, str]]:
    """Return what became of every promise; where there are several scenarios, in which."""
    outcome = found.outcome
    several = len(outcome.inputs) > 1
    return [
        {
            "scenario": getattr(outcome.scenario(one.scenario).title, lang) if several else "",
            "title": getattr(one.target.title, lang),
            "plan": figures.plan_label(one.plan, lang),
            "promised": _promised(one, lang),
            "verdict": "not_judged" if one.why else _kept(one),
            "said": say(f"kpi_why.{one.why}", lang)
            if one.why
            else say("compare.of", lang, count=one.kept, n=one.judged),
            "range": ""
            if one.why
            else say(
                "compare.range",
                lang,
                low=round(100 * one.share.low),
                high=round(100 * one.share.high),
            ),
            "broke": "" if (broke := one.broke()) is None else broke.in_language(lang),
        }
        for one in found.promises
        if one.target.kind == "simulated"
    ]


def _kept(promise: Promise) -> str:
    """Return the mark of a promise: kept always, never, or now and then."""
    if promise.kept == promise.judged:
        return "met"
    return "late" if promise.kept else "missed"


def _promised(one: Promise, lang: str) -> str:
    bound = "at_least" if one.target.at_least is not None else "at_most"
    value = getattr(one.target, bound)
    return say(f"compare.{bound}", lang, value=kpi_text(str(one.target.kpi), value, lang))


def _main(found: _Found, lang: str) -> Sheet:
    """Return mean, median and the worst of every main figure by plan."""
    rows = [
        [
            say(f"kpi.{kpi}", lang),
            figures.plan_label(plan, lang),
            average_text(kpi, mean if math.isfinite(mean) else math.nan, lang),
            *(kpi_text(kpi, value if math.isfinite(value) else math.nan, lang) for value in values),
        ]
        for kpi, plan, mean, *values in found.summary.itertuples(index=False)
    ]
    head = [say(f"compare.head.{name}", lang, plan="") for name in _SUMMARY]
    return Sheet(head, rows, words=2)


_SUMMARY: Final = ("kpi", "plan", "mean", "median", "worst")


def _differences(found: _Found, lang: str) -> list[Picture]:
    """Return pictures of the differences that lead the answers."""
    shown = [one for pair in found.pairs for one in pair.leading if differs(one)]
    return [_difference(found.outcome, one, lang) for one in shown[:_MOST_PICTURES]]


def _difference(outcome: Outcome, one: Comparison, lang: str) -> Picture:
    both = matched(outcome.kpis, one.kpi, one.plan_a, one.plan_b)
    return picture_of(figures.differences(one, both.a - both.b, lang), _words(one, lang))


def _words(one: Comparison, lang: str) -> str:
    return say(
        "compare.difference",
        lang,
        kpi=say(f"kpi.{one.kpi}", lang),
        a=figures.plan_label(one.plan_a, lang),
        b=figures.plan_label(one.plan_b, lang),
    )


def _scenario(found: _Found, name: str, lang: str) -> dict[str, Any]:
    """Return the pictures and the clause table of one scenario."""
    outcome = found.outcome
    records = [one for one in found.clauses if one.scenario == name]
    acting = [plan for plan in outcome.study.plans if _acted(records, plan)]
    risk = figures.risk_maps(outcome, name, found.worlds[name], lang)
    return {
        "title": getattr(outcome.scenario(name).title, lang),
        "bands": [
            picture_of(
                figures.bands(outcome, name, curve, lang), say(f"compare.curve.{curve}", lang)
            )
            for curve in CURVES
            if any(outcome.curves(name, plan, curve)[1].any() for plan in outcome.study.plans)
        ],
        "risk": picture_of(risk, say("compare.risk", lang)),
        "heat": [_heat(records, plan, lang) for plan in acting],
        "clauses": _clauses(records, lang),
    }


def _acted(records: list[ClauseRecord], plan: str) -> bool:
    return any(one.plan == plan and one.by_replication for one in records)


def _heat(records: list[ClauseRecord], plan: str, lang: str) -> Picture:
    own = [one for one in records if one.plan == plan]
    return picture_of(figures.clause_heat(own, plan, lang), say("compare.heat", lang))


def _clauses(records: list[ClauseRecord], lang: str) -> Sheet:
    """Return the clauses that ever broke, the most often broken first."""
    broken = sorted((one for one in records if one.broken), key=lambda one: -one.broken)
    rows = [
        [
            clause_called(one.clause, one.title).in_language(lang),
            figures.plan_label(one.plan, lang),
            say(f"hindrance.{one.cause}", lang) if one.cause else "",
            str(one.outcomes.get("met", 0)),
            str(one.outcomes.get("late", 0)),
            str(one.outcomes.get("missed", 0)),
            str(one.caused),
        ]
        for one in broken
    ]
    keys = ("clause", "plan", "cause", "met", "late", "missed", "caused")
    return Sheet([say(f"compare.head.{name}", lang, plan="") for name in keys], rows, words=3)


def _regretted(robust: Robust) -> bool:
    """Whether the choice of plan matters in some scenario."""
    return bool((robust.regret.to_numpy() > 0).any())


def _no_regret(found: _Found, lang: str) -> str:
    """Return the figures on which no plan is to be regretted; empty for none."""
    named = [say(f"kpi.{one.kpi}", lang) for one in found.robust if not _regretted(one)]
    kpis = say("list.semicolon", lang).join(named)
    return say("compare.no_regret", lang, kpis=kpis) if named else ""


def _regret(found: _Found, robust: Robust, lang: str) -> dict[str, Any]:
    titles = [getattr(found.outcome.scenario(name).title, lang) for name in robust.regret.columns]
    rows = [
        [
            figures.plan_label(str(plan), lang),
            *(average_text(robust.kpi, value, lang) for value in robust.regret.loc[plan]),
            average_text(robust.kpi, robust.table.loc[plan, "mean"], lang),
            average_text(robust.kpi, robust.table.loc[plan, "worst"], lang),
            average_text(robust.kpi, robust.table.loc[plan, "max_regret"], lang),
        ]
        for plan in robust.table.index
    ]
    keys = ("mean_of_scenarios", "worst_scenario", "max_regret")
    head = [
        say("compare.head.plan", lang, plan=""),
        *(say("compare.head.regret_in", lang, scenario=title) for title in titles),
        *(say(f"compare.head.{name}", lang, plan="") for name in keys),
    ]
    return {"title": say(f"kpi.{robust.kpi}", lang), "sheet": Sheet(head, rows)}


def _satisficing(found: _Found, lang: str) -> Sheet:
    """Return in how many scenarios each plan keeps each promise almost always."""
    rows = [
        [
            getattr(one.title, lang),
            figures.plan_label(one.plan, lang),
            say("compare.of_scenarios", lang, count=one.kept, n=one.scenarios),
        ]
        for one in satisficing(found.promises)
    ]
    kept = f"{100 * (1 - Rules().tail_share):g}"
    heads = [
        say("scorecard.title", lang),
        say("compare.head.plan", lang, plan=""),
        say("compare.head.satisficing", lang, kept=kept),
    ]
    return Sheet(heads, rows, words=2)


def _influences(found: _Found, lang: str) -> Sheet:
    rows = [
        [
            one.range,
            say(f"kpi.{one.kpi}", lang),
            figures.plan_label(one.plan, lang),
            f"{one.rank_correlation.value:+.2f}",
            f"{one.rank_correlation.low:+.2f} … {one.rank_correlation.high:+.2f}",
        ]
        for one in found.influences[:_MOST_INFLUENCES]
    ]
    keys = ("varied", "kpi", "plan", "influence", "interval")
    head = [say(f"compare.head.{name}", lang, plan="") for name in keys]
    return Sheet(head, rows, words=3, note=say("compare.influence_note", lang))


def _rest(found: _Found, lang: str) -> list[dict[str, Any]]:
    """Return the verdicts on all other key figures that are not the same in every disaster."""
    return [
        {"title": against(pair, lang), "sheet": sheet}
        for pair in found.pairs
        if (sheet := verdicts_on(_telling(pair), pair, lang)).rows
    ]


def _telling(pair: Pair) -> tuple[Comparison, ...]:
    return tuple(one for one in pair.rest if differs(one))


def _limits(outcome: Outcome, lang: str) -> list[str]:
    told = [say(f"compare.limit.{name}", lang) for name in ("simulated", "model", "seeds", "saved")]
    own = outcome.runs[outcome.runs["hazard"] == "own"]
    if len(own):
        named = sorted({figures.plan_label(plan, lang) for plan in own["plan"]})
        plans = say("list.items", lang).join(named)
        told.append(say("compare.own_hazard", lang, plans=plans, n=len(own)))
    return told
