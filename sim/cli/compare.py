"""`shapan compare`: several plans in the same disasters, with an answer that can be defended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options

if TYPE_CHECKING:
    from sim.evaluation.ensembles.outcome import Outcome

#: exit code when runs broke down: the answer stands, but not on all runs
_BROKEN_DOWN = 3

Scenarios = Annotated[list[str], typer.Argument(help="Scenario folders; each has all plans.")]
Plans = Annotated[
    list[str],
    typer.Option(help="Plans to compare, the first with the others; '' for nobody acting."),
]
Reps = Annotated[
    str,
    typer.Option(
        help="Disasters a scenario (100), or 'auto': until the answer is precise. With "
        "--sensitivity, disasters at every point (3)."
    ),
]
Most = Annotated[
    int | None, typer.Option(help="The most disasters of --reps auto and --select kn (500).")
]
Selection = Annotated[
    str,
    typer.Option(
        help="Which plan is best: 'kn' races them with a guarantee, 'ocba' shares out the runs "
        "of --reps."
    ),
]
By = Annotated[
    str, typer.Option(help="The key figure that decides for auto and --select, e.g. caught.")
]
Ranges = Annotated[Path | None, typer.Option(help="A file of what is not known, with its ranges.")]
Sensitivity = Annotated[
    str, typer.Option(help="Which of the ranges of --vary matter: 'morris' or 'sobol'.")
]
Points = Annotated[
    int | None, typer.Option(help="Trajectories of Morris (10) or base of Sobol (64).")
]


def compare(
    scenarios: Scenarios,
    plans: Plans,
    reps: Reps = "",
    most: Most = None,
    select: Selection = "",
    by: By = "",
    jobs: options.Jobs = 2,
    every: options.Every = 1,
    cell: options.Cell = None,
    seed: options.Seed = 1,
    vary: Ranges = None,
    sensitivity: Sensitivity = "",
    points: Points = None,
    out: options.Out = None,
    resume: options.Resume = False,
    cluster: options.Cluster = "",
    report: options.Report = True,
    lang: options.Lang = "en",
) -> None:
    """Compare plans in the same simulated disasters; exit code 3 when runs broke down.

    在相同的模拟灾害中比较各预案；有推演出错中止时退出码为 3。
    """
    from sim.cli.language import checked_language
    from sim.cli.progress import RunsBar

    lang = checked_language(lang)
    from sim.api import compare as compare_plans

    folders, more = told_apart(scenarios)
    auto, number = how_many(reps)
    options.compiled(lang)
    with RunsBar(lang) as bar:
        outcome = compare_plans(
            folders,
            plans=[*several(plans), *more],
            replications=most if auto or select == "kn" else number,
            until_precise=auto and select != "kn",
            select=select,
            by=by,
            jobs=jobs,
            every=every,
            cell_m=options.metres(cell),
            seed=seed,
            vary=vary,
            sensitivity=sensitivity,
            points=points,
            out=out,
            resume=resume,
            cluster=cluster,
            report=report,
            lang=lang,
            progress=bar,
        )
    _tell(outcome, lang)


def how_many(reps: str) -> tuple[bool, int | None]:
    """Return whether runs decide on their number, and the number if it is given."""
    from sim.core.words import said

    if reps in ("", "auto"):
        return reps == "auto", None
    if not reps.isdigit() or int(reps) < 1:
        raise typer.BadParameter(said("ending.bad_reps", found=reps))
    return False, int(reps)


def told_apart(named: list[str]) -> tuple[list[Path], list[str]]:
    """Return scenarios and plans of one list: ``--plans A B C`` leaves B and C among scenarios."""
    folders = [
        name for name in named if name and (Path(name).exists() or len(Path(name).parts) > 1)
    ]
    return [Path(name) for name in folders], [name for name in named if name not in folders]


def several(names: list[str]) -> list[str]:
    """Return names given one an option, or many with commas."""
    return [name.strip() for text in names for name in text.split(",")]


def _tell(outcome: Outcome, lang: str) -> None:
    """Say what leads the answer, and where everything is; leave with 3 when runs broke down."""
    from sim.core.words import said, say
    from sim.evaluation.ensembles.answer import pairs
    from sim.evaluation.statistics.verdict import called, sentences

    for sentence in outcome.ending.words() if outcome.ending else ():
        typer.echo(sentence.in_language(lang))
    for pair in pairs(outcome):
        names = {"a": called(pair.plan), "b": called(pair.baseline)}
        typer.echo(said("compare.against", **names).in_language(lang))
        for one in pair.leading:
            told = [sentence.in_language(lang) for sentence in sentences(one)]
            what = say(f"kpi.{one.kpi}", lang)
            typer.echo("  " + say("list.named", lang, what=what, told=" ".join(told)))
    numbers = {"plans": len(outcome.study.plans), "n": len(outcome.rows)}
    disasters = outcome.study.replications * len(outcome.inputs)
    typer.echo(say("compare.made", lang, disasters=disasters, path=outcome.folder, **numbers))
    if outcome.broken_down():
        typer.echo(say("compare.failed", lang, n=len(outcome.broken_down())), err=True)
        raise typer.Exit(_BROKEN_DOWN)
