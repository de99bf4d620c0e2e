"""Roads close under water and open again."""

from dataclasses import replace

import numpy as np
import pytest

from sim.world.closures import Closures, edge_cells
from sim.world.grid import Grid
from sim.world.maps.plain import plain_world
from sim.world.table import Shapes
from sim.world.tables import Nodes, Roads


def _roads(world, *, bridge=(False, False)):
    """Two straight edges over a 10 x 10 world of 10 m cells: one in row 2, one in row 7."""
    nodes = Nodes(np.array([5.0, 95.0, 5.0, 95.0]), np.array([75.0, 75.0, 25.0, 25.0]))
    columns = {name: np.zeros(2, column.dtype) for name, column in Roads.empty().columns().items()}
    columns |= {
        "from_node": np.array([0, 2], np.int32),
        "to_node": np.array([1, 3], np.int32),
        "bridge": np.array(bridge),
    }
    shapes = Shapes.of(
        [np.array([[5.0, 75.0], [95.0, 75.0]]), np.array([[5.0, 25.0], [95.0, 25.0]])]
    )
    return replace(world, nodes=nodes, roads=Roads(**columns), road_shapes=shapes)


@pytest.fixture
def world():
    return _roads(plain_world(np.zeros((10, 10)), cell_m=10.0))


def test_a_straight_street_passes_each_cell_of_its_row_once():
    shapes = Shapes.of([np.array([[5.0, 75.0], [95.0, 75.0]])])
    offsets, cells = edge_cells(shapes, Grid(10, 10, 10.0, north_m=100.0), np.array([True]))
    assert offsets.tolist() == [0, 10]
    assert cells.tolist() == list(range(20, 30))


def test_a_street_closes_at_the_threshold_and_opens_only_below_the_lower_one(world):
    closures = Closures(world, close_depth_m=0.30, reopen_depth_m=0.15)
    depth_m = np.zeros((10, 10), np.float32)
    told = []
    for water_m in (0.29, 0.30, 0.20, 0.15, 0.30):
        depth_m[2, 4] = np.float32(water_m)
        change = closures.update(depth_m)
        told.append((change.closed.tolist(), change.reopened.tolist()))
    assert told == [([], []), ([0], []), ([], []), ([], [0]), ([0], [])]


def test_a_bridge_stays_open_over_deep_water():
    world = _roads(plain_world(np.zeros((10, 10)), cell_m=10.0), bridge=(True, False))
    closures = Closures(world, close_depth_m=0.30, reopen_depth_m=0.15)
    change = closures.update(np.full((10, 10), 5.0, np.float32))
    assert change.closed.tolist() == [1]


def test_a_reopening_depth_above_the_closing_depth_is_refused(world):
    with pytest.raises(ValueError, match="reopen_depth_m="):
        Closures(world, close_depth_m=0.3, reopen_depth_m=0.4)
