"""What a scenario file may say about a wildfire."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from sim.core.errors import choices, did_you_mean
from sim.core.words import said
from sim.hazards.wildfire_fuels import fuel_numbers
from sim.scenario.base import (
    Amount,
    Duration_s,
    HazardParams,
    Id,
    Length_m,
    Many,
    Moment_s,
    Names,
    Part,
    Share,
    Some,
    Span_s,
    Spot,
)
from sim.scenario.parameters import catalogued

Sky = Literal["clear", "scattered", "broken", "overcast", "night", "rain"]
#: water over dry weight
Water = Annotated[float, Field(gt=0, le=4)]
#: degrees clockwise from north
Bearing = Annotated[float, Field(ge=0, le=360)]


def _known(code: str) -> str:
    known = fuel_numbers()
    if code not in known:
        guess = did_you_mean(code, known)
        raise ValueError(
            said("wildfire.fuel", found=code, allowed=choices(tuple(known)), guess=guess)
        )
    return code


#: a fuel model: FM1..FM13 (Anderson 1982), GR1..SB4 (Scott & Burgan 2005), NB1..NB9 burns not
FuelCode = Annotated[str, AfterValidator(_known)]


class DeadFuel(Part):
    """Moisture of dead fuel where it was measured."""

    one_hour: Water
    ten_hour: Water
    hundred_hour: Water


class FireWeather(Part):
    """The weather from a time until the next one's.

    Attributes
    ----------
    temperature_c : float
        Of the air in the shade, degrees Celsius.
    humidity : float
        Of the air, 0..1.
    wind : float
        At 10 m in the open, m/s.
    wind_from_deg : float
        Where it blows from.
    sky : str
        Sun on the fuel dries it; ``rain`` wets it.
    dead_fuel : DeadFuel or None
        Measured moisture; None works it out from the air.
    """

    from_: Moment_s = Field(alias="from", default=0.0)
    temperature_c: Annotated[float, Field(ge=-40, le=55)]
    humidity: Share
    wind: Annotated[float, Amount("speed"), Field(ge=0, le=60)]
    wind_from_deg: Bearing
    sky: Sky = "clear"
    dead_fuel: DeadFuel | None = None


class WildIgnition(Part):
    """Where and when a fire starts: at a spot, or along a line of spots."""

    ONE_OF: ClassVar = ("at", "line")

    id: Id
    at: Spot | None = None
    line: Annotated[tuple[Spot, ...], Field(strict=False, min_length=2)] | None = None
    time: Moment_s = 0.0


class LandFuels(Part):
    """The fuel on each class of land, where the map has no layer of fuel models.

    The choice is ours, by the descriptions of Scott & Burgan (2005): cured low grass; stubble and
    straw left on fields as short sparse grass; pine plantations as long-needle litter.
    """

    water: FuelCode = "NB8"
    bare: FuelCode = "NB9"
    grass: FuelCode = "GR2"
    crop: FuelCode = "GR1"
    forest: FuelCode = "TL8"
    residential: FuelCode = "NB1"
    commercial: FuelCode = "NB1"
    industrial: FuelCode = "NB1"
    road: FuelCode = "NB1"
    levee: FuelCode = "GR1"


class WildfireParams(HazardParams):
    """A wildfire: weather, fuel, and where it starts.

    Attributes
    ----------
    weather : tuple of FireWeather
        In order of time, the first from the start of the run.
    crown_fire : bool
        Whether fire takes the crowns of forest where its surface front is strong enough.
    canopy_base : float or None
        Height of the lower edge of crowns, m; None is what `crown_ratio` leaves of `canopy_height`.
    canopy_density : float
        Of what burns of the crowns, kg/m3.
    foliar_water : float
        Water in the needles over their dry weight.
    wind_limit : bool
        Whether wind above 0.9 of the reaction intensity adds nothing, as Behave has it.
    spotting : bool
        Whether brands fly.
    watch : tuple of str
        Facilities at which the arrival of fire is logged, beside all check points of the map.
    """

    kind: Literal["wildfire"]
    weather: Some[FireWeather]
    ignitions: Some[WildIgnition]
    fuels: LandFuels = Field(default_factory=LandFuels)
    live_herb: Water = catalogued("wildfire.live_herb")
    live_woody: Water = catalogued("wildfire.live_woody")
    canopy_cover: Share = catalogued("wildfire.canopy_cover")
    canopy_height: Length_m = catalogued("wildfire.canopy_height")
    crown_ratio: Share = catalogued("wildfire.crown_ratio")
    crown_fire: bool = True
    canopy_base: Length_m | None = None
    canopy_density: Annotated[float, Field(gt=0, le=2)] = catalogued("wildfire.canopy_density")
    foliar_water: Water = catalogued("wildfire.foliar_water")
    wind_limit: bool = True
    spotting: bool = True
    brands_per_gj: Annotated[float, Field(ge=0)] = catalogued("wildfire.brands_per_gj")
    brand_delay: Duration_s = catalogued("wildfire.brand_delay")
    flaming: Span_s = catalogued("wildfire.flaming")
    smoke_lid: Annotated[float, Amount("length"), Field(gt=0)] = catalogued("wildfire.smoke_lid")
    watch: Many[Annotated[Id, Names("facility")]] = ()
    watch_distance: Length_m = catalogued("wildfire.watch_distance")

    @model_validator(mode="after")
    def _weather_follows(self) -> Self:
        times = [weather.from_ for weather in self.weather]
        if times[0] != 0.0:
            raise ValueError(said("wildfire.first_weather"))
        if any(late <= early for early, late in pairwise(times)):
            raise ValueError(said("flood.times_rise"))
        return self
