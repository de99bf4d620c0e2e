"""What a plan has had done before anything happens: the ``with`` part of every preparation.

A run begins with these done. They change where people live, what walkers find and what a wildfire
meets, never what happens: two plans on one scenario still meet the same disaster.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from sim.scenario.base import Amount, Id, Many, Names, OneOrMore, Part, Share, Some, Spot
from sim.scenario.parameters import catalogued

Reach_m = Annotated[float, Amount("length"), Field(gt=0)]
ZoneIds = OneOrMore[Annotated[Id, Names("zone", words=("all",))]]


class Resettle(Part):
    """Move the households that are willing out of a danger area into other homes on the map.

    They go to homes outside all areas that the plan clears, built since 2000 where there are any,
    in the zones named, else in their own town.

    Attributes
    ----------
    spots, points, rivers : tuple or None
        What the area lies around: spots such as the foot of a slope, points or rivers of the map.
    within : float
        How far from them, m.
    willing : float
        Share of the households in the area that move.
    to : tuple of str or None
        Zones they go to.
    """

    ONE_OF: ClassVar = ("spots", "points", "rivers")
    example: ClassVar[Mapping[str, Any]] = {"spots": [{"x_m": 0, "y_m": 0}], "within": "300 m"}

    spots: Some[Spot] | None = None
    points: OneOrMore[Annotated[Id, Names("point")]] | None = None
    rivers: OneOrMore[Annotated[Id, Names("river")]] | None = None
    within: Reach_m
    willing: Share = catalogued("plan.resettle_willing")
    to: OneOrMore[Annotated[Id, Names("zone")]] | None = None


class SignShelters(Part):
    """Put up signs to the shelters: who lives there and did not know the way follows them.

    Attributes
    ----------
    zones : tuple of str
        Where they stand; ``all`` is the whole map.
    noticed : float
        Share of the households that see them and know what they mean.
    """

    example: ClassVar[Mapping[str, Any]] = {"zones": "all"}

    zones: ZoneIds = ("all",)
    noticed: Share = catalogued("crowd.signs_noticed")


class CutFireBreaks(Part):
    """Keep strips free of fuel, which hold the front of a wildfire; brands fly across.

    Attributes
    ----------
    lines : tuple of tuple of Spot
    """

    example: ClassVar[Mapping[str, Any]] = {
        "lines": [[{"x_m": 0, "y_m": 0}, {"x_m": 500, "y_m": 0}]]
    }

    lines: Some[Many[Spot]]
