"""One run of a study, in a worker: the disaster played or made, the figures taken, all let go."""

from __future__ import annotations

import functools
import os
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from sim.core.sets import distinct
from sim.evaluation.crowd import Crowd
from sim.evaluation.delays import hindrance
from sim.evaluation.ensembles.live import LiveResults
from sim.evaluation.ensembles.study import Draw, Job
from sim.evaluation.failure import BROKEN
from sim.evaluation.kpis import kpis_of
from sim.hazards.recording import ABOUT, Recording, works_on
from sim.hazards.replay import FeltByHazardError, feels
from sim.model.build import map_cache, plan_file, world_of
from sim.model.disaster import Disaster
from sim.model.recorded import record_hazards
from sim.model.results import Results
from sim.scenario.loading import load_plan, load_scenario
from sim.scenario.parameters import own_parameters, parameters_in_force
from sim.scenario.plan import Plan
from sim.scenario.scenario import Scenario, on_cells
from sim.scenario.varying import varied_scenario
from sim.world.world import World

#: curves of people over time that reports draw, and the columns of the series they sum
CURVES: Final = {
    "in_safety": ("people_sheltered", "people_hosted", "people_left_area", "people_in_hospital"),
    "warned": ("people_warned",),
    "in_danger": ("people_stranded", "people_trapped"),
    "waiting_for_relief": ("relief_waiting",),
    "without_water": ("unmet_drinking_water_person_h",),
}
#: how folders of disasters that are being recorded begin
UNFINISHED: Final = "new-"
#: a curve has about so many points
_POINTS: Final = 96


@dataclass(frozen=True)
class Finished:
    """What is kept of one run.

    Attributes
    ----------
    figures : list of (kpi, value, unit, why)
        As `sim.evaluation.kpis.kpis_of`; a value that cannot be judged is None.
    clauses : list of dict
        One a clause and round: clause, action, outcome, margin_s, deadline_s, held_up_by.
    curves : dict
        ``t_s`` and the names of `CURVES` -> numbers.
    zones : dict
        Id of a community -> residents of it who were hurt, killed, caught or trapped.
    own_hazard : bool
        The plan worked on the hazard itself, so that this disaster is its own.
    drawn : bool
        Whether the hazards depend on the seed.
    state_sha256 : str
    took_s : dict
        Processor time by part.
    """

    figures: list[tuple[str, float | None, str, str]]
    clauses: list[dict[str, Any]]
    curves: dict[str, list[float]]
    zones: dict[str, int]
    own_hazard: bool
    drawn: bool
    state_sha256: str
    took_s: dict[str, float] = field(compare=False)


def run_job(job: Job, recordings: Path, *, live: bool | None) -> Finished:
    """Run one plan in one disaster and return what is kept.

    Parameters
    ----------
    job : Job
    recordings : Path
        Where this machine keeps recorded disasters while the study lasts.
    live : bool or None
        The plan is known to work on the hazard, so that no recording will do; None when that is not
        known, and its orders tell.
    """
    scenario = scenario_of(job)
    with own_parameters(scenario.parameters):
        return _finished(job, scenario, recordings, live=live)


def _finished(job: Job, scenario: Scenario, recordings: Path, *, live: bool | None) -> Finished:
    began = time.process_time()
    world, plan = _world(job), plan_of(job)
    ready = time.process_time()
    if live is None:
        kinds = [part.kind for part in (*scenario.hazards, *scenario.chains)]
        live = works_on(_orders(plan), kinds)
    recording = None if live else _recording(job, scenario, world, recordings)
    recorded = time.process_time()
    try:
        found = _run(job, scenario, world, plan, recording)
    except FeltByHazardError:
        found = _run(job, scenario, world, plan, None)
    took = {
        "inputs_s": ready - began,
        "hazards_s": recorded - ready,
        "run_s": time.process_time() - recorded,
    }
    return Finished(**found, took_s=took)


def _orders(plan: Plan | None) -> list[str]:
    if plan is None:
        return []
    return [*(clause.do for clause in plan.clauses), *(step.do for step in plan.before)]


def scenario_of(job: Job) -> Scenario:
    """Return the scenario of a job, with its varied places set."""
    folder, draw = job.draw.inputs.unpacked(), job.draw
    if not job.ranges:
        return _plain_scenario(folder, draw.cell_m)
    return on_cells(varied_scenario(folder, job.ranges, draw.values), draw.cell_m)


@functools.lru_cache(maxsize=8)
def _plain_scenario(folder: Path, cell_m: float | None) -> Scenario:
    return on_cells(load_scenario(folder), cell_m)


def plan_of(job: Job) -> Plan | None:
    """Return the plan of a job; None when nobody acts."""
    own = tuple(parameters_in_force().items())
    return _plan(job.draw.inputs.unpacked(), job.plan, own) if job.plan else None


@functools.lru_cache(maxsize=64)
def _plan(folder: Path, plan: str, _own: tuple[tuple[str, float], ...]) -> Plan:
    return load_plan(plan_file(folder, plan))


#: the newest map of this worker; a study goes through its scenarios one after the other
_maps: Final[dict[str, World]] = {}


def _world(job: Job) -> World:
    folder = job.draw.inputs.unpacked()
    scenario = _plain_scenario(folder, job.draw.cell_m)
    source = f"{job.draw.inputs.sha256}/{map_cache(scenario, folder) if scenario.map.facts else ''}"
    if source not in _maps:
        _maps.clear()
        _maps[source] = world_of(scenario, folder)
    return _maps[source]


def recording_folders(draw: Draw, recordings: Path) -> tuple[Path, Path]:
    """Return where a disaster is kept: when any seed gives the same, and when only its own does."""
    return recordings / draw.sort, recordings / f"{draw.sort}-s{draw.seed}"


def _recording(job: Job, scenario: Scenario, world: World, recordings: Path) -> Recording:
    """Return the disaster as recorded, now or by an earlier run."""
    folders = recording_folders(job.draw, recordings)
    for folder in folders:
        if (folder / ABOUT).exists():
            return Recording.opened(folder)
    recordings.mkdir(parents=True, exist_ok=True)
    fresh = (
        Path(tempfile.mkdtemp(dir=recordings, prefix=f"{UNFINISHED}{os.getpid()}-")) / "recording"
    )
    record_hazards(scenario, world, job.draw.seed, fresh)
    final = folders[1] if Recording.opened(fresh).about["drawn"] else folders[0]
    try:
        fresh.rename(final)
    except OSError:  # another worker was quicker, with the same disaster
        shutil.rmtree(fresh, ignore_errors=True)
    fresh.parent.rmdir()
    return Recording.opened(final)


def _run(
    job: Job, scenario: Scenario, world: World, plan: Plan | None, recording: Recording | None
) -> dict[str, Any]:
    """Run the model, and return what is kept of it by the names of `Finished`."""
    model = Disaster(
        scenario,
        world,
        plan=plan,
        seed=job.draw.seed,
        every=job.every,
        recorded=recording,
    )
    try:
        model.run()
        results = LiveResults(model, job.draw.inputs.unpacked(), plan, job.every)
        return {
            "figures": figures_of(results),
            "clauses": clauses_of(results),
            "curves": curves_of(results.series),
            "zones": harmed_by_zone(results),
            "own_hazard": any(
                feels(hazard.reads, model.fields, model.states) for hazard in model.hazards
            ),
            "drawn": model.hazards_drew,
            "state_sha256": model.recorder.state_sha256(),
        }
    finally:
        model.close()


def figures_of(results: Results) -> list[tuple[str, float | None, str, str]]:
    """Return the key figures of a run."""
    table = kpis_of(results)
    columns = (table[name].tolist() for name in ("kpi", "value", "unit", "why"))
    return [
        (kpi, None if why else float(value), unit, why)
        for kpi, value, unit, why in zip(*columns, strict=True)
    ]


def clauses_of(results: Results) -> list[dict[str, Any]]:
    """Return what became of every clause and round, and what held up those that broke."""
    ledger = results.clauses
    return [
        {
            "clause": str(row["clause"]),
            "action": str(row["action"]),
            "outcome": str(row["outcome"]),
            "margin_s": _number(row["margin_s"]),
            "deadline_s": _number(row["deadline_s"]),
            "held_up_by": hindrance(results, row) if row["outcome"] in BROKEN else "",
        }
        for _, row in ledger.iterrows()
    ]


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def curves_of(series: pd.DataFrame) -> dict[str, list[float]]:
    """Return the curves of `CURVES` at about a hundred moments, the last one among them."""
    n = len(series)
    rows = distinct(np.linspace(0, n - 1, min(n, _POINTS)).round().astype(int))
    found = {"t_s": series["t_s"].to_numpy(float)[rows].tolist()}
    for name, columns in CURVES.items():
        known = [column for column in columns if column in series]
        found[name] = series[known].sum(axis=1).to_numpy(float)[rows].tolist()
    return found


def harmed_by_zone(results: Results) -> dict[str, int]:
    """Return how many residents of each community were hurt, killed, caught or trapped."""
    crowd, world = Crowd(results), results.world
    people = results.people
    struck = (people["health"].to_numpy() > 0) | people["caught_s"].notna().to_numpy()
    zone = people["zone"].to_numpy()
    inside = struck & (zone >= 0)
    n = np.bincount(zone[inside], crowd.weight[inside], minlength=world.zones.n)
    return {str(world.zones.id[row]): int(n[row]) for row in np.flatnonzero(n).tolist()}
