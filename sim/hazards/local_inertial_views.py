"""What a local inertial flow shows of itself: water now, largest values so far, levels."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sim.hazards.flood_flow import Flow
from sim.hazards.flood_ledger import Ledger
from sim.hazards.flood_maxima import Maxima
from sim.hazards.flood_settling import Settling
from sim.hazards.flood_weirs import Weirs
from sim.kernels.flood import F4, F8, I8
from sim.kernels.flood_course import NOW, STEPS, UPDATES
from sim.kernels.flood_maxima import snapshot, volume_m


class FlowViews:
    """The read-only side of `LocalInertial`, which sets what stands here."""

    ny: int
    nx: int
    area_m2: float
    film_m: float
    ledger: Ledger
    maxima: Maxima
    _flow: Flow
    _settling: Settling
    _shown: tuple[F4, F4]

    @property
    def depth_m(self) -> F8:
        """Depths now, a view (ny, nx)."""
        return self._flow.h[1 : self.ny + 1, 1 : self.nx + 1]

    @property
    def qx(self) -> F4:
        """Unit flow over west and east faces, positive to the east, a view (ny, nx + 1)."""
        return self._flow.q[0, 1 : self.ny + 1, 1 : self.nx + 2]

    @property
    def qy(self) -> F4:
        """Unit flow over north and south faces, positive to the south, a view (ny + 1, nx)."""
        return self._flow.q[1, 1 : self.ny + 2, 1 : self.nx + 1]

    @property
    def weirs(self) -> Weirs:
        """The crests on faces."""
        return self._flow.weirs

    @property
    def max_depth_m(self) -> F4:
        """Largest depth so far."""
        return self.maxima.max_depth_m

    @property
    def max_speed_m_per_s(self) -> F4:
        """Largest speed so far."""
        return self.maxima.max_speed_m_per_s

    @property
    def max_hazard_rating(self) -> F4:
        """Largest d (v + 0.5) + DF so far."""
        return self.maxima.max_hazard_rating

    @property
    def arrival_s(self) -> F4:
        """First time deeper than ``flood.wet_depth``; infinity when never."""
        return self.maxima.arrival_s

    @property
    def wet_s(self) -> F4:
        """Time spent deeper than ``flood.wet_depth``."""
        return self.maxima.wet_s

    @property
    def n_cell_updates(self) -> int:
        """Cells stepped so far."""
        return int(self._flow.counted[UPDATES])

    @property
    def n_steps(self) -> int:
        """Shortest steps so far."""
        return int(self._flow.counted[STEPS])

    @property
    def t_s(self) -> float:
        """Time now."""
        return float(self._flow.clock[NOW])

    def snapshot(self) -> tuple[F4, F4]:
        """Return depth and speed at cell centres now, as layers (ny, nx).

        Both are the same arrays at every call; only tiles that hold or held water are rewritten.
        Speed is 0 in films, and its Froude number at most 1.
        """
        flow = self._flow
        spans, n = flow.ever_wet()
        depth, speed = self._shown
        film_m = np.float32(self.film_m)
        flow.blocks.each(
            spans, n,
            lambda a, b: snapshot(spans, a, b, self.ny, flow.h, flow.q, film_m, depth, speed),
        )  # fmt: skip
        return depth, speed

    def speed_m_per_s(self) -> F4:
        """Return a copy of the speeds at cell centres now."""
        return self.snapshot()[1].copy()

    def rain_m_per_s(self, t_s: float) -> float:
        """Return the rain's rate at a time."""
        return self._settling.rain.at(t_s)

    def level_m(self, cells: ArrayLike) -> float:
        """Return the highest water level among wet cells; minus infinity when all are dry."""
        padded = self._padded(cells)
        depth = self._flow.h.ravel()[padded]
        levels = np.where(depth > self.film_m, self._flow.z.ravel()[padded] + depth, -np.inf)
        return float(levels.max(initial=-np.inf))

    def error_share(self) -> float:
        """Return the volume missing from the ledger as a share of all water there was."""
        return self.ledger.error_share()

    def _stored_m3(self) -> float:
        spans, n = self._flow.ever_wet()
        return volume_m(spans, n, self.ny, self._flow.h) * self.area_m2

    def _padded(self, cells: ArrayLike) -> I8:
        flat = np.atleast_1d(np.asarray(cells, np.int64))
        if flat.size and not (flat.min() >= 0 and flat.max() < self.ny * self.nx):
            raise ValueError(f"cells must be in 0..{self.ny * self.nx - 1}")
        padded: I8 = (flat // self.nx + 1) * (self.nx + 3) + flat % self.nx + 1
        return padded
