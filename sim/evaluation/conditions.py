"""A clause's trigger in words, as a person would read it out of the plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sim.core.units import as_text
from sim.core.words import catalogue, say
from sim.evaluation.naming import Names
from sim.scenario.triggers import When


def condition_text(when: When, names: Names) -> str:
    """Return ``at least 50 mm of rain forecast for 3 h`` and the like, in the language of names."""
    lang = names.lang
    for name, tell in _TEXTS.items():
        part = getattr(when, name)
        if part is not None:
            text = tell(part, names)
            if when.held is None:
                return text
            return say("condition.held", lang, condition=text, span=as_text(when.held, lang))
    raise AssertionError("a When has exactly one condition")  # the file's model sees to it


def _bound(part: Any, lang: str) -> str:
    """Return ``at least 0.5 m``; rain in mm, water in m."""
    key = "at_least" if part.at_least is not None else "at_most"
    amount_m = getattr(part, key)
    rain = hasattr(part, "over")
    amount = f"{amount_m * 1000:g} mm" if rain else f"{amount_m:g} m"
    return say(f"condition.{key}", lang, amount=amount)


def _rain(key: str) -> Callable[[Any, Names], str]:
    return lambda part, names: say(
        key, names.lang, bound=_bound(part, names.lang), span=as_text(part.over, names.lang)
    )


def _water(key: str) -> Callable[[Any, Names], str]:
    return lambda part, names: say(
        key, names.lang, bound=_bound(part, names.lang), point=names.of(part.at)
    )


def _warning(part: Any, names: Names) -> str:
    colour = say(f"level.{part.level}", names.lang)
    if part.issued_by == "any":
        return say("condition.warning_received", names.lang, colour=colour)
    office = say(f"office.{part.issued_by}", names.lang)
    return say("condition.warning_from", names.lang, colour=colour, office=office)


def _level(part: Any, names: Names) -> str:
    if part.at_least is None:
        return say("condition.level_at_most", names.lang, level=names.of(part.at_most))
    return say("condition.response_level", names.lang, level=names.of(part.at_least))


def _time(part: Any, names: Names) -> str:
    if part.at is not None:
        return say("condition.time_at", names.lang, clock=part.at)
    return say("condition.time_after", names.lang, span=as_text(part.after, names.lang))


def _clause(part: Any, names: Names) -> str:
    stage = say(f"clause_is.{part.is_}", names.lang)
    return say("condition.clause", names.lang, clause=part.id, stage=stage)


def _reported(part: Any, names: Names) -> str:
    lang, anywhere = names.lang, f"news.{part.event}"
    if part.who is None and anywhere in catalogue():
        return say("condition.reported", lang, what=say(anywhere, lang))
    who = names.of(part.who or names.run.world.id)
    what = say(f"event.{part.event}", lang, who=who)
    return say("condition.reported", lang, what=what)


def _joined(key: str) -> Callable[[Any, Names], str]:
    def text(parts: tuple[When, ...], names: Names) -> str:
        joint = say(key, names.lang)
        return joint.join(condition_text(part, names) for part in parts)

    return text


_TEXTS: Final[dict[str, Callable[[Any, Names], str]]] = {
    "forecast_rain": _rain("condition.forecast_rain"),
    "observed_rain": _rain("condition.observed_rain"),
    "water_level": _water("condition.water_level"),
    "water_depth": _water("condition.water_depth"),
    "warning_received": _warning,
    "response_level": _level,
    "time": _time,
    "clause": _clause,
    "reported": _reported,
    "all_": _joined("condition.and"),
    "any_": _joined("condition.or"),
}
