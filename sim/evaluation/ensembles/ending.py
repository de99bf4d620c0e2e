"""When a study has seen enough: its answer is precise, a race has a winner, a budget is spent."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sim.core.errors import choices, did_you_mean
from sim.core.words import Said, said
from sim.evaluation.ensembles.outcome import Outcome, by_disaster
from sim.evaluation.ensembles.study import Study, StudyError
from sim.evaluation.statistics.comparison import Better
from sim.evaluation.statistics.means import too_skewed
from sim.evaluation.statistics.rules import MAIN, Aim, Rules, aim, aimed
from sim.evaluation.statistics.runs import BoolArray, FloatArray, matched
from sim.evaluation.statistics.selection import (
    IntArray,
    Race,
    batch_means,
    chance_of_best,
    kn_race,
    ocba_next,
)
from sim.evaluation.statistics.stopping import stop
from sim.evaluation.statistics.verdict import amount, called

#: makes what is missing of a study, and opens what there is
Make = Callable[[Study], Outcome]
#: how plans are chosen: by a race, or by sharing out a budget of runs
SELECTIONS: Final = ("kn", "ocba")

#: least variance beside the largest one: a plan that never varied may still do so
_LEAST_VARIANCE: Final = 1e-6


@dataclass(frozen=True)
class Ending:
    """Why a study ended where it did; `words` says it.

    Attributes
    ----------
    rule : str
        ``precision``, ``kn`` or ``ocba``.
    reason : str
        ``precise`` or ``cap``; ``decided`` or ``undecided``; ``spent``.
    kpis : tuple of str
        Key figures looked at.
    kind : str
        What differences of the key figure are said in.
    zone : float
        Difference that does not matter, in the figure's unit.
    level : float
        Probability that a race promises.
    best : str
        The plan that won, or looks best.
    left : tuple of str
        Plans that may still be the best.
    met : dict
        Plan -> disasters a scenario.
    batch : int
        Disasters that were averaged into one value of a race.
    left_out : int
        Disasters left out of a race because a run broke down in them.
    chance : float
        Of `best` really being the best, at least about so much (OCBA).
    """

    rule: str
    reason: str
    kpis: tuple[str, ...]
    met: dict[str, int]
    kind: str = ""
    zone: float = 0.0
    level: float = 0.0
    best: str = ""
    left: tuple[str, ...] = ()
    batch: int = 1
    left_out: int = 0
    chance: float = 0.0

    def words(self) -> tuple[Said, ...]:
        """Return the sentences on the ending: what was found, what it is worth, on what terms."""
        places = {
            "best": called(self.best),
            "left": said_list([called(plan) for plan in self.left]),
            "kpi": said_list([said(f"kpi.{kpi}") for kpi in self.kpis]),
            "plans": len(self.met),
            "n": max(self.met.values(), default=0),
            "runs": sum(self.met.values()),
            "percent": f"{100 * self.level:g}",
            "chance": min(math.floor(100 * self.chance), 99),
            "zone": amount(self.zone, self.kind) if self.kind else "",
            "batch": self.batch,
            "left_out": self.left_out,
            "met": said_list(
                [said("ending.met", plan=called(plan), n=n) for plan, n in self.met.items()]
            ),
        }
        keys = [f"ending.{self.rule}.{self.reason}"]
        if self.rule != "precision":
            keys += ["ending.each_met", f"ending.{self.rule}.terms"]
        keys += ["ending.batch"] if self.batch > 1 else []
        keys += ["ending.left_out"] if self.left_out else []
        return tuple(said(key, **places) for key in keys)


def said_list(parts: Sequence[object]) -> Said | str:
    """Return parts with commas between, in either language."""
    if not parts:
        return ""
    told = said("ending.one", one=parts[0])
    for part in parts[1:]:
        told = said("ending.and", first=told, then=part)
    return told


# -- stop on precision ---------------------------------------------------------------------------


def until_precise(study: Study, make: Make, by: str, rules: Rules) -> tuple[Study, Ending]:
    """Make disasters until every difference is known well enough, at most ``study.most``.

    Parameters
    ----------
    study : Study
    make : callable
    by : str
        The key figure that must be known well enough; empty for the main figures that tell plans
        apart, two at most.
    rules : Rules
    """
    first = min(int(rules.first_runs), study.most)
    rules = rules.model_copy(update={"most_runs": study.most, "first_runs": first})
    n = first
    while True:
        study = dataclasses.replace(study, replications=n)
        outcome = make(study)
        kpis = (_known(by, outcome),) if by else leading(outcome)
        looks = [
            stop(values, _aim(kpi, outcome).zone, rules)
            for kpi in kpis
            for values in _differences(outcome, kpi)
        ]
        if all(look.enough for look in looks):
            reason = "cap" if any(look.reason == "cap" for look in looks) else "precise"
            return study, Ending("precision", reason, kpis, dict.fromkeys(study.plans, n))
        n = max(look.next_n for look in looks)


def leading(outcome: Outcome) -> tuple[str, ...]:
    """Return the first two main figures in which plans differ, or else the first two."""
    known = [kpi for kpi in MAIN if (outcome.kpis["kpi"] == kpi).any()]
    telling = [
        kpi
        for kpi in known
        if any(np.ptp(one) > 0 or np.any(one) for one in _differences(outcome, kpi) if len(one))
    ]
    return tuple((telling or known)[:2])


def _differences(outcome: Outcome, kpi: str) -> list[FloatArray]:
    """Return each plan less the first in the same disasters; the figure itself of a single plan."""
    baseline, *others = outcome.study.plans
    if not others:
        values = matched(outcome.kpis, kpi, baseline, baseline).a
        return [values[np.isfinite(values)]]
    found = [matched(outcome.kpis, kpi, plan, baseline) for plan in others]
    return [(one.a - one.b)[np.isfinite(one.a - one.b)] for one in found]


# -- which is best -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Judged:
    """By what plans are judged, fixed at the first look.

    Attributes
    ----------
    batch : int
        Disasters averaged into one value: more than 1 where rare heavy losses decide, always for
        deaths and injuries, and else where Cochran's rule says so of the first look.
    """

    kpi: str
    aim: Aim
    batch: int

    @classmethod
    def at_first_look(cls, outcome: Outcome, by: str, rules: Rules) -> _Judged:
        """Return the figure asked for, or the one that leads, and what is known of it."""
        kpi = _known(by, outcome) if by else leading(outcome)[0]
        wanted = _aim(kpi, outcome)
        rare = _rare(by_disaster(outcome, kpi), wanted)
        return cls(kpi, wanted, int(rules.batch) if rare else 1)

    def ending(self, study: Study, outcome: Outcome, **found: Any) -> Ending:
        """Return an ending with all that does not depend on the procedure."""
        return Ending(
            kpis=(self.kpi,),
            met=dict(zip(study.plans, study.met, strict=True)),
            kind=self.aim.kind,
            zone=self.aim.zone,
            left_out=int((~_sound(outcome, self.kpi)).sum()),
            **found,
        )


def race(study: Study, make: Make, by: str, rules: Rules) -> tuple[Study, Ending]:
    """Let plans race by Kim and Nelson until one is left, at most ``study.most`` disasters."""
    n = min(int(rules.first_runs), study.most)
    met: IntArray = np.zeros(len(study.plans), dtype=np.int_)
    alive: BoolArray = np.ones(len(study.plans), dtype=bool)
    judged: _Judged | None = None
    while True:
        met[alive] = n
        study = dataclasses.replace(study, replications=n, met=tuple(met.tolist()))
        outcome = make(study)
        judged = judged or _Judged.at_first_look(outcome, by, rules)
        found = _raced(outcome, judged, rules)
        alive = found.alive
        if found.decided or n >= study.most:
            return study, judged.ending(
                study,
                outcome,
                rule="kn",
                reason="decided" if found.decided else "undecided",
                level=rules.level,
                best=study.plans[found.best],
                left=tuple(plan for plan, on in zip(study.plans, alive, strict=True) if on),
                batch=judged.batch,
            )
        n = min(n + int(rules.step_runs), study.most)


def _raced(outcome: Outcome, judged: _Judged, rules: Rules) -> Race:
    """Return where the race stands after all disasters in which nothing broke down."""
    values = by_disaster(outcome, judged.kpi)[_sound(outcome, judged.kpi)]
    racing = batch_means(values, judged.batch)
    first = int(rules.first_batches if judged.batch > 1 else rules.first_runs)
    if len(racing) < first:
        everybody = np.ones(values.shape[1], dtype=bool)
        return Race(everybody, everybody * len(values), _best(values, judged.aim.better))
    wanted = judged.aim
    return kn_race(racing, wanted.zone, wanted.better, level=rules.level, first_runs=first)


def share_out(study: Study, make: Make, by: str, rules: Rules) -> tuple[Study, Ending]:
    """Share out ``study.replications`` runs a plan among all plans, where they tell most."""
    budget = study.replications * len(study.plans)
    met: IntArray = np.full(len(study.plans), min(int(rules.first_runs), study.replications))
    judged: _Judged | None = None
    while True:
        study = dataclasses.replace(
            study, replications=int(met.max()), met=tuple(met.tolist()), most=budget
        )
        outcome = make(study)
        judged = judged or _Judged.at_first_look(outcome, by, rules)
        better, values = judged.aim.better, by_disaster(outcome, judged.kpi)
        means, variances = np.nanmean(values, axis=0), np.nanvar(values, axis=0, ddof=1)
        left = budget - int(met.sum())
        if left <= 0 or not variances.any():  # nothing left, or nothing that a run would tell
            counts = (~np.isnan(values)).sum(axis=0)
            chance = chance_of_best(means, variances, counts, better)
            best = study.plans[_best(values, better)]
            return study, judged.ending(
                study, outcome, rule="ocba", reason="spent", best=best, chance=chance
            )
        variances = np.maximum(variances, _LEAST_VARIANCE * variances.max())
        more = min(left, int(rules.step_runs) * len(study.plans))
        met = met + ocba_next(means, variances, met, more, better)


def _sound(outcome: Outcome, kpi: str) -> BoolArray:
    """Return the disasters in which no run broke down."""
    rows = outcome.kpis[(outcome.kpis["kpi"] == kpi) & (outcome.kpis["state"] == "failed")]
    numbers = [number for number, _, _ in outcome.study.draws()]
    return ~np.isin(numbers, rows["replication"].to_numpy())


def _rare(values: FloatArray, aimed_at: Aim) -> bool:
    """Whether rare heavy losses decide, so that single disasters are far from a bell curve."""
    if aimed_at.kind == "lives":
        return True
    whole = values[~np.isnan(values).any(axis=1)]
    return any(too_skewed(whole[:, k] - whole[:, 0]) for k in range(1, values.shape[1]))


def _best(values: FloatArray, better: Better) -> int:
    means = np.nanmean(values, axis=0)
    return int(np.argmin(means) if better == "low" else np.argmax(means))


def _known(kpi: str, outcome: Outcome) -> str:
    """Return a key figure that all runs have and that plans can be judged by."""
    known = [one for one in aimed() if (outcome.kpis["kpi"] == one).any()]
    if kpi not in known:
        guess = did_you_mean(kpi, known)
        raise StudyError(said("improve.unknown_kpi", kpi=kpi, known=choices(known), guess=guess))
    return kpi


def _aim(kpi: str, outcome: Outcome) -> Aim:
    unit = str(outcome.kpis.loc[outcome.kpis["kpi"] == kpi, "unit"].iloc[0])
    found = aim(kpi, unit)
    assert found is not None  # `_known` and `MAIN` let no other through
    return found
