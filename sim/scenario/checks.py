"""Checks that no single model can make: units, ranges, ids, references, times, files.

All of them look at the raw document through `sim.scenario.walk`, so they also work on a file that
does not validate, and all their findings come at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sim.core.errors import choices, did_you_mean
from sim.core.units import UNITS, as_text
from sim.core.words import said
from sim.scenario.base import Amount, Names, Part, found_text, not_one_of
from sim.scenario.map_names import map_names, names_beside
from sim.scenario.own_parameters import stated_values
from sim.scenario.parameters import catalogue_row
from sim.scenario.paths import InFolder, in_folder
from sim.scenario.plan import Plan
from sim.scenario.scenario import Scenario
from sim.scenario.targets import MEASURES, Targets
from sim.scenario.walk import Place
from sim.scenario.yaml_guard import Where, dotted

#: the unit that most people would write, by dimension
_USUAL: Final = {"duration": "min", "length": "m", "rate": "mm/h", "flow": "m3/s"}
_NUMBERED: Final = re.compile(r"-\d+$")


@dataclass(frozen=True)
class Finding:
    """Something wrong at one place of a document."""

    path: Where
    says: str
    warning: bool = False


def place_checks(seen: Sequence[Place], lines: Mapping[Where, int]) -> Iterator[Finding]:
    """Find what is wrong with single places: units, plausible ranges, ids that stand twice."""
    for place in seen:
        yield from _states_one(place)
        yield from _has_unit(place)
        yield from _is_plausible(place)
        yield from _unique_ids(place, lines)
        yield from _not_closed(place)


def cross_checks(
    model: type[Part], document: Any, seen: Sequence[Place], folder: Path
) -> Iterator[Finding]:
    """Find what is wrong between places, by the sort of file."""
    if isinstance(document, dict):
        yield from _files(seen, folder)
        yield from _CROSS.get(model, _nothing)(document, seen, folder)


def _states_one(place: Place) -> Iterator[Finding]:
    if place.part is not None and isinstance(place.value, dict):
        says = not_one_of(place.part.ONE_OF, place.value)
        if says:
            yield Finding(place.path, says)


def _has_unit(place: Place) -> Iterator[Finding]:
    amount = place.mark(Amount)
    if amount and isinstance(place.value, (int, float)) and not isinstance(place.value, bool):
        units = [unit for unit, (dimension, _) in UNITS.items() if dimension == amount.dimension]
        unit = _USUAL.get(amount.dimension, units[0])
        says = said("value.no_unit", found=place.value, unit=unit, allowed=", ".join(units))
        yield Finding(place.path, says)


def _is_plausible(place: Place) -> Iterator[Finding]:
    """Warn of a value outside the range of the parameter that is its default."""
    amount = _si(place)
    if not place.parameter or amount is None:
        return
    row = catalogue_row(place.parameter)
    if not row.to_si(row.low) * (1 - 1e-12) <= amount <= row.to_si(row.high) * (1 + 1e-12):
        found = found_text(place.value).strip("'")
        limits = {"low": row.low, "high": row.high, "unit": row.unit, "source": row.source}
        yield Finding(place.path, said("value.range", found=found, **limits), warning=True)


def _si(place: Place) -> float | None:
    """Return a place's number in SI; None when it has none or cannot be read."""
    amount = place.mark(Amount)
    value: Any = place.value
    if amount and not isinstance(value, str):
        return None
    try:
        value = amount.si(value) if amount else value
    except ValueError:
        return None
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number else None


def _unique_ids(place: Place, lines: Mapping[Where, int]) -> Iterator[Finding]:
    if not isinstance(place.value, list):
        return
    first: dict[str, int] = {}
    for row, item in enumerate(place.value):
        one = item.get("id") if isinstance(item, dict) else None
        if not isinstance(one, str):
            continue
        path = (*place.path, row, "id")
        if one in first:
            where = dotted(place.path)
            says = said("check.duplicate_id", id=one, where=where, line=first[one])
            yield Finding(path, says)
        first.setdefault(one, lines.get(path, 0))


def _not_closed(place: Place) -> Iterator[Finding]:
    if place.path[-1:] == ("capacity",) and _si(place) == 0:
        yield Finding(place.path, said("check.zero_capacity"), warning=True)


def _files(seen: Sequence[Place], folder: Path) -> Iterator[Finding]:
    for place in seen:
        mark = place.mark(InFolder)
        if mark is None or not isinstance(place.value, str):
            continue
        try:
            in_folder(folder, place.value, wants_folder=mark.folder)
        except ValueError as error:
            yield Finding(place.path, error.args[0])


def _scenario(document: Any, seen: Sequence[Place], folder: Path) -> Iterator[Finding]:
    yield from _moments(document, seen)
    yield from _references(seen, map_names(document, folder))
    for key, value in stated_values(document.get("parameters")).items():
        row = catalogue_row(key)
        if not row.low <= value <= row.high:
            limits = {"low": row.low, "high": row.high, "unit": row.unit, "source": row.source}
            says = said("value.range", found=f"{value:g} {row.unit}", **limits)
            yield Finding(("parameters", key), says, warning=True)


def _moments(document: Any, seen: Sequence[Place]) -> Iterator[Finding]:
    """Find times after the end of the run."""
    by_path = {place.path: place for place in seen}
    clock = by_path.get(("clock", "duration"))
    end_s = _si(clock) if clock else None
    if end_s is None:
        return
    for place in seen:
        amount, at_s = place.mark(Amount), _si(place)
        if amount and amount.moment and at_s is not None and at_s > end_s:
            says = said("check.outside_run", found=place.value, end=as_text(end_s))
            yield Finding(place.path, says)


def _references(seen: Sequence[Place], names: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """Find ids that nothing carries; sorts without a list of names are not checked."""
    for place in seen:
        mark = place.mark(Names)
        if mark is None or mark.sort not in names or not isinstance(place.value, str):
            continue
        known = names[mark.sort]
        one_of_many = _NUMBERED.sub("", place.value)  # the seventh shelter of a group: shelter-07
        if not {place.value, one_of_many} & {*known, *mark.words}:
            allowed = (*known, *mark.words)
            says = said(
                "check.dangling",
                id=place.value,
                sort=said(f"sort.{mark.sort}"),
                allowed=_some(allowed),
                guess=did_you_mean(place.value, allowed),
            )
            yield Finding(place.path, says)


def _some(allowed: Sequence[str], most: int = 20) -> str:
    """Return the names, or the first of them and how many there are."""
    if len(allowed) <= most:
        return choices(allowed) or "-"
    return ", ".join(sorted(allowed)[:most]) + f" ... ({len(allowed)})"


def _plan(document: Any, seen: Sequence[Place], folder: Path) -> Iterator[Finding]:
    posts = [row.get("id") for _, row in _rows(document, "posts")]
    clauses = [row.get("id") for _, row in _rows(document, "clauses")]
    names = names_beside(folder)
    if names:  # a team goes to whatever has a name
        names["place"] = [one for sort in names.values() for one in sort]
    own = {"post": _texts(posts), "clause": _texts(clauses)}
    yield from _references(seen, names | own)
    yield from _waits_for_itself(document)
    yield from _assumed(document)


def _texts(values: Sequence[object]) -> list[str]:
    return list(dict.fromkeys(value for value in values if isinstance(value, str)))


def _rows(document: Mapping[str, Any], key: str) -> list[tuple[int, Mapping[str, Any]]]:
    """Return the mappings in a list of the document with their places; nothing else is there."""
    rows = document.get(key)
    rows = rows if isinstance(rows, list) else []
    return [(index, row) for index, row in enumerate(rows) if isinstance(row, Mapping)]


def _waits_for_itself(document: Any) -> Iterator[Finding]:
    """Find clauses that can never begin because each waits for the other."""
    rows = [(at, row) for at, row in _rows(document, "clauses") if isinstance(row.get("id"), str)]
    after = {row["id"]: row.get("after") for _, row in rows}
    told: set[str] = set()
    for index, row in rows:
        chain = _cycle(row["id"], after)
        if chain and not told & set(chain):
            told |= set(chain)
            says = said("check.cycle", chain=" -> ".join(chain))
            yield Finding(("clauses", index, "after"), says)


def _cycle(start: str, after: Mapping[str, object]) -> list[str]:
    """Return the chain of clauses from ``start`` back to itself, or an empty list."""
    waiting = [[start]]
    seen: set[str] = set()
    while waiting:
        chain = waiting.pop()
        then = after.get(chain[-1])
        for one in then if isinstance(then, list) else ():
            if one == start:
                return [*chain, one]
            if isinstance(one, str) and one not in seen:
                seen.add(one)
                waiting.append([*chain, one])
    return []


def _assumed(document: Any) -> Iterator[Finding]:
    """Find marks of assumption that point at nothing."""
    rows = [(key, *row) for key in ("before", "clauses") for row in _rows(document, key)]
    for key, index, row in rows:
        marks = row.get("assumed")
        for at, text in enumerate(marks if isinstance(marks, list) else ()):
            if isinstance(text, str) and not _stands(row, text):
                says = said("check.assumed_path", found=text)
                yield Finding((key, index, "assumed", at), says)


def _stands(row: Any, text: str) -> bool:
    at = row
    for key in text.split("."):
        if isinstance(at, list) and key.isdigit() and int(key) < len(at):
            at = at[int(key)]
        elif isinstance(at, dict) and key in at:
            at = at[key]
        else:
            return False
    return True


def _targets(document: Any, seen: Sequence[Place], folder: Path) -> Iterator[Finding]:
    for index, row in _rows(document, "targets"):
        path: Where = ("targets", index)
        kpi = row.get("kpi")
        if kpi is None and row.get("kind") == "simulated":
            yield Finding((*path, "kpi"), said("check.no_kpi"))
        if not isinstance(kpi, str):
            continue
        if kpi not in MEASURES:
            allowed, guess = choices(MEASURES), did_you_mean(kpi, MEASURES)
            sort = said("sort.kpi")
            says = said("check.dangling", id=kpi, sort=sort, allowed=allowed, guess=guess)
            yield Finding((*path, "kpi"), says)
        elif row.get("unit") != MEASURES[kpi]:
            says = said("check.unit", found=row.get("unit"), kpi=kpi, unit=MEASURES[kpi])
            yield Finding((*path, "unit"), says)


def _nothing(document: Any, seen: Sequence[Place], folder: Path) -> Iterator[Finding]:
    return iter(())


_Check = Callable[[Any, Sequence[Place], Path], Iterator[Finding]]
_CROSS: Final[Mapping[type[Part], _Check]] = {
    Scenario: _scenario,
    Plan: _plan,
    Targets: _targets,
}
