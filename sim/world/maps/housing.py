"""Buildings of a schematic map: what stands on each plot, how old, how tall, how built."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.core.rng import Streams
from sim.scenario.facts import Buildings as BuildingShares
from sim.scenario.parameters import parameter
from sim.world.grid import Grid
from sim.world.maps.plan import CENTRE, ESTATE, INDUSTRY, VILLAGE, Plan
from sim.world.maps.plots import FABRICS, FACTORY, HOME, OFFICE, WAREHOUSE, Plots
from sim.world.tables import BUILDING_CLASSES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ADOBE, OLD_MASONRY, MASONRY, RC_FRAME, RC_TALL, HALL = range(len(BUILDING_CLASSES))
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


def stock_of(plots: Plots, shares: BuildingShares, plan: Plan, streams: Streams) -> Stock:
    """Return the buildings of the county, tall enough for the people of each community."""
    use = _uses(plots, streams)
    age = _ages(plots.block, shares, streams)
    tallest = np.array([_TALLEST[kind] for kind in (1, 2, 3, 4)])[plots.fabric - 1, age]
    room_m2 = np.where(use == HOME, plots.footprint_m2 * tallest, 0.0)
    plots = replace(plots, community=_with_room(plots, room_m2, plan))
    storeys = _storeys(plots, use, age, tallest, plan.community_people, streams)
    first, last = np.array(_YEARS).T
    year = first[age] + (streams.page("year", 0, len(age)) * (last - first + 1)[age]).astype(int)
    return Stock(
        plots.x_m,
        plots.y_m,
        plots.length_m,
        plots.depth_m,
        plots.turn_rad,
        use,
        storeys,
        year,
        _structure(plots.fabric, use, storeys, year),
        plots.community,
    )


def _uses(plots: Plots, streams: Streams) -> Ints:
    """Draw what each building is used for; each community keeps a home."""
    fabric, community = plots.fabric, plots.community
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


def _with_room(plots: Plots, room_m2: Floats, plan: Plan) -> Ints:
    """Return owners of plots: crowded communities get homes of neighbours who can spare them.

    Parameters
    ----------
    room_m2 : (n,) float64
        Floor of the homes that may stand on each plot at most.
    """
    owner, people = plots.community.copy(), plan.community_people
    wanted_m2 = people * parameter("map.home_floor_m2").value
    has_m2 = np.bincount(owner, weights=room_m2, minlength=len(people))
    crowded = has_m2 < people * parameter("map.least_home_floor_m2").value
    for row in np.flatnonzero(crowded).tolist():
        away_m = np.hypot(plots.x_m - plan.seeds_m[row, 0], plots.y_m - plan.seeds_m[row, 1])
        near = (away_m < parameter("map.neighbourhood").value) & (room_m2 > 0) & (owner != row)
        homes = np.flatnonzero(near)
        for home in homes[np.argsort(away_m[homes], kind="stable")].tolist():
            giver = owner[home]
            spare = has_m2[giver] - room_m2[home] >= wanted_m2[giver]
            if spare and has_m2[row] < wanted_m2[row]:
                has_m2[giver] -= room_m2[home]
                has_m2[row] += room_m2[home]
                owner[home] = row
    return owner


def _storeys(
    plots: Plots, use: Ints, age: Ints, tallest: Ints, people: Ints, streams: Streams
) -> Ints:
    """Return storeys: homes as many as the community's people need, the rest by chance."""
    community, home = plots.community, use == HOME
    area_m2 = np.bincount(community[home], weights=plots.footprint_m2[home], minlength=len(people))
    need = people * parameter("map.home_floor_m2").value / np.maximum(area_m2, 1.0)
    luck = streams.page("storeys", 0, len(use))
    drawn = need[community] * np.array([0.75, 0.9, 1.35])[age] * (0.8 + 0.4 * luck)
    other = np.where(use == OFFICE, 3 + 12 * luck**2, 1 + 4 * luck)
    storeys = np.where(home, drawn, other)
    storeys[np.isin(use, (FACTORY, WAREHOUSE))] = 1
    return np.clip(np.rint(storeys), 1, tallest).astype(np.int64)


def _structure(fabric: Ints, use: Ints, storeys: Ints, year: Ints) -> Ints:
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
