"""`shapan schema`: JSON Schemas, so that an editor completes and checks files as one types."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import Lang


def schema(
    kind: Annotated[
        str | None,
        typer.Argument(help="scenario, plan, targets, facts, or a hazard such as flood."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write <kind>.schema.json files into this folder.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Print or write the JSON Schema of a file format; without KIND, of all of them.

    输出文件格式的 JSON Schema，供编辑器补全和检查。
    """
    import json

    from sim.cli.language import checked_language
    from sim.core.files import write_text
    from sim.core.words import say
    from sim.scenario.schemas import SCHEMAS, schema_of

    lang = checked_language(lang)
    made = {name: schema_of(name) for name in ([kind] if kind else SCHEMAS)}
    if out is None:
        shown = next(iter(made.values())) if kind else made
        typer.echo(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    for name, one in made.items():
        file = out / f"{name}.schema.json"
        write_text(file, json.dumps(one, indent=2, ensure_ascii=False) + "\n")
        typer.echo(say("schema.written", lang, file=file))
