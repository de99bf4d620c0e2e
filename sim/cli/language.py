"""The ``--lang`` option of every command."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import typer

from sim.core.words import LANGUAGES


def checked_language(lang: str, *, also: tuple[str, ...] = ()) -> str:
    """Return the language when the word catalogue has it; otherwise leave with exit code 2."""
    if lang not in LANGUAGES:
        allowed = ", ".join((*LANGUAGES, *also))
        raise typer.BadParameter(f"'{lang}'; allowed: {allowed}", param_hint="--lang")
    return lang


def asked_language(arguments: Sequence[str]) -> str:
    """Return the language that a command line asks for, English when it asks for none.

    For what is said when a command has failed, of which only its arguments are left.
    """
    for option, value in pairwise([*arguments, ""]):
        asked = value if option == "--lang" else option.removeprefix("--lang=")
        if asked in LANGUAGES:
            return asked
    return "en"
