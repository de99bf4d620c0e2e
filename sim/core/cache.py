"""Where shapan keeps what it can always make again: generated maps, marks of compiled kernels."""

from __future__ import annotations

import os
from pathlib import Path


def cache_dir() -> Path:
    """Return the cache folder, made when missing; ``SHAPAN_CACHE`` names another one."""
    named = os.environ.get("SHAPAN_CACHE")
    base = Path(named) if named else _user_cache() / "shapan"
    base.mkdir(parents=True, exist_ok=True)
    return base


def _user_cache() -> Path:
    local = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME")
    return Path(local) if local else Path.home() / ".cache"
