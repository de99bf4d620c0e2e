"""Roads close by water, debris, failure, fire or a train, and open when the reason is gone."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.core.sets import distinct
from sim.kernels.roads import close_by_water, max_over_cells
from sim.scenario.parameters import parameter
from sim.world.grid import Grid
from sim.world.table import Shapes
from sim.world.world import World

Flags = NDArray[np.bool_]
Rows = NDArray[np.int64]
Ints = NDArray[np.int32]
#: why a road is closed to cars: the bits of `Closures.why`
REASONS: Final = ("water", "debris", "down", "fire", "train")
_WATER, _DEBRIS, _DOWN, _FIRE, _TRAIN = (np.uint8(1 << bit) for bit in range(len(REASONS)))


def edge_cells(
    shapes: Shapes, grid: Grid, on_ground: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the cells that each edge passes, in the order in which it does, as (offsets, cells).

    Parameters
    ----------
    shapes : Shapes
        Polylines of the edges; sampled every half cell.
    grid : Grid
    on_ground : (n,) bool
        False for bridges, which pass over the water and have no cells.
    """
    starts = np.delete(np.arange(len(shapes.x_m)), shapes.offsets[1:] - 1)
    edge_of_segment = np.repeat(np.arange(shapes.n), np.diff(shapes.offsets) - 1)
    dx_m = shapes.x_m[starts + 1] - shapes.x_m[starts]
    dy_m = shapes.y_m[starts + 1] - shapes.y_m[starts]
    n_samples = np.maximum(1, np.ceil(np.hypot(dx_m, dy_m) / (0.5 * grid.cell_m)).astype(int)) + 1
    segment = np.repeat(np.arange(len(starts)), n_samples)
    first = np.concatenate(([0], np.cumsum(n_samples)[:-1]))
    along = (np.arange(len(segment)) - first[segment]) / (n_samples[segment] - 1)
    cell = grid.cell_of(
        shapes.x_m[starts][segment] + along * dx_m[segment],
        shapes.y_m[starts][segment] + along * dy_m[segment],
    )
    edge = edge_of_segment[segment]
    keep = (cell >= 0) & on_ground[edge]
    n_cells = grid.ny * grid.nx
    pairs = edge[keep] * n_cells + cell[keep]  # one number each sorts several times as fast
    pairs = pairs[np.sort(np.unique(pairs, return_index=True)[1])]
    offsets = np.searchsorted(pairs // n_cells, np.arange(shapes.n + 1))
    return offsets.astype(np.int64), pairs % n_cells


def _ways(offsets: Rows, cells: Rows) -> tuple[tuple[Ints, Ints], Rows]:
    """Return the different ways that edges take, as (offsets, cells), and the way of each edge.

    The two directions of a street are one way. Ways of as few cells come first: a loop over them
    knows how long it will be.
    """
    n_cells = np.diff(offsets)
    edge = np.repeat(np.arange(len(n_cells)), n_cells)
    of_edge = cells[np.lexsort((cells, edge))]
    first: dict[bytes, int] = {}
    keys = (of_edge[start:end].tobytes() for start, end in pairwise(offsets.tolist()))
    same = np.array([first.setdefault(key, row) for row, key in enumerate(keys)], dtype=np.int64)
    one_each = distinct(same)
    one_each = one_each[np.argsort(n_cells[one_each], kind="stable")]
    way_of = np.empty(len(n_cells), dtype=np.int64)
    way_of[one_each] = np.arange(len(one_each))
    upto = np.concatenate(([0], np.cumsum(n_cells[one_each])))
    along = np.arange(upto[-1]) - np.repeat(upto[:-1] - offsets[one_each], n_cells[one_each])
    return (upto.astype(np.int32), cells[along].astype(np.int32)), way_of[same]


@functools.lru_cache(maxsize=1)
def _passed(world: World) -> tuple[tuple[Rows, Rows], tuple[Ints, Ints], Rows]:
    """Return the cells of a map's edges, and `_ways` of them; kept from run to run on one map."""
    cells = edge_cells(world.road_shapes, world.grid, ~world.roads.bridge)
    return (cells, *_ways(*cells))


def _ends_m(shapes: Shapes) -> NDArray[np.float64]:
    """Return x and y of the first, then of the last point of each shape: (4, n)."""
    first, last = shapes.offsets[:-1], shapes.offsets[1:] - 1
    return np.stack((shapes.x_m[first], shapes.y_m[first], shapes.x_m[last], shapes.y_m[last]))


@dataclass(frozen=True)
class Change:
    """What one look at the roads found; arrays of edge rows."""

    closed: NDArray[np.int64]
    reopened: NDArray[np.int64]


class Closures:
    """Which road edges are closed now, why, and to whom.

    By water an edge closes when the deepest on it reaches ``close_depth_m`` and opens again when
    all of it is at ``reopen_depth_m`` or less; the gap keeps it from flickering. Debris closes by
    the width it leaves free, other to trucks than to cars and walkers; a bridge down, fire on the
    road or a train across it stop everybody. Whatever the reason, the road opens when it is gone.

    Attributes
    ----------
    cells : pair of arrays
        Offsets and flat cells of the edges, as `edge_cells` returns them.
    depth_m, max_depth_m : (n,) float32
        Deepest water on the edge, now and so far.
    fire_at : (n,) float32
        How far along the edge, 0 to 1, fire is on it; NaN where none is.
    train_at : (n,) float32
        The same of a train that stands across it.
    stops_at : (n,) float32
        Where fire or a train stops people, by either.
    near_fire : (n,) bool
        In sight of fire: open, but whoever can goes round.
    why : (n,) uint8
        Bits of `REASONS`; 0 where cars pass.
    closed_to_trucks, closed_on_foot : (n,) bool
        By anything but water, which slows and stops them by its depth.
    barred : (n,) bool
        By guards and barriers, whatever else there is.
    """

    def __init__(self, world: World, *, close_depth_m: float, reopen_depth_m: float) -> None:
        if not 0 <= reopen_depth_m <= close_depth_m:
            raise ValueError(
                f"reopen_depth_m={reopen_depth_m} must lie in 0..close_depth_m={close_depth_m}"
            )
        self.close_depth_m = close_depth_m
        self.reopen_depth_m = reopen_depth_m
        self.cells, self._ways, self._way_of = _passed(world)
        self._deepest = np.zeros(len(self._ways[0]) - 1, dtype=np.float32)
        n = world.roads.n
        self.depth_m = np.zeros(n, dtype=np.float32)
        self.max_depth_m = np.zeros(n, dtype=np.float32)
        self._grid, self._ends_m = world.grid, _ends_m(world.road_shapes)
        self.fire_at = np.full(n, np.nan, dtype=np.float32)
        self.train_at = np.full(n, np.nan, dtype=np.float32)
        self.stops_at = np.full(n, np.nan, dtype=np.float32)
        self.near_fire = np.zeros(n, dtype=bool)
        self._fiery = np.zeros(n, dtype=np.float32)
        self.why = np.zeros(n, dtype=np.uint8)
        self.closed_to_trucks = np.zeros(n, dtype=bool)
        self.closed_on_foot = np.zeros(n, dtype=bool)
        self.barred = np.zeros(n, dtype=bool)
        self._widths_m = [parameter(f"roads.width_{name}").si for name in ("truck", "car", "foot")]

    @property
    def closed(self) -> Flags:
        """Edges that no car passes, barriers apart."""
        return self.why > 0

    @property
    def shut(self) -> Flags:
        """Edges that no car may enter now."""
        return self.closed | self.barred

    @property
    def shut_on_foot(self) -> Flags:
        """Edges that nobody may enter on foot now; water deeper than waders dare comes on top."""
        return self.closed_on_foot | self.barred

    @property
    def lasting(self) -> Flags:
        """Edges that nobody passes for more than a train, which will go on again."""
        return ((self.why & ~_TRAIN) > 0) | self.barred

    def update(
        self,
        depth_m: NDArray[np.float32] | None = None,
        *,
        burning: Flags | None = None,
        in_sight: Flags | None = None,
        free_m: NDArray[np.float32] | None = None,
        down: Flags | None = None,
        train_at: NDArray[np.float32] | None = None,
    ) -> Change:
        """Look at the roads as they are and return which edges closed and which opened again.

        Parameters
        ----------
        depth_m : (ny, nx) float32, optional
            Water. None for none anywhere, of anything here.
        burning, in_sight : (ny, nx) bool, optional
            Fire on the ground; fire near enough to keep away from.
        free_m : (n,) float32, optional
            Width that debris leaves free on each edge.
        down : (n,) bool, optional
            Bridges that fell, roads that slid away.
        train_at : (n,) float32, optional
            How far along each edge a train stands across it; NaN where none does.
        """
        before = self.closed
        self._look_at_water(depth_m)
        if burning is not None:
            self._look_at_fire(burning)
        if in_sight is not None:
            self.near_fire[:] = self._touched_by(in_sight)
        if free_m is not None:
            self._set(_DEBRIS, free_m < self._widths_m[1])
        if down is not None:
            self._set(_DOWN, down)
        if train_at is not None:
            self.train_at[:] = train_at
            self._set(_TRAIN, np.isfinite(train_at))
        if any(one is not None for one in (burning, free_m, down, train_at)):
            self._look_at_the_rest(free_m)
        after = self.closed
        return Change(np.flatnonzero(after & ~before), np.flatnonzero(before & ~after))

    def reason(self, edge: int) -> str:
        """Return the first of `REASONS` for which an edge is closed; empty when it is open."""
        bits = (name for bit, name in enumerate(REASONS) if int(self.why[edge]) >> bit & 1)
        return next(bits, "")

    def at(self, edges: NDArray[np.integer], share: NDArray[np.floating]) -> Rows:
        """Return the cell so far along each edge, by shares of its cells; -1 on a bridge."""
        offsets, cells = self.cells
        n = offsets[edges + 1] - offsets[edges]
        step = np.minimum((share * n).astype(np.int64), n - 1)
        found: Rows = np.where(n > 0, cells[np.where(n > 0, offsets[edges] + step, 0)], -1)
        return found

    def deepest(self, layer: NDArray[np.float32], out: NDArray[np.float32]) -> None:
        """Write the largest value of a layer, (ny, nx), on each edge into ``out``, (n,)."""
        max_over_cells(*self._ways, layer.reshape(-1), self._deepest)
        self._deepest.take(self._way_of, out=out)

    def _look_at_water(self, depth_m: NDArray[np.float32] | None) -> None:
        if depth_m is None:
            return
        self.deepest(depth_m, self.depth_m)
        close_by_water(
            self.depth_m,
            self.max_depth_m,
            self.why,
            int(_WATER),
            np.float32(self.close_depth_m),
            np.float32(self.reopen_depth_m),
        )

    def _look_at_the_rest(self, free_m: NDArray[np.float32] | None) -> None:
        """Close edges to trucks and walkers by what stops everybody and by debris."""
        impassable = (self.why & (_DOWN | _FIRE | _TRAIN)) > 0
        wide = np.inf if free_m is None else free_m
        self.closed_to_trucks[:] = impassable | (wide < self._widths_m[0])
        self.closed_on_foot[:] = impassable | (wide < self._widths_m[2])
        self.stops_at = np.where(np.isnan(self.fire_at), self.train_at, self.fire_at)

    def _look_at_fire(self, burning: Flags) -> None:
        under = self._touched_by(burning)
        self._set(_FIRE, under)
        self.fire_at[~under] = np.nan
        offsets, cells = self.cells
        for edge in np.flatnonzero(under & np.isnan(self.fire_at)):
            on_it = cells[offsets[edge] : offsets[edge + 1]]
            alight = on_it[burning.reshape(-1)[on_it]]
            self.fire_at[edge] = self._share_along(int(edge), alight)

    def _share_along(self, edge: int, cells: NDArray[np.int64]) -> float:
        """Return where on the straight line between an edge's ends some cells lie, on the mean."""
        columns_m, rows_m = self._grid.centres_m()
        row, column = np.divmod(cells, self._grid.nx)
        start, end = self._ends_m[:, edge].reshape(2, 2)
        way = end - start
        along = np.column_stack((columns_m[column], rows_m[row])).mean(axis=0) - start
        return float(np.clip(along @ way / max(way @ way, 1e-9), 0.0, 1.0))

    def _touched_by(self, where: Flags) -> Flags:
        """Return which edges pass cells that are marked."""
        self.deepest(where.astype(np.float32), self._fiery)
        return np.asarray(self._fiery > 0)

    def _set(self, bit: np.uint8, where: Flags) -> None:
        self.why &= ~bit
        self.why |= where * bit
