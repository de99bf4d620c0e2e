"""What acts on water in place, cell by cell: rain, soil, drains and pumps on wheels."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.hazards.flood_flow import Flow
from sim.hazards.flood_ledger import Ledger
from sim.hazards.flood_soil import DryingFront
from sim.hazards.series import Series
from sim.kernels.flood import F4, F8, I8
from sim.kernels.flood_sources import settle, take

_NO_RAIN: Final = Series([0.0], [0.0], steps=True)
_ALL_DRAINS: Final = Series([0.0], [1.0], steps=True)


class Settling:
    """Rain and losses of a `Flow`, applied together for the time since they last were.

    Parameters
    ----------
    flow : Flow
    blocked : (ny, nx) bool or None
        Cells on which no rain falls.

    Attributes
    ----------
    t_s : float
        Up to when they have acted.
    rain : Series
        m/s.
    """

    def __init__(self, flow: Flow, blocked: NDArray[np.bool_] | None) -> None:
        self._flow = flow
        self._inner = (slice(1, flow.ny + 1), slice(1, flow.nx + 1))
        self._weight, self._soil, self._drain = np.zeros((3, *flow.h.shape), np.float32)
        self._weight[self._inner] = 1.0 if blocked is None else ~blocked
        self._weights = float(self._weight.sum(dtype=np.float64))
        self._drain_share = _ALL_DRAINS
        self._front: DryingFront | None = None
        self._mobile: tuple[I8, F8] = (np.zeros(0, np.int64), np.zeros(0))
        self.rain = _NO_RAIN
        self.t_s = 0.0

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
            inner: F4 = self._weight[self._inner]
            inner[:] = np.where(inner > 0.0, np.asarray(weight, np.float32), 0.0)
            self._weights = float(self._weight.sum(dtype=np.float64))

    def set_losses(
        self,
        infiltration_m_per_s: ArrayLike,
        drain_m_per_s: ArrayLike,
        drain_availability: tuple[ArrayLike, ArrayLike] | None,
        thirst_m: ArrayLike,
    ) -> None:
        """Set what soil and drains can take, as in `LocalInertial.set_losses`."""
        self._soil[self._inner] = infiltration_m_per_s
        self._drain[self._inner] = drain_m_per_s
        if min(self._soil.min(), self._drain.min()) < 0.0:
            raise ValueError("losses cannot be negative")
        if drain_availability is not None:
            self._drain_share = Series(*drain_availability, steps=True)
        if np.any(thirst_m):
            thirst = np.zeros_like(self._soil)
            thirst[self._inner] = thirst_m
            self._front = DryingFront(self._soil, thirst)

    def set_mobile_pumps(self, padded: I8, rates_m_per_s: F8) -> None:
        """Take a depth a second out of padded cells, from now on."""
        self._mobile = (padded, rates_m_per_s)

    def rains_within(self, span_s: float) -> bool:
        """Whether rain falls in so much time after `t_s`."""
        return self.rain_m(self.t_s + span_s) > 0.0

    def rain_m(self, to_s: float) -> float:
        """Return the rain from `t_s` on; when there is some, `act` looks at all tiles."""
        return self.rain.integral(self.t_s, to_s)

    def act(self, to_s: float, ledger: Ledger, area_m2: float) -> None:
        """Let all of them act for the time since they last did, and book it."""
        flow, since_s = self._flow, to_s - self.t_s
        rain_m = self.rain_m(to_s)
        share_s = self._drain_share.integral(self.t_s, to_s)
        self.t_s = to_s
        if self._front is not None:
            self._front.drink(flow.h + rain_m * self._weight, self._soil, since_s)
        spans, n = flow.everything, len(flow.everything)
        if rain_m == 0.0:
            spans, n = flow.deeper_than(0.0)
        taken_m = np.zeros((n, 2))

        def work(first: int, last: int) -> None:
            settle(
                spans, first, last, flow.ny, flow.h, self._weight, self._soil, self._drain, rain_m,
                since_s, share_s, taken_m, flow.measures,
            )  # fmt: skip

        flow.blocks.each(spans, n, work)
        soaked_m, drained_m = taken_m.sum(axis=0).tolist()
        ledger.rain += rain_m * self._weights * area_m2
        ledger.infiltration += soaked_m * area_m2
        ledger.drained += drained_m * area_m2
        if len(self._mobile[0]):
            ledger.pumped_out += take(flow.h, *self._mobile, since_s) * area_m2
        flow.wake_all()
