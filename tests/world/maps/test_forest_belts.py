"""Belts of forest from a county's facts: as wide as stated, and only where the land is open."""

from __future__ import annotations

import numpy as np
import pytest

from sim.scenario.base import Title
from sim.scenario.facts import Area, Forest
from sim.world.maps.frame import frame_of
from sim.world.maps.surface import belts_of

CELL_M = 10.0


def belt(width_m: float) -> Forest:
    return Forest(
        id="belt",
        name=Title(en="belt", zh="林带"),
        course=((0.1, 0.5), (0.9, 0.5)),
        width=width_m,
        assumed=True,
    )


@pytest.mark.parametrize("width_m", [50.0, 90.0])
def test_a_belt_is_as_wide_as_stated(width_m: float) -> None:
    frame = frame_of(Area(km2=4.0, aspect=1.0, assumed=True), CELL_M)
    grid = frame.grid(CELL_M)
    belts = belts_of([belt(width_m)], frame, grid)
    middle = belts[:, grid.nx // 2].sum() * CELL_M
    assert middle == pytest.approx(width_m, abs=CELL_M)
    assert not belts[:, : grid.nx // 20].any()


def test_a_belt_narrower_than_a_cell_is_one_cell_wide() -> None:
    frame = frame_of(Area(km2=4.0, aspect=1.0, assumed=True), CELL_M)
    grid = frame.grid(CELL_M)
    assert belts_of([belt(3.0)], frame, grid)[:, grid.nx // 2].sum() == 1


def test_without_forests_there_are_no_belts() -> None:
    frame = frame_of(Area(km2=1.0, aspect=1.0, assumed=True), CELL_M)
    assert not np.any(belts_of([], frame, frame.grid(CELL_M)))
