"""A fire on a grid: where it starts, what holds it, and how far it is at any moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.hazards.wildfire_rays import FRAME, rays_of
from sim.kernels.wildfire import (
    DONE,
    F4,
    F8,
    I4,
    I8,
    Ground,
    Growth,
    Queue,
    burn,
    enqueue,
    offer_again,
)

#: length to width above which 16 rays are too coarse, and above which late offers are made
_LONG, _VERY_LONG = 2.5, 4.0
#: a burnt cell's time is bettered only by more than this share of the time to cross a cell
_BETTER: Final = 0.01
_NEVER: Final = np.float32(np.inf)
_BATCH: Final = 1 << 14


@dataclass(frozen=True)
class Ellipses:
    """How fire grows on each kind of ground in each weather window; kind 0 does not burn.

    Attributes
    ----------
    ends_s : (w,) float
        End of each window, the last infinity.
    head_m_per_s, eccentricity : (w, c) float
    east, north : (w, c) float
        Unit vector of the heading.
    """

    ends_s: F8
    head_m_per_s: F8
    eccentricity: F8
    east: F8
    north: F8

    @classmethod
    def uniform(cls, head_m_per_s: float, length_to_width: float, to_deg: float = 90.0) -> Ellipses:
        """Return one ellipse for all ground and all time, as kind 1."""
        one = np.array([[0.0, 1.0]])
        to = np.radians(to_deg)
        return cls(
            ends_s=np.array([np.inf]),
            head_m_per_s=head_m_per_s * one,
            eccentricity=np.sqrt(1.0 - length_to_width**-2.0) * one,
            east=np.sin(to) * one,
            north=np.cos(to) * one,
        )

    def longest(self) -> float:
        """Return the largest length to width of what burns."""
        burning = self.eccentricity[self.head_m_per_s > 0.0]
        return float(1.0 / np.sqrt(1.0 - burning.max(initial=0.0) ** 2))

    def growth(self) -> Growth:
        """Return the tables of the kernels."""
        return Growth(
            ends_s=np.ascontiguousarray(self.ends_s, np.float64),
            a_m_per_s=self.head_m_per_s * (1.0 - self.eccentricity),
            east=self.east * self.eccentricity,
            north=self.north * self.eccentricity,
        )


class FireSpread:
    """Arrival times of fire, resumable: ticks of any length give the same result.

    Parameters
    ----------
    kinds : (ny, nx) int
        Kind of ground of every cell: a column of the ellipses, 0 where nothing burns.
    cell_m : float
    ellipses : Ellipses
    n_rays : int, optional
        8, 16 or 32; by default 16, and 32 where any ellipse is longer than 2.5 widths.

    Attributes
    ----------
    now_s : float
        How far the fire has been followed.
    """

    def __init__(
        self, kinds: NDArray[np.integer], cell_m: float, ellipses: Ellipses, n_rays: int = 0
    ) -> None:
        self.shape = kinds.shape
        self.cell_m = cell_m
        self.now_s = 0.0
        ny, nx = kinds.shape
        self._width = nx + 2 * FRAME
        n = (ny + 2 * FRAME) * self._width
        framed = np.pad(kinds, FRAME).astype(np.int32).ravel()
        self.growth = ellipses.growth()
        longest = ellipses.longest()
        self._late = longest > _VERY_LONG
        self.rays = rays_of(n_rays or (32 if longest > _LONG else 16), cell_m, self._width)
        never_burns: NDArray[np.bool_] = np.max(self.growth.a_m_per_s, axis=0) <= 0.0
        self.ground = Ground(
            arrive_s=np.full(n, _NEVER, np.float32),
            hold_s=np.where(never_burns[framed], _NEVER, np.float32(0.0)).astype(np.float32),
            pace_m_per_s=np.zeros(n, np.float32),
            origin=np.full(n, -1, np.int32),
            kind=framed,
            burnt=np.zeros(n, np.uint8),
        )
        self._queue = _queue(1 << 12)
        self._fresh: I4 = np.zeros(_BATCH, np.int32)
        fastest = float(ellipses.head_m_per_s.max(initial=0.0))
        self._eps_s = _BETTER * cell_m / fastest if fastest > 0.0 else 0.0

    def framed(self, cells: ArrayLike) -> I8:
        """Return flat cells of the grid as cells of the framed arrays."""
        row, column = np.divmod(np.asarray(cells, np.int64), self.shape[1])
        return np.asarray((row + FRAME) * self._width + column + FRAME)

    def unframed(self, cells: NDArray[np.integer]) -> I8:
        """Return cells of the framed arrays as flat cells of the grid."""
        row, column = np.divmod(cells.astype(np.int64), self._width)
        return np.asarray((row - FRAME) * self.shape[1] + column - FRAME)

    def on_map(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """Return a framed array without its frame, as (ny, nx)."""
        return values.reshape(-1, self._width)[FRAME:-FRAME, FRAME:-FRAME]

    @property
    def arrival_s(self) -> F4:
        """Arrival by cell, (ny, nx) float32; infinity where no fire has come yet."""
        ground = self.ground
        reached = self.on_map(np.where(ground.burnt == 1, ground.arrive_s, _NEVER))
        return np.ascontiguousarray(reached, np.float32)

    def ignite(self, cells: ArrayLike, at_s: float, origin: int = 0) -> int:
        """Set cells on fire at a time from now on; return how many of them can burn and will."""
        lit = 0
        for cell in self.framed(np.atleast_1d(cells)).tolist():
            if self.ground.hold_s[cell] <= at_s and self.ground.arrive_s[cell] > at_s:
                self._light(cell, at_s, origin)
                lit += 1
        return lit

    def _light(self, cell: int, at_s: float, origin: int) -> None:
        ground, growth = self.ground, self.growth
        self._make_room(1)
        window = int(np.searchsorted(growth.ends_s, at_s, side="right"))
        ground.arrive_s[cell] = at_s
        ground.origin[cell] = origin
        ground.pace_m_per_s[cell] = growth.a_m_per_s[window, ground.kind[cell]]
        enqueue(self._queue, float(ground.arrive_s[cell]), cell)

    def advance(self, to_s: float) -> I8:
        """Burn on; return flat cells that burnt, or whose time was bettered, in order of time."""
        found = []
        status = -1
        while status != DONE:
            self._make_room(len(self.rays.offset))
            status, n = burn(
                self.ground,
                self.rays,
                self.growth,
                self._queue,
                self._fresh,
                to_s,
                self._eps_s,
                self._late,
            )
            found.append(self._fresh[:n].copy())
        self.now_s = to_s
        return self.unframed(np.concatenate(found))

    def hold(self, cells: ArrayLike, until_s: ArrayLike) -> None:
        """Keep fire out of cells that do not burn yet, until a time; infinity for good."""
        ground = self.ground
        where = self.framed(np.atleast_1d(cells))
        until = np.broadcast_to(np.asarray(until_s, np.float32), where.shape)
        unburnt = ground.burnt[where] == 0
        where, until = where[unburnt], until[unburnt]
        ground.hold_s[where] = np.maximum(ground.hold_s[where], until)
        near = np.unique(where[:, None] + self._within(FRAME))
        lost = near[(ground.burnt[near] == 0) & (ground.arrive_s[near] < _NEVER)]
        self._make_room(len(lost) * len(self.rays.offset))
        offer_again(ground, self.rays, self.growth, self._queue, lost, self.now_s)

    def quiet(self) -> bool:
        """Whether nothing is left that could burn later."""
        return int(self._queue.n[0]) == 0

    def _within(self, cells: int) -> I8:
        reach = np.arange(-cells, cells + 1)
        return np.asarray((reach[:, None] * self._width + reach).ravel())

    def _make_room(self, more: int) -> None:
        old = self._queue
        needed = int(old.n[0]) + more
        if needed > len(old.cell):
            self._queue = _queue(max(2 * len(old.cell), needed))
            self._queue.time_s[: len(old.cell)] = old.time_s
            self._queue.cell[: len(old.cell)] = old.cell
            self._queue.n[0] = old.n[0]


def _queue(room: int) -> Queue:
    return Queue(np.zeros(room, np.float32), np.zeros(room, np.int32), np.zeros(1, np.int64))
