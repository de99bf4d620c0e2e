"""A town made to measure: houses of one class, families of three or people who live alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from sim.agents.harm_quake import Shaking
from sim.agents.harm_quake_rules import QuakeRules
from sim.agents.population import PeopleRules, Population
from sim.agents.residents import Residents
from sim.agents.trapped import Rubble
from sim.core.events import EventLog
from sim.core.rng import Streams
from sim.world.maps.plain import plain_world
from sim.world.states import DAMAGE_STATES
from sim.world.table import Shapes
from sim.world.tables import (
    BUILDING_CLASSES,
    CHANNELS,
    Buildings,
    Households,
    People,
    Zones,
)
from sim.world.world import World

_SIZE: Final = 3
_HOUR_S: Final = 3600.0
_ALL_CHANNELS: Final = (1 << len(CHANNELS)) - 1
_COMPLETE: Final = DAMAGE_STATES.index("complete")


@dataclass(frozen=True)
class Buried:
    """A night collapse and what comes after.

    Attributes
    ----------
    kind : str
        Of `BUILDING_CLASSES`.
    hours : float
        Time after the shock at which the dead are counted.
    dug_out_a_day : float or None
        By each able neighbour; the catalogue's by default.
    """

    kind: str
    hours: float
    dug_out_a_day: float | None = None


def deaths_of_the_buried(case: Buried) -> float:
    """Return the share of those who cannot free themselves that die under the rubble.

    Half of the town falls, the other half can dig: as many helpers as buried, nearly.
    """
    rules = QuakeRules(self_rescue=0.0)
    if case.dug_out_a_day is not None:
        rules = rules.model_copy(update={"dug_out_a_day": case.dug_out_a_day})
    people, falls = families(2000, case.kind, rules), np.arange(2000) % 2 == 0
    shock(people, falls)
    buried = len(people.trapped.rows)
    died_at_once = people.residents.ledger.of("dead")
    for hour in range(1, round(case.hours) + 1):
        people.harm(hour * _HOUR_S, Rubble())
    return (people.residents.ledger.of("dead") - died_at_once) / buried


def collapse_of(homes: int) -> tuple[float, float]:
    """Return the dead at once when so many brick houses fall, and the expected number."""
    people = families(homes, "old_masonry", QuakeRules())
    shock(people, np.ones(homes, dtype=bool))
    return float(people.residents.ledger.of("dead")), 0.1 * _SIZE * homes


def everybody_counted() -> int:
    """Return how many people are lost or won through collapse, two days of rubble, and rescue."""
    people = families(1000, "masonry", QuakeRules())
    shock(people, np.arange(1000) % 3 > 0)
    for hour in range(1, 49):
        people.harm(hour * _HOUR_S, Rubble())
        people.residents.check()
    people.trapped.dig_out(people.trapped.rows, 48 * _HOUR_S, cause=-1)
    people.residents.check()
    return people.residents.n - sum(people.residents.ledger.totals().values())


def shock(people: Population, falls: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> None:
    """Let some buildings fall at once."""
    damage = np.where(falls, _COMPLETE, 0).astype(np.uint8)
    people.harm(1.0, Shaking(damage, falls))


def families(homes: int, kind: str, rules: QuakeRules) -> Population:
    """Return families of three, all at home, in houses of one class."""
    return _people_of(_town(homes, kind, _SIZE, 0), PeopleRules(quake=rules))


def singles(homes: int, rules: PeopleRules) -> Population:
    """Return able adults who live alone, at eight in the morning, with every channel of warning."""
    return _people_of(_town(homes, "masonry", 1, _ALL_CHANNELS), rules, 8 * _HOUR_S)


def _people_of(town: World, rules: PeopleRules, day_starts_s: float = 0.0) -> Population:
    return Population(
        Residents.of(town),
        streams=Streams(1),
        log=EventLog(),
        rules=rules,
        day_starts_s=day_starts_s,
    )


def _town(homes: int, kind: str, size: int, channels: int) -> World:
    """Return able adults in houses of a class, all in one community of one town."""
    columns = {
        name: np.zeros(homes, dtype=column.dtype)
        for name, column in Buildings.empty().columns().items()
    }
    columns["x_m"] += 5.0
    columns["y_m"] += 5.0
    columns["zone"] += 1
    columns["storeys"] += 1
    columns["building_class"] += np.uint8(BUILDING_CLASSES.index(kind))
    for hour in ("02", "08", "12", "18"):
        columns[f"occupants_{hour}"] += size
    names = np.array(["town", "quarter"], dtype=object)
    row = np.arange(homes, dtype=np.int32)
    n = homes * size
    return replace(
        plain_world(np.zeros((10, 10)), cell_m=10.0),
        buildings=Buildings(**columns),
        households=Households(
            building=row,
            first_person=row * size,
            size=np.full(homes, size, np.uint8),
            storey=np.ones(homes, np.uint8),
            has_car=np.zeros(homes, bool),
        ),
        people=People(
            household=np.repeat(row, size),
            age=np.ones(n, np.uint8),
            mobility=np.zeros(n, np.uint8),
            channels=np.full(n, channels, np.uint8),
        ),
        zones=Zones(
            names,
            names,
            names,
            level=np.array([1, 2], dtype=np.uint8),
            parent=np.array([-1, 0], dtype=np.int32),
            population=np.array([n, n], dtype=np.int32),
        ),
        zone_shapes=Shapes.of([np.zeros((0, 2))] * 2),
    )
