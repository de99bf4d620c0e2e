"""What would fix it: single changes of a plan, in the same disasters, by effect and cost."""

from __future__ import annotations

import dataclasses
import json
import math
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from sim.core.errors import choices, did_you_mean
from sim.core.files import write_text
from sim.core.words import said
from sim.evaluation.ensembles.changes import Change, changes, forewarned, without_delay
from sim.evaluation.ensembles.engine import Engine, Progress, run_study
from sim.evaluation.ensembles.inputs import inputs_of
from sim.evaluation.ensembles.outcome import Outcome
from sim.evaluation.ensembles.study import Study, StudyError
from sim.evaluation.statistics.compare import compare_with
from sim.evaluation.statistics.comparison import Comparison
from sim.evaluation.statistics.rules import aimed
from sim.model.build import plan_file
from sim.scenario.loading import SCENARIO_FILE
from sim.scenario.yaml_guard import read_file

#: plans that no change can pass
NO_DELAY: Final = "no-delay"
FOREWARNED: Final = "forewarned"


@dataclass(frozen=True)
class Effect:
    """What one change does.

    Attributes
    ----------
    change : Change
    comparison : Comparison
        Of the changed plan with the plan as it is; intervals hold for all changes together.
    """

    change: Change
    comparison: Comparison

    @property
    def gain(self) -> float:
        """The average difference, positive when it is for the better."""
        value = self.comparison.difference.value
        return -value if self.comparison.better == "low" else value

    @property
    def gain_range(self) -> tuple[float, float]:
        """Ends of its interval."""
        found = self.comparison.difference
        return (
            (-found.high, -found.low)
            if self.comparison.better == "low"
            else (
                found.low,
                found.high,
            )
        )

    @property
    def per_cost(self) -> float:
        """Gain for 10,000 CNY a year."""
        return self.gain / self.change.cost


@dataclass(frozen=True)
class Improvement:
    """All changes of one plan on one key figure.

    Attributes
    ----------
    effects : tuple of Effect
        The largest gain per cost first.
    limits : dict
        `NO_DELAY` and `FOREWARNED` -> comparison with the plan as it is.
    """

    scenario: str
    plan: str
    kpi: str
    effects: tuple[Effect, ...]
    limits: dict[str, Comparison]

    def table(self) -> pd.DataFrame:
        """Return one row a change: what, cost, gain with range, gain per cost, verdict."""
        rows = [
            (
                one.change.id,
                str(one.change.says),
                one.change.cost,
                one.gain,
                *one.gain_range,
                one.per_cost,
                one.comparison.verdict.key,
            )
            for one in self.effects
        ]
        columns = ["change", "says", "cost_10000_cny_a", "gain", "low", "high", "gain_per_cost"]
        return pd.DataFrame(rows, columns=[*columns, "verdict"])


def improve(
    folder: Path,
    plan: str,
    kpi: str,
    out: Path,
    engine: Engine,
    *,
    replications: int,
    every: int = 1,
    seed: int = 1,
    resume: bool = False,
    progress: Progress | None = None,
) -> Improvement:
    """Try every single change that a plan and its scenario allow, in the same disasters.

    Parameters
    ----------
    folder : Path
        Of the scenario.
    plan, kpi : str
        What is to be improved, and by which key figure it is judged.
    out : Path
        Of the stores; inputs as they were tried lie there too.

    Raises
    ------
    StudyError
        When neither less nor more of the key figure is better.
    """
    if kpi not in aimed():
        guess = did_you_mean(kpi, aimed())
        raise StudyError(said("improve.unknown_kpi", kpi=kpi, known=choices(aimed()), guess=guess))
    inputs = inputs_of(folder, [plan])
    as_it_is = _plain(plan_file(folder, plan))
    tried = changes(as_it_is, _plain(folder / SCENARIO_FILE))
    tables = []
    for name, one in _studies(inputs.unpacked(), plan, as_it_is, tried, out).items():
        study = dataclasses.replace(one, replications=replications, every=every, seed=seed)
        made = run_study(study, out / name / "runs", engine, resume=resume, progress=progress)
        table = Outcome(study, made).kpis
        tables.append(table if name == "plans" else table.assign(plan=name))
    runs = pd.concat(tables, ignore_index=True)
    return _ranked(inputs.scenario, plan, kpi, tried, runs)


def _plain(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = read_file(path).value
    return document


def _studies(
    inputs: Path, plan: str, as_it_is: dict[str, Any], tried: list[Change], out: Path
) -> dict[str, Study]:
    """Write the changed files and return a study of all plans, and one a changed scenario."""
    plans = {change.id: change.document for change in tried if change.where == "plan"}
    plans |= {NO_DELAY: without_delay(as_it_is), FOREWARNED: forewarned(as_it_is)}
    main = _copied(inputs, out / "plans" / "scenario")
    for name, document in plans.items():
        write_text(main / "plans" / f"{name}.yaml", json.dumps(document, ensure_ascii=False))
    studies = {"plans": Study((main,), (plan, *plans), 1)}
    for change in tried:
        if change.where == "scenario":
            own = _copied(inputs, out / change.id / "scenario")
            text = json.dumps(change.document, ensure_ascii=False)
            write_text(own / SCENARIO_FILE, text)
            studies[change.id] = Study((own,), (plan,), 1)
    return studies


def _copied(inputs: Path, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(inputs, to)
    return to


def _ranked(
    scenario: str, plan: str, kpi: str, tried: list[Change], runs: pd.DataFrame
) -> Improvement:
    names = [change.id for change in tried]
    found = compare_with(runs, kpi, [*names, NO_DELAY, FOREWARNED], plan)
    effects = [Effect(change, one) for change, one in zip(tried, found, strict=False)]
    limits = dict(zip((NO_DELAY, FOREWARNED), found[len(tried) :], strict=True))
    order = sorted(effects, key=lambda one: (-_rank(one.per_cost), one.change.id))
    return Improvement(scenario, plan, kpi, tuple(order), limits)


def _rank(gain: float) -> float:
    return -math.inf if math.isnan(gain) else gain
