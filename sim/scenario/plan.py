"""The plan file: posts, and clauses that say who does what when, and by when."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, field_validator
from pydantic_core import CoreSchema

from sim.core.kinds import ACTIONS, PREPARATIONS
from sim.core.registry import Registry
from sim.scenario.base import (
    ByKind,
    Duration_s,
    Id,
    Many,
    Names,
    Part,
    Share,
    Some,
    Source,
    Span_s,
    Text,
    Title,
    unknown_kind,
)
from sim.scenario.parameters import catalogued
from sim.scenario.triggers import ClauseId, When

PostId = Annotated[Id, Names("post")]
#: ways by which a post can be reached, or can report
ChannelName = Literal["phone", "mobile", "radio", "mesh", "satellite", "runner"]
#: whose news comes to a post first
Hears = Literal["sensors", "residents", "officers"]


class Post(Part):
    """One person or desk that is told things, decides and orders.

    Attributes
    ----------
    level : str
        Of the administration it belongs to.
    zones : tuple of str
        Ids of the zones it answers for; empty means the whole map.
    reports_to : str or None
        The post above it; news goes up and down these lines.
    deputy : str or None
        The post that acts when this one cannot (the B of an A/B post).
    at_once : int
        How many things it can hold at a time; more wait.
    channels : tuple of str
        By which ways it can be reached and reports, the one it tries first first; ``radio`` is the
        370 MHz network, ``runner`` a messenger.
    hears : tuple of str or None
        Who reports to it at first hand: ``sensors`` of the monitoring network, ``residents`` who
        call, ``officers`` (grid workers, disaster information officers); None is what its level
        hears: all have the sensors, communities the officers, the others the residents.
    shift : float or None
        After how long somebody else takes its chair, s; None when nobody ever does.
    absence : float
        Probability that its holder cannot be reached in a matter.
    office : str or None
        As which office it warns other posts too when it issues a warning: what ``issued_by`` of a
        ``warning_received`` names. The weather office is not a post.
    """

    id: Id
    title: Title
    level: Literal["city", "county", "town", "community", "team"]
    zones: Many[Id] = ()
    reports_to: PostId | None = None
    deputy: PostId | None = None
    decides_within: Duration_s = catalogued("plan.decides_within")
    at_once: Annotated[int, Field(ge=1)] = catalogued("plan.at_once")
    office: Literal["flood", "city"] | None = None
    channels: Some[ChannelName] = ("phone", "mobile", "runner")
    hears: Many[Hears] | None = None
    shift: Span_s | None = catalogued("command.shift")
    absence: Share = catalogued("command.absence")


class Clause(Part):
    """One sentence of a plan, so that a run can keep it or break it.

    Attributes
    ----------
    when : When
        Over what the post has been told.
    do : str
        A name of `ACTIONS`; ``with`` is validated by the model registered under it.
    within : float or None
        Promised time from trigger to done, s; None when the plan promises none.
    counts_from : str or None
        The clause at whose end ``within`` begins to count; None when at this one's trigger.
    unless : When or None
        What makes the clause pointless while it has not been ordered yet.
    experts : str or None
        The post whose advice is heard before the decision.
    after : tuple of str
        Clauses that must be done first.
    again : bool
        Whether it can be triggered more than once.
    assumed : tuple of str
        Places in this clause that the plan's text leaves open: ``when.forecast_rain.at_least``.
    """

    id: ClauseId
    title: Title
    when: When
    post: PostId
    do: str
    with_: Annotated[Any, ByKind(ACTIONS, tag="do", beside=True)] = Field(
        default_factory=dict, alias="with", validate_default=True
    )
    within: Span_s | None = None
    counts_from: Annotated[ClauseId, Names("clause")] | None = None
    unless: When | None = None
    experts: PostId | None = None
    after: Many[Annotated[ClauseId, Names("clause")]] = ()
    again: bool = False
    source: Source
    assumed: Many[Text] = ()

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Let ``with`` depend on ``do``, so that an editor offers the keys of that action."""
        return _with_by_do(schema, handler, ACTIONS)

    @field_validator("do")
    @classmethod
    def _known_action(cls, do: str) -> str:
        if do not in ACTIONS:
            raise ValueError(unknown_kind(ACTIONS, do))
        return do


class Preparation(Part):
    """One sentence of a plan that is taken as done before anything happens.

    Attributes
    ----------
    do : str
        A name of `PREPARATIONS`; ``with`` is validated by the model registered under it.
    assumed : tuple of str
        Places in this preparation that the plan's text leaves open: ``with.within``.
    """

    id: ClauseId
    title: Title
    do: str
    with_: Annotated[Any, ByKind(PREPARATIONS, tag="do", beside=True)] = Field(
        default_factory=dict, alias="with", validate_default=True
    )
    source: Source
    assumed: Many[Text] = ()

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Let ``with`` depend on ``do`` here too."""
        return _with_by_do(schema, handler, PREPARATIONS)

    @field_validator("do")
    @classmethod
    def _known_preparation(cls, do: str) -> str:
        if do not in PREPARATIONS:
            raise ValueError(unknown_kind(PREPARATIONS, do))
        return do


def _with_by_do(
    schema: CoreSchema, handler: GetJsonSchemaHandler, registry: Registry
) -> dict[str, Any]:
    """Return the schema of a part in which ``do`` says what ``with`` may hold."""
    made = handler(schema)
    document = handler.resolve_ref_schema(made)
    keys = document["properties"]
    parts = dict(zip(registry, keys["with"].pop("anyOf"), strict=True))
    keys["do"]["enum"] = list(parts)
    keys["with"]["type"] = "object"
    document["allOf"] = [_follows(name, part) for name, part in parts.items()]
    return made


def _follows(action: str, part: dict[str, Any]) -> dict[str, Any]:
    """Return the rule that an action's ``with`` is its own part."""
    then: dict[str, Any] = {"properties": {"with": part}}
    if part.get("required"):
        then["required"] = ["with"]
    return {"if": {"properties": {"do": {"const": action}}, "required": ["do"]}, "then": then}


class Plan(Part):
    """What people do, by one document.

    Attributes
    ----------
    document : str
        Title of the written plan that the clauses' sources quote.
    command : str
        ``unified``: the posts at the top tell each other, and teams share one list of tasks;
        ``split``: each top has its own picture and its own list, until a joint command is set up.
    military_link : bool
        Whether forces from outside were linked to the command beforehand.
    before : tuple of Preparation
        What has been done before the run: people moved, signs put up, fire breaks cut.
    """

    format: Literal["shapan/plan/1"]
    id: Id
    title: Title
    document: Text
    command: Literal["unified", "split"] = "unified"
    military_link: bool = False
    before: Many[Preparation] = ()
    posts: Some[Post]
    clauses: Some[Clause]
