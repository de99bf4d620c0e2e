"""Buildings of a schematic map: rows along the streets of each block, by land use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.core.rng import Streams
from sim.scenario.facts import Buildings as BuildingShares
from sim.scenario.parameters import parameter
from sim.world.grid import Grid
from sim.world.maps.blocks import Blocks
from sim.world.maps.frame import Bend, Frame
from sim.world.maps.parcels import Parcels
from sim.world.maps.plan import CENTRE, ESTATE, INDUSTRY, VILLAGE
from sim.world.tables import BUILDING_CLASSES, BUILDING_USES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

HOME, SCHOOL, OFFICE, SHOP, MALL, FACTORY, WAREHOUSE, PUBLIC = (
    BUILDING_USES.index(name)
    for name in ("home", "school", "office", "shop", "mall", "factory", "warehouse", "public")
)
ADOBE, OLD_MASONRY, MASONRY, RC_FRAME, RC_TALL, HALL = range(len(BUILDING_CLASSES))


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
#: years in which each age of housing was built
_YEARS: Final = ((1955, 1979), (1980, 1999), (2000, 2022))
_STOREY_M: Final = 3.0
_HALL_M: Final = 10.0
#: how many storeys each use may have at most, in each age of building (assumed)
_TALLEST: Final = {VILLAGE: (1, 2, 3), ESTATE: (6, 7, 33), CENTRE: (6, 18, 40), INDUSTRY: (2, 3, 4)}


@dataclass(frozen=True)
class Stock:
    """Buildings before anybody lives in them; columns of equal length.

    Attributes
    ----------
    length_m, depth_m : float64
        Along and across the row.
    turn_rad : float64
        Of the row against east, counter-clockwise.
    """

    x_m: Floats
    y_m: Floats
    length_m: Floats
    depth_m: Floats
    turn_rad: Floats
    use: Ints
    storeys: Ints
    year: Ints
    building_class: Ints
    community: Ints

    @property
    def floor_m2(self) -> Floats:
        """Area of all floors."""
        return self.length_m * self.depth_m * self.storeys


def stock_of(
    blocks: Blocks,
    parcels: Parcels,
    frame: Frame,
    bend: Bend,
    grid: Grid,
    barrier: Mask,
    shares: BuildingShares,
    people: Ints,
    seeds_m: Floats,
    streams: Streams,
) -> Stock:
    """Return the buildings of the county, tall enough for the people of each community.

    Parameters
    ----------
    barrier : (ny, nx) bool
        Cells that are not built on: waters, land between levees, roads.
    people : (communities,) int64
    seeds_m : (communities, 2) float64
        Villages grow outwards from here.
    """
    block, s_m, t_m, along_s = _places(blocks, parcels)
    x_m, y_m = bend.xy(s_m, t_m)
    fabric = parcels.use[block]
    size = np.array([[FABRICS[use].length_m, FABRICS[use].depth_m] for use in (1, 2, 3, 4)])
    luck = streams.page("size", 0, len(block)) * 0.3 + 0.85
    length_m, depth_m = size[fabric - 1, 0] * luck, size[fabric - 1, 1]
    ahead = np.where(along_s, 1.0, 0.0)
    x2, y2 = bend.xy(s_m + ahead, t_m + 1 - ahead)
    turn = np.arctan2(y2 - y_m, x2 - x_m)
    present = np.array([FABRICS[use].present for use in (1, 2, 3, 4)])[fabric - 1]
    keep = streams.page("gaps", 0, len(block)) < present
    keep &= _on_land(x_m, y_m, length_m, turn, frame, grid, barrier)
    away_m = np.hypot(*(np.column_stack((x_m, y_m)) - seeds_m[parcels.community[block]]).T)
    keep &= _needed(fabric == VILLAGE, parcels.community[block], keep, away_m, people)
    keep |= _first_of_each(parcels.community[block], keep, len(people))
    block, fabric = block[keep], fabric[keep]
    x_m, y_m, turn = x_m[keep], y_m[keep], turn[keep]
    length_m, depth_m = length_m[keep], depth_m[keep]
    community = parcels.community[block]
    use = _uses(fabric, community, streams)
    age = _ages(block, shares, streams)
    storeys = _storeys(fabric, use, age, length_m * depth_m, community, people, streams)
    first, last = np.array(_YEARS).T
    year = first[age] + (streams.page("year", 0, len(age)) * (last - first + 1)[age]).astype(int)
    return Stock(
        x_m,
        y_m,
        length_m,
        depth_m,
        turn,
        use,
        storeys,
        year,
        _structure(fabric, use, storeys, year, streams),
        community,
    )


def _places(blocks: Blocks, parcels: Parcels) -> tuple[Ints, Floats, Floats, Mask]:
    """Return the middles of all places for a building: (block, s, t, row runs along s)."""
    found = []
    for use, fabric in FABRICS.items():
        rows = np.flatnonzero(parcels.use == use)
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
        s = s0[owner] + (s1 - s0)[owner] * (i + 0.5) / n_s[owner]
        t = t0[owner] + (t1 - t0)[owner] * (j + 0.5) / n_t[owner]
        found.append((rows[owner], s, t))
    block, s_m, t_m = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return block, s_m, t_m, np.ones(len(block), bool)


def _on_land(
    x_m: Floats,
    y_m: Floats,
    length_m: Floats,
    turn: Floats,
    frame: Frame,
    grid: Grid,
    barrier: Mask,
) -> Mask:
    """Return which buildings stand with both ends and the middle on land that may be built on."""
    fine = np.ones(len(x_m), bool)
    for share in (-0.5, 0.0, 0.5):
        east = x_m + share * length_m * np.cos(turn)
        north = y_m + share * length_m * np.sin(turn)
        cell = grid.cell_of(east, north)
        fine &= frame.inside(east, north) & (cell >= 0) & ~barrier.reshape(-1)[cell]
    return fine


def _needed(village: Mask, community: Ints, keep: Mask, away_m: Floats, people: Ints) -> Mask:
    """Return all places but those of a village that has more houses than households."""
    order = np.lexsort((away_m, ~(keep & village), community))
    first = np.searchsorted(community[order], np.arange(len(people)))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - first[community[order]]
    most = people / parameter("map.people_per_village_house").value
    return ~village | (rank < np.ceil(most)[community])


def _first_of_each(community: Ints, keep: Mask, n: int) -> Mask:
    """Return one more place in communities that would have no building at all."""
    none = np.bincount(community[keep], minlength=n) == 0
    wanted = np.zeros(len(community), bool)
    rows, first = np.unique(community, return_index=True)
    wanted[first[none[rows]]] = True
    return wanted


def _uses(fabric: Ints, community: Ints, streams: Streams) -> Ints:
    """Draw what each building is used for; each community keeps a home."""
    luck = streams.page("use", 0, len(fabric))
    use = np.full(len(fabric), HOME)
    for kind, row in FABRICS.items():
        low = 0.0
        for code, share in row.uses:
            use[(fabric == kind) & (luck >= low) & (luck < low + share)] = code
            low += share
    homes = np.bincount(community[use == HOME], minlength=community.max() + 1)
    rows, first = np.unique(community, return_index=True)
    use[first[homes[rows] == 0]] = HOME
    return use


def _ages(block: Ints, shares: BuildingShares, streams: Streams) -> Ints:
    """Draw the age of each block: whole estates are built at once."""
    luck = streams.page("age", 0, int(block.max()) + 1)[block]
    return np.searchsorted(
        [shares.before_1980, shares.before_1980 + shares.from_1980], luck, "right"
    )


def _storeys(
    fabric: Ints,
    use: Ints,
    age: Ints,
    footprint_m2: Floats,
    community: Ints,
    people: Ints,
    streams: Streams,
) -> Ints:
    """Return storeys: homes as many as the community's people need, the rest by chance."""
    home = use == HOME
    area_m2 = np.bincount(community[home], weights=footprint_m2[home], minlength=len(people))
    need = people * parameter("map.home_floor_m2").value / np.maximum(area_m2, 1.0)
    luck = streams.page("storeys", 0, len(use))
    drawn = need[community] * np.array([0.75, 0.9, 1.35])[age] * (0.8 + 0.4 * luck)
    other = np.where(use == OFFICE, 3 + 12 * luck**2, 1 + 4 * luck)
    storeys = np.where(home, drawn, other)
    storeys[np.isin(use, (FACTORY, WAREHOUSE))] = 1
    tallest = np.array([_TALLEST[kind] for kind in (1, 2, 3, 4)])[fabric - 1, age]
    return np.clip(np.rint(storeys), 1, tallest).astype(np.int64)


def _structure(fabric: Ints, use: Ints, storeys: Ints, year: Ints, streams: Streams) -> Ints:
    """Return the structural class by age and height."""
    masonry = np.where(year < 1980, OLD_MASONRY, MASONRY)
    modern = np.where(storeys > 9, RC_TALL, np.where(year >= 2000, RC_FRAME, masonry))
    rural = np.where(year < 1980, ADOBE, np.where(year < 2000, OLD_MASONRY, MASONRY))
    found = np.where((fabric == VILLAGE) & (use == HOME), rural, modern)
    return np.where(np.isin(use, (FACTORY, WAREHOUSE)), HALL, found)


def heights_m(stock: Stock) -> Floats:
    """Return heights from storeys; halls are one tall storey."""
    return np.where(stock.building_class == HALL, _HALL_M, stock.storeys * _STOREY_M)


def built_share_of(stock: Stock, grid: Grid) -> Floats:
    """Return the share of each cell under buildings: footprints as 4 x 2 points each."""
    covered_m2 = np.zeros(grid.ny * grid.nx)
    for along in (-0.375, -0.125, 0.125, 0.375):
        for across in (-0.25, 0.25):
            cos, sin = np.cos(stock.turn_rad), np.sin(stock.turn_rad)
            east = stock.x_m + along * stock.length_m * cos - across * stock.depth_m * sin
            north = stock.y_m + along * stock.length_m * sin + across * stock.depth_m * cos
            cell = grid.cell_of(east, north)
            inside = cell >= 0
            np.add.at(covered_m2, cell[inside], (stock.length_m * stock.depth_m / 8)[inside])
    share: Floats = np.minimum(covered_m2 / grid.cell_area_m2, 0.9).reshape(grid.shape)
    return share
