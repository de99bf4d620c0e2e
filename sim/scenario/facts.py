"""What is known about a county or district, with its sources: the file a map is made from.

Positions are shares of the map's rectangle, ``[east, north]``, from the south-west corner. Every
part says where it comes from (``source``) or ``assumed: true``; the map's face lists assumptions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal, Self, TypeVar

from pydantic import BaseModel, Field, model_validator

from sim.core.errors import InputError
from sim.core.words import said
from sim.scenario.base import (
    Flow_m3_per_s,
    Id,
    Length_m,
    Part,
    Positive,
    Rate_m_per_s,
    Share,
    Title,
)
from sim.scenario.loading import check_file

T = TypeVar("T")
#: a YAML list, frozen
Many = Annotated[tuple[T, ...], Field(strict=False)]
#: shares of the rectangle, from the west and from the south
Place = Annotated[tuple[Share, Share], Field(strict=False)]
Count = Annotated[int, Field(ge=1)]

FACTS_FILE: Final = "facts.yaml"

TownKind = Literal["inner_city", "mixed", "suburban", "industrial", "town", "village"]
Side = Literal["west", "east", "north", "south"]
Age = Literal["0-14", "15-59", "60-79", "80+"]
Channel = Literal["sms", "app", "tv", "broadcast", "screen", "grid_worker", "neighbour"]
#: where the places of a group are looked for
Siting = Literal["people", "area", "towns", "industry", "countryside", "waterlogging"]


class Stated(Part):
    """A part that carries its source, or says that it is an assumption."""

    source: Title | str | None = None
    assumed: bool = False

    @model_validator(mode="after")
    def _source_or_assumption(self) -> Self:
        if (self.source is None) is not self.assumed:
            raise ValueError(said("wrong.source"))
        return self


class Area(Stated):
    """Area, and the rectangle that stands for the county: its width over its height."""

    km2: Positive
    aspect: Annotated[float, Field(ge=0.2, le=5)] = 1.5


class Ground(Stated):
    """The lie of the land without its rivers and hills.

    Attributes
    ----------
    highest, lowest : float
        Of the even plain, m above the datum.
    falls_towards : float
        Bearing of the fall, degrees clockwise from north.
    roughness : float
        Root mean square of the plain's own relief, m.
    """

    highest: float
    lowest: float
    falls_towards: Annotated[float, Field(ge=0, lt=360)]
    roughness: Length_m

    @model_validator(mode="after")
    def _falls(self) -> Self:
        if self.lowest >= self.highest:
            raise ValueError(said("wrong.ground", low=self.lowest, high=self.highest))
        return self


class Hill(Stated):
    """One mass of hills: rises ``height`` above the plain, fades out at ``radius``."""

    at: Place
    radius: Length_m
    height: Length_m


class Levees(Stated):
    """Levees on both banks: crest above the ground, distance of the crest from the bank."""

    height: Length_m
    setback: Length_m
    design_return_period_years: Positive


class River(Stated):
    """A river or canal along ``course``, upstream first; ends on the border or in another river.

    Attributes
    ----------
    bed_depth : float
        Bed below the banks, m.
    into : str
        Id of the river it joins; its last point then moves onto that river.
    """

    id: Id
    name: Title
    kind: Literal["river", "canal"] = "river"
    course: Annotated[tuple[Place, ...], Field(strict=False, min_length=2)]
    width: Annotated[Length_m, Field(gt=0)]
    bed_depth: Annotated[Length_m, Field(gt=0)]
    into: Id | None = None
    levees: Levees | None = None


class Lake(Stated):
    """Standing water: a lake or a reservoir."""

    id: Id
    name: Title
    kind: Literal["lake", "reservoir"]
    at: Place
    km2: Positive
    depth: Length_m


class Coast(Stated):
    """The sea along one side, ``reach`` m into the rectangle, its surface at ``level`` m."""

    id: Id
    name: Title
    side: Side
    reach: Length_m
    level: float = 0.0
    depth: Length_m


class Forest(Stated):
    """A belt of forest along a line, where the land is open; houses and roads keep their place."""

    id: Id
    name: Title
    course: Annotated[tuple[Place, ...], Field(strict=False, min_length=2)]
    width: Length_m


class Railway(Stated):
    """A line that streets pass under or not at all."""

    name: Title
    course: Annotated[tuple[Place, ...], Field(strict=False, min_length=2)]


class Community(Part):
    """A community (社区) or, with ``village: true``, a village (村)."""

    id: Id
    zh: str
    en: str
    village: bool = False
    weight: Positive = 1.0


class Town(Stated):
    """A street (街道) or township; ``people`` and ``km2`` are shared out when not given."""

    id: Id
    name: Title
    kind: TownKind
    at: Place
    people: Annotated[int, Field(ge=0)] | None = None
    km2: Positive | None = None
    communities: Annotated[tuple[Community, ...], Field(strict=False, min_length=1)]


class Ages(Stated):
    """Shares of the age bands, and of those of 65 and more."""

    shares: dict[Age, Share]
    from_65: Share

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if set(self.shares) != {"0-14", "15-59", "60-79", "80+"}:
            raise ValueError(said("wrong.bands"))
        if abs(sum(self.shares.values()) - 1) > 1e-6:
            raise ValueError(said("wrong.shares", total=sum(self.shares.values())))
        if not self.shares["80+"] <= self.from_65 <= self.shares["60-79"] + self.shares["80+"]:
            raise ValueError(said("wrong.from_65", found=self.from_65))
        return self


class Residents(Stated):
    """How many people live here."""

    people: Count


class Households(Stated):
    """Mean size of a household."""

    mean_size: Annotated[float, Field(ge=1.2, le=5)]


class Cars(Stated):
    """Share of households that have a car."""

    household_share: Share


class Reach(Stated):
    """Share of each age band that one channel of warning can reach."""

    channel: Channel
    shares: dict[Age, Share]


class Buildings(Stated):
    """Shares of the housing built before 1980, in 1980-1999 and since; they add up to 1."""

    before_1980: Share
    from_1980: Share
    from_2000: Share

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = self.before_1980 + self.from_1980 + self.from_2000
        if abs(total - 1) > 1e-6:
            raise ValueError(said("wrong.shares", total=total))
        return self


class Drains(Stated):
    """What the storm drains under built-up land carry, and the storm they are built for."""

    capacity: Rate_m_per_s
    return_period_years: Positive


class Streets(Stated):
    """Bearing of the street grid (degrees clockwise from north) and names of main streets."""

    bearing: Annotated[float, Field(ge=-45, le=45)] = 0.0
    east_west: Many[Title] = ()
    north_south: Many[Title] = ()


class DesignRain(Stated):
    """The storm the place must cope with."""

    return_period_years: Positive
    formula: Id


class WaterloggingPoint(Stated):
    """A low place that floods in storms; an underpass lies ``dip`` below the street."""

    id: Id
    name: Title
    at: Place
    underpass: bool
    dip: Annotated[Length_m, Field(gt=0, le=8)]
    pump: Flow_m3_per_s = 0.0


class Group(Stated):
    """Facilities of one kind.

    Attributes
    ----------
    count : int
        How many; names are numbered when there is more than one.
    at : places
        Where they are; without it ``siting`` chooses.
    capacity, total_capacity : float
        Of each, or of all together (shared out in whole units).
    """

    id: Id
    kind: str
    name: Title
    count: Count = 1
    level: Literal["county", "town", "community"] = "county"
    siting: Siting = "people"
    at: Many[Place] = ()
    capacity: Annotated[float, Field(ge=0)] | None = None
    total_capacity: Annotated[float, Field(ge=0)] | None = None
    unit: str
    area_m2: Annotated[float, Field(ge=0)] = 0.0

    @model_validator(mode="after")
    def _one_capacity(self) -> Self:
        if (self.capacity is None) is (self.total_capacity is None):
            raise ValueError(said("wrong.capacity"))
        if self.at and len(self.at) != self.count:
            raise ValueError(said("wrong.places", n=len(self.at), count=self.count))
        return self


class Facts(Part):
    """A county's facts: see the parts."""

    format: Literal["shapan/facts/1"]
    id: Id
    name: Title
    area: Area
    ground: Ground
    residents: Residents
    ages: Ages
    households: Households
    cars: Cars
    reach: Many[Reach] = ()
    buildings: Buildings
    drains: Drains
    streets: Streets
    design_rain: DesignRain
    towns: Annotated[tuple[Town, ...], Field(strict=False, min_length=1)]
    rivers: Many[River] = ()
    lakes: Many[Lake] = ()
    coasts: Many[Coast] = ()
    hills: Many[Hill] = ()
    forests: Many[Forest] = ()
    railways: Many[Railway] = ()
    waterlogging: Many[WaterloggingPoint] = ()
    facilities: Many[Group] = ()

    @model_validator(mode="after")
    def _ids_are_unique_and_known(self) -> Self:
        ids = list(self._ids())
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(said("wrong.twice", ids=", ".join(twice)))
        rivers = [river.id for river in self.rivers]
        for row, river in enumerate(self.rivers):
            if river.into is not None and river.into not in rivers[:row]:
                raise ValueError(said("wrong.into", river=river.id, into=river.into))
        stated = [town.people for town in self.towns if town.people is not None]
        if sum(stated) > self.residents.people:
            raise ValueError(said("wrong.more", towns=sum(stated), all=self.residents.people))
        if len(stated) == len(self.towns) and sum(stated) != self.residents.people:
            raise ValueError(said("wrong.other", towns=sum(stated), all=self.residents.people))
        return self

    def _ids(self) -> Iterator[str]:
        for many in (self.rivers, self.lakes, self.coasts, self.waterlogging, self.facilities):
            yield from (part.id for part in many)
        yield from (forest.id for forest in self.forests)
        for town in self.towns:
            yield town.id
            yield from (community.id for community in town.communities)

    def assumptions(self) -> list[str]:
        """Return the places in the file that no source states, in its order."""
        return [path for path, part in _parts(self, "") if part.assumed]

    def sources(self) -> list[str | dict[str, str]]:
        """Return every source named in the file, once each, in its order, by language if in two."""
        named = dict.fromkeys(part.source for _, part in _parts(self, "") if part.source)
        return [one.model_dump() if isinstance(one, Title) else one for one in named]

    def sha256(self) -> str:
        """Return a digest of all that the facts say."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def _parts(part: BaseModel, path: str) -> Iterator[tuple[str, Stated]]:
    if isinstance(part, Stated):
        yield path, part
    for name in type(part).model_fields:
        value = getattr(part, name)
        for row, item in enumerate(value if isinstance(value, tuple) else (value,)):
            if isinstance(item, BaseModel):
                where = f"{name}[{getattr(item, 'id', row)}]" if isinstance(value, tuple) else name
                yield from _parts(item, f"{path}.{where}" if path else where)


def load_facts(path: Path) -> Facts:
    """Return the facts of a file, or of the ``facts.yaml`` in a folder.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    checked = check_file(path / FACTS_FILE if path.is_dir() else path, Facts)
    if checked.errors or not isinstance(checked.value, Facts):
        raise InputError(checked.errors)
    return checked.value
