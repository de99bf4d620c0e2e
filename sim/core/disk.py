"""What a disk refuses, told so that a user can mend it."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sim.core.errors import SimError
from sim.core.words import said

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
    if error.errno in _REFUSED:
        return DiskError(said("disk.refused", path=path, why=error.strerror))
    return None
