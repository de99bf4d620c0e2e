"""The page of `shapan improve`: what helps most for its cost, and how far speed alone gets."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from sim.core.files import write_text
from sim.core.words import LANGUAGES, in_language, say
from sim.evaluation.ensembles.improve import NO_DELAY, Effect, Improvement, change_verdict
from sim.evaluation.road_limit import RoadLimit
from sim.evaluation.statistics.comparison import Comparison
from sim.evaluation.statistics.estimate import Estimate
from sim.evaluation.statistics.verdict import amount
from sim.viz import improve_figures as figures
from sim.viz.compare_again import typed
from sim.viz.compare_answer import one_disaster_notice
from sim.viz.report import page_html, picture_of
from sim.viz.report_tables import Sheet
from sim.world.world import World

_MOST_TOLD: Final = 3
_MIN_PER_H: Final = 60.0


def write_improve_report(
    found: Improvement, path: Path, *, languages: Sequence[str] = LANGUAGES
) -> None:
    """Write the page; it opens in the first language and holds all of them."""
    bodies = [_body(found, lang) for lang in languages]
    title = say("improve.page_title", languages[0], plan=found.plan)
    write_text(path, page_html("improve.html.j2", bodies, title))


def _body(found: Improvement, lang: str) -> dict[str, Any]:
    picture = say("improve.picture", lang)
    return {
        "lang": lang,
        "say": functools.partial(_speak, lang),
        "title": say("improve.page_title", lang, plan=found.plan),
        "where": say(
            "improve.where",
            lang,
            scenario=getattr(found.scenario.title, lang),
            plan=found.plan,
            n=len(found.effects),
            disasters=found.about["replications"],
            runs=found.about["runs"],
            kpi=say(f"kpi.{found.kpi}", lang),
        ),
        "notices": _notices(found, lang),
        "answer": _answer(found, lang),
        "picture": picture_of(figures.gains(found, lang), picture),
        "table": _table(found, lang),
        "limits": [_limit(name, one, lang) for name, one in found.limits.items()],
        "road": _road(found, lang),
        "again": _again(found, lang),
    }


def _notices(found: Improvement, lang: str) -> list[str]:
    every, cell_m = found.about["every"], found.about["cell_m"]
    told = [say("report.sample", lang, every=every)] if every > 1 else []
    told += [say("report.other_cell", lang, cell_m=f"{cell_m:g}")] if cell_m else []
    if found.as_it_is.one_disaster(found.scenario.id):
        told.append(one_disaster_notice(found.as_it_is, found.scenario.id, lang))
    return told


def _speak(lang: str, key: str) -> str:
    return say(key, lang)


def _answer(found: Improvement, lang: str) -> list[str]:
    """Return the sentences on the changes that are shown to help, the best for its cost first."""
    few = found.limits[NO_DELAY]
    if few.verdict.key == "too_few_runs":
        return [few.verdict.words().in_language(lang)]
    better = [one for one in found.effects if one.gain_range[0] > 0]
    if not better:
        worse = any(one.gain_range[1] < 0 for one in found.effects)
        key = "improve.none_better" if worse else "improve.none"
        return [say(key, lang, n=len(found.effects))]
    return [
        say("improve.best", lang, cost=_price(one.change.cost, lang), **_told(one, lang))
        for one in better[:_MOST_TOLD]
    ]


def _price(amount_10000: float, lang: str) -> str:
    """Return a price as people say it: whole yuan, or tens of thousands in Chinese."""
    return f"{amount_10000:g}" if lang == "zh" else f"{10_000 * amount_10000:,.0f}"


def _told(one: Effect, lang: str) -> dict[str, object]:
    """Return what a change is called, its gain with both ends, and the verdict."""
    kind = one.comparison.kind
    gain, low, high = (amount(x, kind).in_language(lang) for x in (one.gain, *one.gain_range))
    verdict = one.verdict().in_language(lang)
    says = in_language(one.change.says, lang)
    return {"says": says, "gain": gain, "low": low, "high": high, "verdict": verdict}


def _nothing(found: Improvement, lang: str) -> str:
    """Return which changes made no difference in any disaster; empty when all did."""
    idle = [str(in_language(one.change.says, lang)) for one in found.effects if one.nothing]
    changes = say("list.semicolon", lang).join(idle)
    places = {"n": len(idle), "disasters": found.about["replications"], "changes": changes}
    return say("improve.nothing", lang, **places) if idle else ""


def _table(found: Improvement, lang: str) -> Sheet:
    """Return the changes that made a difference in some disaster."""
    rows = []
    for one in (effect for effect in found.effects if not effect.nothing):
        told = _told(one, lang)
        per_cost = amount(one.per_cost, one.comparison.kind).in_language(lang)
        cost = f"{one.change.cost:g}"
        span = f"{told['low']} … {told['high']}"
        rows.append(
            [str(told["says"]), str(told["verdict"]), cost, str(told["gain"]), span, per_cost]
        )
    head = ("change", "verdict", "cost", "gain", "range", "per_cost")
    heads = [say(f"improve.head.{name}", lang) for name in head]
    return Sheet(heads, rows, words=2, note=_nothing(found, lang))


def _limit(name: str, one: Comparison, lang: str) -> dict[str, str]:
    """Return title and sentence of a plan that is as quick as can be."""
    found, key = _gain(one), "improve.limit_line"
    if found.high < 0:
        found, key = found.turned(), "improve.limit_worse"
    elif not found.low > 0:
        key = "improve.limit_open"
    gain, low, high = (
        amount(x, one.kind).in_language(lang) for x in (found.value, found.low, found.high)
    )
    verdict = change_verdict(one).in_language(lang)
    places = {"gain": gain, "low": low, "high": high, "verdict": verdict}
    return {
        "title": say(f"improve.limit_title.{name}", lang),
        "said": say(key, lang, **places),
    }


def _gain(one: Comparison) -> Estimate:
    return one.difference.turned() if one.better == "low" else one.difference


def _road(found: Improvement, lang: str) -> dict[str, Any]:
    """Return what roads and places allow, in sentences, with a map of the bottleneck."""
    limit, world = found.road, found.world
    if limit is None:
        return {"told": [say("improve.road.none", lang)], "note": "", "picture": None}
    bound = limit.bound
    if bound.stuck:
        stuck = say("improve.road.stuck", lang, stuck=f"{bound.stuck:,}")
        return {"told": [stuck], "note": "", "picture": None}
    told = [
        say(
            "improve.road.bound",
            lang,
            people=f"{limit.people:,}",
            least=_time(bound.at_least_s, lang),
            free=_time(bound.free_s, lang),
            per_car=f"{limit.per_car:.1f}",
        ),
        _bottleneck(limit, world, lang),
    ]
    if limit.roads_decide and bound.places_full:
        told.append(say("improve.road.seats", lang))
    took_s = found.clearance_s.get(found.plan)
    if took_s is not None and math.isinf(took_s):
        told.append(say("improve.road.unfinished", lang, plan=found.plan))
    elif took_s is not None:
        times = f"{took_s / bound.at_least_s:.1f}"
        took = _time(took_s, lang)
        told.append(say("improve.road.needs", lang, plan=found.plan, took=took, times=times))
    picture = None
    if limit.roads_decide:
        drawn = figures.bottleneck(world, limit, lang)
        picture = picture_of(drawn, say("improve.road.map", lang))
    return {"told": told, "note": say("improve.road.terms", lang), "picture": picture}


def _bottleneck(limit: RoadLimit, world: World, lang: str) -> str:
    if not limit.roads_decide:
        return say("improve.road.free", lang)
    names = world.zones.name_zh if lang == "zh" else world.zones.name_en
    parts = []
    for one in limit.roads:
        share = f"{100 * one.share:.0f}"
        zone = str(names[one.zone]) if one.zone >= 0 else "-"
        key = "named" if one.name else "unnamed"
        parts.append(say(f"improve.road.{key}", lang, name=one.name, zone=zone, share=share))
    roads = say("list.comma", lang).join(parts)
    return say("improve.road.cut", lang, behind=f"{limit.bound.behind:,}", roads=roads)


def _time(seconds: float, lang: str) -> str:
    """Return a time as people say it: minutes, from two hours on hours."""
    minutes = seconds / 60.0
    kind = "min" if minutes < 2 * _MIN_PER_H else "h"
    value = minutes if kind == "min" else minutes / _MIN_PER_H
    return amount(value, kind).in_language(lang)


def _again(found: Improvement, lang: str) -> list[tuple[str, str]]:
    about = found.about
    parts = ["shapan improve", typed(found.folder), "--plan", found.plan, "--target", found.kpi]
    parts += ["--reps", str(about["replications"]), "--seed", str(about["seed"])]
    if about["every"] > 1:
        parts += ["--every", str(about["every"])]
    if about["cell_m"]:
        parts += ["--cell", f"'{about['cell_m']:g} m'"]
    entries = {
        "again.command": " ".join(parts),
        "compare.code": about["code_sha256"],
        "again.inputs": f"{found.scenario.id} {about['inputs_sha256']}",
    }
    return [(say(key, lang), value) for key, value in entries.items()]
