"""What hazards do to people: one file a danger, one door, one entry in the books.

Each danger is a dataclass of what is where people are (`Water`, `Shaking`, `Fire`); a class of the
same file turns it into a `Toll`. `Harm` asks those whose danger is there, books the tolls, and logs
them by town with the event behind the danger. No danger, no harm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.agents.ledger import HEALTHS
from sim.agents.residents import Residents, Rows
from sim.core.events import EventLog
from sim.core.sets import distinct, without

NO_ROWS: Final = np.zeros(0, dtype=np.int64)
#: states of people away from home and from any building
ON_THE_WAY: Final = ("walking", "driving", "on_bus", "stranded", "blocked")


@dataclass(frozen=True)
class Toll:
    """What one danger does to people in one tick; rows of `Residents`, not yet applied.

    Attributes
    ----------
    dead, severe, light : (n,) int
        Somebody in two of them suffers the worse.
    swept : (m,) int
        Households carried off the road; who is alive goes nowhere by himself.
    cause : int, optional
        The event behind it, where that is not the danger's.
    """

    dead: Rows = field(default_factory=lambda: NO_ROWS)
    severe: Rows = field(default_factory=lambda: NO_ROWS)
    light: Rows = field(default_factory=lambda: NO_ROWS)
    swept: Rows = field(default_factory=lambda: NO_ROWS)
    cause: int | None = None


@dataclass(frozen=True)
class Casualties:
    """What one tick did to people; rows of `Residents`.

    Attributes
    ----------
    dead, severe, light : (n,) int64
        Those who came to this just now.
    swept : (m,) int64
        Households carried off the road, with somebody alive.
    """

    dead: NDArray[np.int64]
    severe: NDArray[np.int64]
    light: NDArray[np.int64]
    swept: NDArray[np.int64]


class Danger(Protocol):
    """What a hazard has brought to where people are."""

    @property
    def cause(self) -> int:
        """The event behind it; -1 for none."""


D_contra = TypeVar("D_contra", contravariant=True)


class HarmBy(Protocol[D_contra]):
    """One way of coming to harm, by one type of danger."""

    def advance(self, to_s: float, danger: D_contra) -> Toll:
        """Return what the danger of now does to people, and remember what it has done."""


class Harm:
    """Applies dangers to residents.

    Parameters
    ----------
    residents : Residents
    by : mapping
        Which `HarmBy` each type of danger is for.
    log : EventLog
        One ``people_hurt`` a danger, town and tick, with counts of residents.
    """

    def __init__(self, residents: Residents, by: Mapping[type, HarmBy[Any]], log: EventLog) -> None:
        self._residents, self._by, self._log = residents, by, log

    def advance(self, to_s: float, dangers: Iterable[Danger]) -> Casualties:
        """Hurt people by the dangers of now, one after the other."""
        tolls = [self._suffer(to_s, danger) for danger in dangers]
        parts = {
            name: np.concatenate([NO_ROWS, *(getattr(toll, name) for toll in tolls)])
            for name in ("dead", "severe", "light")
        }
        swept = np.concatenate([NO_ROWS, *(toll.swept for toll in tolls)])
        alive = self._residents.members_in(distinct(swept), *ON_THE_WAY)
        return Casualties(**parts, swept=self._residents.households_of(alive))

    def _suffer(self, to_s: float, danger: Danger) -> Toll:
        toll = self._by[type(danger)].advance(to_s, danger)
        if not (len(toll.dead) or len(toll.severe) or len(toll.light)):
            return toll
        dead = self._worse(toll.dead, "dead")
        severe = self._worse(without(toll.severe, toll.dead), "severe")
        done = np.concatenate((toll.dead, toll.severe))
        light = self._worse(without(toll.light, done), "light")
        cause = danger.cause if toll.cause is None else toll.cause
        self._book((dead, severe, light), to_s, cause)
        return Toll(dead, severe, light, toll.swept)

    def _worse(self, rows: Rows, health: str) -> NDArray[np.int64]:
        worse = rows[self._residents.health[rows] < HEALTHS.index(health)]
        return worse.astype(np.int64)

    def _book(self, fates: Iterable[NDArray[np.int64]], to_s: float, cause: int) -> None:
        """Log what happened, a town each, and apply it."""
        residents, fates = self._residents, tuple(fates)
        towns = [residents.town(rows) for rows in fates]
        events = np.full(len(residents.towns) + 1, -1, dtype=np.int32)
        for town in distinct(np.concatenate(towns)).tolist():
            zone = residents.towns[town] if town >= 0 else -1
            counts = [
                int(residents.weight[rows[of == town]].sum())
                for rows, of in zip(fates, towns, strict=True)
            ]
            events[town] = self._log.add(
                to_s,
                "people_hurt",
                str(residents.world.zones.id[zone]) if zone >= 0 else residents.world.id,
                cause=cause,
                **dict(zip(reversed(HEALTHS), counts, strict=False)),
            )
        for rows, of, health in zip(fates, towns, reversed(HEALTHS), strict=False):
            residents.hurt(rows, health, cause=events[of])
