"""The smallest world there is: ground and nothing else. For verification, tests and lessons."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.world.grid import Grid
from sim.world.layers import LAND_CLASSES, Layers
from sim.world.table import Shapes
from sim.world.tables import (
    Buildings,
    Facilities,
    Households,
    Levees,
    Nodes,
    People,
    Points,
    Roads,
    Waters,
    Zones,
)
from sim.world.world import World


def plain_world(
    elevation_m: NDArray[np.floating],
    *,
    cell_m: float,
    manning_n: float | NDArray[np.floating] = 0.04,
    infiltration_m_per_s: float = 0.0,
    drain_m_per_s: float = 0.0,
) -> World:
    """Return bare ground without roads, buildings or people.

    Parameters
    ----------
    elevation_m : (ny, nx) float
        Ground level, row 0 in the north.
    cell_m : float
        Side of a cell.
    manning_n : float or (ny, nx) float
        Roughness, s/m^(1/3).
    infiltration_m_per_s, drain_m_per_s : float
        Losses, the same everywhere.
    """
    ny, nx = elevation_m.shape
    layers = Layers(Grid(ny, nx, cell_m, north_m=ny * cell_m))
    layers.write("elevation_m", elevation_m)
    layers.write("manning_n", np.broadcast_to(np.asarray(manning_n), (ny, nx)))
    layers.write("infiltration_m_per_s", np.full((ny, nx), infiltration_m_per_s))
    layers.write("drain_m_per_s", np.full((ny, nx), drain_m_per_s))
    layers.write("built_share", np.zeros((ny, nx)))
    layers.write("land", np.full((ny, nx), LAND_CLASSES.index("bare")))
    none = Shapes.of([])
    return World(
        id="plain",
        name_en="Plain ground",
        name_zh="裸地",
        schematic=True,
        layers=layers,
        nodes=Nodes.empty(),
        roads=Roads.empty(),
        road_shapes=none,
        road_names=np.zeros(0, dtype=object),
        buildings=Buildings.empty(),
        building_shapes=None,
        households=Households.empty(),
        people=People.empty(),
        facilities=Facilities.empty(),
        zones=Zones.empty(),
        zone_shapes=none,
        waters=Waters.empty(),
        water_shapes=none,
        levees=Levees.empty(),
        levee_shapes=none,
        points=Points.empty(),
        provenance={"source": "plain_world"},
    )
