"""Rivers on the grid: their cells, where they enter the map, and how full they start."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, label, minimum_filter

from sim.hazards.flood_channels import Channel, channel_of
from sim.world.grid import Grid
from sim.world.layers import LAND_CLASSES
from sim.world.tables import WATER_KINDS
from sim.world.world import World

Floats = NDArray[np.float64]

#: least bed slope for the uniform depth of a river that hardly falls
_LEAST_SLOPE: Final = 1e-5
#: width of the rim in which a river counts as crossing the map's edge
_RIM_CELLS: Final = 3
#: kinds of water that flow in a channel
_FLOWING: Final = tuple(WATER_KINDS.index(kind) for kind in ("river", "canal"))


def entry_of(world: World, row: int, ground_m: Floats) -> NDArray[np.int64]:
    """Return the cells where one row of `World.waters` comes onto the map.

    They are at the border where its bed is highest; of a river that rises inside the map, the
    highest of its cells.

    Raises
    ------
    ValueError
        When the water has no cell on the map.
    """
    inside = cells_of(world, row)
    if not inside.any():
        raise ValueError(f"water '{world.waters.id[row]}' has no cell on the map")
    return _entry(inside, ground_m)


@functools.lru_cache(maxsize=1)
def channels_of(world: World) -> dict[int, Channel]:
    """Return the chains of cells of rivers and canals that have any, by row of `World.waters`.

    Kept from run to run on one map; nobody changes it.
    """
    found = {}
    for row in np.flatnonzero(np.isin(world.waters.kind, _FLOWING)).tolist():
        inside = cells_of(world, row)
        if inside.any():
            width = float(world.waters.width_m[row]) / world.grid.cell_m
            found[row] = channel_of(inside, width)
    return found


def carrying_manning_n(world: World, channels: dict[int, Channel]) -> Floats:
    """Return the map's roughness, in rivers and canals that of their stated width.

    See `sim.hazards.flood_channels`. Where two meet, cells follow the wider one.
    """
    plain = world.layers["manning_n"].astype(np.float64).ravel()
    manning = plain.copy()
    for row in sorted(channels, key=lambda row: float(world.waters.width_m[row])):
        channel = channels[row]
        manning[channel.cells] = plain[channel.cells] * channel.roughness_share
    return manning.reshape(world.grid.shape)


def cells_of(world: World, row: int) -> NDArray[np.bool_]:
    """Return the cells of one row of `World.waters`.

    They are those inside its outline; of rivers and canals also the map's water at its rim, where
    outlines narrower than a cell miss the centres of cells.
    """
    ring_m = world.water_shapes.points_m(row)
    inside = _inside(ring_m, world.grid)
    if world.waters.kind[row] not in _FLOWING or len(ring_m) == 0:
        return inside
    rim = world.grid.cell_of(*_dense(ring_m, 0.5 * world.grid.cell_m).T)
    near = inside.copy()
    near.ravel()[rim[rim >= 0]] = True
    water = world.layers["land"] == LAND_CLASSES.index("water")
    rivers: NDArray[np.bool_] = inside | (binary_dilation(near, np.ones((3, 3))) & water)
    return rivers


def _dense(ring_m: Floats, step_m: float) -> Floats:
    """Return a ring with points at most a step apart."""
    closed = np.vstack((ring_m, ring_m[:1]))
    along_m = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))))
    at_m = np.linspace(0.0, along_m[-1], max(2, int(np.ceil(along_m[-1] / step_m)) + 1))
    return np.column_stack([np.interp(at_m, along_m, column) for column in closed.T])


def starting_depth_m(
    world: World,
    ground_m: Floats,
    channels: dict[int, Channel],
    first_flows_m3_per_s: dict[int, float],
    filled: float,
    sea_m: float | None = None,
) -> Floats:
    """Return the water that stands on the map when the clock starts.

    Rivers with a hydrograph start at the uniform depth of its first flow (Manning, wide channel),
    at most full to their banks: what is above them spreads once the clock runs; other rivers and
    canals at ``filled`` times their bed's depth; lakes and reservoirs are full to their lowest
    bank.

    Parameters
    ----------
    channels : dict
        By `channels_of`.
    first_flows_m3_per_s : dict
        By row of `World.waters`.
    sea_m : float, optional
        Level of the sea; None where no side of the map is sea, which is then dry.
    """
    depth_m = np.zeros_like(ground_m)
    manning = world.layers["manning_n"]
    for row in range(world.waters.n):
        kind = WATER_KINDS[world.waters.kind[row]]
        inside = cells_of(world, row)
        if not inside.any() or (kind == "coast" and sea_m is None):
            continue
        if kind == "coast":
            level_m = np.full(ground_m.shape, sea_m)
        elif kind in ("lake", "reservoir"):
            level_m = np.full(ground_m.shape, _rim_m(inside, ground_m))
        else:
            full_m = float(world.waters.bed_depth_m[row])
            deep_m = filled * full_m
            if row in first_flows_m3_per_s:
                channel = channels[row]
                n = float(manning.ravel()[channel.cells].mean())
                unit = first_flows_m3_per_s[row] / _width_m(channel, world.grid)
                slope = _slope(channel, world.grid, ground_m)
                deep_m = min((unit * n / np.sqrt(slope)) ** 0.6, full_m)
            level_m = _bed_m(world, row, ground_m) + deep_m
        depth_m[inside] = np.maximum(depth_m, level_m - ground_m)[inside]
    return np.maximum(depth_m, 0.0)


def _width_m(channel: Channel, grid: Grid) -> float:
    """Return a river's mean width, as stated; of its cells where no width is."""
    return float(channel.stands_for.mean()) * grid.cell_m


def _slope(channel: Channel, grid: Grid, ground_m: Floats) -> float:
    """Return the mean fall of a river's bed along its course, from its entry on."""
    inside = np.zeros(grid.shape, np.bool_)
    inside.ravel()[channel.cells] = True
    fall_m = ground_m.ravel()[_entry(inside, ground_m)].min() - ground_m[inside].min()
    return max(float(fall_m) / (max(channel.length, 1.0) * grid.cell_m), _LEAST_SLOPE)


def _bed_m(world: World, row: int, ground_m: Floats) -> Floats:
    """Return the lowest ground within a channel's width of each cell."""
    reach = int(np.ceil(max(float(world.waters.width_m[row]), 1.0) / world.grid.cell_m)) // 2
    bed: Floats = minimum_filter(ground_m, size=2 * reach + 1, mode="nearest")
    return bed


def _rim_m(inside: NDArray[np.bool_], ground_m: Floats) -> float:
    grown = np.zeros_like(inside)
    grown[1:] |= inside[:-1]
    grown[:-1] |= inside[1:]
    grown[:, 1:] |= inside[:, :-1]
    grown[:, :-1] |= inside[:, 1:]
    rim = grown & ~inside
    return float(ground_m[rim if rim.any() else inside].min())


def _entry(inside: NDArray[np.bool_], ground_m: Floats) -> NDArray[np.int64]:
    border = np.ones_like(inside)  # outlines may end a cell or two before the edge
    border[_RIM_CELLS:-_RIM_CELLS, _RIM_CELLS:-_RIM_CELLS] = False
    parts, n = label(inside & border, structure=np.ones((3, 3)))
    if n == 0:
        cells = np.flatnonzero(inside.ravel())
        return cells[ground_m.ravel()[cells] >= np.quantile(ground_m.ravel()[cells], 0.98)]
    beds = [ground_m[parts == part].min() for part in range(1, n + 1)]
    return np.flatnonzero((parts == 1 + int(np.argmax(beds))).ravel())


def _inside(ring_m: Floats, grid: Grid) -> NDArray[np.bool_]:
    """Return which cell centres lie inside a ring (even-odd rule, row by row)."""
    x_m, y_m = grid.centres_m()
    inside = np.zeros(grid.shape, np.bool_)
    if len(ring_m) < 3:
        return inside
    x0, y0 = ring_m[:, 0], ring_m[:, 1]
    x1, y1 = np.roll(x0, -1), np.roll(y0, -1)
    for row in range(grid.ny):
        crossed = (y0 > y_m[row]) != (y1 > y_m[row])
        if crossed.any():
            a, b = (y_m[row] - y0[crossed]) / (y1 - y0)[crossed], (x1 - x0)[crossed]
            edges = np.sort(x0[crossed] + a * b)
            inside[row] = np.searchsorted(edges, x_m) % 2 == 1
    return inside
