"""What one post has been told. It differs from the truth: late, thinned out, and with errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

#: warning colours and response levels, the least urgent first
COLOURS: Final = ("blue", "yellow", "orange", "red")
LEVELS: Final = ("none", "IV", "III", "II", "I")
#: a place under less water than this is dry
DRY_M: Final = 0.05

#: what a fact is about
Key = tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """One thing a post knows.

    Attributes
    ----------
    value : float or str
    t_s : float
        When it was told.
    event : int
        The event of the log by which it was told.
    origin : int
        The event that the news is about, however many posts it went through.
    """

    value: float | str
    t_s: float
    event: int
    origin: int


@dataclass
class Picture:
    """Everything told to one post so far.

    Attributes
    ----------
    rain : list of (t_s, depth_m, event)
        Gauge readings: rain since the run began, by the time it was measured.
    forecast : list of (from_s, horizons_s, depths_m, event)
        Forecasts received, the newest last.
    facts : dict
        The newest of everything else, by key: ``("depth", point)``, ``("stage", point)``,
        ``("warning", issuer)``, ``("level",)``, ``("clause", id, stage)``,
        ``("event", kind, who)``.
    news : dict
        Of these, the events, by kind and by who.
    """

    rain: list[tuple[float, float, int]] = field(default_factory=list)
    forecast: list[tuple[float, np.ndarray, np.ndarray, int]] = field(default_factory=list)
    facts: dict[Key, Told] = field(default_factory=dict)
    news: dict[str, dict[str, Told]] = field(default_factory=dict)

    def tell(
        self, key: Key, value: float | str, t_s: float, event: int, origin: int | None = None
    ) -> bool:
        """Note a fact; False when it was known, or something newer about it was."""
        told = Told(value, t_s, event, event if origin is None else origin)
        known = self.facts.get(key)
        if known is not None and (told.origin < known.origin or _same(told, known)):
            return False
        self.facts[key] = told
        if key[0] == "event":
            self.news.setdefault(key[1], {})[key[2]] = told
        return True

    def forget(self, key: Key) -> None:
        """Strike out what turned out to be wrong."""
        self.facts.pop(key, None)
        if key[0] == "event":
            self.news.get(key[1], {}).pop(key[2], None)

    def knows(self, key: Key, origin: int) -> bool:
        """Whether this news, or newer news of the same, has come in."""
        known = self.facts.get(key)
        return known is not None and known.origin >= origin

    def rain_over(self, span_s: float) -> tuple[float, int] | None:
        """Return rain measured over the last ``span_s`` (m) and the report it rests on."""
        if not self.rain:
            return None
        times_s = [reading[0] for reading in self.rain]
        totals_m = [reading[1] for reading in self.rain]
        newest_s, newest_m, event = self.rain[-1]
        before_m = float(np.interp(newest_s - span_s, times_s, totals_m, left=0.0))
        return newest_m - before_m, event

    def rain_ahead(self, span_s: float) -> tuple[float, int] | None:
        """Return rain forecast for the next ``span_s`` (m) and the forecast it rests on."""
        if not self.forecast:
            return None
        _, horizons_s, depths_m, event = self.forecast[-1]
        return float(np.interp(span_s, horizons_s, depths_m)), event


def _same(told: Told, known: Told) -> bool:
    return told.origin == known.origin and told.value == known.value
