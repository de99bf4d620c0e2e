"""A study: which plans meet which disasters; the list of its runs, and the key of each."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, SimError
from sim.core.words import said
from sim.evaluation.ensembles.design import Design
from sim.evaluation.ensembles.inputs import Inputs, code_sha256, inputs_of
from sim.scenario.loading import check_file, load_scenario, scenario_folder
from sim.scenario.scenario import on_cells
from sim.scenario.varying import Range, Values, Vary, hypercube, varied_scenario


class StudyError(SimError):
    """What is asked for cannot be compared."""


@dataclass(frozen=True)
class Draw:
    """One disaster, as chance and the varied values have it; all plans meet it.

    Attributes
    ----------
    replication : int
        Its number in every table.
    seed : int
        The same for every plan, so that all have the same chance.
    values : mapping
        What the varied places of the scenario are in it.
    cell_m : float or None
        Cell of its map, in place of the scenario's.
    """

    inputs: Inputs = field(repr=False)
    replication: int
    seed: int
    values: Values
    cell_m: float | None = None

    @property
    def scenario(self) -> str:
        """Id of its scenario."""
        return self.inputs.scenario

    @functools.cached_property
    def sort(self) -> str:
        """Digest of all but chance: disasters of one sort differ by the seed alone."""
        known = json.dumps([self.inputs.sha256, dict(self.values), self.cell_m], sort_keys=True)
        return hashlib.sha256(known.encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Job:
    """One run: a plan in a disaster.

    Attributes
    ----------
    plan : str
        Empty when nobody acts.
    every : int
        One household in so many is kept.
    """

    draw: Draw
    plan: str
    every: int
    ranges: tuple[Range, ...] = field(repr=False)

    @property
    def key(self) -> str:
        """Digest of everything that the run's figures depend on."""
        known: list[Any] = [
            self.draw.inputs.sha256,
            [self.plan, self.draw.inputs.plan_sha256[self.plan]],
            [self.draw.replication, self.draw.seed],
            dict(self.draw.values),
            [self.every, self.draw.cell_m],
            code_sha256(),
        ]
        return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Study:
    """Plans x scenarios x replications.

    Attributes
    ----------
    folders : tuple of Path
        Of the scenarios.
    plans : tuple of str
        Every scenario has them all.
    replications : int
        Disasters a scenario.
    every : int
    seed : int
        Seed of the first replication.
    ranges : tuple of Range
        What is varied, in every scenario.
    design : Design or None
        Points of a sensitivity analysis instead of a sample of the ranges.
    most : int
        Disasters there may be at most, where `replications` depends on what they show: ranges are
        filled by so many.
    met : tuple of int
        How many of the disasters each plan met, where some dropped out; empty when all met all.
    cell_m : float or None
        Cell of maps that are made from facts, in place of the scenarios'.
    """

    folders: tuple[Path, ...]
    plans: tuple[str, ...]
    replications: int
    every: int = 1
    seed: int = 1
    ranges: tuple[Range, ...] = ()
    design: Design | None = None
    most: int = 0
    met: tuple[int, ...] = ()
    cell_m: float | None = None

    def inputs(self) -> list[Inputs]:
        """Return the files of every scenario, checked; see `inputs_of`."""
        return [inputs_of(folder, self.plans) for folder in self.folders]

    def draws(self) -> list[tuple[int, int, Values]]:
        """Return number, seed and varied values of every disaster."""
        if self.design is not None:
            return [
                (self.seed + number, self.seed + number % self.design.each, point)
                for number, point in enumerate(self.design.of_disasters(self.ranges, self.seed))
            ]
        values = hypercube(self.ranges, self.most or self.replications, self.seed)
        numbers = range(self.seed, self.seed + self.replications)
        return [(number, number, one) for number, one in zip(numbers, values, strict=False)]

    def jobs(self) -> Iterator[Job]:
        """Iterate over all runs: scenario by scenario, disaster by disaster, plan by plan."""
        met = self.met or (self.replications,) * len(self.plans)
        draws = self.draws()
        for inputs in self.inputs():
            for place, (number, seed, values) in enumerate(draws):
                draw = Draw(inputs, number, seed, values, self.cell_m)
                for plan, n in zip(self.plans, met, strict=True):
                    if place < n:
                        yield Job(draw, plan, self.every, self.ranges)

    def sha256(self) -> str:
        """Return the digest of what is compared, code apart: a store belongs to one study."""
        fixed = bool(self.ranges)  # more values would fill other parts of a range
        known = [
            [[one.sha256, sorted(one.plan_sha256.items())] for one in self.inputs()],
            [self.plans, self.every, self.seed, self.cell_m],
            [one.model_dump(mode="json") for one in self.ranges],
            (self.most or self.replications) if fixed else 0,
            None if self.design is None else asdict(self.design),
        ]
        return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()


def study_of(
    folders: Sequence[Path],
    plans: Sequence[str],
    *,
    replications: int,
    every: int = 1,
    seed: int = 1,
    vary: Path | None = None,
    design: Design | None = None,
    most: int = 0,
    cell_m: float | None = None,
) -> Study:
    """Return a study whose files are all sound.

    Raises
    ------
    CellError
        When a map that is not made from facts shall have another cell.
    InputError
        With the problems of a file.
    StudyError
        When a plan or scenario is named twice, or there is nothing to run.
    """
    if replications < 1 or every < 1:
        raise StudyError(said("compare.at_least_one", replications=replications, every=every))
    names = [plan for plan in plans if plans.count(plan) > 1]
    if names or not plans:
        raise StudyError(said("compare.plans_twice", plans=", ".join(sorted(set(names))) or "-"))
    ranges = () if vary is None else load_vary(vary).vary
    whole = [scenario_folder(folder) for folder in folders]
    if design is not None:
        if not ranges:
            raise StudyError(said("sensitivity.nothing_varied"))
        replications = len(design.of_disasters(ranges, seed))
    study = Study(
        folders=tuple(whole),
        plans=tuple(plans),
        replications=replications,
        every=every,
        seed=seed,
        ranges=tuple(ranges),
        design=design,
        most=most,
        cell_m=cell_m,
    )
    ids = [inputs.scenario for inputs in study.inputs()]
    if not ids:
        raise StudyError(said("compare.no_scenario", plans=", ".join(plans)))
    if len(set(ids)) < len(ids):
        raise StudyError(said("compare.scenarios_twice", scenarios=", ".join(ids)))
    for folder in whole:
        on_cells(load_scenario(folder), cell_m)
    if ranges:
        different = {json.dumps(dict(values)): values for _, _, values in study.draws()}
        for folder in whole:
            for values in different.values():
                varied_scenario(folder, ranges, values)
    return study


def load_vary(path: Path) -> Vary:
    """Return a file of what is varied.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    checked = check_file(path, Vary)
    if checked.errors or not isinstance(checked.value, Vary):
        raise InputError(checked.errors)
    return checked.value
