"""Hollows dug into a schematic map: the same on any grid."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.world.grid import Grid
from sim.world.maps.lowpoints import (
    BOWL_DEPTH_M,
    BOWL_RADIUS_M,
    FLOOR_M,
    RAMP_M,
    UNDERPASS_WIDTH_M,
    LowPoint,
    dig,
)
from sim.world.table import Shapes

DIP_M, SIDE_M = 3.0, 960.0


def dug(cell_m: float, *, at_m: tuple[float, float] = (470.0, 490.0)) -> tuple[Any, Any, Grid]:
    """Return flat ground with one underpass on a street that runs aslant, what was noted, grid."""
    n = round(SIDE_M / cell_m)
    grid = Grid(n, n, cell_m, north_m=SIDE_M)
    terrain = SimpleNamespace(
        ground_m=np.zeros(grid.shape),
        water=np.zeros(grid.shape, bool),
        hollow=np.zeros(grid.shape, bool),
    )
    x_m, y_m = at_m
    street = np.array([(x_m - 300.0, y_m - 100.0), (x_m + 300.0, y_m + 100.0)])
    streets = SimpleNamespace(shapes=Shapes.of([street]))
    facts = SimpleNamespace(waterlogging=[SimpleNamespace(underpass=True, dip=DIP_M)])
    point = LowPoint(0, 0, x_m, y_m, underpass=True)
    return terrain, dig(terrain, facts, [point], streets, grid), grid  # type: ignore[arg-type]


@pytest.mark.parametrize("cell_m", [10.0, 20.0, 40.0, 80.0])
def test_an_underpass_holds_as_much_on_any_grid(cell_m: float) -> None:
    """A paraboloid, and in it a trench with two ramps, less what they share: within 3 %."""
    terrain, _, _ = dug(cell_m)
    bowl_m3 = np.pi * BOWL_RADIUS_M**2 * BOWL_DEPTH_M / 2
    trench_m3 = UNDERPASS_WIDTH_M * DIP_M * (FLOOR_M + RAMP_M)
    bowl_mean_m = BOWL_DEPTH_M * (1 - RAMP_M**2 / (3 * BOWL_RADIUS_M**2))  # along the trench
    both_m3 = UNDERPASS_WIDTH_M * bowl_mean_m * 2 * RAMP_M
    held_m3 = -terrain.ground_m.sum() * cell_m**2
    assert held_m3 == pytest.approx(bowl_m3 + trench_m3 - both_m3, rel=0.03)


@pytest.mark.parametrize("cell_m", [10.0, 20.0, 40.0, 80.0])
def test_the_floor_lies_as_deep_on_any_grid(cell_m: float) -> None:
    """A cell's ground less the drop to its street is the stated dip below the land."""
    terrain, found, grid = dug(cell_m)
    at = int(grid.cell_of(470.0, 490.0))
    floor_m = terrain.ground_m.ravel()[at] - found.drop_m.ravel()[at]
    assert floor_m == pytest.approx(-DIP_M, abs=0.05)


def test_only_cells_of_its_street_are_marked() -> None:
    """At 40 m the trench of 150 m by 20 m passes at most a dozen cells."""
    _, found, _ = dug(40.0)
    assert 4 <= np.count_nonzero(found.drop_m) <= 12
    assert np.all(found.share[found.drop_m == 0] == 1.0)
