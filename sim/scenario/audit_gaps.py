"""Vague promises: what a clause's text leaves open, by sort."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sim.core.words import said
from sim.scenario.audit_read import Audited, Remark
from sim.scenario.plan import Clause, Preparation
from sim.scenario.yaml_guard import Where

#: keys of ``with`` that say with what, and how much of it
_RESOURCES: Final = frozenset(
    ("team", "count", "units", "capacity", "guards", "people", "force", "by", "depots", "kits",
     "goods", "via", "cover")
)  # fmt: skip
#: keys of ``with`` that say where, and for whom
_PLACES: Final = frozenset(
    ("zones", "points", "to", "shelters", "spots", "rivers", "within", "lines")
)
_SHOWN: Final = 60  # characters of an assumed value


def gaps_of(one: Audited) -> Iterator[Remark]:
    """Iterate over what is open in each clause: one remark a sort, at the line of its clause."""
    for index, clause in one.clauses():
        open_places = _open_places(clause)
        if clause.within is None:
            open_places.setdefault("no_time", [])
        for sort, places in open_places.items():
            yield _remark(one, ("clauses", index), clause, sort, places)
    for index, done in enumerate(one.plan.before):
        for sort, places in _open_places(done).items():
            yield _remark(one, ("before", index), done, sort, places)


def _open_places(sentence: Clause | Preparation) -> dict[str, list[str]]:
    """Return what a sentence leaves open, by sort."""
    found: dict[str, list[str]] = {}
    for place in sentence.assumed:
        found.setdefault(sort_of(place), []).append(place)
    return found


def sort_of(place: str) -> str:
    """Return what is missing where a place of a clause had to be assumed."""
    head, _, rest = place.partition(".")
    if head != "with":
        return {"post": "no_post", "within": "no_time", "when": "no_trigger"}.get(head, "no_manner")
    key = rest.partition(".")[0]
    if not key or key in _RESOURCES:
        return "no_resource"
    return "no_place" if key in _PLACES else "no_manner"


def _remark(
    one: Audited, where: Where, sentence: Clause | Preparation, sort: str, places: list[str]
) -> Remark:
    shown = ", ".join(_shown(one, where, place) for place in places)
    says = said(f"audit.{sort}", shown=shown) if shown else said("audit.no_time_at_all")
    return one.remark(sort, where, says, sentence, sentence.id)


def _shown(one: Audited, where: Where, place: str) -> str:
    """Return a place with what was assumed there: ``within: 30 min``."""
    for key in place.split("."):
        where = (*where, int(key) if key.isdigit() else key)
    text = _flow(one.states(where))
    return f"{place}: {text if len(text) <= _SHOWN else text[: _SHOWN - 3] + '...'}"


def _flow(value: Any) -> str:
    """Return a value as one writes it on one line of a file."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return str(value)
