"""The scenario file: the place, the clock, and what happens; never what anybody decides."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, ModelWrapValidatorHandler, model_validator

from sim.core.errors import SimError
from sim.core.kinds import HAZARDS, LINKS
from sim.core.units import as_text
from sim.core.words import said
from sim.scenario.base import (
    Amount,
    ByKind,
    HazardParams,
    Id,
    LocalTime,
    Many,
    Names,
    Part,
    Some,
    Span_s,
    Title,
)
from sim.scenario.crossings import Crossing
from sim.scenario.forces import Force
from sim.scenario.limits import RoadLimit
from sim.scenario.own_parameters import OwnParameters, stated_values
from sim.scenario.parameters import catalogued, own_parameters
from sim.scenario.paths import InFolder
from sim.scenario.stocks import Relief


class MapSource(Part):
    """Where the map comes from: made from a facts file, or a map folder that stands.

    Attributes
    ----------
    facts : str or None
        A facts file beside the scenario; the map is made from it.
    folder : str or None
        A map folder that ``shapan new`` or ``shapan import`` wrote.
    cell : float
        Side of a cell of a map made from facts, m.
    seed : int
        Chance in a map made from facts; the run has a seed of its own.
    """

    ONE_OF: ClassVar = ("facts", "folder")

    facts: Annotated[str, InFolder()] | None = None
    folder: Annotated[str, InFolder(folder=True)] | None = None
    cell: Annotated[float, Amount("length"), Field(gt=0)] = catalogued("run.cell")
    seed: Annotated[int, Field(ge=0)] = 1


class ClockSettings(Part):
    """When the run starts, how long it lasts, how often the world is brought up to date."""

    start: LocalTime
    duration: Span_s
    step: Span_s = catalogued("run.step")

    @model_validator(mode="after")
    def _whole_steps(self) -> Self:
        if not is_multiple(self.duration, self.step):
            duration, step = as_text(self.duration), as_text(self.step)
            raise ValueError(said("value.steps", found=f"duration {duration}", step=step))
        return self


class Record(Part):
    """How often the water on the ground is kept for maps and films."""

    every: Span_s = catalogued("run.record_every")


class Air(Part):
    """The weather that matters to people in the open.

    Attributes
    ----------
    night : float
        Air temperature at night, degrees Celsius.
    """

    night: Annotated[float, Field(ge=-60, le=50)] = catalogued("outdoors.night_air")


class Watch(Part):
    """A point of the map at which a depth is awaited; an event tells when it is reached."""

    point: Annotated[Id, Names("point")]
    depth: Annotated[float, Amount("length"), Field(gt=0)] = catalogued("run.watch_depth")


class Scenario(Part):
    """One disaster at one place.

    Attributes
    ----------
    hazards : tuple of HazardParams
        Each is an instance of the `Params` of its kind.
    chains : tuple of HazardParams
        What a hazard brings about in its turn: each is the `Params` of a kind of `LINKS`.
    watch : tuple of Watch
        Points whose flooding is logged.
    air : Air
        How cold the nights are.
    relief : Relief
        Stocks of relief goods and what carries them.
    forces : tuple of Force
        Units by kind and place; a facility that is not named keeps what its map gives it.
    limits : tuple of RoadLimit
        Signs at bridges and underpasses: what is heavier or higher goes round.
    crossings : tuple of Crossing
        Roads that trains shut.
    parameters : dict
        Rows of the parameter catalogue with a value of this scenario's own, in the row's unit:
        ``movement.walking_speed: 1.0 m/s``. They hold for the run as for the file.
    """

    format: Literal["shapan/scenario/1"]
    id: Id
    title: Title
    map: MapSource
    clock: ClockSettings
    record: Record = Field(default_factory=Record)
    air: Air = Field(default_factory=Air)
    hazards: Some[Annotated[HazardParams, ByKind(HAZARDS, tag="kind", model="Params")]]
    chains: Many[Annotated[HazardParams, ByKind(LINKS, tag="kind", model="Params")]] = ()
    watch: Many[Watch] = ()
    relief: Relief = Field(default_factory=Relief)
    forces: Many[Force] = ()
    limits: Many[RoadLimit] = ()
    crossings: Many[Crossing] = ()
    parameters: OwnParameters = Field(default_factory=dict)

    @model_validator(mode="wrap")
    @classmethod
    def _by_its_own_parameters(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        own = stated_values(value.get("parameters")) if isinstance(value, dict) else {}
        with own_parameters(own):
            return handler(value)

    @model_validator(mode="after")
    def _links_have_their_hazards(self) -> Self:
        kinds = {hazard.kind for hazard in self.hazards}
        for link in self.chains:
            for needed in link.NEEDS:
                if needed not in kinds:
                    raise ValueError(said("value.link_needs", link=link.kind, hazard=needed))
        return self

    @model_validator(mode="after")
    def _records_on_steps(self) -> Self:
        if not is_multiple(self.record.every, self.clock.step):
            every, step = as_text(self.record.every), as_text(self.clock.step)
            raise ValueError(said("value.steps", found=f"record.every {every}", step=step))
        return self


class CellError(SimError):
    """Another cell was asked for on a map that stands in a folder."""


def on_cells(scenario: Scenario, cell_m: float | None) -> Scenario:
    """Return the scenario on a map with another cell; the same for None.

    Raises
    ------
    CellError
        When the map is not made from facts, or the cell is not longer than nothing.
    """
    if cell_m is None:
        return scenario
    if scenario.map.facts is None or not cell_m > 0:
        raise CellError(said("run.no_other_cell", scenario=scenario.id, cell=f"{cell_m:g} m"))
    coarse = scenario.map.model_copy(update={"cell": cell_m})
    return scenario.model_copy(update={"map": coarse})


def is_multiple(amount: float, step: float) -> bool:
    """Whether an amount is a whole number of steps, to a millionth of a step."""
    steps = amount / step
    return abs(steps - round(steps)) < 1e-6 and round(steps) >= 1
