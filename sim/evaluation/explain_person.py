"""Why: what one resident heard, decided and lived through."""

from __future__ import annotations

import json
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
    told = [_who(results, row, names), *_home(results, row, lang), *_buried(results, row, lang)]
    if results.plan is not None:
        told.append(_warned(results, row, lang))
        if row["order"] >= 0:
            told.append(_ordered(results, row, names))
        told += _decided(results, row, names)
    told += _went(results, row, lang)
    told += _ended(results, row, names)
    return told


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


def _home(results: Results, row: pd.Series, lang: str) -> Iterator[str]:
    """Yield what became of the home building: water in it, its fall, its fire."""
    if not np.isnan(row["home_first_wet_s"]):
        at = clock(results, float(row["home_first_wet_s"]), lang)
        yield say("explain.home_wet", lang, clock=at, depth_m=float(row["home_max_depth_m"]))
    elif results.keeps("max_depth_m"):
        yield say("explain.home_dry", lang)
    states = results.states
    of_home = states[states["row"] == row["home"]]
    ever = set(of_home["state"])
    damage = of_home.loc[of_home["state"] == "building_damage", "value"]
    if len(damage) and damage.iloc[-1] > 0 and "building_collapsed" not in ever:
        named = say(f"damage.{DAMAGE_STATES[int(damage.iloc[-1])]}", lang)
        yield say("explain.home_damage", lang, damage=named)
    for state in ("building_collapsed", "building_fire"):
        if state in ever:
            yield say(f"explain.home_{state}", lang)


def _buried(results: Results, row: pd.Series, lang: str) -> Iterator[str]:
    """Yield when somebody was buried, and when and by whom freed."""
    trapped = results.trapped
    for case in trapped[trapped["row"] == row.name].to_dict("records"):
        since = clock(results, float(case["since_s"]), lang)
        yield say("explain.buried", lang, clock=since)
        if case["how"] != "buried":
            until = clock(results, float(case["end_s"]), lang)
            yield say("explain.freed", lang, clock=until, how=say(f"freed.{case['how']}", lang))


def _warned(results: Results, row: pd.Series, lang: str) -> str:
    if np.isnan(row["warned_s"]):
        issued = not results.messages.empty
        return say("explain.never_warned" if issued else "explain.no_warning", lang)
    by = int(row["warned_by"])
    channel = WARNED_BY[by] if by != NOBODY else "neighbour"
    at = clock(results, float(row["warned_s"]), lang)
    return say("explain.warned", lang, clock=at, channel=say(f"channels.{channel}", lang))


def _ordered(results: Results, row: pd.Series, names: Names) -> str:
    orders = results.messages[results.messages["is_order"]]
    order = orders.iloc[int(row["order"])]
    clause = str(results.events["who"].iloc[int(order["event"])])
    return say(
        "explain.ordered",
        names.lang,
        clock=clock(results, float(order["issued_s"]), names.lang),
        clause=clause_title(results, clause, names.lang),
    )


def _decided(results: Results, row: pd.Series, names: Names) -> Iterator[str]:
    """Yield what the household decided and because of what, and what keeps it at home."""
    lang, decision = names.lang, DECISIONS[int(row["decision"])]
    if decision == "none":
        heard = not np.isnan(row["warned_s"])
        if not heard and results.messages.empty:
            return
        yield say("explain.undecided" if heard else "explain.nothing_to_decide", lang)
        return
    at = clock(results, float(row["decided_s"]), lang)
    yield say(f"explain.{decision}", lang, clock=at)
    if row["decided_by"] >= 0:
        event = results.events.iloc[int(row["decided_by"])]
        yield say("explain.because", lang, event=link_text(event, names))
    if int(row["flags"]) & int(SEES_WATER):
        yield say("explain.saw_water", lang)
    if int(row["flags"]) & int(SEES_FIRE):
        yield say("explain.saw_fire", lang)


def _went(results: Results, row: pd.Series, lang: str) -> Iterator[str]:
    """Yield how somebody got away, or what it was that held him or her back."""
    decision, wait = DECISIONS[int(row["decision"])], WAITS[int(row["waits_for"])]
    if not np.isnan(row["left_s"]):
        at = clock(results, float(row["left_s"]), lang)
        yield say(
            "explain.left" if decision == "leave" else "explain.left_otherwise", lang, clock=at
        )
    elif wait != "nothing":
        yield say(f"explain.waits_{wait}", lang)
    elif decision == "leave":
        ready = float(row["ready_s"])
        yield say("explain.not_ready", lang, clock=clock(results, ready, lang))
    if not np.isnan(row["caught_s"]):
        yield say("explain.caught", lang, clock=clock(results, float(row["caught_s"]), lang))
    if not np.isnan(row["blocked_s"]):
        yield say("explain.blocked", lang, clock=clock(results, float(row["blocked_s"]), lang))
    was_away = not np.isnan(row["caught_s"]) or not np.isnan(row["blocked_s"])
    if was_away and not np.isnan(row["refuge_s"]):
        at = clock(results, float(row["refuge_s"]), lang)
        storeys = int(results.world.buildings.storeys[int(row["refuge"])])
        yield say("explain.refuge", lang, clock=at, storeys=storeys)
    if not np.isnan(row["safe_s"]):
        yield say("explain.safe", lang, clock=clock(results, float(row["safe_s"]), lang))


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
