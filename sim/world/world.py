"""A world: everything that exists before a scenario begins, and is never changed by a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.world.grid import Grid
from sim.world.layers import Layers
from sim.world.table import Shapes
from sim.world.tables import (
    ZONE_LEVELS,
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


@dataclass(frozen=True, eq=False)
class World:
    """The sand table before anything happens.

    Attributes
    ----------
    id, name_en, name_zh : str
    schematic : bool
        True when the map was made from facts; every picture then says so.
    layers : Layers
        The ground.
    road_shapes : Shapes
        One polyline an edge of `roads`, from its first node to its last.
    building_shapes : Shapes or None
        Footprints; None on a schematic map, where buildings are points with an area.
    provenance : dict
        Sources, licences, dates, seed, facts' hash: goes into the manifest and the report.
    """

    id: str
    name_en: str
    name_zh: str
    schematic: bool
    layers: Layers
    nodes: Nodes
    roads: Roads
    road_shapes: Shapes
    road_names: NDArray[Any]
    buildings: Buildings
    building_shapes: Shapes | None
    households: Households
    people: People
    facilities: Facilities
    zones: Zones
    zone_shapes: Shapes
    waters: Waters
    water_shapes: Shapes
    levees: Levees
    levee_shapes: Shapes
    points: Points
    provenance: dict[str, Any] = field(default_factory=dict)

    @property
    def grid(self) -> Grid:
        """The raster of all layers."""
        return self.layers.grid

    def facility(self, facility_id: str) -> int:
        """Return the row of a facility.

        Raises
        ------
        KeyError
            When there is none.
        """
        found = np.flatnonzero(self.facilities.id == facility_id)
        if len(found) == 0:
            raise KeyError(f"no facility '{facility_id}'")
        return int(found[0])

    def point_cell(self, point_id: str) -> int:
        """Return the flat cell of a watched point.

        Raises
        ------
        KeyError
            When there is no such point on the map.
        """
        found = np.flatnonzero(self.points.id == point_id)
        if len(found) == 0:
            known = ", ".join(self.points.id) or "none"
            raise KeyError(f"no point '{point_id}' on the map; points: {known}")
        return int(self.grid.cell_of(self.points.x_m[found[0]], self.points.y_m[found[0]]))

    def town_of(self, zones: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return for rows of communities (or towns) the rows of their towns; -1 stays -1."""
        town = ZONE_LEVELS.index("town")
        above = np.where(self.zones.level > town, self.zones.parent, np.arange(self.zones.n))
        return np.append(above, -1).astype(np.int32)[zones]
