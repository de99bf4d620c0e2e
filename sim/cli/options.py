"""Options that `shapan run`, `shapan compare` and `shapan improve` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Jobs = Annotated[int, typer.Option(min=1, help="Workers on this machine.")]
Every = Annotated[
    int, typer.Option(min=1, help="Keep one household in so many; each stands for that many.")
]
Cell = Annotated[
    str | None,
    typer.Option(help="Another cell for maps made from facts, e.g. '40 m': faster, coarser."),
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the first disaster.")]
Out = Annotated[Path | None, typer.Option(help="The study's folder; default outputs/…")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with what is kept.")]
Cluster = Annotated[
    str, typer.Option(help="Address of a Dask scheduler; its workers make the runs.")
]
Report = Annotated[bool, typer.Option(help="Write report.html.")]
Lang = Annotated[str, typer.Option(help="Language of what is printed: en or zh.")]


def metres(cell: str | None) -> float | None:
    """Return a length in metres; None for none."""
    from sim.core.units import in_si

    if cell is None:
        return None
    try:
        return in_si(cell, "length")
    except ValueError as error:
        raise typer.BadParameter(error.args[0], param_hint="--cell") from None


def compiled(lang: str) -> None:
    """Compile the kernels for this machine, and say so when that takes a while."""
    from sim.core.words import say
    from sim.model.warm_up import warm_up

    warm_up(lambda: typer.echo(say("run.compiling", lang), err=True))
