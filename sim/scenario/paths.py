"""Names of files inside files: they stay inside the folder, whatever they look like.

A name that would leave the folder is refused with the same words whether or not anything is there,
so a scenario from a stranger cannot ask what exists on this machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from sim.core.words import said

MAX_LENGTH: Final = 255
#: other systems' separators, drives and schemes, escapes, shells' homes and patterns
_FORBIDDEN: Final = frozenset('\\:%~*?"<>|$')


@dataclass(frozen=True)
class InFolder:
    """Marks a text that names a file or a folder beside the file it stands in.

    Attributes
    ----------
    folder : bool
        True when it names a folder.
    """

    folder: bool = False

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Let pydantic refuse what could leave the folder."""
        return core_schema.no_info_after_validator_function(plain_name, handler(source))


def plain_name(text: str) -> str:
    """Return the text when it is a relative path downwards.

    Raises
    ------
    ValueError
        When it is absolute, goes up, or holds what some system reads as more than a name.
    """
    parts = text.split("/")
    if (
        not text
        or len(text) > MAX_LENGTH
        or ".." in parts
        or "" in parts
        or not text.isprintable()
        or _FORBIDDEN & set(text)
    ):
        raise ValueError(outside(text))
    return text


def in_folder(folder: Path, text: str, *, wants_folder: bool) -> Path:
    """Return the place that a checked name stands for.

    Raises
    ------
    ValueError
        When a link leads out of the folder, nothing is there, or it is of another sort.
    """
    try:
        place = (folder / PurePosixPath(plain_name(text))).resolve()
        is_inside = place.is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a loop of links
        raise ValueError(outside(text)) from None
    if not is_inside:
        raise ValueError(outside(text))
    if not place.exists():
        key = "file.missing_folder" if wants_folder else "file.missing_entry"
        raise ValueError(said(key, name=text))
    if not (place.is_dir() if wants_folder else place.is_file()):
        raise ValueError(said("file.not_a_folder" if wants_folder else "file.not_a_file"))
    return place


def outside(text: str) -> str:
    """Return the one thing that is said about every name that could leave the folder."""
    return said("file.outside", found=repr(text[:80]))
