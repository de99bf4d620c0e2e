"""Every registered hazard and link, built from its own example and run for ten ticks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.core.kinds import HAZARDS, LINKS
from sim.hazards.base import Surroundings
from sim.world.layers import LAYERS, Layers
from sim.world.maps.plain import plain_world
from sim.world.states import STATES, States
from sim.world.table import Shapes
from sim.world.tables import Roads
from sim.world.world import World

KINDS = {**dict.fromkeys(HAZARDS, HAZARDS), **dict.fromkeys(LINKS, LINKS)}
TICKS, STEP_S = 10, 60.0


class RecordingLayers(Layers):
    """Layers that know which names were read and written."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.read: set[str] = set()
        self.written: set[str] = set()

    def write(self, name: str, values: NDArray[Any]) -> None:
        self.written.add(name)
        super().write(name, values)

    def __getitem__(self, name: str) -> NDArray[Any]:
        self.read.add(name)
        return super().__getitem__(name)


class RecordingStates(States):
    """States that know which names were asked for."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> NDArray[Any]:
        self.asked.add(name)
        return super().__getitem__(name)

    def touched(self, name: str) -> bool:
        self.asked.add(name)
        return super().touched(name)


def street() -> Roads:
    """Return one street of two lanes, both directions."""
    ends, two = np.array([0, 1], np.int32), np.ones(2)
    return Roads(
        from_node=ends, to_node=ends[::-1].copy(), length_m=(230 * two).astype(np.float32),
        free_speed_m_per_s=(14 * two).astype(np.float32), lanes=two.astype(np.uint8),
        road_class=(5 * two).astype(np.uint8), flow_veh_per_s=(0.5 * two).astype(np.float32),
        bridge=two < 0, underpass=two < 0, on_foot=two > 0, by_car=two > 0,
        name=np.zeros(2, np.int32),
    )  # fmt: skip


def surroundings(seed: int = 3) -> tuple[Surroundings, RecordingLayers]:
    """Return a recorded plain world; its ground is recorded too."""
    rows = np.arange(24)
    world = plain_world(0.02 * (rows[:, None] + rows[None, :]), cell_m=10.0)
    ground = RecordingLayers(world.grid)
    for name, values in world.layers.items():
        ground.write(name, values)
    ground.written.clear()
    line = np.array([[5.0, 125.0], [235.0, 125.0]])
    world = replace(world, layers=ground, roads=street(), road_shapes=Shapes.of([line, line[::-1]]))
    around = Surroundings.alone_on(world, seed=seed)
    return replace(
        around, fields=RecordingLayers(world.grid), states=RecordingStates(world)
    ), ground


def built(kind: str, around: Surroundings) -> Any:
    hazard = KINDS[kind][kind]
    return hazard(hazard.Params.model_validate(dict(hazard.example)), around)


def fed(kind: str, around: Surroundings) -> None:
    """Give a hazard what others would write: strong shaking, heavy rain, deep water, ice."""
    values = {
        "pga_m_per_s2": 9.0,
        "pgv_m_per_s": 10.0,
        "rain_m_per_s": 3e-5,
        "depth_m": 1.0,
        "ice_m": 0.1,
    }
    for name in set(KINDS[kind][kind].reads) & set(values):
        Layers.write(around.fields, name, np.full(around.world.grid.shape, values[name]))


def advanced(kind: str, around: Surroundings) -> Iterator[tuple[float, Any]]:
    """Yield the hazard after each tick."""
    fed(kind, around)
    hazard = built(kind, around)
    for tick in range(1, TICKS + 1):
        hazard.advance(tick * STEP_S)
        yield tick * STEP_S, hazard


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_declared_is_what_is_touched(kind: str) -> None:
    around, ground = surroundings()
    hazard = [hazard for _, hazard in advanced(kind, around)][-1]
    fields, states = around.fields, around.states
    assert isinstance(fields, RecordingLayers)
    assert isinstance(states, RecordingStates)
    layers, columns = set(LAYERS), set(STATES)
    assert fields.written | ground.written == set(hazard.writes) & layers
    touched = fields.read | ground.read | states.asked
    assert touched - set(hazard.writes) - {"elevation_m"} <= set(hazard.reads)
    unread = set(hazard.reads) - touched
    assert {name for name in unread if name in ground} == set()
    assert set(hazard.writes) & columns <= states.asked


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_of_every_tick_is_finite(kind: str) -> None:
    around, _ = surroundings()
    for _, hazard in advanced(kind, around):
        assert all(math.isfinite(value) for value in hazard.report().values())


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_run(kind: str) -> None:
    told = []
    for _ in range(2):
        around, _ = surroundings()
        figures = [dict(hazard.report()) for _, hazard in advanced(kind, around)]
        told.append((figures, around.log.sha256()))
    assert told[0] == told[1]


@pytest.mark.parametrize("kind", KINDS)
def test_the_cause_is_an_event_once_something_began(kind: str) -> None:
    around, _ = surroundings()
    for now_s, hazard in advanced(kind, around):
        assert -1 <= hazard.cause < len(around.log)
        if hazard.cause >= 0:
            assert around.log[hazard.cause].t_s <= now_s
    assert hazard.cause >= 0 or len(around.log) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_after_every_tick_each_layer_holds_values_of_its_kind(kind: str) -> None:
    around, _ = surroundings()
    for _, hazard in advanced(kind, around):
        for name in set(hazard.writes) & set(LAYERS):
            layer = around.fields[name]
            assert layer.dtype == LAYERS[name].dtype
            assert not np.isnan(layer).any()
