"""What would fix it: single changes of a plan, in the same disasters, by effect and cost."""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from sim.core.disk import made_folder
from sim.core.errors import choices, did_you_mean
from sim.core.files import write_text
from sim.core.words import Said, said
from sim.evaluation.ensembles.answer import differs, disasters_of
from sim.evaluation.ensembles.change import AsItIs, Change, Document
from sim.evaluation.ensembles.changes import changes, forewarned, without_delay
from sim.evaluation.ensembles.desk import Making, Progress, run_study
from sim.evaluation.ensembles.inputs import Inputs, code_sha256, inputs_of
from sim.evaluation.ensembles.options import StudyOptions
from sim.evaluation.ensembles.outcome import Outcome
from sim.evaluation.ensembles.study import Study, StudyError
from sim.evaluation.road_limit import RoadLimit, road_limit
from sim.evaluation.statistics.compare import compare_with
from sim.evaluation.statistics.comparison import Comparison
from sim.evaluation.statistics.quantiles import quantile
from sim.evaluation.statistics.rules import Rules, aimed
from sim.evaluation.statistics.runs import of_plan
from sim.model.build import plan_file, world_of
from sim.scenario.loading import SCENARIO_FILE, load_plan, load_scenario
from sim.scenario.parameters import own_parameters
from sim.scenario.scenario import Scenario, on_cells
from sim.scenario.yaml_guard import read_file
from sim.world.world import World

#: how far speed alone gets: plans without delay, and without delay and known beforehand
NO_DELAY: Final = "no-delay"
FOREWARNED: Final = "forewarned"
#: min; the slowest few of every hundred have reasons that no road explains
_CLEARANCE: Final = "clearance_95"


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

    def verdict(self) -> Said:
        """Return the verdict on the change, without the names of files."""
        return change_verdict(self.comparison)

    @property
    def nothing(self) -> bool:
        """Whether it made no difference in any disaster."""
        return self.comparison.n > 0 and not differs(self.comparison)

    @property
    def per_cost(self) -> float:
        """Gain for 10,000 CNY a year."""
        return self.gain / self.change.cost


def change_verdict(comparison: Comparison) -> Said:
    """Return the verdict on a changed plan (a) beside the plan as it is (b), for a reader."""
    found = comparison.verdict
    if found.decided:
        side = "better" if found.winner == comparison.plan_a else "worse"
        return said(f"improve.verdict.{found.key}.{side}", **found.places)
    if found.key == "same":
        return said("improve.verdict.same", **found.places)
    return found.words()


@dataclass(frozen=True)
class Improvement:
    """All changes of one plan on one key figure.

    Attributes
    ----------
    folder : Path
        Of the scenario as it is.
    scenario, world : Scenario, World
        On the cells that it was tried on.
    effects : tuple of Effect
        The largest gain per cost first.
    limits : dict
        `NO_DELAY` and `FOREWARNED` -> comparison with the plan as it is.
    clearance_s : dict
        The plan, `NO_DELAY` and `FOREWARNED` -> median over disasters of the time from the order
        until 95 of 100 of those who left are safe; infinite where most runs ended before, missing
        where the plan orders nobody out.
    road : RoadLimit or None
        What roads and places allow at most.
    as_it_is : Outcome
        The runs of the plan as it is, and of its changes in the same scenario.
    about : dict
        What is needed to make all of it again.
    """

    folder: Path
    scenario: Scenario
    world: World
    plan: str
    kpi: str
    effects: tuple[Effect, ...]
    limits: dict[str, Comparison]
    clearance_s: dict[str, float]
    road: RoadLimit | None
    as_it_is: Outcome
    about: dict[str, Any]

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
    making: Making,
    asked: StudyOptions,
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
    making : Making
    asked : StudyOptions
        How many disasters, and on what cells; single changes are compared in all of them.

    Raises
    ------
    StudyError
        When neither less nor more of the key figure is better.
    """
    _check(kpi)
    inputs = inputs_of(folder, [plan])
    like = asked.study([folder], [plan])
    scenario, world = _place(inputs.unpacked(), like.cell_m)
    own = AsItIs(_plain(plan_file(folder, plan)), _plain(folder / SCENARIO_FILE), world)
    with own_parameters(scenario.parameters):
        tried = changes(own)
    studies = _studies(inputs.unpacked(), plan, own.plan, tried, out, like)
    outcomes = _outcomes(studies, out, making)
    runs = _figures(outcomes)
    effects, limits = _ranked(plan, kpi, tried, runs, disasters_of(outcomes["plans"]))
    return Improvement(
        folder=folder,
        scenario=scenario,
        world=world,
        plan=plan,
        kpi=kpi,
        effects=effects,
        limits=limits,
        clearance_s=_clearance_s(runs, (plan, NO_DELAY, FOREWARNED)),
        road=_road_limit(scenario, world, plan_file(inputs.unpacked(), plan)),
        as_it_is=outcomes["plans"],
        about=_about(like, inputs, outcomes),
    )


def _about(like: Study, inputs: Inputs, outcomes: dict[str, Outcome]) -> dict[str, Any]:
    """Return what is needed to make all of it again."""
    return {
        "replications": like.replications,
        "every": like.every,
        "seed": like.seed,
        "cell_m": like.cell_m,
        "runs": sum(len(one.rows) for one in outcomes.values()),
        "inputs_sha256": inputs.files_sha256,
        "code_sha256": code_sha256(),
    }


def _check(kpi: str) -> None:
    if kpi not in aimed():
        guess = did_you_mean(kpi, aimed())
        raise StudyError(said("improve.unknown_kpi", kpi=kpi, known=choices(aimed()), guess=guess))


def _outcomes(studies: dict[str, Study], out: Path, making: Making) -> dict[str, Outcome]:
    """Make all runs and return them study by study."""
    outcomes, before = {}, 0
    n = sum(sum(1 for _ in study.jobs()) for study in studies.values())
    for name, study in studies.items():
        progress = functools.partial(_progress, making.progress, before, n)
        own = dataclasses.replace(making, progress=progress)
        outcomes[name] = Outcome(study, run_study(study, out / name / "runs", own))
        before += sum(1 for _ in study.jobs())
    return outcomes


def _figures(outcomes: dict[str, Outcome]) -> pd.DataFrame:
    """Return the key figures of all runs; a changed scenario is named as a plan."""
    tables = [
        one.kpis if name == "plans" else one.kpis.assign(plan=name)
        for name, one in outcomes.items()
    ]
    return pd.concat(tables, ignore_index=True)


def _progress(tell: Progress, before: int, n: int, done: int, _: int) -> None:
    """Tell how many runs of all studies are kept."""
    tell(before + done, n)


def _place(folder: Path, cell_m: float | None) -> tuple[Scenario, World]:
    """Return the scenario of a folder and its map, on the cells that are asked for."""
    scenario = on_cells(load_scenario(folder), cell_m)
    with own_parameters(scenario.parameters):
        return scenario, world_of(scenario, folder)


def _road_limit(scenario: Scenario, world: World, plan: Path) -> RoadLimit | None:
    with own_parameters(scenario.parameters):
        return road_limit(world, load_plan(plan))


def _clearance_s(runs: pd.DataFrame, plans: tuple[str, ...]) -> dict[str, float]:
    """Return the median clearance of each plan that has one."""
    found = {}
    for plan in plans if (runs["kpi"] == _CLEARANCE).any() else ():
        values = of_plan(runs, _CLEARANCE, plan)
        if len(values):
            found[plan] = 60.0 * quantile(values, 0.5, Rules().level).value
    return found


def _plain(path: Path) -> Document:
    document: Document = read_file(path).value
    return document


def _studies(
    inputs: Path, plan: str, as_it_is: Document, tried: list[Change], out: Path, like: Study
) -> dict[str, Study]:
    """Write the changed files and return a study of all plans, and one a changed scenario.

    The studies have as many disasters as ``like``.
    """
    plans = {one.id: one.plan for one in tried if one.plan is not None and one.scenario is None}
    plans |= {NO_DELAY: without_delay(as_it_is), FOREWARNED: forewarned(as_it_is)}
    main = _copied(inputs, out / "plans" / "scenario")
    for name, document in plans.items():
        _write(main / "plans" / f"{name}.yaml", document)
    studies = {"plans": dataclasses.replace(like, folders=(main,), plans=(plan, *plans))}
    for change in tried:
        if change.scenario is not None:
            own = _copied(inputs, out / change.id / "scenario")
            _write(own / SCENARIO_FILE, change.scenario)
            if change.plan is not None:
                _write(own / "plans" / f"{plan}.yaml", change.plan)
            studies[change.id] = dataclasses.replace(like, folders=(own,), plans=(plan,))
    return studies


def _write(path: Path, document: Document) -> None:
    write_text(path, json.dumps(document, ensure_ascii=False))


def _copied(inputs: Path, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    made_folder(to.parent)
    shutil.copytree(inputs, to)
    return to


def _ranked(
    plan: str, kpi: str, tried: list[Change], runs: pd.DataFrame, disasters: str
) -> tuple[tuple[Effect, ...], dict[str, Comparison]]:
    """Return the changes by gain per cost, and the limits, from all runs together."""
    names = [change.id for change in tried]
    known = [*names, NO_DELAY, FOREWARNED]
    found = compare_with(runs, kpi, known, plan, disasters=disasters)
    effects = [Effect(change, one) for change, one in zip(tried, found, strict=False)]
    limits = dict(zip((NO_DELAY, FOREWARNED), found[len(tried) :], strict=True))
    order = sorted(effects, key=lambda one: (-_rank(one.per_cost), one.change.id))
    return tuple(order), limits


def _rank(gain: float) -> float:
    return -math.inf if math.isnan(gain) else gain
