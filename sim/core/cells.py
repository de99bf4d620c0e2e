"""Tables that a spreadsheet opens rightly: cells that it never runs, UTF-8 with its mark."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.core.files import whole

if TYPE_CHECKING:
    import pandas as pd

_STARTS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> object:
    """Return a cell for a CSV file: text that a spreadsheet would run as a formula gets a ``'``.

    Numbers stay numbers, also negative ones. See OWASP, "CSV injection".
    """
    if isinstance(value, str) and value.startswith(_STARTS_FORMULA):
        return f"'{value}"
    return value


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write a table as CSV that Excel opens rightly, whole or not at all."""
    with whole(path) as temporary:
        table.map(safe_cell).to_csv(temporary, index=False, encoding="utf-8-sig")
