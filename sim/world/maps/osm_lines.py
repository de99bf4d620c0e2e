"""Ways in metres, cut at the map's edge and where the file lacks a vertex; chains of ways."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.sets import distinct
from sim.world.geofiles import WGS84, project
from sim.world.grid import Grid
from sim.world.maps.osm_read import Line

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Vertices:
    """All vertices of all pieces, one piece after the other.

    Attributes
    ----------
    ref : (n,) int64
        The file's number of the vertex; negative for those made on the map's edge.
    piece, way : (n,) int64
        Running number of the piece; row of the way it is a part of.
    x_m, y_m : (n,) float64
    """

    ref: Ints
    piece: Ints
    way: Ints
    x_m: Floats
    y_m: Floats

    def pieces(self) -> list[tuple[int, Floats]]:
        """Return (way, points) of every piece."""
        cuts = np.flatnonzero(np.diff(self.piece)) + 1
        starts = np.concatenate(([0], cuts)) if len(self.ref) else cuts
        points = np.split(np.column_stack((self.x_m, self.y_m)), cuts) if len(starts) else []
        return [(int(self.way[start]), part) for start, part in zip(starts, points, strict=True)]


def clipped(ways: Sequence[Line], grid: Grid, dropped: Counter[str]) -> Vertices:
    """Return the parts of the ways inside the grid, and count what is not."""
    if not ways:
        none = np.zeros(0, dtype=np.int64)
        return Vertices(none, none, none, np.zeros(0), np.zeros(0))
    ref = np.concatenate([way.refs for way in ways])
    x_m, y_m = in_metres(np.concatenate([way.lon_lat for way in ways]), grid).T
    way = np.repeat(np.arange(len(ways)), [len(line.refs) for line in ways])
    first = np.flatnonzero(way[:-1] == way[1:])  # segments i -> i + 1
    enter, leave = _inside_share(x_m, y_m, first, grid)
    kept = leave > enter
    known = np.isfinite(x_m[first]) & np.isfinite(x_m[first + 1])
    first, enter, leave = first[kept], enter[kept], leave[kept]
    dropped["segments_with_unknown_nodes"] += int((~known).sum())
    dropped["segments_outside"] += int((~kept & known).sum())
    dropped["segments_cut_at_the_edge"] += int(((enter > 0) | (leave < 1)).sum())
    dropped["ways_outside"] += len(ways) - len(distinct(way[first]))
    new_ref = -np.arange(1, 2 * len(first) + 1).reshape(2, -1)  # those of files are positive
    start = (np.where(enter > 0, new_ref[0], ref[first]), *_between(x_m, y_m, first, enter))
    stop = (np.where(leave < 1, new_ref[1], ref[first + 1]), *_between(x_m, y_m, first, leave))
    # a segment that does not go on where the one before ended begins a piece
    begins = np.ones(len(first), dtype=bool)
    begins[1:] = (first[1:] != first[:-1] + 1) | (enter[1:] > 0) | (leave[:-1] < 1)
    at_stop = np.arange(len(first)) + np.cumsum(begins)
    at_start = at_stop[begins] - 1
    order = np.argsort(np.concatenate((at_start, at_stop)))
    columns = [
        np.concatenate((of_start[begins], of_stop))[order]
        for of_start, of_stop in zip((way[first], *start), (way[first], *stop), strict=True)
    ]
    piece = np.concatenate((np.ones(len(at_start), np.int64), np.zeros(len(first), np.int64)))
    return Vertices(columns[1], np.cumsum(piece[order]), columns[0], columns[2], columns[3])


def in_metres(lon_lat: Floats, grid: Grid) -> Floats:
    """Return (n, 2) coordinates in the grid's system; NaN stays NaN."""
    points = np.full(lon_lat.shape, np.nan)
    known = np.isfinite(lon_lat[:, 0])
    if known.any():
        lon, lat = lon_lat[known].T
        points[known] = np.column_stack(project(lon, lat, WGS84, grid.crs))
    return points


def _inside_share(x_m: Floats, y_m: Floats, first: Ints, grid: Grid) -> tuple[Floats, Floats]:
    """Return where each segment enters and leaves the grid, 0..1 (Liang & Barsky 1984)."""
    west, south, east, north = grid.bounds_m
    enter, leave = np.zeros(len(first)), np.ones(len(first))
    for values, low, high in ((x_m, west, east), (y_m, south, north)):
        at, step = values[first], values[first + 1] - values[first]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            to_low, to_high = (low - at) / step, (high - at) / step
        level = step == 0
        inside = (at >= low) & (at <= high)
        nearer = np.where(level, np.where(inside, 0.0, 2.0), np.minimum(to_low, to_high))
        farther = np.where(level, np.where(inside, 1.0, -1.0), np.maximum(to_low, to_high))
        enter, leave = np.maximum(enter, nearer), np.minimum(leave, farther)
    return enter, leave  # NaN, from unknown vertices, compares as outside


def _between(x_m: Floats, y_m: Floats, first: Ints, share: Floats) -> tuple[Floats, Floats]:
    """Return points on segments; exactly the vertex at share 0 or 1."""
    x = np.where(share == 1.0, x_m[first + 1], x_m[first] + share * (x_m[first + 1] - x_m[first]))
    y = np.where(share == 1.0, y_m[first + 1], y_m[first] + share * (y_m[first + 1] - y_m[first]))
    return x, y


def chains(lines: Sequence[Line]) -> list[tuple[Line, Floats]]:
    """Return ways joined end to start, each with its first way and its vertices' lon, lat.

    For ways whose direction means something: rivers run downstream, coasts with the sea on their
    right. Vertices that the file does not hold are left out.
    """
    by_start = {int(line.refs[0]): line for line in reversed(lines)}
    followers = {int(line.refs[-1]) for line in lines}
    heads = [line for line in lines if int(line.refs[0]) not in followers]
    unused = {line.id for line in lines}
    found = []
    for head in [*heads, *lines]:  # closed rings have no head
        parts: list[Floats] = []
        line: Line | None = head
        while line is not None and line.id in unused:
            unused.remove(line.id)
            parts.append(line.lon_lat[1:] if parts else line.lon_lat)
            line = by_start.get(int(line.refs[-1]))
        if parts:
            points = np.concatenate(parts)
            found.append((head, points[np.isfinite(points[:, 0])]))
    return [(head, points) for head, points in found if len(points) >= 2]
