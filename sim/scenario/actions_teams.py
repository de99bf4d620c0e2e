"""What a clause can order teams to do: the ``with`` part of rescue, fire, medical and repair work.

A team is named by its kind (``usar_light``) or by what it can do (``dig``); see `units.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from sim.scenario.actions import Count, Places, Zones
from sim.scenario.base import Names, OneOrMore, Part
from sim.scenario.forces import Trade
from sim.scenario.parameters import catalogued

#: how a unit chooses where to go next; `sim.response.dispatch.RULES`
RuleName = Literal["nearest", "nearest_by_road", "by_priority", "by_expected_survival", "by_sector"]


class TeamOrder(Part):
    """So many teams for the work in some zones, until none is left; the rested relieve the tired.

    Attributes
    ----------
    team : str
        Kind of unit, or what it must be able to do.
    rule : str
        How a unit chooses its next task.
    """

    zones: Zones = ("all",)
    count: Count
    team: Trade
    rule: RuleName = "nearest_by_road"


class RescueTrapped(TeamOrder):
    """Search fallen buildings and dig people out."""

    example: ClassVar[Mapping[str, Any]] = {"count": 1}

    team: Trade = "dig"


class FightFire(TeamOrder):
    """Bring water to burning buildings, refill, go on to the next."""

    example: ClassVar[Mapping[str, Any]] = {"count": 1}

    team: Trade = "fight_fire"


class TreatInjured(TeamOrder):
    """Fetch the badly hurt and bring them to a bed, in a hospital or a station."""

    example: ClassVar[Mapping[str, Any]] = {"count": 1}

    team: Trade = "ambulance"
    rule: RuleName = "by_priority"


class SetUpStation(Part):
    """Open a temporary treatment station at each of some places, a medical team each."""

    example: ClassVar[Mapping[str, Any]] = {"at": "shelter-1", "beds": 10}

    at: Places
    beds: Annotated[int, Field(ge=1)] = catalogued("medical.station_beds", strict=False)
    team: Trade = "treat"


class ClearRoads(TeamOrder):
    """Clear streets of debris to the width of a fire lane, the main ones first."""

    example: ClassVar[Mapping[str, Any]] = {"count": 1}

    team: Trade = "clear_road"
    rule: RuleName = "by_priority"


class Repair(TeamOrder):
    """Give facilities power or the network again that lack it, or bridge what is down.

    A plan that repairs bridges names its team: ``bridge``.
    """

    example: ClassVar[Mapping[str, Any]] = {"count": 1}

    what: Literal["power", "communications", "bridges"] = "power"
    team: Trade = "repair_power"
    rule: RuleName = "by_priority"


class StopLeak(TeamOrder):
    """Plug what poisonous gas escapes from, in suits."""

    example: ClassVar[Mapping[str, Any]] = {"count": 1}

    team: Trade = "hazmat"
    rule: RuleName = "by_priority"


class Decontaminate(TeamOrder):
    """Wash whom poisonous gas has hurt, at a site in each community."""

    example: ClassVar[Mapping[str, Any]] = {"count": 1}

    team: Trade = "hazmat"
    rule: RuleName = "by_priority"


class BuildFireLine(TeamOrder):
    """Build line by hand around a wildfire, ahead of its front."""

    example: ClassVar[Mapping[str, Any]] = {"count": 1}

    team: Trade = "build_line"


class RecallTeams(Part):
    """Call off the units of other clauses; who carries people brings them in first."""

    example: ClassVar[Mapping[str, Any]] = {"clauses": "N"}

    clauses: OneOrMore[Annotated[str, Names("clause")]]
