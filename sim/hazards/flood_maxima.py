"""What the water of a solver did so far, cell by cell."""

from __future__ import annotations

import numpy as np

from sim.hazards.flood_flow import Flow
from sim.kernels.flood import F4, I4
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
        self.seen_s = 0.0

    def look(self, flow: Flow, spans: I4, n: int, t_s: float) -> None:
        """Take the water of spans of tiles now; it stood so since the last look."""
        now = (np.float32(self.wet_m), np.float32(t_s), np.float32(t_s - self.seen_s))
        seen = (self.max_depth_m, self.max_speed_m_per_s, self.max_hazard_rating)
        film_m = np.float32(flow.film_m)
        flow.blocks.each(
            spans, n,
            lambda first, last: observe(
                spans, first, last, flow.ny, flow.h, flow.q, film_m, *now, *seen, self.arrival_s,
                self.wet_s,
            ),
        )  # fmt: skip
        self.seen_s = t_s
