"""Streets of an OpenStreetMap file as a directed graph: split where they meet, connected."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sim.world.grid import Grid
from sim.world.maps.osm_lines import Vertices, clipped
from sim.world.maps.osm_read import Line
from sim.world.maps.osm_tags import Street, street
from sim.world.table import Shapes
from sim.world.tables import Nodes, Roads

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: rounds of splitting loops and parallel pieces; two do for all loops and parallels
_SPLITTING_ROUNDS: Final = 3
#: two vertices at one place still make an edge that takes time
_SHORTEST_M: Final = 0.1


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """The road part of a world, and what was left out of it on the way.

    Attributes
    ----------
    dropped : Counter
        Ways, pieces or metres by reason.
    """

    nodes: Nodes
    roads: Roads
    shapes: Shapes
    names: NDArray[Any]
    dropped: Counter[str]


def road_network(lines: list[Line], grid: Grid) -> RoadNetwork:
    """Return the streets inside the grid.

    Ways are cut at the grid's edge and at vertices that the file does not hold, split where they
    meet, and reduced to the largest strongly connected part: first for cars (what cannot be
    driven to and from loses its cars), then for everybody.
    """
    dropped: Counter[str] = Counter()
    ways, streets = [], []
    for line in lines:
        if "highway" in line.tags:
            found = street(line.tags)
            dropped["ways_no_street"] += found is None
            if found is not None:
                ways.append(line)
                streets.append(found)
    vertices = clipped(ways, grid, dropped)
    ends = _split(vertices, dropped)
    return _connected(vertices, ends, streets, dropped)


def _split(vertices: Vertices, dropped: Counter[str]) -> Ints:
    """Return (n, 2) first and last vertex of every edge.

    Pieces are split where they meet others or themselves. Loops and parallel edges are split once
    more at vertices of their own, so that two nodes have at most one edge between them.
    """
    refs, back, count = np.unique(vertices.ref, return_inverse=True, return_counts=True)
    junction = count > 1
    ends = vertices.piece[:-1] != vertices.piece[1:]
    outer = np.concatenate((np.ones(1, bool), ends)) | np.concatenate((ends, np.ones(1, bool)))
    if len(refs):
        junction[back[outer[: len(back)]]] = True
    edges = np.zeros((0, 2), dtype=np.int64)
    for _ in range(_SPLITTING_ROUNDS):
        at = np.flatnonzero(junction[back])
        same = vertices.piece[at[:-1]] == vertices.piece[at[1:]]
        edges = np.column_stack((at[:-1][same], at[1:][same]))
        extra = _own_vertices(edges, back)
        if len(extra) == 0:
            break
        junction[back[extra]] = True
    nodes = np.sort(back[edges], axis=1)
    _, keep = np.unique(nodes, axis=0, return_index=True)
    keep = np.sort(keep[nodes[keep, 0] != nodes[keep, 1]])
    dropped["duplicate_or_empty_edges"] += len(edges) - len(keep)
    return edges[keep]


def _own_vertices(edges: Ints, node: Ints) -> Ints:
    """Return inner vertices at which loops and all but one of parallel edges can be split."""
    nodes = np.sort(node[edges], axis=1)
    inner = edges[:, 1] - edges[:, 0] - 1
    loops = (nodes[:, 0] == nodes[:, 1]) & (inner >= 2)
    order = np.lexsort((inner, nodes[:, 1], nodes[:, 0]))
    again = np.zeros(len(edges), dtype=bool)
    again[order[1:]] = (nodes[order[1:]] == nodes[order[:-1]]).all(axis=1)
    parallel = again & (inner >= 1) & (nodes[:, 0] != nodes[:, 1])
    third = edges[loops, 0] + 1 + (inner[loops] - 1) // 3
    two_thirds = edges[loops, 1] - 1 - (inner[loops] - 1) // 3
    middle = (edges[parallel, 0] + edges[parallel, 1]) // 2
    return np.concatenate((third, two_thirds, middle))


def _connected(
    vertices: Vertices, ends: Ints, streets: list[Street], dropped: Counter[str]
) -> RoadNetwork:
    """Return directed edges between nodes of the largest strongly connected part."""
    along = _directed(vertices, ends, streets)
    _, node = np.unique(vertices.ref, return_inverse=True)
    tail, head = node[along.first], node[along.last]
    n = len(vertices.ref)
    by_car = along.lanes > 0
    drivable = by_car & _largest_strong_part(tail, head, by_car, n)
    dropped["car_m_not_connected"] += round(float(along.length_m[by_car & ~drivable].sum()))
    used = drivable | along.on_foot
    kept = used & _largest_strong_part(tail, head, used, n)
    dropped["edge_m_not_connected"] += round(float(along.length_m[~kept].sum()))
    return _network(vertices, along, np.flatnonzero(kept), drivable, (tail, head), streets, dropped)


@dataclass(frozen=True, eq=False)
class _Directed:
    """Both directions of every edge; ``last < first`` runs against the way."""

    first: Ints
    last: Ints
    way: Ints
    lanes: Ints
    on_foot: Flags
    length_m: NDArray[np.float64]


def _directed(vertices: Vertices, ends: Ints, streets: list[Street]) -> _Directed:
    steps = np.hypot(np.diff(vertices.x_m), np.diff(vertices.y_m))
    way_m = np.concatenate((np.zeros(min(1, len(vertices.ref))), np.cumsum(steps)))
    first = np.concatenate((ends[:, 0], ends[:, 1]))
    last = np.concatenate((ends[:, 1], ends[:, 0]))
    way = vertices.way[first]
    lanes = np.array([one.lanes for one in streets], dtype=np.int64).reshape(-1, 2)
    on_foot = np.array([one.on_foot for one in streets], dtype=bool)
    against = (last < first).astype(np.int64)
    return _Directed(
        first,
        last,
        way,
        lanes[way, against],
        on_foot[way],
        np.maximum(np.abs(way_m[last] - way_m[first]), _SHORTEST_M),
    )


def _largest_strong_part(tail: Ints, head: Ints, used: Flags, n: int) -> Flags:
    """Return the edges whose ends both lie in the largest strongly connected part."""
    if not used.any():
        return np.zeros(len(tail), dtype=bool)
    graph = coo_array((np.ones(used.sum()), (tail[used], head[used])), shape=(n, n))
    _, part = connected_components(graph.tocsr(), directed=True, connection="strong")
    largest = np.argmax(np.bincount(part))
    inside: Flags = (part[tail] == largest) & (part[head] == largest)
    return inside


def _network(
    vertices: Vertices,
    along: _Directed,
    kept: Ints,
    drivable: Flags,
    ends: tuple[Ints, Ints],
    streets: list[Street],
    dropped: Counter[str],
) -> RoadNetwork:
    tail, head = ends[0][kept], ends[1][kept]
    ids, rows = np.unique(np.concatenate((tail, head)), return_inverse=True)
    x_m, y_m = np.zeros(len(vertices.ref)), np.zeros(len(vertices.ref))
    x_m[tail], y_m[tail] = vertices.x_m[along.first[kept]], vertices.y_m[along.first[kept]]
    way = along.way[kept]
    names, name = np.unique(
        np.array(["", *(one.name for one in streets)], dtype=object), return_inverse=True
    )
    lanes = np.where(drivable[kept], along.lanes[kept], 0)

    def of_way(attribute: str, dtype: str) -> NDArray[Any]:
        return np.array([getattr(one, attribute) for one in streets], dtype=dtype)[way]

    roads = Roads(
        from_node=rows[: len(kept)].astype(np.int32),
        to_node=rows[len(kept) :].astype(np.int32),
        length_m=along.length_m[kept].astype(np.float32),
        free_speed_m_per_s=of_way("speed_m_per_s", "float32"),
        lanes=lanes.astype(np.uint8),
        road_class=of_way("road_class", "uint8"),
        flow_veh_per_s=(of_way("flow_veh_per_s", "float64") * lanes).astype(np.float32),
        bridge=of_way("bridge", "bool"),
        underpass=of_way("underpass", "bool"),
        on_foot=along.on_foot[kept],
        by_car=drivable[kept],
        name=name[1:][way].astype(np.int32),
    )
    shapes = _shapes(vertices, along.first[kept], along.last[kept])
    return RoadNetwork(Nodes(x_m[ids], y_m[ids]), roads, shapes, names, dropped)


def _shapes(vertices: Vertices, first: Ints, last: Ints) -> Shapes:
    """Return the vertices from ``first`` to ``last``, whichever way that runs."""
    size = np.abs(last - first) + 1
    offsets = np.concatenate(([0], np.cumsum(size)))
    step = np.arange(offsets[-1]) - np.repeat(offsets[:-1], size)
    at = np.repeat(first, size) + step * np.repeat(np.sign(last - first), size)
    return Shapes(offsets.astype(np.int64), vertices.x_m[at], vertices.y_m[at])
