"""Places that plans name, and neighbourhoods, from the amenities and names of OpenStreetMap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from rasterio.features import shapes as outlines
from scipy.spatial import cKDTree

from sim.scenario.parameters import parameter
from sim.world.geofiles import transform_of
from sim.world.grid import Grid
from sim.world.maps.osm_areas import Polygon
from sim.world.maps.osm_lines import in_metres
from sim.world.maps.osm_read import Spot, Tags
from sim.world.table import Shapes
from sim.world.tables import FACILITY_KINDS, ZONE_LEVELS, Facilities, Nodes, Zones

Floats = NDArray[np.float64]

#: key, value -> kinds of facility; a school is a school and, by assumption, a shelter
_KINDS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("amenity", "fire_station"): ("fire_station",),
    ("amenity", "hospital"): ("hospital",),
    ("amenity", "school"): ("school", "shelter"),
    ("amenity", "university"): ("school",),
    ("amenity", "kindergarten"): ("school",),
    ("amenity", "community_centre"): ("shelter",),
    ("amenity", "police"): ("police_station",),
    ("amenity", "bus_station"): ("bus_depot",),
    ("amenity", "townhall"): ("command_post",),
    ("power", "substation"): ("power_substation",),
    ("man_made", "pumping_station"): ("pumping_station",),
    ("emergency", "fire_hydrant"): ("hydrant",),
}
#: kinds whose capacity follows from floor area: row of the catalogue (m2 a place), unit
_BY_AREA: Final = {
    "shelter": ("osm.shelter_m2_per_place", "people"),
    "hospital": ("osm.hospital_m2_per_bed", "beds"),
    "school": ("osm.school_m2_per_pupil", "pupils"),
}
#: rows of `Zones` before the communities: the map as county, and as one town
FIRST_COMMUNITY: Final = 2
_OUTLINE_CELLS: Final = 400
_PLACES: Final = frozenset(("suburb", "quarter", "neighbourhood", "village", "hamlet"))


class NearestNode:
    """Finds the road node nearest to a place; -1 when the map has no road."""

    def __init__(self, nodes: Nodes) -> None:
        self._tree = cKDTree(np.column_stack((nodes.x_m, nodes.y_m))) if nodes.n else None

    def rows(self, points_m: Floats) -> NDArray[np.int32]:
        """Return the row of `Nodes` nearest to each of (n, 2) points."""
        if self._tree is None:
            return np.full(len(points_m), -1, dtype=np.int32)
        found: NDArray[np.int32] = self._tree.query(points_m)[1].astype(np.int32)
        return found


@dataclass(frozen=True)
class Place:
    """Something with a name at a point.

    Attributes
    ----------
    area_m2 : float
        Gross floor area of the building, or ground; 0 for a node.
    """

    id: str
    tags: Tags
    x_m: float
    y_m: float
    area_m2: float


def places(areas: Sequence[Polygon], spots: Sequence[Spot], grid: Grid) -> list[Place]:
    """Return the places inside the grid that are facilities or have a name to call a zone by."""
    found = [
        Place(one.id, one.tags, *one.centre_m, one.area_m2 * _levels(one.tags)) for one in areas
    ]
    if spots:
        lon_lat = np.array([(spot.lon, spot.lat) for spot in spots])
        for spot, (x_m, y_m) in zip(spots, in_metres(lon_lat, grid).tolist(), strict=True):
            found.append(Place(f"n{spot.id}", spot.tags, x_m, y_m, 0.0))
    if not found:
        return []
    inside = grid.cell_of([one.x_m for one in found], [one.y_m for one in found]) >= 0
    return [one for one, keep in zip(found, inside, strict=True) if keep]


def facilities(found: Sequence[Place], communities: Communities, nodes: NearestNode) -> Facilities:
    """Return the facilities among the places, on the map's nodes and in its zones."""
    pairs = [
        (one, kind)
        for one in found
        for key, kinds in _KINDS.items()
        if one.tags.get(key[0]) == key[1]
        for kind in kinds
    ]
    points = np.array([(one.x_m, one.y_m) for one, _ in pairs]).reshape(-1, 2)
    capacity = [_capacity(one, kind) for one, kind in pairs]

    def texts(values: list[str]) -> NDArray[Any]:
        return np.array(values, dtype=object)

    return Facilities(
        id=texts([f"{kind}-{one.id}".replace("_", "-") for one, kind in pairs]),
        name_en=texts([name_of(one.tags, "en") for one, _ in pairs]),
        name_zh=texts([name_of(one.tags, "zh") for one, _ in pairs]),
        kind=np.array([FACILITY_KINDS.index(kind) for _, kind in pairs], dtype=np.uint8),
        level=np.zeros(len(pairs), dtype=np.uint8),
        x_m=points[:, 0],
        y_m=points[:, 1],
        node=nodes.rows(points),
        zone=communities.zones_at(points),
        capacity=np.array([amount for amount, _ in capacity], dtype=np.float32),
        capacity_unit=texts([unit for _, unit in capacity]),
        area_m2=np.array([one.area_m2 for one, _ in pairs], dtype=np.float32),
        assumed=np.ones(len(pairs), dtype=bool),  # places are mapped, capacities are not
    )


def name_of(tags: Tags, lang: str) -> str:
    """Return the name in a language, else the local one."""
    return tags.get(f"name:{lang}") or tags.get("name", "")


@dataclass(frozen=True, eq=False)
class Communities:
    """Neighbourhoods around named quarters: the nearest name wins; without names, one."""

    tags: list[Tags]
    centres_m: Floats

    @classmethod
    def of(cls, found: Sequence[Place]) -> Self:
        """Return the communities that places like suburbs, quarters and villages name."""
        named = [one for one in found if one.tags.get("place") in _PLACES and "name" in one.tags]
        points = np.array([(one.x_m, one.y_m) for one in named]).reshape(-1, 2)
        return cls([one.tags for one in named] or [{}], points if named else np.zeros((1, 2)))

    def zones_at(self, points_m: Floats) -> NDArray[np.int32]:
        """Return the row of `Zones` of each of (n, 2) points."""
        nearest: NDArray[np.int64] = cKDTree(self.centres_m).query(points_m.reshape(-1, 2))[1]
        return (FIRST_COMMUNITY + nearest).astype(np.int32)


def zones(
    title: str, communities: Communities, residents: NDArray[np.int64], grid: Grid
) -> tuple[Zones, Shapes]:
    """Return county, one town, and the communities with so many residents each."""
    tags, n, total = communities.tags, len(communities.tags), residents.sum()
    level = ZONE_LEVELS.index
    table = Zones(
        id=np.array(["map", "town", *(f"community-{i + 1}" for i in range(n))], dtype=object),
        name_en=np.array([title, title, *(name_of(t, "en") or title for t in tags)], dtype=object),
        name_zh=np.array([title, title, *(name_of(t, "zh") or title for t in tags)], dtype=object),
        level=np.array([level("county"), level("town"), *[level("community")] * n], dtype=np.uint8),
        parent=np.array([-1, 0, *[1] * n], dtype=np.int32),
        population=np.array([total, total, *residents], dtype=np.int32),
    )
    return table, Shapes.of([_frame(grid), _frame(grid), *_outlines(communities, grid)])


def _frame(grid: Grid) -> Floats:
    west, south, east, north = grid.bounds_m
    return np.array([(west, south), (east, south), (east, north), (west, north), (west, south)])


def _outlines(communities: Communities, grid: Grid) -> list[Floats]:
    """Return a ring a community: the outline of its cells on a coarse raster over the map."""
    if len(communities.tags) == 1:
        return [_frame(grid)]
    step = -(-max(grid.shape) // _OUTLINE_CELLS)
    ny, nx = -(-grid.ny // step), -(-grid.nx // step)
    coarse = Grid(ny, nx, grid.cell_m * step, grid.west_m, grid.north_m, grid.crs)
    x_m, y_m = (axis.ravel() for axis in np.meshgrid(*coarse.centres_m()))
    rows = communities.zones_at(np.column_stack((x_m, y_m))).reshape(coarse.shape)
    rings = [_frame(grid)[:1]] * len(communities.tags)  # a name on another's spot has no land
    for geometry, row in outlines(rows, transform=transform_of(coarse)):
        ring = np.array(geometry["coordinates"][0])
        at = int(row) - FIRST_COMMUNITY
        if len(ring) > len(rings[at]):
            rings[at] = ring
    return rings


def _levels(tags: Tags) -> float:
    """Return stated storeys of an area, 1 when it states none."""
    text = tags.get("building:levels", "")
    return max(1.0, float(text)) if text.replace(".", "", 1).isdecimal() else 1.0


def _capacity(one: Place, kind: str) -> tuple[float, str]:
    """Return a capacity with its unit; a node takes the usual floor area."""
    if kind == "fire_station":
        return (parameter("osm.fire_station_crews").value, "crews")
    if kind not in _BY_AREA:
        return (0.0, "")
    row, unit = _BY_AREA[kind]
    if kind == "hospital" and one.tags.get("beds", "").isdecimal():
        return (float(one.tags["beds"]), unit)
    area_m2 = one.area_m2 or parameter("osm.place_floor").value
    return (float(area_m2 // parameter(row).value), unit)
