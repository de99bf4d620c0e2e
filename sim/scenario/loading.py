"""From a file to a model, or to all its problems at once, each with its line and a guess."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from pydantic import ValidationError

from sim.core.errors import InputError, Problem, choices, did_you_mean
from sim.core.kinds import FORMATS
from sim.core.words import said
from sim.scenario.base import Part
from sim.scenario.checks import cross_checks, place_checks
from sim.scenario.explain import explained
from sim.scenario.plan import Plan
from sim.scenario.scenario import Scenario
from sim.scenario.targets import Targets
from sim.scenario.walk import places
from sim.scenario.yaml_guard import Document, read_file

SCENARIO_FILE: Final = "scenario.yaml"
TARGETS_FILE: Final = "targets.yaml"

P = TypeVar("P", bound=Part)


@dataclass(frozen=True)
class Checked:
    """A file after all checks.

    Attributes
    ----------
    value : Part or None
        None when there are errors.
    problems : tuple of Problem
        Errors and warnings, by line.
    """

    file: str
    value: Part | None
    problems: tuple[Problem, ...] = field(default=())

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop a run."""
        return tuple(problem for problem in self.problems if not problem.warning)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that a run may go on with."""
        return tuple(problem for problem in self.problems if problem.warning)


def check_file(path: Path, model: type[Part] | None = None) -> Checked:
    """Return a file's model and problems; the file's ``format`` chooses the model.

    Parameters
    ----------
    path : Path
        A scenario, plan, targets or facts file.
    model : type, optional
        The only model that will do.
    """
    document = read_file(path)
    if any(problem.path == "" and not problem.warning for problem in document.problems):
        return Checked(str(path), None, tuple(document.problems))
    chosen = _model_of(document, model)
    if chosen is None:
        return Checked(str(path), None, tuple(sorted(document.problems)))
    value = _validated(document, chosen, path.parent)
    problems = tuple(sorted(set(document.problems)))
    sound = all(problem.warning for problem in problems)
    return Checked(str(path), value if sound else None, problems)


def load_scenario(path: Path, on_warning: Callable[[Problem], None] | None = None) -> Scenario:
    """Return the scenario of a file, or of the ``scenario.yaml`` in a folder.

    Parameters
    ----------
    path : Path
    on_warning : callable, optional
        Is told every problem that a run may go on with.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    return _load(scenario_file(path), Scenario, on_warning)


def load_plan(path: Path, on_warning: Callable[[Problem], None] | None = None) -> Plan:
    """Return the plan of a file; see `load_scenario`."""
    return _load(path, Plan, on_warning)


def load_targets(path: Path, on_warning: Callable[[Problem], None] | None = None) -> Targets:
    """Return the targets of a file, or of the ``targets.yaml`` in a folder."""
    return _load(path / TARGETS_FILE if path.is_dir() else path, Targets, on_warning)


def scenario_folder(path: Path) -> Path:
    """Return the folder of the scenario that a user means by it or by its ``scenario.yaml``.

    Raises
    ------
    InputError
        When a file of another name is meant: plans, map and targets belong to a folder.
    """
    if path.is_file() and path.name != SCENARIO_FILE:
        checked = check_file(path, Scenario)
        other = Problem(str(path), 0, "", said("file.not_the_scenario", folder=path.parent))
        raise InputError(checked.errors or [other])
    return path.parent if path.is_file() else path


def scenario_file(path: Path) -> Path:
    """Return the scenario file that a user means by a file or a folder."""
    return path / SCENARIO_FILE if path.is_dir() else path


def _load(path: Path, model: type[P], on_warning: Callable[[Problem], None] | None) -> P:
    checked = check_file(path, model)
    if checked.errors or not isinstance(checked.value, model):
        raise InputError(checked.errors)
    if on_warning is not None:
        for warning in checked.warnings:
            on_warning(warning)
    return checked.value


def _model_of(document: Document, only: type[Part] | None) -> type[Part] | None:
    """Return the model that a document's format names; problems are noted in the document."""
    if not isinstance(document.value, dict) or "format" not in document.value:
        example = next((name for name in FORMATS if only is None or FORMATS[name] is only), "")
        document.refuse(("format",), 1, said("file.format_missing", example=f"format: {example}"))
        return only if isinstance(document.value, dict) else None
    name = document.value["format"]
    line = document.line_of(("format",))
    known = name in FORMATS if isinstance(name, str) else False
    if not known:
        guess = did_you_mean(str(name), FORMATS)
        says = said(
            "file.format_unknown", found=str(name)[:80], allowed=choices(FORMATS), guess=guess
        )
        document.refuse(("format",), line, says)
        return only
    model: type[Part] = FORMATS[name]
    if only is not None and model is not only:
        wanted = next(known for known in FORMATS if FORMATS[known] is only)
        document.refuse(("format",), line, said("file.format_other", found=name, wanted=wanted))
        return None
    return model


def _validated(document: Document, model: type[Part], folder: Path) -> Part | None:
    """Return the model's instance; every problem is noted in the document."""
    seen = list(places(model, document.value))
    known = {place.path: place for place in seen}
    value = None
    try:
        value = model.model_validate(document.value)
    except ValidationError as error:
        for path, says in explained(error, document.value, known):
            if path not in document.faulty:
                document.refuse(path, document.line_of(path), says)
    findings = (
        *place_checks(seen, document.lines),
        *cross_checks(model, document.value, seen, folder),
    )
    for finding in findings:
        if finding.path not in document.faulty:
            line = document.line_of(finding.path)
            document.refuse(finding.path, line, finding.says, warning=finding.warning)
    return value
