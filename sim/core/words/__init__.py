"""The one catalogue of users' words, in English and Chinese: the JSON files beside this one.

Each file holds ``{"key": {"en": "...", "zh": "..."}}``; keys are unique over all files. Words may
hold ``{named}`` places, filled by `say`.
"""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Final

LANGUAGES: Final = ("en", "zh")


class UnknownWordError(KeyError):
    """Code asks for a key that is not in the catalogue."""


@functools.cache
def catalogue() -> dict[str, dict[str, str]]:
    """Return all words; every key has every language.

    Raises
    ------
    ValueError
        When a key stands twice or lacks a language.
    """
    words: dict[str, dict[str, str]] = {}
    for file in sorted(resources.files(__package__).iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".json"):
            continue
        for key, texts in json.loads(file.read_text(encoding="utf-8")).items():
            if key in words or set(texts) != set(LANGUAGES):
                raise ValueError(f"{file.name}: '{key}' stands twice or lacks a language")
            words[key] = texts
    return words


def say(key: str, lang: str, **places: object) -> str:
    """Return the words of ``key`` in ``lang``, with named places filled."""
    try:
        return catalogue()[key][lang].format(**places)
    except KeyError:
        raise UnknownWordError(f"no words for '{key}' in '{lang}'") from None
