"""What a scenario file may say about a flood."""

from __future__ import annotations

import itertools
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from sim.core.words import said
from sim.hazards.rain import FORMULAS, Hyetograph, StormFormula, chicago_storm, hyetograph
from sim.scenario.base import (
    Amount,
    Duration_s,
    Flow_m3_per_s,
    HazardParams,
    Id,
    Length_m,
    Level_m,
    Many,
    Moment_s,
    Names,
    Part,
    Rate_m_per_s,
    Share,
    Span_s,
    Spot,
    Title,
)
from sim.scenario.parameters import catalogued, parameter

Years = Annotated[float, Field(ge=1, le=10000)]


#: ``[1 h, 50 mm/h]``: from then on it rains so much
RainPoint = Annotated[tuple[Moment_s, Rate_m_per_s], Field(strict=False)]
#: ``[12 h, 1800 m3/s]``
FlowPoint = Annotated[tuple[Moment_s, Flow_m3_per_s], Field(strict=False)]
#: ``[6 h, 2.4 m]``
LevelPoint = Annotated[tuple[Moment_s, Level_m], Field(strict=False)]


def _rising(points: tuple[tuple[float, float], ...]) -> None:
    times = [point[0] for point in points]
    if any(late <= early for early, late in itertools.pairwise(times)):
        raise ValueError(said("flood.times_rise"))


class Chicago(Part):
    """A design storm by the Chicago method, from a city's intensity formula."""

    kind: Literal["chicago"]
    formula: Literal["shenyang", "anshan", "dalian", "jilin"]
    return_period_years: Years
    duration: Span_s
    peak_share: Share = catalogued("rain.peak_share")
    begins: Moment_s = 0.0

    def rain(self) -> Hyetograph:
        """Return the rain against time."""
        return chicago_storm(
            StormFormula.named(self.formula),
            return_period_years=self.return_period_years,
            duration_s=self.duration,
            peak_share=self.peak_share,
            interval_s=float(parameter("rain.interval_s").value),
            begins_s=self.begins,
        )


class Hyeto(Part):
    """Rain given point by point; each rate holds until the next point, the last one is 0."""

    kind: Literal["hyetograph"]
    points: Annotated[tuple[RainPoint, ...], Field(strict=False, min_length=2)]

    @model_validator(mode="after")
    def _makes_rain(self) -> Self:
        _rising(self.points)
        if self.points[-1][1] != 0.0:
            raise ValueError(said("flood.rain_ends"))
        return self

    def rain(self) -> Hyetograph:
        """Return the rain against time."""
        return hyetograph(self.points)


class Inflow(Part):
    """A hydrograph, linear between points: a river entering the map, or water at a spot."""

    ONE_OF: ClassVar = ("river", "at")

    id: Id
    title: Title | None = None
    river: Annotated[Id, Names("river")] | None = None
    at: Spot | None = None
    points: Annotated[tuple[FlowPoint, ...], Field(strict=False, min_length=1)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _rising(self.points)
        return self


class HeldLevel(Part):
    """Water outside a side of the map at a level, constant or against time."""

    ONE_OF: ClassVar = ("level", "levels")

    level: Level_m | None = None
    levels: Annotated[tuple[LevelPoint, ...], Field(strict=False, min_length=1)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _rising(self.levels or ())
        return self


#: ``sea``: the level that a surge writes (0 without one)
Edge = Literal["closed", "open", "sea"] | HeldLevel


class Edges(Part):
    """What happens at each side of the map."""

    west: Edge = "closed"
    east: Edge = "closed"
    north: Edge = "closed"
    south: Edge = "closed"


class DrainFailure(Part):
    """A time in which a share of all drains takes no water."""

    id: Id
    from_: Moment_s = Field(alias="from")
    to: Moment_s
    share: Share = 1.0

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.to <= self.from_:
            raise ValueError(said("flood.failure_lasts"))
        return self


class Pump(Part):
    """A pump at a spot or at a pumping station of the map.

    Attributes
    ----------
    capacity : float or None
        m3/s; None takes the station's own.
    starts_above : float
        Depth in its cell, m; it stops at half of it.
    outlet : Spot or None
        Where the water goes; None leads it out of the map.
    """

    ONE_OF: ClassVar = ("facility", "at")

    id: Id
    facility: Annotated[Id, Names("facility")] | None = None
    at: Spot | None = None
    capacity: Annotated[float, Amount("flow"), Field(gt=0)] | None = None
    starts_above: Length_m = catalogued("flood.pump_start")
    outlet: Spot | None = None

    @model_validator(mode="after")
    def _has_capacity(self) -> Self:
        if self.at is not None and self.capacity is None:
            raise ValueError(said("flood.pump_capacity"))
        return self


class Trigger(Part):
    """What starts a breach.

    Attributes
    ----------
    overtopping : bool or None
        Water runs over the crest at the place of the breach.
    time : float or None
        Seconds from the start of the run.
    level : float or None
        Water level beside the place, m.
    damage : bool or None
        The levee is broken by shaking: a link ``levee_damage`` of the scenario's chains tells.
    opened : bool or None
        It is a gate to a detention area, and somebody orders it to be opened.
    """

    ONE_OF: ClassVar = ("overtopping", "time", "level", "damage", "opened")

    overtopping: Literal[True] | None = None
    time: Moment_s | None = None
    level: Level_m | None = None
    damage: Literal[True] | None = None
    opened: Literal[True] | None = None

    @property
    def failure(self) -> str:
        """The state of levees that starts it; empty when another thing does."""
        return "levee_damaged" if self.damage else "levee_opened" if self.opened else ""


class BreachParams(Part):
    """A gap that opens in a levee.

    Attributes
    ----------
    at : float
        Place along the levee, 0 (first point of its line) to 1.
    width : float
        Final length of the gap, m.
    growth : float
        Seconds from the first failing to the final gap.
    shape : str
        Progress in time: linear, or sine (slow, fast, slow) as in HEC-RAS.
    down_to : float
        Height of the final sill above the ground at the levee's foot, m.
    """

    id: Id
    levee: Annotated[Id, Names("levee")]
    at: Share
    trigger: Trigger
    width: Annotated[float, Amount("length"), Field(gt=0)]
    growth: Duration_s = catalogued("flood.breach_growth")
    shape: Literal["linear", "sine"] = "sine"
    down_to: Length_m = 0.0


class DrySoil(Part):
    """Soil that is not yet wetted through when the rain begins (Green & Ampt 1911).

    Rawls, Brakensiek & Miller (1983) give for silt loam, for one, 16.7 cm of suction and 0.486 of
    room between its grains; of that the share is empty that is not filled already.

    Attributes
    ----------
    suction : float
        With which dry soil draws water down, as metres of water.
    room : float
        Empty between the grains, of the soil's volume.
    """

    suction: Annotated[float, Amount("length"), Field(gt=0)]
    room: Annotated[float, Field(gt=0, lt=1)]

    @property
    def thirst_m(self) -> float:
        """Suction times room."""
        return self.suction * self.room


class FloodParams(HazardParams):
    """Rain, rivers, borders and what fails.

    Attributes
    ----------
    borders : str or Edges
        One word for all sides, or each side its own.
    pumping_stations : bool
        Whether the map's own pumping stations work.
    buildings : str
        Cells mostly built: ``raised`` by a floor's height, ``blocked`` as walls, or ``ignored``.
    waters_filled : float
        Standing water at the start in waters without an inflow, as a share of their bed's depth;
        rivers with one start at its first flow's uniform depth, at most full to their banks.
    dry_soil : DrySoil or None
        Makes the map's rates of infiltration the last ones, which soil comes to once it is wet;
        None is soil wetted through from the start.
    film : float
        Depth up to which water does not flow, m.
    rest_flow : float
        Water rests where less flows, m2/s, while no rain falls; 0 lets none rest.
    """

    kind: Literal["flood"]
    rain: Annotated[Chicago | Hyeto, Field(discriminator="kind")] | None = None
    inflows: Many[Inflow] = ()
    borders: Literal["closed", "open"] | Edges = "open"
    drain_failures: Many[DrainFailure] = ()
    pumps: Many[Pump] = ()
    pumping_stations: bool = True
    breaches: Many[BreachParams] = ()
    buildings: Literal["raised", "blocked", "ignored"] = "raised"
    building_share: Share = catalogued("flood.building_share")
    building_raise: Length_m = catalogued("flood.building_raise")
    waters_filled: Share = catalogued("flood.waters_filled")
    dry_soil: DrySoil | None = None
    film: Annotated[float, Amount("length"), Field(gt=0)] = catalogued("flood.film")
    rest_flow: Annotated[float, Field(ge=0)] = catalogued("flood.rest_flow")


assert set(FORMULAS) == {"shenyang", "anshan", "dalian", "jilin"}, "Chicago.formula lists FORMULAS"
