"""The plan of a schematic county: whose land is whose and what it is used for, coarsely."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates
from scipy.spatial import cKDTree

from sim.core.errors import SimError
from sim.core.rng import Streams
from sim.core.words import said
from sim.scenario.facts import Facts, Town
from sim.scenario.parameters import parameter
from sim.world.grid import Grid
from sim.world.maps.frame import Bend, Frame, Waves
from sim.world.maps.shares import share_out, spread
from sim.world.maps.terrain import Terrain

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: what land is used for
USES: Final = ("open", "village", "estate", "centre", "industry", "park", "hill", "water")
OPEN, VILLAGE, ESTATE, CENTRE, INDUSTRY, PARK, HILL, WATER = range(len(USES))

#: length of a street block by use, m (assumed; Chinese city blocks)
BLOCK_M: Final = (950.0, 105.0, 165.0, 150.0, 330.0, 260.0, 2600.0, 2600.0)

#: side of a cell of the plan: a hundredth of a small county, 50 m in a large one
_PLAN_CELL_M: Final = 50.0
#: cells that stand for all while town areas are met, and steps to meet them
_SAMPLED_CELLS: Final = 25_000
_REACH_STEPS: Final = 200


@dataclass(frozen=True)
class Plan:
    """Rasters of the plan and the people of its towns and communities.

    Attributes
    ----------
    grid : Grid
        Coarse; the map's own cells are finer.
    town, community : (ny, nx) int64
        Row in the facts; communities are numbered through all towns.
    use : (ny, nx) uint8
        Code of `USES`.
    town_people, community_people : (n,) int64
        Add up exactly to the county, and to each town.
    community_town : (n,) int64
    seeds_m : (communities, 2) float64
        The heart of each community.
    """

    grid: Grid
    town: Ints
    community: Ints
    use: NDArray[np.uint8]
    town_people: Ints
    community_people: Ints
    community_town: Ints
    seeds_m: Floats

    def at(self, raster: NDArray[np.generic], x_m: Floats, y_m: Floats) -> NDArray[np.generic]:
        """Return a raster's values at points; points outside take the border's."""
        west, south, east, north = self.grid.bounds_m
        inset = 0.01 * self.grid.cell_m
        x_in = np.clip(x_m, west + inset, east - inset)
        y_in = np.clip(y_m, south + inset, north - inset)
        return raster.reshape(-1)[self.grid.cell_of(x_in, y_in)]


def plan_of(
    facts: Facts,
    frame: Frame,
    bend: Bend,
    terrain: Terrain,
    grid: Grid,
    streams: Streams,
) -> Plan:
    """Lay out towns, their built-up cores, industry, communities and villages.

    Parameters
    ----------
    terrain : Terrain
        Ground, waters and land between levees, on ``grid``.

    Raises
    ------
    SimError
        When a town's neighbours leave it no land.
    """
    coarse = _plan_grid(frame)
    x_m, y_m = (axis.ravel() for axis in np.meshgrid(*coarse.centres_m()))
    people, community_people, community_town = _people(facts, streams)
    town = _towns(facts, frame, bend, x_m, y_m, people)
    draft = _Draft(
        x_m,
        y_m,
        Waves.drawn(streams.generator("cores"), 2600.0, 0.12).at(x_m, y_m),
        Waves.drawn(streams.generator("industry"), 2100.0).at(x_m, y_m),
        Waves.drawn(streams.generator("villages"), 700.0, 0.16).at(x_m, y_m),
        _natural_use(facts, terrain, grid, x_m, y_m),
        np.zeros(len(x_m), dtype=np.int64),
        np.zeros((len(community_people), 2)),
    )
    for row, facts_town in enumerate(facts.towns):
        mine, rows = np.flatnonzero(town == row), np.flatnonzero(community_town == row)
        if len(mine) == 0:
            raise SimError(said("map.no_land", town=facts_town.id))
        cell_km2 = frame.area_m2 / len(x_m) / 1e6
        centre_m = frame.place_m(facts_town.at)
        _build_town(facts_town, centre_m, cell_km2, mine, community_people[rows], draft)
        _settle(facts_town, mine, rows, community_people[rows], draft)
    return Plan(
        coarse,
        town.reshape(coarse.shape),
        draft.community.reshape(coarse.shape),
        draft.use.reshape(coarse.shape),
        people,
        community_people,
        community_town,
        draft.seeds_m,
    )


@dataclass(frozen=True)
class _Draft:
    """Columns over the plan's cells, filled town by town.

    Attributes
    ----------
    noise, patches, uneven : (n,) float64
        Chance for the edges of cores, for where industry is, for the edges of villages.
    """

    x_m: Floats
    y_m: Floats
    noise: Floats
    patches: Floats
    uneven: Floats
    use: NDArray[np.uint8]
    community: Ints
    seeds_m: Floats


def _natural_use(
    facts: Facts, terrain: Terrain, grid: Grid, x_m: Floats, y_m: Floats
) -> NDArray[np.uint8]:
    """Return what land is before anybody builds: water's, the hills', or open."""
    steep = _slope(terrain.ground_m, grid) > parameter("map.hill_slope").value
    hilly = _sampled(steep, grid, x_m, y_m) & bool(facts.hills)
    closed = _sampled(terrain.water, grid, x_m, y_m) | _sampled(terrain.strip, grid, x_m, y_m)
    return np.where(closed, WATER, np.where(hilly, HILL, OPEN)).astype(np.uint8)


def _plan_grid(frame: Frame) -> Grid:
    cell_m = min(_PLAN_CELL_M, math.sqrt(frame.area_m2) / 100)
    return Grid(
        math.ceil(frame.height_m / cell_m),
        math.ceil(frame.width_m / cell_m),
        cell_m,
        north_m=frame.height_m,
    )


def _sampled(raster: NDArray[np.bool_], grid: Grid, x_m: Floats, y_m: Floats) -> Mask:
    row = (grid.north_m - y_m) / grid.cell_m - 0.5
    column = (x_m - grid.west_m) / grid.cell_m - 0.5
    value = map_coordinates(raster.astype(np.float32), (row, column), order=1, mode="nearest")
    found: Mask = value > 0.5
    return found


def _slope(ground_m: Floats, grid: Grid) -> Floats:
    down, right = np.gradient(ground_m, grid.cell_m)
    slope: Floats = np.hypot(down, right)
    return slope


def _people(facts: Facts, streams: Streams) -> tuple[Ints, Ints, Ints]:
    """Share the people out to towns and communities, exactly."""
    town_of = np.repeat(np.arange(len(facts.towns)), [len(t.communities) for t in facts.towns])
    all_communities = [one for town in facts.towns for one in town.communities]
    village = parameter("map.village_people_share").value
    weight = np.array([one.weight * (village if one.village else 1.0) for one in all_communities])
    luck = streams.generator("communities").normal(0, 1, len(weight))
    weight = weight * np.exp(parameter("map.community_size_spread").value * luck)
    stated = np.array([-1 if town.people is None else town.people for town in facts.towns])
    left = facts.residents.people - int(stated[stated >= 0].sum())
    town_weight = np.bincount(town_of, weights=weight, minlength=len(stated))
    people = np.where(stated >= 0, stated, 0)
    if (stated < 0).any():
        people[stated < 0] = share_out(left, town_weight[stated < 0])
    parts = [share_out(int(people[row]), weight[town_of == row]) for row in range(len(people))]
    return people.astype(np.int64), np.concatenate(parts), town_of


def _towns(facts: Facts, frame: Frame, bend: Bend, x_m: Floats, y_m: Floats, people: Ints) -> Ints:
    """Divide the land into towns of the wanted areas, each about its own centre.

    An additively weighted Voronoi diagram in the bent frame: a place belongs to the town with the
    least distance less reach, and reaches are adjusted until the areas are met. Its cells are
    star-shaped about their sites (Ash & Bolker 1986, Geom. Dedicata 20), so each town is one
    piece and holds its centre. A small town that lies wholly within a large one's reach is cut out
    of it as a round about its centre.
    """
    wanted = np.array(
        [
            town.km2 or max(int(count), 50) / parameter(f"map.people_per_km2_{town.kind}").value
            for town, count in zip(facts.towns, people, strict=True)
        ]
    )
    wanted = wanted / wanted.sum()
    places = np.array([frame.place_m(town.at) for town in facts.towns])
    sites = np.column_stack(bend.st(places[:, 0], places[:, 1]))
    cells = np.column_stack(bend.st(x_m, y_m))
    few = cells[:: max(1, len(cells) // _SAMPLED_CELLS)]
    far_m = np.sqrt(((few[:, None, :] - sites[None]) ** 2).sum(axis=2))
    reach_m = np.sqrt(wanted * frame.area_m2) / 2
    for step in range(_REACH_STEPS):
        share = np.bincount(np.argmin(far_m - reach_m, axis=1), minlength=len(sites)) / len(few)
        pace_m = 0.5 * 0.985**step * np.sqrt(frame.area_m2 / wanted)
        reach_m += pace_m * np.clip(wanted - share, -wanted, wanted)
    best_m, owner = np.full(len(cells), np.inf), np.zeros(len(cells), dtype=np.int64)
    for row, (site, reach) in enumerate(zip(sites, reach_m, strict=True)):
        gap_m = np.sqrt(((cells - site) ** 2).sum(axis=1)) - reach
        owner[gap_m < best_m] = row
        np.minimum(best_m, gap_m, out=best_m)
    for row in np.argsort(-wanted, kind="stable"):
        if not (owner == row).any():
            owner[_round(cells, sites[row], wanted[row])] = row
    return owner


def _round(cells: Floats, site: Floats, share: float) -> Ints:
    """Return the cells nearest to a town's centre: one that its large neighbour has grown over."""
    n = max(1, round(share * len(cells)))
    away2 = ((cells - site) ** 2).sum(axis=1)
    return np.argpartition(away2, n - 1)[:n].astype(np.int64)


def _build_town(
    town: Town,
    centre_m: tuple[float, float],
    cell_km2: float,
    mine: Ints,
    people: Ints,
    draft: _Draft,
) -> None:
    """Build the town's core about its centre, its business centre, and industry in patches."""
    use = draft.use
    land = mine[use[mine] == OPEN]
    away = np.hypot(draft.x_m[land] - centre_m[0], draft.y_m[land] - centre_m[1])
    by_distance = np.argsort(away * (1 + draft.noise[land]), kind="stable")
    villages = np.array([one.village for one in town.communities])
    core_km2 = people[~villages].sum() / parameter(f"map.people_per_km2_{town.kind}").value
    n_core = len(land) if town.kind == "inner_city" else min(len(land), int(core_km2 / cell_km2))
    n_centre = int(parameter("map.centre_share").value * n_core)
    use[land[by_distance[:n_core]]] = ESTATE
    use[land[by_distance[:n_centre]]] = CENTRE
    rest = land[by_distance[n_core:]]
    n_works = int(parameter(f"map.industry_share_{town.kind}").value * len(land))
    use[rest[np.argsort(-draft.patches[rest], kind="stable")[:n_works]]] = INDUSTRY


def _settle(town: Town, mine: Ints, rows: Ints, people: Ints, draft: _Draft) -> None:
    """Give the town's land to its communities: the core to urban ones, the rest to villages."""
    use, seeds_m = draft.use[mine], draft.seeds_m
    points = np.column_stack((draft.x_m[mine], draft.y_m[mine]))
    village = np.array([one.village for one in town.communities])
    dry = use != WATER
    core = np.isin(use, (ESTATE, CENTRE))
    homes = core if core.any() else dry if dry.any() else np.ones(len(mine), bool)
    if (~village).any():
        urban = rows[~village]
        seeds_m[urban] = spread(points[homes], len(urban))
        draft.community[mine] = urban[cKDTree(seeds_m[urban]).query(points)[1]]
    if village.any():
        rural = rows[village]
        seeds_m[rural] = spread(points[_fields(use, homes, len(rural))], len(rural))
        outside = ~core if (~village).any() else np.ones(len(mine), bool)
        owner = rural[cKDTree(seeds_m[rural]).query(points)[1]]
        draft.community[mine[outside]] = owner[outside]
        for row, count in zip(rural.tolist(), people[village].tolist(), strict=True):
            _build_village(seeds_m[row], count, points, mine, draft)


def _fields(use: NDArray[np.uint8], homes: Mask, n_villages: int) -> Mask:
    """Return where villages may be: in fields, else on any rural land, else where homes are."""
    fields = use == OPEN
    rural = fields | (use == INDUSTRY)
    return fields if fields.sum() > 20 * n_villages else rural if rural.any() else homes


def _build_village(seed_m: Floats, people: int, points: Floats, mine: Ints, draft: _Draft) -> None:
    """Build an uneven round of houses about a village's heart."""
    radius_m = 1000 * math.sqrt(
        people / parameter("map.people_per_km2_village_core").value / math.pi
    )
    away_m = np.hypot(*(points - seed_m).T)
    near = away_m * (1 + draft.uneven[mine]) <= radius_m
    near[np.argmin(away_m)] = True
    use = draft.use[mine]
    draft.use[mine[near & ((use == OPEN) | (use == INDUSTRY))]] = VILLAGE
