"""Rows of the parameter catalogue that a scenario states otherwise."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from sim.core.errors import did_you_mean
from sim.core.units import UNITS, in_si
from sim.core.words import said
from sim.scenario.parameters import Parameter, all_parameters


def stated_values(stated: object) -> dict[str, float]:
    """Return the sound ones of some stated parameters; what is wrong is told elsewhere."""
    found = {}
    for key, value in stated.items() if isinstance(stated, dict) else ():
        try:
            found[key] = _value(key, value)
        except ValueError:
            continue
    return found


def _values(stated: object) -> object:
    """Return the value of every stated parameter in its row's unit.

    Raises
    ------
    ValueError
        With every row that is unknown, has no unit or the wrong one.
    """
    if not isinstance(stated, dict):
        return stated
    found, wrong = {}, []
    for key, value in stated.items():
        try:
            found[key] = _value(key, value)
        except ValueError as error:
            wrong.append(f"{key}: {error}")
    if wrong:
        raise ValueError("; ".join(wrong))
    return found


def _value(key: object, value: object) -> float:
    row = known_row(key)
    dimension, factor = UNITS.get(row.unit, ("", 1.0))
    if isinstance(value, str) and dimension:
        return in_si(value, dimension) / factor
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(said("parameters.number", found=repr(value), unit=row.unit))
    if dimension not in ("", "share"):
        raise ValueError(said("parameters.no_unit", found=value, unit=row.unit))
    return float(value)


def known_row(key: object) -> Parameter:
    """Return the row of a key.

    Raises
    ------
    ValueError
        When the catalogue has none, with the nearest that it has.
    """
    known = {row.key: row for row in all_parameters()}
    if key not in known:
        guess = did_you_mean(str(key), known)
        raise ValueError(said("parameters.unknown", found=str(key), guess=guess))
    return known[str(key)]


#: ``{movement.walking_speed: 1.0 m/s}``; in code the value in the row's unit
OwnParameters = Annotated[
    dict[str, float],
    BeforeValidator(_values),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": ["string", "number"]}}),
]
