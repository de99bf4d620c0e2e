"""The strict model that every part of every file is built from, and the values files are made of.

Markers in annotations say more than a type does: `Amount` (a number with a unit), `ByKind` (a part
whose model is chosen by a registered kind), `Names` (an id that must exist somewhere else). Models
act on them when they validate; `sim.scenario.walk` finds them again for the checks across parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from sim.core.errors import choices, did_you_mean
from sim.core.registry import Registry
from sim.core.units import clock_s, in_si
from sim.core.words import said

ID_PATTERN: Final = r"^[a-z][a-z0-9_-]{0,63}$"
LOCAL_TIME: Final = "%Y-%m-%d %H:%M"


class Part(BaseModel):
    """A part of a file: frozen, strict, unknown keys refused, no NaN and no infinity.

    Attributes
    ----------
    ONE_OF : tuple of str
        Keys of which exactly one must be stated; empty when there is no such choice.
    """

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", allow_inf_nan=False, validate_default=True
    )
    ONE_OF: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Tell editors of the choice too."""
        shown = handler(schema)
        if cls.ONE_OF:
            handler.resolve_ref_schema(shown)["oneOf"] = [{"required": [key]} for key in cls.ONE_OF]
        return shown

    @model_validator(mode="after")
    def _states_one(self) -> Self:
        if self.ONE_OF:
            fields = type(self).model_fields.items()
            stated = {field.alias or name: getattr(self, name) for name, field in fields}
            says = not_one_of(self.ONE_OF, stated)
            if says:
                raise ValueError(says)
        return self


def not_one_of(keys: Sequence[str], stated: Mapping[str, Any]) -> str:
    """Return what is wrong when a mapping does not state exactly one of some keys."""
    found = [key for key in keys if stated.get(key) is not None]
    if not keys or len(found) == 1:
        return ""
    if not found:
        return said("value.none_of_one", allowed=", ".join(keys))
    return said("value.exactly_one", allowed=", ".join(keys), found=", ".join(found))


class Spot(Part):
    """A point of the map, in its own coordinates."""

    x_m: float
    y_m: float


#: how ids look in every file
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]


class HazardParams(Part):
    """The fields every hazard of a scenario has.

    Attributes
    ----------
    id : str
        Unique in the scenario; events name it.
    kind : str
        A name of `sim.core.kinds.HAZARDS` or `LINKS`.
    NEEDS : tuple of str
        Kinds of hazards without which a link does nothing.
    """

    NEEDS: ClassVar[tuple[str, ...]] = ()

    id: Id
    kind: str


@dataclass(frozen=True)
class Amount:
    """Marks a number that a file states with a unit; code holds it in SI.

    Attributes
    ----------
    dimension : str
        Of `sim.core.units.UNITS`.
    moment : bool
        True for a time counted from the start of the run.
    """

    dimension: str
    moment: bool = False

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Let pydantic turn text into SI before it checks the number."""
        return core_schema.no_info_before_validator_function(self.si, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Show editors what a file states: text with a unit."""
        return {"type": "string", "description": f"{self.dimension} with a unit"}

    def si(self, value: object) -> object:
        """Return the SI amount of a text; anything else as it is."""
        return in_si(value, self.dimension) if isinstance(value, str) else value


@dataclass(frozen=True)
class ByKind:
    """Marks a part whose model is registered under the kind that the file names.

    Attributes
    ----------
    registry : Registry
    tag : str
        The key that holds the kind.
    beside : bool
        True when the tag stands beside the part (``do`` and ``with``), not inside it.
    model : str
        The attribute of the registered object that is the model; empty when it is the model.
    """

    registry: Registry
    tag: str
    beside: bool = False
    model: str = ""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Let pydantic validate by the registered model."""
        return core_schema.with_info_plain_validator_function(self._validate)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Offer every registered model."""
        parts = [self.part(name).__pydantic_core_schema__ for name in self.registry]
        return {"anyOf": [handler(part) for part in parts]}

    def part(self, kind: str) -> type[Part]:
        """Return the model of a kind."""
        found = self.registry[kind]
        model: type[Part] = getattr(found, self.model) if self.model else found
        return model

    def kind_of(self, value: object, siblings: Mapping[str, Any]) -> object:
        """Return the kind that stands in the part, or beside it."""
        inside = value if isinstance(value, Mapping) else {}
        return (siblings if self.beside else inside).get(self.tag)

    def _validate(self, value: object, info: ValidationInfo) -> object:
        if isinstance(value, Part):
            return value
        if not isinstance(value, dict):
            raise ValueError(
                said("value.type", found=found_text(value), wanted=said("type.mapping"))
            )
        kind = self.kind_of(value, info.data)
        if kind is None:  # beside: its own problem is told there
            return value if self.beside else self._unknown("")
        if not isinstance(kind, str) or kind not in self.registry:
            return value if self.beside else self._unknown(kind)
        return self.part(kind).model_validate(value)

    def _unknown(self, kind: object) -> object:
        raise ValueError(unknown_kind(self.registry, kind))


def unknown_kind(registry: Registry, kind: object) -> str:
    """Return what to say about a kind that nobody registered."""
    return said(
        "value.unknown_kind",
        sort=said(f"sort.{registry.sort}"),
        found=str(kind)[:80],
        allowed=choices(registry),
        guess=did_you_mean(str(kind), registry),
    )


@dataclass(frozen=True)
class Names:
    """Marks an id that must exist somewhere else: ``Annotated[Id, Names("levee")]``.

    Attributes
    ----------
    sort : str
        What carries the id: river, levee, point, zone, facility; post, clause.
    words : tuple of str
        Words that stand for groups and are nobody's id.
    """

    sort: str
    words: tuple[str, ...] = ()


def found_text(value: object) -> str:
    """Return a value as a problem shows it: short, and never more than one line."""
    if isinstance(value, dict):
        return "{...}"
    if isinstance(value, (list, tuple)):
        return "[...]" if value else "[]"
    if value is None or isinstance(value, bool):
        return str(value).lower() if value is not None else "null"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


class _OrOne:
    """Lets a file write one name where a list of names is meant."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._as_tuple, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        many = handler(schema)
        return {"anyOf": [many, many["items"]]}

    def _as_tuple(self, value: object) -> object:
        return (value,) if isinstance(value, str) else value


def _time_of_day(text: str) -> str:
    clock_s(text)
    return text


def _local_time(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return datetime.strptime(value, LOCAL_TIME)
    except ValueError:
        raise ValueError(said("value.not_local_time", found=repr(value))) from None


T = TypeVar("T")

#: a list in a file, a tuple in code; may be empty
Many = Annotated[tuple[T, ...], Field(strict=False)]
#: a list in a file with at least one entry
Some = Annotated[tuple[T, ...], Field(strict=False, min_length=1)]
#: one name or a list of names in a file
OneOrMore = Annotated[tuple[T, ...], Field(strict=False, min_length=1), _OrOne()]

#: a number above nothing, in the unit of its catalogued default
Positive = Annotated[float, Field(gt=0)]
#: in a file "3 h", "15 min"; in code seconds
Duration_s = Annotated[float, Amount("duration"), Field(ge=0)]
#: the same, longer than nothing
Span_s = Annotated[float, Amount("duration"), Field(gt=0)]
#: in a file "9 h" after the start of the run; in code seconds
Moment_s = Annotated[float, Amount("duration", moment=True), Field(ge=0)]
#: in a file "50 mm", "20 m"; in code metres
Length_m = Annotated[float, Amount("length"), Field(ge=0)]
#: a height above the map's zero, in a file "35.2 m"; in code metres
Level_m = Annotated[float, Amount("length")]
#: in a file "50 mm/h"; in code metres a second
Rate_m_per_s = Annotated[float, Amount("rate"), Field(ge=0)]
#: in a file "300 m3/s"; in code cubic metres a second
Flow_m3_per_s = Annotated[float, Amount("flow"), Field(ge=0)]
#: "06:30"; in code the text, checked
ClockTime = Annotated[str, AfterValidator(_time_of_day)]
#: "2022-07-28 18:00"; in code a datetime without zone, the local time of the place
LocalTime = Annotated[
    datetime,
    BeforeValidator(_local_time),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d \d\d:\d\d$"}),
]
#: 0..1
Share = Annotated[float, Field(ge=0, le=1)]
#: words that are not empty
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]


class Title(Part):
    """A name in both languages."""

    en: Text
    zh: Text


class Source(Part):
    """Where a sentence of a document stands, and the sentence as it stands there."""

    section: Text
    text: Text
