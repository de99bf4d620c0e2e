"""Towns made to measure: as many households as a test needs, where it needs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from sim.agents.decision_rules import ChoiceRules
from sim.agents.harm_quake_rules import QuakeRules
from sim.agents.harm_water_rules import HarmRules
from sim.agents.population import PeopleRules, Population
from sim.agents.residents import Residents
from sim.agents.warning_rules import WarningRules
from sim.core.events import EventLog
from sim.core.rng import Streams
from sim.world.maps.plain import plain_world
from sim.world.table import Shapes
from sim.world.tables import BUILDING_CLASSES, CHANNELS, Buildings, Households, People, Zones
from sim.world.world import World

ALL_CHANNELS = (1 << len(CHANNELS)) - 1


def _bits(*channels: str) -> int:
    """The bit set of some channels."""
    return sum(1 << CHANNELS.index(channel) for channel in channels)


def _town(
    sizes: Sequence[int],
    *,
    zone: Sequence[int] | int = 2,
    channels: Sequence[int] | int = ALL_CHANNELS,
    age: Sequence[int] | int = 1,
    mobility: Sequence[int] | int = 0,
    storey: Sequence[int] | int = 1,
    storeys: int = 1,
    has_car: Sequence[bool] | bool = False,
    building_class: str = "masonry",
    x_m: Sequence[float] | float = 5.0,
    homes_a_building: int = 1,
    n_communities: int = 2,
) -> World:
    """A county (zone 0) with one town (1) and communities (2 ...), all on one plain.

    Every argument that takes a sequence has one entry a household; age, mobility and channels one a
    person.
    """
    size = np.asarray(sizes, dtype=np.uint8)
    n, n_people = len(size), int(size.sum())
    building = np.arange(n) // homes_a_building
    n_buildings = int(building[-1]) + 1 if n else 0
    columns = {
        name: np.zeros(n_buildings, dtype=column.dtype)
        for name, column in Buildings.empty().columns().items()
    }
    first_home = np.searchsorted(building, np.arange(n_buildings))
    columns["x_m"] = np.broadcast_to(np.asarray(x_m, float), n)[first_home]
    columns["y_m"] = np.full(n_buildings, 5.0)
    columns["zone"] = np.broadcast_to(np.asarray(zone, np.int32), n)[first_home]
    columns["storeys"] = np.full(n_buildings, storeys, np.uint8)
    columns["building_class"] = np.full(
        n_buildings, BUILDING_CLASSES.index(building_class), np.uint8
    )
    buildings = Buildings(**columns)
    names = ["county", "town", *(f"c{i}" for i in range(n_communities))]
    of_home = buildings.zone[building]
    communities = np.bincount(of_home, weights=size, minlength=len(names)).astype(np.int32)
    communities[:2] = n_people
    zones = Zones(
        *(np.array(names, dtype=object) for _ in range(3)),
        level=np.array([0, 1] + [2] * n_communities, dtype=np.uint8),
        parent=np.array([-1, 0] + [1] * n_communities, dtype=np.int32),
        population=communities,
    )

    def column(value, count, dtype):
        return np.broadcast_to(np.asarray(value, dtype), count).copy()

    return replace(
        plain_world(np.zeros((10, 10)), cell_m=10.0),
        buildings=buildings,
        households=Households(
            building=building.astype(np.int32),
            first_person=(np.cumsum(size, dtype=np.int64) - size).astype(np.int32),
            size=size,
            storey=column(storey, n, np.uint8),
            has_car=column(has_car, n, np.bool_),
        ),
        people=People(
            household=np.repeat(np.arange(n, dtype=np.int32), size),
            age=column(age, n_people, np.uint8),
            mobility=column(mobility, n_people, np.uint8),
            channels=column(channels, n_people, np.uint8),
        ),
        zones=zones,
        zone_shapes=Shapes.of([np.zeros((0, 2))] * len(names)),
    )


def _population(
    world: World,
    *,
    seed: int = 1,
    every: int = 1,
    warning: dict | None = None,
    choices: dict | None = None,
    harm: dict | None = None,
    quake: dict | None = None,
    day_starts_s: float = 8 * 3600.0,
) -> Population:
    """People of a world, by day, with some rules changed."""
    streams = Streams(seed)
    return Population(
        Residents.sampled(world, every, streams),
        streams=streams,
        log=EventLog(),
        rules=PeopleRules(
            warning=WarningRules(**(warning or {})),
            choices=ChoiceRules(**(choices or {})),
            harm=HarmRules(**(harm or {})),
            quake=QuakeRules(**(quake or {})),
        ),
        day_starts_s=day_starts_s,
    )


# functions as fixtures, since test files cannot import one another; for the whole session, so that
# hypothesis does not mind


@pytest.fixture(scope="session")
def bits():
    return _bits


@pytest.fixture(scope="session")
def town():
    return _town


@pytest.fixture(scope="session")
def population():
    return _population


@pytest.fixture
def family_town() -> World:
    """Sixty households of one to four, in two communities."""
    sizes = [1 + i % 4 for i in range(60)]
    return _town(
        sizes, zone=[2 + i % 2 for i in range(60)], has_car=[i % 3 == 0 for i in range(60)]
    )
