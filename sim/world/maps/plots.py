"""Places for buildings: rows along the streets of each block, on land that may be built on."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import SimError
from sim.core.rng import Streams
from sim.scenario.parameters import parameter
from sim.world.grid import Grid
from sim.world.maps.blocks import Blocks
from sim.world.maps.frame import Bend, Frame
from sim.world.maps.parcels import Parcels
from sim.world.maps.plan import CENTRE, ESTATE, INDUSTRY, OPEN, VILLAGE, Plan
from sim.world.tables import BUILDING_USES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

HOME, SCHOOL, OFFICE, SHOP, MALL, FACTORY, WAREHOUSE, PUBLIC = (
    BUILDING_USES.index(name)
    for name in ("home", "school", "office", "shop", "mall", "factory", "warehouse", "public")
)


@dataclass(frozen=True)
class Fabric:
    """How a land use is built up (typical sizes, assumed).

    Attributes
    ----------
    length_m, depth_m : float
        Of a building.
    gap_m, row_gap_m : float
        Between neighbours of a row, and between rows.
    street_m : float
        Between the street's middle and the first wall.
    present : float
        Share of the places in a row that are built on.
    uses : tuple of (use, share)
        The rest is homes.
    """

    length_m: float
    depth_m: float
    gap_m: float
    row_gap_m: float
    street_m: float
    present: float
    uses: tuple[tuple[int, float], ...]


FABRICS: Final = {
    VILLAGE: Fabric(13, 7.5, 7, 15, 8, 0.92, ((SHOP, 0.012), (PUBLIC, 0.006), (SCHOOL, 0.003))),
    ESTATE: Fabric(
        48, 12, 14, 22, 14, 0.94, ((SHOP, 0.05), (SCHOOL, 0.022), (PUBLIC, 0.016), (OFFICE, 0.012))
    ),
    CENTRE: Fabric(
        44, 22, 18, 26, 18, 0.92, ((SHOP, 0.24), (OFFICE, 0.26), (MALL, 0.06), (PUBLIC, 0.05))
    ),
    INDUSTRY: Fabric(82, 38, 26, 30, 22, 0.62, ((FACTORY, 0.7), (WAREHOUSE, 0.2), (OFFICE, 0.1))),
}


@dataclass(frozen=True)
class Plots:
    """Places for buildings; columns of equal length.

    Attributes
    ----------
    block, fabric, community : int64
        Street block, its land use, and whose it is.
    length_m, depth_m : float64
        Along and across the row.
    turn_rad : float64
        Of the row against east, counter-clockwise.
    """

    block: Ints
    fabric: Ints
    community: Ints
    x_m: Floats
    y_m: Floats
    length_m: Floats
    depth_m: Floats
    turn_rad: Floats

    def rows(self, keep: Mask) -> Plots:
        """Return the chosen plots."""
        return Plots(*(getattr(self, field.name)[keep] for field in fields(self)))

    @property
    def footprint_m2(self) -> Floats:
        """Area that a building covers."""
        return self.length_m * self.depth_m


def plots_of(
    blocks: Blocks,
    parcels: Parcels,
    frame: Frame,
    bend: Bend,
    plan: Plan,
    grid: Grid,
    barrier: Mask,
    streams: Streams,
) -> Plots:
    """Return the plots that are built on; every community has one.

    A village whose pocket of the hills is too small for it grows into its nearest fields.

    Parameters
    ----------
    barrier : (ny, nx) bool
        Cells that are not built on: waters, land between levees, roads.
    """

    def draft(fields: Mask) -> tuple[Plots, Mask, Mask]:
        """Return all plots, which are on land that may be built on, and which are built on."""
        plots = _all_plots(blocks, parcels, fields, bend, streams)
        land = _on_land(plots, frame, grid, barrier)
        land &= ~fields[plots.block] | (plan.at(plan.use, plots.x_m, plots.y_m) == OPEN)
        present = np.array([0.0, *(FABRICS[use].present for use in sorted(FABRICS))])[plots.fabric]
        keep = land & (streams.page("gaps", 0, len(land)) < present)
        return plots, land, keep & _needed(plots, keep, plan)

    plots, land, keep = draft(np.zeros(len(parcels.use), bool))
    crowded = _crowded(plots.rows(keep), plan)
    if crowded.any():
        plots, land, keep = draft((parcels.use == OPEN) & crowded[parcels.community])
    plots = plots.rows(keep | _last_resort(plots.community, keep, land))
    return replace(plots, community=_lent(plots, plan))


def _crowded(plots: Plots, plan: Plan) -> Mask:
    """Return which communities are villages with too few houses for their people."""
    houses = np.bincount(plots.community[plots.fabric == VILLAGE], minlength=len(plan.seeds_m))
    village = plan.at(plan.use, plan.seeds_m[:, 0], plan.seeds_m[:, 1]) == VILLAGE
    most = parameter("map.most_people_per_village_house").value
    crowded: Mask = village & (plan.community_people > most * houses)
    return crowded


def _all_plots(
    blocks: Blocks, parcels: Parcels, fields: Mask, bend: Bend, streams: Streams
) -> Plots:
    """Fill the blocks of each use with rows along s, evenly; fields last, as villages are."""
    found = []
    built = [(kind, parcels.use == kind) for kind in FABRICS]
    for kind, here in (*built, (VILLAGE, fields)):
        rows, fabric = np.flatnonzero(here), FABRICS[kind]
        s0, s1, t0, t1 = (
            blocks.rect[rows, k] + sign * fabric.street_m
            for k, sign in ((0, 1), (1, -1), (2, 1), (3, -1))
        )
        n_s = ((s1 - s0 + fabric.gap_m) // (fabric.length_m + fabric.gap_m)).astype(int)
        n_t = ((t1 - t0 + fabric.row_gap_m) // (fabric.depth_m + fabric.row_gap_m)).astype(int)
        n = np.maximum(n_s, 0) * np.maximum(n_t, 0)
        owner = np.repeat(np.arange(len(rows)), n)
        rank = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
        i, j = rank % np.maximum(n_s[owner], 1), rank // np.maximum(n_s[owner], 1)
        s_m = s0[owner] + (s1 - s0)[owner] * (i + 0.5) / n_s[owner]
        t_m = t0[owner] + (t1 - t0)[owner] * (j + 0.5) / n_t[owner]
        size = (np.full(len(owner), fabric.length_m), np.full(len(owner), fabric.depth_m))
        found.append((rows[owner], np.full(len(owner), kind), s_m, t_m, *size))
    block, use, s_m, t_m, length_m, depth_m = (
        np.concatenate(parts) for parts in zip(*found, strict=True)
    )
    x_m, y_m = bend.xy(s_m, t_m)
    ahead_x, ahead_y = bend.xy(s_m + 1.0, t_m)
    turn = np.arctan2(ahead_y - y_m, ahead_x - x_m)
    length_m = length_m * (0.85 + 0.3 * streams.page("size", 0, len(block)))
    return Plots(block, use, parcels.community[block], x_m, y_m, length_m, depth_m, turn)


def _on_land(plots: Plots, frame: Frame, grid: Grid, barrier: Mask) -> Mask:
    """Return which plots have both ends and the middle on land that may be built on."""
    fine = np.ones(len(plots.x_m), bool)
    for share in (-0.5, 0.0, 0.5):
        east = plots.x_m + share * plots.length_m * np.cos(plots.turn_rad)
        north = plots.y_m + share * plots.length_m * np.sin(plots.turn_rad)
        cell = grid.cell_of(east, north)
        fine &= frame.inside(east, north) & (cell >= 0) & ~barrier.reshape(-1)[cell]
    return fine


def _needed(plots: Plots, keep: Mask, plan: Plan) -> Mask:
    """Return all plots but those, far from its heart, that a village has too many of."""
    village, community = plots.fabric == VILLAGE, plots.community
    away_m = np.hypot(*(np.column_stack((plots.x_m, plots.y_m)) - plan.seeds_m[community]).T)
    order = np.lexsort((away_m, ~(keep & village), community))
    first = np.searchsorted(community[order], np.arange(len(plan.community_people)))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - first[community[order]]
    most = plan.community_people / parameter("map.people_per_village_house").value
    needed: Mask = ~village | (rank < np.ceil(most)[community])
    return needed


def _last_resort(community: Ints, keep: Mask, land: Mask) -> Mask:
    """Return one plot on land for each community that would have none, if it has such a plot."""
    rows, first = np.unique(community[land], return_index=True)
    wanted = np.zeros(len(community), bool)
    wanted[np.flatnonzero(land)[first[~np.isin(rows, community[keep])]]] = True
    return wanted


def _lent(plots: Plots, plan: Plan) -> Ints:
    """Return owners of plots: communities with no block of their own get a neighbour's plot.

    Raises
    ------
    SimError
        When there are more communities than plots.
    """
    owner, n = plots.community.copy(), len(plan.seeds_m)
    if len(owner) < n:
        raise SimError(f"facts: {n} communities, but room for {len(owner)} buildings only")
    count = np.bincount(owner, minlength=n)
    for row in np.flatnonzero(count == 0).tolist():
        away_m = np.hypot(plots.x_m - plan.seeds_m[row, 0], plots.y_m - plan.seeds_m[row, 1])
        nearest = int(np.argmin(np.where(count[owner] > 1, away_m, np.inf)))
        count[owner[nearest]] -= 1
        owner[nearest], count[row] = row, 1
    return owner
