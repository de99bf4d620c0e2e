"""`shapan improve`: which single change of a plan does most, and where the limit is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options

if TYPE_CHECKING:
    from sim.evaluation.ensembles.improve import Improvement


def improve(
    scenario: Annotated[Path, typer.Argument(help="A scenario folder.")],
    plan: Annotated[str, typer.Option(help="The plan to improve.")],
    target: Annotated[str, typer.Option(help="The key figure it is judged by, e.g. caught.")],
    reps: Annotated[int, typer.Option(min=2, help="Disasters.")] = 30,
    jobs: options.Jobs = 2,
    every: options.Every = 1,
    cell: options.Cell = None,
    seed: options.Seed = 1,
    out: options.Out = None,
    resume: options.Resume = False,
    cluster: options.Cluster = "",
    report: options.Report = True,
    lang: options.Lang = "en",
) -> None:
    """Try single changes of a plan in the same disasters; rank them by gain and cost.

    在相同灾害中逐项试验预案的单项改进，按收益与成本排序。
    """
    from sim.cli.language import checked_language
    from sim.cli.progress import RunsBar
    from sim.core.words import say

    lang = checked_language(lang)
    from sim.api import improve as improve_plan

    options.compiled(lang)
    folder = out or Path("outputs") / f"improve-{scenario.resolve().name}-{plan}-{target}"
    with RunsBar(lang) as bar:
        found = improve_plan(
            scenario,
            plan=plan,
            target=target,
            out=folder,
            replications=reps,
            jobs=jobs,
            every=every,
            cell_m=options.metres(cell),
            seed=seed,
            resume=resume,
            cluster=cluster,
            report=report,
            lang=lang,
            progress=bar,
        )
    _tell(found, lang)
    typer.echo(say("improve.made", lang, path=folder / "improve.csv"))
    if report:
        typer.echo(say("improve.report", lang, path=folder / "report.html"))


def _tell(found: Improvement, lang: str) -> None:
    """Print the changes, the best first, and the limits that none of them passes."""
    from sim.core.words import in_language, say
    from sim.evaluation.ensembles.improve import FOREWARNED, NO_DELAY, change_verdict
    from sim.evaluation.statistics.verdict import amount

    typer.echo(say("improve.title", lang, plan=found.plan, kpi=say(f"kpi.{found.kpi}", lang)))
    for one in (effect for effect in found.effects if not effect.nothing):
        low, high = (amount(end, one.comparison.kind).in_language(lang) for end in one.gain_range)
        gain = amount(one.gain, one.comparison.kind).in_language(lang)
        verdict = one.verdict().in_language(lang)
        says = in_language(one.change.says, lang)
        places = {"says": says, "gain": gain, "low": low, "high": high, "verdict": verdict}
        cost = f"{one.change.cost:g}"
        typer.echo(say("improve.row", lang, cost=cost, **places))
    idle = sum(one.nothing for one in found.effects)
    if idle:
        typer.echo(say("improve.idle", lang, n=idle))
    for name in (NO_DELAY, FOREWARNED):
        one_ = found.limits[name]
        verdict = change_verdict(one_).in_language(lang)
        value = one_.difference.value * (-1 if one_.better == "low" else 1)
        gain = amount(value, one_.kind).in_language(lang)
        typer.echo(say(f"improve.limit.{name}", lang, gain=gain, verdict=verdict))
