"""The moving water of `LocalInertial`: depths, flows, and which tiles step when."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import maximum_filter

from sim.core.hands import side_by_side, spare_hands
from sim.hazards.flood_blocks import Blocks
from sim.hazards.flood_borders import BorderFaces
from sim.hazards.flood_points import Inflows, Pumps
from sim.hazards.flood_weirs import Weirs
from sim.kernels.crew import end, shared_numbers
from sim.kernels.flood import F4, F8, GRAVITY_M_PER_S2, I4, I8, TILE
from sim.kernels.flood_round import (
    N_BOOKED,
    Crew,
    Forced,
    Given,
    Laws,
    Points,
    Tiles,
    Water,
    crew_of,
    help_with,
)
from sim.kernels.flood_round import turns as take_turns
from sim.kernels.flood_tiles import deeper_than, find_calm, list_spans, measure, rest, set_levels

#: walls stand this far above the highest ground
_WALL_M: Final = 1e4
#: a tile's step is at most 2^3 times the shortest
_LEVELS: Final = 4
#: parts of a step for each thread: who is done first takes another
_PARTS: Final = 2
#: cells whose step is worth a part
LEAST_CELLS: Final = 8_000
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
        self.film_m, self.alpha = film_m, alpha
        self._laws = Laws(
            self.ny, self.nx, float(cell_m), float(film_m), np.float32(theta),
            np.float32(1.0) if adaptive else None, float(weir_coefficient), not tiles,
        )  # fmt: skip
        self._levels_used = _LEVELS if local_steps else 1
        shape = (self.ny + 3, self.nx + 3)
        inner = (slice(1, self.ny + 1), slice(1, self.nx + 1))
        wall = float(np.float32(ground_m.max() + _WALL_M))
        self.z: F8 = np.full(shape, wall)
        self.z[inner] = ground_m if blocked is None else np.where(blocked, wall, ground_m)
        self.h: F8 = np.zeros(shape)
        self.h[inner] = 0.0 if depth_m is None else depth_m
        manning = np.broadcast_to(np.asarray(manning_n, np.float64), ground_m.shape)
        self.manning: F8 = np.pad(manning, ((1, 2), (1, 2)), mode="edge")
        self._gn2: F4 = (GRAVITY_M_PER_S2 * self.manning**2).astype(np.float32)
        self.q: F4 = np.zeros((2, *shape), np.float32)
        self.blocks = Blocks(self.ny, self.nx)
        parts = _PARTS * self.blocks.most if self.blocks.most > 1 else 1
        self._crew = crew_of(parts, self.nx, LEAST_CELLS)
        self._alone = self._crew._replace(parts=1)
        short = self.z.astype(np.float32)
        ground = short if np.array_equal(short, self.z) else self.z
        self._water = Water(self.h, ground, self.manning, self._gn2, self.q)
        self.borders = BorderFaces(self.ny, self.nx)
        self.weirs = Weirs(self.ny, self.nx)
        self.n_updates = 0
        self._stepped = 0.0
        self._join: Callable[[], int] | None = None
        self._growth = 1.0
        self._deepest_m = 0.0
        self._lay_tiles()
        self.measure_all()

    def _lay_tiles(self) -> None:
        rows, columns = -(-self.ny // TILE), -(-self.nx // TILE)
        self.measures: F8 = np.zeros((8, rows, columns))
        pinned, warmth, levels, resting, stepping, touched, some, wet = (
            np.zeros((rows, columns), np.int8) for _ in range(8)
        )
        self._beside_pinned = np.zeros((rows, columns), np.int8)
        self._pinned, self._levels, self._resting, self._some = pinned, levels, resting, some
        self._wet: NDArray[np.int8] = wet - np.int8(1)
        self._seen: I4 = np.zeros((rows * columns, 4), np.int32)
        self._tiles = Tiles(
            self.measures, pinned, warmth, levels, resting, stepping, touched,
            np.zeros((rows, columns)), np.zeros((rows * columns, 4), np.int32), self._seen,
        )  # fmt: skip
        self.everything: I4 = np.array([(row, 1, self.nx + 1, 0) for row in range(rows)], np.int32)
        self._listed = (self.borders.faces, self.weirs.faces)
        self._forced = self._list_forced()

    def pin(self, padded: I8) -> None:
        """Keep the tiles of padded cells awake and at short steps: water enters there."""
        rows, columns = np.divmod(padded, self.nx + 3)
        tiles = ((rows - 1) // TILE, (columns - 1) // TILE)
        if not self._pinned[tiles].all():
            self._pinned[tiles] = 1
            self._beside_pinned = maximum_filter(self._pinned, 3)

    def measure_all(self) -> None:
        """Measure all tiles after depths were changed from outside."""
        measure(
            self.everything, 0, len(self.everything), self.ny, self.h.view(np.uint64),
            self.measures.view(np.uint64),
        )  # fmt: skip

    def deeper_than(self, least_m: float) -> tuple[I4, int]:
        """Return spans (and how many) of tiles with water deeper than ``least_m``."""
        deeper_than(self.measures, least_m, self._some)
        return self._seen, list_spans(self._some, self.nx, self._seen)

    def wake_all(self) -> None:
        """End the rest of all tiles."""
        self._resting[:] = 0

    def rest(self, least_m2_per_s: float) -> None:
        """Let water rest until `wake_all`: in tiles with no flow above a bound, nor beside one."""
        spans, n = self.deeper_than(self.film_m)
        np.subtract(1, self._pinned, out=self._some)
        self.blocks.each(
            spans, n,
            lambda first, last: find_calm(
                spans, first, last, self.q, np.float32(least_m2_per_s), self.ny, self._some
            ),
        )  # fmt: skip
        rest(self._some, self._tiles.warmth, self.q, self.ny, self.nx, self._resting)

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

    def deepest_m(self) -> float:
        """Return the depth of the deepest water, at least that of a film."""
        return max(deeper_than(self.measures, self.film_m, self._some), self.film_m)

    def plan(
        self, deepest_m: float, incoming_m: float, left_s: float, longest_s: float, round_s: float
    ) -> tuple[float, int]:
        """Set the tiles' levels; return the shortest step (s) and how many make one round.

        Parameters
        ----------
        deepest_m : float
            By `deepest_m`.
        incoming_m : float
            Depth that borders and sources may bring at once.
        left_s, longest_s, round_s : float
            The round ends within ``left_s``; its shortest step takes at most ``longest_s``, all
            its steps at most ``round_s``.
        """
        if self._deepest_m > 0.0:
            self._growth = min(max(deepest_m / self._deepest_m, 1.0), _MOST_GROWTH)
        self._deepest_m = deepest_m
        dt_s = min(self.stable_s(max(deepest_m * self._growth, incoming_m)), longest_s)
        n_steps = math.ceil(left_s / dt_s * (1.0 - 1e-12))
        dt_s = left_s / n_steps
        n = min(self._levels_used, 1 + int(math.log2(min(round_s / dt_s, n_steps))))
        waves = [self.alpha * self.cell_m / (dt_s * (1 << level)) for level in range(n)]
        reach_m: F8 = np.array([w * w / GRAVITY_M_PER_S2 / self._growth for w in waves])
        turns = 1 << set_levels(
            self.measures, self._beside_pinned, self.film_m, reach_m, self._levels
        )
        return left_s / _in_few_rounds(n_steps, turns), turns

    def round(
        self, turns: int, t_s: float, dt_s: float, inflows: Inflows, pumps: Pumps, *, measures: bool
    ) -> F8:  # fmt: skip
        """Take a round of turns; return the volumes (m3) of `sim.kernels.flood_round`'s book.

        Without ``measures`` tiles must be measured before anything else is done.
        """
        times_s: F8 = t_s + dt_s * np.arange(turns + 1, dtype=np.float64)
        water, tiles = self._water, self._tiles
        given = Given(inflows.volumes_m3(times_s), self.borders.values(times_s))
        forced, points, laws = self._faces_now(), _points(inflows, pumps), self._laws
        booked = np.zeros(N_BOOKED)
        wide = self._crew.parts > 1 and self._stepped >= 2 * self._crew.least_cells
        crew = self._crew._replace(numbers=shared_numbers()) if wide else self._alone

        def lead() -> int:
            return take_turns(
                turns, t_s, dt_s, water, tiles, forced, points, given, laws, crew, booked,
                measures,
            )  # fmt: skip

        def join() -> int:
            help_with(water, tiles, forced, laws, dt_s, crew)
            return 0

        updates = self._together(lead, join, crew) if wide else lead()
        self._stepped = updates / turns
        self.n_updates += updates
        return booked

    def _together(self, lead: Callable[[], int], join: Callable[[], int], crew: Crew) -> int:
        """Lead a crew through a round, which spare hands and who helps out join."""

        def work(k: int) -> int:
            if k > 0:
                return join()
            try:
                return lead()
            finally:
                end(crew.numbers)

        self._join = join
        updates = sum(side_by_side(work, 1 + min(crew.parts - 1, spare_hands())))
        self._join = None
        return updates

    def help_out(self) -> bool:
        """Take part in the round that another thread is in; return whether there was one."""
        join = self._join
        if join is not None:
            join()
        return join is not None

    def _faces_now(self) -> Forced:
        """Return the faces with a law of their own, listed again when one came or went."""
        columns = (self.borders.faces, self.weirs.faces)  # made anew whenever that happens
        if self._listed[0] is not columns[0] or self._listed[1] is not columns[1]:
            self._listed, self._forced = columns, self._list_forced()
        return self._forced

    def _list_forced(self) -> Forced:
        """Order border and weir faces by the line of cells that owns them."""
        borders, weirs = self.borders, self.weirs
        faces = np.concatenate((borders.faces, weirs.faces))
        rows, columns = np.divmod(faces % self.h.size, self.h.shape[1])
        lines = np.minimum(rows, self.ny)
        tile_columns = (np.minimum(columns, self.nx) - 1) // TILE
        order: I8 = np.argsort(lines, kind="stable")
        counts = np.bincount(lines, minlength=self.ny + 1)
        first: I8 = np.concatenate(([0], np.cumsum(counts)))
        tiles: I8 = (lines - 1) // TILE * self._levels.shape[1] + tile_columns
        flows: F4 = self.q.ravel()[faces]
        return Forced(
            tiles, np.zeros(len(faces)), order, faces[order], first, flows, np.empty_like(flows),
            borders.faces, borders.cells, borders.inward, borders.law, borders.value,
            *borders.groups(),
            weirs.faces, weirs.upper, weirs.lower, weirs.crest_m, weirs.invert_m, weirs.width,
            weirs.breach, weirs.first_over_s,
        )  # fmt: skip


def _in_few_rounds(n_steps: int, most: int) -> int:
    """Return up to a seventh more steps, so that they make few rounds of 2^k, at most ``most``."""
    return min(
        range(n_steps, n_steps + n_steps // 7 + 1),
        key=lambda n: n // most + (n % most).bit_count(),
    )


def _points(inflows: Inflows, pumps: Pumps) -> Points:
    """Return where water enters and is pumped, for one round."""
    pumps.on &= pumps.powered
    start_m: F8 = np.where(pumps.powered, pumps.start_m, np.inf)
    return Points(
        inflows.cells, inflows.first, pumps.cells, pumps.outlets, pumps.capacity_m3_per_s,
        start_m, pumps.stop_m, pumps.on, pumps.moved_m3,
    )  # fmt: skip
