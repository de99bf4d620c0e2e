"""What a study has found: its store, read as tables."""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from sim.core.cells import write_csv
from sim.core.files import write_text
from sim.core.words import said
from sim.evaluation.ensembles.inputs import Inputs, code_sha256
from sim.evaluation.ensembles.store import FILE, Row, StoreError, read_rows
from sim.evaluation.ensembles.study import Study, StudyError
from sim.evaluation.statistics.runs import COLUMNS, FloatArray, state_of
from sim.model.write import versions, write_table
from sim.scenario.loading import TARGETS_FILE, load_plan, load_scenario, load_targets
from sim.scenario.plan import Plan
from sim.scenario.scenario import Scenario, on_cells
from sim.scenario.targets import Targets

if TYPE_CHECKING:
    from sim.evaluation.ensembles.ending import Ending

MANIFEST: Final = "study.json"
FORMAT: Final = "shapan/study/1"
#: one row a run
RUN_COLUMNS: Final = ("scenario", "plan", "replication", "state", "hazard", "state_sha256")
CLAUSE_COLUMNS: Final = (
    "scenario",
    "plan",
    "replication",
    "clause",
    "action",
    "outcome",
    "margin_s",
    "deadline_s",
    "held_up_by",
)


#: what unpacked inputs say never changes: their folder is named by their digest
_scenario_in = functools.lru_cache(maxsize=16)(load_scenario)
_plan_in = functools.lru_cache(maxsize=16)(load_plan)


class Outcome:
    """The runs of a study.

    Parameters
    ----------
    study : Study
    folder : Path
        With its store.
    ending : Ending, optional
        Why there are as many runs as there are, when their number was not given.
    """

    def __init__(self, study: Study, folder: Path, ending: Ending | None = None) -> None:
        if not (folder / FILE).exists():
            raise StoreError(said("compare.no_runs", folder=folder))
        self.study, self.folder, self.ending = study, folder, ending
        self.inputs: dict[str, Inputs] = {one.scenario: one for one in study.inputs()}
        wanted = {job.key for job in study.jobs()}
        self.rows: list[Row] = [row for row in read_rows(folder) if row.key in wanted]

    @functools.cached_property
    def kpis(self) -> pd.DataFrame:
        """One row a run and key figure, sorted; what the statistics start from."""
        known = self._figures()
        found = [(*_whose(row), *figure) for row in self.rows for figure in _figures(row, known)]
        found += [
            (*run, kpi, np.nan, unit, "not_run")
            for run in self._not_met()
            for kpi, unit in known.items()
        ]
        table = pd.DataFrame(found, columns=list(COLUMNS))
        order = {kpi: place for place, kpi in enumerate(known)}
        keys = ["scenario", "plan", "replication"]
        table = table.assign(place=table["kpi"].map(order)).sort_values([*keys, "place"])
        return table.drop(columns="place").reset_index(drop=True)

    def _not_met(self) -> Iterator[tuple[str, str, int]]:
        """Iterate over scenario, plan and number of the disasters that a plan did not meet."""
        study = self.study
        for plan, n in zip(study.plans, study.met, strict=False):
            for number, _, _ in study.draws()[n:]:
                yield from ((scenario, plan, number) for scenario in self.inputs)

    def _figures(self) -> dict[str, str]:
        """Return every key figure that some run has, with its unit."""
        figures = (figure for row in self.rows for figure in row.kept.get("figures", ()))
        return {kpi: unit for kpi, _, unit, _ in figures}

    @functools.cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run: its state, whose hazard it met, digest, and the varied values."""
        found = []
        for row in self.rows:
            hazard = "" if not row.kept else "own" if row.kept["own_hazard"] else "shared"
            sha256 = row.kept.get("state_sha256", "")
            found.append((*_whose(row), row.state, hazard, sha256, *row.vary.values()))
        columns = [*RUN_COLUMNS, *(one.id for one in sorted(self.study.ranges, key=_id))]
        table = pd.DataFrame(found, columns=columns)
        return table.sort_values(["scenario", "plan", "replication"], ignore_index=True)

    @functools.cached_property
    def clauses(self) -> pd.DataFrame:
        """One row a run, clause and round; see `sim.response.ledger` for the outcomes."""
        found = [
            (*_whose(row), *clause.values())
            for row in self.rows
            for clause in row.kept.get("clauses", ())
        ]
        table = pd.DataFrame(found, columns=list(CLAUSE_COLUMNS))
        return table.astype({"margin_s": float, "deadline_s": float})

    @functools.cached_property
    def zones(self) -> pd.DataFrame:
        """One row a run and community in which somebody was hurt, caught or trapped: people."""
        found = [
            (*_whose(row), zone, people)
            for row in self.rows
            for zone, people in row.kept.get("zones", {}).items()
        ]
        columns = ["scenario", "plan", "replication", "zone", "people"]
        return pd.DataFrame(found, columns=columns)

    def curves(self, scenario: str, plan: str, name: str) -> tuple[Any, Any]:
        """Return the moments, s, and one row of people a run; empty without runs."""
        kept = [
            row.kept["curves"]
            for row in self.rows
            if row.kept and (row.scenario, row.plan) == (scenario, plan)
        ]
        if not kept:
            return np.zeros(0), np.zeros((0, 0))
        return np.array(kept[0]["t_s"]), np.array([one[name] for one in kept])

    def one_disaster(self, scenario: str) -> bool:
        """Whether all disasters of a scenario are the same one.

        Its hazards leave nothing to chance and nothing is varied: only people's luck differs.
        """
        alike = (
            not row.kept["drawn"] for row in self.rows if row.kept and row.scenario == scenario
        )
        return not self.study.ranges and any(alike)

    def broken_down(self) -> list[Row]:
        """Return the runs without figures."""
        return [row for row in self.rows if row.state != "ok"]

    def missing(self) -> int:
        """Return how many runs of the study are not kept."""
        return sum(1 for _ in self.study.jobs()) - len(self.rows)

    # -- what was compared ----------------------------------------------------------------------

    def scenario(self, name: str) -> Scenario:
        """Return a scenario of the study, on the cells it was run on."""
        return on_cells(_scenario_in(self.inputs[name].unpacked()), self.study.cell_m)

    def plan(self, scenario: str, name: str) -> Plan | None:
        """Return a plan of a scenario; None when nobody acts."""
        path = self.inputs[scenario].unpacked() / "plans" / f"{name}.yaml"
        return _plan_in(path) if name else None

    def targets(self, scenario: str) -> Targets | None:
        """Return what the place of a scenario has promised."""
        path = self.inputs[scenario].unpacked() / TARGETS_FILE
        return load_targets(path) if path.is_file() else None

    # -- writing --------------------------------------------------------------------------------

    def write(self) -> None:
        """Write the tables as Parquet and CSV, and the study's manifest."""
        tables = {"kpis": self.kpis, "runs": self.runs, "clauses": self.clauses}
        for name, table in (tables | {"zones": self.zones}).items():
            write_both(table, self.folder / name)
        text = json.dumps(self.manifest(), indent=2, ensure_ascii=False, allow_nan=False)
        write_text(self.folder / MANIFEST, text + "\n")

    def manifest(self) -> dict[str, Any]:
        """Return what a study must say of itself so that anyone can repeat it."""
        study, runs = self.study, self.runs
        seeds = [seed for _, seed, _ in study.draws()]
        own = Counter(
            (row.scenario, row.plan) for row in self.rows if row.kept.get("own_hazard", False)
        )
        return {
            "format": FORMAT,
            "study_sha256": study.sha256(),
            "code_sha256": code_sha256(),
            "scenarios": {name: one.sha256 for name, one in self.inputs.items()},
            "plans": {name: one.plan_sha256 for name, one in self.inputs.items()},
            "replications": study.replications,
            "seeds": [min(seeds), max(seeds)],
            "met": dict(zip(study.plans, study.met, strict=False)),
            "design": None if study.design is None else asdict(study.design),
            "ending": None if self.ending is None else asdict(self.ending),
            "every": study.every,
            "cell_m": study.cell_m,
            "vary": [one.model_dump(mode="json", exclude_none=True) for one in study.ranges],
            "runs": {str(state): int(n) for state, n in runs["state"].value_counts().items()},
            "own_hazard": [[*key, n] for key, n in sorted(own.items())],
            "versions": versions(),
        }


def by_disaster(outcome: Outcome, kpi: str) -> FloatArray:
    """Return one row a disaster, one column a plan: the average of all scenarios; NaN where none.

    Raises
    ------
    StudyError
        When a run had not finished, or the figure does not apply to it: then there is no average.
    """
    study = outcome.study
    rows = outcome.kpis[outcome.kpis["kpi"] == kpi]
    missing = rows["state"].isin(("unfinished", "not_judged"))
    if missing.any():
        plan = str(rows.loc[missing, "plan"].iloc[0])
        raise StudyError(said("ending.no_average", kpi=kpi, plan=plan, n=int(missing.sum())))
    numbers, plans = [number for number, _, _ in study.draws()], list(study.plans)
    each = [
        rows[rows["scenario"] == scenario]
        .pivot(index="replication", columns="plan", values="value")
        .reindex(index=numbers, columns=plans)
        .to_numpy(np.float64)
        for scenario in outcome.inputs
    ]
    averages: FloatArray = np.mean(each, axis=0)
    return averages


def write_both(table: pd.DataFrame, stem: Path) -> None:
    """Write a table as Parquet, and as CSV that Excel opens rightly."""
    write_table(stem.with_suffix(".parquet"), table)
    write_csv(stem.with_suffix(".csv"), table)


def _id(one: Any) -> str:
    return str(one.id)


def _whose(row: Row) -> tuple[str, str, int]:
    return row.scenario, row.plan, row.replication


def _figures(row: Row, known: dict[str, str]) -> list[tuple[str, float, str, str]]:
    """Return kpi, value, unit and state of every key figure of a run, broken down or not."""
    if row.state != "ok":
        return [(kpi, np.nan, unit, "failed") for kpi, unit in known.items()]
    return [
        (kpi, np.nan if value is None else value, unit, state_of(why))
        for kpi, value, unit, why in row.kept["figures"]
    ]
