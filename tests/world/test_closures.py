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


def _widths(world, free_m):
    closures = Closures(world, close_depth_m=0.30, reopen_depth_m=0.15)
    closures.update(free_m=np.array([free_m, np.inf], np.float32))
    return [
        bool(flags[0])
        for flags in (closures.closed_to_trucks, closures.closed, closures.closed_on_foot)
    ]


@pytest.mark.parametrize(
    ("free_m", "stops"),
    [
        (3.6, [False, False, False]),
        (3.4, [True, False, False]),
        (2.4, [True, True, False]),
        (0.7, [True, True, True]),
    ],
)
def test_debris_stops_trucks_before_cars_and_cars_before_walkers(world, free_m, stops):
    assert _widths(world, free_m) == stops


def test_a_fallen_bridge_stops_everybody_and_opens_when_it_is_mended(world):
    closures = Closures(world, close_depth_m=0.30, reopen_depth_m=0.15)
    closures.update(down=np.array([True, False]))
    assert closures.shut_on_foot.tolist() == closures.shut.tolist() == [True, False]
    assert closures.reason(0) == "down"
    change = closures.update(down=np.array([False, False]))
    assert change.reopened.tolist() == [0]


def test_fire_closes_a_street_while_it_burns(world):
    closures = Closures(world, close_depth_m=0.30, reopen_depth_m=0.15)
    burning = np.zeros((10, 10), bool)
    burning[7, 3] = True
    assert closures.update(burning=burning).closed.tolist() == [1]
    assert closures.reason(1) == "fire"
    assert closures.update(burning=~burning & False).reopened.tolist() == [1]


def test_fire_is_told_where_on_the_street_it_burns(world):
    closures = Closures(world, close_depth_m=0.30, reopen_depth_m=0.15)
    offsets, cells = closures.cells
    on_it = cells[offsets[1] : offsets[2]]
    places = []
    for cell in (on_it.min(), on_it.max()):
        burning = np.zeros((10, 10), bool)
        burning.reshape(-1)[cell] = True
        closures.update(burning=np.zeros((10, 10), bool))
        closures.update(burning=burning)
        places.append(float(closures.fire_at[1]))
    assert np.isnan(closures.fire_at[0])
    assert min(places) < 0.2
    assert max(places) > 0.8


def test_a_street_in_sight_of_fire_stays_open(world):
    closures = Closures(world, close_depth_m=0.30, reopen_depth_m=0.15)
    in_sight = np.zeros((10, 10), bool)
    in_sight[7, 3] = True
    assert len(closures.update(in_sight=in_sight).closed) == 0
    assert closures.near_fire.tolist() == [False, True]


def test_a_street_under_water_and_debris_opens_when_both_are_gone(world):
    closures = Closures(world, close_depth_m=0.30, reopen_depth_m=0.15)
    wet, dry = np.full((10, 10), 0.5, np.float32), np.zeros((10, 10), np.float32)
    heap, clear = np.array([1.0, np.inf], np.float32), np.full(2, np.inf, np.float32)
    closures.update(wet, free_m=heap)
    assert closures.update(dry, free_m=heap).reopened.tolist() == [1]
    assert closures.update(dry, free_m=clear).reopened.tolist() == [0]


def test_a_car_halfway_along_a_street_stands_in_the_cell_halfway_along(world):
    closures = Closures(world, close_depth_m=0.30, reopen_depth_m=0.15)
    offsets, cells = closures.cells
    there, back = cells[offsets[0] : offsets[1]], cells[offsets[1] : offsets[2]]
    found = closures.at(np.array([0, 0, 0, 1]), np.array([0.0, 0.5, 1.0, 0.0]))
    assert found.tolist() == [there[0], there[len(there) // 2], there[-1], back[0]]


def test_a_street_that_runs_west_passes_its_cells_from_east_to_west():
    shapes = Shapes.of([np.array([[95.0, 75.0], [5.0, 75.0]])])
    cells = edge_cells(shapes, Grid(10, 10, 10.0, north_m=100.0), np.array([True]))[1]
    assert cells.tolist() == list(range(29, 19, -1))


def test_the_deepest_water_of_every_street_is_that_of_its_own_cells_both_ways(hamlet):
    closures = Closures(hamlet, close_depth_m=0.30, reopen_depth_m=0.15)
    depth_m = np.random.default_rng(1).random(hamlet.grid.shape).astype(np.float32)
    found = np.full(hamlet.roads.n, np.nan, dtype=np.float32)
    closures.deepest(depth_m, found)
    offsets, cells = closures.cells
    flat = depth_m.reshape(-1)
    for edge in range(hamlet.roads.n):
        here = flat[cells[offsets[edge] : offsets[edge + 1]]]
        assert found[edge] == here.max(initial=0.0)


def test_a_look_at_the_water_alone_leaves_what_debris_closes(world):
    closures = Closures(world, close_depth_m=0.30, reopen_depth_m=0.15)
    free_m = np.array([0.1, 10.0], dtype=np.float32)
    closures.update(free_m=free_m)
    before = closures.closed_to_trucks.tolist(), closures.closed_on_foot.tolist()
    closures.update(np.zeros((10, 10), dtype=np.float32))
    assert (closures.closed_to_trucks.tolist(), closures.closed_on_foot.tolist()) == before
    assert before[0] == [True, False]
