"""What a scenario file may say about fires in a town."""

from __future__ import annotations

import itertools
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from sim.core.words import said
from sim.scenario.base import (
    Amount,
    HazardParams,
    Id,
    Length_m,
    Many,
    Moment_s,
    Part,
    Positive,
    Share,
    Spot,
)
from sim.scenario.parameters import catalogued

Speed_m_per_s = Annotated[float, Amount("speed"), Field(ge=0, le=60)]
Degrees = Annotated[float, Field(ge=0, le=360)]

#: ``[2 h, 6 m/s, 315]``: from then on the wind blows so fast from the north-west
WindPoint = Annotated[tuple[Moment_s, Speed_m_per_s, Degrees], Field(strict=False)]


class Ignition(Part):
    """A fire that the scenario starts.

    Attributes
    ----------
    building : int or None
        Row of the map's buildings.
    at : Spot or None
        A spot; the nearest building burns.
    time : float
        Seconds from the start of the run.
    """

    ONE_OF: ClassVar = ("building", "at")

    id: Id
    building: Annotated[int, Field(ge=0)] | None = None
    at: Spot | None = None
    time: Moment_s


class UrbanFireParams(HazardParams):
    """Fires, the wind over them, and how readily the town burns.

    Attributes
    ----------
    wind : tuple of WindPoint
        At 10 m above ground; still air when none is given.
    accidental : bool
        Whether fires begin by chance as on any day.
    after_earthquake : str
        Which regression says how many fires shaking starts: ``low`` (HAZUS), ``high`` (Ren and
        Xie), or ``none``.
    firebrands : bool
        Whether the wind also carries brands onto roofs beyond `reach`; Hamada's speeds were fitted
        to towns in which they flew.
    reach : float
        Widest gap between walls that fire crosses, m.
    sigma : float
        Spread of the logarithm of the time from building to building.
    pace : float
        Factor on Hamada's speeds: 1 for bare wood that nobody fights, 0.2 as of late.
    """

    kind: Literal["urban_fire"]
    wind: Many[WindPoint] = ()
    ignitions: Many[Ignition] = ()
    accidental: bool = False
    accidental_rate: Annotated[float, Field(ge=0)] = catalogued("urban_fire.accidental_rate")
    after_earthquake: Literal["none", "low", "high"] = "low"
    stove_factor: Positive = catalogued("urban_fire.stove_factor")
    firebrands: bool = False
    reach: Length_m = catalogued("urban_fire.reach")
    sigma: Annotated[float, Field(ge=0, le=2)] = catalogued("urban_fire.sigma")
    pace: Positive = catalogued("urban_fire.pace")
    decay_share: Share = catalogued("urban_fire.decay_share")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        times = [point[0] for point in self.wind]
        if any(late <= early for early, late in itertools.pairwise(times)):
            raise ValueError(said("flood.times_rise"))
        return self
