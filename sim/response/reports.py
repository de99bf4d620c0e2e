"""What posts are sent without asking: gauges, sensors, forecasts, warnings from above."""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import simpy

from sim.response.picture import COLOURS, Picture
from sim.response.reports_incidents import NOTICED, Incidents
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

#: horizons of a forecast, s
HORIZONS_S: Final = np.array([0, 1, 3, 6, 12, 24], dtype=float) * 3600
#: rainstorm warning signals of the weather service: colour -> (depth m, hours), fallen or forecast
#: (China Meteorological Administration, order 16 of 2007, annex)
SIGNALS: Final[Mapping[str, tuple[float, float]]] = {
    "blue": (0.050, 12),
    "yellow": (0.050, 6),
    "orange": (0.050, 3),
    "red": (0.100, 3),
}
#: rain that a gauge tells from none
SMALLEST_RAIN_M: Final = 1e-4


class Reports:
    """The news processes of a run; every reading told is an event, so that it can be a cause.

    Parameters
    ----------
    ops : Operations
    """

    def __init__(self, ops: Operations) -> None:
        self._ops = ops
        self._delay_s = parameter("reports.gauge_delay").si
        self._incidents = Incidents(ops)
        self._seen = 0
        self._depths_m: dict[str, float] = {}
        self._rain_m = 0.0
        self._signal = -1
        self._rain_event = self._rain_began = -1
        #: the weather office's own
        self._office = Picture()
        ops.env.process(self._gauges())
        ops.env.process(self._forecasts())

    def notice(self, _: float) -> None:
        """Let what was logged since the last look be noticed; once a tick."""
        log = self._ops.log
        for event_id in range(self._seen, len(log)):
            event = log[event_id]
            if event.kind in NOTICED:
                self._incidents.notice(event)
            if event.kind == "rain_started":
                self._rain_began = event_id
        self._seen = len(log)

    def _gauges(self) -> Generator[simpy.Event, Any, None]:
        every_s = parameter("reports.gauge_every").si
        while True:
            yield self._ops.env.timeout(every_s)
            self._read_rain()
            self._read_points()

    def _reads(self, post: str) -> bool:
        """Whether readings of the monitoring network come in at a post."""
        return self._ops.desks[post].hears("sensors") and self._ops.comms.reads(post)

    def _read_rain(self) -> None:
        ops, now_s = self._ops, self._ops.now_s
        total_m = ops.stage.rain_fallen_m(now_s)
        if self._rain_event < 0 or total_m - self._rain_m >= SMALLEST_RAIN_M:
            self._rain_event = ops.log.add(
                now_s,
                "rain_measured",
                "gauge",
                cause=self._rain_began,
                total_mm=round(total_m * 1000, 1),
            )
            self._rain_m = total_m
        ops.env.process(self._bring((now_s, total_m, self._rain_event)))

    def _bring(self, reading: tuple[float, float, int]) -> Generator[simpy.Event, Any, None]:
        """Bring a rain reading to every post, after the delay of telemetry."""
        yield self._ops.env.timeout(self._delay_s)
        self._office.rain.append(reading)
        for name, desk in self._ops.desks.items():
            if self._reads(name):
                desk.picture.rain.append(reading)
        self._signals(reading[1])

    def _read_points(self) -> None:
        """Tell depths at the map's points, when they changed by a centimetre or more."""
        ops = self._ops
        for point, (depth_m, stage_m) in ops.stage.points_now().items():
            before_m = self._depths_m.get(point, 0.0)
            if abs(depth_m - before_m) < 0.01:
                continue
            self._depths_m[point] = depth_m
            depth, cause = round(depth_m, 2), ops.stage.cause
            event = ops.log.add(ops.now_s, "depth_measured", point, cause=cause, depth_m=depth)
            for post in filter(self._reads, ops.desks):
                ops.later(self._delay_s, post, ("depth", point), depth_m, event)
                ops.later(self._delay_s, post, ("stage", point), stage_m, event)

    def _forecasts(self) -> Generator[simpy.Event, Any, None]:
        ops = self._ops
        round_number = 0
        while True:
            depths_m = self._forecast(round_number)
            event = ops.log.add(
                ops.now_s,
                "forecast_issued",
                "weather_office",
                next_3h_mm=round(float(depths_m[2]) * 1000, 1),
                next_12h_mm=round(float(depths_m[4]) * 1000, 1),
            )
            self._office.forecast.append((ops.now_s, HORIZONS_S, depths_m, event))
            for name, desk in ops.desks.items():
                if self._reads(name):
                    desk.picture.forecast.append((ops.now_s, HORIZONS_S, depths_m, event))
            self._signals(ops.stage.rain_fallen_m(ops.now_s))
            round_number += 1
            yield ops.env.timeout(parameter("reports.forecast_every").si)

    def _forecast(self, round_number: int) -> np.ndarray:
        """Return expected depths over the horizons: the truth times a lognormal error.

        The error belongs to the round, not to the plan: every plan meets the same forecast.
        """
        stage, now_s = self._ops.stage, self._ops.now_s
        truth_m = np.array([stage.rain_fallen_m(now_s + ahead) for ahead in HORIZONS_S])
        spread = parameter("reports.forecast_spread").si
        error = stage.streams.generator("forecast", round_number).standard_normal()
        return np.asarray((truth_m - truth_m[0]) * math.exp(spread * error - spread**2 / 2))

    def _signals(self, fallen_m: float) -> None:
        """Raise the weather office's warning signal when rain fallen or forecast demands it."""
        ops = self._ops
        demands = {name: self._demanded_by(name, self._office) for name in SIGNALS}
        colour = max((COLOURS.index(name) for name in SIGNALS if demands[name] >= 0), default=-1)
        if colour <= self._signal:
            return
        self._signal = colour
        event = ops.log.add(
            ops.now_s,
            "signal_raised",
            "weather_office",
            cause=demands[COLOURS[colour]],
            level=COLOURS[colour],
            fallen_mm=round(fallen_m * 1000, 1),
        )
        for post in ops.desks:
            delay_s = parameter("reports.warning_delay").si
            ops.later(delay_s, post, ("warning", "weather"), COLOURS[colour], event)

    def _demanded_by(self, colour: str, picture: Picture) -> int:
        """Return the forecast or reading that demands a signal; -1 when none does."""
        depth_m, hours = SIGNALS[colour]
        known = (picture.rain_ahead(hours * 3600), picture.rain_over(hours * 3600))
        return next((told[1] for told in known if told is not None and told[0] >= depth_m), -1)
