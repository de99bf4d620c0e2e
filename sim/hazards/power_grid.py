"""The power grid of a map: which feeder each community and facility hangs on, and who feeds whom.

Substations and communities are the map's; the lines between are not on it. A community hangs on the
nearest substation unless a feeder of the scenario names it. The communities of a substation are
taken in the order of their bearing from it, so many to a feeder: feeders leave in all directions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.words import said
from sim.hazards.chains import Floats, LinkPlaceError, Rows, cell_at
from sim.hazards.power_params import Feeder, PowerParams
from sim.world.tables import FACILITY_KINDS, ZONE_LEVELS
from sim.world.world import World

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class PowerGrid:
    """Substations, feeders, and who hangs on them.

    Attributes
    ----------
    substations : list of str
        Ids: those of the map first, then the scenario's.
    own : (k,) int64
        Rows of `Facilities` of the map's substations.
    at_m, cells : (substations, 2) float64, (substations,) int64
    above : (substations,) int64
        The substation that feeds each; -1 for none.
    downwards : list of int
        Substations in the order of the grid: what feeds before what is fed.
    feeders : list of str
        Ids.
    of_feeder : (feeders,) int64
        Substation of each feeder.
    of_zone, of_facility : (n,) int64
        Feeder of each zone (towns have the one at their middle) and facility.
    is_community : (zones,) bool
    """

    substations: list[str]
    own: Rows
    at_m: Floats
    cells: Rows
    above: Rows
    downwards: list[int]
    feeders: list[str]
    of_feeder: Rows
    of_zone: Rows
    of_facility: Rows
    is_community: Flags

    @classmethod
    def of(cls, world: World, params: PowerParams) -> PowerGrid:
        """Draw the grid of a map.

        Raises
        ------
        LinkPlaceError
            When there is no substation, or a name is none of them.
        """
        places, zones = world.facilities, world.zones
        own = np.flatnonzero(places.kind == FACILITY_KINDS.index("power_substation"))
        added = params.substations
        ids = [*map(str, places.id[own]), *(one.id for one in added)]
        if not ids:
            raise LinkPlaceError(said("power.no_substation", id=params.id))
        at_m = np.column_stack(
            (
                [*places.x_m[own], *(one.at.x_m for one in added)],
                [*places.y_m[own], *(one.at.y_m for one in added)],
            )
        )
        cells = world.grid.cell_of(places.x_m[own], places.y_m[own])
        placed = [cell_at(world, one.at, one.id) for one in added]
        middles_m = zone_middles_m(world)
        feeders, of_feeder, of_zone = _feeders(params, [*map(str, zones.id)], ids, at_m, middles_m)
        community = zones.level == ZONE_LEVELS.index("community")
        above = _above(params, ids)
        return cls(
            substations=ids,
            own=own,
            at_m=at_m,
            cells=np.concatenate((np.maximum(cells, 0), placed)).astype(np.int64),
            above=above,
            downwards=sorted(range(len(ids)), key=lambda row: _rank(above, row)),
            feeders=feeders,
            of_feeder=of_feeder,
            of_zone=of_zone,
            of_facility=_of_facilities(world, middles_m, community, of_zone),
            is_community=np.asarray(community),
        )

    def zones_on(self, feeder: int) -> int:
        """Return how many communities hang on a feeder."""
        return int(np.count_nonzero(self.is_community & (self.of_zone == feeder)))


def zone_middles_m(world: World) -> Floats:
    """Return the middle of each zone's outline, (zones, 2); its mean corner is near enough here."""
    shapes = world.zone_shapes
    middles = [shapes.points_m(row).mean(axis=0) for row in range(world.zones.n)]
    return np.array(middles, np.float64).reshape(-1, 2)


def _row(ids: Sequence[str], name: str) -> int:
    if name not in ids:
        raise LinkPlaceError(said("power.unknown", id=name, allowed=", ".join(ids)))
    return ids.index(name)


def _above(params: PowerParams, ids: Sequence[str]) -> Rows:
    above = np.full(len(ids), -1, np.int64)
    for supply in params.supplies:
        above[_row(ids, supply.substation)] = _row(ids, supply.by)
    return above


def _rank(above: Rows, row: int) -> int:
    """Return how many substations are above one."""
    count = 0
    while (row := int(above[row])) >= 0:
        count += 1
    return count


def _feeders(
    params: PowerParams,
    zone_ids: Sequence[str],
    ids: Sequence[str],
    at_m: Floats,
    middles_m: Floats,
) -> tuple[list[str], Rows, Rows]:
    """Return feeders' ids, the substation of each, and the feeder of each zone."""
    names = [feeder.id for feeder in params.feeders]
    sources = [_row(ids, feeder.substation) for feeder in params.feeders]
    of_zone = _stated(params.feeders, zone_ids)
    closest = nearest(at_m, middles_m)
    for source, name in enumerate(ids):
        rows = np.flatnonzero((of_zone < 0) & (closest == source))
        east, north = (middles_m[rows] - at_m[source]).T
        rows = rows[np.lexsort((rows, np.arctan2(east, north)))]
        parts = max(1, -(-len(rows) // params.zones_a_feeder))
        for number, part in enumerate(np.array_split(rows, parts), 1):
            of_zone[part] = len(names)
            names.append(f"{name}-feeder-{number}")
            sources.append(source)
    return names, np.array(sources, np.int64), of_zone


def _stated(feeders: Sequence[Feeder], zone_ids: Sequence[str]) -> Rows:
    """Return the feeder of each zone that the scenario names; -1 for the others."""
    of_zone = np.full(len(zone_ids), -1, np.int64)
    for row, feeder in enumerate(feeders):
        of_zone[np.isin(np.asarray(zone_ids, str), feeder.zones)] = row
    return of_zone


def _of_facilities(world: World, middles_m: Floats, community: Flags, of_zone: Rows) -> Rows:
    """Return the feeder of each facility: its community's, or that of the nearest one."""
    places = world.facilities
    if not community.any():
        return np.zeros(places.n, np.int64)
    rows = np.flatnonzero(community)
    own_m = np.column_stack((places.x_m, places.y_m))
    near = rows[nearest(middles_m[rows], own_m)]
    lies_in = (places.zone >= 0) & np.append(community, False)[places.zone]
    return np.asarray(of_zone[np.where(lies_in, places.zone, near)], np.int64)


def nearest(at_m: Floats, to_m: Floats) -> Rows:
    """Return for each place the row of the nearest of some others."""
    away_m2 = ((to_m[:, None, :] - at_m[None, :, :]) ** 2).sum(axis=2)
    return np.asarray(away_m2.argmin(axis=1), np.int64)
