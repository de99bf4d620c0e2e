"""`shapan run`: one scenario, one seed, one folder with a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.options import Cell, Every, Lang, metres

if TYPE_CHECKING:
    from sim.api import Run


def run(
    scenario: Annotated[Path, typer.Argument(help="A scenario folder, or its scenario.yaml.")],
    plan: Annotated[
        str | None, typer.Option(help="A plan of the scenario, e.g. current; else nobody acts.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Same inputs and seed, same run.")] = 1,
    every: Every = 1,
    cell: Cell = None,
    out: Annotated[
        Path | None, typer.Option(help="The run's folder; default outputs/<scenario>-s<seed>-…")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the run that --out holds already.")
    ] = False,
    film: Annotated[
        Path | None, typer.Option(help="Also write a film of the water: .mp4, .gif or .html.")
    ] = None,
    lang: Lang = "en",
    report: Annotated[bool, typer.Option(help="Draw maps and write report.html.")] = True,
) -> None:
    """Run a scenario and write its folder: events, tables, rasters, maps, report.

    推演一个情景，生成结果文件夹：事件、数据表、栅格、图件和报告。
    """
    from sim.api import run as run_scenario
    from sim.cli.language import checked_language
    from sim.cli.progress import Bar
    from sim.core.words import say
    from sim.model.warm_up import warm_up
    from sim.scenario.loading import load_scenario, scenario_folder

    lang = checked_language(lang)
    if film is not None:
        from sim.core.disk import made_folder
        from sim.viz.film import film_path

        made_folder(film_path(film).parent)  # refused now, not after the run
    load_scenario(scenario_folder(scenario))  # its problems are told before anything takes time
    warm_up(lambda: typer.echo(say("run.compiling", lang), err=True))
    with Bar(lang) as bar:
        finished = run_scenario(
            scenario,
            plan=plan,
            seed=seed,
            every=every,
            cell_m=metres(cell),
            out=out,
            force=force,
            report=report,
            lang=lang,
            progress=bar,
        )
    if film is not None:
        from sim.viz.film import write_film

        written = write_film(finished, film, lang=lang)
        typer.echo(say("run.film", lang, path=written))
    _tell(finished, lang, report)


def _tell(finished: Run, lang: str, report: bool) -> None:
    """Say in a few lines what happened, which promises held, and where everything is."""
    from sim.core.words import say
    from sim.evaluation.story import story
    from sim.viz.report_plan import verdicts

    typer.echo(story(finished, lang))
    for row in verdicts(finished, lang):
        key = "run.not_judged" if row.verdict == "not_judged" else "run.judged"
        places = {"verdict": row.said, "title": row.title, "promised": row.promised}
        typer.echo(say(key, lang, got=row.got, why=row.why, **places))
    typer.echo(f"  state_sha256: {finished.manifest['state_sha256']}")
    key = "run.report" if report else "run.folder"
    typer.echo(say(key, lang, path=finished.folder / ("report.html" if report else "")))
