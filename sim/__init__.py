"""shapan: run a written emergency plan against a disaster, and see which promises hold.

>>> import sim
>>> run = sim.run("scenarios/tiexi-storm", seed=1)  # doctest: +SKIP
>>> run.plot_map(layer="depth_m", at="06:30")  # doctest: +SKIP
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sim.api import Run, compare, improve, open_run, run
    from sim.core.errors import InputError, SimError
    from sim.scenario.loading import load_scenario
    from sim.world.store import load_world, save_world

#: promised names, each imported on first use so that `import sim` costs nothing
_PUBLIC: Final = {
    "InputError": "sim.core.errors",
    "Run": "sim.api",
    "SimError": "sim.core.errors",
    "compare": "sim.api",
    "improve": "sim.api",
    "load_scenario": "sim.scenario.loading",
    "load_world": "sim.world.store",
    "open_run": "sim.api",
    "run": "sim.api",
    "save_world": "sim.world.store",
}

__all__ = [
    "InputError",
    "Run",
    "SimError",
    "compare",
    "improve",
    "load_scenario",
    "load_world",
    "open_run",
    "run",
    "save_world",
]


def __getattr__(name: str) -> Any:
    """Import a promised name when it is first used."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    return getattr(importlib.import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    """List the promised names before they are used, for completion in notebooks."""
    return sorted({*globals(), *__all__})
