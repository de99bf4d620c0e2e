"""The moving water of `LocalInertial`: depths, flows, and the threads that share the work."""

from __future__ import annotations

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
from sim.hazards.series import Series, courses_of
from sim.kernels.crew import end, shared_numbers
from sim.kernels.flood import F4, F8, GRAVITY_M_PER_S2, I4, I8, TILE
from sim.kernels.flood_columns import (
    Flood,
    Forced,
    Laws,
    Losses,
    Points,
    Seen,
    Tiles,
    crew_of,
    water_of,
)
from sim.kernels.flood_course import (
    GROWTH,
    N_BOOK,
    N_CLOCK,
    N_COUNTED,
    WIDTH,
    Pace,
    flow_on,
)
from sim.kernels.flood_jobs import help_with
from sim.kernels.flood_tiles import deeper_than, list_spans, measure

#: walls stand this far above the highest ground
_WALL_M: Final = 1e4
#: a tile's step is at most 2^3 times the shortest
_LEVELS: Final = 4
#: parts of a step for each thread: who is done first takes another
_PARTS: Final = 2
#: cells whose step is worth a part
LEAST_CELLS: Final = 8_000


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
    clock, book : float64
    counted : int64
        Where the flow is: see `sim.kernels.flood_course`.
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
        self.film_m = film_m
        self._laws = Laws(
            self.ny, self.nx, float(cell_m), float(film_m), np.float32(theta),
            np.float32(1.0) if adaptive else None, float(weir_coefficient), float(alpha),
            _LEVELS if local_steps else 1, not tiles,
        )  # fmt: skip
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
        self._crew = crew_of(parts, self.nx, LEAST_CELLS, _LEVELS)
        self._alone = self._crew._replace(parts=1)
        short = self.z.astype(np.float32)
        ground = short if np.array_equal(short, self.z) else self.z
        self._water = water_of(self.h, ground, self.manning, self._gn2, self.q)
        self.borders = BorderFaces(self.ny, self.nx)
        self.weirs = Weirs(self.ny, self.nx)
        self.clock, self.book = np.zeros(N_CLOCK), np.zeros(N_BOOK)
        self.counted: I8 = np.zeros(N_COUNTED, np.int64)
        self.clock[GROWTH] = 1.0
        self._join: Callable[[], bool] | None = None
        self._lay_tiles()
        self.measure_all()

    def _lay_tiles(self) -> None:
        rows, columns = -(-self.ny // TILE), -(-self.nx // TILE)
        self.measures: F8 = np.zeros((8, rows, columns))
        self._wet: NDArray[np.int8] = np.full((rows, columns), -1, np.int8)
        self._seen: I4 = np.zeros((rows * columns, 4), np.int32)
        pinned, beside, warmth, levels, resting, stepping, touched, some = (
            np.zeros((rows, columns), np.int8) for _ in range(8)
        )
        step_s = np.zeros((rows, columns))
        self._tiles = Tiles(
            self.measures, pinned, beside, warmth, levels, resting, stepping, touched, some,
            step_s, step_s.reshape(-1), self.measures.view(np.uint64),
            np.zeros((rows * columns, 4), np.int32), self._seen,
        )  # fmt: skip
        self.everything: I4 = np.array([(row, 1, self.nx + 1, 0) for row in range(rows)], np.int32)
        self._listed = (self.borders.faces, self.weirs.faces)
        self._forced = self._list_forced()

    def pin(self, padded: I8) -> None:
        """Keep the tiles of padded cells awake and at short steps: water enters there."""
        rows, columns = np.divmod(padded, self.nx + 3)
        at, tiles = ((rows - 1) // TILE, (columns - 1) // TILE), self._tiles
        if not tiles.pinned[at].all():
            tiles.pinned[at] = 1
            tiles.beside_pinned[:] = maximum_filter(tiles.pinned, 3)

    def measure_all(self) -> None:
        """Measure all tiles after depths were changed from outside."""
        measure(
            self.everything, 0, len(self.everything), self.ny, self.h.view(np.uint64),
            self.measures.view(np.uint64),
        )  # fmt: skip

    def deeper_than(self, least_m: float) -> tuple[I4, int]:
        """Return spans (and how many) of tiles with water deeper than ``least_m``."""
        deeper_than(self.measures, least_m, self._tiles.some)
        return self._seen, list_spans(self._tiles.some, self.nx, self._seen)

    def ever_wet(self) -> tuple[I4, int]:
        """Return spans (and how many) of tiles that hold water, or did when asked before."""
        deeper_than(self.measures, 0.0, self._tiles.some)
        np.maximum(self._wet, self._tiles.some, out=self._wet)
        return self._seen, list_spans(self._wet, self.nx, self._seen)

    def flow_on(
        self, to_s: float, pace: Pace, series: list[Series], inflows: Inflows, pumps: Pumps,
        losses: Losses, seen: Seen, mobile: tuple[I8, F8],
    ) -> bool:  # fmt: skip
        """Flow on to a time; return whether soil must be told first what it can drink now.

        Parameters
        ----------
        series : list
            Of rain (m/s) and of the share of drains that work.
        mobile : cells, m/s
            Pumps on wheels.
        """
        crew = self._alone
        if self._crew.parts > 1 and self.counted[WIDTH] >= 2 * self._crew.least_cells:
            crew = self._crew._replace(numbers=shared_numbers())
        flood = Flood(
            self._water, self._tiles, self._faces_now(), _points(inflows, pumps, mobile),
            courses_of([*series, *inflows.series, *self.borders.series()]), losses, seen,
            self._laws, crew,
        )  # fmt: skip

        def lead() -> bool:
            try:
                return flow_on(to_s, flood, pace, self.clock, self.book, self.counted)
            finally:
                end(crew.numbers)

        def join() -> bool:
            help_with(flood)
            return False

        if crew.parts == 1:
            return lead()
        self._join = join
        waits = side_by_side(
            lambda k: join() if k else lead(), 1 + min(crew.parts - 1, spare_hands())
        )[0]
        self._join = None
        return waits

    def help_out(self) -> bool:
        """Take part in what another thread is in; return whether there was anything."""
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
        tiles: I8 = (lines - 1) // TILE * self._wet.shape[1] + tile_columns
        flows: F4 = self.q.ravel()[faces]
        return Forced(
            tiles, np.zeros(len(faces)), order, faces[order], first, flows, np.empty_like(flows),
            borders.faces, borders.cells, borders.inward, borders.law, borders.value,
            *borders.groups(),
            weirs.faces, weirs.upper, weirs.lower, weirs.crest_m, weirs.invert_m, weirs.width,
            weirs.breach, weirs.first_over_s,
        )  # fmt: skip


def _points(inflows: Inflows, pumps: Pumps, mobile: tuple[I8, F8]) -> Points:
    """Return where water enters and is pumped."""
    pumps.on &= pumps.powered
    start_m: F8 = np.where(pumps.powered, pumps.start_m, np.inf)
    return Points(
        inflows.cells, inflows.first, pumps.cells, pumps.outlets, pumps.capacity_m3_per_s,
        start_m, pumps.stop_m, pumps.on, pumps.moved_m3, np.zeros(len(inflows.series)), *mobile,
    )  # fmt: skip
