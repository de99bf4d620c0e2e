"""Pydantic's errors in a user's words: found, allowed, and a guess."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sim.core.errors import choices, did_you_mean
from sim.core.words import said
from sim.scenario.base import ID_PATTERN, Part, found_text
from sim.scenario.walk import Place
from sim.scenario.yaml_guard import Where

#: pydantic's error type -> what is needed
_WANTED: Final = {
    "string_type": "type.text",
    "string_sub_type": "type.text",
    "float_type": "type.number",
    "int_type": "type.whole",
    "int_from_float": "type.whole",
    "int_parsing_size": "type.whole",
    "bool_type": "type.truth",
    "tuple_type": "type.list",
    "list_type": "type.list",
    "dict_type": "type.mapping",
    "model_type": "type.mapping",
    "model_attributes_type": "type.mapping",
    "datetime_type": "type.local_time",
    "none_required": "type.nothing",
}
#: pydantic's names for union branches that are no models
_SCALARS: Final = ("str", "int", "float", "bool")
_SIGNS: Final = {
    "greater_than": (">", "gt"),
    "greater_than_equal": (">=", "ge"),
    "less_than": ("<", "lt"),
    "less_than_equal": ("<=", "le"),
}


def explained(
    error: ValidationError, document: object, known: Mapping[Where, Place]
) -> list[tuple[Where, str]]:
    """Return (place, what is wrong there) for every fault that pydantic found.

    Parameters
    ----------
    error : ValidationError
    document : object
        The plain value that did not validate.
    known : mapping
        The document's places by path, as `sim.scenario.walk.places` sees them.
    """
    details = [
        (detail, *_place(document, detail["loc"])) for detail in error.errors(include_url=False)
    ]
    meant = [
        (detail, path)
        for detail, path, branch in details
        if not _counts_the_faulty(detail, _raw(document, path, None))
        and (branch is None or _right_branch(branch, document, known))
    ]
    told = meant or [(detail, path) for detail, path, _ in details]
    return list(
        dict.fromkeys((path, _says(detail, path, document, known)) for detail, path in told)
    )


def _counts_the_faulty(detail: ErrorDetails, raw: object) -> bool:
    """Whether a list is called too short only because its entries have faults of their own."""
    return (
        detail["type"] == "too_short"
        and isinstance(raw, list)
        and len(raw) >= detail["ctx"]["min_length"]
    )


def _place(document: object, loc: tuple[int | str, ...]) -> tuple[Where, tuple[Where, str] | None]:
    """Return where in the document an error lies, and the union branch it was met in.

    Pydantic puts names of union branches into its locations; the document does not know them.
    """
    path: Where = ()
    at: Any = document
    branch = None
    for place, part in enumerate(loc):
        key = part
        if isinstance(at, dict) and isinstance(part, str) and part not in at:
            key = part.removesuffix("_")  # a field named with_ is the key 'with'
        is_last = place == len(loc) - 1
        if isinstance(at, dict) and key in at:
            path, at = (*path, key), at[key]
        elif isinstance(at, list) and isinstance(part, int) and part < len(at):
            path, at = (*path, part), at[part]
        elif isinstance(at, dict) and is_last and "[" not in str(part) and part not in _SCALARS:
            path = (*path, key)
        else:
            branch = (path, _branch_name(str(part)))
    return path, branch


def _branch_name(label: str) -> str:
    """Return the name of a model from pydantic's label, which its validators are wrapped around."""
    return label.rstrip("]").rpartition(" ")[2] if label.startswith("function-") else label


def _right_branch(
    branch: tuple[Where, str], document: object, known: Mapping[Where, Place]
) -> bool:
    """Whether an error belongs to the alternative that the file most likely means."""
    path, label = branch
    raw = _raw(document, path, None)
    if isinstance(raw, dict):
        part = known[path].part if path in known else None
        return label in raw.values() or (part is not None and part.__name__ == label)
    return not label[:1].isupper()


@dataclass(frozen=True)
class _Fault:
    """One error of pydantic's, at its place in the document."""

    path: Where
    raw: object
    context: Mapping[str, Any]
    known: Mapping[Where, Place]


def _says(detail: ErrorDetails, path: Where, document: object, known: Mapping[Where, Place]) -> str:
    sort, context = detail["type"], detail.get("ctx", {})
    fault = _Fault(path, _raw(document, path, detail["input"]), context, known)
    if sort in _SIGNS:
        sign, key = _SIGNS[sort]
        limit = f"{context[key]:g}"
        return said("value.bound", found=found_text(fault.raw), sign=sign, limit=limit)
    if sort in _WANTED:
        return said("value.type", found=found_text(fault.raw), wanted=said(_WANTED[sort]))
    explain = _OTHERS.get(sort)
    return explain(fault) if explain else said("value.other", why=detail["msg"])


def _raw(document: object, path: Where, otherwise: object) -> object:
    """Return what the file states at a place, before any validator changed it."""
    at: Any = document
    for part in path:
        try:
            at = at[part]
        except (KeyError, IndexError, TypeError):
            return otherwise
    return at


def _value_error(fault: _Fault) -> str:
    error = fault.context["error"]
    return error.args[0] if error.args else str(error)


def _unknown_key(fault: _Fault) -> str:
    above = fault.known.get(fault.path[:-1])
    keys = keys_of(above.part) if above is not None else []
    guess = did_you_mean(str(fault.path[-1]), keys)
    return said("value.unknown_key", allowed=", ".join(keys), guess=guess)


def _not_one_of(fault: _Fault) -> str:
    expected = fault.context.get("expected") or fault.context.get("expected_tags") or ""
    allowed = re.findall(r"'([^']*)'", str(expected)) or [str(expected)]
    found = fault.context.get("tag", fault.raw)
    guess = did_you_mean(found, allowed) if isinstance(found, str) else ""
    return said("value.one_of", found=found_text(found), allowed=choices(allowed), guess=guess)


def _no_tag(fault: _Fault) -> str:
    return said("value.no_tag", key=str(fault.context["discriminator"]).strip("'"))


def _pattern(fault: _Fault) -> str:
    pattern, found = fault.context["pattern"], found_text(fault.raw)
    if pattern == ID_PATTERN:
        return said("value.id", found=found)
    return said("value.pattern", found=found, pattern=pattern)


def _count(fault: _Fault) -> str:
    few = "min_length" in fault.context
    limit = fault.context["min_length" if few else "max_length"]
    key = "value.too_few" if few else "value.too_many"
    return said(key, found=fault.context["actual_length"], limit=limit)


def _length(fault: _Fault) -> str:
    if "min_length" in fault.context:
        return said("value.too_short")
    return said("value.too_long", limit=fault.context["max_length"])


_OTHERS: Final[Mapping[str, Callable[[_Fault], str]]] = {
    "value_error": _value_error,
    "extra_forbidden": _unknown_key,
    "missing": lambda _: said("value.missing"),
    "literal_error": _not_one_of,
    "union_tag_invalid": _not_one_of,
    "union_tag_not_found": _no_tag,
    "string_pattern_mismatch": _pattern,
    "too_short": _count,
    "too_long": _count,
    "string_too_short": _length,
    "string_too_long": _length,
    "finite_number": lambda fault: said("yaml.not_finite", found=found_text(fault.raw)),
}


def keys_of(part: type[Part] | None) -> list[str]:
    """Return the keys that a model allows, in its order."""
    if part is None:
        return []
    return [field.alias or name for name, field in part.model_fields.items()]
