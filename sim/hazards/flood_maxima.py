"""What the water of a solver did so far, cell by cell."""

from __future__ import annotations

import numpy as np

from sim.hazards.flood_flow import Flow
from sim.kernels.flood import F4
from sim.kernels.flood_columns import Seen
from sim.kernels.flood_maxima import observe


class Maxima:
    """Largest depth, speed and hazard rating so far; arrival and duration.

    Attributes
    ----------
    max_depth_m, max_speed_m_per_s, max_hazard_rating, wet_s, arrival_s : (ny, nx) float32
        Arrival is infinity where the water was never deeper than ``wet_m``.
    """

    def __init__(self, ny: int, nx: int, wet_m: float) -> None:
        self.wet_m = wet_m
        self.max_depth_m: F4 = np.zeros((ny, nx), np.float32)
        self.max_speed_m_per_s: F4 = np.zeros((ny, nx), np.float32)
        self.max_hazard_rating: F4 = np.zeros((ny, nx), np.float32)
        self.wet_s: F4 = np.zeros((ny, nx), np.float32)
        self.arrival_s: F4 = np.full((ny, nx), np.inf, np.float32)

    @property
    def columns(self) -> Seen:
        """The arrays as kernels take them."""
        return Seen(
            self.max_depth_m, self.max_speed_m_per_s, self.max_hazard_rating, self.arrival_s,
            self.wet_s,
        )  # fmt: skip

    def begin(self, flow: Flow) -> None:
        """Take the water that is there at the start."""
        spans, n = flow.deeper_than(flow.film_m)
        wet_m, zero = np.float32(self.wet_m), np.float32(0.0)
        observe(
            spans, 0, n, flow.ny, flow.h, flow.q, np.float32(flow.film_m), wet_m, zero, zero,
            *self.columns,
        )  # fmt: skip
