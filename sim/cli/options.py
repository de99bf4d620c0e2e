"""Options that `shapan compare` and `shapan improve` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Jobs = Annotated[int, typer.Option(min=1, help="Workers on this machine.")]
Every = Annotated[
    int, typer.Option(min=1, help="Keep one household in so many; each stands for that many.")
]
Seed = Annotated[int, typer.Option(help="Seed of the first disaster.")]
Out = Annotated[Path | None, typer.Option(help="The study's folder; default outputs/…")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with what is kept.")]
Cluster = Annotated[
    str, typer.Option(help="Address of a Dask scheduler; its workers make the runs.")
]
Report = Annotated[bool, typer.Option(help="Write report.html.")]
Lang = Annotated[str, typer.Option(help="Language of what is printed: en or zh.")]


def compiled(lang: str) -> None:
    """Compile the kernels for this machine, and say so when that takes a while."""
    from sim.core.words import say
    from sim.model.warm_up import warm_up

    warm_up(lambda: typer.echo(say("run.compiling", lang), err=True))
