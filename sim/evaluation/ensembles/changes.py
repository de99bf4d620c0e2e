"""Single changes of a plan, or of what a scenario has in stock, each with what it costs a year.

A change is made on the plain document of a file, so that what is tried is what a user could write.
To add one: a function that yields changes, in `TRIED`; its words ``change.<name>``.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from sim.core.words import Said, named, said
from sim.scenario.actions import Channel
from sim.scenario.forces import unit_kinds
from sim.scenario.parameters import parameter

Document = dict[str, Any]
#: which file a change is made in
Where = Literal["plan", "scenario"]

_AMOUNT: Final = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)\s*(\S.*)?")
_COLOURS: Final = ("blue", "yellow", "orange", "red")
_LEVELS: Final = ("IV", "III", "II", "I")
_DECIDES: Final = "20 min"
_HALF: Final = 0.5


@dataclass(frozen=True)
class Change:
    """One thing done otherwise.

    Attributes
    ----------
    id : str
        A file name: ``more-teams-f1``.
    where : str
        The file that changes; ``document`` is all of it.
    cost : float
        10,000 CNY a year.
    """

    id: str
    where: Where
    says: Said
    cost: float
    document: Document = field(repr=False)


def changes(plan: Document, scenario: Document) -> list[Change]:
    """Return every single change that plan and scenario allow, in the order of `TRIED`."""
    return [change for trial in TRIED for change in trial(plan, scenario)]


def _clauses(plan: Document, action: str) -> Iterator[tuple[int, Document]]:
    for row, clause in enumerate(plan["clauses"]):
        if clause["do"] == action:
            yield row, clause


def _count(
    name: str, action: str, key: str, more: int, cost: str
) -> Callable[[Document, Document], Iterator[Change]]:
    """Return a trial that raises a number in the ``with`` of every clause of an action."""

    def trial(plan: Document, _: Document) -> Iterator[Change]:
        for row, clause in _clauses(plan, action):
            if key not in clause["with"]:
                continue
            changed = copy.deepcopy(plan)
            before = changed["clauses"][row]["with"][key]
            changed["clauses"][row]["with"][key] = before + more
            says = said(
                f"change.{name}", clause=_called(clause), before=before, after=before + more
            )
            price = more * parameter(f"improve.{cost}").value
            yield Change(_id(name, clause["id"]), "plan", says, price, changed)

    return trial


def earlier_trigger(plan: Document, _: Document) -> Iterator[Change]:
    """Act at half the rain or water, or one colour or level sooner."""
    cost = parameter("improve.false_alarms").value
    for row, clause in enumerate(plan["clauses"]):
        changed = copy.deepcopy(plan)
        told = _sooner(changed["clauses"][row]["when"])
        if told:
            says = said("change.earlier_trigger", clause=_called(clause), told=told)
            yield Change(_id("earlier-trigger", clause["id"]), "plan", says, cost, changed)


def _sooner(when: Document) -> Said | str:
    """Lower the first threshold of a condition in place; return what it was and is."""
    for key in ("forecast_rain", "observed_rain", "water_depth"):
        bound = when.get(key) or {}
        match = _AMOUNT.fullmatch(str(bound.get("at_least", "")))
        if match:
            before = bound["at_least"]
            bound["at_least"] = f"{float(match[1]) * _HALF:g} {match[2] or ''}".strip()
            return f"{before} → {bound['at_least']}"
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


def quicker_decision(plan: Document, _: Document) -> Iterator[Change]:
    """Let a post decide in half the time."""
    cost = parameter("improve.drill").value
    for row, post in enumerate(plan["posts"]):
        match = _AMOUNT.fullmatch(str(post.get("decides_within", _DECIDES)))
        if match and float(match[1]) > 0:
            changed = copy.deepcopy(plan)
            half = f"{float(match[1]) * _HALF:g} {match[2] or ''}".strip()
            changed["posts"][row]["decides_within"] = half
            says = said("change.quicker_decision", post=_called(post), before=match[0], after=half)
            yield Change(_id("quicker-decision", post["id"]), "plan", says, cost, changed)


def second_desk(plan: Document, _: Document) -> Iterator[Change]:
    """Let a post hold twice as many matters at once."""
    cost = parameter("improve.officer").value
    for row, post in enumerate(plan["posts"]):
        changed = copy.deepcopy(plan)
        before = int(post.get("at_once", parameter("plan.at_once").value))
        changed["posts"][row]["at_once"] = 2 * before
        says = said("change.second_desk", post=_called(post), before=before, after=2 * before)
        yield Change(_id("second-desk", post["id"]), "plan", says, cost * before, changed)


def wider_channel(plan: Document, _: Document) -> Iterator[Change]:
    """Send a warning by one more channel."""
    cost = parameter("improve.channel").value
    for row, clause in _clauses(plan, "issue_warning"):
        used = clause["with"]["channels"]
        used = [used] if isinstance(used, str) else list(used)
        for channel in (one for one in get_args(Channel) if one not in used):
            changed = copy.deepcopy(plan)
            changed["clauses"][row]["with"]["channels"] = [*used, channel]
            says = said(
                "change.wider_channel", clause=_called(clause), channel=said(f"channels.{channel}")
            )
            name = _id("wider-channel", f"{clause['id']}-{channel}")
            yield Change(name, "plan", says, cost, changed)


def second_dock(_: Document, scenario: Document) -> Iterator[Change]:
    """Give every store that states its docks one more."""
    cost = parameter("improve.dock").value
    for row, stock in enumerate((scenario.get("relief") or {}).get("stocks") or ()):
        if "docks" in stock:
            changed = copy.deepcopy(scenario)
            changed["relief"]["stocks"][row]["docks"] = stock["docks"] + 1
            place = stock.get("at") or stock.get("outside")
            says = said("change.second_dock", place=place, after=stock["docks"] + 1)
            yield Change(_id("second-dock", place), "scenario", says, cost, changed)


def more_trucks(_: Document, scenario: Document) -> Iterator[Change]:
    """Give every fleet two more trucks."""
    cost = parameter("improve.truck").value
    for row, fleet in enumerate((scenario.get("relief") or {}).get("trucks") or ()):
        changed = copy.deepcopy(scenario)
        changed["relief"]["trucks"][row]["count"] = fleet["count"] + 2
        place = fleet.get("at") or fleet.get("outside")
        says = said("change.more_trucks", place=place, after=fleet["count"] + 2)
        name = _id("more-trucks", f"{place}-{row + 1}")
        yield Change(name, "scenario", says, 2 * cost, changed)


def nearer_stock(_: Document, scenario: Document) -> Iterator[Change]:
    """Keep the goods that stand outside the map at half the way."""
    cost = parameter("improve.store").value
    for row, stock in enumerate((scenario.get("relief") or {}).get("stocks") or ()):
        if "outside" in stock:
            usual = parameter(f"supply.outside_travel_{stock['outside']}")
            before = stock.get("travel", f"{usual.value:g} {usual.unit}")
            match = _AMOUNT.fullmatch(str(before))
            if match is None or float(match[1]) == 0:
                continue
            changed = copy.deepcopy(scenario)
            after = f"{float(match[1]) * _HALF:g} {match[2] or ''}".strip()
            changed["relief"]["stocks"][row]["travel"] = after
            place = stock["outside"]
            whose = said(f"change.store_of.{place}")
            says = said("change.nearer_stock", store=whose, before=before, after=after)
            yield Change(_id("nearer-stock", place), "scenario", says, cost, changed)


def more_units(_: Document, scenario: Document) -> Iterator[Change]:
    """Let one more unit of a kind stand where some stand already."""
    cost = parameter("improve.team").value
    for row, force in enumerate(scenario.get("forces") or ()):
        changed = copy.deepcopy(scenario)
        before, place = force.get("count", 1), force.get("at") or force.get("outside")
        changed["forces"][row]["count"] = before + 1
        kind = unit_kinds()[force["kind"]]
        places = {"place": place, "before": before, "after": before + 1}
        says = said("change.more_units", kind=named(kind.en, kind.zh), **places)
        name = _id("more-units", f"{force['kind']}-{place}-{row + 1}")
        yield Change(name, "scenario", says, cost, changed)


def _called(part: Document) -> Said | str:
    """Return a post by its title, a clause by number and title; the id where there is none."""
    title = part.get("title")
    if not isinstance(title, dict):
        return str(part["id"])
    name = named(title["en"], title["zh"])
    return said("clause.title", id=part["id"], title=name) if "do" in part else name


def _id(name: str, of: object) -> str:
    """Return a name that a plan file can have."""
    return re.sub(r"[^a-z0-9]+", "-", f"{name}-{of}".lower().replace("_", "-")).strip("-")


TRIED: Final = (
    _count("more_teams", "dispatch_team", "count", 1, "team"),
    _count("more_teams", "rescue_trapped", "count", 1, "team"),
    _count("more_teams", "treat_injured", "count", 1, "team"),
    _count("more_teams", "fight_fire", "count", 1, "team"),
    _count("more_teams", "clear_roads", "count", 1, "team"),
    _count("more_buses", "dispatch_buses", "count", 2, "bus"),
    _count("more_pumps", "run_pumps", "units", 1, "pump"),
    earlier_trigger,
    quicker_decision,
    second_desk,
    wider_channel,
    second_dock,
    more_trucks,
    nearer_stock,
    more_units,
)


# -- what no change can pass ----------------------------------------------------------------------


def without_delay(plan: Document) -> Document:
    """Return the plan of posts that decide at once and hold any number of matters."""
    changed = copy.deepcopy(plan)
    for post in changed["posts"]:
        post["decides_within"] = "0 s"
        post["at_once"] = max(len(plan["clauses"]), 1)
    return changed


def forewarned(plan: Document) -> Document:
    """Return the plan without delay whose first steps are taken as the clock starts.

    A clause that waits for a sign of the disaster waits no longer; one that waits for another
    clause still does, and so does one that waits for people in distress.
    """
    changed = without_delay(plan)
    for clause in changed["clauses"]:
        when = clause["when"]
        if not ({"clause", "response_level"} & set(when)) and not _of_people(when):
            clause["when"] = {"time": {"after": "0 s"}}
    return changed


def _of_people(when: Document) -> bool:
    return str((when.get("reported") or {}).get("event", "")).startswith("people_")
