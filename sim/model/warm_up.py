"""Compile every kernel once, by running each registered hazard's example for a minute."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import llvmlite.binding
import numba
import numpy as np

import sim.kernels
from sim.core.cache import cache_dir
from sim.core.events import EventLog
from sim.core.rng import Streams
from sim.hazards.base import HAZARDS, Surroundings
from sim.scenario.parameters import parameter
from sim.world.closures import Closures
from sim.world.layers import Layers
from sim.world.maps.plain import plain_world


def compiled_mark() -> Path:
    """Return the file that stands once all kernels of this code are compiled on this machine.

    numba keeps compiled code by source file, its time stamp and the processor, so the mark's name
    is made of these.
    """
    digest = hashlib.sha256(f"{numba.__version__}/{llvmlite.binding.get_host_cpu_name()}".encode())
    for source in sorted(Path(sim.kernels.__path__[0]).glob("*.py")):
        digest.update(f"{source}/{source.stat().st_mtime_ns}".encode())
    return cache_dir() / f"kernels-{digest.hexdigest()[:16]}"


def warm_up(announce: Callable[[], None]) -> None:
    """Compile what is not compiled yet; ``announce`` is called before, only if there is work."""
    mark = compiled_mark()
    if mark.exists():
        return
    announce()
    world = plain_world(np.zeros((32, 32)), cell_m=10.0)
    for kind in HAZARDS:
        hazard = HAZARDS[kind]
        around = Surroundings(world, Layers(world.grid), EventLog(), Streams(0))
        hazard(hazard.Params.model_validate(hazard.example), around).advance(60.0)
    closures = Closures(
        world,
        close_depth_m=parameter("roads.close_depth").si,
        reopen_depth_m=parameter("roads.reopen_depth").si,
    )
    closures.update(np.zeros(world.grid.shape, dtype=np.float32))
    mark.touch()
