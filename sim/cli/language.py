"""The ``--lang`` option of every command."""

from __future__ import annotations

import typer

from sim.core.words import LANGUAGES


def checked_language(lang: str) -> str:
    """Return the language when the word catalogue has it; otherwise leave with exit code 2."""
    if lang not in LANGUAGES:
        raise typer.BadParameter(f"'{lang}'; allowed: {', '.join(LANGUAGES)}", param_hint="--lang")
    return lang
