"""A scenario's hazards without its people, written down for many runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.core.events import EventLog
from sim.core.sets import distinct
from sim.hazards.base import Surroundings
from sim.hazards.recording import WatchedStreams, record
from sim.model.observe import is_kept
from sim.scenario.scenario import Scenario
from sim.world.closures import Closures
from sim.world.layers import Layers
from sim.world.states import States
from sim.world.world import World


def record_hazards(scenario: Scenario, world: World, seed: int, folder: Path) -> None:
    """Write down what the hazards of a scenario do with one seed; see `sim.hazards.recording`."""
    log, streams = EventLog(), WatchedStreams(seed)
    log.add(0.0, "run_started", scenario.id, seed=seed)
    around = Surroundings(
        world, Layers(world.grid), States(world), log, streams, scenario.clock.start
    )
    step_s = float(scenario.clock.step)
    times_s = [tick * step_s for tick in range(1, round(scenario.clock.duration / step_s) + 1)]
    record(
        (*scenario.hazards, *scenario.chains),
        around,
        folder,
        times_s=times_s,
        kept_s=kept_moments_s(times_s, scenario.record.every),
        looked_at=cells_looked_at(world),
    )


def kept_moments_s(times_s: Sequence[float], every_s: float) -> list[float]:
    """Return the ticks at which `sim.model.observe.Recorder` keeps maps."""
    kept: list[float] = []
    for to_s in times_s:
        if is_kept(to_s, len(kept), every_s, times_s[-1]):
            kept.append(to_s)
    return kept


def cells_looked_at(world: World) -> NDArray[np.int64]:
    """Return the flat cells of roads, buildings, facilities and points, rising."""
    _, roads = Closures(world, close_depth_m=1.0, reopen_depth_m=0.5).cells
    tables = (world.buildings, world.facilities, world.points)
    things = [world.grid.cell_of(table.x_m, table.y_m) for table in tables]
    # what has no place on the map is looked for in the first cell
    everything = np.concatenate([np.zeros(1, np.int64), roads, *things])
    return distinct(np.maximum(everything, 0)).astype(np.int64)
