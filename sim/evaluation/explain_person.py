"""Why: what one resident heard, decided and lived through."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from sim.agents.ledger import HEALTHS, STATES
from sim.agents.residents import DECISIONS, NOBODY, SEES_FIRE, SEES_WATER, WAITS, WARNED_BY
from sim.core.errors import SimError
from sim.core.words import say
from sim.evaluation.failure import clause_title, link_text
from sim.evaluation.naming import Names, clock
from sim.model.results import Results
from sim.world.states import DAMAGE_STATES
from sim.world.tables import AGE_BANDS, MOBILITIES

#: when something happened, s from the start, and the sentence that tells it
Told = tuple[float, str]
#: of what held all the time, and of what never came
_ALWAYS, _NEVER = -math.inf, math.inf


class NoSuchPersonError(SimError):
    """A run has no resident of that number."""


def explain_person(results: Results, person: int, lang: str = "en") -> list[str]:
    """Return in sentences who a resident is, what he or she heard, decided and lived through.

    Raises
    ------
    NoSuchPersonError
        When the run has no such resident, or kept only a sample without this one.
    """
    row = _person(results, person)
    names = Names(results, lang)
    told = [*_home(results, row, lang), *_buried(results, row, lang)]
    if results.plan is not None:
        told += [_warned(results, row, lang), *_ordered(results, row, names)]
        told += _decided(results, row, names)
    told += _went(results, row, lang)
    lived = [sentence for _, sentence in sorted(told, key=lambda timed: timed[0])]
    return [_who(results, row, names), *lived, *_ended(results, row, names)]


def _person(results: Results, person: int) -> pd.Series:
    people = results.people
    found = people.index[people["person"] == person]
    if len(found) == 0:
        ids = people["person"].to_numpy()
        nearest = int(ids[np.argmin(np.abs(ids - person))])
        kept = f"; it keeps one household in {results.every}" if results.every > 1 else ""
        raise NoSuchPersonError(
            f"{results.folder}: no resident {person}; residents: {ids.min()}..{ids.max()}{kept};"
            f" nearest: {nearest}"
        )
    row: pd.Series = people.loc[found[0]]
    return row


def _who(results: Results, row: pd.Series, names: Names) -> str:
    world, lang = results.world, names.lang
    zone = int(row["zone"])
    return say(
        "explain.person",
        lang,
        person=int(row["person"]),
        age=AGE_BANDS[int(row["age"])],
        mobility=say(f"mobility.{MOBILITIES[int(row['mobility'])]}", lang),
        zone=names.of(str(world.zones.id[zone])) if zone >= 0 else names.of(world.id),
        storey=int(world.households.storey[int(row["household"])]),
        storeys=int(world.buildings.storeys[int(row["home"])]),
    )


def _at(results: Results, row: pd.Series, column: str, key: str, lang: str, **more: Any) -> Told:
    """Return when something happened by a column of times, and the sentence of that key."""
    at_s = float(row[column])
    return at_s, say(key, lang, clock=clock(results, at_s, lang), **more)


def _home(results: Results, row: pd.Series, lang: str) -> Iterator[Told]:
    """Yield what became of the home building: water in it, its fall, its fire."""
    if not np.isnan(row["home_first_wet_s"]):
        deep_m = float(row["home_max_depth_m"])
        yield _at(results, row, "home_first_wet_s", "explain.home_wet", lang, depth_m=deep_m)
    elif results.keeps("max_depth_m"):
        yield _ALWAYS, say("explain.home_dry", lang)
    states = results.states
    of_home = states[states["row"] == row["home"]]
    ever = set(of_home["state"])
    damage = of_home.loc[of_home["state"] == "building_damage", "value"]
    if len(damage) and damage.iloc[-1] > 0 and "building_collapsed" not in ever:
        named = say(f"damage.{DAMAGE_STATES[int(damage.iloc[-1])]}", lang)
        yield _ALWAYS, say("explain.home_damage", lang, damage=named)
    for state in ("building_collapsed", "building_fire"):
        if state in ever:
            yield _ALWAYS, say(f"explain.home_{state}", lang)


def _buried(results: Results, row: pd.Series, lang: str) -> Iterator[Told]:
    """Yield when somebody was buried, and when and by whom freed."""
    trapped = results.trapped
    for _, case in trapped[trapped["row"] == row.name].iterrows():
        yield _at(results, case, "since_s", "explain.buried", lang)
        if case["how"] != "buried":
            how = say(f"freed.{case['how']}", lang)
            yield _at(results, case, "end_s", "explain.freed", lang, how=how)


def _warned(results: Results, row: pd.Series, lang: str) -> Told:
    if np.isnan(row["warned_s"]):
        issued = not results.messages.empty
        return _ALWAYS, say("explain.never_warned" if issued else "explain.no_warning", lang)
    by = int(row["warned_by"])
    channel = say(f"channels.{WARNED_BY[by] if by != NOBODY else 'neighbour'}", lang)
    return _at(results, row, "warned_s", "explain.warned", lang, channel=channel)


def _ordered(results: Results, row: pd.Series, names: Names) -> Iterator[Told]:
    if row["order"] < 0:
        return
    orders = results.messages[results.messages["is_order"]]
    order = orders.iloc[int(row["order"])]
    who = str(results.events["who"].iloc[int(order["event"])])
    clause = clause_title(results, who, names.lang)
    yield _at(results, order, "issued_s", "explain.ordered", names.lang, clause=clause)


def _decided(results: Results, row: pd.Series, names: Names) -> Iterator[Told]:
    """Yield what the household decided and because of what, and what keeps it at home."""
    lang, decision = names.lang, DECISIONS[int(row["decision"])]
    if decision == "none":
        if not np.isnan(row["warned_s"]):
            yield float(row["warned_s"]), say("explain.undecided", lang)
        elif not results.messages.empty:
            yield _ALWAYS, say("explain.nothing_to_decide", lang)
        return
    at_s, told = _at(results, row, "decided_s", f"explain.{decision}", lang)
    yield at_s, told
    if row["decided_by"] >= 0:
        event = results.events.iloc[int(row["decided_by"])]
        yield at_s, say("explain.because", lang, event=link_text(event, names))
    if int(row["flags"]) & int(SEES_WATER):
        yield at_s, say("explain.saw_water", lang)
    if int(row["flags"]) & int(SEES_FIRE):
        yield at_s, say("explain.saw_fire", lang)


def _went(results: Results, row: pd.Series, lang: str) -> Iterator[Told]:
    """Yield how somebody got away, or what it was that held him or her back."""
    decision, wait = DECISIONS[int(row["decision"])], WAITS[int(row["waits_for"])]
    if not np.isnan(row["left_s"]):
        key = "explain.left" if decision == "leave" else "explain.left_otherwise"
        yield _at(results, row, "left_s", key, lang)
    elif wait != "nothing":
        yield _NEVER, say(f"explain.waits_{wait}", lang)
    elif decision == "leave":
        _, told = _at(results, row, "ready_s", "explain.not_ready", lang)
        yield _NEVER, told
    happened = [name for name in ("caught", "blocked") if not np.isnan(row[f"{name}_s"])]
    for name in happened:
        yield _at(results, row, f"{name}_s", f"explain.{name}", lang)
    if happened and not np.isnan(row["refuge_s"]):
        storeys = int(results.world.buildings.storeys[int(row["refuge"])])
        yield _at(results, row, "refuge_s", "explain.refuge", lang, storeys=storeys)
    for name, key in (("safe_s", "explain.safe"), ("home_s", "explain.came_home")):
        if not np.isnan(row.get(name, np.nan)):
            yield _at(results, row, name, key, lang)


def _ended(results: Results, row: pd.Series, names: Names) -> Iterator[str]:
    lang, place = names.lang, int(row["place"])
    if STATES[int(row["state"])] == "outdoors" and row["moved_by"] >= 0:
        event = results.events.iloc[int(row["moved_by"])]
        yield say("explain.went_out", lang, event=link_text(event, names))
    state = say(f"state.{STATES[int(row['state'])]}", lang)
    if place >= 0:
        where = names.of(str(results.world.facilities.id[place]))
        yield say("explain.ended_at", lang, state=state, place=where)
    else:
        yield say("explain.ended", lang, state=state)
    if HEALTHS[int(row["health"])] != "well":
        health = say(f"health.{HEALTHS[int(row['health'])]}", lang)
        event = results.events.iloc[int(row["hurt_by"])]
        at = clock(results, float(event["t_s"]), lang)
        yield say("explain.hurt", lang, health=health, clock=at)


def person_row(results: Results, person: int) -> dict[str, Any]:
    """Return one resident's row with names instead of codes; absent times are None."""
    row = _person(results, person)
    by = int(row["warned_by"])
    named = {
        "age": AGE_BANDS[int(row["age"])],
        "mobility": MOBILITIES[int(row["mobility"])],
        "state": STATES[int(row["state"])],
        "health": HEALTHS[int(row["health"])],
        "warned_by": WARNED_BY[by] if by != NOBODY else None,
        "decision": DECISIONS[int(row["decision"])],
        "waits_for": WAITS[int(row["waits_for"])],
    }
    plain: dict[str, Any] = json.loads(row.to_json())
    return plain | named
