"""Amounts with units as people write them (``3 h``, ``50 mm``), turned into SI once."""

from __future__ import annotations

import re
from typing import Final

from sim.core.errors import choices, did_you_mean
from sim.core.words import named, said, say

#: unit -> (dimension, factor to SI)
UNITS: Final[dict[str, tuple[str, float]]] = {
    "s": ("duration", 1.0),
    "min": ("duration", 60.0),
    "h": ("duration", 3600.0),
    "d": ("duration", 86400.0),
    "mm": ("length", 1e-3),
    "cm": ("length", 1e-2),
    "m": ("length", 1.0),
    "km": ("length", 1e3),
    "m2": ("area", 1.0),
    "ha": ("area", 1e4),
    "km2": ("area", 1e6),
    "l": ("volume", 1e-3),
    "m3": ("volume", 1.0),
    "kg": ("mass", 1.0),
    "t": ("mass", 1e3),
    "mm/h": ("rate", 1e-3 / 3600.0),
    "m/s": ("speed", 1.0),
    "km/h": ("speed", 1 / 3.6),
    "m3/s": ("flow", 1.0),
    "m3/h": ("flow", 1 / 3600.0),
    "%": ("share", 0.01),
}
_AMOUNT = re.compile(r"^\s*([+-]?\d+(?:\.\d+)?)\s*([A-Za-z%][A-Za-z0-9/%]*)\s*$")
_CLOCK = re.compile(r"^([01]\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?$")


def in_si(text: str, dimension: str) -> float:
    """Return the amount that ``text`` states, in SI units.

    Raises
    ------
    ValueError
        When the number, the unit or its dimension is wrong; the message says what is allowed.

    Examples
    --------
    >>> in_si("3 h", "duration")
    10800.0
    """
    allowed = [unit for unit, (of, _) in UNITS.items() if of == dimension]
    match = _AMOUNT.match(text)
    if match is None:
        raise ValueError(said("amount.none", found=repr(text), allowed=", ".join(allowed)))
    number, unit = match.groups()
    if unit not in allowed:
        raise ValueError(
            said(
                "amount.unit",
                found=repr(unit),
                dimension=said(f"dimension.{dimension}"),
                allowed=choices(allowed),
                guess=did_you_mean(unit, allowed),
            )
        )
    return float(number) * UNITS[unit][1]


def clock_s(text: str) -> int:
    """Return seconds since midnight of ``"06:30"``; ``"24:00"`` is the end of the day.

    Raises
    ------
    ValueError
        When the text is not HH:MM or HH:MM:SS.
    """
    match = _CLOCK.match(text)
    if match is None:
        raise ValueError(said("amount.time_of_day", found=repr(text)))
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def span_said(text: str) -> str:
    """Return a duration of a file (``20 min``) as text that can be said in either language."""
    try:
        seconds = in_si(text, "duration")
    except ValueError:
        return text
    return named(as_text(seconds, "en"), as_text(seconds, "zh"))


def as_text(seconds: float, lang: str = "en") -> str:
    """Return a duration as a person reads it: ``2 h 05 min``, ``45 s``."""
    minutes, left = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours and not minutes:
        return say("span.whole_hours", lang, hours=hours)
    if hours:
        return say("span.hours", lang, hours=hours, minutes=minutes)
    if minutes and left:
        return say("span.minutes_seconds", lang, minutes=minutes, seconds=left)
    return say("span.minutes" if minutes else "span.seconds", lang, n=minutes or left)
