"""2-D local inertial flow on a raster: a solver with no world and no scenario around it."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.hazards.flood_borders import (
    BorderFaces,
    Borders,
    Level,
    Open,
    Side,
    ground_slopes,
)
from sim.hazards.flood_ledger import Ledger
from sim.hazards.flood_points import Inflows, Pumps
from sim.hazards.flood_weirs import Weirs
from sim.hazards.series import Series
from sim.kernels.flood import (
    F4,
    F8,
    GRAVITY_M_PER_S2,
    I4,
    I8,
    TILE_COLUMNS,
    TILE_ROWS,
)
from sim.kernels.flood_maxima import observe, speeds
from sim.kernels.flood_sources import settle, take
from sim.kernels.flood_sweep import DEEPEST, measure, new_depths, repaired, sweep
from sim.kernels.flood_tiles import wake
from sim.scenario.parameters import parameter

__all__ = ["Borders", "Level", "LocalInertial", "Open", "stable_alpha"]

#: walls stand this far above the highest ground
_WALL_M: Final = 1e4
#: marks "never" inside kernels that know no infinity
_NEVER_S: Final = np.float32(3e38)
_NO_RAIN: Final = Series([0.0], [0.0], steps=True)
_ALL_DRAINS: Final = Series([0.0], [1.0], steps=True)


def stable_alpha(theta: float, courant_share: float) -> float:
    """Return the Courant number dt sqrt(g h) / dx to use: a share of sqrt(theta / 2).

    In 2-D the checkerboard mode grows beyond sqrt(theta / 2) (linear analysis: q-weighting turns
    its flow by 2 theta - 1, continuity and slope give 8 alpha^2).
    """
    return courant_share * math.sqrt(theta / 2.0)


class LocalInertial:
    """Shallow water by the local inertial equations (de Almeida et al. 2012), friction in 2-D.

    Good for floods slower than Froude 0.5 or so; dam-break waves come out too slow, since the
    equations have no momentum advection. Depths never fall below zero, mass is exact to rounding,
    water at rest does not move. Only tiles with flowing water cost time, with the same bits as
    the full grid.

    Parameters
    ----------
    elevation_m : (ny, nx) float
        Ground level, row 0 in the north.
    cell_m : float
        Side of a cell.
    manning_n : float or (ny, nx) float
        Roughness, s/m^(1/3).
    depth_m : (ny, nx) float, optional
        Water at the start; dry by default.
    theta : float, optional
        Weight of a face's own flow; ``flood.theta`` by default.
    adaptive : bool
        Weight by the local Courant number instead (theta = 1 - dt/dx min(|q|/h, sqrt(g h)),
        Sridharan et al. 2021): keeps waves on smooth beds.
    alpha : float, optional
        Courant number; by default ``flood.courant_share`` of its stability bound.
    borders : Borders
    blocked : (ny, nx) bool, optional
        Cells that are walls: no water enters them, no rain falls on them.
    film_m, settling_s, wet_m : float, optional
        Depth up to which nothing flows; interval at which rain and losses act and maxima are
        taken; depth from which arrival and duration count. By default from topic ``flood``.
    tiles : bool
        False computes every cell in every step.
    """

    def __init__(
        self,
        elevation_m: ArrayLike,
        cell_m: float,
        *,
        manning_n: ArrayLike,
        depth_m: ArrayLike | None = None,
        theta: float | None = None,
        adaptive: bool = False,
        alpha: float | None = None,
        borders: Borders | None = None,
        blocked: NDArray[np.bool_] | None = None,
        film_m: float | None = None,
        settling_s: float | None = None,
        wet_m: float | None = None,
        tiles: bool = True,
    ) -> None:
        ground = np.asarray(elevation_m, np.float64)
        self.ny, self.nx = ground.shape
        self.cell_m = float(cell_m)
        self.area_m2 = self.cell_m * self.cell_m
        self.theta = _default("flood.theta", 1.0 if adaptive and theta is None else theta)
        self.adaptive = adaptive
        self.alpha = (
            stable_alpha(self.theta, parameter("flood.courant_share").value)
            if alpha is None
            else alpha
        )
        self.film_m = _default("flood.film", film_m)
        self.settling_s = _default("flood.settling_interval", settling_s)
        self.wet_m = _default("flood.wet_depth", wet_m)
        self.tiles = tiles
        self.t_s = 0.0
        self.n_steps = 0
        self.n_cell_updates = 0
        self._ground(ground, manning_n, depth_m, blocked)
        self._sources()
        self._tiles()
        self._maxima()
        self.ledger = Ledger(stored0=self._stored_m3(), stored=self._stored_m3())
        self._open(borders or Borders(), ground)

    # -- setting up ---------------------------------------------------------------------------

    def _ground(
        self,
        ground: F8,
        manning_n: ArrayLike,
        depth_m: ArrayLike | None,
        blocked: NDArray[np.bool_] | None,
    ) -> None:
        shape = (self.ny + 3, self.nx + 3)
        inner = (slice(1, self.ny + 1), slice(1, self.nx + 1))
        if not np.isfinite(ground).all():
            raise ValueError("elevation_m holds cells that are not finite")
        wall = float(ground.max()) + _WALL_M
        self._z: F8 = np.full(shape, wall)
        self._z[inner] = ground if blocked is None else np.where(blocked, wall, ground)
        self._h: F8 = np.zeros(shape)
        if depth_m is not None:
            self._h[inner] = depth_m
            if not (np.isfinite(self._h).all() and self._h.min() >= 0.0):
                raise ValueError("depth_m holds cells below zero or not finite")
        manning = np.broadcast_to(np.asarray(manning_n, np.float64), ground.shape)
        if not (np.isfinite(manning).all() and manning.min() >= 0.0):
            raise ValueError("manning_n holds cells below zero or not finite")
        self._manning: F8 = np.pad(manning, ((1, 2), (1, 2)), mode="edge")
        self._gn2: F4 = (GRAVITY_M_PER_S2 * self._manning**2).astype(np.float32)
        self._weight: F4 = np.zeros(shape, np.float32)
        self._weight[inner] = 1.0 if blocked is None else ~blocked
        self._q: list[F4] = [np.zeros((2, *shape), np.float32) for _ in range(2)]

    def _sources(self) -> None:
        shape = self._h.shape
        self._rain = _NO_RAIN
        self._soil: F4 = np.zeros(shape, np.float32)
        self._drain: F4 = np.zeros(shape, np.float32)
        self._drain_share = _ALL_DRAINS
        self._settled_s = 0.0
        self._inflows = Inflows()
        self.pumps = Pumps()
        self._mobile: tuple[I8, F8] = (np.zeros(0, np.int64), np.zeros(0))
        self.weirs = Weirs(
            self.ny, self.nx, self.cell_m, float(parameter("flood.weir_coefficient").value)
        )
        self._borders = BorderFaces(self.ny, self.nx, self.cell_m)

    def _tiles(self) -> None:
        rows = -(-self.ny // TILE_ROWS)
        columns = -(-self.nx // TILE_COLUMNS)
        self._measures: F8 = np.zeros((5, rows, columns))
        self._heat: NDArray[np.int8] = np.zeros((rows, columns), np.int8)
        self._pinned: NDArray[np.int8] = np.zeros((rows, columns), np.int8)
        self._spans: I4 = np.zeros((rows * (columns + 1) // 2 + rows, 3), np.int32)
        self._everything: I4 = np.array(
            [(row, 1, self.nx + 1) for row in range(rows)], np.int32
        ).reshape(-1, 3)
        self._negative: I8 = np.zeros(1 << 14, np.int64)
        self._forced_q: F4 = np.zeros(0, np.float32)
        self._list_forced()
        self._measure(self._everything, rows)

    def _maxima(self) -> None:
        shape = (self.ny, self.nx)
        self.max_depth_m: F4 = np.zeros(shape, np.float32)
        self.max_speed_m_per_s: F4 = np.zeros(shape, np.float32)
        self.max_hazard_rating: F4 = np.zeros(shape, np.float32)
        self.wet_s: F4 = np.zeros(shape, np.float32)
        self._arrival_s: F4 = np.full(shape, _NEVER_S, np.float32)
        self._observed_s = 0.0
        self._observe(self._everything, len(self._everything), 0.0)

    def _open(self, borders: Borders, ground: F8) -> None:
        for side, border in borders.sides():
            if isinstance(border, Level):
                self.add_border_level(side, slice(None), border)
                continue
            slope = border.slope if isinstance(border, Open) else None
            self.add_border_open(side, slice(None), slope)

    # -- what comes and goes ------------------------------------------------------------------

    def add_rain(
        self, times_s: ArrayLike, rates_m_per_s: ArrayLike, weight: ArrayLike | None = None
    ) -> None:
        """Let it rain: ``rates_m_per_s[i]`` from ``times_s[i]`` on, none before the first.

        Parameters
        ----------
        weight : (ny, nx) float, optional
            Share of the rain that falls on each cell.
        """
        times = np.atleast_1d(np.asarray(times_s, np.float64))
        rates = np.atleast_1d(np.asarray(rates_m_per_s, np.float64))
        if rates.size and rates.min() < 0.0:
            raise ValueError("rain cannot be negative")
        if times[0] > 0.0:
            times, rates = np.concatenate(([0.0], times)), np.concatenate(([0.0], rates))
        self._rain = Series(times, rates, steps=True)
        if weight is not None:
            inner = self._weight[1 : self.ny + 1, 1 : self.nx + 1]
            inner[:] = np.where(inner > 0.0, np.asarray(weight, np.float32), 0.0)

    def set_losses(
        self,
        infiltration_m_per_s: ArrayLike = 0.0,
        drain_m_per_s: ArrayLike = 0.0,
        drain_availability: tuple[ArrayLike, ArrayLike] | None = None,
    ) -> None:
        """Set what soil and drains can take.

        Parameters
        ----------
        infiltration_m_per_s, drain_m_per_s : float or (ny, nx) float
        drain_availability : (times_s, shares), optional
            Share of the drains that works from each time on.
        """
        inner = (slice(1, self.ny + 1), slice(1, self.nx + 1))
        self._soil[inner] = infiltration_m_per_s
        self._drain[inner] = drain_m_per_s
        if min(self._soil.min(), self._drain.min()) < 0.0:
            raise ValueError("losses cannot be negative")
        if drain_availability is not None:
            self._drain_share = Series(*drain_availability, steps=True)

    def add_inflow(self, cells: ArrayLike, times_s: ArrayLike, flows_m3_per_s: ArrayLike) -> None:
        """Let a hydrograph (linear between points) enter, spread evenly over cells."""
        padded = self._padded(cells)
        self._inflows.add(padded, Series(times_s, flows_m3_per_s))
        self._pin(padded)

    def add_border_inflow(
        self, side: Side, part: slice, times_s: ArrayLike, flow_m2_per_s: ArrayLike
    ) -> None:
        """Let a unit flow (linear between points) come in over part of a side."""
        self._borders.add_flow(side, part, Series(times_s, flow_m2_per_s))
        self._pin(self._borders.cells)

    def add_border_level(self, side: Side, part: slice, level: Level) -> None:
        """Hold a level outside part of a side."""
        self._borders.add_level(side, part, level.series())
        self._pin(self._borders.cells)

    def add_border_open(self, side: Side, part: slice, slope: float | None = None) -> None:
        """Let water leave over part of a side at uniform flow (None: down the ground's slope)."""
        inner = self._z[1 : self.ny + 1, 1 : self.nx + 1]
        least = float(parameter("flood.open_slope").value)
        fall = ground_slopes(inner, side, self.cell_m, least)[part] if slope is None else slope
        self._borders.add_open(side, part, fall)

    def add_weirs(
        self,
        cells_a: ArrayLike,
        cells_b: ArrayLike,
        crest_m: ArrayLike,
        width: ArrayLike = 1.0,
    ) -> NDArray[np.int64]:
        """Put crests on the faces between pairs of cells; return their rows in `weirs`."""
        return self.weirs.add(cells_a, cells_b, crest_m, width)

    def add_pump(
        self,
        cell: int,
        capacity_m3_per_s: float,
        *,
        starts_above_m: float,
        stops_at_m: float | None = None,
        outlet: int | None = None,
    ) -> int:
        """Put a pump on a cell; return its row in `pumps`.

        Parameters
        ----------
        starts_above_m, stops_at_m : float
            Depths in the cell; it stops at half the starting depth by default.
        outlet : int, optional
            Cell that gets the water; None leads it out of the map.
        """
        cells = self._padded([cell] if outlet is None else [cell, outlet])
        self._pin(cells)
        stop_m = 0.5 * starts_above_m if stops_at_m is None else stops_at_m
        return self.pumps.add(
            int(cells[0]),
            capacity_m3_per_s,
            starts_above_m,
            stop_m,
            -1 if outlet is None else int(cells[1]),
        )

    def set_mobile_pumps(self, rates_m_per_s: ArrayLike) -> None:
        """Let pumps take a depth a second out of cells of a (ny, nx) field, from now on."""
        rates = np.asarray(rates_m_per_s, np.float64).ravel()
        cells = np.flatnonzero(rates > 0.0)
        self._mobile = (self._padded(cells), rates[cells])

    # -- state --------------------------------------------------------------------------------

    @property
    def depth_m(self) -> F8:
        """Depths now, a view (ny, nx)."""
        return self._h[1 : self.ny + 1, 1 : self.nx + 1]

    @property
    def qx(self) -> F4:
        """Unit flow over west and east faces, positive to the east, a view (ny, nx + 1)."""
        return self._q[0][0, 1 : self.ny + 1, 1 : self.nx + 2]

    @property
    def qy(self) -> F4:
        """Unit flow over north and south faces, positive to the south, a view (ny + 1, nx)."""
        return self._q[0][1, 1 : self.ny + 2, 1 : self.nx + 1]

    @property
    def arrival_s(self) -> F4:
        """First time deeper than ``wet_m``; infinity when never."""
        return np.where(self._arrival_s < _NEVER_S, self._arrival_s, np.float32(np.inf))

    def speed_m_per_s(self) -> F4:
        """Return speeds at cell centres now; zero in films, Froude number at most 1."""
        out: F4 = np.zeros((self.ny, self.nx), np.float32)
        speeds(
            self._everything, 0, len(self._everything), self.ny, self._h, self._q[0],
            np.float32(self.film_m), out,
        )  # fmt: skip
        return out

    def rain_m_per_s(self, t_s: float) -> float:
        """Return the rain's rate at a time."""
        return self._rain.at(t_s)

    def level_m(self, cells: ArrayLike) -> float:
        """Return the highest water level among wet cells; minus infinity when all are dry."""
        padded = self._padded(cells)
        depth = self._h.ravel()[padded]
        levels = np.where(depth > self.film_m, self._z.ravel()[padded] + depth, -np.inf)
        return float(levels.max(initial=-np.inf))

    def error_share(self) -> float:
        """Return the volume missing from the ledger as a share of all water there was."""
        return self.ledger.error_share()

    # -- time ---------------------------------------------------------------------------------

    def advance(self, to_s: float) -> None:
        """Go on to ``to_s`` exactly, in steps within the stability bound."""
        while self.t_s < to_s:
            self._step(to_s)
            if self.t_s - self._settled_s >= self.settling_s or self.t_s >= to_s:
                self._settle()
        self._observe(self._everything, len(self._everything), self.t_s - self._observed_s)
        self.ledger.stored = self._stored_m3()

    def _step(self, to_s: float) -> None:
        spans = self._spans
        n, n_tiles, deepest_m = wake(
            self._measures, self._pinned, self._heat, self.film_m * (1.0 - 1e-6),
            not self.tiles, self.nx, spans,
        )  # fmt: skip
        dt_s = self._time_step(deepest_m, to_s)
        self._move_points(dt_s)
        q_old, q_new = self._q
        dt_over_dx = dt_s / self.cell_m
        self._force(q_old, dt_s)
        found = self._sweep(spans, n, q_old, q_new, dt_s)
        if found:
            self._repair(found, spans, n, q_new, dt_over_dx)
        if self._borders.n:
            came, went = self._borders.volumes_m3(q_new, dt_s)
            self.ledger.border_in += came
            self.ledger.border_out += went
        self._q = [q_new, q_old]
        self.t_s = to_s if self.t_s + dt_s >= to_s else self.t_s + dt_s
        self.n_steps += 1
        self.n_cell_updates += n_tiles * TILE_ROWS * TILE_COLUMNS

    def _time_step(self, deepest_m: float, to_s: float) -> float:
        self._borders.hold(self.t_s, self.t_s)
        deepest_m = max(deepest_m, self._borders.highest_m(self._z), self.film_m)
        dt_s = min(self._stable_s(deepest_m), self.settling_s)
        if len(self._inflows.cells):
            risen_m = self._inflows.highest_m(self._h, self.t_s, dt_s, self.area_m2)
            dt_s = min(dt_s, self._stable_s(max(deepest_m, risen_m)))
        left_s = to_s - self.t_s
        return left_s / math.ceil(left_s / dt_s) if left_s < 2.0 * dt_s else dt_s

    def _stable_s(self, depth_m: float) -> float:
        return self.alpha * self.cell_m / math.sqrt(GRAVITY_M_PER_S2 * depth_m)

    def _move_points(self, dt_s: float) -> None:
        if len(self._inflows.cells):
            self.ledger.inflow += self._inflows.pour(
                self._h, self.t_s, self.t_s + dt_s, self.area_m2
            )
        if len(self.pumps.cells):
            self.ledger.pumped_out += self.pumps.work(self._h, dt_s, self.area_m2)

    def _force(self, q_old: F4, dt_s: float) -> None:
        """Find the flows of borders and weirs from the depths before the step."""
        borders, weirs = self._borders, self.weirs
        n = borders.n
        if n + weirs.n != len(self._forced_q):
            self._list_forced()
        if n:
            borders.hold(self.t_s, self.t_s + dt_s)
            borders.write(
                self._forced_q[:n], q_old, self._h, self._z, self._manning, self.film_m, dt_s
            )
        if weirs.n:
            weirs.write(self._forced_q[n:], q_old, self._h, self._z, dt_s, self.t_s)

    def _list_forced(self) -> None:
        """Order border and weir faces by the tile row that computes them."""
        faces = np.concatenate((self._borders.faces, self.weirs.faces))
        rows = faces % self._h.size // self._h.shape[1]
        tile_rows = np.minimum((rows - 1) // TILE_ROWS, self._heat.shape[0] - 1)
        self._forced_order = np.argsort(tile_rows, kind="stable")
        self._forced_faces = faces[self._forced_order]
        counts = np.bincount(tile_rows, minlength=self._heat.shape[0])
        self._forced_first = np.concatenate(([0], np.cumsum(counts)))
        self._forced_q = np.zeros(len(faces), np.float32)

    def _sweep(self, spans: I4, n: int, q_old: F4, q_new: F4, dt_s: float) -> int:
        """Find new flows and depths; return how many cells are below zero."""
        bits, measures = self._h.view(np.int64), self._measures.view(np.int64)
        waiting, found = sweep(
            spans, 0, n, self.ny, self._h, bits, self._z, self._gn2, q_old, q_new,
            self._forced_first, self._forced_faces, self._forced_q[self._forced_order],
            np.float32(self.film_m), np.float32(self.theta), np.float32(self.adaptive),
            dt_s, dt_s / self.cell_m, measures, self._negative,
        )  # fmt: skip
        return new_depths(
            spans, waiting, n, self.ny, self._h, bits, q_new, dt_s / self.cell_m, measures,
            self._negative, found,
        )  # fmt: skip

    def _repair(self, found: int, spans: I4, n: int, q_new: F4, dt_over_dx: float) -> None:
        while found:
            if found > len(self._negative) // 4:
                self._negative = np.zeros(8 * found, np.int64)
                found = self._measure(spans, n)
            self._negative[:found].sort()  # so that tiles and threads give the same bits
            repaired(self._negative, found, self._h, q_new, dt_over_dx)
            found = self._measure(spans, n)

    def _measure(self, spans: I4, n: int) -> int:
        bits, measures = self._h.view(np.int64), self._measures.view(np.int64)
        return measure(spans, 0, n, self.ny, bits, measures, self._negative)

    def _settle(self) -> None:
        """Let rain, soil and drains act for the time since they last did; take the maxima."""
        since_s = self.t_s - self._settled_s
        rain_m = self._rain.integral(self._settled_s, self.t_s)
        share_s = self._drain_share.integral(self._settled_s, self.t_s)
        self._settled_s = self.t_s
        wet = rain_m > 0.0 or self._measures[DEEPEST].any()
        if wet:
            spans, n = self._everything, len(self._everything)
            soaked_m, drained_m = settle(
                spans, 0, n, self.ny, self._h, self._weight, self._soil, self._drain,
                rain_m, since_s, share_s,
            )  # fmt: skip
            self.ledger.rain += rain_m * float(self._weight.sum(dtype=np.float64)) * self.area_m2
            self.ledger.infiltration += soaked_m * self.area_m2
            self.ledger.drained += drained_m * self.area_m2
            self.ledger.pumped_out += take(self._h, *self._mobile, since_s) * self.area_m2
            self._measure(spans, n)
        self._observe(self._everything, len(self._everything), self.t_s - self._observed_s)

    def _observe(self, spans: I4, n: int, elapsed_s: float) -> None:
        observe(
            spans, 0, n, self.ny, self._h, self._q[0], np.float32(self.film_m),
            np.float32(self.wet_m), np.float32(self.t_s), np.float32(elapsed_s),
            self.max_depth_m, self.max_speed_m_per_s, self.max_hazard_rating, self._arrival_s,
            self.wet_s,
        )  # fmt: skip
        self._observed_s = self.t_s

    # -- helpers ------------------------------------------------------------------------------

    def _stored_m3(self) -> float:
        return float(self.depth_m.sum()) * self.area_m2

    def _padded(self, cells: ArrayLike) -> I8:
        flat = np.atleast_1d(np.asarray(cells, np.int64))
        if flat.size and not (flat.min() >= 0 and flat.max() < self.ny * self.nx):
            raise ValueError(f"cells must be in 0..{self.ny * self.nx - 1}")
        padded: I8 = (flat // self.nx + 1) * (self.nx + 3) + flat % self.nx + 1
        return padded

    def _pin(self, padded: I8) -> None:
        rows, columns = np.divmod(padded, self.nx + 3)
        self._pinned[(rows - 1) // TILE_ROWS, (columns - 1) // TILE_COLUMNS] = 1


def _default(key: str, value: float | None) -> float:
    return parameter(key).si if value is None else float(value)
