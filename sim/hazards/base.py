"""What every hazard declares, and how a model drives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Protocol

from sim.core.events import EventLog
from sim.core.kinds import HAZARDS, LINKS
from sim.core.rng import Streams
from sim.scenario.base import HazardParams
from sim.world.layers import Layers
from sim.world.states import States
from sim.world.world import World

__all__ = ["HAZARDS", "LINKS", "SHOCKS", "WATERS", "Hazard", "Surroundings"]


#: kinds of events that shake the ground
SHOCKS: Final = ("earthquake", "aftershock")
#: kinds of events that bring water
WATERS: Final = (
    "rain_started",
    "inflow_rose",
    "inflow_peaked",
    "levee_overtopped",
    "levee_breached",
    "dam_failed",
    "pipes_burst",
    "sea_rose",
)
#: a start for hazards that run without a scenario
NEW_YEAR: Final = datetime(2025, 1, 1)


@dataclass(frozen=True)
class Surroundings:
    """What a hazard may see and touch.

    Attributes
    ----------
    world : World
        Read only.
    fields : Layers
        Where it writes the layers it declares; the same for all hazards of a run.
    states : States
        Where it writes what it does to buildings, roads and facilities.
    log : EventLog
    streams : Streams
    start : datetime
        Local time at the start of the run.
    """

    world: World
    fields: Layers
    states: States
    log: EventLog
    streams: Streams
    start: datetime

    @classmethod
    def alone_on(cls, world: World, *, seed: int = 0, start: datetime = NEW_YEAR) -> Surroundings:
        """Return surroundings with nothing in them, for a hazard without a model."""
        fields = Layers(world.grid)
        return cls(world, fields, States(world), EventLog(), Streams(seed), start)


class Hazard(Protocol):
    """One process of nature; it writes layers and logs events, and knows nothing of people.

    A link of a chain (`sim.core.kinds.LINKS`) is one too: it reads what others wrote in this tick,
    writes its effect, which they meet in the next, and names their event as the cause of its own.
    One that can go on beside people may have ``set_out(to_s)`` (`sim.hazards.together.set_out`).

    Attributes
    ----------
    kind : str
        Its name in `HAZARDS` and in scenario files.
    Params : type
        Its part of a scenario file.
    reads, writes : tuple of str
        Names in `LAYERS` or `STATES` that it needs, and that it sets; it touches no other.
    cause : int
        Id of the event that new harm is due to now; -1 before any.
    example : dict
        Parameters from which tests build and run it, on `tests`' small world.
    """

    kind: ClassVar[str]
    Params: ClassVar[type[HazardParams]]
    reads: ClassVar[tuple[str, ...]]
    writes: ClassVar[tuple[str, ...]]
    example: ClassVar[Mapping[str, Any]]
    cause: int

    def __init__(self, params: Any, around: Surroundings) -> None: ...

    def advance(self, to_s: float) -> None:
        """Go on to ``to_s`` seconds from scenario start, in sub-steps of its own choosing.

        Afterwards every layer of `writes` holds the state at ``to_s``.
        """

    def report(self) -> Mapping[str, float]:
        """Return figures for the time series now (volumes in m3 and the like)."""
