"""Streets and water: main streets cross on bridges, the others end at the bank."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.core.rng import Streams
from sim.world.closures import edge_cells
from sim.world.grid import Grid
from sim.world.maps.streets_table import PRIMARY, SECONDARY, TERTIARY, Streets
from sim.world.maps.terrain import Terrain
from sim.world.table import Shapes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: a bridge is at most this many channel widths long; streets along the water are left out
LONGEST_SPANS: Final = 1.7
#: trunk and primary roads may cross as slantwise as this
MAIN_BRIDGE_M: Final = 260.0
#: channels up to this wide are crossed by small streets too, this share of which does (assumed)
NARROW_M: Final = 60.0
SMALL_BRIDGE_SHARE: Final = 0.3


def bridged(streets: Streets, terrain: Terrain, grid: Grid, streams: Streams) -> Streets:
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
