"""What runs and studies have in common: telling of progress, languages."""

from __future__ import annotations

from collections.abc import Callable

from sim.core.words import LANGUAGES

#: told what the run is doing: a word key of the catalogue, and steps done and to do
Progress = Callable[[str, int, int], None]


def first(lang: str) -> tuple[str, ...]:
    """Return all languages, a given one first."""
    return (lang, *(other for other in LANGUAGES if other != lang))
