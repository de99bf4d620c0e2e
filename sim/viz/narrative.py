"""A run in words: who is meant by an id, what an event says, the timeline, the one paragraph."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from sim.core.units import as_text
from sim.core.words import catalogue, say
from sim.viz.clock import clock

if TYPE_CHECKING:
    from sim.model.results import Results

#: kinds with more events than this are gathered, over this share of the run
_FREQUENT: Final = 8
_GATHERED_SHARE: Final = 1 / 8
#: facts for the log only: what the clock, the name or the seed already says
_UNTOLD: Final = ("at_s", "seed", "breach")
#: facts in seconds from the start; other seconds are durations
_MOMENTS: Final = ("until",)
#: endings of fact names, the longest first, and the word key of their unit
_SUFFIXES: Final = (
    ("_m3_per_s", "unit.m3_per_s"),
    ("_mm_per_h", "unit.mm_per_h"),
    ("_m_per_s", "unit.m_per_s"),
    ("_km2", "unit.km2"),
    ("_m2", "unit.m2"),
    ("_m3", "unit.m3"),
    ("_km", "unit.km"),
    ("_mm", "unit.mm"),
    ("_m", "unit.m"),
)
_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Line:
    """One row of the timeline, in words."""

    clock: str
    what: str
    why: str


class Names:
    """Turns the ids that events name into the names people use, in one language."""

    def __init__(self, run: Results, lang: str) -> None:
        self.run, world = run, run.world
        tables = (world.zones, world.facilities, world.waters, world.levees, world.points)
        self._by_id: dict[str, str] = {}
        for table in tables:
            shown = table.name_zh if lang == "zh" else table.name_en
            self._by_id |= dict(zip(table.id.tolist(), shown.tolist(), strict=True))
        for hazard in run.scenario.hazards:
            for inflow in getattr(hazard, "inflows", ()):
                self._by_id[inflow.id] = self._by_id.get(inflow.river or "", inflow.id)
        self._by_id[world.id] = world.name_zh if lang == "zh" else world.name_en
        self._by_id[run.manifest["id"]] = run.manifest["title"][lang]
        self._unnamed = say("roads.unnamed", lang)

    def of(self, who: str) -> str:
        """Return the name of an id, of a road for ``edge-12``, or the id when nothing has it."""
        kind, _, row = who.partition("-")
        world = self.run.world
        if kind == "edge" and row.isdigit() and int(row) < world.roads.n:
            road = world.road_names[world.roads.name[int(row)]]
            return str(road) or self._unnamed
        return self._by_id.get(who) or who


def event_text(kind: str, who: str, names: Names, lang: str, facts: str = "{}") -> str:
    """Return what an event says, with its amounts behind it."""
    what = say(f"event.{kind}", lang, who=names.of(who))
    amounts = [fact_text(name, value, names, lang) for name, value in json.loads(facts).items()]
    told = say("list.comma", lang).join(text for text in amounts if text)
    return say("timeline.facts", lang, what=what, facts=told) if told else what


def fact_text(name: str, value: Any, names: Names, lang: str) -> str:
    """Return ``depth 0.31 m`` of ``depth_m=0.31``: the unit is in the name."""
    if name in _UNTOLD or value is None:
        return ""
    word, amount = name, f"{value:,.4g}" if isinstance(value, float) else str(value)
    if name.endswith("_s") and not name.endswith("_per_s"):
        word = name.removesuffix("_s")
        amount = clock(names.run, value, lang) if word in _MOMENTS else as_text(float(value))
    elif name == "share":
        amount = f"{value:.0%}"
    for suffix, key in _SUFFIXES:
        if word.endswith(suffix):
            word, amount = word.removesuffix(suffix), f"{amount} {say(key, lang)}"
            break
    if f"fact.{word}" in catalogue():
        return say(f"fact.{word}", lang, value=amount)
    return say("fact.other", lang, name=word.replace("_", " "), value=amount)


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
        what = say(
            "timeline.more",
            lang,
            what=event_text(first["kind"], first["who"], names, lang),
            n=len(part) - 1,
            clock=clock(run, float(part["t_s"].iloc[-1]), lang),
        )
    return Line(clock(run, float(first["t_s"]), lang), what, _because(run, first, names, lang))


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
    """Return the run in one paragraph: rain, rivers, levees, land, roads, buildings, key sites."""
    text = ""
    for sentence in _sentences(run, lang):
        text = say("summary.joined", lang, first=text, second=sentence) if text else sentence
    return text


def _sentences(run: Results, lang: str) -> Iterator[str]:
    value = dict(zip(run.kpis["kpi"], run.kpis["value"], strict=True))
    world, hours = run.world, run.manifest["duration_s"] / 3600
    place = world.name_zh if lang == "zh" else world.name_en
    rain_mm = value["rain_depth"]
    rained = "summary.rain" if rain_mm > 0 else "summary.dry"
    yield say(rained, lang, hours=hours, place=place, rain_mm=rain_mm)
    inflow_m3 = float(run.series["inflow_m3"].iloc[-1]) if "inflow_m3" in run.series else 0.0
    if inflow_m3 > 0:
        yield say("summary.inflow", lang, volume=inflow_m3 / 1e6)
    yield from _levees(run, lang)
    if value["flooded_area"] > 0:
        area, depth = (kpi_text(name, value[name], lang) for name in ("flooded_area", "max_depth"))
        yield say("summary.land", lang, area=area, depth=depth)
    else:
        yield say("summary.no_land", lang)
    yield _roads(run, value, lang)
    yield _buildings(run, value, lang)
    if value["key_sites_flooded"] > 0:
        sites = kpi_text("key_sites_flooded", value["key_sites_flooded"], lang)
        yield say("summary.sites", lang, sites=sites)


def kpi_text(name: str, value: float, lang: str) -> str:
    """Return a key figure as a person reads it, with its unit on the same line."""
    text = say(f"kpi_value.{name}", lang, value=value, scientific=scientific(value))
    return text.replace(" ", "\u00a0")


def scientific(value: float) -> str:
    """Return ``2.1 × 10⁻¹²``."""
    digits, _, power = f"{value:.1e}".partition("e")
    return f"{digits} × 10{str(int(power)).translate(_RAISED)}" if value else "0"


def _levees(run: Results, lang: str) -> Iterator[str]:
    names = Names(run, lang)
    for kind in ("overtopped", "breached"):
        at, who = _first(run, f"levee_{kind}", lang)
        if at:
            yield say(f"summary.{kind}", lang, clock=at, who=names.of(who))


def _roads(run: Results, value: dict[str, float], lang: str) -> str:
    at, _ = _first(run, "road_closed", lang)
    if not at:
        return say("summary.no_road", lang)
    share = kpi_text("roads_passable_worst", value["roads_passable_worst"], lang)
    return say("summary.first_road", lang, clock=at, share=share)


def _buildings(run: Results, value: dict[str, float], lang: str) -> str:
    at, _ = _first(run, "buildings_flooded", lang)
    if not at:
        return say("summary.no_building", lang)
    buildings, residents = (
        kpi_text(name, value[name], lang)
        for name in ("buildings_flooded", "residents_in_flooded_homes")
    )
    return say("summary.buildings", lang, clock=at, buildings=buildings, residents=residents)


def _first(run: Results, kind: str, lang: str) -> tuple[str, str]:
    """Return clock and id of the first event of a kind; empty when there was none."""
    found = run.events[run.events["kind"] == kind]
    if found.empty:
        return "", ""
    return clock(run, float(found["t_s"].iloc[0]), lang), str(found["who"].iloc[0])
