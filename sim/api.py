"""The public surface: run a scenario, open a run, draw it. `sim` re-exports what is promised."""

from __future__ import annotations

import errno
import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim.core.errors import SimError
from sim.core.files import whole, whole_folder
from sim.core.words import LANGUAGES
from sim.evaluation.kpis import kpis_of
from sim.model.build import copy_inputs, plan_file, world_of
from sim.model.disaster import Disaster
from sim.model.results import Results
from sim.model.write import manifest, write_manifest, write_run
from sim.scenario.loading import load_plan, load_scenario
from sim.viz.figures import write_figures
from sim.viz.maps import plot_run_map
from sim.viz.report import write_report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: told what the run is doing: a word key of the catalogue, and steps done and to do
Progress = Callable[[str, int, int], None]
_NO_SPACE: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class DiskFullError(SimError):
    """The disk took no more; nothing half-written stands under a final name."""


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
        return plot_run_map(self, layer=layer, at=at, lang=lang, ax=ax)

    def _repr_html_(self) -> str:
        return str(self.kpis.to_html(index=False, escape=True))


def run(
    scenario: Path | str,
    *,
    plan: str | None = None,
    seed: int = 1,
    every: int = 1,
    out: Path | str | None = None,
    report: bool = True,
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
    out : path, optional
        The run's folder; by default ``outputs/<scenario>-s<seed>-<digest of the inputs>``.
    report : bool
        Draw the maps and write ``report.html`` too.
    progress : callable, optional
        Told what is going on.

    Returns
    -------
    Run

    Raises
    ------
    InputError
        With every problem of the files.
    """
    tell = progress or (lambda *_: None)
    path = Path(scenario)
    folder = path if path.is_dir() else path.parent
    parsed = load_scenario(path)
    chosen = load_plan(plan_file(folder, plan)) if plan is not None else None
    tell("run.map", 0, 0)
    world = world_of(parsed, folder)
    began = time.perf_counter()
    model = Disaster(parsed, world, plan=chosen, seed=seed, every=every)
    model.run(lambda tick: tell("run.ticks", tick, model.n_ticks))
    took_s = time.perf_counter() - began
    tell("run.writing", 0, 0)
    try:
        final = Path(out) if out is not None else Path("outputs") / _name(model, folder, plan)
        about = {"plan": plan, "every": every, "took": {"model_s": round(took_s, 3)}}
        return _write(model, folder, final, report, about)
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise DiskFullError(f"{error.filename or out}: {error.strerror}") from error
        raise
    finally:
        model.close()


def _write(model: Disaster, folder: Path, final: Path, report: bool, about: dict[str, Any]) -> Run:
    with whole_folder(final, marker="manifest.json") as partial:
        copied = copy_inputs(model.scenario, folder, partial / "inputs")
        write_run(model, partial)
        write_manifest(partial, manifest(model, inputs=copied, **about))
        unfinished = Run(partial, world=model.world)
        figures = kpis_of(unfinished)
        with whole(partial / "kpis.csv") as temporary:
            figures.to_csv(temporary, index=False, encoding="utf-8-sig")
        if report:
            for lang in LANGUAGES:
                write_figures(unfinished, partial / "figures", lang=lang)
            write_report(unfinished, partial / "report.html")
    return Run(final, world=model.world)


def _name(model: Disaster, folder: Path, plan: str | None) -> str:
    """Return a folder name that says scenario, plan and seed, and differs when inputs differ."""
    digest = hashlib.sha256(repr(model.world.provenance).encode())
    digest.update((folder / "scenario.yaml").read_bytes())
    if plan is not None:
        digest.update(plan_file(folder, plan).read_bytes())
    parts = [model.scenario.id, plan or "no-plan", f"s{model.streams.seed}"]
    if model.people.residents.every > 1:
        parts.append(f"1in{model.people.residents.every}")
    return "-".join([*parts, digest.hexdigest()[:6]])


def open_run(folder: Path | str) -> Run:
    """Open a finished run's folder."""
    return Run(folder)
