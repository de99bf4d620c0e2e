"""Streets of a schematic map while they are made: undirected, each with its line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.world.table import Shapes
from sim.world.tables import ROAD_CLASSES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

(TRUNK_ROAD, PRIMARY, SECONDARY, TERTIARY, RESIDENTIAL) = (
    ROAD_CLASSES.index(name)
    for name in ("trunk", "primary", "secondary", "tertiary", "residential")
)


@dataclass(frozen=True)
class Streets:
    """Undirected streets: each becomes two directed edges.

    Attributes
    ----------
    nodes_m : (nodes, 2) float64
    ends : (n, 2) int64
        Rows of nodes.
    road_class : (n,) int64
        Code of `ROAD_CLASSES`.
    along, number : (n,) int64
        Direction and number of the main street it is part of; number -1 otherwise.
    bridge : (n,) bool
    span_m : (n,) float64
        Width of the water under a crossing.
    shapes : Shapes
        One line a street.
    """

    nodes_m: Floats
    ends: Ints
    road_class: Ints
    along: Ints
    number: Ints
    bridge: Mask
    span_m: Floats
    shapes: Shapes

    def rows(self, keep: Mask) -> Streets:
        """Return the chosen streets and the nodes they use."""
        ends = self.ends[keep]
        used, renumbered = np.unique(ends, return_inverse=True)
        lines = [self.shapes.points_m(int(row)) for row in np.flatnonzero(keep)]
        return Streets(
            self.nodes_m[used],
            renumbered.reshape(ends.shape),
            self.road_class[keep],
            self.along[keep],
            self.number[keep],
            self.bridge[keep],
            self.span_m[keep],
            Shapes.of(lines),
        )
