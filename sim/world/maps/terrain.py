"""The ground of a schematic map: a falling plain with relief and hills, cut by its waters."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, uniform_filter1d

from sim.core.rng import Streams
from sim.kernels.drainage import fill_to_drain
from sim.scenario.facts import Coast, Facts, Lake
from sim.world.grid import Grid
from sim.world.maps.courses import STEP_M, Course
from sim.world.maps.frame import Frame, Waves

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: least fall of filled ground to the next cell on its way out
FALL_M: Final = 0.0005
#: the plain rises this much away from its rivers, over this distance (assumed)
VALLEY_RISE_M: Final = 1.2
VALLEY_REACH_M: Final = 1500.0
#: hills fade within about this distance of rivers and shores (assumed)
HILLS_BEGIN_M: Final = 900.0
#: least fall of a river bed
BED_SLOPE: Final = 1e-5


@dataclass
class Terrain:
    """Ground while it is being made.

    Attributes
    ----------
    ground_m : (ny, nx) float64
    water : (ny, nx) bool
        Channels, lakes and sea.
    still : (ny, nx) bool
        Lakes and sea.
    strip : (ny, nx) bool
        Between levees.
    span_m : (ny, nx) float64
        Width of the channel, or of the strip between levees, that a bridge must span here.
    hollow : (ny, nx) bool
        Dips that are meant: water stays there.
    """

    ground_m: Floats
    water: Mask
    still: Mask
    strip: Mask
    span_m: Floats
    hollow: Mask


def terrain_of(
    facts: Facts, frame: Frame, grid: Grid, courses: list[Course], streams: Streams
) -> Terrain:
    """Return ground with its waters cut in; it does not drain yet."""
    ground_m = _plain(facts, frame, grid, streams)
    water, still, strip, hollow = (np.zeros(grid.shape, bool) for _ in range(4))
    terrain = Terrain(ground_m, water, still, strip, np.zeros(grid.shape), hollow)
    traces = [_trace(course, grid) for course in courses]
    far_m = np.full(grid.shape, np.inf)
    for _, distance_m, _ in traces:
        np.minimum(far_m, distance_m, out=far_m)
    if courses:
        ground_m += VALLEY_RISE_M * (1 - np.exp(-far_m / VALLEY_REACH_M))
    inland_m = [coast_inland_m(coast, frame, grid, streams) for coast in facts.coasts]
    for coast, away_m in zip(facts.coasts, inland_m, strict=True):
        _slope_to_shore(terrain, coast, away_m)
        np.minimum(far_m, np.maximum(away_m, 0), out=far_m)
    terrain.ground_m += _hills(facts, frame, grid, far_m, streams)
    for coast, away_m in zip(facts.coasts, inland_m, strict=True):
        _sink_sea(terrain, coast, away_m)
    for lake in facts.lakes:
        _cut_lake(terrain, lake, frame, grid, streams)
    terrain.still = terrain.water.copy()
    beds: dict[str, tuple[NDArray[np.int64], Floats]] = {}
    for course, (cells, distance_m, nearest) in zip(courses, traces, strict=True):
        _cut_course(terrain, course, cells, distance_m, nearest, beds)
    return terrain


def drained(terrain: Terrain) -> None:
    """Raise the ground where it must be, so that all of it drains into waters or off the map."""
    outlet = terrain.water.copy()
    outlet[[0, -1], :] = True
    outlet[:, [0, -1]] = True
    terrain.ground_m = fill_to_drain(terrain.ground_m, outlet, FALL_M)


def _plain(facts: Facts, frame: Frame, grid: Grid, streams: Streams) -> Floats:
    ground, bearing = facts.ground, math.radians(facts.ground.falls_towards)
    x_m, y_m = grid.centres_m()
    down = np.add.outer(y_m * math.cos(bearing), x_m * math.sin(bearing))
    down = (down - down.min()) / (down.max() - down.min())
    relief = np.zeros(grid.shape)
    for octave in range(5):
        rng = streams.generator("relief", octave)
        relief += Waves.drawn(rng, 4200.0 / 2.2**octave, 0.62**octave, 16).on(grid)
    relief *= ground.roughness / math.sqrt(sum(0.62 ** (2 * octave) for octave in range(5)))
    plain: Floats = ground.highest - (ground.highest - ground.lowest) * down + relief
    return plain


def _hills(facts: Facts, frame: Frame, grid: Grid, far_m: Floats, streams: Streams) -> Floats:
    """Ridges under each hill's bell, fading towards rivers and shores so that valleys stay open."""
    total = np.zeros(grid.shape)
    x_m, y_m = grid.centres_m()
    for row, hill in enumerate(facts.hills):
        east_m, north_m = frame.place_m(hill.at)
        away = np.hypot.outer(y_m - north_m, x_m - east_m) / hill.radius
        bell = np.clip(1 - away**2, 0, None) ** 1.5
        ridges = np.zeros(grid.shape)
        for octave in range(4):
            rng = streams.generator("hills", 10 * row + octave)
            wave = Waves.drawn(rng, 0.7 * hill.radius / 2.1**octave, 1.0, 14).on(grid)
            ridges += 0.5**octave * (1 - np.abs(np.tanh(wave)))
        total += hill.height * bell * ridges / ridges.max()
    open_m: Floats = total * (1 - np.exp(-((far_m / HILLS_BEGIN_M) ** 2)))
    return open_m


def _trace(course: Course, grid: Grid) -> tuple[NDArray[np.int64], Floats, NDArray[np.int64]]:
    """Return (cells downstream, distance of every cell to them, index of the nearest)."""
    cells = channel_cells(course.line_m, grid)
    order = np.full(grid.ny * grid.nx, -1, dtype=np.int64)
    order[cells[::-1]] = np.arange(len(cells))[::-1]
    away, (row, column) = distance_transform_edt(
        (order < 0).reshape(grid.shape), return_indices=True
    )
    nearest = order[row * grid.nx + column]
    return cells, away * grid.cell_m, nearest


def channel_cells(line_m: Floats, grid: Grid) -> NDArray[np.int64]:
    """Return the cells a line passes, in its order; neighbours share a side, so water can pass."""
    length_m = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line_m, axis=0).T))))
    along = np.linspace(0, length_m[-1], max(2, int(length_m[-1] / (0.2 * grid.cell_m))))
    cells = grid.cell_of(
        np.interp(along, length_m, line_m[:, 0]), np.interp(along, length_m, line_m[:, 1])
    )
    cells = cells[cells >= 0]
    cells = cells[np.flatnonzero(np.diff(cells, prepend=-1))]
    row, column = np.divmod(cells, grid.nx)
    corner = (np.diff(row) != 0) & (np.diff(column) != 0)
    between = row[:-1][corner] * grid.nx + column[1:][corner]
    return np.insert(cells, np.flatnonzero(corner) + 1, between)


def _cut_course(
    terrain: Terrain,
    course: Course,
    cells: NDArray[np.int64],
    distance_m: Floats,
    nearest: NDArray[np.int64],
    beds: dict[str, tuple[NDArray[np.int64], Floats]],
) -> None:
    """Cut the channel, bed falling all the way, and lower the strip between its levees."""
    river = course.river
    bank_m = uniform_filter1d(terrain.ground_m.reshape(-1)[cells], min(len(cells), 31))
    bed_m = np.minimum.accumulate(bank_m) - river.bed_depth
    bed_m -= BED_SLOPE * STEP_M * np.arange(len(cells))
    if river.into is not None:
        bed_m = np.maximum(bed_m, _bed_at(cells[-1], *beds[river.into], terrain) + 0.05)
    beds[river.id] = (cells, bed_m)
    bed = bed_m[nearest]
    half_m = river.width / 2
    if river.levees is not None:
        strip = (distance_m <= half_m + river.levees.setback) & ~terrain.still
        low_m = bed + river.bed_depth + 0.002 * (distance_m - half_m)
        terrain.ground_m[strip] = np.minimum(terrain.ground_m, low_m)[strip]
        terrain.strip |= strip
        terrain.span_m[strip] = river.width + 2 * river.levees.setback
    channel = distance_m <= half_m
    terrain.ground_m[channel] = np.minimum(terrain.ground_m, bed)[channel]
    terrain.water |= channel
    terrain.span_m[channel] = np.maximum(terrain.span_m[channel], river.width)


def _bed_at(cell: int, cells: NDArray[np.int64], bed_m: Floats, terrain: Terrain) -> float:
    """Return the bed level of another channel at its cell nearest to ``cell``."""
    nx = terrain.ground_m.shape[1]
    away = np.hypot(cells // nx - cell // nx, cells % nx - cell % nx)
    return float(bed_m[np.argmin(away)])


def _cut_lake(terrain: Terrain, lake: Lake, frame: Frame, grid: Grid, streams: Streams) -> None:
    away = lake_reach(lake, frame, grid, streams)
    inside = away < 1
    level_m = terrain.ground_m[inside].min() if inside.any() else 0.0
    bowl_m = level_m - lake.depth * np.clip(1 - away, 0, 1) ** 0.5
    terrain.ground_m[inside] = bowl_m[inside]
    terrain.water |= inside


def lake_reach(lake: Lake, frame: Frame, grid: Grid, streams: Streams) -> Floats:
    """Return distance from the lake's middle over the shore's: below 1 inside, an uneven round."""
    east_m, north_m = frame.place_m(lake.at)
    x_m, y_m = grid.centres_m()
    radius_m = math.sqrt(lake.km2 * 1e6 / math.pi)
    away = np.hypot.outer(y_m - north_m, x_m - east_m) / radius_m
    wave = Waves.drawn(streams.generator(f"shore {lake.id}"), 1.6 * radius_m, 0.16, 10).on(grid)
    reach: Floats = away * (1 + wave)
    return reach


def coast_inland_m(coast: Coast, frame: Frame, grid: Grid, streams: Streams) -> Floats:
    """Return the distance of cells inland of the shore, negative at sea."""
    x_m, y_m = grid.centres_m()
    from_side = {
        "west": np.broadcast_to(x_m, grid.shape),
        "east": np.broadcast_to(frame.width_m - x_m, grid.shape),
        "south": np.broadcast_to(y_m[:, None], grid.shape),
        "north": np.broadcast_to(frame.height_m - y_m[:, None], grid.shape),
    }[coast.side]
    wave = np.zeros(grid.shape)
    for octave in range(4):
        rng = streams.generator(f"coast {coast.id}", octave)
        wave += Waves.drawn(rng, 3.0 * coast.reach / 2**octave, 0.3 / 1.8**octave).on(grid)
    inland: Floats = from_side - coast.reach * (1 + wave)
    return inland


def _slope_to_shore(terrain: Terrain, coast: Coast, inland_m: Floats) -> None:
    """Let the plain come down to the shore."""
    away_m = np.maximum(inland_m, 0)
    shore_m = coast.level + 0.3 + 0.004 * away_m + (away_m / 2500.0) ** 3
    terrain.ground_m = np.minimum(terrain.ground_m, shore_m)


def _sink_sea(terrain: Terrain, coast: Coast, inland_m: Floats) -> None:
    sea = inland_m < 0
    deep_m = coast.level - coast.depth * np.clip(-inland_m / coast.reach * 2, 0.05, 1)
    terrain.ground_m[sea] = deep_m[sea]
    terrain.water |= sea
