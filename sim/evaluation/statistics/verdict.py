"""What a comparison says in words: fixed by rule, in natural frequencies, in both languages.

The words are ``verdict.*`` and ``comparison.*`` of the catalogue; nothing here depends on taste.
"""

from __future__ import annotations

import math

from sim.core.words import Said, catalogue, said
from sim.evaluation.statistics.comparison import Comparison, Verdict
from sim.evaluation.statistics.estimate import Estimate
from sim.evaluation.statistics.shares import exact, wilson


def verdict(comparison: Comparison) -> Verdict:
    """Return the verdict on a comparison.

    In this order: nothing to compare; too few disasters; failed runs that could turn it; rare heavy
    losses that make the average's interval too narrow (then who is usually better, but in lives);
    the same in every disaster; the whole interval within the zone that does not matter: no
    practical difference; beyond the zone: better; on one side of 0, but not beyond the zone:
    slightly better; else it cannot be told yet.
    """
    key, winner = _before_the_rule(comparison) or _rule(comparison, comparison.difference)
    return Verdict(key, _places(comparison) | {"winner": called(winner)}, winner)


def called(plan: str) -> str:
    """Return what a plan is called: usual names have words, and nobody acting has a name too."""
    usual = f"plan_label.{plan}"
    if usual in catalogue():
        return said(usual)
    return plan or said("compare.nobody_acts")


def headline(comparison: Comparison) -> Said:
    """Return in how many disasters which plan came off better in the same disaster.

    At least one disaster must have been compared.
    """
    pairs, n = comparison.pairs, comparison.n
    first = pairs.a_better >= pairs.b_better
    count = max(pairs.a_better, pairs.b_better)
    share = wilson(count, n, comparison.share_better.level)
    return said(
        f"comparison.headline.{comparison.better}",
        **_places(comparison),
        one=called(comparison.plan_a if first else comparison.plan_b),
        other=called(comparison.plan_b if first else comparison.plan_a),
        count=count,
        least=round(share.low * n),
        most=round(share.high * n),
    )


def sentences(comparison: Comparison) -> tuple[Said, ...]:
    """Return all that is to be said: verdict, headline, size, the worst, and what is missing.

    Where rare heavy losses decide, how often and how heavy they are stands before the average; of
    too few disasters nobody can tell whether they do. Plans that never differed get no range of
    nothing, but how often they might still differ.
    """
    if comparison.verdict.key == "no_pairs":
        return (comparison.verdict.words(), *_notes(comparison))
    if comparison.pairs.equal == comparison.n:
        same = said("verdict.same", **_places(comparison))
        told = (same,) if comparison.verdict.key == "same" else (comparison.verdict.words(), same)
        return (*told, said("comparison.never", **_places(comparison)), *_notes(comparison))
    said_of = [comparison.verdict.words(), headline(comparison)]
    if _skewed(comparison):
        said_of.append(_rare(comparison))
    if comparison.difference.known:
        said_of.append(_size("comparison.size", comparison, comparison.difference))
    if comparison.worst.known:
        said_of.append(_size("comparison.worst", comparison, comparison.worst))
    return (*said_of, *_notes(comparison))


def _skewed(comparison: Comparison) -> bool:
    """Whether rare heavy losses decide, as far as there are disasters enough to tell."""
    return comparison.too_skewed and comparison.n >= comparison.least_n


def _notes(comparison: Comparison) -> tuple[Said, ...]:
    """Return what a reader must know to judge the numbers."""
    notes = {
        "skewed": _skewed(comparison),
        "unfinished": bool(comparison.pairs.unfinished),
        "failed": bool(comparison.pairs.failed),
        "not_judged": bool(comparison.pairs.not_judged),
    }
    places = _places(comparison)
    return tuple(said(f"comparison.{note}", **places) for note, holds in notes.items() if holds)


def _rare(comparison: Comparison) -> Said:
    """Return how often each plan came off worse than usual, and what the bad cases are."""
    n, kind, a, b = comparison.n, comparison.kind, comparison.beyond_a, comparison.beyond_b
    return said(
        f"comparison.rare.{comparison.better}",
        **_places(comparison),
        count_a=round(n * a.value),
        low_a=round(n * a.low),
        high_a=round(n * a.high),
        count_b=round(n * b.value),
        low_b=round(n * b.low),
        high_b=round(n * b.high),
        typical=_level(comparison.typical, kind),
        bad_a=_level(comparison.bad_a.value, kind),
        bad_b=_level(comparison.bad_b.value, kind),
    )


def _before_the_rule(comparison: Comparison) -> tuple[str, str] | None:
    """Return why the rule cannot be applied; nothing when it can."""
    if comparison.n < 2:
        return "no_pairs", ""
    if comparison.n < comparison.least_n:
        return "too_few_runs", ""
    if len({_rule(comparison, bound) for bound in comparison.if_failed}) > 1:
        return "failed_runs", ""
    return _rare_rule(comparison) if comparison.too_skewed else None


def _rare_rule(comparison: Comparison) -> tuple[str, str]:
    """Return what can be said where no interval of the average can be trusted.

    In lives nothing: the rare heavy losses are what counts. Else who is usually better, when the
    median difference lies beyond the zone.
    """
    if comparison.kind == "lives" or not comparison.usual.beyond(comparison.zone):
        return "rare_losses", ""
    a_wins = (comparison.usual.high < 0) == (comparison.better == "low")
    return "usually_better", comparison.plan_a if a_wins else comparison.plan_b


def _rule(comparison: Comparison, difference: Estimate) -> tuple[str, str]:
    """Return the verdict's key and the winner on one estimate of a - b."""
    if comparison.pairs.equal == comparison.n and difference.low == difference.high == 0:
        return "same", ""
    if difference.within(comparison.zone):
        return "no_difference", ""
    a_lower = difference.high < 0
    if a_lower or difference.low > 0:
        a_wins = a_lower == (comparison.better == "low")
        winner = comparison.plan_a if a_wins else comparison.plan_b
        return ("better" if difference.beyond(comparison.zone) else "slightly_better"), winner
    if comparison.more_runs >= 0:
        return "cannot_tell", ""
    return ("on_the_edge" if math.isfinite(difference.half_width) else "unfinished"), ""


def _places(comparison: Comparison) -> dict[str, object]:
    pairs, known = comparison.pairs, f"kpi.{comparison.kpi}" in catalogue()
    return {
        "kpi": said(f"kpi.{comparison.kpi}") if known else comparison.kpi,
        "a": called(comparison.plan_a),
        "b": called(comparison.plan_b),
        "n": comparison.n,
        "equal": pairs.equal,
        "least_n": comparison.least_n,
        "more": about(comparison.more_runs),
        "unfinished_a": pairs.unfinished_a,
        "unfinished_b": pairs.unfinished_b,
        "failed_a": pairs.failed_a,
        "failed_b": pairs.failed_b,
        "not_judged": pairs.not_judged,
        "worst_in_100": _number(100 * comparison.tail_share),
        "still_in_100": _still_in_100(comparison),
        "kept_in_100": _number(100 * (1 - comparison.tail_share)),
        "percent": _number(100 * comparison.difference.level),
        "zone": amount(comparison.zone, comparison.kind),
        "disasters": said(f"disasters.{comparison.disasters}"),
        "disaster": said(f"disaster.{comparison.disasters}"),
    }


def _still_in_100(comparison: Comparison) -> int:
    """Return in how many of 100 disasters at most something happens that was in none."""
    if comparison.n == 0:
        return 100
    return math.ceil(100 * exact(0, comparison.n, comparison.difference.level).high)


def about(more_runs: int) -> str:
    """Return a number of runs as well as it is known: two digits, and no fewer than ten."""
    step = 10 ** max(len(str(abs(more_runs))) - 2, 1)
    return f"{math.ceil(more_runs / step) * step:,}"


def _size(key: str, comparison: Comparison, difference: Estimate) -> Said:
    """Return how much lower or higher ``a`` is, with the range turned to the same side."""
    lower = difference.value < 0
    shown = difference.turned() if lower else difference
    kind, side = comparison.kind, "lower" if lower else "higher"
    if key == "comparison.size" and difference.value == 0:
        side = "equal"
    return said(
        f"{key}.{side}",
        **_places(comparison),
        average=said(f"comparison.{'median' if difference.method == 'median' else 'mean'}"),
        amount=amount(shown.value, kind),
        low=_number_of(shown.low, kind),
        high=amount(shown.high, kind),
    )


def amount(value: float, kind: str) -> Said:
    """Return a difference with what it counts: ``2.4 lives``."""
    return said(f"difference.{kind}", value=_number_of(value, kind))


def _level(value: float, kind: str) -> Said:
    """Return a figure itself, not a difference: a share is so many percent, not points."""
    if kind == "share":
        return said("level.share", value=_number_of(value, kind))
    return amount(value, kind)


def _number_of(value: float, kind: str) -> str:
    return _number(100 * value if kind == "share" else value)


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "∞" if value > 0 else "-∞"
    digits = 0 if abs(value) >= 10 or value == round(value) else 1 if abs(value) >= 1 else 2
    text = f"{value:,.{digits}f}"
    return text.removeprefix("-") if not text.strip("-0.") else text
