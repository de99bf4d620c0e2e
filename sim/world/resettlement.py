"""People who were moved out of danger areas before the run: the same map, other homes.

Nobody is added or lost: a household keeps its row, its people and its chances, and lives elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.core.rng import Streams
from sim.core.sets import distinct
from sim.scenario.preparations import Resettle
from sim.world.table import Shapes
from sim.world.tables import BUILDING_USES, OCCUPANCY_HOURS, Buildings, Zones
from sim.world.world import World
from sim.world.zoning import zones_within

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
Places = NDArray[np.float64]

_HOME: Final = BUILDING_USES.index("home")
#: homes for people who are moved are built to the code of these years, as far as the map has any
_BUILT_SINCE: Final = 2000


def resettled(world: World, moves: Iterable[Resettle], streams: Streams) -> World:
    """Return the map with the willing households of danger areas in homes outside all of them.

    Whether a household is willing is one draw, whatever the number of areas: a larger share moves
    those of a smaller one too. A household for which there is no home outside stays.
    """
    moves = list(moves)
    if not moves:
        return world
    homes = world.households
    areas = [in_area(world, move) for move in moves]
    outside = (world.buildings.use == _HOME) & ~np.any(areas, axis=0)
    willing = streams.page("plan.resettle_willing", 0, homes.n)
    building, storey = homes.building.astype(np.int64), homes.storey.copy()
    for move, area in zip(moves, areas, strict=True):
        going = np.flatnonzero(area[building] & (willing < move.willing))
        new = _new_homes(world, move, going, building[going], outside, streams)
        going, new = going[new >= 0], new[new >= 0]
        building[going] = new
        high = streams.at("plan.resettle_storey", 0, going)
        storey[going] = 1 + np.floor(high * world.buildings.storeys[new])
    return replace(
        world,
        households=replace(homes, building=building.astype(np.int32), storey=storey),
        buildings=_lived_in(world, building),
        zones=_populated(world, building),
    )


def in_area(world: World, move: Resettle) -> Flags:
    """Return which buildings lie in the area that a preparation clears.

    Raises
    ------
    KeyError
        When the map has no point or river of a name.
    """
    x_m, y_m = _around(world, move)
    at = np.column_stack((world.buildings.x_m, world.buildings.y_m))
    away_m, _ = cKDTree(np.column_stack((x_m, y_m))).query(at)
    return np.asarray(away_m <= move.within)


def _around(world: World, move: Resettle) -> tuple[Places, Places]:
    """Return the places that an area lies around: at a river, along its outline."""
    if move.spots is not None:
        return np.array([s.x_m for s in move.spots]), np.array([s.y_m for s in move.spots])
    if move.points is not None:
        rows = _named(world.points.id, move.points, "point")
        return world.points.x_m[rows], world.points.y_m[rows]
    rows = _named(world.waters.id, move.rivers or (), "river")
    lines = [_dense(world.water_shapes, int(row), move.within / 4) for row in rows]
    joined = np.concatenate(lines)
    return joined[:, 0], joined[:, 1]


def _named(ids: NDArray[np.object_], names: tuple[str, ...], sort: str) -> Rows:
    missing = sorted(set(names) - set(ids.tolist()))
    if missing:
        raise KeyError(f"no {sort} '{missing[0]}' on the map")
    return np.flatnonzero(np.isin(ids.astype(str), names))


def _dense(shapes: Shapes, row: int, step_m: float) -> Places:
    """Return points along a line, no further apart than a step."""
    line = shapes.points_m(row)
    legs = np.diff(line, axis=0)
    pieces = np.maximum(np.ceil(np.hypot(legs[:, 0], legs[:, 1]) / step_m), 1).astype(np.int64)
    leg = np.repeat(np.arange(len(legs)), pieces)
    share = (np.arange(len(leg)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / pieces[leg]
    return np.concatenate((line[leg] + share[:, None] * legs[leg], line[-1:]))


def _new_homes(
    world: World, move: Resettle, going: Rows, old: Rows, outside: Flags, streams: Streams
) -> Rows:
    """Return a home for each household, drawn by floor area; -1 where none is left outside."""
    buildings = world.buildings
    luck = streams.at("plan.resettle_home", 0, going)
    new = np.full(len(going), -1, dtype=np.int64)
    if move.to is not None:
        zones = _named(world.zones.id, move.to, "zone")
        return _drawn(buildings, outside & zones_within(world, zones)[buildings.zone], luck)
    town = world.town_of(buildings.zone)
    for one in distinct(town[old]).tolist():
        here = town[old] == one
        new[here] = _drawn(buildings, outside & (town == one), luck[here])
    left = new < 0
    new[left] = _drawn(buildings, outside, luck[left])
    return new


def _drawn(buildings: Buildings, fit: Flags, luck: Places) -> Rows:
    new = fit & (buildings.year >= _BUILT_SINCE)
    rows = np.flatnonzero(new if new.any() else fit)
    if len(rows) == 0:
        return np.full(len(luck), -1, dtype=np.int64)
    room = buildings.footprint_m2[rows].astype(np.float64) * buildings.storeys[rows]
    upto = np.cumsum(room)
    found: Rows = rows[np.searchsorted(upto, luck * upto[-1], "right")]
    return found


def _lived_in(world: World, building: Rows) -> Buildings:
    """Return the buildings with the people who live there now; by day as homes of the map are."""
    buildings, size = world.buildings, world.households.size.astype(np.int64)
    living = np.bincount(building, weights=size, minlength=buildings.n).astype(np.int64)
    before = buildings.occupants_02.astype(np.int64)
    changed = living != before
    columns: dict[str, NDArray[np.int32]] = {"occupants_02": living.astype(np.int32)}
    is_home = buildings.use == _HOME
    for name in (f"occupants_{hour:02d}" for hour in OCCUPANCY_HOURS[1:]):
        now = getattr(buildings, name).astype(np.int64)
        at_home = now[is_home].sum() / max(before[is_home].sum(), 1)
        columns[name] = np.where(changed, np.floor(living * at_home), now).astype(np.int32)
    return Buildings(**{**buildings.columns(), **columns})


def _populated(world: World, building: Rows) -> Zones:
    """Return the zones with the people who live there now, up to the top."""
    zones, size = world.zones, world.households.size.astype(np.int64)
    population = zones.population.astype(np.int64)
    for sign, homes in ((-1, world.households.building), (1, building)):
        zone = world.buildings.zone[homes]
        people = np.bincount(zone[zone >= 0], weights=size[zone >= 0], minlength=zones.n)
        while people.any():
            population += sign * people.astype(np.int64)
            above = zones.parent >= 0
            people = np.bincount(zones.parent[above], weights=people[above], minlength=zones.n)
    return replace(zones, population=population.astype(np.int32))
