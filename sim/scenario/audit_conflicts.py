"""Contradictions: inside one plan, and between a plan and the plan of the level above.

Only what the texts state is held against each other: a figure that is marked as an assumption
contradicts nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import combinations, permutations
from typing import Any, Final

from sim.core.units import as_text
from sim.core.words import said
from sim.scenario.audit_read import Audited, Remark
from sim.scenario.plan import Clause, Post
from sim.scenario.targets import Target
from sim.scenario.triggers import When
from sim.scenario.yaml_guard import Where

#: the least urgent first
_LEVELS: Final = ("none", "IV", "III", "II", "I")
_COLOURS: Final = ("blue", "yellow", "orange", "red")
#: keys of ``with`` that tell one duty from another of the same action
_SUBJECT: Final = ("level", "team", "task", "force", "what", "advice")
#: a clause's action -> the target that promises its time, in hours
_PROMISED: Final[Mapping[str, str]] = {"send_supplies": "relief_last"}
_HOUR_S: Final = 3600.0

#: (sort of amount, what it is of, bound) -> the amount in SI, or the place of a colour
Bounds = dict[tuple[str, str, str], float]


def conflicts_inside(one: Audited) -> Iterator[Remark]:
    """Iterate over what a plan says in two ways."""
    yield from _levels_out_of_order(one)
    yield from _later_than_promised(one)
    for (_, first), (index, second) in combinations(one.clauses(), 2):
        same_duty = first.do == second.do and first.with_ == second.with_
        if same_duty and first.when == second.when and _two_times(first, second):
            yield _times(one, index, second, "two_times", first, one)


def conflicts_with_above(one: Audited, above: Audited) -> Iterator[Remark]:
    """Iterate over where a plan does not fit the plan above it."""
    yield from _two_commands(one, above)
    yield from _weaker_targets(one, above)
    for index, clause in one.clauses():
        for _, its in above.clauses(clause.do):
            if _subject(clause) != _subject(its):
                continue
            if _two_times(its, clause) and (clause.within or 0) > (its.within or 0):
                yield _times(one, index, clause, "two_times", its, above)
            if clause.do == "set_response_level":
                yield from _two_thresholds(one, index, clause, its, above)


def _levels_out_of_order(one: Audited) -> Iterator[Remark]:
    """Find a higher level that needs no more than a lower one does."""
    raising = [row for row in one.clauses("set_response_level") if not _lowers(row[1])]
    for (index, high), (_, low) in permutations(raising, 2):
        if _rank(high) <= _rank(low):
            continue
        needs, less = _stated(high), _stated(low)
        for key in sorted(needs.keys() & less.keys()):
            if needs[key] <= less[key]:
                says = said("audit.level_order", other=low.id, of=_of(key))
                yield one.remark("level_order", ("clauses", index), says, high, high.id)


def _later_than_promised(one: Audited) -> Iterator[Remark]:
    """Find clauses that take longer than the targets of the same text allow."""
    targets = one.targets.targets if one.targets is not None else ()
    for index, clause in one.clauses():
        kpi = _PROMISED.get(clause.do)
        limits = [t.at_most for t in targets if t.kpi == kpi and t.at_most is not None]
        if kpi is None or not limits or clause.within is None or "within" in clause.assumed:
            continue
        if clause.within > max(limits) * _HOUR_S:
            shown = {"within": as_text(clause.within), "limit": as_text(max(limits) * _HOUR_S)}
            says = said("audit.late_promise", **shown)
            yield one.remark("late_promise", ("clauses", index), says, clause, clause.id)


def _two_commands(one: Audited, above: Audited) -> Iterator[Remark]:
    """Find a post that sets levels here with no post of the plan above over it."""
    theirs = {post.title.zh for post in above.plan.posts}
    if not list(above.clauses("set_response_level")):
        return
    told: set[str] = set()
    for index, clause in one.clauses("set_response_level"):
        chain = _chain(clause.post, {post.id: post for post in one.plan.posts})
        alone = not theirs & {post.title.zh for post in chain}
        if alone and "post" not in clause.assumed and clause.post not in told:
            told.add(clause.post)
            says = said("audit.two_commands", post=clause.post, plan=above.plan.id)
            yield one.remark("two_commands", ("clauses", index), says, clause, clause.id)


def _two_thresholds(
    one: Audited, index: int, clause: Clause, its: Clause, above: Audited
) -> Iterator[Remark]:
    """Find amounts at which the two plans set the same level that are not the same."""
    mine, other = _stated(clause), _stated(its)
    for key in sorted(mine.keys() & other.keys()):
        if not math.isclose(mine[key], other[key]):
            shown = {"mine": _amount(key, mine[key]), "its": _amount(key, other[key])}
            places = {"of": _of(key), "other": its.id, "plan": above.plan.id}
            says = said("audit.two_thresholds", **shown, **places)
            yield one.remark("two_thresholds", ("clauses", index), says, clause, clause.id)


def _weaker_targets(one: Audited, above: Audited) -> Iterator[Remark]:
    """Find figures promised here that are less than what the plan above promises."""
    if one.targets is None or above.targets is None or one.target_lines is None:
        return
    for index, target in enumerate(one.targets.targets):
        for its in above.targets.targets:
            if target.kpi is not None and target.kpi == its.kpi and _weaker(target, its):
                bound = target.at_most if target.at_least is None else target.at_least
                theirs = its.at_most if its.at_least is None else its.at_least
                places = {"mine": bound, "its": theirs, "unit": target.unit, "plan": above.plan.id}
                yield one.on_target(index, target, said("audit.weaker_promise", **places))


def _weaker(target: Target, its: Target) -> bool:
    if target.at_least is not None and its.at_least is not None:
        return target.at_least < its.at_least
    return (target.at_most or 0) > (its.at_most or 0) and its.at_most is not None


def _subject(clause: Clause) -> tuple[object, ...]:
    return (clause.do, *(getattr(clause.with_, key, None) for key in _SUBJECT))


def _two_times(first: Clause, second: Clause) -> bool:
    """Whether both texts state a time and the times differ."""
    stated = all(one.within is not None and "within" not in one.assumed for one in (first, second))
    return stated and first.within != second.within


def _times(
    one: Audited, index: int, clause: Clause, sort: str, other: Clause, of: Audited
) -> Remark:
    shown = {"mine": as_text(clause.within or 0), "its": as_text(other.within or 0)}
    says = said(f"audit.{sort}", other=other.id, plan=of.plan.id, **shown)
    where: Where = ("clauses", index)
    return one.remark(sort, where, says, clause, clause.id)


def _stated(clause: Clause) -> Bounds:
    """Return the amounts of a clause's condition that its text states."""
    if any(place == "when" or place.startswith("when.") for place in clause.assumed):
        return {}
    return dict(_bounds(clause.when))


def _bounds(when: When) -> Iterator[tuple[tuple[str, str, str], float]]:
    for part in (*(when.all_ or ()), *(when.any_ or ())):
        yield from _bounds(part)
    if when.warning_received is not None:
        warned = when.warning_received
        yield ("warning_received", warned.issued_by, "at_least"), _COLOURS.index(warned.level)
    for sort in ("forecast_rain", "observed_rain", "water_level", "water_depth"):
        bound: Any = getattr(when, sort)
        of = "" if bound is None else getattr(bound, "at", None) or as_text(bound.over)
        for side in ("at_least", "at_most"):
            amount = getattr(bound, side, None)
            if amount is not None:
                yield (sort, str(of), side), amount


def _lowers(clause: Clause) -> bool:
    return any(side == "at_most" for _, _, side in dict(_bounds(clause.when)))


def _rank(clause: Clause) -> int:
    return _LEVELS.index(clause.with_.level)


def _chain(post: str, posts: Mapping[str, Post]) -> list[Post]:
    """Return a post and those above it, nearest first."""
    chain: list[Post] = []
    at: str | None = post
    while at is not None and at in posts and posts[at] not in chain:
        chain.append(posts[at])
        at = posts[at].reports_to
    return chain


def _of(key: tuple[str, str, str]) -> str:
    """Return what an amount is of, in the plan's own words: ``forecast_rain 3 h``."""
    return " ".join(part for part in key[:2] if part)


def _amount(key: tuple[str, str, str], amount: float) -> str:
    if key[0] == "warning_received":
        return _COLOURS[int(amount)]
    rain = key[0].endswith("rain")
    return f"{amount * 1000:.4g} mm" if rain else f"{amount:.4g} m"
