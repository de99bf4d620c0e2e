"""What a map holds, told on the screen: for every command that makes or changes one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sim.world.world import World

#: ids of crossings told; the table of points has them all
_CROSSINGS_SHOWN: Final = 12


def summary_lines(world: World, lang: str) -> Iterator[str]:
    """Yield the lines of a map's summary, the warnings on its face first."""
    from sim.core.words import say
    from sim.world.summary import summary_of

    found = summary_of(world)
    west, south, east, north = found["bounds_m"]
    name = world.name_zh if lang == "zh" else world.name_en
    face = {key: found[key] for key in ("area_km2", "cells", "cell_m", "crs")}
    yield say("map_summary.face", lang, name=name, **face)
    if world.schematic:
        yield say("map_summary.schematic", lang)
    ground = "stand_in" if "not real" in found["elevation"] else "measured"
    if world.schematic:
        ground = "from_facts"
    elif ground == "stand_in":
        yield say("map_summary.not_real", lang)
    yield say("map_summary.bounds", lang, west=west, south=south, east=east, north=north)
    yield say(
        "map_summary.elevation",
        lang,
        low=found["elevation_low_m"],
        high=found["elevation_high_m"],
        source=say(f"ground.{ground}", lang),
    )
    yield say(
        "map_summary.streets",
        lang,
        parts=_parts("road_class", found["street_km"], lang),
        bridges=found["bridges"],
        underpasses=found["underpasses"],
    )
    yield say("map_summary.graph", lang, nodes=found["road_nodes"], edges=found["road_edges"])
    uses = _parts("building_use", found["buildings_by_use"], lang)
    yield say("map_summary.buildings", lang, n=found["buildings"], parts=uses)
    yield say("map_summary.people", lang, people=found["people"], households=found["households"])
    facilities = _parts("facility", found["facilities"], lang)
    yield say("map_summary.facilities", lang, parts=facilities)
    waters = _parts("water", found["waters"], lang)
    yield say("map_summary.waters", lang, parts=waters, levees=found["levees"])
    crossings = found["level_crossings"]
    if crossings:
        more = ", …" if len(crossings) > _CROSSINGS_SHOWN else ""
        ids = ", ".join(crossings[:_CROSSINGS_SHOWN]) + more
        yield say("map_summary.crossings", lang, n=len(crossings), ids=ids)
    dropped = world.provenance.get("dropped", {})
    if dropped:
        yield say("map_summary.dropped", lang)
    for reason, count in dropped.items():
        yield f"  {count:,} {say(f'dropped.{reason}', lang)}"


def _parts(topic: str, amounts: Mapping[str, float], lang: str) -> str:
    from sim.core.words import say

    parts = [
        say("map_summary.part", lang, name=say(f"{topic}.{name}", lang), amount=amount)
        for name, amount in amounts.items()
    ]
    return say("map_summary.separator", lang).join(parts) or say("map_summary.none", lang)


def check_lines(world: World, lang: str) -> tuple[list[str], bool]:
    """Return the outcome of every check of a map, a line each, and whether all passed."""
    from sim.core.words import say
    from sim.world.checks import checks_of

    findings = checks_of(world)
    lines = [say("map_check.title", lang), *(f"  {one.says(lang)}" for one in findings)]
    return lines, all(one.ok for one in findings)
