"""`shapan report`: draw the report of a finished run or study, again or for the first time."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

#: both languages in one file
_BOTH = "both"


def report(
    run: Annotated[Path, typer.Argument(help="The folder of a finished run, or of a study.")],
    lang: Annotated[
        str, typer.Option(help="What the report holds: en, zh, or both (opens in English).")
    ] = _BOTH,
) -> None:
    """Draw all maps and curves of a run, or of a study, anew and write its report.html.

    重新绘制某次推演或某项比较的全部图件和报告。
    """
    from sim.cli.language import checked_language
    from sim.core.words import LANGUAGES, say

    languages = LANGUAGES if lang == _BOTH else (checked_language(lang, also=(_BOTH,)),)
    from sim.api import open_run, redraw

    path = redraw(run, languages[0]) or open_run(run).draw(languages)
    typer.echo(say("run.report", languages[0], path=path))
