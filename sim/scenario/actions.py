"""What a clause can order: the ``with`` part of every action, by the names of `ACTIONS`.

Ids of zones, points, shelters and teams are those of the map; a few words stand for groups:
``all``, ``low_lying`` (the zones of waterlogging points), ``flooded`` (zones reported under water).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from sim.core.words import said
from sim.scenario.base import Flow_m3_per_s, Id, Length_m, Names, OneOrMore, Part, Span_s, Text
from sim.scenario.forces import KindName, Trade
from sim.scenario.goods import ItemName
from sim.scenario.parameters import catalogued

ResponseLevel = Literal["I", "II", "III", "IV"]
WarningColour = Literal["blue", "yellow", "orange", "red"]
#: by which ways a warning can be sent; word of mouth is nobody's to order
Channel = Literal["sms", "app", "tv", "broadcast", "screen", "grid_worker"]
Count = Annotated[int, Field(ge=1)]
Zones = OneOrMore[Annotated[Id, Names("zone", words=("all", "low_lying", "flooded"))]]
Points = OneOrMore[Annotated[Id, Names("point", words=("all", "flooded"))]]
Shelters = OneOrMore[Annotated[Id, Names("facility", words=("all", "nearest", "open"))]]
StoreWords = ("all", "nearest", "depots", "suppliers", "districts", "city", "province")
Depots = OneOrMore[Annotated[Id, Names("facility", words=StoreWords)]]
Places = OneOrMore[Annotated[Id, Names("place", words=("flooded", "low_lying"))]]


class SetResponseLevel(Part):
    """Raise or lower the response; ``none`` ends it.

    A clause whose condition asks for an amount of at most so much lowers the level, any other
    raises it.
    """

    example: ClassVar[Mapping[str, Any]] = {"level": "III"}

    level: ResponseLevel | Literal["none"]


class IssueWarning(Part):
    """Warn the public in zones, by channels."""

    example: ClassVar[Mapping[str, Any]] = {"level": "orange", "channels": "sms", "zones": "all"}

    level: WarningColour
    channels: OneOrMore[Channel]
    zones: Zones
    advice: Literal["stay_in", "move_up", "leave_now", "prepare"] = "prepare"


class NotifyPost(Part):
    """Tell other posts; what they do then stands in their own clauses."""

    example: ClassVar[Mapping[str, Any]] = {"posts": "commander"}

    posts: OneOrMore[Annotated[Id, Names("post")]]
    message: Text | None = None


class Report(Part):
    """Report upwards, once or again and again."""

    example: ClassVar[Mapping[str, Any]] = {"to": "commander", "every": "1 h"}

    to: Annotated[Id, Names("post")]
    every: Span_s | None = None


class RelocateZone(Part):
    """Move the people of zones to shelters."""

    example: ClassVar[Mapping[str, Any]] = {"zones": "ferry", "by": "foot"}

    zones: Zones
    shelters: Shelters = ("nearest",)
    first: OneOrMore[Literal["bedridden", "assisted", "ground_floor", "low_lying", "everyone"]] = (
        "everyone",
    )
    by: OneOrMore[Literal["foot", "car", "bus"]] = ("foot",)


class OpenShelter(Part):
    """Open shelters: staff goes there, doors and stocks are made ready."""

    example: ClassVar[Mapping[str, Any]] = {"shelters": "all"}

    shelters: Shelters


class CloseRoad(Part):
    """Put a guard and a barrier at points; traffic takes other ways."""

    example: ClassVar[Mapping[str, Any]] = {"points": "wl-station"}

    points: Points
    guards: Count = catalogued("plan.guards_per_point")


class ReopenRoad(Part):
    """Take barriers away once the water is shallower than ``below``."""

    example: ClassVar[Mapping[str, Any]] = {"points": "wl-station"}

    points: Points
    below: Length_m = catalogued("plan.reopen_depth")


class RunPumps(Part):
    """Bring mobile pumps to points and pump."""

    example: ClassVar[Mapping[str, Any]] = {"points": "wl-station", "units": 1}

    points: Points
    units: Count
    capacity: Flow_m3_per_s = catalogued("plan.mobile_pump")


class DispatchTeam(Part):
    """Send teams to a place with a task.

    Attributes
    ----------
    team : str
        A kind of unit, or what it must be able to do; see `units.yaml`.
    task : str
        ``rescue`` takes boats, tools to dig, ropes or wings; ``search`` takes eyes in the air.
    """

    example: ClassVar[Mapping[str, Any]] = {
        "team": "street",
        "count": 1,
        "to": "ferry",
        "task": "guard",
    }

    team: Trade
    count: Count
    to: Places
    task: Literal[
        "pump", "rescue", "guard", "levee_watch", "clear", "restore", "help_move", "fight_fire",
        "treat", "search",
    ]  # fmt: skip


class DispatchBuses(Part):
    """Send buses to carry people from zones to shelters, round after round."""

    example: ClassVar[Mapping[str, Any]] = {"count": 1, "zones": "mill"}

    count: Count
    zones: Zones
    shelters: Shelters = ("nearest",)


class SendSupplies(Part):
    """Send relief goods from stores to shelters, to communities that are cut off, to places.

    By need: what the people there lack, so that they have enough for ``cover``; else kits for so
    many persons, or pieces of goods, whoever is there.

    Attributes
    ----------
    depots : tuple of str
        Stores by id, or ``depots``, ``suppliers``, ``districts`` (others than this one), ``city``,
        ``province``, ``all``, ``nearest``.
    zones : tuple of str or None
        Communities whose people are supplied at home where they are cut off.
    to : tuple of str or None
        Other places, for sandbags, pumps, boats.
    order : str
        Who comes first; a name of `sim.response.supply.rules.RULES`.
    via : str or None
        A store over which everything is transferred.
    green_channel : bool
        Whether approvals, and purchases under agreements, go by the short way for emergencies.
    """

    example: ClassVar[Mapping[str, Any]] = {"depots": "depots", "shelters": "open"}

    depots: Depots
    shelters: Shelters | None = None
    zones: Zones | None = None
    to: Places | None = None
    kits: Literal["by_need"] | Count = "by_need"
    goods: dict[ItemName, Count] = Field(default_factory=dict)
    order: Literal[
        "nearest_first",
        "largest_need_first",
        "as_asked",
        "hard_to_reach_first",
        "lowest_level_first",
        "equal_shares",
    ] = "nearest_first"
    via: Annotated[Id, Names("facility")] | None = None
    cover: Span_s = catalogued("supply.cover")
    green_channel: bool = False

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if self.shelters is None and self.zones is None and self.to is None:
            raise ValueError(said("value.none_of_one", allowed="shelters, zones, to"))
        return self


class RequestForce(Part):
    """Ask for help from outside; it comes after an approval and a journey.

    Attributes
    ----------
    kind : str or None
        As which kind of unit it comes; None is what the force usually is.
    """

    example: ClassVar[Mapping[str, Any]] = {"force": "militia", "people": 60, "to": "ferry"}

    force: Literal["armed_police", "garrison", "militia", "helicopter", "neighbour_district"]
    kind: KindName | None = None
    people: Count
    to: Places


class ShelterOutdoors(Part):
    """Bring the people of zones into the open, and keep them there for a time."""

    example: ClassVar[Mapping[str, Any]] = {"zones": "station", "lasting": "1 h"}

    zones: Zones
    channels: OneOrMore[Channel] = ("broadcast", "grid_worker")
    lasting: Span_s = catalogued("plan.outdoors_for")


class CloseGas(Part):
    """Shut off the gas of zones, so that fewer fires break out when the ground shakes."""

    example: ClassVar[Mapping[str, Any]] = {"zones": "all"}

    zones: Zones


class Suspend(Part):
    """Order that schools, work, traffic or building sites stop in zones."""

    example: ClassVar[Mapping[str, Any]] = {"what": "schools", "zones": "all"}

    what: OneOrMore[Literal["schools", "work", "outdoor_work", "public_transport", "metro"]]
    zones: Zones


class SetUpCommand(Part):
    """Bring posts together in a joint command; with ``forward``, at the place itself."""

    example: ClassVar[Mapping[str, Any]] = {"members": "duty-officer"}

    members: OneOrMore[Annotated[Id, Names("post")]]
    forward: bool = False


class PublishNeeds(Part):
    """Tell the public what is needed, so that gifts bring that."""

    example: ClassVar[Mapping[str, Any]] = {}


class OpenDetention(Part):
    """Open levees to a flood detention area, where the scenario's flood has a gate in them."""

    example: ClassVar[Mapping[str, Any]] = {"levees": "willow-left"}

    levees: OneOrMore[Annotated[Id, Names("levee")]]


class CloseShelter(Part):
    """Close shelters: whose home is fit goes home, the others stay until theirs is."""

    example: ClassVar[Mapping[str, Any]] = {"shelters": "shelter-3"}

    shelters: Shelters


class TransferPeople(Part):
    """Bring so many people by bus from a shelter to another one."""

    example: ClassVar[Mapping[str, Any]] = {"from": "shelter-1", "to": "shelter-2", "people": 20}

    from_: Annotated[Id, Names("facility")] = Field(alias="from")
    to: Annotated[Id, Names("facility")]
    people: Count


class ReuniteFamilies(Part):
    """Trace the families of children who are alone in shelters; who has none is given a carer."""

    example: ClassVar[Mapping[str, Any]] = {"shelters": "open"}

    shelters: Shelters = ("open",)
    workers: Count = catalogued("shelters.tracers")


class WithdrawClause(Part):
    """Call clauses off that have not been ordered yet."""

    example: ClassVar[Mapping[str, Any]] = {"clauses": "N"}

    clauses: OneOrMore[Annotated[str, Names("clause")]]


class CallUpClause(Part):
    """Have clauses taken up at once, whether their conditions hold or not."""

    example: ClassVar[Mapping[str, Any]] = {"clauses": "N"}

    clauses: OneOrMore[Annotated[str, Names("clause")]]
