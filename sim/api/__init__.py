"""The public surface: run, open, compare, improve. `sim` re-exports what is promised."""

from sim.api.runs import Run, open_run, run
from sim.api.studies import compare, improve, redraw
from sim.core.disk import DiskFullError

__all__ = ["DiskFullError", "Run", "compare", "improve", "open_run", "redraw", "run"]
