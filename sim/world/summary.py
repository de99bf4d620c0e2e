"""What a map holds, in figures that a person can check against an atlas."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.world.layers import LAND_CLASSES
from sim.world.tables import (
    BUILDING_CLASSES,
    BUILDING_USES,
    FACILITY_KINDS,
    LEVEL_CROSSING,
    ROAD_CLASSES,
    WATER_KINDS,
)
from sim.world.world import World

_M_PER_KM: Final = 1000.0


def summary_of(world: World) -> dict[str, Any]:
    """Return plain figures: extent, ground, streets by class, buildings, people, facilities."""
    points = world.points
    return {
        **_ground(world),
        **_roads(world),
        "buildings": world.buildings.n,
        "buildings_by_use": _counts(world.buildings.use, BUILDING_USES),
        "buildings_by_class": _counts(world.buildings.building_class, BUILDING_CLASSES),
        "people": world.people.n,
        "households": world.households.n,
        "facilities": _counts(world.facilities.kind, FACILITY_KINDS),
        "waters": _counts(world.waters.kind, WATER_KINDS),
        "levees": world.levees.n,
        "level_crossings": list(map(str, points.id[points.kind == LEVEL_CROSSING])),
        "zones": world.zones.n,
    }


def _ground(world: World) -> dict[str, Any]:
    grid, layers = world.grid, world.layers
    ground_m = layers["elevation_m"]
    share = np.bincount(layers["land"].ravel(), minlength=len(LAND_CLASSES)) / (grid.ny * grid.nx)
    return {
        "bounds_m": [round(float(bound), 3) for bound in grid.bounds_m],
        "crs": grid.crs,
        "cells": grid.ny * grid.nx,
        "cell_m": grid.cell_m,
        "area_km2": round(grid.ny * grid.nx * grid.cell_area_m2 / _M_PER_KM**2, 4),
        "elevation": world.provenance.get("elevation", {}).get("source", "see provenance"),
        "elevation_low_m": round(float(ground_m.min()), 2),
        "elevation_high_m": round(float(ground_m.max()), 2),
        "land_share": {
            name: round(float(part), 4) for name, part in zip(LAND_CLASSES, share, strict=True)
        },
    }


def _roads(world: World) -> dict[str, Any]:
    """Street lengths count each direction of a two-way street half."""
    roads = world.roads
    ends = np.column_stack((roads.from_node, roads.to_node)).astype(np.int64)
    both = ends[:, 0] * (world.nodes.n + 1) + ends[:, 1]
    back = ends[:, 1] * (world.nodes.n + 1) + ends[:, 0]
    weight = np.where(np.isin(back, both), 0.5, 1.0)
    km = np.bincount(roads.road_class, weights=roads.length_m * weight, minlength=len(ROAD_CLASSES))
    return {
        "road_nodes": world.nodes.n,
        "road_edges": roads.n,
        "street_km": {
            name: round(float(length) / _M_PER_KM, 3)
            for name, length in zip(ROAD_CLASSES, km, strict=True)
            if length > 0
        },
        "bridges": int(roads.bridge.sum()),
        "underpasses": int(roads.underpass.sum()),
    }


def _counts(codes: NDArray[np.uint8], names: tuple[str, ...]) -> dict[str, int]:
    counts = np.bincount(codes, minlength=len(names))
    return {name: int(count) for name, count in zip(names, counts, strict=True) if count}
