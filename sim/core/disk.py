"""What a disk refuses, told so that a user can mend it."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sim.core.errors import SimError
from sim.core.words import catalogue, said

_NO_SPACE: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_REFUSED: Final = (
    *(errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO, errno.ENODEV, errno.ESTALE),
    *(errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.EMFILE),
)


class DiskError(SimError):
    """A folder cannot be written; nothing half-written stands under a final name."""

    exit_code = 74  # EX_IOERR of sysexits.h


class DiskFullError(DiskError):
    """The disk took no more; nothing half-written stands under a final name."""


def made_folder(folder: Path, *, told_as: Path | None = None) -> Path:
    """Make a folder with all above it, unless it is there, and return it.

    Parameters
    ----------
    folder : Path
    told_as : Path, optional
        What the user asked for, when that is not the folder itself.

    Raises
    ------
    DiskError
        Whatever the system's reason: under ``/proc`` it says that there is no such file.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if told_as is not None:
            error.filename = str(told_as)
        path = error.filename or folder
        raise disk_error(error, folder) or _refused("disk.refused", path, error) from error
    return folder


@contextlib.contextmanager
def told_of_disk(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses into an error that a user understands.

    Parameters
    ----------
    folder : Path
        Named where the system's own message names nothing.

    Raises
    ------
    DiskError
    """
    try:
        yield
    except OSError as error:
        found = disk_error(error, folder)
        if found is None:
            raise
        raise found from error


def disk_error(error: OSError, folder: Path) -> DiskError | None:
    """Return the error that tells what the disk refused; None when it was something else."""
    path = error.filename or folder
    if error.errno in _NO_SPACE:
        return DiskFullError(said("disk.full", path=path))
    return _refused("disk.refused", path, error) if error.errno in _REFUSED else None


def not_reached(error: OSError) -> DiskError | None:
    """Return the error that tells of a file that can be neither read nor written.

    None when the system names no file, or refuses for a reason that is a fault of ours.
    """
    if error.filename is None or error.errno not in (*_NO_SPACE, *_REFUSED):
        return None
    return _refused("disk.not_reached", error.filename, error)


def _refused(key: str, path: Path | str, error: OSError) -> DiskError:
    named = f"disk.{errno.errorcode.get(error.errno or 0, '')}"
    why = said(named) if named in catalogue() else error.strerror
    return DiskError(said(key, path=path, why=why))
