"""What ids, moments, amounts and events of a run are called, in one language."""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sim.core.units import as_text
from sim.core.words import Said, catalogue, named, said, say
from sim.scenario.base import Title
from sim.scenario.forces import unit_kinds
from sim.scenario.goods import Row, carriers

if TYPE_CHECKING:
    from sim.model.results import Results

#: facts for the log only: what the clock, the name or the seed already says
_UNTOLD: Final = (
    "at_s",
    "ignition",
    "seed",
    "breach",
    "law",
    "scale",
    "pga_max_m_per_s2",
    "x_m",
    "y_m",
)
#: facts that say something only when they are more than nothing
_UNTOLD_ZEROS: Final = ("dead", "severe", "light", "people")
#: facts told in percent
_SHARES: Final = ("share", "along", "strongest_along")
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
    ("_min", "unit.min"),
    ("_m", "unit.m"),
)
_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
#: units that have no row on the map: ``depot-1-bus-3``, ``pump-2``
#: a road with a Chinese and an English name
_BOTH: Final = re.compile(r"(\S*[\u4e00-\u9fff]\S*) ([A-Za-z].*)")
#: quotes inside the quotes of a title
_INNER: Final = str.maketrans("“”", "‘’")
_NUMBERED: Final = re.compile(r"(.+)-(bus|feeder)-(\d+)")
_PUMP: Final = re.compile(r"pump-(?P<pump>\d+)")
#: bases that a scenario puts where the map has no facility
_SPOT: Final = re.compile(r"spot-(?P<spot>-?\d+--?\d+)")
_FORCE: Final = re.compile(
    r"(armed_police|garrison|militia|helicopter|neighbour_district)-\d+-(\d+)"
)


def clock(run: Results, t_s: float, lang: str) -> str:
    """Return ``18:30``, from the first midnight on with the date: ``06:30 on 29 July``."""
    moment = run.start + timedelta(seconds=t_s)
    text = f"{moment:%H:%M}"
    if moment.date() == run.start.date():
        return text
    return say("clock.later", lang, date=date_text(moment, lang), clock=text)


def date_text(moment: datetime, lang: str) -> str:
    """Return ``29 July``."""
    return say("clock.date", lang, day=moment.day, month=say(f"month.{moment.month}", lang))


def clause_called(clause: str, title: Title) -> Said:
    """Return ``W2, "Warn low-lying zones"``, quotes inside the title made inner ones."""
    en, zh = (text.translate(_INNER) for text in (title.en, title.zh))
    return said("clause.title", id=clause, title=named(en, zh))


def road_in(name: str, lang: str) -> str:
    """Return a road's name in a language, where it has both: ``沈辽路 Shenliao Road``."""
    both = _BOTH.fullmatch(name)
    return name if both is None else both[1] if lang == "zh" else both[2]


class Names:
    """Turns the ids that events name into the names people use, in one language."""

    def __init__(self, run: Results, lang: str) -> None:
        self.run, self.lang, world = run, lang, run.world
        tables = (world.zones, world.facilities, world.waters, world.levees, world.points)
        self._by_id: dict[str, str] = {}
        for table in tables:
            shown = table.name_zh if lang == "zh" else table.name_en
            self._by_id |= dict(zip(table.id.tolist(), shown.tolist(), strict=True))
        for hazard in run.scenario.hazards:
            self._by_id.setdefault(hazard.id, world.name_zh if lang == "zh" else world.name_en)
            for inflow in getattr(hazard, "inflows", ()):
                named = inflow.title and say("who.inflow", lang, id=getattr(inflow.title, lang))
                unnamed = say("who.inflow", lang, id=inflow.id)
                self._by_id[inflow.id] = named or self._by_id.get(inflow.river or "", unnamed)
        bases = (stock for stock in run.scenario.relief.stocks if stock.title is not None)
        self._by_id |= {stock.place: getattr(stock.title, lang) for stock in bases}
        self._by_id[world.id] = world.name_zh if lang == "zh" else world.name_en
        self._by_id[run.manifest["id"]] = run.manifest["title"][lang]
        self._unnamed = say("roads.unnamed", lang)
        if run.manifest.get("plan"):
            self._by_id |= {post.id: getattr(post.title, lang) for post in run.plan_posts()}

    def of(self, who: str) -> str:
        """Return the name of an id, of a road for ``edge-12``, or the id when nothing has it."""
        kind, _, row = who.partition("-")
        world = self.run.world
        if kind == "edge" and row.isdigit() and int(row) < world.roads.n:
            road = road_in(str(world.road_names[world.roads.name[int(row)]]), self.lang)
            return road or self._unnamed
        return self._by_id.get(who) or self._of_unit(who)

    def _of_unit(self, who: str) -> str:
        if f"who.{who}" in catalogue():
            return say(f"who.{who}", self.lang)
        if one := _NUMBERED.fullmatch(who):
            return say(f"who.{one[2]}", self.lang, of=self.of(one[1]), number=one[3])
        if place := _PUMP.fullmatch(who) or _SPOT.fullmatch(who):
            return say(f"who.{place.lastgroup}", self.lang, of=place[1])
        if force := _FORCE.fullmatch(who):
            return say("who.force", self.lang, force=self.of(force[1]), number=force[2])
        if unit := _unit_id().fullmatch(who):
            kind = _kinds()[unit[2]]
            named = kind.zh if self.lang == "zh" else kind.en
            depot = self.of(unit[1])
            return say("who.truck", self.lang, kind=named, depot=depot, number=unit[3])
        return who

    def value(self, name: str, value: str) -> str:
        """Return what a fact's text means: a word of its own (``action.report``), or an id."""
        several = [self._one_value(name, part) for part in value.split(" ")]
        return say("list.items", self.lang).join(several)

    def _one_value(self, name: str, value: str) -> str:
        key = f"{name}.{value}"
        return say(key, self.lang) if key in catalogue() else self.of(value)


@functools.cache
def _kinds() -> dict[str, Row]:
    """Return kinds of vehicles and units by how they stand in ids."""
    trucks = {name.replace("_", "-"): kind for name, kind in carriers().items()}
    return {**trucks, **unit_kinds(), "engine": unit_kinds()["fire_engine"]}


@functools.cache
def _unit_id() -> re.Pattern[str]:
    """Return what ids of vehicles and units look like: ``depot-light-truck-3``."""
    kinds = "|".join(map(re.escape, sorted(_kinds(), key=len, reverse=True)))
    return re.compile(rf"(.+?)-({kinds})-(\d+)")


def event_text(kind: str, who: str, names: Names, lang: str, facts: str = "{}") -> str:
    """Return what an event says, with its amounts behind it."""
    what = say(f"event.{kind}", lang, who=names.of(who))
    # how many people come before what they are made up of
    amounts = [
        fact_text(name, value, names, lang)
        for name, value in sorted(json.loads(facts).items(), key=lambda fact: fact[0] != "people")
    ]
    told = say("list.comma", lang).join(text for text in amounts if text)
    return say("timeline.facts", lang, what=what, facts=told) if told else what


def fact_text(name: str, value: Any, names: Names, lang: str) -> str:
    """Return ``depth 0.31 m`` of ``depth_m=0.31``: the unit is in the name."""
    if name in _UNTOLD or value is None or value == "" or (name in _UNTOLD_ZEROS and value == 0):
        return ""
    word, amount = name, str(value) if isinstance(value, str | bool) else _number(value)
    if isinstance(value, str):
        amount = names.value(name, value)
        name = word = f"{name}.said" if f"fact.{name}.said" in catalogue() else name
    elif name.endswith("_s") and not name.endswith("_per_s"):
        word = name.removesuffix("_s")
        amount = clock(names.run, value, lang) if word in _MOMENTS else as_text(float(value), lang)
    elif name in _SHARES:
        amount = f"{value:.0%}"
    for suffix, key in _SUFFIXES:
        if word.endswith(suffix):
            word, amount = word.removesuffix(suffix), f"{amount} {say(key, lang)}"
            break
    for key in (f"fact.{name}", f"fact.{word}"):
        if key in catalogue():
            return say(key, lang, value=amount)
    return say("fact.other", lang, name=word.replace("_", " "), value=amount)


def _number(value: float) -> str:
    """Return four figures of a small number, all whole ones of a large number or a count."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def kpi_text(name: str, value: float, lang: str) -> str:
    """Return a key figure as a person reads it, with its unit on the same line; a dash for none."""
    if math.isnan(value):
        return say("kpi_value.none", lang)
    shown = value if isinstance(value, _Average) else _Figure(value)
    # what English counts in millions, Chinese counts in 万: ten thousands
    words = {"value": shown, "ten_thousands": type(shown)(100 * value)}
    text = say(f"kpi_value.{name}", lang, scientific=scientific(value), **words)
    return text.replace(" ", "\u00a0")


def average_text(name: str, value: float, lang: str) -> str:
    """Return an average of a key figure, with the decimals that a small number of people needs."""
    return kpi_text(name, _Average(value), lang)


class _Figure(float):
    """A number without decimals that say nothing (26,500), with those that do (99.96 %, 0.03)."""

    def __format__(self, how: str) -> str:
        if how.endswith((".1f", ".2f")) and abs(self) >= 1000:
            how = ",.0f"
        elif how.endswith(".1f") and 0 < abs(self) < 0.05:
            how = ".1g"
        elif how.endswith(".1%") and 0.9995 <= self < 1:
            how = how.removesuffix(".1%") + ".2%"
        return super().__format__(how)


class _Average(float):
    """A number that keeps two digits where it would be written as a whole one: 0.03 dead."""

    def __format__(self, how: str) -> str:
        small = how.endswith(".0f") and abs(self) < 10 and not self.is_integer()
        if not small:
            return super().__format__(how)
        digits = min(max(1 - math.floor(math.log10(abs(self))), 1), 4)
        return super().__format__(f"{how.removesuffix('.0f')}.{digits}f")


def scientific(value: float) -> str:
    """Return ``2.1 × 10⁻¹²``."""
    digits, _, power = f"{value:.1e}".partition("e")
    return f"{digits} × 10{str(int(power)).translate(_RAISED)}" if value else "0"


def paragraph(sentences: Iterable[str], lang: str) -> str:
    """Join sentences as the language does: with a space, or without."""
    text = ""
    for sentence in sentences:
        text = say("summary.joined", lang, first=text, second=sentence) if text else sentence
    return text
