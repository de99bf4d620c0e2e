"""`shapan compare`: several plans in the same disasters, with an answer that can be defended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sim.evaluation.ensembles.outcome import Outcome

#: exit code when runs broke down: the answer stands, but not on all runs
_BROKEN_DOWN = 3


def compare(
    scenarios: Annotated[list[Path], typer.Argument(help="Scenario folders; each has all plans.")],
    plans: Annotated[
        list[str],
        typer.Option(help="Plans to compare, the first with the others; '' for nobody acting."),
    ],
    reps: Annotated[
        str,
        typer.Option(
            help="Disasters a scenario (100), or 'auto': until the answer is precise. With "
            "--sensitivity, disasters at every point (3)."
        ),
    ] = "",
    most: Annotated[
        int | None, typer.Option(help="The most disasters of --reps auto and --select kn (500).")
    ] = None,
    select: Annotated[
        str,
        typer.Option(
            help="Which plan is best: 'kn' races them with a guarantee, 'ocba' shares out the runs "
            "of --reps."
        ),
    ] = "",
    by: Annotated[
        str, typer.Option(help="The key figure that decides for auto and --select, e.g. caught.")
    ] = "",
    jobs: Annotated[int, typer.Option(help="Workers on this machine.")] = 2,
    every: Annotated[
        int, typer.Option(help="Keep one household in so many; each stands for that many.")
    ] = 1,
    seed: Annotated[int, typer.Option(help="Seed of the first disaster.")] = 1,
    vary: Annotated[
        Path | None, typer.Option(help="A file of what is not known, with its ranges.")
    ] = None,
    sensitivity: Annotated[
        str, typer.Option(help="Which of the ranges of --vary matter: 'morris' or 'sobol'.")
    ] = "",
    points: Annotated[
        int | None, typer.Option(help="Trajectories of Morris (10) or base of Sobol (64).")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The study's folder.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what is kept.")] = False,
    cluster: Annotated[
        str, typer.Option(help="Address of a Dask scheduler; its workers make the runs.")
    ] = "",
    report: Annotated[bool, typer.Option(help="Write report.html.")] = True,
    lang: Annotated[str, typer.Option(help="Language of what is printed: en or zh.")] = "en",
) -> None:
    """Compare plans in the same simulated disasters; exit code 3 when runs broke down.

    在相同的模拟灾害中比较各预案；有推演出错中止时退出码为 3。
    """
    from sim.cli.language import checked_language
    from sim.cli.run import Bar

    lang = checked_language(lang)
    from sim.api import compare as compare_plans
    from sim.core.words import say
    from sim.model.warm_up import warm_up

    folders, more = told_apart(scenarios)
    auto, number = how_many(reps)
    warm_up(lambda: typer.echo(say("run.compiling", lang), err=True))
    with Bar(lang) as bar:
        outcome = compare_plans(
            folders,
            plans=[*several(plans), *more],
            replications=most if auto or select == "kn" else number,
            until_precise=auto and select != "kn",
            select=select,
            by=by,
            jobs=jobs,
            every=every,
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
    if outcome.broken_down():
        typer.echo(say("compare.failed", lang, n=len(outcome.broken_down())), err=True)
        raise typer.Exit(_BROKEN_DOWN)


def how_many(reps: str) -> tuple[bool, int | None]:
    """Return whether runs decide on their number, and the number if it is given."""
    from sim.core.words import say

    if reps in ("", "auto"):
        return reps == "auto", None
    if not reps.isdigit() or int(reps) < 1:
        raise typer.BadParameter(say("ending.bad_reps", "en", found=reps))
    return False, int(reps)


def told_apart(named: list[Path]) -> tuple[list[Path], list[str]]:
    """Return scenarios and plans of one list: ``--plans A B C`` leaves B and C among scenarios."""
    folders = [path for path in named if path.exists() or len(path.parts) > 1]
    return folders, [str(path) for path in named if path not in folders]


def several(names: list[str]) -> list[str]:
    """Return names given one an option, or many with commas."""
    return [name.strip() for text in names for name in text.split(",")]


def _tell(outcome: Outcome, lang: str) -> None:
    """Say what leads the answer, and where everything is."""
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
            typer.echo(f"  {say(f'kpi.{one.kpi}', lang)}: {' '.join(told)}")
    numbers = {"plans": len(outcome.study.plans), "n": len(outcome.rows)}
    disasters = outcome.study.replications * len(outcome.inputs)
    typer.echo(say("compare.made", lang, disasters=disasters, path=outcome.folder, **numbers))
