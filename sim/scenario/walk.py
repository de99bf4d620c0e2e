"""A document seen beside its model: every place of the file with the type that reads it.

Checks across parts walk the raw document, not the model, so that they find all their problems also
in a file that does not validate.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from sim.scenario.base import ByKind, Part
from sim.scenario.parameters import PARAMETER_KEY
from sim.scenario.yaml_guard import Where

M = TypeVar("M")


@dataclass(frozen=True)
class Place:
    """One place of a document.

    Attributes
    ----------
    path : tuple
        Keys and indices from the root.
    value : object
        As the file states it.
    part : type or None
        The model that reads it, when it is a mapping.
    marks : tuple
        The annotations of its type: `Amount`, `Names`, pydantic's constraints ...
    parameter : str
        Key of the catalogued default; empty when there is none.
    """

    path: Where
    value: Any
    part: type[Part] | None = None
    marks: tuple[Any, ...] = ()
    parameter: str = ""

    def mark(self, sort: type[M]) -> M | None:
        """Return the first annotation of a type."""
        return next((mark for mark in self.marks if isinstance(mark, sort)), None)


def places(model: type[Part], value: object, path: Where = ()) -> Iterator[Place]:
    """Iterate over a mapping and everything in it that the model knows, outside in."""
    yield Place(path, value, model)
    if not isinstance(value, dict):
        return
    for name, field in model.model_fields.items():
        key = field.alias or name
        if key in value:
            extra = field.json_schema_extra
            default = str(extra.get(PARAMETER_KEY, "")) if isinstance(extra, dict) else ""
            at = Place((*path, key), value[key], None, tuple(field.metadata), default)
            yield from _visit(field.annotation, at, value)


def _visit(hint: Any, at: Place, siblings: Mapping[str, Any]) -> Iterator[Place]:
    hint, at = _opened(hint, at)
    while get_origin(hint) in (Union, types.UnionType):
        hint, at = _opened(_branch(get_args(hint), at.value), at)
    by_kind = at.mark(ByKind)
    if by_kind is not None:
        kind = by_kind.kind_of(at.value, siblings)
        if isinstance(kind, str) and kind in by_kind.registry:
            yield from places(by_kind.part(kind), at.value, at.path)
    elif _is_part(hint) and isinstance(at.value, dict):
        yield from places(hint, at.value, at.path)
    else:
        yield at
        if isinstance(at.value, list):
            yield from _items(hint, at)
        elif isinstance(at.value, dict):
            inner = get_args(hint)[1] if len(get_args(hint)) == 2 else Any
            for key, value in at.value.items():
                yield from _visit(inner, Place((*at.path, key), value), at.value)


def _items(hint: Any, at: Place) -> Iterator[Place]:
    """Visit the entries of a list; each keeps only the marks of its own type."""
    inner = get_args(hint) or (Any,)
    alike = len(inner) == 1 or inner[-1] is Ellipsis
    for row, value in enumerate(at.value):
        own = inner[0] if alike else inner[row] if row < len(inner) else Any
        yield from _visit(own, Place((*at.path, row), value), {})


def _opened(hint: Any, at: Place) -> tuple[Any, Place]:
    """Move the marks of an ``Annotated`` type to the place."""
    while get_origin(hint) is Annotated:
        hint, *marks = get_args(hint)
        at = Place(at.path, at.value, at.part, (*at.marks, *marks), at.parameter)
    return hint, at


def _branch(hints: tuple[Any, ...], value: object) -> Any:
    """Return the alternative of a union that a value most likely means."""
    some = [hint for hint in hints if hint is not type(None)]
    parts = [hint for hint in some if _is_part(_bare(hint))]
    others = [hint for hint in some if hint not in parts]
    if isinstance(value, dict) and parts:
        return max(parts, key=lambda hint: _likeness(_bare(hint), value))
    lists = [hint for hint in others if get_origin(_bare(hint)) in (tuple, list)]
    if isinstance(value, list) and lists:
        return lists[0]
    plain = [hint for hint in others if hint not in lists]
    return (plain or others or some)[0]


def _likeness(part: type[Part], value: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many literal tags and how many keys of a value fit a model."""
    fields = {field.alias or name: field for name, field in part.model_fields.items()}
    tags = sum(
        get_origin(field.annotation) is Literal and value.get(key) in get_args(field.annotation)
        for key, field in fields.items()
    )
    return tags, len(fields.keys() & value.keys())


def _bare(hint: Any) -> Any:
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    return hint


def _is_part(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Part)
