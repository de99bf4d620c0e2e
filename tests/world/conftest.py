"""A hamlet small enough to know by heart: two streets, two buildings, three people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.world.maps.plain import plain_world
from sim.world.table import Shapes
from sim.world.tables import Buildings, Households, Nodes, People, Roads, Zones
from sim.world.world import World


def names(*texts: str) -> np.ndarray:
    return np.array(texts, dtype=object)


@pytest.fixture
def hamlet() -> World:
    ground_m = np.linspace(10.0, 12.0, 30 * 40).reshape(30, 40)
    world = plain_world(ground_m, cell_m=5.0)
    yes, no = np.ones(3, dtype=bool), np.zeros(3, dtype=bool)
    roads = Roads(
        from_node=np.array([0, 1, 1], dtype=np.int32),
        to_node=np.array([1, 0, 2], dtype=np.int32),
        length_m=np.array([100, 100, 50], dtype=np.float32),
        free_speed_m_per_s=np.array([10, 10, 1.2], dtype=np.float32),
        lanes=np.array([1, 1, 0], dtype=np.uint8),
        road_class=np.array([5, 5, 7], dtype=np.uint8),
        flow_veh_per_s=np.array([0.5, 0.5, 0.0], dtype=np.float32),
        bridge=no,
        underpass=no,
        on_foot=yes,
        by_car=np.array([True, True, False]),
        name=np.array([0, 0, 1], dtype=np.int32),
    )
    lines = [[[0, 0], [100, 0]], [[100, 0], [0, 0]], [[100, 0], [100, 25], [100, 50]]]
    square = np.array([[0.0, 10], [10, 10], [10, 20], [0, 20]])
    filled = {
        name: np.zeros(2, column.dtype) for name, column in Buildings.empty().columns().items()
    }
    filled |= {"x_m": np.array([5.0, 55.0]), "y_m": np.array([15.0, 15.0])}
    return replace(
        world,
        nodes=Nodes(np.array([0.0, 100, 100]), np.array([0.0, 0, 50])),
        roads=roads,
        road_shapes=Shapes.of([np.array(line, dtype=np.float64) for line in lines]),
        road_names=names("Main Street", "河边小路"),
        buildings=Buildings(**filled),
        building_shapes=Shapes.of([square, square + np.array([50.0, 0.0])]),
        households=Households(
            building=np.array([0, 1], dtype=np.int32),
            first_person=np.array([0, 2], dtype=np.int32),
            size=np.array([2, 1], dtype=np.uint8),
            storey=np.array([1, 1], dtype=np.uint8),
            has_car=np.array([True, False]),
        ),
        people=People(
            household=np.array([0, 0, 1], dtype=np.int32),
            age=np.array([1, 0, 3], dtype=np.uint8),
            mobility=np.array([0, 0, 2], dtype=np.uint8),
            channels=np.array([3, 1, 64], dtype=np.uint8),
        ),
        zones=Zones(
            names("county"),
            names("County"),
            names("县"),
            np.zeros(1, np.uint8),
            np.array([-1], np.int32),
            np.array([3], np.int32),
        ),
        zone_shapes=Shapes.of([np.array([[0.0, 0], [0, 150], [200, 150], [200, 0]])]),
    )
