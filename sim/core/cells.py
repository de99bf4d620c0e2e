"""Table cells that a spreadsheet shows and never runs."""

from __future__ import annotations

from typing import Final

_STARTS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> object:
    """Return a cell for a CSV file: text that a spreadsheet would run as a formula gets a ``'``.

    Numbers stay numbers, also negative ones. See OWASP, "CSV injection".
    """
    if isinstance(value, str) and value.startswith(_STARTS_FORMULA):
        return f"'{value}"
    return value
