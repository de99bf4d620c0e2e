"""`shapan parameters`: every default number, with its unit, range, source and confidence."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Format(StrEnum):
    """How the catalogue is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def parameters(
    topic: Annotated[str | None, typer.Option(help="Only this topic, such as flood.")] = None,
    format_: Annotated[Format, typer.Option("--format", help="table, csv or json.")] = Format.TABLE,
    lang: Annotated[str, typer.Option(help="Language of the table: en or zh.")] = "en",
) -> None:
    """List the parameter catalogue: what a scenario takes when it says nothing else.

    列出参数目录：默认值、单位、合理范围、来源和可信度。
    """
    from sim.cli.language import checked_language
    from sim.scenario.parameters import all_parameters, parameters_of
    from sim.scenario.parameters.tables import as_csv, as_json, as_table

    lang = checked_language(lang)
    rows = parameters_of(topic) if topic else all_parameters()
    write = {Format.TABLE: as_table, Format.CSV: as_csv, Format.JSON: as_json}[format_]
    typer.echo(write(rows, lang), nl=False)
