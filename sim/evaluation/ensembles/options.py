"""What a study can be asked for, by whoever asks: command line, notebook, script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.evaluation.ensembles.conduct import Until
from sim.evaluation.ensembles.design import Design, design_of
from sim.evaluation.ensembles.desk import Making, Progress
from sim.evaluation.ensembles.engine import Engine
from sim.evaluation.ensembles.study import Study, study_of
from sim.scenario.parameters import parameter


@dataclass(frozen=True)
class StudyOptions:
    """How many disasters plans meet, what is varied in them, who makes the runs.

    Attributes
    ----------
    replications : int or None
        Disasters a scenario, with the seeds ``seed``, ``seed + 1`` ...; 100 when None. The most
        there may be with ``until_precise`` or ``select="kn"`` (when None the catalogue's
        ``comparison.most_runs``); those at every point of a sensitivity analysis.
    until_precise : bool
        Stop as soon as the differences are known well enough.
    select : str
        ``"kn"``: plans race until the best is left; ``"ocba"``: the runs go where they tell most.
    by : str
        The key figure that decides when to stop or who wins; when empty the one that leads.
    every : int
        One household in so many is kept, and stands for that many.
    cell_m : float or None
        Cell of maps that are made from facts, in place of the scenarios'.
    vary : path or None
        A file of places of the scenario and the ranges they may lie in (``shapan/vary/1``).
    sensitivity : str
        ``"morris"`` or ``"sobol"``: which of the ranges matter; the same disasters at every point.
    points : int or None
        Trajectories of Morris, or base of Sobol.
    jobs : int
        Workers on this machine.
    cluster : str
        Address of a Dask scheduler whose workers make the runs instead.
    resume : bool
        Go on with the runs that are kept.
    """

    replications: int | None = None
    until_precise: bool = False
    select: str = ""
    by: str = ""
    every: int = 1
    cell_m: float | None = None
    seed: int = 1
    vary: Path | str | None = None
    sensitivity: str = ""
    points: int | None = None
    jobs: int = 2
    cluster: str = ""
    resume: bool = False

    def study(self, folders: Sequence[Path], plans: Sequence[str]) -> Study:
        """Return the study of some plans in some scenarios, all files of which are sound.

        Raises
        ------
        InputError, StudyError, SensitivityError
            When a file has problems, or what is asked for cannot be compared.
        """
        return study_of(
            folders,
            plans,
            replications=self._most() or self.replications or _usual("standard_runs"),
            every=self.every,
            cell_m=self.cell_m,
            seed=self.seed,
            vary=None if self.vary is None else Path(self.vary),
            design=self._design(),
            most=self._most(),
        )

    def _design(self) -> Design | None:
        if not self.sensitivity:
            return None
        return design_of(self.sensitivity, self.points, self.replications)

    def _most(self) -> int:
        """Return how many disasters there may be when runs decide; 0 when their number is given."""
        if self.until_precise or self.select == "kn":
            return self.replications or _usual("most_runs")
        return 0

    def until(self) -> Until:
        """Return how the study ends."""
        return Until(self.until_precise, self.select, self.by)

    def making(self, progress: Progress) -> Making:
        """Return how its runs are made."""
        return Making(Engine(self.jobs, self.cluster), self.resume, progress)


def _usual(name: str) -> int:
    return int(parameter(f"comparison.{name}").value)
