"""Levees on the grid: crest lines as chains of cell faces, and the gaps that open in them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.hazards.flood_weirs import NEVER_S, Weirs
from sim.scenario.parameters import parameter
from sim.world.grid import Grid

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class CrestFaces:
    """The faces under one levee, in the order of its line.

    Attributes
    ----------
    cells_a, cells_b : (n,) int64
        Flat cells on its two sides.
    along_m : (n + 1,) float64
        Distance along the levee at which each face begins and ends.
    """

    cells_a: Ints
    cells_b: Ints
    along_m: Floats


def crest_faces(line_m: Floats, grid: Grid) -> CrestFaces:
    """Return the faces that a line runs along, without a leak between them.

    The line is snapped to the corners of cells and walks from corner to corner along cell sides:
    each side it takes is a face, and no water can pass a corner. A staircase is longer than the
    line it follows; the line's length is shared out evenly over its faces. Sides on the map's
    edge, or walked back and forth, are left out.
    """
    length_m = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line_m, axis=0).T))))
    at_m = np.arange(0.0, length_m[-1], 0.25 * grid.cell_m)
    x = (np.interp(at_m, length_m, line_m[:, 0]) - grid.west_m) / grid.cell_m
    y = (grid.north_m - np.interp(at_m, length_m, line_m[:, 1])) / grid.cell_m
    corners = np.column_stack((np.rint(y), np.rint(x))).astype(np.int64)
    faces: dict[tuple[int, int], None] = {}
    row, column = corners[0]
    for to_row, to_column in corners[1:]:
        while row != to_row:  # down or up along a west face
            step = 1 if to_row > row else -1
            _toggle(faces, _cells_beside(grid, min(row, row + step), column))
            row += step
        while column != to_column:  # along a north face
            step = 1 if to_column > column else -1
            _toggle(faces, _cells_below(grid, row, min(column, column + step)))
            column += step
    pairs = np.array(list(faces), np.int64).reshape(-1, 2)
    along = np.linspace(0.0, length_m[-1], len(pairs) + 1)
    return CrestFaces(pairs[:, 0], pairs[:, 1], along)


def even_profile_m(foot_m: Floats, along_m: Floats) -> Floats:
    """Return the ground along a levee with its dips filled: crests are built to an even grade.

    Parameters
    ----------
    foot_m : (n,) float64
        Ground under each face.
    along_m : (n + 1,) float64
        Where the faces begin and end.

    Returns
    -------
    (n,) float64
        The ground, or its mean over ``flood.levee_evened_over`` around a face where it is lower.
    """
    if len(foot_m) == 0:
        return foot_m
    middle_m = (along_m[:-1] + along_m[1:]) / 2
    half_m = np.minimum(middle_m - along_m[0], along_m[-1] - middle_m)
    half_m = np.minimum(half_m, parameter("flood.levee_evened_over").si / 2)
    area_m2 = np.concatenate(([0.0], np.cumsum(foot_m * np.diff(along_m))))
    around_m2 = np.interp(middle_m + half_m, along_m, area_m2)
    around_m2 -= np.interp(middle_m - half_m, along_m, area_m2)
    mean_m = np.divide(around_m2, 2 * half_m, out=foot_m.copy(), where=half_m > 0)
    even_m: Floats = np.maximum(foot_m, mean_m)
    return even_m


def _toggle(faces: dict[tuple[int, int], None], pair: tuple[int, int] | None) -> None:
    if pair is None:
        return
    if pair in faces:
        del faces[pair]
    else:
        faces[pair] = None


def _cells_beside(grid: Grid, row: int, column: int) -> tuple[int, int] | None:
    if not (0 <= row < grid.ny and 0 < column < grid.nx):
        return None
    return int(row * grid.nx + column - 1), int(row * grid.nx + column)


def _cells_below(grid: Grid, row: int, column: int) -> tuple[int, int] | None:
    if not (0 < row < grid.ny and 0 <= column < grid.nx):
        return None
    return int((row - 1) * grid.nx + column), int(row * grid.nx + column)


@dataclass
class Levee:
    """One levee's faces among the weirs.

    Attributes
    ----------
    id : str
    rows : (n,) int64
        Rows in `Weirs`.
    cells : (n, 2) int64
        Flat cells of the map on its two sides.
    foot_m : (n,) float64
        Ground at its foot, the higher side.
    along_m : (n + 1,) float64
    """

    id: str
    rows: Ints
    cells: Ints
    foot_m: Floats
    along_m: Floats

    def first_over_s(self, weirs: Weirs) -> float:
        """Return when water first ran over it; `NEVER_S` when it did not."""
        return float(weirs.first_over_s[self.rows].min(initial=NEVER_S))


@dataclass
class Gap:
    """A breach: a part of a levee whose crest sinks and widens once triggered.

    Attributes
    ----------
    at : float
        Place along the levee, 0..1.
    width_m, growth_s, down_to_m : float
        Final length; time to it; final sill above the ground at the foot.
    shape : str
        ``linear``, or ``sine``: progress 0.5 (1 - cos(pi t / T)) (HEC-RAS Hydraulic Reference
        Manual, breach progression by a sine curve).
    begins_s : float
        When it was triggered; `NEVER_S` before.
    """

    levee: Levee
    at: float
    width_m: float
    growth_s: float
    down_to_m: float
    shape: Literal["linear", "sine"]
    begins_s: float = field(default=NEVER_S)

    @property
    def face(self) -> int:
        """Index, within the levee, of the face at its middle."""
        along = self.levee.along_m
        k = int(np.searchsorted(along, self.at * along[-1], side="right")) - 1
        return min(max(k, 0), len(self.levee.rows) - 1)

    def progress(self, t_s: float) -> float:
        """Return how far it has grown, 0..1."""
        if t_s <= self.begins_s:
            return 0.0
        share = 1.0 if self.growth_s == 0.0 else min(1.0, (t_s - self.begins_s) / self.growth_s)
        return share if self.shape == "linear" else 0.5 * (1.0 - math.cos(math.pi * share))

    def growing(self, t_s: float) -> bool:
        """Whether it still changes after a time."""
        return self.begins_s <= t_s < self.begins_s + self.growth_s

    def open(self, weirs: Weirs, t_s: float) -> None:
        """Give the weirs the gap of a moment: its width over their faces, its sill."""
        grown = self.progress(t_s)
        if grown == 0.0:
            return
        levee = self.levee
        along, length_m = levee.along_m, levee.along_m[-1]
        half_m = 0.5 * min(self.width_m, length_m)
        middle_m = min(max(self.at * length_m, half_m), length_m - half_m)
        first_m, last_m = middle_m - grown * half_m, middle_m + grown * half_m
        covered = np.minimum(along[1:], last_m) - np.maximum(along[:-1], first_m)
        share = np.clip(covered / np.diff(along), 0.0, 1.0)
        crest_m = weirs.crest_m[levee.rows]
        sill_m = crest_m - grown * (crest_m - np.minimum(levee.foot_m + self.down_to_m, crest_m))
        touched = share > weirs.breach[levee.rows]
        weirs.breach[levee.rows] = np.maximum(weirs.breach[levee.rows], share)
        inside = touched | (share > 0.0)
        weirs.invert_m[levee.rows[inside]] = np.minimum(weirs.invert_m[levee.rows], sill_m)[inside]
