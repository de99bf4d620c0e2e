"""The public surface: run, open, compare, improve. `sim` re-exports what is promised."""

from sim.api.runs import Run, open_run, run
from sim.api.shared import DiskFullError
from sim.api.studies import compare, improve

__all__ = ["DiskFullError", "Run", "compare", "improve", "open_run", "run"]
