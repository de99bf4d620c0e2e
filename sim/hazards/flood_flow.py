"""The moving water of `LocalInertial`: depths, flows, and which tiles step when."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.hazards.flood_blocks import Blocks
from sim.hazards.flood_borders import BorderFaces
from sim.hazards.flood_weirs import Weirs
from sim.kernels.flood import F4, F8, GRAVITY_M_PER_S2, I4, I8, TILE
from sim.kernels.flood_sweep import repaired
from sim.kernels.flood_tiles import (
    choose,
    deeper_than,
    find_calm,
    list_spans,
    rest,
    set_levels,
)

#: walls stand this far above the highest ground
_WALL_M: Final = 1e4
#: a tile's step is at most 2^3 times the shortest
_LEVELS: Final = 4
#: length of a round against the longest step allowed
_ROUND: Final = 2.0
#: growth of the deepest water from plan to plan that the next plan foresees, at most
_MOST_GROWTH: Final = 2.0


class Flow:
    """Water on padded arrays, stepped tile by tile.

    Parameters
    ----------
    ground_m, manning_n, depth_m : (ny, nx) float
    cell_m : float
    blocked : (ny, nx) bool or None
    film_m, theta, alpha : float
    adaptive : bool
    tiles, local_steps : bool
        False steps every cell; every tile equally often.

    Attributes
    ----------
    h, z : (ny + 3, nx + 3) float64
        Depth and ground; map cell (row, column) is ``[row + 1, column + 1]``.
    q : (2, ny + 3, nx + 3) float32
        Unit flows over west and north faces.
    everything : (n, 4) int32
        Spans of the whole map.
    n_updates : int
        Cells stepped so far.
    """

    def __init__(
        self,
        ground_m: F8,
        cell_m: float,
        manning_n: ArrayLike,
        depth_m: ArrayLike | None,
        blocked: NDArray[np.bool_] | None,
        *,
        weir_coefficient: float,
        film_m: float,
        theta: float,
        alpha: float,
        adaptive: bool,
        tiles: bool,
        local_steps: bool,
    ) -> None:
        self.ny, self.nx = ground_m.shape
        self.cell_m = cell_m
        self.film_m, self.theta, self.alpha = film_m, theta, alpha
        self._adaptive = np.float32(1.0) if adaptive else None
        self._all_tiles = not tiles
        self._levels_used = _LEVELS if local_steps else 1
        shape = (self.ny + 3, self.nx + 3)
        inner = (slice(1, self.ny + 1), slice(1, self.nx + 1))
        wall = float(ground_m.max()) + _WALL_M
        self.z: F8 = np.full(shape, wall)
        self.z[inner] = ground_m if blocked is None else np.where(blocked, wall, ground_m)
        self.h: F8 = np.zeros(shape)
        self.h[inner] = 0.0 if depth_m is None else depth_m
        manning = np.broadcast_to(np.asarray(manning_n, np.float64), ground_m.shape)
        self.manning: F8 = np.pad(manning, ((1, 2), (1, 2)), mode="edge")
        self._gn2: F4 = (GRAVITY_M_PER_S2 * self.manning**2).astype(np.float32)
        self.q: F4 = np.zeros((2, *shape), np.float32)
        self.blocks = Blocks(self.ny, self.nx)
        self.borders = BorderFaces(self.ny, self.nx, cell_m)
        self.weirs = Weirs(self.ny, self.nx, cell_m, weir_coefficient)
        self.n_updates = 0
        self._growth = 1.0
        self._deepest_m = 0.0
        self._lay_tiles()
        self.measure_all()

    def _lay_tiles(self) -> None:
        rows, columns = -(-self.ny // TILE), -(-self.nx // TILE)
        self.measures: F8 = np.zeros((5, rows, columns))
        self._step_s: F8 = np.zeros((rows, columns))
        small = [np.zeros((rows, columns), np.int8) for _ in range(8)]
        self._pinned, self._warmth, self._levels, self._resting = small[:4]
        self._stepping, self._touched, self._some = small[4:7]
        self._wet: NDArray[np.int8] = small[7] - np.int8(1)
        self._spans: I4 = np.zeros((rows * columns, 4), np.int32)
        self._seen: I4 = np.zeros((rows * columns, 4), np.int32)
        self.everything: I4 = np.array([(row, 1, self.nx + 1, 0) for row in range(rows)], np.int32)
        self._list_forced()

    def pin(self, padded: I8) -> None:
        """Keep the tiles of padded cells awake and at short steps: water enters there."""
        rows, columns = np.divmod(padded, self.nx + 3)
        self._pinned[(rows - 1) // TILE, (columns - 1) // TILE] = 1

    def measure_all(self) -> None:
        """Measure all tiles after depths were changed from outside."""
        self.measure(self.everything, len(self.everything))

    def deeper_than(self, least_m: float) -> tuple[I4, int]:
        """Return spans (and how many) of tiles with water deeper than ``least_m``."""
        deeper_than(self.measures, least_m, self._some)
        return self._seen, list_spans(self._some, self.nx, self._seen)

    def wake_all(self) -> None:
        """End the rest of all tiles."""
        self._resting[:] = 0

    def rest(self, least_m2_per_s: float) -> None:
        """Let water rest until `wake_all`: in tiles with no flow above a bound, nor beside one."""
        find_calm(
            self.measures, self._pinned, self.film_m, self.q, np.float32(least_m2_per_s),
            self.ny, self.nx, self._some,
        )  # fmt: skip
        rest(self._some, self.q, self.ny, self.nx, self._resting)

    def crossing_s(self) -> float:
        """Return the time in which no wave can cross a tile."""
        deepest_m = max(self._deepest_m, self.film_m)
        return TILE * self.cell_m / math.sqrt(GRAVITY_M_PER_S2 * deepest_m)

    def ever_wet(self) -> tuple[I4, int]:
        """Return spans (and how many) of tiles that hold water, or did when asked before."""
        deeper_than(self.measures, 0.0, self._some)
        np.maximum(self._wet, self._some, out=self._wet)
        return self._seen, list_spans(self._wet, self.nx, self._seen)

    def stable_s(self, depth_m: float) -> float:
        """Return the longest stable step for a depth."""
        return self.alpha * self.cell_m / math.sqrt(GRAVITY_M_PER_S2 * depth_m)

    def plan(self, incoming_m: float, left_s: float, longest_s: float) -> tuple[float, int]:
        """Set the tiles' levels; return the shortest step (s) and how many make one round.

        Parameters
        ----------
        incoming_m : float
            Depth that borders and sources may bring at once.
        left_s, longest_s : float
            The round ends within ``left_s``; its shortest step takes at most ``longest_s``, its
            longest at most twice that.
        """
        deepest_m = max(deeper_than(self.measures, self.film_m, self._some), self.film_m)
        if self._deepest_m > 0.0:
            self._growth = min(max(deepest_m / self._deepest_m, 1.0), _MOST_GROWTH)
        self._deepest_m = deepest_m
        dt_s = min(self.stable_s(max(deepest_m * self._growth, incoming_m)), longest_s)
        n = min(self._levels_used, 1 + int(math.log2(_ROUND * longest_s / dt_s)))
        steps_s: F8 = dt_s * np.float64(2.0) ** np.arange(n)
        reach_m: F8 = (self.alpha * self.cell_m / steps_s) ** 2 / GRAVITY_M_PER_S2 / self._growth
        turns = 1 << set_levels(self.measures, self._pinned, self.film_m, reach_m, self._levels)
        rounds = math.ceil(left_s / (turns * dt_s) * (1.0 - 1e-12))
        return left_s / (rounds * turns), turns

    def turn(self, number: int, t_s: float, dt_s: float) -> tuple[float, float]:
        """Step the tiles whose turn it is; return what came in and went out over borders (m3)."""
        choose(
            number, self.measures, self._pinned, self._warmth, self._levels, self._resting,
            self.film_m * (1.0 - 1e-6), self._all_tiles, dt_s, self._stepping, self._touched,
            self._step_s,
        )  # fmt: skip
        n = list_spans(self._stepping, self.nx, self._spans)
        steps_s = self._force(t_s, dt_s)
        h, z = self.h.reshape(-1), self.z.reshape(-1)
        gn2, q = self._gn2.reshape(-1), self.q.reshape(-1)
        forced = (self._forced_first, self._forced_faces, self._forced_q[self._forced_order])
        self.blocks.step(
            self._spans, n, h, z, gn2, q, forced, self.film_m, self.theta, self._adaptive, dt_s,
            self.cell_m,
        )  # fmt: skip
        self.n_updates += int(((self._spans[:n, 2] - self._spans[:n, 1]) * TILE).sum())
        self._mend(self.measure(self._seen, list_spans(self._touched, self.nx, self._seen)))
        if self.borders.n == 0:
            return 0.0, 0.0
        return self.borders.volumes_m3(self.q, steps_s[: self.borders.n])

    def _force(self, t_s: float, dt_s: float) -> F8:
        """Find the flows of borders and weirs that step now; return their steps."""
        borders, weirs = self.borders, self.weirs
        n = borders.n
        if n + weirs.n != len(self._forced_q):
            self._list_forced()
        steps_s: F8 = self._step_s.ravel()[self._forced_tiles]
        if n:
            borders.hold(t_s, t_s + dt_s)
            borders.write(
                self._forced_q[:n], self.q, self.h, self.z, self.manning, self.film_m, steps_s[:n]
            )
        if weirs.n:
            weirs.write(self._forced_q[n:], self.q, self.h, self.z, steps_s[n:], t_s)
        return steps_s

    def _list_forced(self) -> None:
        """Order border and weir faces by the tile row that owns them."""
        faces = np.concatenate((self.borders.faces, self.weirs.faces))
        rows, columns = np.divmod(faces % self.h.size, self.h.shape[1])
        n_rows, n_columns = self._levels.shape
        tile_rows = np.minimum((rows - 1) // TILE, (self.ny - 1) // TILE)
        tile_columns = np.minimum((columns - 1) // TILE, (self.nx - 1) // TILE)
        self._forced_tiles: I8 = tile_rows * n_columns + tile_columns
        self._forced_order: I8 = np.argsort(tile_rows, kind="stable")
        self._forced_faces: I8 = faces[self._forced_order]
        counts = np.bincount(tile_rows, minlength=n_rows)
        self._forced_first: I8 = np.concatenate(([0], np.cumsum(counts)))
        self._forced_q: F4 = self.q.ravel()[faces]

    def measure(self, spans: I4, n: int) -> I8:
        """Measure spans of tiles; return the flat cells below zero, in order."""
        return self.blocks.measure(spans, n, self.h, self.measures)

    def _mend(self, negative: I8) -> None:
        """Repair cells below zero; ordered, so that tiles on or off give the same bits."""
        if len(negative) == 0:
            return
        queue = np.concatenate((negative, np.zeros(3 * len(negative) + 64, np.int64)))
        self._touched[:] = -1
        repaired(queue, len(negative), self.h, self.q, self._step_s, self.cell_m, self._touched)
        self.measure(self._seen, list_spans(self._touched, self.nx, self._seen))
