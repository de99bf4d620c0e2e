"""Numbers of the spread of warnings, and the curves they make."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.scenario.base import Part, Positive, Share, Span_s
from sim.scenario.parameters import catalogued
from sim.world.tables import AGE_BANDS, CHANNELS

#: channels that somebody can send by, in the order of their bits in `People.channels`
SENT_BY: Final = CHANNELS[: CHANNELS.index("neighbour")]
DAY_S: Final = 86400.0
#: keeps the logarithm finite where a channel reaches everybody
_ALMOST_ALL: Final = 1 - 1e-12
_DIFFUSED: Final = tuple(name for name in SENT_BY if name != "grid_worker")


class WarningRules(Part):
    """How warnings spread; every default is in the parameter catalogue, topic ``people``."""

    sms_reach: Share = catalogued("people.sms_reach")
    sms_half_time: Span_s = catalogued("people.sms_half_time")
    sms_shape: Positive = catalogued("people.sms_shape")
    sms_at_night: Share = catalogued("people.sms_at_night")
    app_reach: Share = catalogued("people.app_reach")
    app_half_time: Span_s = catalogued("people.app_half_time")
    app_shape: Positive = catalogued("people.app_shape")
    app_at_night: Share = catalogued("people.app_at_night")
    tv_reach: Share = catalogued("people.tv_reach")
    tv_half_time: Span_s = catalogued("people.tv_half_time")
    tv_shape: Positive = catalogued("people.tv_shape")
    tv_at_night: Share = catalogued("people.tv_at_night")
    broadcast_reach: Share = catalogued("people.broadcast_reach")
    broadcast_half_time: Span_s = catalogued("people.broadcast_half_time")
    broadcast_shape: Positive = catalogued("people.broadcast_shape")
    broadcast_at_night: Share = catalogued("people.broadcast_at_night")
    screen_reach: Share = catalogued("people.screen_reach")
    screen_half_time: Span_s = catalogued("people.screen_half_time")
    screen_shape: Positive = catalogued("people.screen_shape")
    screen_at_night: Share = catalogued("people.screen_at_night")
    night_begins: Span_s = catalogued("people.night_begins")
    night_ends: Span_s = catalogued("people.night_ends")
    digital_old_factor: Share = catalogued("people.digital_old_factor")
    digital_oldest_factor: Share = catalogued("people.digital_oldest_factor")
    word_of_mouth_per_h: float = catalogued("people.word_of_mouth_per_h", ge=0)
    word_of_mouth_at_night: Share = catalogued("people.word_of_mouth_at_night")
    neighbourhood: Positive = catalogued("people.neighbourhood")
    door_rate: Positive = catalogued("people.door_rate")
    households_per_worker: Positive = catalogued("people.households_per_worker")
    door_muster: Annotated[float, Field(ge=0)] = catalogued("people.door_muster")

    @cached_property
    def at_night(self) -> NDArray[np.float64]:
        """How fast each channel spreads at night, as a share of its pace by day."""
        return self.column("at_night")

    def column(self, part: str) -> NDArray[np.float64]:
        """Return one number a channel of `SENT_BY`; 0 for grid workers, who have other rules."""
        return np.array(
            [getattr(self, f"{name}_{part}") if name in _DIFFUSED else 0.0 for name in SENT_BY]
        )

    def heard_share(self, listened_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ``1 - exp(-a t^b)`` for each zone and channel: 1/2 at the channel's half time.

        Parameters
        ----------
        listened_s : (zones, channels) float
            Time for which the channel has been at work, nights counted less.
        """
        return 1 - np.exp2(-((listened_s / self._half_s) ** self._shape))

    def log_missed(self, listened_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the logarithm of the probability that a channel has told somebody nothing yet.

        Parameters
        ----------
        listened_s : (zones, channels) float
            As for `heard_share`.

        Returns
        -------
        (zones, ages, channels) float64
            0 for grid workers.
        """
        told = self.heard_share(listened_s)[:, None, :] * self._reach_by_age.T
        return np.log1p(-np.minimum(told, _ALMOST_ALL))

    @cached_property
    def _half_s(self) -> NDArray[np.float64]:
        half_s = self.column("half_time")
        return np.where(half_s > 0, half_s, 1.0)

    @cached_property
    def _shape(self) -> NDArray[np.float64]:
        return self.column("shape")

    @cached_property
    def _reach_by_age(self) -> NDArray[np.float64]:
        """Return the share that each channel ever reaches, (channels, ages)."""
        reach = np.repeat(self.column("reach")[:, None], len(AGE_BANDS), axis=1)
        app = SENT_BY.index("app")
        reach[app, AGE_BANDS.index("60-79")] *= self.digital_old_factor
        reach[app, AGE_BANDS.index("80+")] *= self.digital_oldest_factor
        return reach

    def is_night(self, clock_s: float) -> bool:
        """Whether people are asleep at a time counted from any midnight."""
        day_s = clock_s % DAY_S
        return day_s >= self.night_begins or day_s < self.night_ends

    def night_share(self, clock_s: float, span_s: float) -> float:
        """Return the share of the ``span_s`` before a time that is night."""
        if span_s <= 0:
            return float(self.is_night(clock_s))
        return (self._night_until_s(clock_s) - self._night_until_s(clock_s - span_s)) / span_s

    def _night_until_s(self, clock_s: float) -> float:
        """Return the seconds of night since midnight 0."""
        days, day_s = divmod(clock_s, DAY_S)
        whole_s = days * (self.night_ends + DAY_S - self.night_begins)
        return float(whole_s + min(day_s, self.night_ends) + max(0.0, day_s - self.night_begins))
