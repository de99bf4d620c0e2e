"""Compile every kernel once, by running each registered hazard's example for a minute."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Final

import numpy as np

from sim.agents.movement import Movement
from sim.agents.network import Network
from sim.core.hands import THREADS
from sim.hazards.base import HAZARDS, Surroundings
from sim.kernels.compile import kernel_cache
from sim.scenario.parameters import parameter
from sim.world.closures import Closures
from sim.world.maps.plain import plain_world
from sim.world.world import World

_ROADS: Final = "roads"
#: two halves that take about as long, for two cores: numba compiles in one thread
_BY_ANOTHER: Final = ("flood",)
_BY_US: Final = (_ROADS, *(kind for kind in HAZARDS if kind not in _BY_ANOTHER))
_BESIDE: Final = f"from sim.model.warm_up import _use; _use({_BY_ANOTHER!r})"


def warm_up(announce: Callable[[], None]) -> None:
    """Compile what is not compiled yet; ``announce`` is called before, only if there is work."""
    mark = kernel_cache() / "complete"
    if mark.exists():
        return
    announce()
    alone = {**os.environ, THREADS: "1"}  # who waits for a thread that compiles only slows it down
    beside = subprocess.Popen([sys.executable, "-c", _BESIDE], env=alone)  # noqa: S603 - our own words
    _use(_BY_US)
    beside.wait()
    _use((*_BY_US, *_BY_ANOTHER))  # loads what the other process compiled
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()


def _use(parts: tuple[str, ...]) -> None:
    """Use the kernels of some hazards, or of the roads, once each."""
    world = plain_world(np.zeros((32, 32)), cell_m=10.0)
    for part in parts:
        if part == _ROADS:
            _look_at_roads(world)
            _drive_round_the_corner()
        else:
            hazard = HAZARDS[part]
            around = Surroundings.alone_on(world)
            hazard(hazard.Params.model_validate(hazard.example), around).advance(60.0)


def _look_at_roads(world: World) -> None:
    closures = Closures(
        world,
        close_depth_m=parameter("roads.close_depth").si,
        reopen_depth_m=parameter("roads.reopen_depth").si,
    )
    closures.update(np.zeros(world.grid.shape, dtype=np.float32))


def _drive_round_the_corner() -> None:
    """Let one car and one walker go from one end of a street to the other."""
    ends = np.array([0.0, 500.0])
    street = Network.of_edges(
        ends,
        ends,
        [0, 1],
        [1, 0],
        length_m=700.0,
        speed_m_per_s=10.0,
        flow_veh_per_s=0.5,
        foot_width_m=2.0,
    )
    movement = Movement(street, [2, 1])
    group = movement.add_group(movement.add_destinations([1]))
    movement.depart([0], "road", group, [0])
    movement.depart([1], "foot", group, [0])
    movement.set_water(np.zeros(2, dtype=np.float32))
    movement.step(900)
