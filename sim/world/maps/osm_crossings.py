"""Railway crossings on the level, from OpenStreetMap: points of the map on the roads they cross."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.world.grid import Grid
from sim.world.maps.osm_lines import in_metres
from sim.world.maps.osm_places import name_of
from sim.world.maps.osm_read import Spot
from sim.world.maps.osm_roads import RoadNetwork
from sim.world.tables import LEVEL_CROSSING, Points

#: a crossing is a vertex of its road; farther away it was drawn beside it, or the road was left out
_ON_ROAD_M: Final = 1.0


def level_crossings(
    spots: Sequence[Spot], roads: RoadNetwork, grid: Grid, dropped: Counter[str]
) -> Points:
    """Return the level crossings of roads for cars, ``crossing-<number of the node>`` each.

    Crossings of tramways (``railway=tram_level_crossing``) and of paths (``railway=crossing``) are
    not among them.
    """
    marked = [spot for spot in spots if spot.tags.get("railway") == "level_crossing"]
    found, edges, places = _on_roads(marked, roads, grid)
    dropped["level_crossings_off_roads"] += len(marked) - len(found)
    streets = [str(roads.names[roads.roads.name[edge]]) for edge in edges]

    def column(values: list[str]) -> NDArray[Any]:
        return np.array(values, dtype=object)

    named = list(zip(found, streets, strict=True))
    return Points(
        id=column([f"crossing-{spot.id}" for spot in found]),
        name_en=column([name_of(spot.tags, "en") or street for spot, street in named]),
        name_zh=column([name_of(spot.tags, "zh") or street for spot, street in named]),
        kind=column([LEVEL_CROSSING] * len(found)),
        x_m=places[:, 0],
        y_m=places[:, 1],
        edge=np.array(edges, dtype=np.int32),
    )


def _on_roads(
    spots: list[Spot], roads: RoadNetwork, grid: Grid
) -> tuple[list[Spot], list[int], NDArray[np.float64]]:
    """Return the spots that are vertices of a road for cars, its first edge, and where they are."""
    shapes = roads.shapes
    of_edge = np.repeat(np.arange(shapes.n), np.diff(shapes.offsets))
    vertices = np.flatnonzero(roads.roads.by_car[of_edge])
    if not spots or len(vertices) == 0:
        return [], [], np.zeros((0, 2))
    places = in_metres(np.array([(spot.lon, spot.lat) for spot in spots]), grid)
    tree = cKDTree(np.column_stack((shapes.x_m[vertices], shapes.y_m[vertices])))
    near = [tree.query_ball_point(place, _ON_ROAD_M) for place in places]
    rows = [row for row, hits in enumerate(near) if hits]
    edges = [int(of_edge[vertices[near[row]]].min()) for row in rows]
    return [spots[row] for row in rows], edges, places[rows]
