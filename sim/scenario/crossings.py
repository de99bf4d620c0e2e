"""Railway crossings on the level, and when their barriers are down: ``crossings``."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from sim.core.units import as_text
from sim.core.words import said
from sim.scenario.base import Id, Many, Moment_s, Names, Part, Span_s, Spot


class Blocked(Part):
    """A time in which a train stands on a crossing and nobody passes."""

    from_: Moment_s = Field(alias="from")
    to: Moment_s

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.to <= self.from_:
            found, limit = as_text(self.to), as_text(self.from_)
            raise ValueError(said("value.bound", found=found, sign=">", limit=limit))
        return self


class Crossing(Part):
    """A crossing of a road and a railway on the level.

    Attributes
    ----------
    at : str or None
        A point of the map.
    spot : Spot or None
        A place without a name; the crossing is on the nearest road, in both directions.
    every : float
        From one train to the next, s.
    shut : float
        How long the barrier is down for each, s.
    blocked : tuple of Blocked
        When a train stands on it.
    """

    ONE_OF: ClassVar = ("at", "spot")

    id: Id
    at: Annotated[Id, Names("point")] | None = None
    spot: Spot | None = None
    every: Span_s
    shut: Span_s
    blocked: Many[Blocked] = ()

    @model_validator(mode="after")
    def _opens_between_trains(self) -> Self:
        if self.shut >= self.every:
            found, limit = f"shut {as_text(self.shut)}", f"every {as_text(self.every)}"
            raise ValueError(said("value.bound", found=found, sign="<", limit=limit))
        return self

    @property
    def open_share(self) -> float:
        """Share of the time in which the barrier is up."""
        return 1.0 - self.shut / self.every

    @property
    def wait_s(self) -> float:
        """Mean wait at the barrier of somebody who comes at any time.

        Of a cycle C the barrier is down for r. Who comes at a moment chosen evenly meets it down
        with the probability r / C, and then waits r / 2 on the mean: r^2 / (2 C), the uniform delay
        of Webster (Traffic Signal Settings, 1958) without traffic. Queues come on top of it.
        """
        return self.shut**2 / (2.0 * self.every)

    def is_blocked(self, at_s: float) -> bool:
        """Whether a train stands on it at a time."""
        return any(one.from_ <= at_s < one.to for one in self.blocked)
