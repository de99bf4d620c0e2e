"""Rows of a verification as text: lines to read, CSV for a spreadsheet, JSON for a program."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Final

from sim.core.columns import aligned
from sim.core.words import say
from sim.evaluation.verification.case import Case

_HEADS: Final = ("verdict", "case", "expected", "ours", "tolerance", "unit", "source")
_WIDTHS: Final = (7, 58, 10, 10, 9, 5, 0)


def heads_line(lang: str) -> str:
    """Return the line above the rows."""
    return aligned([say(f"verify.head.{head}", lang) for head in _HEADS], _WIDTHS)


def case_line(case: Case, lang: str) -> str:
    """Return a row as one line."""
    return aligned(
        [
            say(f"verify.verdict.{verdict(case)}", lang),
            case.title(lang),
            f"{case.expected:.5g}",
            f"{case.ours:.5g}",
            f"{case.tolerance:.2g}",
            case.unit,
            case.source,
        ],
        _WIDTHS,
    )


def verdict(case: Case) -> str:
    """Return ``"limit"``, ``"pass"`` or ``"fail"``."""
    return "limit" if case.limit else "pass" if case.close else "fail"


def as_csv(cases: Sequence[Case]) -> str:
    """Return a CSV table with both languages."""
    rows = [_plain(case) for case in cases]
    out = io.StringIO()
    table = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return out.getvalue()


def as_json(cases: Sequence[Case]) -> str:
    """Return a JSON list with both languages."""
    rows = [_plain(case) for case in cases]
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


def _plain(case: Case) -> Mapping[str, str | float]:
    return {
        "name": case.name,
        "en": case.title("en"),
        "zh": case.title("zh"),
        "source": case.source,
        "expected": case.expected,
        "ours": case.ours,
        "tolerance": case.tolerance,
        "unit": case.unit,
        "verdict": verdict(case),
    }
