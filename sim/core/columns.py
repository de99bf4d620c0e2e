"""Columns that line up on a terminal, Chinese characters included."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def display_width(text: str) -> int:
    """Return the columns that a text takes: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def aligned(texts: Sequence[str], widths: Sequence[int]) -> str:
    """Return one line of cells, each padded to its width, two spaces apart."""
    padded = (
        text + " " * max(width - display_width(text), 0)
        for text, width in zip(texts, widths, strict=True)
    )
    return "  ".join(padded).rstrip()
