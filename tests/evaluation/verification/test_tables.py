"""Rows as text, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json

from sim.core.columns import display_width
from sim.evaluation.verification.case import Case
from sim.evaluation.verification.tables import as_csv, as_json, case_line, heads_line

ROW = Case(
    "dam_break.front",
    "Stoker (1957)",
    251.0,
    230.0,
    20.0,
    "m",
    places={"left": 2.0, "right": 1.0},
)


def test_csv_and_json_say_the_same() -> None:
    from_csv = next(csv.DictReader(io.StringIO(as_csv([ROW]))))
    from_json = json.loads(as_json([ROW]))[0]
    assert from_csv == {key: str(value) for key, value in from_json.items()}


def test_a_row_carries_both_languages_and_its_verdict() -> None:
    row = json.loads(as_json([ROW]))[0]
    assert (row["en"], row["zh"], row["verdict"]) == (
        "Dam break 2.0 / 1.0 m: front after 60 s",
        "溃坝 2.0 / 1.0 米：60秒后波前",
        "fail",
    )


def test_columns_line_up_under_chinese_heads() -> None:
    where = [
        display_width(line[: line.index(mark)])
        for line, mark in ((heads_line("zh"), "期望值"), (case_line(ROW, "zh"), "251"))
    ]
    assert where[0] == where[1]
