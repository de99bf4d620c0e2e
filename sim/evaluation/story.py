"""A run told in one paragraph: water, command, warning, people, harm, and what broke first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from sim.core.words import say
from sim.evaluation.failure import first_failure
from sim.evaluation.naming import Names, clock, kpi_text, paragraph

if TYPE_CHECKING:
    from sim.model.results import Results

#: sentences of other hazards than floods, with the figures at the end that they add up
_TOLD = {
    "summary.ruined": ("buildings_complete",),
    "summary.fallen": ("buildings_collapsed",),
    "summary.burnt": ("buildings_burnt_out", "buildings_burning", "buildings_put_out"),
    "summary.slid": ("slopes_slid",),
    "summary.gas": ("gas_aegl2_m2",),
}
#: the same, told after everything else that happened to the ground
_TOLD_LAST = {"summary.no_power": ("zones_unpowered",)}
#: the figures of a run by name
Values = Mapping[str, float]


def story(results: Results, lang: str) -> str:
    """Return what happened, in one paragraph."""
    sentences = [*water_sentences(results, lang), *people_sentences(results, lang)]
    return paragraph(sentences, lang)


def _values(results: Results) -> Values:
    return dict(zip(results.kpis["kpi"], results.kpis["value"], strict=True))


def _texts(value: Values, names: Iterable[str], lang: str) -> dict[str, str]:
    return {name: kpi_text(name, value[name], lang) for name in names}


# -- water --------------------------------------------------------------------------------------


def water_sentences(results: Results, lang: str) -> Iterator[str]:
    """Yield what happened to the ground: shaking, fire, and what the water of a flood did."""
    value, world = _values(results), results.world
    yield from _other_hazards(results, lang)
    if "wet_area_m2" not in results.series:
        yield _roads(results, value, lang)
        yield from _counted(results, _TOLD_LAST, lang)
        return
    hours, rain_mm = results.manifest["duration_s"] / 3600, value["rain_depth"]
    place = world.name_zh if lang == "zh" else world.name_en
    rained = "summary.rain" if rain_mm > 0 else "summary.dry"
    yield say(rained, lang, hours=hours, place=place, rain_mm=rain_mm)
    series = results.series
    inflow_m3 = float(series["inflow_m3"].iloc[-1]) if "inflow_m3" in series else 0.0
    if inflow_m3 > 0:
        yield say("summary.inflow", lang, million_m3=inflow_m3 / 1e6, wan_m3=inflow_m3 / 1e4)
    yield from _levees(results, lang)
    if value["flooded_area"] > 0:
        area, depth = (kpi_text(name, value[name], lang) for name in ("flooded_area", "max_depth"))
        yield say("summary.land", lang, area=area, depth=depth)
    else:
        yield say("summary.no_land", lang)
    yield _roads(results, value, lang)
    yield _buildings(results, value, lang)
    if value["key_sites_flooded"] > 0:
        sites = kpi_text("key_sites_flooded", value["key_sites_flooded"], lang)
        yield say("summary.sites", lang, sites=sites)
    yield from _counted(results, _TOLD_LAST, lang)


def _other_hazards(results: Results, lang: str) -> Iterator[str]:
    """Yield a sentence an earthquake and a release, and what ice, fire, slides and gas did."""
    events = results.events
    shocks = events[events["kind"] == "earthquake"]
    for t_s, facts in zip(shocks["t_s"], shocks["facts"], strict=True):
        fact, at = json.loads(facts), clock(results, float(t_s), lang)
        strength = fact.get("intensity_max", 0.0)
        yield say("summary.quake", lang, clock=at, m=fact["magnitude"], intensity=strength)
    if "ice_max_mm" in results.series and (mm := float(results.series["ice_max_mm"].max())) > 0:
        yield say("summary.ice", lang, mm=mm)
    released = events[events["kind"] == "gas_released"]
    for t_s, facts in zip(released["t_s"], released["facts"], strict=True):
        fact, at = json.loads(facts), clock(results, float(t_s), lang)
        gas = say(f"gas.{fact['gas']}", lang)
        yield say("summary.release", lang, clock=at, gas=gas, mass_t=fact["mass_kg"] / 1000.0)
    yield from _wildfire(results, lang)
    yield from _counted(results, _TOLD, lang)


def _wildfire(results: Results, lang: str) -> Iterator[str]:
    """Yield when a wildfire began, what it burnt, and whether it was out at the end."""
    burnt_m2 = float(results.series.iloc[-1].get("burnt_m2", 0.0))
    if burnt_m2 <= 0:
        return
    events = results.events
    lit = events[events["facts"].str.contains('"ignition"', regex=False)]
    at = clock(results, float(lit["t_s"].min()), lang) if len(lit) else ""
    yield say(
        "summary.wildfire_began" if at else "summary.wildfire", lang, clock=at, km2=burnt_m2 / 1e6
    )
    out, _ = _first(results, "fire_out", lang)
    yield say("summary.wildfire_out" if out else "summary.wildfire_burns", lang, clock=out)


def _counted(results: Results, told: Mapping[str, tuple[str, ...]], lang: str) -> Iterator[str]:
    """Yield the sentences whose figures are more than nothing at the end."""
    last = results.series.iloc[-1]
    for key, (first, *others) in told.items():
        n = float(last.get(first, 0.0))
        if n > 0 or any(last.get(name, 0.0) > 0 for name in others):
            more = sum(float(last.get(name, 0.0)) for name in others)
            yield say(key, lang, n=n + more, first=n, km2=(n + more) / 1e6)


def _levees(results: Results, lang: str) -> Iterator[str]:
    names = Names(results, lang)
    for kind in ("overtopped", "breached"):
        at, who = _first(results, f"levee_{kind}", lang)
        if at:
            yield say(f"summary.{kind}", lang, clock=at, who=names.of(who))


def _roads(results: Results, value: Values, lang: str) -> str:
    at, _ = _first(results, "road_closed", lang)
    if not at:
        return say("summary.no_road", lang)
    share = kpi_text("roads_passable_worst", value["roads_passable_worst"], lang)
    return say("summary.first_road", lang, clock=at, share=share)


def _buildings(results: Results, value: Values, lang: str) -> str:
    at, _ = _first(results, "buildings_flooded", lang)
    if not at:
        return say("summary.no_building", lang)
    buildings, residents = (
        kpi_text(name, value[name], lang)
        for name in ("buildings_flooded", "residents_in_flooded_homes")
    )
    return say("summary.buildings", lang, clock=at, buildings=buildings, residents=residents)


def _first(results: Results, kind: str, lang: str) -> tuple[str, str]:
    """Return clock and id of the first event of a kind; empty when there was none."""
    found = results.events[results.events["kind"] == kind]
    if found.empty:
        return "", ""
    return clock(results, float(found["t_s"].iloc[0]), lang), str(found["who"].iloc[0])


# -- people -------------------------------------------------------------------------------------


def people_sentences(results: Results, lang: str) -> Iterator[str]:
    """Yield what people did and suffered: levels, warning, relocation, harm, promises."""
    value = _values(results)
    if results.plan is None:
        yield say("story.nobody_acts", lang)
        yield _harm(value, lang)
        return
    yield _levels(results, lang)
    yield from _warning(results, value, lang)
    yield from _relocation(results, value, lang)
    yield from _buried(value, lang)
    yield _harm(value, lang)
    yield from promises_kept(results, lang)
    failure = first_failure(results)
    if failure is not None:
        yield say("story.first_failure", lang, what=failure.text[lang])


def _levels(results: Results, lang: str) -> str:
    events = results.events
    came = events[(events["kind"] == "level_set") & (events["who"] != "none")]
    came = came.drop_duplicates("who")
    if came.empty:
        return say("story.no_level", lang)
    names = Names(results, lang)
    steps = [
        say("story.level", lang, level=names.of(who), clock=clock(results, t_s, lang))
        for who, t_s in zip(came["who"], came["t_s"], strict=True)
    ]
    return say("story.levels", lang, steps=say("list.comma", lang).join(steps))


def _warning(results: Results, value: Values, lang: str) -> Iterator[str]:
    if results.messages.empty:
        yield say("story.no_warning", lang)
        return
    figures = _texts(value, ["residents_to_warn", "warned_in_60min", "warned_share"], lang)
    first_s = float(results.messages["issued_s"].iloc[0])
    yield say("story.warned", lang, clock=clock(results, first_s, lang), **figures)
    if value["residents_in_flooded_homes"] > 0:
        in_time = kpi_text("warned_before_water", value["warned_before_water"], lang)
        yield say("story.warned_in_time", lang, share=in_time)


def _relocation(results: Results, value: Values, lang: str) -> Iterator[str]:
    if value["ordered"] > 0:
        names = ["ordered", "ordered_left", "ordered_stayed", "ordered_could_not"]
        rest = value["ordered_preparing"] + value["ordered_not_reached"]
        figures = _texts(value, names, lang) | {"rest": kpi_text("ordered", rest, lang)}
        yield say("story.ordered", lang, **figures)
    else:
        yield say("story.no_order", lang)
    if value["left_home"] > 0:
        names = ["left_home", "in_safety", "shelter_peak"]
        key = "story.left" if value["shelter_peak"] > 0 else "story.left_unsheltered"
        yield say(key, lang, **_texts(value, names, lang))
    if value["caught"] > 0:
        yield say("story.caught", lang, people=kpi_text("caught", value["caught"], lang))
    if value["blocked"] > 0:
        yield say("story.blocked", lang, people=kpi_text("blocked", value["blocked"], lang))


def _buried(value: Values, lang: str) -> Iterator[str]:
    if value["buried"] > 0:
        names = ["buried", "freed_alone", "freed_by_neighbours", "freed_by_teams"]
        yield say("story.buried", lang, **_texts(value, names, lang))


def _harm(value: Values, lang: str) -> str:
    if value["dead"] + value["severe"] + value["light"] == 0:
        return say("story.no_harm", lang)
    return say("story.harm", lang, **_texts(value, ["dead", "severe", "light"], lang))


def promises_kept(results: Results, lang: str) -> Iterator[str]:
    """Yield how many clauses were put to the test, and how they fared."""
    value = _values(results)
    n = {name: value[f"clauses_{name}"] for name in ("met", "late", "missed", "not_simulated")}
    due = n["met"] + n["late"] + n["missed"]
    if due == 0:
        yield say("story.no_clause_due", lang)
    else:
        counts = {name: f"{count:.0f}" for name, count in n.items()}
        yield say("story.clauses", lang, due=f"{due:.0f}", **counts)
    if n["not_simulated"]:
        yield say("story.not_simulated", lang, n=f"{n['not_simulated']:.0f}")
