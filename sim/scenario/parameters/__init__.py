"""The one catalogue of default numbers: the YAML files beside this one, a topic a file.

A row of ``flood.yaml`` named ``theta`` is the parameter ``flood.theta``::

    theta:
      value: 0.8                # in `unit`
      unit: "1"                 # a unit of `sim.core.units`, or free text such as s/m^(1/3)
      low: 0.5                  # plausible range; a scenario outside it gets a warning
      high: 1.0
      source: "de Almeida et al. 2012, doi 10.1029/2011WR011570"
      confidence: published     # standard | published | derived | assumed | unconfirmed
      en: weight of the cell's own discharge
      zh: 本格流量权重

A topic is read when it is first asked for, and only once.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from importlib import resources
from typing import Any, Final, Literal, Self

from pydantic import Field, JsonValue, ValidationError, model_validator

from sim.core.errors import SimError, choices, did_you_mean
from sim.core.units import UNITS
from sim.scenario.base import Part
from sim.scenario.yaml_guard import read_text

Confidence = Literal["standard", "published", "derived", "assumed", "unconfirmed"]

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")

#: where `catalogued` leaves the key in a field's JSON schema
PARAMETER_KEY: Final = "parameter"


class ParameterError(SimError):
    """The catalogue lacks a parameter, or holds a row that breaks its own rules."""


class Parameter(Part):
    """One default number, with all that is known about it.

    Attributes
    ----------
    key : str
        ``topic.name``.
    value, low, high : int or float
        In `unit`; `si` is the value behind the door.
    source_zh : str
        The source in Chinese where the words are ours; empty for a title that is quoted as it is.
    confidence : str
        How far to trust it: a *standard* or a *published* figure, one *derived* here, an
        *assumed* one, or one cited from memory and still *unconfirmed*.
    """

    key: str
    value: int | float
    unit: str = Field(min_length=1)
    low: int | float
    high: int | float
    source: str = Field(min_length=1)
    source_zh: str = ""
    confidence: Confidence
    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)

    @model_validator(mode="after")
    def _in_its_own_range(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"value {self.value} is not in {self.low}..{self.high}")
        return self

    def source_in(self, lang: str) -> str:
        """Return the source for a reader of a language."""
        return self.source_zh if lang == "zh" and self.source_zh else self.source

    @property
    def topic(self) -> str:
        """The file it stands in."""
        return self.key.partition(".")[0]

    @functools.cached_property
    def si(self) -> float:
        """The value in SI units; the value itself when the unit is free text."""
        return self.to_si(self.value)

    def with_value(self, value: float) -> Parameter:
        """Return the row with another value, which may lie outside its range."""
        whole = isinstance(self.value, int) and float(value).is_integer()
        made = self.model_copy(update={"value": int(value) if whole else value})
        made.__dict__.pop("si", None)
        return made

    def to_si(self, amount: float) -> float:
        """Return an amount stated in this parameter's unit, in SI."""
        factor = UNITS[self.unit][1] if self.unit in UNITS else 1.0
        return amount if factor == 1.0 else amount * factor


class _Asked(dict[str, Parameter]):
    """Rows with other values, and every key that was asked for."""

    def __init__(self, rows: Mapping[str, Parameter]) -> None:
        super().__init__(rows)
        self.keys_asked: set[str] = set()


#: rows that stand in place of the catalogue's
_OWN: Final[ContextVar[_Asked | None]] = ContextVar("own_parameters", default=None)


@contextlib.contextmanager
def own_parameters(values: Mapping[str, float]) -> Iterator[set[str]]:
    """Let rows have other values, each in its row's unit, as long as the context is open.

    Yields
    ------
    set of str
        The keys that were asked for so far, whether they have another value or not.
    """
    asked = _Asked({key: catalogue_row(key).with_value(value) for key, value in values.items()})
    token = _OWN.set(asked)
    try:
        yield asked.keys_asked
    finally:
        _OWN.reset(token)


def parameters_in_force() -> dict[str, float]:
    """Return the values that stand in place of the catalogue's now, by key."""
    return {key: row.value for key, row in sorted((_OWN.get() or {}).items())}


def parameter(key: str) -> Parameter:
    """Return one parameter: ``parameter("flood.theta").value``; a scenario's own, if it has one.

    Raises
    ------
    ParameterError
        When there is none of that name.
    """
    own = _OWN.get()
    if own is None:
        return catalogue_row(key)
    own.keys_asked.add(key)
    return own.get(key) or catalogue_row(key)


@functools.cache
def catalogue_row(key: str) -> Parameter:
    """Return a parameter as the catalogue states it, whatever a scenario says.

    Raises
    ------
    ParameterError
        When there is none of that name.
    """
    rows = topic_parameters(key.partition(".")[0])
    if key not in rows:
        raise ParameterError(f"unknown parameter '{key}'{did_you_mean(key, rows)}")
    return rows[key]


def catalogued(key: str, **field: Any) -> Any:
    """Return a pydantic field whose default, in SI, is a parameter.

    ``theta: float = catalogued("flood.theta")``. The key goes into the JSON schema, and a file
    that leaves the plausible range gets a warning (`sim.scenario.checks`). The default is looked
    up when a part is made, so that it is the scenario's own where it has one.
    """
    found = parameter(key)
    shown: dict[str, JsonValue] = {PARAMETER_KEY: key}
    shown["description"] = f"{found.en} [{found.unit}]; {found.source}"
    measured = UNITS.get(found.unit, ("share",))[0] != "share"
    shown["default"] = f"{found.value:g} {found.unit}" if measured else found.si
    return Field(default_factory=lambda: parameter(key).si, json_schema_extra=shown, **field)


def parameters_of(topic: str) -> list[Parameter]:
    """Return the parameters of one topic, in the order of its file."""
    return list(topic_parameters(topic).values())


def all_parameters() -> list[Parameter]:
    """Return every parameter, topics and rows in the order of their names and files."""
    return [row for topic in topics() for row in parameters_of(topic)]


@functools.cache
def topics() -> tuple[str, ...]:
    """Return the topics there are, sorted."""
    files = (entry.name for entry in resources.files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in files if name.endswith(".yaml")))


@functools.cache
def topic_parameters(topic: str) -> dict[str, Parameter]:
    """Return the parameters of one topic by full key.

    Raises
    ------
    ParameterError
        When there is no such topic, or a row is incomplete, out of its own range, or stands twice.
    """
    if topic not in topics():
        guess = did_you_mean(topic, topics())
        raise ParameterError(f"no parameter topic '{topic}'; topics: {choices(topics())}{guess}")
    text = (resources.files(__name__) / f"{topic}.yaml").read_text(encoding="utf-8")
    return rows_of(topic, text)


def rows_of(topic: str, text: str) -> dict[str, Parameter]:
    """Return the parameters that the text of a topic's file states."""
    document = read_text(text, f"{topic}.yaml")
    if document.problems or not isinstance(document.value, dict):
        raise ParameterError("\n".join(map(str, document.problems)) or f"{topic}.yaml has no rows")
    rows: dict[str, Parameter] = {}
    for name, row in document.value.items():
        if not _NAME.fullmatch(name):
            raise ParameterError(f"{topic}.yaml  {name}: a row is named like 'peak_share'")
        try:
            rows[f"{topic}.{name}"] = Parameter(key=f"{topic}.{name}", **row)
        except (ValidationError, TypeError) as error:
            raise ParameterError(f"{topic}.yaml  {name}: {error}") from None
    return rows
