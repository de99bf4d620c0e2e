"""Whether a trigger holds, by what the post has been told; and the report that shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sim.core.units import clock_s
from sim.response.picture import COLOURS, LEVELS, Picture
from sim.scenario.triggers import When

#: evidence of a condition that needs no report: the clock, or the start of the run
CLOCK: Final = 0


class Conditions:
    """Evaluates triggers for one post.

    Parameters
    ----------
    picture : Picture
    start_of_day_s : float
        Time of day at second 0 of the run, s since midnight.
    """

    def __init__(self, picture: Picture, start_of_day_s: float) -> None:
        self.picture = picture
        self._start_of_day_s = start_of_day_s
        self._since_s: dict[int, float] = {}

    def evidence(self, when: When, now_s: float) -> int | None:
        """Return the event that shows that ``when`` holds now, or None when it does not.

        A condition with ``held``, also inside ``all`` and ``any``, counts from the time it has held
        that long at every look without a break.
        """
        shown = self._shown(when, now_s)
        if when.held is None:
            return shown
        if shown is None:
            self._since_s.pop(id(when), None)
            return None
        since_s = self._since_s.setdefault(id(when), now_s)
        return shown if now_s - since_s >= when.held else None

    def _shown(self, when: When, now_s: float) -> int | None:
        for name, check in _CHECKS.items():
            part = getattr(when, name)
            if part is not None:
                return check(self, part, now_s)
        raise AssertionError("a When has exactly one condition")  # the file's model sees to it

    def _forecast_rain(self, part: Any, _: float) -> int | None:
        return _bounded(self.picture.rain_ahead(part.over), part)

    def _observed_rain(self, part: Any, _: float) -> int | None:
        return _bounded(self.picture.rain_over(part.over), part)

    def _water(self, key: str, part: Any) -> int | None:
        told = self.picture.facts.get((key, part.at))
        return None if told is None else _bounded((float(told.value), told.event), part)

    def _water_level(self, part: Any, _: float) -> int | None:
        return self._water("stage", part)

    def _water_depth(self, part: Any, _: float) -> int | None:
        return self._water("depth", part)

    def _warning_received(self, part: Any, _: float) -> int | None:
        wanted = COLOURS.index(part.level)
        for key, told in self.picture.facts.items():
            of_issuer = key[0] == "warning" and part.issued_by in ("any", key[1])
            if of_issuer and COLOURS.index(str(told.value)) >= wanted:
                return told.event
        return None

    def _response_level(self, part: Any, _: float) -> int | None:
        told = self.picture.facts.get(("level",))
        if told is None:
            return None
        level = LEVELS.index(str(told.value))
        if part.at_least is not None:
            return told.event if level >= LEVELS.index(part.at_least) else None
        return told.event if level <= LEVELS.index(part.at_most) else None

    def _time(self, part: Any, now_s: float) -> int | None:
        if part.after is not None:
            return CLOCK if now_s >= part.after else None
        wait_s = (clock_s(part.at) - self._start_of_day_s) % 86400
        return CLOCK if now_s >= wait_s else None

    def _clause(self, part: Any, _: float) -> int | None:
        told = self.picture.facts.get(("clause", part.id, part.is_))
        return None if told is None else told.event

    def _reported(self, part: Any, _: float) -> int | None:
        news = self.picture.news.get(part.event, {})
        told = (told.event for who, told in news.items() if part.who in (None, who))
        return max(told, default=None)

    def _all(self, parts: tuple[When, ...], now_s: float) -> int | None:
        shown = [self.evidence(part, now_s) for part in parts]
        return None if None in shown else max(event for event in shown if event is not None)

    def _any(self, parts: tuple[When, ...], now_s: float) -> int | None:
        shown = [self.evidence(part, now_s) for part in parts]  # all: each keeps its own `held`
        return next((event for event in shown if event is not None), None)


def _bounded(amount: tuple[float, int] | None, part: Any) -> int | None:
    if amount is None:
        return None
    value, event = amount
    if part.at_least is not None:
        return event if value >= part.at_least else None
    return event if value <= part.at_most else None


_CHECKS: Final[dict[str, Callable[[Conditions, Any, float], int | None]]] = {
    "forecast_rain": Conditions._forecast_rain,
    "observed_rain": Conditions._observed_rain,
    "water_level": Conditions._water_level,
    "water_depth": Conditions._water_depth,
    "warning_received": Conditions._warning_received,
    "response_level": Conditions._response_level,
    "time": Conditions._time,
    "clause": Conditions._clause,
    "reported": Conditions._reported,
    "all_": Conditions._all,
    "any_": Conditions._any,
}
