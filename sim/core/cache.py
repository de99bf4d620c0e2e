"""Where shapan keeps what it can always make again: generated maps, marks of compiled kernels."""

from __future__ import annotations

import os
from pathlib import Path

from sim.core.disk import DiskError, made_folder
from sim.core.words import said


def cache_dir() -> Path:
    """Return the cache folder, made when missing; ``SHAPAN_CACHE`` names another one."""
    named = os.environ.get("SHAPAN_CACHE")
    base = Path(named) if named else _user_cache() / "shapan"
    try:
        return made_folder(base)
    except DiskError as error:
        raise DiskError(said("disk.cache", path=base)) from error


def _user_cache() -> Path:
    local = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME")
    return Path(local) if local else Path.home() / ".cache"
