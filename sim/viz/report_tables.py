"""The tables of a report, cell by cell, in one language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.words import say
from sim.evaluation.naming import clock, road_in, scientific
from sim.scenario.parameters import Parameter, all_parameters
from sim.viz.charts import LEDGER
from sim.world.tables import BUILDING_CLASSES

if TYPE_CHECKING:
    from sim.model.results import Results

_MOST_ROADS: Final = 20
_DOUBTFUL: Final = ("assumed", "unconfirmed")
#: topics of the catalogue under every map, and under each kind of hazard and link of a chain
_MAP_TOPICS: Final = ("run", "roads", "buildings")
_HAZARD_TOPICS: Final[Mapping[str, tuple[str, ...]]] = {
    "flood": ("flood",),
    "earthquake": ("earthquake", "quake_harm", "outdoors"),
    "urban_fire": ("urban_fire", "fire_harm"),
    "wildfire": ("wildfire", "fire_harm"),
    "surge": ("surge",),
    "freezing_rain": ("ice",),
    "hazmat": ("hazmat", "gas_harm"),
    "wildfire_houses": ("wildfire_houses",),
    "power": ("power",),
    "landslide": ("landslide",),
}
#: of links that have no topic of their own
_CHAINS: Final = ("chains",)
_PLAN_TOPICS: Final = (
    *("plan", "people", "residents", "refuge", "movement", "crowd", "response", "reports"),
    *("command", "communications", "shelters", "supply", "medical", "rescue", "fire_response"),
)


@dataclass(frozen=True)
class Sheet:
    """A table: a head, rows of text, how many leading columns are words, and a note below."""

    head: list[str]
    rows: list[list[str]]
    words: int = 1
    note: str = ""
    #: the last row is a total
    total: bool = False


def roads(run: Results, lang: str) -> Sheet:
    """Return the roads with the most kilometre-hours of closure."""
    spells = run.closures
    end_s = spells["reopened_s"].fillna(run.manifest["duration_s"])
    spells = spells.assign(
        weight=(end_s - spells["closed_s"]) * spells["length_m"],
        once_m=spells["length_m"].where(~spells["edge"].duplicated(), 0.0),
        still=spells["reopened_s"].isna(),
    )
    by_road = spells.groupby(["road", "zone"], sort=False, as_index=False).agg(
        weight=("weight", "sum"),
        length_m=("once_m", "sum"),
        first_s=("closed_s", "min"),
        last_s=("reopened_s", "max"),
        still=("still", "any"),
        depth_m=("max_depth_m", "max"),
    )
    top = by_road.sort_values("weight", ascending=False, kind="stable").head(_MOST_ROADS)
    wet = run.keeps("max_depth_m")
    told = ("road", "zone", "length", "first", "last", *(("depth",) if wet else ()))
    head = [say(f"roads.{key}", lang) for key in told]
    rows = [
        [
            road_in(row["road"], lang) or say("roads.unnamed", lang),
            zone_name(run, row["zone"], lang),
            f"{row['length_m'] / 1000:,.2f}",
            clock(run, row["first_s"], lang),
            say("roads.still", lang) if row["still"] else clock(run, row["last_s"], lang),
            *([f"{row['depth_m']:.2f}"] if wet else []),
        ]
        for row in top.to_dict("records")
    ]
    note = say("roads.note" if wet else "roads.note_dry", lang, shown=len(top), n=len(by_road))
    return Sheet(head, rows, words=2, note=note)


def buildings(run: Results, lang: str) -> Sheet:
    """Return counts of buildings that water entered, by town and structure."""
    table = run.world.buildings
    rows = run.buildings["building"].to_numpy(dtype=np.int64)
    towns = run.world.town_of(table.zone[rows])
    counts = pd.crosstab(towns, table.building_class[rows])
    counts = counts.loc[counts.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    kinds = [int(code) for code in sorted(counts.columns)]
    head = [
        say("roads.zone", lang),
        say("buildings.all", lang),
        *(say(f"building_class.{BUILDING_CLASSES[code]}", lang) for code in kinds),
    ]
    body = [
        _counts_row(zone_name(run, int(town), lang), counts.loc[town, kinds].to_numpy())
        for town in counts.index
    ]
    total = _counts_row(say("buildings.all", lang), counts[kinds].sum().to_numpy())
    return Sheet(head, [*body, total], note=say("buildings.note", lang), total=True)


def _counts_row(name: str, counts: NDArray[np.int64]) -> list[str]:
    return [
        name,
        f"{int(counts.sum()):,}",
        *(f"{int(count):,}" if count else "–" for count in counts),
    ]


def balance(run: Results, lang: str) -> Sheet:
    """Return the water ledger at the end: what came, what went, what is there, what is wrong."""
    last = run.series.iloc[-1]
    start_m3 = float(last.get("stored0_m3", 0.0))
    came_m3 = start_m3 + sum(float(last.get(name, 0)) for name, sign in LEDGER.items() if sign > 0)
    entries = [("stored0_m3", 1, start_m3)]
    entries += [(name, sign, float(last[name])) for name, sign in LEDGER.items() if name in last]
    rows = [
        [f"{_SIGNS[sign]} {say(f'ledger.{name}', lang)}", f"{m3:,.0f}", _share(m3, came_m3)]
        for name, sign, m3 in entries
        if m3 != 0
    ]
    error = float(last.get("mass_error_share", 0.0))
    rows.append([say("balance.error", lang), f"{error * came_m3:,.3g}", scientific(error)])
    head = [say(f"balance.{key}", lang) for key in ("entry", "volume", "share")]
    return Sheet(
        head, rows, note=say("balance.note", lang, error=scientific(abs(error))), total=True
    )


_SIGNS: Final = {1: "+", -1: "−", 0: "="}


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.1%}" if whole else "–"


def doubtful_parameters(run: Results, lang: str) -> Sheet:
    """Return the parameters under the hazards that a reader must not take for granted."""
    parts = (*run.scenario.hazards, *run.scenario.chains)
    topics = {topic for part in parts for topic in _HAZARD_TOPICS.get(part.kind, _CHAINS)}
    return _doubtful(
        lambda row: row.topic in {*_MAP_TOPICS, *topics} or _under_the_rain(run, row),
        "limits.doubtful",
        lang,
    )


def doubtful_people_parameters(lang: str) -> Sheet:
    """Return the parameters under what people and posts do, not to be taken for granted."""
    return _doubtful(lambda row: row.topic in _PLAN_TOPICS, "limits.doubtful_people", lang)


def _doubtful(concerns: Callable[[Parameter], bool], note_key: str, lang: str) -> Sheet:
    every = all_parameters()
    sorts = Counter(row.confidence for row in every)
    keys = ("parameter", "value", "range", "confidence", "source")
    rows = [
        [
            f"{row.zh if lang == 'zh' else row.en} ({row.key})",
            f"{row.value:g} {row.unit}".removesuffix(" 1"),
            f"{row.low:g}–{row.high:g}",
            say(f"confidence.{row.confidence}", lang),
            row.source_in(lang),
        ]
        for row in every
        if row.confidence in _DOUBTFUL and concerns(row)
    ]
    note = say(
        note_key,
        lang,
        n=len(every),
        known=len(every) - sum(sorts[sort] for sort in _DOUBTFUL),
        assumed=sorts["assumed"],
        unconfirmed=sorts["unconfirmed"],
    )
    return Sheet([say(f"limits.{key}", lang) for key in keys], rows, words=5, note=note)


def _under_the_rain(run: Results, row: Parameter) -> bool:
    """Whether a parameter is of the rain formula of the scenario."""
    rains = [getattr(hazard, "rain", None) for hazard in run.scenario.hazards]
    return any(row.key.startswith(f"rain.{getattr(rain, 'formula', None)}_") for rain in rains)


def zone_name(run: Results, row: int, lang: str) -> str:
    """Return what a zone of the map is called; -1 is outside all streets."""
    if row < 0:
        return say("buildings.outside", lang)
    zones = run.world.zones
    return str((zones.name_zh if lang == "zh" else zones.name_en)[row])
