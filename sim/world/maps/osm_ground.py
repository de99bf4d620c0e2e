"""The ground of an imported map: land classes from tags, and a stand-in for a missing DEM."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from sim.scenario.parameters import parameter
from sim.world.grid import Grid
from sim.world.layers import LAND_CLASSES, Layers
from sim.world.maps.osm_areas import Polygon, line_geometry, marked
from sim.world.maps.osm_read import Tags
from sim.world.maps.osm_roads import RoadNetwork
from sim.world.maps.osm_water import Water

#: key -> value -> land class; what stands nowhere here leaves the land as it is
_LAND: Final[dict[str, dict[str, str]]] = {
    "landuse": {
        "forest": "forest",
        "grass": "grass",
        "meadow": "grass",
        "village_green": "grass",
        "recreation_ground": "grass",
        "cemetery": "grass",
        "farmland": "crop",
        "orchard": "crop",
        "vineyard": "crop",
        "allotments": "crop",
        "greenhouse_horticulture": "crop",
        "plant_nursery": "crop",
        "residential": "residential",
        "farmyard": "residential",
        "commercial": "commercial",
        "retail": "commercial",
        "industrial": "industrial",
        "garages": "industrial",
        "port": "industrial",
        "railway": "bare",
        "quarry": "bare",
        "construction": "bare",
        "brownfield": "bare",
        "landfill": "bare",
    },
    "natural": {
        "wood": "forest",
        "scrub": "grass",
        "heath": "grass",
        "grassland": "grass",
        "wetland": "grass",
        "beach": "bare",
        "sand": "bare",
        "shingle": "bare",
        "bare_rock": "bare",
        "scree": "bare",
    },
    "leisure": {
        "park": "grass",
        "garden": "grass",
        "golf_course": "grass",
        "pitch": "grass",
        "playground": "grass",
        "common": "grass",
        "dog_park": "grass",
    },
    "amenity": {"parking": "road", "grave_yard": "grass"},
}
_DRAINED: Final = ("residential", "commercial", "industrial", "road")
_LANE_M: Final = 3.5  # CJJ 37-2012: 3.25 to 3.75 m


def land_class(tags: Tags) -> str | None:
    """Return the land class an area states."""
    for key, classes in _LAND.items():
        if tags.get(key) in classes:
            return classes[tags[key]]
    return None


def land_codes(
    areas: Sequence[Polygon],
    built_share: NDArray[np.float32],
    roads: RoadNetwork,
    water: Water,
    grid: Grid,
) -> NDArray[np.uint8]:
    """Return the land class of every cell.

    Land that no area describes is residential near buildings and streets, else grass; small areas
    lie over large ones, streets over areas, water over all.
    """
    reach = parameter("osm.built_reach").value / grid.cell_m
    streets = _street_cells(roads, grid, narrow=True)
    settled = ndimage.distance_transform_edt(~((built_share > 0) | streets)) <= reach
    codes = np.where(settled, _code("residential"), _code("grass")).astype(np.uint8)
    stated = [(one, land_class(one.tags)) for one in areas]
    by_size = sorted(
        ((one, kind) for one, kind in stated if kind), key=lambda pair: -pair[0].area_m2
    )
    marks = marked(((one.geometry(), _code(kind) + 1) for one, kind in by_size), grid)
    codes = np.where(marks > 0, marks - 1, codes).astype(np.uint8)
    codes[_street_cells(roads, grid, narrow=False)] = _code("road")
    codes[water.any] = _code("water")
    return codes


def schematic_elevation_m(water: Water, grid: Grid) -> NDArray[np.float32]:
    """Return ground that nobody measured: banks over the waters, rising gently away from them.

    The sea and large lakes lie at 0 m, with dry banks above; rivers are cut into the banks, ponds
    into the ground where they are. On a map without waters the ground falls southwards, so that
    rain runs off.
    """
    large = water.sea | water.flowing | _larger_than(parameter("osm.large_lake").si, water, grid)
    if large.any():
        away_m = ndimage.distance_transform_edt(~large, sampling=grid.cell_m)
    else:
        _, y_m = grid.centres_m()
        away_m = np.repeat((y_m - y_m.min())[:, None], grid.nx, axis=1)
    slope, top_m = parameter("osm.slope").value, parameter("osm.highest_rise").value
    bank_m = parameter("osm.sea_bank").value
    ground_m: NDArray[np.float64] = bank_m + top_m * -np.expm1(-slope / top_m * away_m)
    ground_m[water.still] -= bank_m
    ground_m[water.flowing] = bank_m - parameter("osm.river_bank").value
    ground_m[large & ~water.flowing] = 0.0
    return ground_m.astype(np.float32)


def _larger_than(area_m2: float, water: Water, grid: Grid) -> NDArray[np.bool_]:
    """Return the cells of standing waters of at least that area."""
    part, n = ndimage.label(water.still)
    large = np.bincount(part.ravel(), minlength=n + 1) * grid.cell_area_m2 >= area_m2
    large[0] = False
    cells: NDArray[np.bool_] = large[part]
    return cells


def write_surface(layers: Layers) -> None:
    """Set roughness, infiltration and drains of every cell by its ``land``."""
    land = layers["land"]
    for layer, row in (("manning_n", "manning"), ("infiltration_m_per_s", "infiltration")):
        by_class = np.array([parameter(f"map.{row}_{name}").si for name in LAND_CLASSES])
        layers.write(layer, by_class[land])
    drained = np.isin(land, [_code(name) for name in _DRAINED])
    layers.write("drain_m_per_s", np.where(drained, parameter("osm.drain_capacity").si, 0.0))


def _street_cells(roads: RoadNetwork, grid: Grid, *, narrow: bool) -> NDArray[np.bool_]:
    """Return cells on car streets at ground level: all, or those as wide as half a cell."""
    table = roads.roads
    wide = table.lanes * 2 * _LANE_M >= grid.cell_m / 2
    chosen = np.flatnonzero(table.by_car & ~table.bridge & ~table.underpass & (wide | narrow))
    lines = ((line_geometry(roads.shapes.points_m(row)), 1) for row in chosen.tolist())
    return marked(lines, grid) > 0


def _code(name: str) -> int:
    return LAND_CLASSES.index(name)
