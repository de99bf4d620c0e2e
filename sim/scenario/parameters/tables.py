"""The parameter catalogue as text: a table to read, CSV for a spreadsheet, JSON for a program."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Sequence
from typing import Final

from sim.core.cells import safe_cell
from sim.core.words import say
from sim.scenario.parameters import Parameter

_HEADS: Final = ("key", "value", "unit", "range", "confidence", "meaning", "source")


def as_table(rows: Sequence[Parameter], lang: str) -> str:
    """Return lines of aligned columns; the source stands under each row's meaning."""
    heads = [say(f"parameters.{head}", lang) for head in _HEADS[:-1]]
    cells = [_cells(row, lang) for row in rows]
    widths = [max(map(_width, column)) for column in zip(heads, *cells, strict=True)]
    lines = [_line(heads, widths), _line(["-" * width for width in widths], widths)]
    indent = " " * (sum(widths[:-1]) + 2 * (len(widths) - 1))
    for row, texts in zip(rows, cells, strict=True):
        source = f"{say('parameters.source', lang)}: {row.source_in(lang)}"
        lines += [_line(texts, widths), indent + source]
    return "\n".join(lines) + "\n"


def as_csv(rows: Sequence[Parameter], lang: str) -> str:
    """Return a CSV table with both languages; ``lang`` only chooses the heads."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    heads = ("key", "value", "unit", "low", "high", "confidence", "en", "zh", "source")
    table.writerow(heads)
    table.writerows([safe_cell(getattr(row, head)) for head in heads] for row in rows)
    return out.getvalue()


def as_json(rows: Sequence[Parameter], lang: str) -> str:
    """Return a JSON list with both languages."""
    plain = [row.model_dump(mode="json") for row in rows]
    return json.dumps(plain, indent=2, ensure_ascii=False) + "\n"


def _cells(row: Parameter, lang: str) -> list[str]:
    meaning = row.zh if lang == "zh" else row.en
    confidence = say(f"confidence.{row.confidence}", lang)
    spread = f"{row.low:g} .. {row.high:g}"
    return [row.key, f"{row.value:g}", row.unit, spread, confidence, meaning]


def _line(texts: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        text + " " * (width - _width(text)) for text, width in zip(texts, widths, strict=True)
    )
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Return the columns that a text takes on a terminal: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
