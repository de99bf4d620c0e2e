"""All the files that a user names on one command line, each checked by what it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from sim.core.errors import Problem
from sim.core.words import said
from sim.scenario.loading import Checked, check_file
from sim.scenario.rasters import SUFFIXES, raster_problems

YAML: Final = (".yaml", ".yml")
#: folders of results, not of inputs
_NOT_INPUTS: Final = frozenset(("outputs", "runs", "figures"))


def check_all(named: Sequence[Path]) -> list[Checked]:
    """Return every file named, and every file that can be checked in every folder named."""
    return [checked for path in named for checked in _checked(path)]


def _checked(path: Path) -> Iterator[Checked]:
    if path.is_dir():
        try:
            files = list(_inputs(path))
        except OSError as error:
            yield _refused(Path(error.filename), said("file.unreadable", why=error.strerror))
            return
        if not files:
            yield _refused(path, said("file.nothing"))
        for file in files:
            yield from _checked(file)
    elif path.suffix.lower() in SUFFIXES:
        yield Checked(str(path), None, tuple(raster_problems(path)))
    elif path.suffix.lower() in YAML or not path.exists():
        yield check_file(path)
    else:
        allowed = ", ".join((*YAML, *SUFFIXES))
        yield _refused(path, said("file.unknown_kind", allowed=allowed))


def _inputs(folder: Path) -> Iterator[Path]:
    """Iterate over the checkable files of a folder, the scenario first, links left alone."""
    entries = sorted(folder.iterdir(), key=lambda entry: (entry.name != "scenario.yaml", entry))
    for entry in entries:
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if entry.is_dir() and entry.name not in _NOT_INPUTS:
            yield from _inputs(entry)
        elif entry.is_file() and entry.suffix.lower() in (*YAML, *SUFFIXES):
            yield entry


def _refused(path: Path, says: str) -> Checked:
    return Checked(str(path), None, (Problem(str(path), 0, "", says),))
