"""What runs and studies have in common: telling of progress, languages, room on the disk."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from sim.core.errors import SimError
from sim.core.words import LANGUAGES

#: told what the run is doing: a word key of the catalogue, and steps done and to do
Progress = Callable[[str, int, int], None]
_NO_SPACE: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class DiskFullError(SimError):
    """The disk took no more; nothing half-written stands under a final name."""


@contextlib.contextmanager
def room_on_disk(folder: Path) -> Iterator[None]:
    """Turn a full disk into an error that a user understands."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise DiskFullError(f"{error.filename or folder}: {error.strerror}") from error
        raise


def first(lang: str) -> tuple[str, ...]:
    """Return all languages, a given one first."""
    return (lang, *(other for other in LANGUAGES if other != lang))
