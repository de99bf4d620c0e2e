"""Single changes of a plan: more of what a clause sends, sooner, by one more channel.

To add one: a function that yields changes, in `OF_PLAN`; its words ``change.<name>``, its price a
row of the parameter catalogue (topic ``improve``).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Final, get_args

from sim.core.units import span_said
from sim.core.words import Said, said
from sim.evaluation.ensembles.change import AsItIs, Change, Document, called, change_id, halved
from sim.scenario.actions import Channel
from sim.scenario.parameters import parameter

Trial = Callable[[AsItIs], Iterator[Change]]

_COLOURS: Final = ("blue", "yellow", "orange", "red")
_LEVELS: Final = ("IV", "III", "II", "I")


def _clauses(plan: Document, action: str) -> Iterator[tuple[int, Document]]:
    for row, clause in enumerate(plan["clauses"]):
        if clause["do"] == action:
            yield row, clause


def _count(name: str, action: str, key: str, more: int, cost: str) -> Trial:
    """Return a trial that raises a number in the ``with`` of every clause of an action."""

    def trial(now: AsItIs) -> Iterator[Change]:
        """Raise the number in one clause after the other."""
        plan = now.plan
        for row, clause in _clauses(plan, action):
            if key not in clause["with"]:
                continue
            changed = copy.deepcopy(plan)
            before = changed["clauses"][row]["with"][key]
            changed["clauses"][row]["with"][key] = before + more
            says = said(f"change.{name}", clause=called(clause), before=before, after=before + more)
            price = more * parameter(f"improve.{cost}").value
            yield Change(change_id(name, clause["id"]), says, price, plan=changed)

    return trial


def earlier_trigger(now: AsItIs) -> Iterator[Change]:
    """Act at half the rain or water, or one colour or level sooner."""
    plan = now.plan
    cost = parameter("improve.false_alarms").value
    for row, clause in enumerate(plan["clauses"]):
        changed = copy.deepcopy(plan)
        told = _sooner(changed["clauses"][row]["when"])
        if told:
            says = said("change.earlier_trigger", clause=called(clause), told=told)
            yield Change(change_id("earlier-trigger", clause["id"]), says, cost, plan=changed)


def _sooner(when: Document) -> Said | str:
    """Lower the first threshold of a condition in place; return what it was and is."""
    for key in ("forecast_rain", "observed_rain", "water_depth"):
        bound = when.get(key) or {}
        lower = halved(bound.get("at_least", ""))
        if lower:
            before, bound["at_least"] = bound["at_least"], lower
            return f"{before} → {lower}"
    colour = (when.get("warning_received") or {}).get("level")
    level = (when.get("response_level") or {}).get("at_least")
    for value, scale, part, key, words in (
        (colour, _COLOURS, "warning_received", "level", "level"),
        (level, _LEVELS, "response_level", "at_least", "who"),
    ):
        if value in scale[1:]:
            when[part][key] = scale[scale.index(value) - 1]
            after = said(f"{words}.{when[part][key]}")
            return said("change.from_to", before=said(f"{words}.{value}"), after=after)
    return ""


def quicker_decision(now: AsItIs) -> Iterator[Change]:
    """Let a post decide in half the time."""
    plan = now.plan
    cost = parameter("improve.drill").value
    for row, post in enumerate(plan["posts"]):
        before = str(post.get("decides_within", _usual_decision()))
        half = halved(before)
        if half:
            changed = copy.deepcopy(plan)
            changed["posts"][row]["decides_within"] = half
            places = {"before": span_said(before), "after": span_said(half)}
            says = said("change.quicker_decision", post=called(post), **places)
            yield Change(change_id("quicker-decision", post["id"]), says, cost, plan=changed)


def _usual_decision() -> str:
    usual = parameter("plan.decides_within")
    return f"{usual.value:g} {usual.unit}"


def second_desk(now: AsItIs) -> Iterator[Change]:
    """Let a post hold twice as many matters at once."""
    plan = now.plan
    cost = parameter("improve.officer").value
    for row, post in enumerate(plan["posts"]):
        changed = copy.deepcopy(plan)
        before = int(post.get("at_once", parameter("plan.at_once").value))
        changed["posts"][row]["at_once"] = 2 * before
        says = said("change.second_desk", post=called(post), before=before, after=2 * before)
        yield Change(change_id("second-desk", post["id"]), says, cost * before, plan=changed)


def wider_channel(now: AsItIs) -> Iterator[Change]:
    """Send a warning by one more channel."""
    plan = now.plan
    cost = parameter("improve.channel").value
    for row, clause in _clauses(plan, "issue_warning"):
        used = clause["with"]["channels"]
        used = [used] if isinstance(used, str) else list(used)
        for channel in (one for one in get_args(Channel) if one not in used):
            changed = copy.deepcopy(plan)
            changed["clauses"][row]["with"]["channels"] = [*used, channel]
            says = said(
                "change.wider_channel", clause=called(clause), channel=said(f"channels.{channel}")
            )
            name = change_id("wider-channel", f"{clause['id']}-{channel}")
            yield Change(name, says, cost, plan=changed)


OF_PLAN: Final[tuple[Trial, ...]] = (
    _count("more_buses", "dispatch_buses", "count", 2, "bus"),
    _count("more_pumps", "run_pumps", "units", 1, "pump"),
    earlier_trigger,
    quicker_decision,
    second_desk,
    wider_channel,
)
