"""Every error a user can meet: one root, one line a problem, never a traceback."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from sim.core.words import in_language, said


class SimError(Exception):
    """Something a user can mend: a file, a name, a place on disk."""

    #: what the command leaves with
    exit_code: ClassVar[int] = 2

    def in_language(self, lang: str) -> str:
        """Return the message in a language of the word catalogue, as far as it is from there."""
        return "\n".join(str(in_language(part, lang)) for part in self.args)


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in one file, said so that it can be mended without reading code.

    Attributes
    ----------
    file : str
        As the user named it, or relative to the scenario folder's parent.
    line : int
        1-based; 0 when the fault belongs to the whole file.
    path : str
        Where in the document: ``hazards[0].rain.duration``; may be empty.
    says : str
        What was found, what is allowed, and a guess.
    warning : bool
        True when a run may go on.
    """

    file: str
    line: int
    path: str
    says: str
    warning: bool = False

    def __str__(self) -> str:
        """Return ``file:line  path: says``, in English."""
        return self.in_language("en")

    def in_language(self, lang: str) -> str:
        """Return the same line in a language of the word catalogue."""
        says = in_language(self.says, lang)
        place = f"{self.file}:{self.line}" if self.line else self.file
        line = f"{place}  {self.path}: {says}" if self.path else f"{place}  {says}"
        return visible(line).replace("\n", "\\n")


class InputError(SimError):
    """All the faults of the files of one command, together."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(problems)  # SimPy rebuilds an exception from its args

    def __str__(self) -> str:
        """Return one line a problem."""
        return self.in_language("en")

    def in_language(self, lang: str) -> str:
        """Return one line a problem, in a language of the word catalogue."""
        return "\n".join(problem.in_language(lang) for problem in self.problems)


#: a guess at a longer name costs more than it helps
_LONGEST_NAME = 80

#: control characters but line end and tab, surrogates, and what changes the direction of text
_HIDDEN = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufeff"
    "\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]"
)


def visible(text: str) -> str:
    """Return the text with control, direction and surrogate characters written as escapes.

    A name from a file cannot then hide part of a line or move a reader's terminal. Line ends and
    tabs stay.
    """
    return _HIDDEN.sub(lambda hidden: hidden[0].encode("unicode_escape").decode(), text)


def did_you_mean(found: str, allowed: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the closest allowed name, or an empty string."""
    if len(found) > _LONGEST_NAME:
        return ""
    names = list(allowed)
    close = [name for name in names if _is_one_slip(found, name)]
    close = difflib.get_close_matches(found, close or names, n=1, cutoff=0.0 if close else 0.6)
    return said("problem.guess", name=close[0]) if close else ""


def _is_one_slip(found: str, meant: str) -> bool:
    """Whether one letter is wrong, missing, too many, or changed places with its neighbour."""
    same = len(os.path.commonprefix((found, meant)))  # noqa: RUF071  # letters are meant
    rest, wanted = found[same:], meant[same:]
    return (
        rest[1:] == wanted[1:]
        or rest[1:] == wanted
        or rest == wanted[1:]
        or (rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:])
    )


def choices(allowed: Iterable[str]) -> str:
    """Return the allowed names as a sorted, comma-separated list."""
    return ", ".join(sorted(allowed))
