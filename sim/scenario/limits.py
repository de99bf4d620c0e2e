"""Signs at bridges and underpasses that hold back what is heavier or higher: ``limits``."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from sim.core.words import said
from sim.scenario.base import Amount, Id, Names, Part


class RoadLimit(Part):
    """A sign that lets no vehicle pass that is heavier or higher than it says.

    It holds for every vehicle of the response, with or without a siren: a bridge does not carry
    more because of it. Residents' cars are below every limit that is put up.

    Attributes
    ----------
    all : str or None
        The ``bridges`` of the map, or its ``underpasses``.
    at : str or None
        A point of the map; the road there, in both directions.
    mass : float or None
        Heaviest vehicle allowed, with its load, kg.
    height : float or None
        Highest vehicle allowed, m.
    """

    ONE_OF: ClassVar = ("all", "at")

    id: Id
    all: Literal["bridges", "underpasses"] | None = None
    at: Annotated[Id, Names("point")] | None = None
    mass: Annotated[float, Amount("mass"), Field(gt=0)] | None = None
    height: Annotated[float, Amount("length"), Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if self.mass is None and self.height is None:
            raise ValueError(said("value.limits_nothing"))
        return self
