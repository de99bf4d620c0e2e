"""The map's edges: closed, open to uniform flow, a level outside, or a flow that comes in."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import minimum_filter1d

from sim.hazards.series import Series
from sim.kernels.flood import F8, I8
from sim.kernels.flood_faces import FLOW, FREE, LEVEL

Side = Literal["west", "east", "north", "south"]
SIDES: Final[tuple[Side, ...]] = ("west", "east", "north", "south")
#: cells inward over which an open border's own ground slope is taken
_SLOPE_CELLS: Final = 10


@dataclass(frozen=True)
class Level:
    """Water outside stands at a level (m), constant or a series, in ghost cells one cell away."""

    level_m: float | tuple[ArrayLike, ArrayLike] | Series

    def series(self) -> Series:
        """Return the level against time."""
        if isinstance(self.level_m, Series):
            return self.level_m
        if isinstance(self.level_m, tuple):
            return Series(*self.level_m)
        return Series([0.0], [self.level_m])


@dataclass(frozen=True)
class Open:
    """Water leaves at uniform flow.

    Attributes
    ----------
    slope : float or None
        Energy slope; None takes the valley floor's own over the outer ten cells, at least
        ``flood.open_slope``; nothing leaves where the ground rises towards the side.
    """

    slope: float | None = None


Border = Literal["closed", "open"] | Open | Level


@dataclass(frozen=True)
class Borders:
    """What happens at each side of the map."""

    west: Border = "closed"
    east: Border = "closed"
    north: Border = "closed"
    south: Border = "closed"

    def sides(self) -> list[tuple[Side, Border]]:
        """Return the sides that are not closed."""
        pairs = [(side, getattr(self, side)) for side in (f.name for f in fields(self))]
        return [(side, border) for side, border in pairs if border != "closed"]  # type: ignore[misc]


class BorderFaces:
    """All border faces that let water through, as columns for `sim.kernels.flood_faces`."""

    def __init__(self, ny: int, nx: int) -> None:
        self.ny, self.nx = ny, nx
        self.faces: I8 = np.zeros(0, np.int64)
        self.cells: I8 = np.zeros(0, np.int64)
        self.inward: F8 = np.zeros(0)
        self.law: I8 = np.zeros(0, np.int64)
        self.value: F8 = np.zeros(0)
        self._groups: list[tuple[slice, Series]] = []

    @property
    def n(self) -> int:
        """How many faces."""
        return len(self.faces)

    def add_open(self, side: Side, part: slice, slope: float | F8) -> None:
        """Let water leave over part of a side at uniform flow."""
        self._add(side, part, FREE, slope)

    def add_level(self, side: Side, part: slice, level_m: Series) -> None:
        """Hold a level outside part of a side."""
        rows = self._add(side, part, LEVEL, level_m.at(0.0))
        self._groups.append((rows, level_m))

    def add_flow(self, side: Side, part: slice, flow_m2_per_s: Series) -> None:
        """Let a unit flow come in over part of a side."""
        rows = self._add(side, part, FLOW, flow_m2_per_s.at(0.0))
        self._groups.append((rows, flow_m2_per_s))

    def indices(self, side: Side, part: slice) -> tuple[I8, I8, float]:
        """Return flat faces, flat padded cells inside, and the sign of inward flow."""
        height, width = self.ny + 3, self.nx + 3
        along = np.arange(1, (self.nx if side in ("north", "south") else self.ny) + 1)[part]
        plane = height * width
        if side == "west":
            return along * width + 1, along * width + 1, 1.0
        if side == "east":
            return along * width + self.nx + 1, along * width + self.nx, -1.0
        if side == "north":
            return plane + width + along, width + along, 1.0
        return plane + (self.ny + 1) * width + along, self.ny * width + along, -1.0

    def _add(self, side: Side, part: slice, law: int, value: float | F8) -> slice:
        if side not in SIDES:
            raise ValueError(f"side={side!r} is not one of {', '.join(SIDES)}")
        faces, cells, inward = self.indices(side, part)
        if len(faces) == 0:
            raise ValueError(f"{side}: {part} holds no cell")
        taken = np.isin(self.faces, faces)
        if taken.any():  # the later word on a face wins
            self._drop(taken)
        start = self.n
        self.faces = np.concatenate((self.faces, faces))
        self.cells = np.concatenate((self.cells, cells))
        self.inward = np.concatenate((self.inward, np.full(len(faces), inward)))
        self.law = np.concatenate((self.law, np.full(len(faces), law)))
        self.value = np.concatenate((self.value, np.broadcast_to(value, len(faces))))
        return slice(start, self.n)

    def close(self, cells: I8) -> None:
        """Let nothing through beside flat padded cells where the side was open; levels stay."""
        shut = np.isin(self.cells, cells) & (self.law == FREE)
        if shut.any():
            self._drop(shut)

    def _drop(self, taken: NDArray[np.bool_]) -> None:
        kept = np.cumsum(~taken)
        self._groups = [
            (slice(*(int(kept[end - 1]) if end else 0 for end in (rows.start, rows.stop))), series)
            for rows, series in self._groups
        ]
        for name in ("faces", "cells", "inward", "law", "value"):
            setattr(self, name, getattr(self, name)[~taken])

    def series(self) -> list[Series]:
        """Return how each of `groups` changes: levels (m) or unit flows (m2/s)."""
        return [series for _, series in self._groups]

    def groups(self) -> tuple[I8, I8]:
        """Return the first row of each group whose value changes, and the row after its last."""
        rows = [rows for rows, _ in self._groups]
        first: I8 = np.array([row.start for row in rows], np.int64)
        return first, np.array([row.stop for row in rows], np.int64)


def ground_slopes(elevation_m: F8, side: Side, cell_m: float, least: float) -> F8:
    """Return the fall of the valley floor towards a side, cell by cell along it.

    The floor is the lowest ground within ten cells either way along the side: a channel that
    meets the side at a slant is followed, instead of its bank being taken for its bed upstream.
    The fall is at least ``least``, but 0 (no outflow) where the floor rises towards the side:
    there a river enters rather than leaves.
    """
    inward = {
        "west": elevation_m,
        "east": elevation_m[:, ::-1],
        "north": elevation_m.T,
        "south": elevation_m[::-1].T,
    }[side]
    n = min(_SLOPE_CELLS, inward.shape[1] - 1)
    if n == 0:
        return np.full(inward.shape[0], least)
    width = 2 * _SLOPE_CELLS + 1
    inner, outer = (minimum_filter1d(inward[:, k], width, mode="nearest") for k in (n, 0))
    fall: F8 = (inner - outer) / (n * cell_m)
    return np.where(fall < 0.0, 0.0, np.maximum(fall, least))
