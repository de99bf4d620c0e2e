"""The ``--lang`` option of every command."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import typer

from sim.core.words import LANGUAGES, said

#: where a machine states its language, the first that is set counts (POSIX.1-2017, 8.2)
_ENVIRONMENT: Final = ("LC_ALL", "LC_MESSAGES", "LANG")


def checked_language(lang: str, *, also: tuple[str, ...] = ()) -> str:
    """Return the language when the word catalogue has it; otherwise leave with exit code 2."""
    if lang not in LANGUAGES:
        allowed = ", ".join((*LANGUAGES, *also))
        says = said("usage.lang", found=lang, allowed=allowed)
        raise typer.BadParameter(says, param_hint="--lang")
    return lang


def asked_language(arguments: Sequence[str]) -> str:
    """Return the language that a command line asks for, else the machine's, else English.

    For what is said when a command has failed, of which only its arguments are left.
    """
    for option, value in pairwise([*arguments, ""]):
        asked = value if option == "--lang" else option.removeprefix("--lang=")
        if asked in LANGUAGES:
            return asked
    stated = next((os.environ[name] for name in _ENVIRONMENT if os.environ.get(name)), "")
    return next((lang for lang in LANGUAGES if stated.startswith(lang)), "en")
