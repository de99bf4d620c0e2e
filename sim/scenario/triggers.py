"""When a clause begins: conditions over what its post has been told, never over the truth."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from sim.core.errors import choices, did_you_mean
from sim.core.events import KINDS
from sim.core.words import said
from sim.scenario.actions import ResponseLevel, WarningColour
from sim.scenario.base import (
    Amount,
    ClockTime,
    Duration_s,
    Id,
    Length_m,
    Level_m,
    Names,
    Part,
    Some,
    Span_s,
)

#: clauses are named as plans name them: "W2", "3.1-a"
ClauseId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$")]


class Bound(Part):
    """A condition on an amount: at least or at most so much."""

    ONE_OF: ClassVar = ("at_least", "at_most")


class Rain(Bound):
    """Rain over a time, forecast or measured."""

    over: Span_s
    at_least: Length_m | None = None
    at_most: Length_m | None = None


class WaterLevel(Bound):
    """Water surface at a gauge, above the map's zero."""

    at: Annotated[Id, Names("point")]
    at_least: Level_m | None = None
    at_most: Level_m | None = None


class WaterDepth(Bound):
    """Depth of water at a watched point."""

    at: Annotated[Id, Names("point")]
    at_least: Length_m | None = None
    at_most: Length_m | None = None


class WarningReceived(Part):
    """A warning from above (the city's weather office, the basin's flood office)."""

    level: WarningColour
    issued_by: Literal["weather", "flood", "city", "any"] = "any"


class LevelReached(Part):
    """The response level is at least or at most this one (I is the highest, ``none`` the lowest).

    At most: it has been set, and has come down so far.
    """

    ONE_OF: ClassVar = ("at_least", "at_most")

    at_least: ResponseLevel | None = None
    at_most: ResponseLevel | Literal["none"] | None = None


class AtTime(Part):
    """A time of day, or a time after the start of the run."""

    ONE_OF: ClassVar = ("at", "after")

    at: ClockTime | None = None
    after: Annotated[float, Amount("duration", moment=True), Field(ge=0)] | None = None


class ClauseOutcome(Part):
    """What became of another clause.

    Attributes
    ----------
    is_ : str
        ``late``: its time has run out and it is not done, or it was done after that. ``missed``:
        its time has run out and it is not done, or its order ended without all it promises.
    """

    id: Annotated[ClauseId, Names("clause")]
    is_: Literal["triggered", "decided", "started", "done", "met", "late", "missed"] = Field(
        default="done", alias="is"
    )


class Reported(Part):
    """An event that was reported to the post."""

    event: str
    who: Id | None = None

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.event not in KINDS:
            raise ValueError(
                said(
                    "value.unknown_kind",
                    sort=said("sort.event"),
                    found=self.event,
                    allowed=choices(KINDS),
                    guess=did_you_mean(self.event, KINDS),
                )
            )
        return self


class When(Part):
    """Exactly one condition; ``all`` and ``any`` join several.

    Attributes
    ----------
    held : float or None
        The condition must hold this long without a break before it counts, s.
    """

    ONE_OF: ClassVar = (
        "forecast_rain",
        "observed_rain",
        "water_level",
        "water_depth",
        "warning_received",
        "response_level",
        "time",
        "clause",
        "reported",
        "all",
        "any",
    )

    forecast_rain: Rain | None = None
    observed_rain: Rain | None = None
    water_level: WaterLevel | None = None
    water_depth: WaterDepth | None = None
    warning_received: WarningReceived | None = None
    response_level: LevelReached | None = None
    time: AtTime | None = None
    clause: ClauseOutcome | None = None
    reported: Reported | None = None
    all_: Some[When] | None = Field(default=None, alias="all")
    any_: Some[When] | None = Field(default=None, alias="any")
    held: Duration_s | None = None
