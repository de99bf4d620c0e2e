"""A world from an OpenStreetMap file: real streets, buildings and waters, assumed residents."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.core.files import sha256_of
from sim.core.rng import Streams
from sim.core.words import said
from sim.world.geofiles import fault
from sim.world.grid import Grid
from sim.world.layers import Layers
from sim.world.maps.dem import with_dem
from sim.world.maps.osm_areas import Polygon, covered_share, polygons
from sim.world.maps.osm_buildings import Built, building_polygons, centres, described
from sim.world.maps.osm_crossings import level_crossings
from sim.world.maps.osm_frame import metric_grid
from sim.world.maps.osm_ground import land_codes, schematic_elevation_m, write_surface
from sim.world.maps.osm_people import residents
from sim.world.maps.osm_places import (
    FIRST_COMMUNITY,
    Communities,
    NearestNode,
    facilities,
    places,
    zones,
)
from sim.world.maps.osm_read import Box, OsmData, read_osm
from sim.world.maps.osm_roads import RoadNetwork, road_network
from sim.world.maps.osm_water import Water, is_water, waters
from sim.world.maps.residents import occupants_of
from sim.world.table import Shapes
from sim.world.tables import BUILDING_USES, OCCUPANCY_HOURS, Buildings, Levees, Points
from sim.world.world import World

LICENCE: Final = "Map data (c) OpenStreetMap contributors, Open Database Licence (ODbL) 1.0"
#: said wherever the ground of such a map is shown
NOT_REAL: Final = "schematic: elevation is not real"


def import_osm(
    file: Path,
    *,
    cell_m: float,
    seed: int,
    dem: Path | None = None,
    population: int | None = None,
    box: Box | None = None,
) -> World:
    """Return the world that an OpenStreetMap file describes.

    Streets, buildings, waters, land use and places are real. What the file leaves open comes from
    the parameter catalogue; residents are placed in homes by floor area; without a DEM the ground
    is a stand-in. What was left out is counted in ``provenance["dropped"]``.

    Parameters
    ----------
    dem : Path, optional
        GeoTIFF of ground level.
    population : int, optional
        Residents; by default as many as the homes' floor area has room for.
    box : tuple of float, optional
        West, south, east, north in degrees; by default what the file states, else where its
        streets and buildings are.

    Raises
    ------
    InputError
        When a file cannot be used.
    MapExtentError
        When the box has no sensible grid.
    """
    data = read_osm(file, box)
    grid = metric_grid(box or data.box or _extent(file, data), cell_m)
    dropped = Counter({"relations_missing_members": data.broken_relations})
    parts = _parts(data, grid, dropped)
    if parts.roads.roads.n == 0 and not parts.built.polygons:
        raise fault(file, said("map_file.nothing_inside"))
    parts.layers.write("elevation_m", schematic_elevation_m(parts.water, grid))
    provenance = {
        "source": "OpenStreetMap",
        "file": file.name,
        "sha256": sha256_of(file),
        "licence": LICENCE,
        "data_until": data.timestamp or "unknown",
        "imported": datetime.now(UTC).date().isoformat(),
        "tools": {name: version(name) for name in ("osmium", "rasterio", "shapan")},
        "seed": seed,
        "population": "given" if population is not None else "assumed: by floor area of homes",
        "elevation": {"source": NOT_REAL},
        "dropped": {why: int(count) for why, count in sorted(dropped.items()) if count},
    }
    title = file.name.split(".")[0]
    world = _world(title, parts, data, population, Streams(seed), provenance)
    return world if dem is None else with_dem(world, dem)[0]


@dataclass(frozen=True, eq=False)
class _Parts:
    """What a file says, in the map's system."""

    layers: Layers
    roads: RoadNetwork
    water: Water
    areas: list[Polygon]
    built: Built
    crossings: Points


def _parts(data: OsmData, grid: Grid, dropped: Counter[str]) -> _Parts:
    areas = polygons(data.areas, grid)
    roads = road_network(data.lines, grid)
    dropped.update(roads.dropped)
    water = waters(data.lines, [one for one in areas if is_water(one.tags)], grid, dropped)
    found = building_polygons(areas, grid, dropped)
    layers = Layers(grid)
    layers.write("built_share", covered_share(found, grid))
    layers.write("land", land_codes(areas, layers["built_share"], roads, water, grid))
    write_surface(layers)
    built = described(found, data.spots, layers["land"], grid)
    crossings = level_crossings(data.spots, roads, grid, dropped)
    return _Parts(layers, roads, water, areas, built, crossings)


def _extent(file: Path, data: OsmData) -> Box:
    """Return the box of all streets and buildings, for a file that states no extent."""
    streets = [line.lon_lat for line in data.lines if "highway" in line.tags]
    houses = [ring for area in data.areas if "building" in area.tags for ring, _ in area.rings]
    if not streets and not houses:
        raise fault(file, said("map_file.nothing"))
    points = np.concatenate([*streets, *houses])
    (west, south), (east, north) = np.nanmin(points, axis=0), np.nanmax(points, axis=0)
    return (float(west), float(south), float(east), float(north))


def _world(
    title: str,
    parts: _Parts,
    data: OsmData,
    population: int | None,
    streams: Streams,
    provenance: dict[str, Any],
) -> World:
    grid, roads, water, built = parts.layers.grid, parts.roads, parts.water, parts.built
    found = places(parts.areas, data.spots, grid)
    communities, nearest = Communities.of(found), NearestNode(roads.nodes)
    zone = communities.zones_at(centres(built.polygons))
    households, people = residents(
        built.has_use("home"), built.floor_m2, built.storeys, zone, population, streams
    )
    at_home = np.bincount(households.building, weights=households.size, minlength=len(zone)).astype(
        np.int64
    )
    in_zone = np.bincount(
        zone - FIRST_COMMUNITY, weights=at_home, minlength=len(communities.tags)
    ).astype(np.int64)
    zone_table, zone_shapes = zones(title, communities, in_zone, grid)
    return World(
        id=_id_of(title),
        name_en=title,
        name_zh=title,
        schematic=False,
        layers=parts.layers,
        nodes=roads.nodes,
        roads=roads.roads,
        road_shapes=roads.shapes,
        road_names=roads.names,
        buildings=_buildings(built, at_home, zone, nearest.rows(centres(built.polygons))),
        building_shapes=Shapes.of([one.outer_m for one in built.polygons]),
        households=households,
        people=people,
        facilities=facilities(found, communities, nearest),
        zones=zone_table,
        zone_shapes=zone_shapes,
        waters=water.table,
        water_shapes=water.shapes,
        levees=Levees.empty(),
        levee_shapes=Shapes.of([]),
        points=parts.crossings,
        provenance=provenance,
    )


def _buildings(
    built: Built, at_home: NDArray[np.int64], zone: NDArray[np.int32], node: NDArray[np.int32]
) -> Buildings:
    points = centres(built.polygons)
    inside = {
        f"occupants_{hour:02d}": occupants_of(
            at_home, built.use.astype(np.int64), built.floor_m2, BUILDING_USES, hour
        )
        for hour in OCCUPANCY_HOURS
    }
    return Buildings(
        x_m=points[:, 0],
        y_m=points[:, 1],
        footprint_m2=built.footprint_m2,
        height_m=built.height_m,
        storeys=built.storeys,
        year=built.year,
        building_class=built.building_class,
        use=built.use,
        zone=zone,
        node=node,
        **inside,
    )


def _id_of(title: str) -> str:
    """Return a title as an id: lower case, letters and digits, starting with a letter."""
    slug = re.sub("[^a-z0-9]+", "-", title.lower()).strip("-")
    return slug if slug[:1].isalpha() else f"map-{slug}".strip("-")
