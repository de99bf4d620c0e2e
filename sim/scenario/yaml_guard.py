"""YAML without its traps: plain values with line numbers, or every problem of the file at once.

The guard reads the parser's event stream with a stack of its own, so nesting costs no recursion and
nothing is built before it is counted. What YAML would read as something else than it looks like
(``12:30``, ``no``, ``017``) is refused with the words to write instead.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from sim.core.errors import Problem, visible
from sim.core.words import said

MAX_BYTES: Final = 2_000_000
MAX_NODES: Final = 100_000
MAX_DEPTH: Final = 40
MAX_SHOWN: Final = 200  # characters of a place
MAX_PROBLEMS: Final = 200
MAX_DIGITS: Final = 18  # more do not fit 64 bits

#: keys and indices from the root
Where = tuple[str | int, ...]

_NULLS: Final = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLS: Final = {"true": True, "false": False, "True": True, "False": False}
_BOOLS_OF_OLD: Final = re.compile(r"(?i:yes|no|on|off|true|false)")
_INT: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT: Final = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?")
_OTHER_BASE: Final = re.compile(r"[-+]?0(?:[0-9]+|[oO][0-7]+|[xX][0-9a-fA-F]+|[bB][01]+)")
_SEXAGESIMAL: Final = re.compile(r"[-+]?[0-9]+(?::[0-9]{1,2})+(?:\.[0-9]*)?")
_NOT_FINITE: Final = re.compile(r"(?i:[-+]?\.inf|\.nan|[-+]?inf(?:inity)?|nan)")


@dataclass
class Document:
    """What a file says, and on which lines.

    Attributes
    ----------
    file : str
        As problems name it.
    value : object
        Dicts, lists, strings, numbers, truth values and None only.
    lines : dict
        Where (keys and indices) to the 1-based line of its key or item.
    problems : list of Problem
        All that the guard found; a problem's place still holds the best guess of what was meant.
    faulty : set
        The paths of `problems`, so that nobody complains twice.
    """

    file: str
    value: Any = None
    lines: dict[Where, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    faulty: set[Where] = field(default_factory=set)

    def refuse(self, path: Where, line: int, says: str, *, warning: bool = False) -> None:
        """Note a problem of the place ``path``."""
        self.problems.append(Problem(self.file, line, dotted(path), says, warning))
        if not warning:
            self.faulty.add(path)

    def line_of(self, path: Where) -> int:
        """Return the line of a place, or of the nearest place above it that stands in the file."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 0


def dotted(path: Where) -> str:
    """Return a place as people write it: ``hazards[0].rain.duration``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 3] + "..."


def read_file(file: Path, name: str | None = None) -> Document:
    """Return the guarded content of a YAML file; nothing is raised, problems are in the result."""
    document = Document(name or str(file))
    try:
        if not file.is_file():
            document.refuse((), 0, said("file.not_a_file" if file.exists() else "file.missing"))
            return document
        with file.open("rb") as handle:
            raw = handle.read(MAX_BYTES + 1)
    except OSError as error:
        document.refuse((), 0, said("file.unreadable", why=error.strerror))
        return document
    return _read(raw, document)


def read_text(text: str, name: str) -> Document:
    """Return the guarded content of a YAML text."""
    return _read(text.encode("utf-8", "surrogatepass"), Document(name))


class _Stop(Exception):  # noqa: N818 - not an error of ours: the way out of a hopeless file
    """The rest of the file cannot be read."""


def _read(raw: bytes, document: Document) -> Document:
    if len(raw) > MAX_BYTES:
        document.refuse((), 0, said("yaml.large", limit=f"{MAX_BYTES:,}"))
        return document
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        document.refuse((), line, said("yaml.not_utf8", byte=f"0x{raw[error.start]:02x}"))
        return document
    try:
        _Builder(document).build(yaml.parse(text, Loader=yaml.CSafeLoader))
    except _Stop:
        pass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.refuse((), mark.line + 1 if mark else 0, said("yaml.broken", why=error.problem))
    except yaml.YAMLError as error:
        document.refuse((), 0, said("yaml.broken", why=" ".join(str(error).split())))
    return document


@dataclass
class _Frame:
    """An open mapping or sequence."""

    into: dict[str, Any] | list[Any]
    path: Where
    key: str | None = None
    key_line: int = 0


class _Builder:
    """Turns events into a document, with one stack and one count."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.stack: list[_Frame] = []
        self.n_nodes = 0
        self.n_documents = 0

    def build(self, events: Iterator[Any]) -> None:
        """Take the events of a parser one by one; refuse what is not allowed where it stands."""
        for event in events:
            line = event.start_mark.line + 1
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event, line)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._open({} if isinstance(event, yaml.MappingStartEvent) else [], event, line)
            elif isinstance(event, yaml.CollectionEndEvent):
                self.stack.pop()
            elif isinstance(event, yaml.AliasEvent):
                path = self._place(None, line)
                self.document.refuse(path, line, said("yaml.alias", name=event.anchor))
            elif isinstance(event, yaml.DocumentStartEvent):
                self._start(line)

    def _start(self, line: int) -> None:
        self.n_documents += 1
        if self.n_documents > 1:
            self.document.refuse((), line, said("yaml.second_document"))
            raise _Stop

    def _open(self, into: dict[str, Any] | list[Any], event: Any, line: int) -> None:
        path = self._place(into, line)
        self._plain_only(event, path, line)
        self.stack.append(_Frame(into, path))
        if len(self.stack) > MAX_DEPTH:
            self.document.refuse((), line, said("yaml.deep", limit=MAX_DEPTH))
            raise _Stop

    def _scalar(self, event: Any, line: int) -> None:
        frame = self.stack[-1] if self.stack else None
        if frame is not None and isinstance(frame.into, dict) and frame.key is None:
            self._key(frame, event, line)
            return
        value, says = (event.value, "") if event.style else plain_value(event.value)
        shown = visible(value) if isinstance(value, str) else value
        hidden, value = shown != value, shown
        path = self._place(value, line)
        self._plain_only(event, path, line)
        if says:
            self.document.refuse(path, line, says)
        if hidden:
            self.document.refuse(path, line, said("yaml.hidden"), warning=True)

    def _key(self, frame: _Frame, event: Any, line: int) -> None:
        """Take a scalar as the key of the open mapping."""
        self._count(line)
        key = visible(event.value)
        path = (*frame.path, key)
        self._plain_only(event, path, line)
        says = ""
        if not event.style:
            meant, says = plain_value(key)
            if key == "<<":
                says = said("yaml.merge")
            elif not isinstance(meant, str):
                says = said("yaml.key", found=key)
            elif says:
                says = said("yaml.key_quoted", found=key)
        if key in frame.into:
            says = said("yaml.twice", line=self.document.lines[path])
        if says:
            self.document.refuse(path, line, says)
        frame.key, frame.key_line = key, line

    def _count(self, line: int) -> None:
        """Give up on a file that holds too much, or too much that is wrong."""
        self.n_nodes += 1
        if self.n_nodes > MAX_NODES:
            self.document.refuse((), line, said("yaml.many", limit=f"{MAX_NODES:,}"))
            raise _Stop
        if len(self.document.problems) >= MAX_PROBLEMS:
            self.document.refuse((), line, said("yaml.hopeless", limit=MAX_PROBLEMS))
            raise _Stop

    def _place(self, value: Any, line: int) -> Where:
        """Put a value where the stack says, and return its path."""
        self._count(line)
        frame = self.stack[-1] if self.stack else None
        path: Where = ()
        if frame is None:
            self.document.value = value
        elif isinstance(frame.into, list):
            path = (*frame.path, len(frame.into))
            frame.into.append(value)
        elif frame.key is None:  # a list, a mapping or an alias stands where a key should
            path, frame.key = (*frame.path, "?"), "?"
            self.document.refuse(path, line, said("yaml.key", found="[...]"))
        else:
            path, line = (*frame.path, frame.key), frame.key_line
            frame.into[frame.key], frame.key = value, None
        self.document.lines.setdefault(path, line)
        return path

    def _plain_only(self, event: Any, path: Where, line: int) -> None:
        """Refuse tags and anchors."""
        if event.tag is not None and event.tag != "!":
            self.document.refuse(path, line, said("yaml.tag", tag=visible(event.tag)))
        if event.anchor is not None:
            self.document.refuse(path, line, said("yaml.anchor", name=event.anchor))


def plain_value(text: str) -> tuple[Any, str]:
    """Return what an unquoted scalar means, and what is wrong with it (or an empty string)."""
    if text in _NULLS:
        return None, ""
    if text in _BOOLS:
        return _BOOLS[text], ""
    if _INT.fullmatch(text):
        if len(text) > MAX_DIGITS:
            return 0, said("yaml.digits", found=len(text), limit=MAX_DIGITS)
        return int(text), ""
    if _FLOAT.fullmatch(text):
        number = float(text)
        return (
            (number, "")
            if math.isfinite(number)
            else (0.0, said("yaml.too_large_number", found=text))
        )
    return text, _misread(text)


def _misread(text: str) -> str:
    """Return what is wrong with a plain text that some YAML reader takes for something else."""
    if _BOOLS_OF_OLD.fullmatch(text):
        meant = "true" if text.lower() in ("yes", "on", "true") else "false"
        return said("yaml.bool", found=text, meant=meant)
    if _OTHER_BASE.fullmatch(text):
        return said("yaml.other_base", found=text)
    if _SEXAGESIMAL.fullmatch(text):
        return said("yaml.base_60", found=text)
    if _NOT_FINITE.fullmatch(text):
        return said("yaml.not_finite", found=text)
    return ""
