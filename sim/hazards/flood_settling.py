"""What acts on water in place, cell by cell: rain, soil, drains and pumps on wheels."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.hazards.flood_soil import DryingFront
from sim.hazards.series import Series
from sim.kernels.flood import F4, F8, I8, TILE
from sim.kernels.flood_columns import Losses

_NO_RAIN: Final = Series([0.0], [0.0], steps=True)
_ALL_DRAINS: Final = Series([0.0], [1.0], steps=True)


class Settling:
    """Rain and losses, which act together for the time since they last did.

    Parameters
    ----------
    ny, nx : int
    blocked : (ny, nx) bool or None
        Cells on which no rain falls.

    Attributes
    ----------
    rain : Series
        m/s.
    losses : Losses
        Padded columns.
    weights : float
        Cells that rain falls on.
    mobile : (n,) int64, (n,) float64
        Padded cells of pumps on wheels, and what they take (m/s).
    """

    def __init__(self, ny: int, nx: int, blocked: NDArray[np.bool_] | None) -> None:
        self._inner = (slice(1, ny + 1), slice(1, nx + 1))
        weight, soil, drain = np.zeros((3, ny + 3, nx + 3), np.float32)
        n_tiles = -(-ny // TILE) * -(-nx // TILE)
        self.losses = Losses(weight, soil, drain, np.zeros((n_tiles, 2)))
        weight[self._inner] = 1.0 if blocked is None else ~blocked
        self.weights = float(weight.sum(dtype=np.float64))
        self._drain_share = _ALL_DRAINS
        self._front: DryingFront | None = None
        self.mobile: tuple[I8, F8] = (np.zeros(0, np.int64), np.zeros(0))
        self.rain = _NO_RAIN

    def set_rain(
        self, times_s: ArrayLike, rates_m_per_s: ArrayLike, weight: ArrayLike | None
    ) -> None:
        """Let it rain, as in `LocalInertial.add_rain`."""
        times = np.atleast_1d(np.asarray(times_s, np.float64))
        rates = np.atleast_1d(np.asarray(rates_m_per_s, np.float64))
        if rates.size and rates.min() < 0.0:
            raise ValueError("rain cannot be negative")
        if times[0] > 0.0:
            times, rates = np.concatenate(([0.0], times)), np.concatenate(([0.0], rates))
        self.rain = Series(times, rates, steps=True)
        if weight is not None:
            inner: F4 = self.losses.weight[self._inner]
            inner[:] = np.where(inner > 0.0, np.asarray(weight, np.float32), 0.0)
            self.weights = float(self.losses.weight.sum(dtype=np.float64))

    def set_losses(
        self,
        infiltration_m_per_s: ArrayLike,
        drain_m_per_s: ArrayLike,
        drain_availability: tuple[ArrayLike, ArrayLike] | None,
        thirst_m: ArrayLike,
    ) -> None:
        """Set what soil and drains can take, as in `LocalInertial.set_losses`."""
        soil, drain = self.losses.soil, self.losses.drain
        soil[self._inner] = infiltration_m_per_s
        drain[self._inner] = drain_m_per_s
        if min(soil.min(), drain.min()) < 0.0:
            raise ValueError("losses cannot be negative")
        if drain_availability is not None:
            self._drain_share = Series(*drain_availability, steps=True)
        if np.any(thirst_m):
            thirst = np.zeros_like(soil)
            thirst[self._inner] = thirst_m
            self._front = DryingFront(soil, thirst)

    def set_mobile_pumps(self, padded: I8, rates_m_per_s: F8) -> None:
        """Take a depth a second out of padded cells, from now on."""
        self.mobile = (padded, rates_m_per_s)

    @property
    def series(self) -> list[Series]:
        """Rain (m/s), and the share of the drains that work."""
        return [self.rain, self._drain_share]

    @property
    def drying(self) -> bool:
        """Whether soil drinks the more the drier it is."""
        return self._front is not None

    def drink(self, depth_m: F8, from_s: float, to_s: float) -> None:
        """Find what dry soil can drink in a span of time, and what of the water there it takes."""
        if self._front is not None:
            rain_m = self.rain.integral(from_s, to_s)
            self._front.drink(
                depth_m + rain_m * self.losses.weight, self.losses.soil, to_s - from_s
            )
