"""Street blocks as parcels: what stands on each, whose they are, and where each cell belongs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.rng import Streams
from sim.scenario.parameters import parameter
from sim.world.grid import Grid
from sim.world.maps.blocks import Blocks
from sim.world.maps.frame import Bend, Frame
from sim.world.maps.plan import CENTRE, ESTATE, OPEN, PARK, VILLAGE, WATER, Plan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Parcels:
    """Land use and owner of every street block.

    Attributes
    ----------
    use : (n,) int64
        Code of `sim.world.maps.plan.USES`.
    community : (n,) int64
        Row of the facts' communities; borders between them follow streets.
    of_cell : (ny, nx) int64
        Block of every cell of the map.
    """

    use: Ints
    community: Ints
    of_cell: Ints


def parcels_of(
    blocks: Blocks, frame: Frame, bend: Bend, plan: Plan, grid: Grid, streams: Streams
) -> Parcels:
    """Give every block the use and the community of the plan at its middle."""
    s_m, t_m = blocks.rect[:, :2].mean(axis=1), blocks.rect[:, 2:].mean(axis=1)
    x_m, y_m = bend.xy(s_m, t_m)
    use = plan.at(plan.use, x_m, y_m).astype(np.int64)
    community = plan.at(plan.community, x_m, y_m).astype(np.int64)
    inside = frame.inside(x_m, y_m)
    use[~inside & np.isin(use, (ESTATE, CENTRE, VILLAGE))] = OPEN
    luck = streams.page("parks", 0, len(use))
    use[np.isin(use, (ESTATE, CENTRE)) & (luck < parameter("map.park_share").value)] = PARK
    _house_everybody(blocks, bend, plan, use, community)
    columns, rows = (axis.ravel() for axis in np.meshgrid(*grid.centres_m()))
    of_cell = blocks.find(*bend.st(columns, rows)).reshape(grid.shape)
    return Parcels(use, community, of_cell)


def _house_everybody(blocks: Blocks, bend: Bend, plan: Plan, use: Ints, community: Ints) -> None:
    """Give each community with people the block at its heart, to live on."""
    home = blocks.find(*bend.st(plan.seeds_m[:, 0], plan.seeds_m[:, 1]))
    villages = plan.at(plan.use, plan.seeds_m[:, 0], plan.seeds_m[:, 1]) == VILLAGE
    community[home] = np.arange(len(home))
    dry = use[home] != WATER
    use[home[dry & villages]] = VILLAGE
    use[home[dry & ~villages]] = ESTATE
