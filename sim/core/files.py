"""Final files appear whole or not at all: temporary file beside it, fsync, rename."""

from __future__ import annotations

import contextlib
import fnmatch
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from sim.core.disk import made_folder
from sim.core.errors import SimError
from sim.core.words import said


class FolderInUseError(SimError):
    """A folder that is to be written holds something else."""


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Yield a temporary path in the same folder; on success it becomes ``path``.

    The temporary name keeps the suffix, since some writers choose the format by it. On any error
    the old file, if there was one, is untouched and the temporary one is gone.
    """
    made_folder(path.parent)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.tmp{path.suffix}")
    try:
        yield temporary
        with temporary.open("rb+") as handle:
            os.fsync(handle.fileno())
        temporary.replace(path)
        if os.name == "posix":
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def whole_folder(path: Path, *, marker: str) -> Iterator[Path]:
    """Yield a temporary folder beside ``path``; on success it takes the place of ``path``.

    What killed processes left of earlier tries is swept away. An older folder is replaced only when
    it is empty or holds ``marker``, the file by which this kind of folder is known: nobody's
    photographs are deleted by a mistyped ``--out``.

    Raises
    ------
    FolderInUseError
        When ``path`` is a file, or holds files but no ``marker``.
    """
    if path.exists() and not path.is_dir():
        raise FolderInUseError(said("disk.is_file", path=path))
    if path.is_dir() and any(path.iterdir()) and not (path / marker).exists():
        raise FolderInUseError(said("disk.holds_other", path=path, marker=marker))
    made_folder(path.parent)
    _sweep(path)
    temporary, old = (path.with_name(f".{path.name}.{os.getpid()}.{end}") for end in ("tmp", "old"))
    shutil.rmtree(temporary, ignore_errors=True)
    made_folder(temporary, told_as=path)
    try:
        yield temporary
        if path.exists():
            path.replace(old)
        temporary.replace(path)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def carry_over(old: Path, fresh: Path, *, ours: Iterable[str]) -> None:
    """Copy what users have put into a folder into the one that will take its place.

    Parameters
    ----------
    old, fresh : Path
    ours : iterable of str
        Patterns of what the program itself writes, at the top of the folder.
    """
    patterns = tuple(ours)
    for entry in old.iterdir() if old.is_dir() else ():
        if any(fnmatch.fnmatch(entry.name, one) for one in patterns):
            continue
        if entry.is_dir():
            shutil.copytree(entry, fresh / entry.name, dirs_exist_ok=True)
        else:
            shutil.copy2(entry, fresh / entry.name)


def _sweep(path: Path) -> None:
    """Remove what killed processes left beside a folder that they were writing."""
    for left in path.parent.glob(f".{path.name}.*.tmp"):
        owner = left.name.split(".")[-2]
        if owner.isdigit() and not _is_running(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with Unix line ends, whole or not at all."""
    with whole(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
