"""The strict model that every part of every file is built from."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from sim.core.units import clock_s, in_si


class Part(BaseModel):
    """A part of a file: frozen, strict, unknown keys refused, no NaN and no infinity."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", allow_inf_nan=False, validate_default=True
    )


#: how ids look in every file
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]


class HazardParams(Part):
    """The fields every hazard of a scenario has.

    Attributes
    ----------
    id : str
        Unique in the scenario; events name it.
    kind : str
        A name of ``sim.hazards.base.HAZARDS``.
    """

    id: Id
    kind: str


def _amount(dimension: str) -> Any:
    def parse(value: object) -> object:
        return in_si(value, dimension) if isinstance(value, str) else value

    return BeforeValidator(parse)


def _time_of_day(text: str) -> str:
    clock_s(text)
    return text


#: in a file "3 h", "15 min"; in code seconds
Duration_s = Annotated[float, _amount("duration"), Field(ge=0)]
#: in a file "50 mm", "20 m"; in code metres
Length_m = Annotated[float, _amount("length"), Field(ge=0)]
#: in a file "50 mm/h"; in code metres a second
Rate_m_per_s = Annotated[float, _amount("rate"), Field(ge=0)]
#: in a file "300 m3/s"; in code cubic metres a second
Flow_m3_per_s = Annotated[float, _amount("flow"), Field(ge=0)]
#: "06:30"; in code the text, checked
ClockTime = Annotated[str, AfterValidator(_time_of_day)]
#: 0..1
Share = Annotated[float, Field(ge=0, le=1)]


class Title(Part):
    """A name in both languages."""

    en: str
    zh: str
