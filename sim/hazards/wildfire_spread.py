"""A fire on a grid: where it starts, what holds it, and how far it is at any moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.core.sets import distinct
from sim.hazards.wildfire_rays import FRAME, rays_of
from sim.kernels.wildfire import F4, F8, I4, I8, Ground, Growth, Queue
from sim.kernels.wildfire_burn import DONE, burn, enqueue, offer_again
from sim.kernels.wildfire_spots import MOST, Brands

#: length to width above which 16 rays are too coarse, and above which late offers are made
_LONG, _VERY_LONG = 2.5, 4.0
#: a burnt cell's time is bettered only by more than this share of the time to cross a cell
_BETTER: Final = 0.01
_NEVER: Final = np.float32(np.inf)
_BATCH: Final = 1 << 14


@dataclass(frozen=True)
class Spotting:
    """What brands depend on, by weather window (and kind of ground).

    Attributes
    ----------
    key : int
        Of the chance, from `Streams.key`.
    per_cell : (w, c) float
        Brands expected from a burning cell that set light where they land.
    heat_j_per_m2 : (w, c) float
    wind_m_per_s, to_deg : (w,) float
        Wind that carries brands, and where it blows to.
    crosswind : float
        Spread across the wind as a share of the distance.
    delay_s : float
        From landing to flames.
    """

    key: int
    per_cell: F8
    heat_j_per_m2: F8
    wind_m_per_s: F8
    to_deg: F8
    crosswind: float
    delay_s: float

    def brands(self, cell_m: float, width: int) -> Brands:
        """Return the tables of the kernels."""
        to = np.radians(self.to_deg)
        return Brands(
            key=np.array([self.key], np.uint64),
            per_cell=self.per_cell,
            heat_j_per_m2=self.heat_j_per_m2,
            wind_m_per_s=self.wind_m_per_s,
            east=np.sin(to),
            north=np.cos(to),
            cell_m=np.array([cell_m], np.float64),
            crosswind=np.array([self.crosswind]),
            delay_s=np.array([self.delay_s]),
            width=np.array([width], np.int64),
            found_cell=np.zeros(_BATCH, np.int32),
            found_from=np.zeros(_BATCH, np.int32),
            found_s=np.zeros(_BATCH, np.float32),
            n=np.zeros(1, np.int64),
        )


_NOTHING: Final = np.zeros((1, 1))
NO_BRANDS: Final = Spotting(0, _NOTHING, _NOTHING, np.zeros(1), np.zeros(1), 0.0, 0.0)


@dataclass(frozen=True)
class Spots:
    """Fires that brands lit: flat cells, where the brands came from, when the fires began."""

    cells: I8
    sources: I8
    times_s: F4


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
    spotting : Spotting, optional
        None throws no brands.

    Attributes
    ----------
    now_s : float
        How far the fire has been followed.
    """

    def __init__(
        self,
        kinds: NDArray[np.integer],
        cell_m: float,
        ellipses: Ellipses,
        n_rays: int = 0,
        spotting: Spotting | None = None,
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
        self._throws = spotting is not None
        self._brands = (spotting or NO_BRANDS).brands(cell_m, self._width)
        self._waiting: list[tuple[float, int, int]] = []
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
            self._make_room(len(self.rays.offset) + MOST)
            status, n = burn(
                self.ground, self.rays, self.growth, self._queue, self._brands, self._throws,
                self._fresh, to_s, self._eps_s, self._late,
            )  # fmt: skip
            found.append(self._fresh[:n].copy())
            self._take_brands()
        self.now_s = to_s
        return self.unframed(np.concatenate(found))

    def _take_brands(self) -> None:
        brands = self._brands
        n = int(brands.n[0])
        landed = zip(brands.found_s[:n], brands.found_cell[:n], brands.found_from[:n], strict=True)
        self._waiting += [(float(s), int(cell), int(source)) for s, cell, source in landed]
        brands.n[0] = 0

    def new_spots(self) -> Spots:
        """Return the fires that brands have lit since this was last asked, in order of time."""
        due = sorted(spot for spot in self._waiting if spot[0] <= self.now_s)
        self._waiting = [spot for spot in self._waiting if spot[0] > self.now_s]
        lit = [spot for spot in due if self.ground.arrive_s[spot[1]] == spot[0]]
        table = np.array([spot[1:] for spot in lit], np.int64).reshape(-1, 2)
        return Spots(
            cells=self.unframed(table[:, 0]),
            sources=self.unframed(table[:, 1]),
            times_s=np.array([spot[0] for spot in lit], np.float32),
        )

    def hold(self, cells: ArrayLike, until_s: ArrayLike) -> None:
        """Keep fire out of cells that do not burn yet, until a time; infinity for good."""
        ground = self.ground
        where = self.framed(np.atleast_1d(cells))
        until = np.broadcast_to(np.asarray(until_s, np.float32), where.shape)
        unburnt = ground.burnt[where] == 0
        where, until = where[unburnt], until[unburnt]
        ground.hold_s[where] = np.maximum(ground.hold_s[where], until)
        near = distinct(where[:, None] + self._within(FRAME))
        lost = near[(ground.burnt[near] == 0) & (ground.arrive_s[near] < _NEVER)]
        self._make_room(len(lost) * len(self.rays.offset))
        offer_again(ground, self.rays, self.growth, self._queue, lost, self.now_s)
        for at_s, cell, _ in self._waiting:
            if self.now_s < at_s < ground.arrive_s[cell] and ground.hold_s[cell] <= at_s:
                self._light(cell, at_s, int(ground.origin[cell]))

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
