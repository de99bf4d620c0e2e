"""The street graph of a schematic map: streets between blocks, bridges, one network."""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

from sim.core.rng import Streams
from sim.world.closures import edge_cells
from sim.world.grid import Grid
from sim.world.maps.blocks import MAIN, TRUNK, Blocks, Lines
from sim.world.maps.frame import Bend, Frame
from sim.world.maps.plan import CENTRE, ESTATE, HILL, INDUSTRY, VILLAGE, Plan
from sim.world.maps.terrain import Terrain
from sim.world.table import Shapes
from sim.world.tables import ROAD_CLASSES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

(TRUNK_ROAD, PRIMARY, SECONDARY, TERTIARY, RESIDENTIAL) = (
    ROAD_CLASSES.index(name)
    for name in ("trunk", "primary", "secondary", "tertiary", "residential")
)
#: a street cutting a block longer than this is secondary, then tertiary (assumed)
SECONDARY_BLOCK_M: Final = 900
TERTIARY_BLOCK_M: Final = 420
#: share of small streets that are not there, where the network stays whole without them (assumed)
MISSING_SHARE: Final = 0.10
#: spacing of points along a curved street
POINT_M: Final = 70.0
#: a bridge is at most this many channel widths long; streets along the water are left out
LONGEST_SPANS: Final = 1.7
#: trunk and primary roads may cross as slantwise as this
MAIN_BRIDGE_M: Final = 260.0
#: channels up to this wide are crossed by small streets too, this share of which does (assumed)
NARROW_M: Final = 60.0
SMALL_BRIDGE_SHARE: Final = 0.3
_BISECTIONS: Final = 24


@dataclass(frozen=True)
class Streets:
    """Undirected streets: each becomes two directed edges.

    Attributes
    ----------
    nodes_m : (nodes, 2) float64
    ends : (n, 2) int64
        Rows of nodes.
    road_class : (n,) int64
        Code of `ROAD_CLASSES`.
    along, number : (n,) int64
        Direction and number of the main street it is part of; number -1 otherwise.
    bridge : (n,) bool
    span_m : (n,) float64
        Width of the water under a crossing.
    shapes : Shapes
        One line a street.
    """

    nodes_m: Floats
    ends: Ints
    road_class: Ints
    along: Ints
    number: Ints
    bridge: Mask
    span_m: Floats
    shapes: Shapes

    def rows(self, keep: Mask) -> Streets:
        """Return the chosen streets and the nodes they use."""
        ends = self.ends[keep]
        used, renumbered = np.unique(ends, return_inverse=True)
        lines = [self.shapes.points_m(int(row)) for row in np.flatnonzero(keep)]
        return Streets(
            self.nodes_m[used],
            renumbered.reshape(ends.shape),
            self.road_class[keep],
            self.along[keep],
            self.number[keep],
            self.bridge[keep],
            self.span_m[keep],
            Shapes.of(lines),
        )


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
    dry = _bridged(drawn, terrain, grid, streams)
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


def _bridged(streets: Streets, terrain: Terrain, grid: Grid, streams: Streams) -> Streets:
    """Take out streets in the water, and join what is left of main ones into bridges."""
    barrier = (terrain.water | terrain.strip).reshape(-1)
    offsets, cells = edge_cells(streets.shapes, grid, np.ones(len(streets.ends), bool))
    n_wet = np.diff(np.concatenate(([0], np.cumsum(barrier[cells])))[offsets])
    span_m = np.zeros(len(streets.ends))
    owner = np.repeat(np.arange(len(streets.ends)), np.diff(offsets))
    np.maximum.at(span_m, owner, np.where(barrier[cells], terrain.span_m.reshape(-1)[cells], 0))
    cell = grid.cell_of(*streets.nodes_m.T)
    drowned = (cell >= 0) & barrier[cell]
    luck = streams.page("bridges", 0, len(streets.ends))
    rank = streets.road_class
    through = (streets.number >= 0) & (rank <= SECONDARY)
    small = (span_m <= NARROW_M) & ~drowned[streets.ends].any(axis=1) & (span_m > 0)
    small &= (rank <= SECONDARY) | ((rank == TERTIARY) & (luck < SMALL_BRIDGE_SHARE))
    small &= n_wet * grid.cell_m <= LONGEST_SPANS * span_m + 2 * grid.cell_m
    keep = (n_wet == 0) | (through & (span_m > 0)) | small
    joined = _joined(streets, keep, n_wet > 0, drowned, span_m)
    return _with_abutments(joined, barrier, grid)


def _joined(streets: Streets, keep: Mask, wet: Mask, drowned: Mask, span_m: Floats) -> Streets:
    """Merge runs of one street through drowned nodes; drop runs that do not reach both banks."""
    at_node: dict[tuple[int, int, int], list[int]] = {}
    in_water = drowned[streets.ends]
    for row in np.flatnonzero(keep & in_water.any(axis=1)).tolist():
        for node in streets.ends[row][in_water[row]].tolist():
            at_node.setdefault((node, *_street(streets, row)), []).append(row)
    lines = [streets.shapes.points_m(row) for row in range(len(streets.ends))]
    ends, alive = streets.ends.copy(), keep & ~in_water.any(axis=1)
    taken: set[int] = set()
    for row in np.flatnonzero(keep & (in_water.sum(axis=1) == 1)).tolist():
        if row in taken:
            continue
        run, last = _walk(row, drowned, at_node, streets)
        taken.update(run)
        dry = int(streets.ends[row][~in_water[row]][0])
        line = _chained([lines[part] for part in run], streets.nodes_m[dry])
        if last >= 0 and np.hypot(*(line[-1] - line[0])) > 0:
            alive[row], lines[row], ends[row] = True, line, (dry, last)
            span_m[row] = span_m[run].max()
    return dataclasses.replace(
        streets, ends=ends, bridge=alive & wet, shapes=Shapes.of(lines), span_m=span_m
    ).rows(alive)


def _street(streets: Streets, row: int) -> tuple[int, int]:
    return int(streets.along[row]), int(streets.number[row])


def _walk(
    row: int,
    drowned: Mask,
    at_node: dict[tuple[int, int, int], list[int]],
    streets: Streets,
) -> tuple[list[int], int]:
    """Follow one street through the water: (its edges, the dry node beyond or -1)."""
    run, ends = [row], streets.ends[row]
    node = int(ends[drowned[ends]][0])
    while True:
        at = at_node[node, *_street(streets, row)]
        onward = [part for part in at if part not in run]
        if len(onward) != 1:
            return run, -1
        run.append(onward[0])
        a, b = streets.ends[onward[0]].tolist()
        node = b if a == node else a
        if not drowned[node]:
            return run, node


def _chained(lines: list[Floats], start: Floats) -> Floats:
    chain = [start[None]]
    for line in lines:
        forward = np.hypot(*(line[0] - chain[-1][-1])) <= np.hypot(*(line[-1] - chain[-1][-1]))
        chain.append((line if forward else line[::-1])[1:])
    return np.concatenate(chain)


def _with_abutments(streets: Streets, barrier: Mask, grid: Grid) -> Streets:
    """Split each crossing into approach, bridge and approach; drop those along the water."""
    nodes = list(streets.nodes_m)
    parts: list[tuple[int, tuple[int, int], Floats, bool]] = []
    for row in range(len(streets.ends)):
        a, b = streets.ends[row].tolist()
        line = streets.shapes.points_m(row)
        if not streets.bridge[row]:
            parts.append((row, (a, b), line, False))
            continue
        least_m = MAIN_BRIDGE_M if streets.road_class[row] <= PRIMARY else 0.0
        longest_m = max(least_m, LONGEST_SPANS * streets.span_m[row])
        pieces = _pieces(line, barrier, grid, longest_m)
        marks = [a, *range(len(nodes), len(nodes) + len(pieces) - 1), b]
        nodes += [piece[-1] for piece, _ in pieces[:-1]]
        links = itertools.pairwise(marks) if pieces else ()
        parts += [(row, ab, *piece) for ab, piece in zip(links, pieces, strict=True)]
    rows = np.array([part[0] for part in parts])
    return Streets(
        np.array(nodes),
        np.array([part[1] for part in parts]),
        streets.road_class[rows],
        streets.along[rows],
        streets.number[rows],
        np.array([part[3] for part in parts]),
        streets.span_m[rows],
        Shapes.of([part[2] for part in parts]),
    )


def _pieces(line: Floats, barrier: Mask, grid: Grid, longest_m: float) -> list[tuple[Floats, bool]]:
    """Return (line, is the bridge) pieces of a crossing; nothing when it runs along the water."""
    along_m = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
    fine_m = np.linspace(0, along_m[-1], max(3, int(along_m[-1] / 4)))
    x_m, y_m = (np.interp(fine_m, along_m, column) for column in line.T)
    cell = grid.cell_of(x_m, y_m)
    wet = fine_m[(cell >= 0) & barrier[cell]]
    if len(wet) == 0:
        return [(line, False)]
    if wet[-1] - wet[0] > longest_m + 2 * grid.cell_m:
        return []
    start, end = wet[0] - 0.8 * grid.cell_m, wet[-1] + 0.8 * grid.cell_m
    cuts = [0.0, *(cut for cut in (start, end) if 12 < cut < along_m[-1] - 12), along_m[-1]]
    pieces = []
    for low, high in itertools.pairwise(cuts):
        inner = along_m[(along_m > low + 1) & (along_m < high - 1)]
        at = np.concatenate(([low], inner, [high]))
        piece = np.column_stack([np.interp(at, along_m, column) for column in line.T])
        pieces.append((piece, low <= wet[0] <= high))
    return pieces


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
