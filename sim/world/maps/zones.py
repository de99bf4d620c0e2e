"""County, towns and communities as zones, with outlines traced along the streets they follow."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from rasterio.features import shapes as traced

from sim.scenario.facts import Facts
from sim.world.geofiles import transform_of
from sim.world.grid import Grid
from sim.world.maps.parcels import Parcels
from sim.world.maps.plan import Plan
from sim.world.table import Shapes
from sim.world.tables import Zones

Floats = NDArray[np.float64]

#: outlines keep points that stand out by more than this part of a cell
_KEPT_CELLS: Final = 0.4


def zones_of(facts: Facts, plan: Plan) -> Zones:
    """Return the zones: the county, then its towns, then their communities."""
    communities = [one for town in facts.towns for one in town.communities]
    n_towns, n_communities = len(facts.towns), len(communities)
    ids = [facts.id, *(town.id for town in facts.towns), *(one.id for one in communities)]
    en = [facts.name.en, *(town.name.en for town in facts.towns), *(one.en for one in communities)]
    zh = [facts.name.zh, *(town.name.zh for town in facts.towns), *(one.zh for one in communities)]
    people = np.concatenate(([facts.residents.people], plan.town_people, plan.community_people))
    parent = np.concatenate(([-1], np.zeros(n_towns, int), 1 + plan.community_town))
    return Zones(
        np.array(ids, dtype=object),
        np.array(en, dtype=object),
        np.array(zh, dtype=object),
        np.repeat([0, 1, 2], [1, n_towns, n_communities]).astype(np.uint8),
        parent.astype(np.int32),
        people.astype(np.int32),
    )


def zone_shapes_of(grid: Grid, parcels: Parcels, plan: Plan) -> Shapes:
    """Return one ring a zone, in the order of `zones_of`: its largest piece."""
    west, south, east, north = grid.bounds_m
    county = np.array([[west, south], [east, south], [east, north], [west, north], [west, south]])
    community = parcels.community[parcels.of_cell]
    town = plan.community_town[community]
    towns = _rings(town, len(plan.town_people), grid)
    parts = _rings(community, len(plan.community_people), grid)
    small = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) * grid.cell_m / 2
    heart = [small + seed_m for seed_m in plan.seeds_m]  # of those without a block of their own
    parts = [ring if len(ring) else heart[row] for row, ring in enumerate(parts)]
    return Shapes.of([county, *towns, *parts])


def _rings(owner: NDArray[np.int64], n: int, grid: Grid) -> list[Floats]:
    best: list[tuple[float, Floats]] = [(0.0, np.zeros((0, 2)))] * n
    for geometry, value in traced(owner.astype(np.int32), transform=transform_of(grid)):
        ring = np.array(geometry["coordinates"][0])
        area = abs(_area_m2(ring))
        if area > best[int(value)][0]:
            best[int(value)] = (area, ring)
    return [_smoothed(ring, grid) for _, ring in best]


def _area_m2(ring: Floats) -> float:
    x, y = ring.T
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2)


def _smoothed(ring: Floats, grid: Grid) -> Floats:
    """Round off a staircase: middles of its steps, then only the points that matter.

    Corners on the map's border stay where they are.
    """
    if len(ring) == 0:
        return ring
    size = np.hypot(*np.diff(ring, axis=0).T)
    count = np.maximum(1, np.rint(size / grid.cell_m)).astype(int)
    step = np.repeat(np.arange(len(count)), count)
    share = (np.arange(len(step)) - np.repeat(np.cumsum(count) - count, count) + 0.5) / count[step]
    points = ring[step] + (ring[step + 1] - ring[step]) * share[:, None]
    west, south, east, north = grid.bounds_m
    border = np.isin(ring[:-1, 0], (west, east)) & np.isin(ring[:-1, 1], (south, north))
    points = np.insert(points, np.searchsorted(step, np.flatnonzero(border)), ring[:-1][border], 0)
    half = len(points) // 2
    tolerance_m = _KEPT_CELLS * grid.cell_m
    closed = np.concatenate((points, points[:1]))
    kept = _kept(closed[: half + 1], tolerance_m)
    rest = _kept(closed[half:], tolerance_m)
    return np.concatenate((kept, rest[1:]))


def _kept(line: Floats, tolerance_m: float) -> Floats:
    """Thin a line out (Douglas & Peucker 1973, doi 10.3138/FM57-6770-U75U-7727)."""
    keep = np.zeros(len(line), bool)
    keep[[0, -1]] = True
    spans = [(0, len(line) - 1)]
    while spans:
        low, high = spans.pop()
        if high - low < 2:
            continue
        along = line[high] - line[low]
        length = max(float(np.hypot(*along)), 1e-9)
        between = line[low + 1 : high] - line[low]
        away = np.abs(between[:, 0] * along[1] - between[:, 1] * along[0]) / length
        worst = int(np.argmax(away))
        if away[worst] > tolerance_m:
            keep[low + 1 + worst] = True
            spans += [(low, low + 1 + worst), (low + 1 + worst, high)]
    return line[keep]
