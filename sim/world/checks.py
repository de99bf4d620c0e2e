"""What every map must satisfy before anything runs on it, made from facts or from real files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sim.core.sets import distinct, without
from sim.core.words import say
from sim.kernels.drainage import without_lower_neighbour
from sim.world.layers import LAND_CLASSES
from sim.world.tables import OCCUPANCY_HOURS, ZONE_LEVELS
from sim.world.world import World

Mask = NDArray[np.bool_]

#: least share of car nodes from which every other one can be reached and reached from
CONNECTED_SHARE: Final = 0.99
#: least share of dry cells with a way down: nearly all of a made map, most of a surveyed one
DRAINS_MADE_SHARE: Final = 0.9999
DRAINS_SURVEYED_SHARE: Final = 0.75
#: ground about a waterlogging point is meant to hold water
HOLLOW_M: Final = 160.0
#: most buildings that may stand in water: none of a made map, piers and mills of a real one
WET_BUILDINGS_MADE_SHARE: Final = 0.0
WET_BUILDINGS_REAL_SHARE: Final = 0.01
#: an edge's length against its drawn line
LENGTH_SLACK: Final = 0.02


@dataclass(frozen=True)
class Finding:
    """The outcome of one check.

    Attributes
    ----------
    check : str
        Its name; the words are under ``map_check.<name>``.
    ok : bool
    value : float
        What was found: a share, or how many break the rule.
    """

    check: str
    ok: bool
    value: float

    def says(self, lang: str) -> str:
        """Return one line in ``lang``: the verdict, the check, what was found."""
        verdict = say("map_check.ok" if self.ok else "map_check.problem", lang)
        return f"{verdict}  {say(f'map_check.{self.check}', lang, value=self.value)}"


def checks_of(world: World) -> list[Finding]:
    """Return the findings of all checks, in a fixed order."""
    return [finding for check in _CHECKS for finding in check(world)]


def _none(check: str, wrong: Any) -> Finding:
    """Return the finding that nothing breaks a rule, or how many do."""
    count = int(np.count_nonzero(wrong))
    return Finding(check, count == 0, count)


def _ground(world: World) -> Iterator[Finding]:
    ground_m = world.layers["elevation_m"]
    yield _none("elevation_finite", ~np.isfinite(ground_m))
    water = world.layers["land"] == LAND_CLASSES.index("water")
    land = ~water & ~_hollows(world)
    land[[0, -1], :] = False
    land[:, [0, -1]] = False
    stuck = without_lower_neighbour(np.ascontiguousarray(ground_m)) & land
    share = 1 - stuck.sum() / max(int(land.sum()), 1)
    wanted = DRAINS_MADE_SHARE if world.schematic else DRAINS_SURVEYED_SHARE
    yield Finding("drains", bool(share >= wanted), float(share))


def _hollows(world: World) -> Mask:
    """Return the ground about waterlogging points."""
    x_m, y_m = world.grid.centres_m()
    near = np.zeros(world.grid.shape, bool)
    for row in np.flatnonzero(world.points.kind == "waterlogging"):
        east = np.abs(x_m - world.points.x_m[row]) <= HOLLOW_M
        north = np.abs(y_m - world.points.y_m[row]) <= HOLLOW_M
        near |= np.logical_and.outer(north, east)
    return near


def _roads(world: World) -> Iterator[Finding]:
    roads, n = world.roads, world.nodes.n
    ends = np.column_stack((roads.from_node, roads.to_node))
    dangling = (ends < 0) | (ends >= n)
    yield _none("road_ends_exist", dangling.any(axis=1))
    yield _none("road_lengths_positive", ~(roads.length_m > 0) | ~np.isfinite(roads.length_m))
    yield _none("road_lengths_match", _mismatched(world))
    car = roads.by_car & ~dangling.any(axis=1)
    share = 1.0
    if car.any():
        links = coo_array((np.ones(car.sum()), (ends[car, 0], ends[car, 1])), shape=(n, n))
        part = connected_components(links, directed=True, connection="strong")[1]
        used = part[distinct(ends[car])]
        share = float(np.bincount(used).max() / len(used))
    yield Finding("roads_connected", share >= CONNECTED_SHARE, share)


def _mismatched(world: World) -> Mask:
    """Return edges whose length is not that of their line."""
    shapes = world.road_shapes
    if shapes.n == 0:
        return np.zeros(0, bool)
    step_m = np.hypot(np.diff(shapes.x_m), np.diff(shapes.y_m))
    step_m[shapes.offsets[1:-1] - 1] = 0.0
    line_m = np.add.reduceat(np.append(step_m, 0.0), shapes.offsets[:-1])
    wrong: Mask = np.abs(line_m - world.roads.length_m) > LENGTH_SLACK * line_m + 0.5
    return wrong


def _buildings(world: World) -> Iterator[Finding]:
    buildings = world.buildings
    cell = world.grid.cell_of(buildings.x_m, buildings.y_m)
    yield _none("buildings_inside", cell < 0)
    water = world.layers["land"].reshape(-1) == LAND_CLASSES.index("water")
    wet = (cell >= 0) & water[cell]
    share = float(wet.mean()) if len(wet) else 0.0
    most = WET_BUILDINGS_MADE_SHARE if world.schematic else WET_BUILDINGS_REAL_SHARE
    yield Finding("buildings_dry", share <= most, share)
    known = (buildings.node >= 0) & (buildings.node < world.nodes.n)
    known &= (buildings.zone >= -1) & (buildings.zone < world.zones.n)
    yield _none("building_references_exist", ~known)


def _people(world: World) -> Iterator[Finding]:
    people, households, buildings = world.people, world.households, world.buildings
    yield _none("households_fit", _broken_households(world))
    home = households.building
    fits = (home >= 0) & (home < buildings.n)
    yield _none("homes_exist", ~fits)
    inside = np.bincount(home[fits], weights=households.size[fits], minlength=buildings.n)
    if buildings.n:
        yield _none("home_at_night", inside.astype(np.int64) != buildings.occupants_02)
    for hour in OCCUPANCY_HOURS[1:]:
        extra = int(getattr(buildings, f"occupants_{hour:02d}").sum()) - people.n
        yield Finding(f"occupants_{hour:02d}", extra <= 0, max(extra, 0))
    yield from _zone_sums(world, inside)


def _broken_households(world: World) -> Mask:
    """Return households whose people are not the consecutive rows they should be."""
    size = world.households.size.astype(np.int64)
    first = np.cumsum(size) - size
    broken = (world.households.first_person != first) | (size == 0)
    if int(size.sum()) != world.people.n:
        return np.ones(max(len(size), 1), bool)
    owner = np.repeat(np.arange(len(size)), size)
    strangers = np.bincount(owner[world.people.household != owner], minlength=len(size))
    return np.asarray(broken | (strangers > 0))


def _zone_sums(world: World, inside: NDArray[Any]) -> Iterator[Finding]:
    """Compare each zone's population with those of its parts, and with the people in its homes."""
    zones = world.zones
    for level in ("town", "community"):
        rows = zones.level == ZONE_LEVELS.index(level)
        if not rows.any() or (zones.parent[rows] < 0).any():
            continue
        total = np.bincount(zones.parent[rows], weights=zones.population[rows], minlength=zones.n)
        above = distinct(zones.parent[rows])
        yield _none(f"{level}_sums", total[above] != zones.population[above])
    lowest = without(np.arange(zones.n), zones.parent)
    placed = world.buildings.zone >= 0
    living = np.bincount(world.buildings.zone[placed], weights=inside[placed], minlength=zones.n)
    yield _none("zone_people", living[lowest] != zones.population[lowest])


def _names(world: World) -> Iterator[Finding]:
    for name, table in (("facility", world.facilities), ("zone", world.zones)):
        yield Finding(
            f"{name}_ids_unique", len(set(table.id)) == table.n, table.n - len(set(table.id))
        )
    places = world.facilities
    known = (places.node >= 0) & (places.node < world.nodes.n)
    known &= (places.zone >= -1) & (places.zone < world.zones.n)
    known &= world.grid.cell_of(places.x_m, places.y_m) >= 0
    yield _none("facilities_placed", ~known)


_CHECKS: Final[tuple[Callable[[World], Iterator[Finding]], ...]] = (
    _ground,
    _roads,
    _buildings,
    _people,
    _names,
)
