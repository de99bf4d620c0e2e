"""Compare plans in the same disasters, and try single changes of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from sim.api.asked import keep_asked, read_asked
from sim.api.shared import Progress, first
from sim.core.disk import told_of_disk
from sim.evaluation.ensembles.conduct import conduct
from sim.evaluation.ensembles.improve import Improvement
from sim.evaluation.ensembles.improve import improve as improve_plan
from sim.evaluation.ensembles.influence import sensitivities
from sim.evaluation.ensembles.options import StudyOptions
from sim.evaluation.ensembles.outcome import Outcome, write_both
from sim.evaluation.ensembles.workbook import write_scorecard
from sim.model.legend import write_legend
from sim.scenario.loading import scenario_folder
from sim.viz.compare import write_compare_report
from sim.viz.improve import write_improve_report

#: disasters in which single changes are tried
_USUAL_DISASTERS: Final = 30


def compare(
    scenarios: Sequence[Path | str] | Path | str,
    *,
    plans: Sequence[str],
    out: Path | str | None = None,
    report: bool = True,
    lang: str = "en",
    progress: Progress | None = None,
    **options: Any,
) -> Outcome:
    """Let several plans meet the same disasters, and compare what becomes of people.

    Parameters
    ----------
    scenarios : path or sequence of path
        Scenario folders; each has all the plans.
    plans : sequence of str
        The first is the one the others are compared with; an empty name: nobody acts.
    out : path, optional
        The study's folder; by default ``outputs/compare-<digest of the study>``.
    report : bool
        Write ``report.html`` too.
    lang : str
        The language in which the report opens; it holds both.
    options
        What `StudyOptions` has: ``replications=30, select="kn", jobs=4`` ...

    Raises
    ------
    InputError, StudyError, StoreError
        When files have problems, or the study or its folder cannot be used.
    """
    asked = StudyOptions(**options)
    named = [scenarios] if isinstance(scenarios, Path | str) else scenarios
    study = asked.study([Path(folder) for folder in named], list(plans))
    folder = Path(out or Path("outputs") / f"compare-{study.sha256()[:8]}")
    tell = progress or (lambda *_: None)
    with told_of_disk(folder):
        making = asked.making(lambda done, n: tell("compare.runs", done, n))
        outcome = conduct(study, folder, making, asked.until())
        tell("compare.drawing", 0, 0)
        _write_study(outcome, lang, report=report)
        keep_asked(folder, "compare", list(study.folders), asked, plans=list(plans))
    return outcome


def improve(
    scenario: Path | str,
    *,
    plan: str,
    target: str,
    out: Path | str | None = None,
    report: bool = True,
    lang: str = "en",
    progress: Progress | None = None,
    **options: Any,
) -> Improvement:
    """Try single changes of a plan in the same disasters; rank them by gain and cost.

    Parameters
    ----------
    scenario : path
        A scenario folder.
    plan, target : str
        What is to be improved, and the key figure it is judged by: ``"caught"``.
    out : path, optional
        The folder of all runs; by default ``outputs/improve-<scenario>-<plan>-<target>``.
    report : bool
        Write ``report.html`` too.
    lang : str
        The language in which the report opens; it holds both.
    options
        Of `StudyOptions`: ``replications=30, every=1, cell_m=None, seed=1, jobs=2, resume=False``,
        ``cluster``.

    Raises
    ------
    InputError, StudyError, StoreError
        When files have problems, or no plan can be judged by the key figure.
    """
    asked = StudyOptions(**{"replications": _USUAL_DISASTERS, **options})
    folder = scenario_folder(Path(scenario))
    place = Path(out or Path("outputs") / f"improve-{folder.resolve().name}-{plan}-{target}")
    tell = progress or (lambda *_: None)
    with told_of_disk(place):
        making = asked.making(lambda done, n: tell("compare.runs", done, n))
        found = improve_plan(folder, plan, target, place, making, asked)
        tell("compare.drawing", 0, 0)
        write_both(found.table(), place / "improve")
        if report:
            write_improve_report(found, place / "report.html", languages=first(lang))
        keep_asked(place, "improve", [folder], asked, plan=plan, target=target)
    return found


def redraw(folder: Path | str, lang: str = "en", progress: Progress | None = None) -> Path | None:
    """Draw the report of a finished study anew from the runs that it keeps; returns its file.

    None where the folder holds no finished study.

    Raises
    ------
    StoreError
        When the files of its scenarios, or shapan, are no longer those of its runs.
    """
    place = Path(folder)
    asked = read_asked(place)
    if asked is None:
        return None
    again: dict[str, Any] = {**asked.about, **asked.options, "resume": True}
    again |= {"out": place, "lang": lang, "progress": progress}
    if asked.what == "improve":
        improve(asked.scenarios[0], **again)
    else:
        compare(asked.scenarios, **again)
    return place / "report.html"


def _write_study(outcome: Outcome, lang: str, *, report: bool) -> None:
    """Write the tables, the scorecard and the report of a study beside its store."""
    folder = outcome.folder
    outcome.write()
    if outcome.study.design is not None:
        write_both(sensitivities(outcome).table(), folder / "sensitivity")
    write_scorecard(outcome, folder / "scorecard.xlsx", lang)
    write_legend(folder)
    if report:
        write_compare_report(outcome, folder / "report.html", languages=first(lang))
