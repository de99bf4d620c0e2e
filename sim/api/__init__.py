"""The public surface: run, open, compare, improve. `sim` re-exports what is promised."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

import mesa  # noqa: F401 - first: deep inside other imports it takes four times as long

from sim.api.runs import Run, open_run, run
from sim.core.disk import DiskFullError

if TYPE_CHECKING:
    from sim.api.studies import compare, improve, redraw

#: imported when first used: a run needs none of the statistics of studies
_STUDIES: Final = ("compare", "improve", "redraw")

__all__ = ["DiskFullError", "Run", "compare", "improve", "open_run", "redraw", "run"]


def __getattr__(name: str) -> Any:
    """Import what studies need when it is first asked for."""
    if name not in _STUDIES:
        raise AttributeError(f"module 'sim.api' has no attribute '{name}'")
    return getattr(importlib.import_module("sim.api.studies"), name)
