"""What written plans leave open, and where they contradict themselves or the plan above them.

Pure rules on parsed plans. A mark of assumption in a clause is exactly what the plan's text left
open, so no rule has to guess at language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from sim.core.errors import InputError, Problem
from sim.core.words import said
from sim.scenario.audit_conflicts import conflicts_inside, conflicts_with_above
from sim.scenario.audit_gaps import gaps_of
from sim.scenario.audit_read import Audited, Remark
from sim.scenario.loading import TARGETS_FILE, check_file
from sim.scenario.plan import Plan
from sim.scenario.targets import Targets
from sim.scenario.yaml_guard import read_file

PLAN_FORMAT: Final = "shapan/plan/1"
#: sorts of remarks, in the order of summaries; words are ``audit.<sort>`` and ``audit.sum.<sort>``
SORTS: Final = (
    "no_post",
    "no_time",
    "no_trigger",
    "no_resource",
    "no_place",
    "no_manner",
    "level_order",
    "two_times",
    "two_thresholds",
    "two_commands",
    "late_promise",
    "weaker_promise",
)


def read_plans(named: Sequence[Path]) -> list[Audited]:
    """Return the plans of files and folders, each with the targets that lie beside it.

    Raises
    ------
    InputError
        With every problem of the plans, or when a folder holds none.
    """
    files = [file for path in named for file in _plan_files(path)]
    checked = [check_file(file, Plan) for file in files]
    problems = [problem for one in checked for problem in one.errors]
    if problems:
        raise InputError(problems)
    return [_audited(one.file, one.value) for one in checked if isinstance(one.value, Plan)]


def _plan_files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = [file for file in sorted(path.rglob("*.yaml")) if _is_plan(file)]
    if not found:
        raise InputError([Problem(str(path), 0, "", said("audit.none"))])
    return found


def _is_plan(file: Path) -> bool:
    content = read_file(file).value
    return isinstance(content, dict) and content.get("format") == PLAN_FORMAT


def audit(plans: Sequence[Audited], above: Audited | None = None) -> list[Remark]:
    """Return all remarks, by file and line.

    Parameters
    ----------
    plans : sequence of Audited
    above : Audited, optional
        The plan of the level above, which each of them must fit; it is not audited itself.
    """
    found = [remark for one in plans for remark in _remarks(one, above)]
    return sorted(found, key=lambda remark: (remark.file, remark.line))


def _remarks(one: Audited, above: Audited | None) -> Iterator[Remark]:
    yield from gaps_of(one)
    yield from conflicts_inside(one)
    if above is not None and above.file != one.file:
        yield from conflicts_with_above(one, above)


def _audited(file: str, plan: Plan) -> Audited:
    folder = Path(file).parent
    for place in (folder, folder.parent):
        if (place / TARGETS_FILE).is_file():
            beside = check_file(place / TARGETS_FILE, Targets)
            if isinstance(beside.value, Targets):
                targets = read_file(place / TARGETS_FILE)
                return Audited(file, plan, read_file(Path(file)), beside.value, targets)
    return Audited(file, plan, read_file(Path(file)))
