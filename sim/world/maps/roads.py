"""Streets as the world's road tables: two directed edges each, lanes, speeds, flows and names."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.sets import distinct
from sim.scenario.facts import Streets as StreetNames
from sim.scenario.parameters import parameter
from sim.world.closures import edge_cells
from sim.world.grid import Grid
from sim.world.maps.streets_table import SECONDARY, Streets
from sim.world.table import Shapes
from sim.world.tables import ROAD_CLASSES, Nodes, Roads

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def road_tables(
    streets: Streets, underpass: NDArray[np.bool_], names: StreetNames
) -> tuple[Nodes, Roads, Shapes, NDArray[Any]]:
    """Return (nodes, roads, shapes, road names); street k is the edges 2 k and 2 k + 1."""
    lines = [streets.shapes.points_m(row) for row in range(len(streets.ends))]
    both = [line for pair in lines for line in (pair, pair[::-1])]
    length_m = np.array([np.hypot(*np.diff(line, axis=0).T).sum() for line in lines])
    per_class = {
        name: np.array([_class_value(name, road_class) for road_class in ROAD_CLASSES])
        for name in ("lanes", "speed")
    }
    road_class = np.repeat(streets.road_class, 2)
    lanes = per_class["lanes"][road_class]
    name_rows, road_names = _names(streets, names)
    roads = Roads(
        streets.ends.ravel().astype(np.int32),
        streets.ends[:, ::-1].ravel().astype(np.int32),
        np.repeat(length_m, 2).astype(np.float32),
        (per_class["speed"][road_class] / 3.6).astype(np.float32),
        lanes.astype(np.uint8),
        road_class.astype(np.uint8),
        (lanes * parameter("map.saturation_flow").value / 3600).astype(np.float32),
        np.repeat(streets.bridge, 2),
        np.repeat(underpass, 2),
        np.ones(len(both), bool),
        lanes > 0,
        np.repeat(name_rows, 2).astype(np.int32),
    )
    nodes = Nodes(streets.nodes_m[:, 0].copy(), streets.nodes_m[:, 1].copy())
    return nodes, roads, Shapes.of(both), road_names


def _class_value(name: str, road_class: str) -> float:
    used = ("trunk", "primary", "secondary", "tertiary", "residential")
    return parameter(f"map.{name}_{road_class}").value if road_class in used else 0.0


def _names(streets: Streets, names: StreetNames) -> tuple[Ints, NDArray[Any]]:
    """Name main streets in the order of the facts' lists, from the north and from the east."""
    found = [""]
    rows = np.zeros(len(streets.ends), dtype=np.int64)
    middle_m = streets.nodes_m[streets.ends].mean(axis=1)
    for along, titles, axis in ((0, names.east_west, 1), (1, names.north_south, 0)):
        main = (streets.along == along) & (streets.number >= 0)
        numbers = distinct(streets.number[main])
        where = [middle_m[main & (streets.number == n), axis].mean() for n in numbers]
        for rank, number in enumerate(numbers[np.argsort(where)[::-1]].tolist()):
            if rank < len(titles):
                title = f"{titles[rank].zh} {titles[rank].en}"
            else:
                kind = ("路", "Road") if along == 0 else ("街", "Street")
                title = f"{rank + 1}号{kind[0]} {kind[1]} {rank + 1}"
            rows[main & (streets.number == number)] = len(found)
            found.append(title)
    return rows, np.array(found, dtype=object)


def wide_road_cells(streets: Streets, grid: Grid) -> NDArray[np.bool_]:
    """Return the cells under trunk, primary and secondary roads, bridges left out."""
    wide = (streets.road_class <= SECONDARY) & ~streets.bridge
    cells = edge_cells(streets.shapes, grid, wide)[1]
    under = np.zeros(grid.ny * grid.nx, bool)
    under[cells] = True
    return under.reshape(grid.shape)
