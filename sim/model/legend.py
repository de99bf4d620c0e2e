"""What columns of a run's tables mean, in both languages: `columns.csv`, and in the Parquet."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.agents.ledger import HEALTHS, STATES
from sim.agents.residents import DECISIONS, MODES, NOBODY, WAITS, WARNED_BY
from sim.core.cells import write_csv
from sim.core.words import LANGUAGES, catalogue, say
from sim.scenario.goods import items
from sim.world.tables import AGE_BANDS, MOBILITIES

FILE: Final = "columns.csv"

#: columns of codes: word key of each code
_CODES: Final[dict[str, dict[int, str]]] = {
    column: {code: f"{topic}.{name}" for code, name in enumerate(names)}
    for column, topic, names in (
        ("age", "age", AGE_BANDS),
        ("mobility", "mobility", MOBILITIES),
        ("state", "state", STATES),
        ("health", "health", HEALTHS),
        ("warned_by", "channels", WARNED_BY),
        ("decision", "decision", DECISIONS),
        ("mode", "mode", MODES),
        ("waits_for", "waits", WAITS),
    )
}
_CODES["warned_by"][NOBODY] = "warned.nobody"
#: what columns of goods begin with; the rest of the name is an item
_GOODS: Final = ("stock_", "given_", "unmet_")
_PEOPLE: Final = "people_"
#: endings of column names, the longest first, and their unit
_UNITS: Final = (
    ("_m3_per_s", "m3/s"),
    ("_mm_per_h", "mm/h"),
    ("_person_h", "person h"),
    ("_share", "1"),
    ("_m3", "m3"),
    ("_m2", "m2"),
    ("_kg", "kg"),
    ("_m", "m"),
    ("_s", "s"),
)


def meaning(table: str, column: str, lang: str) -> str:
    """Return what a column of a table means; empty when nobody has said."""
    for key in (f"column.{table}.{column}", f"column.{column}"):
        if key in catalogue():
            return say(key, lang)
    if f"state.{column.removeprefix(_PEOPLE)}" in catalogue() and column.startswith(_PEOPLE):
        return say("column.people_of", lang, of=say(f"state.{column.removeprefix(_PEOPLE)}", lang))
    start = next((one for one in _GOODS if column.startswith(one)), "")
    of = column.removeprefix(start).removesuffix("_person_h")
    item = next((one for one in items() if one.name == of), None)
    return say(f"column.{start}of", lang, of=getattr(item, lang)) if start and item else ""


def codes(table: str, column: str, lang: str) -> str:
    """Return the names of a column's codes: ``0 = foot; 1 = car``; empty for what has none."""
    known = _CODES.get(column, {}) if table == "people" else {}
    return "; ".join(f"{code} = {say(key, lang)}" for code, key in known.items())


def unit(column: str) -> str:
    """Return the unit that a column's name carries; empty for none."""
    return next((unit for end, unit in _UNITS if re.fullmatch(rf".*{end}", f"_{column}")), "")


def with_legend(name: str, table: pa.Table) -> pa.Table:
    """Return an Arrow table whose columns say in their metadata what they mean."""
    fields = []
    for field in table.schema:
        about = {lang: meaning(name, field.name, lang) for lang in LANGUAGES}
        about |= {f"codes_{lang}": codes(name, field.name, lang) for lang in LANGUAGES}
        about["unit"] = unit(field.name)
        fields.append(field.with_metadata({key: text for key, text in about.items() if text}))
    return table.cast(pa.schema(fields, metadata=table.schema.metadata))


def write_legend(folder: Path) -> None:
    """Write what every column of the tables of a run or study means, and every key figure."""
    rows = []
    for path in sorted(folder.glob("*.parquet")):
        rows += [_row(path.name, path.stem, column) for column in pq.read_schema(path).names]
    for path in sorted(set(folder.glob("*.csv")) - {folder / FILE}):
        with path.open(encoding="utf-8-sig", newline="") as file:
            head, *found = [*csv.reader(file)] or [[]]
        rows += [_row(path.name, path.stem, column) for column in head]
        if path.stem == "kpis":
            kpi, of = head.index("kpi"), head.index("unit")
            units = {row[kpi]: row[of] for row in found}
            rows += [(path.name, name, unit, *_both(name), "", "") for name, unit in units.items()]
    columns = ["file", "column", "unit", "meaning_en", "meaning_zh", "codes_en", "codes_zh"]
    write_csv(folder / FILE, pd.DataFrame(rows, columns=columns))


def _row(file: str, table: str, column: str) -> tuple[str, ...]:
    told = (meaning(table, column, lang) for lang in LANGUAGES)
    return file, column, unit(column), *told, *(codes(table, column, lang) for lang in LANGUAGES)


def _both(kpi: str) -> tuple[str, ...]:
    return tuple(say(f"kpi.{kpi}", lang) for lang in LANGUAGES)
