"""The scorecard of a study on one sheet, for those who work in spreadsheets."""

from __future__ import annotations

import importlib
import importlib.util
import math
from pathlib import Path
from typing import Any

import pandas as pd

from sim.core.cells import safe_cell
from sim.core.files import whole
from sim.core.words import in_language, say
from sim.evaluation.ensembles.outcome import Outcome, write_both
from sim.evaluation.ensembles.promises import Promise, promises
from sim.evaluation.statistics.verdict import called

_WIDTHS = (18, 34, 14, 12, 12, 10, 10, 10, 10, 10, 14, 14, 70)


def write_scorecard(outcome: Outcome, path: Path, lang: str) -> None:
    """Write every promise with its record: Parquet, CSV, and XLSX where openpyxl is installed."""
    rows = [_row(one, lang) for one in promises(outcome)]

    table = pd.DataFrame(rows, columns=_heads(lang))
    write_both(table, path.with_suffix(""))
    if importlib.util.find_spec("openpyxl") is None:
        return
    book = importlib.import_module("openpyxl").Workbook()
    sheet = book.active
    sheet.title = say("scorecard.sheet", lang)
    sheet.append(list(table.columns))
    for row in rows:
        sheet.append([_cell(value) for value in row])
    _dress(sheet)
    with whole(path) as temporary:
        book.save(temporary)


def _dress(sheet: Any) -> None:
    """Make heads bold and columns as wide as what they hold, and keep both in sight."""
    styles = importlib.import_module("openpyxl.styles")
    for cell in sheet[1]:
        cell.font = styles.Font(bold=True)
        cell.alignment = styles.Alignment(wrap_text=True, vertical="top")
    for number, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[sheet.cell(1, number).column_letter].width = width
    for name in ("share", "low", "high"):
        column = sheet.cell(1, 1 + _COLUMNS.index(name)).column_letter
        for cell in sheet[column][1:]:
            cell.number_format = "0%"
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = sheet.dimensions


def _cell(value: object) -> object:
    """Return what a spreadsheet can hold: no infinity, no formula."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return safe_cell(value)


_COLUMNS = (
    "scenario",
    "target",
    "plan",
    "bound",
    "unit",
    "judged",
    "kept",
    "share",
    "low",
    "high",
    "margin",
    "worst_margin",
    "broke",
)


def _heads(lang: str) -> list[str]:
    return [say(f"scorecard.head.{name}", lang) for name in _COLUMNS]


def _row(one: Promise, lang: str) -> tuple[object, ...]:
    target, broke = one.target, one.broke()
    bound = target.at_least if target.at_least is not None else target.at_most
    sign = "≥" if target.at_least is not None else "≤"
    told = "" if broke is None else broke.in_language(lang)
    return (
        one.scenario,
        getattr(target.title, lang),
        in_language(called(one.plan), lang),
        f"{sign} {bound:g}",
        target.unit,
        one.judged,
        one.kept,
        one.share.value,
        one.share.low,
        one.share.high,
        one.margin,
        one.worst_margin,
        say(f"kpi_why.{one.why}", lang) if one.why else told,
    )
