"""Run a scenario, open a finished run, draw it."""

from __future__ import annotations

import functools
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from sim.api.shared import Progress, first
from sim.core.cells import write_csv
from sim.core.disk import told_of_disk
from sim.core.files import FolderInUseError, carry_over, whole_folder
from sim.core.hands import beside
from sim.core.words import LANGUAGES, said
from sim.evaluation.explain_clause import explain_clause
from sim.evaluation.explain_person import explain_person, person_row
from sim.evaluation.kpis import kpis_of
from sim.evaluation.scorecard import scorecard
from sim.evaluation.warning_steps import warning_steps
from sim.model.build import copy_inputs, plan_file, world_of
from sim.model.disaster import Disaster
from sim.model.legend import write_legend
from sim.model.results import MANIFEST, Results, read_manifest
from sim.model.write import manifest, write_manifest, write_moments, write_run
from sim.scenario.loading import load_plan, load_scenario, scenario_folder
from sim.scenario.parameters import own_parameters
from sim.scenario.plan import Plan
from sim.scenario.scenario import Scenario, on_cells
from sim.viz.helper import Helper
from sim.world.world import World

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: what a run writes at the top of its folder
_OURS: Final = (
    *("*.parquet", "*.csv", "*.geojson", "*.json", "report.html"),
    *("inputs", "rasters", "figures"),
)
#: after so long a run is worth a second process that draws; to start one takes two seconds
_LONG_S: Final = 3.0


class Run(Results):
    """A finished run: its tables, layers and figures, and pictures of them."""

    def plot_map(
        self,
        layer: str = "depth_m",
        at: str | float | None = None,
        *,
        lang: str = "en",
        ax: Axes | None = None,
    ) -> Axes:
        """Draw one layer on the map.

        Parameters
        ----------
        layer : str
            ``depth_m``, ``speed_m_per_s``, ``max_depth_m``, ``max_hazard_rating`` ...
        at : str or float, optional
            ``"06:30"`` or seconds from start, for layers kept through time.
        lang : str
            ``"en"`` or ``"zh"``.
        ax : Axes, optional
            Drawn on; a new figure's by default.
        """
        from sim.viz.maps import plot_run_map  # noqa: PLC0415 - not every run is drawn

        return plot_run_map(self, layer=layer, at=at, lang=lang, ax=ax)

    def explain_clause(self, clause: str, lang: str = "en") -> str:
        """Tell in sentences what became of a clause, and why."""
        return "\n".join(explain_clause(self, clause, lang))

    def explain_person(self, person: int, lang: str = "en") -> str:
        """Tell in sentences what a resident heard, decided and lived through."""
        return "\n".join(explain_person(self, person, lang))

    def person(self, person: int) -> pd.Series:
        """Return one resident's row of the run's people, with names instead of codes.

        Raises
        ------
        NoSuchPersonError
            When the run kept no such resident (a sample keeps only some).
        """
        return pd.Series(person_row(self, person))

    @property
    def warning_steps(self) -> pd.DataFrame:
        """Seven steps a message, from the danger to people out of its way, with their delays."""
        return warning_steps(self)

    def draw(self, languages: Sequence[str] = LANGUAGES, helper: Helper | None = None) -> Path:
        """Draw all figures and the report anew and return the report's file.

        Parameters
        ----------
        languages : sequence of str
            Those the report holds; it opens in the first.
        helper : Helper, optional
            Another process that draws some of them.
        """
        from sim.viz.drawing import draw  # noqa: PLC0415 - not every run is drawn

        return draw(self, languages, helper)

    def _repr_html_(self) -> str:
        return str(self.kpis.to_html(index=False, escape=True))


def run(
    scenario: Path | str,
    *,
    plan: str | None = None,
    seed: int = 1,
    every: int = 1,
    cell_m: float | None = None,
    out: Path | str | None = None,
    force: bool = False,
    report: bool = True,
    lang: str = "en",
    progress: Progress | None = None,
) -> Run:
    """Run a scenario and write its folder.

    Parameters
    ----------
    scenario : path
        A scenario folder, or its ``scenario.yaml``.
    plan : str, optional
        A name of the scenario's ``plans`` folder (``"current"``); without one nobody acts.
    seed : int
        Same inputs and seed, same events and same ``state_sha256``.
    every : int
        One household in so many is kept, and stands for that many.
    cell_m : float, optional
        Cell of a map made from facts, in place of the scenario's: twice as long takes an eighth
        of the time, and streets and low places blur.
    out : path, optional
        The run's folder; by default ``outputs/<scenario>-s<seed>-<digest of the inputs>``, where
        an older run of the same inputs is replaced.
    force : bool
        Replace an older run in ``out``. What users have put into its folder stays.
    report : bool
        Draw the maps and write ``report.html`` too.
    lang : str
        The language in which the report opens; it holds both.
    progress : callable, optional
        Told what is going on.

    Returns
    -------
    Run

    Raises
    ------
    InputError
        With every problem of the files.
    FolderInUseError
        When ``out`` holds an older run, before anything is run.
    DiskFullError
        When there is no room; what is under a final name is whole. The run's data are written
        before its report: what fails while drawing loses no run.
    """
    folder = scenario_folder(Path(scenario))
    job = _Job(folder, on_cells(load_scenario(folder), cell_m), plan, seed, every, cell_m)
    tell = progress or (lambda *_: None)
    if out is not None and not force:
        _refuse_older_run(Path(out))
    with own_parameters(job.scenario.parameters):
        _ = job.loaded_plan  # its problems are told before the map is made
        tell("run.map", 0, 0)
        world = world_of(job.scenario, job.folder)
        final = Path(out) if out is not None else Path("outputs") / job.name(world)
        with told_of_disk(final), Helper() as helper:
            finished = _finished(final, job, world, tell, helper if report else None)
            if report:
                tell("run.drawing", 0, 0)
                finished.draw(first(lang), helper)
    return finished


def _refuse_older_run(folder: Path) -> None:
    """Refuse a folder that holds a run.

    Raises
    ------
    FolderInUseError
        With what the older run is of.
    """
    if (folder / MANIFEST).exists():
        about = read_manifest(folder)
        places = {name: about.get(name) or "-" for name in ("id", "plan", "seed")}
        raise FolderInUseError(said("run.has_run", folder=folder, **places))


@dataclass(frozen=True)
class _Job:
    """What is to be run."""

    folder: Path
    scenario: Scenario
    plan: str | None
    seed: int
    every: int
    cell_m: float | None = None

    def plan_path(self) -> Path | None:
        """Return the plan's file; None without a plan."""
        return None if self.plan is None else plan_file(self.folder, self.plan)

    @functools.cached_property
    def loaded_plan(self) -> Plan | None:
        """The plan, checked; None without one."""
        path = self.plan_path()
        return None if path is None else load_plan(path)

    def name(self, world: World) -> str:
        """Return a folder name that says scenario, plan and seed, and differs as inputs differ."""
        digest = hashlib.sha256(repr(world.provenance).encode())
        digest.update((self.folder / "scenario.yaml").read_bytes())
        path = self.plan_path()
        if path is not None:
            digest.update(path.read_bytes())
        parts = [self.scenario.id, self.plan or "no-plan", f"s{self.seed}"]
        if self.every > 1:
            parts.append(f"1in{self.every}")
        if self.cell_m is not None:
            parts.append(f"{self.cell_m:g}m")
        return "-".join([*parts, digest.hexdigest()[:6]])


def _finished(final: Path, job: _Job, world: World, tell: Progress, helper: Helper | None) -> Run:
    """Run the model and put its folder where it belongs, whole or not at all."""
    if (final / MANIFEST).exists():
        tell("run.replacing", 0, 0)
    with whole_folder(final, marker=MANIFEST) as partial:
        finished = _fill(partial, job, world, tell, helper)
        carry_over(final, partial, ours=_OURS)
    finished.folder = final
    return finished


def _fill(folder: Path, job: _Job, world: World, tell: Progress, helper: Helper | None) -> Run:
    """Run the model and write all data into a folder; a helper gets ready to draw meanwhile."""
    copied = copy_inputs(job.scenario, job.folder, folder / "inputs")
    began = time.perf_counter()
    model = Disaster(job.scenario, world, plan=job.loaded_plan, seed=job.seed, every=job.every)

    def on_tick(tick: int) -> None:
        """Tell of progress, and call for help once the run has proved long."""
        tell("run.ticks", tick, model.n_ticks)
        if helper is not None and time.perf_counter() - began > _LONG_S:
            helper.begin(job.folder, job.cell_m)

    try:
        model.run(on_tick)
        took_s = round(time.perf_counter() - began, 3)
        tell("run.writing", 0, 0)
        about: dict[str, Any] = {"plan": job.plan, "every": job.every, "took": {"model_s": took_s}}
        if job.cell_m is not None:
            about["cell_m"] = job.cell_m
        with beside(lambda: write_moments(model, folder)):  # most of the work; no figure needs it
            write_run(model, folder)
            write_manifest(folder, manifest(model, inputs=copied, **about))
            return _judged(folder, job, world)
    finally:
        model.close()


def _judged(folder: Path, job: _Job, world: World) -> Run:
    """Write the key figures of a run, and what they say of the place's promises."""
    run_ = Run(folder, world=world)
    run_.scenario, run_.plan = job.scenario, job.loaded_plan  # spares reading their copies
    write_csv(folder / "kpis.csv", kpis_of(run_))
    if run_.targets is not None:
        write_csv(folder / "scorecard.csv", scorecard(run_))
    write_legend(folder)
    return run_


def open_run(folder: Path | str) -> Run:
    """Open a finished run's folder."""
    return Run(folder)
