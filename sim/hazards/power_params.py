"""What a scenario file may say about the power grid: what feeds what, and what fails when."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.core.words import said
from sim.hazards.chains import Spread
from sim.scenario.base import (
    Duration_s,
    HazardParams,
    Id,
    Length_m,
    Many,
    Names,
    Part,
    Positive,
    Some,
    Spot,
)
from sim.scenario.parameters import catalogued


class Substation(Part):
    """A substation that the map does not have."""

    id: Id
    at: Spot


class Supply(Part):
    """Which substation gets its power from which other."""

    substation: Id
    by: Id


class Feeder(Part):
    """A line out of a substation and the communities on it; others are drawn by the map."""

    id: Id
    substation: Id
    zones: Some[Annotated[Id, Names("zone")]]


class Backup(Part):
    """A facility with a generator or batteries of its own."""

    facility: Annotated[Id, Names("facility")]
    lasts: Duration_s


class PowerParams(HazardParams):
    """What stops a substation, a feeder, a line, and those that hang on them.

    Attributes
    ----------
    substations : tuple of Substation
        Beside those of the map.
    supplies : tuple of Supply
        Substations that another one feeds; all others have power of their own.
    feeders : tuple of Feeder
        Communities that none of them names hang on the nearest substation, on feeders drawn by the
        map.
    zones_a_feeder : int
        Communities on a feeder that the map draws.
    backups : tuple of Backup
        Beside what kinds of facilities have.
    flood_depth, equipment_depth : float
        Water at a substation, and at a community's transformers, in which they stop, m.
    mended_after : float
        Time from the water's going to power again, s.
    sectioned_after : float
        Time in which a feeder is without power when a community on it is flooded, until that one is
        cut off from it, s.
    base_station_lasts, hospital_lasts, pumping_station_lasts : float
        How long batteries and generators last, s.
    line_ice, line_spread : float
        Radial ice at which half of the lines to communities break, m; spread of its logarithm.
    line_pga, line_pga_spread : float
        The same of the peak ground acceleration, g.
    line_fire : bool
        Whether lines trip when a wildfire burns under them: they are overhead.
    """

    kind: Literal["power"]
    substations: Many[Substation] = ()
    supplies: Many[Supply] = ()
    feeders: Many[Feeder] = ()
    zones_a_feeder: Annotated[int, Field(ge=1)] = catalogued("power.zones_a_feeder")
    backups: Many[Backup] = ()
    flood_depth: Length_m = catalogued("power.substation_depth")
    equipment_depth: Length_m = catalogued("power.equipment_depth")
    mended_after: Duration_s = catalogued("power.mended_after")
    sectioned_after: Duration_s = catalogued("power.sectioned_after")
    base_station_lasts: Duration_s = catalogued("power.base_station_lasts")
    hospital_lasts: Duration_s = catalogued("power.hospital_lasts")
    pumping_station_lasts: Duration_s = catalogued("power.pumping_station_lasts")
    line_ice: Positive = catalogued("power.line_ice")
    line_spread: Spread = catalogued("power.line_spread")
    line_pga: Positive = catalogued("power.line_pga")
    line_pga_spread: Spread = catalogued("power.line_pga_spread")
    line_fire: bool = True

    @model_validator(mode="after")
    def _nothing_feeds_itself(self) -> Self:
        by = {supply.substation: supply.by for supply in self.supplies}
        for supply in self.supplies:
            above: str | None = supply.by
            for _ in by:
                above = by.get(above) if above else None
            if above:
                raise ValueError(said("power.circle", id=supply.substation))
        return self
