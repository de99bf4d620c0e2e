"""`shapan validate`: every problem of every file at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import Lang


def validate(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="Scenario, plan, targets or facts files, rasters, or folders."
        ),
    ],
    lang: Lang = "en",
) -> None:
    """Check files before anything runs: exit code 2 when something must be mended.

    检查文件：一次列出全部问题，每条给出文件、行号、位置和改法。
    """
    from sim.cli.language import checked_language
    from sim.core.words import say
    from sim.scenario.everything import check_all

    lang = checked_language(lang)
    checked = check_all(files)
    for problem in (problem for one in checked for problem in one.problems):
        line = problem.in_language(lang)
        typer.echo(say("validate.warning", lang, line=line) if problem.warning else line)
    errors = sum(len(one.errors) for one in checked)
    warnings = sum(len(one.warnings) for one in checked)
    key = "validate.sum" if errors or warnings else "validate.sound"
    typer.echo(say(key, lang, files=len(checked), errors=errors, warnings=warnings))
    if errors:
        raise typer.Exit(2)
