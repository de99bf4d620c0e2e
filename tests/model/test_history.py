"""States of things kept through time: each change once, at the moment that showed it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from sim.evaluation.verification.urban_fire_setups import rows_of_houses
from sim.hazards.base import Surroundings
from sim.model.history import StateHistory
from sim.world.maps.plain import plain_world


def test_a_state_is_kept_when_it_changed_and_only_at_kept_moments() -> None:
    world = replace(
        plain_world(np.zeros((9, 9)), cell_m=10.0),
        buildings=rows_of_houses(2, 2, side_m=9.0, gap_m=2.0),
    )
    states = Surroundings.alone_on(world).states
    recorder = SimpleNamespace(times_s=[])
    history = StateHistory(SimpleNamespace(recorder=recorder, states=states))  # type: ignore[arg-type]
    states["building_fire"][1] = 1
    history.record(60.0)
    assert history.table().empty
    for at_s, value in ((120.0, 1), (180.0, 1), (240.0, 2)):
        states["building_fire"][1] = value
        recorder.times_s.append(at_s)
        history.record(at_s)
    assert history.table()[["t_s", "row", "value"]].to_numpy().tolist() == [
        [120, 1, 1],
        [240, 1, 2],
    ]
