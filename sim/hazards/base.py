"""What every hazard declares, and how a model drives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from sim.core.events import EventLog
from sim.core.kinds import HAZARDS
from sim.core.rng import Streams
from sim.scenario.base import HazardParams
from sim.world.layers import Layers
from sim.world.world import World

__all__ = ["HAZARDS", "Hazard", "Surroundings"]


@dataclass(frozen=True)
class Surroundings:
    """What a hazard may see and touch.

    Attributes
    ----------
    world : World
        Read only.
    fields : Layers
        Where it writes the layers it declares; the same for all hazards of a run.
    log : EventLog
    streams : Streams
    """

    world: World
    fields: Layers
    log: EventLog
    streams: Streams


class Hazard(Protocol):
    """One process of nature; it writes layers and logs events, and knows nothing of people.

    Attributes
    ----------
    kind : str
        Its name in `HAZARDS` and in scenario files.
    Params : type
        Its part of a scenario file.
    reads, writes : tuple of str
        Layers it needs, layers it sets; it touches no other.
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
