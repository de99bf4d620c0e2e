"""The street graph of a schematic map: streets between blocks, bridges, one network."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

from sim.core.rng import Streams
from sim.world.grid import Grid
from sim.world.maps.blocks import MAIN, TRUNK, Blocks, Lines
from sim.world.maps.crossings import bridged
from sim.world.maps.frame import Bend, Frame
from sim.world.maps.plan import CENTRE, ESTATE, HILL, INDUSTRY, VILLAGE, Plan
from sim.world.maps.streets_table import (
    PRIMARY,
    RESIDENTIAL,
    SECONDARY,
    TERTIARY,
    TRUNK_ROAD,
    Streets,
)
from sim.world.maps.terrain import Terrain
from sim.world.table import Shapes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: a street cutting a block longer than this is secondary, then tertiary (assumed)
SECONDARY_BLOCK_M: Final = 900
TERTIARY_BLOCK_M: Final = 420
#: share of small streets that are not there, where the network stays whole without them (assumed)
MISSING_SHARE: Final = 0.10
#: spacing of points along a curved street
POINT_M: Final = 70.0
_BISECTIONS: Final = 24


def streets_of(
    blocks: Blocks,
    frame: Frame,
    bend: Bend,
    plan: Plan,
    terrain: Terrain,
    grid: Grid,
    streams: Streams,
) -> Streets:
    """Return one connected network of streets on dry ground, with bridges where main ones cross."""
    st, ends, line = _clipped(*_graph(blocks.lines), frame, bend)
    drawn = _drawn(st, ends, line, blocks.lines, bend, plan)
    dry = bridged(drawn, terrain, grid, streams)
    main = _largest(dry)
    return _thinned(main, plan, streams)


def _graph(lines: Lines) -> tuple[Ints, Ints, Ints]:
    """Join lines where they meet: (nodes in (s, t), edges as node pairs, line of each edge)."""
    along_s = lines.along == 0
    s = np.concatenate(
        (np.where(along_s, lines.start, lines.at), np.where(along_s, lines.end, lines.at))
    )
    t = np.concatenate(
        (np.where(along_s, lines.at, lines.start), np.where(along_s, lines.at, lines.end))
    )
    main_s = lines.at[(lines.rank > 0) & ~along_s]
    main_t = lines.at[(lines.rank > 0) & along_s]
    crossing = np.array(np.meshgrid(main_s, main_t, indexing="ij")).reshape(2, -1)
    points = np.unique(np.concatenate((np.column_stack((s, t)), crossing.T), axis=0), axis=0)
    pairs, owners = [], []
    for along in (0, 1):
        rows = np.flatnonzero(lines.along == along)
        fixed, free = points[:, 1 - along], points[:, along]
        order = np.lexsort((free, fixed))
        base = int(np.abs(points).max()) * 4 + 1
        key = fixed[order] * base + free[order]
        first = np.searchsorted(key, lines.at[rows] * base + lines.start[rows])
        last = np.searchsorted(key, lines.at[rows] * base + lines.end[rows])
        count = last - first
        owner = np.repeat(rows, count)
        step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        here = np.repeat(first, count) + step
        pairs.append(np.column_stack((order[here], order[here + 1])))
        owners.append(owner)
    return points, np.concatenate(pairs), np.concatenate(owners)


def _clipped(
    st: Ints, ends: Ints, line: Ints, frame: Frame, bend: Bend
) -> tuple[Floats, Ints, Ints]:
    """Cut the streets at the border: those that leave end there."""
    x_m, y_m = bend.xy(st[:, 0].astype(float), st[:, 1].astype(float))
    inside = frame.inside(x_m, y_m)
    both, one = inside[ends].all(axis=1), inside[ends].sum(axis=1) == 1
    swapped = np.where(inside[ends[one, 0]][:, None], ends[one], ends[one][:, ::-1])
    a, b = st[swapped[:, 0]].astype(float), st[swapped[:, 1]].astype(float)
    low, high = np.zeros(len(a)), np.ones(len(a))
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        at = a + (b - a) * middle[:, None]
        within = frame.inside(*bend.xy(at[:, 0], at[:, 1]))
        low, high = np.where(within, middle, low), np.where(within, high, middle)
    exits = a + (b - a) * low[:, None]
    new = np.column_stack((swapped[:, 0], len(st) + np.arange(len(a))))
    long_enough = np.hypot(*(exits - a).T) > 5.0
    return (
        np.concatenate((st.astype(float), exits)),
        np.concatenate((ends[both], new[long_enough])),
        np.concatenate((line[both], line[one][long_enough])),
    )


def _drawn(st: Floats, ends: Ints, line: Ints, lines: Lines, bend: Bend, plan: Plan) -> Streets:
    """Give each edge its curve and its class."""
    length_m = np.hypot(*(st[ends[:, 1]] - st[ends[:, 0]]).T)
    count = np.maximum(1, np.ceil(length_m / POINT_M).astype(int)) + 1
    offsets = np.concatenate(([0], np.cumsum(count)))
    edge = np.repeat(np.arange(len(ends)), count)
    share = (np.arange(offsets[-1]) - offsets[edge]) / (count[edge] - 1)
    points = st[ends[edge, 0]] + (st[ends[edge, 1]] - st[ends[edge, 0]]) * share[:, None]
    x_m, y_m = bend.xy(points[:, 0], points[:, 1])
    nodes_m = np.zeros((len(st), 2))
    nodes_m[ends[:, 0]] = np.column_stack((x_m, y_m))[offsets[:-1]]
    nodes_m[ends[:, 1]] = np.column_stack((x_m, y_m))[offsets[1:] - 1]
    middle = offsets[:-1] + count // 2
    use = plan.at(plan.use, x_m[middle], y_m[middle])
    return Streets(
        nodes_m,
        ends,
        _classes(lines, line, use),
        lines.along[line],
        lines.number[line],
        np.zeros(len(ends), bool),
        np.zeros(len(ends)),
        Shapes(offsets.astype(np.int64), x_m, y_m),
    )


def _classes(lines: Lines, line: Ints, use: NDArray[np.generic]) -> Ints:
    """Main streets are primary in built-up land and lesser roads in the fields."""
    built = np.isin(use, (CENTRE, ESTATE, INDUSTRY))
    size, rank, number = lines.size_m[line], lines.rank[line], lines.number[line]
    small = np.where(
        size > SECONDARY_BLOCK_M,
        np.where(built, SECONDARY, TERTIARY),
        np.where((size > TERTIARY_BLOCK_M) & (use != VILLAGE), TERTIARY, RESIDENTIAL),
    )
    main = np.where(built, PRIMARY, np.where(number % 2 == 0, SECONDARY, TERTIARY))
    hidden = np.isin(use, (HILL,)) & (rank != TRUNK)
    small = np.where(hidden, RESIDENTIAL, small)
    return np.where(rank == TRUNK, TRUNK_ROAD, np.where(rank == MAIN, main, small))


def _largest(streets: Streets) -> Streets:
    n = len(streets.nodes_m)
    links = coo_array((np.ones(len(streets.ends)), streets.ends.T), shape=(n, n))
    part = connected_components(links, directed=False)[1]
    biggest = np.argmax(np.bincount(part[streets.ends[:, 0]]))
    return streets.rows(part[streets.ends[:, 0]] == biggest)


def _thinned(streets: Streets, plan: Plan, streams: Streams) -> Streets:
    """Leave out some small streets and most mountain roads; the network stays whole."""
    offsets = streets.shapes.offsets
    middle = (offsets[:-1] + offsets[1:]) // 2
    use = plan.at(plan.use, streets.shapes.x_m[middle], streets.shapes.y_m[middle])
    mountain = (use == HILL) & (streets.road_class != TRUNK_ROAD)
    small = streets.road_class >= TERTIARY
    luck = streams.page("missing streets", 0, len(streets.ends))
    n = len(streets.nodes_m)
    weight = 1 + luck + 2.0 * small + 4.0 * mountain
    tree = minimum_spanning_tree(coo_array((weight, streets.ends.T), shape=(n, n)).tocsr()).tocoo()
    needed = np.isin(
        streets.ends[:, 0] * n + streets.ends[:, 1],
        tree.row.astype(np.int64) * n + tree.col,
    )
    missing = streams.page("missing streets", 1, len(luck)) < MISSING_SHARE
    thinned = streets.rows(needed | ~(mountain | (small & missing)))
    mountain = mountain[needed | ~(mountain | (small & missing))]
    return thinned.rows(_leading_on(thinned, mountain))


def _leading_on(streets: Streets, mountain: Mask) -> Mask:
    """Return all streets but mountain roads that end nowhere."""
    keep = np.ones(len(streets.ends), bool)
    while True:
        degree = np.bincount(streets.ends[keep].ravel(), minlength=len(streets.nodes_m))
        dead = keep & mountain & (degree[streets.ends] == 1).any(axis=1)
        if not dead.any():
            return keep
        keep &= ~dead
