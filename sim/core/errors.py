"""Every error a user can meet: one root, one line a problem, never a traceback."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.core.words import in_language, said


class SimError(Exception):
    """Something a user can mend: a file, a name, a place on disk."""


class RunKilledError(SimError):
    """A run directory holds an unfinished run."""


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
        return "\n".join(str(problem) for problem in self.problems)


#: characters that change how the text around them is shown
_DIRECTION = frozenset("\u061c\u200b\u200e\u200f\u2028\u2029\ufeff") | frozenset(
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
)


def visible(text: str) -> str:
    """Return the text with control, direction and surrogate characters written as escapes.

    A name from a file cannot then hide part of a line or move a reader's terminal. Line ends and
    tabs stay.
    """
    return "".join(
        character.encode("unicode_escape").decode() if _hides(character) else character
        for character in text
    )


def _hides(character: str) -> bool:
    if character in "\n\t":
        return False
    return character in _DIRECTION or unicodedata.category(character) in ("Cc", "Cs")


def did_you_mean(found: str, allowed: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the closest allowed name, or an empty string."""
    close = difflib.get_close_matches(found, list(allowed), n=1, cutoff=0.6)
    return said("problem.guess", name=close[0]) if close else ""


def choices(allowed: Iterable[str]) -> str:
    """Return the allowed names as a sorted, comma-separated list."""
    return ", ".join(sorted(allowed))
