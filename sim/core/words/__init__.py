"""The one catalogue of users' words, in English and Chinese: the JSON files beside this one.

Each file holds ``{"key": {"en": "...", "zh": "..."}}``; keys are unique over all files. Words may
hold ``{named}`` places, filled by `say`.
"""

from __future__ import annotations

import functools
import json
import re
from importlib import resources
from typing import Final

LANGUAGES: Final = ("en", "zh")
#: what English calls one of what the words count
_ONE_OF: Final = {
    "buildings": "building",
    "clauses": "clause",
    "people": "person",
    "places": "place",
    "residents": "resident",
    "slopes": "slope",
    "zones": "zone",
}
_ONE_DOES: Final = {" were": " was", " are": " is", " have": " has"}
_ONE: Final = re.compile(rf"(?<![\w.,−-])1 ({'|'.join(_ONE_OF)})\b({'|'.join(_ONE_DOES)})?")


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


def say(key: str, lang: str, /, **places: object) -> str:
    """Return the words of ``key`` in ``lang``, with named places filled."""
    try:
        words = catalogue()[key][lang]
    except KeyError:
        raise UnknownWordError(f"no words for '{key}' in '{lang}'") from None
    text = words.format(**places)
    return _ONE.sub(_of_one, text) if lang == "en" else text


def _of_one(found: re.Match[str]) -> str:
    verb = found[2] or ""
    return f"1 {_ONE_OF[found[1]]}{_ONE_DOES.get(verb, verb)}"


class Said(str):
    """English text that remembers its key, so that it can be said again in another language."""

    __slots__ = ("_key", "_places")
    _key: str
    _places: dict[str, object]

    def in_language(self, lang: str) -> str:
        """Return the same words in ``lang``; places that are `Said` themselves follow."""
        places = {name: in_language(place, lang) for name, place in self._places.items()}
        return say(self._key, lang, **places)


def said(key: str, /, **places: object) -> Said:
    """Return the English words of ``key`` as text that can be said again in another language."""
    text = Said(say(key, "en", **places))
    text._key, text._places = key, places
    return text


class Name(Said):
    """A name that a file states in every language."""

    __slots__ = ("_texts",)
    _texts: dict[str, str]

    def in_language(self, lang: str) -> str:
        """Return the name in ``lang``."""
        return self._texts[lang]


def named(en: str, zh: str) -> Name:
    """Return a name of both languages as text that can be said again in the other."""
    name = Name(en)
    name._texts = {"en": en, "zh": zh}
    return name


def in_language(text: object, lang: str) -> object:
    """Return a `Said` in ``lang``; anything else as it is."""
    return text.in_language(lang) if isinstance(text, Said) else text
