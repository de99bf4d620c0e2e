"""A town of a million houses: its graph built, and burnt; beside the plain NumPy and SciPy form."""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.core.rng import Streams
from sim.evaluation.verification.urban_fire_setups import HAMADA, rows_of_houses, wooden_town
from sim.hazards.urban_fire_graph import graph_of
from sim.hazards.urban_fire_town import BurningTown
from sim.kernels.urban_fire_pace import front_speeds
from sim.world.tables import Buildings

SIDE_M, GAP_M, REACH_M, WIND_M_PER_S = 10.0, 5.0, 12.0, 10.0
LONG_S = 7 * 86400.0

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@dataclass(frozen=True)
class Burnt:
    """CPU seconds, and when each house caught."""

    graph_s: float
    fire_s: float
    lit_s: NDArray[np.float64]


def town_of(across: int) -> Buildings:
    return rows_of_houses(across, across, side_m=SIDE_M, gap_m=GAP_M)


def origin(across: int) -> int:
    return across // 2 * across + across // 4


def ours(across: int, *, sigma: float = 0.0) -> Burnt:
    buildings = town_of(across)
    began_s = time.process_time()
    graph_of(buildings.x_m, buildings.y_m, buildings.footprint_m2, reach_m=REACH_M)
    graph_s = time.process_time() - began_s
    town: BurningTown = wooden_town(
        buildings, wind_m_per_s=WIND_M_PER_S, spreading=replace(HAMADA, sigma=sigma)
    )
    # each house burns until the last has caught, as the peer's do
    endless = BurningTown(
        town.town._replace(fuel_j=np.full(buildings.n, 1e30)), town.winds,
        Streams(1), replace(HAMADA, sigma=sigma),
    )  # fmt: skip
    began_s = time.process_time()
    endless.light(origin(across), 0.0)
    endless.spread(LONG_S)
    return Burnt(graph_s, time.process_time() - began_s, endless.fires.lit_s)


def theirs(across: int) -> Burnt:
    """Pairs by a k-d tree, edge times by NumPy, the fire by heapq: what one writes first."""
    buildings = town_of(across)
    began_s = time.process_time()
    xy = np.column_stack((buildings.x_m, buildings.y_m))
    pairs = cKDTree(xy).query_pairs(REACH_M + 1.5 * SIDE_M, output_type="ndarray")
    pairs = np.concatenate((pairs, pairs[:, ::-1]))
    step = xy[pairs[:, 1]] - xy[pairs[:, 0]]
    gap_m = np.hypot(*np.maximum(np.abs(step) - SIDE_M, 0.0).T)
    keep = gap_m <= REACH_M
    pairs, step, gap_m = pairs[keep], step[keep], gap_m[keep]
    order = np.argsort(pairs[:, 0], kind="stable")
    pairs, step, gap_m = pairs[order], step[order], gap_m[order]
    offsets = np.searchsorted(pairs[:, 0], np.arange(buildings.n + 1))
    graph_s = time.process_time() - began_s
    began_s = time.process_time()
    edge_s = _edge_s(step, gap_m)
    lit_s = np.full(buildings.n, np.inf)
    lit_s[origin(across)] = 0.0
    heap = [(0.0, origin(across))]
    while heap:
        at_s, row = heapq.heappop(heap)
        if at_s > lit_s[row]:
            continue
        for edge in range(offsets[row], offsets[row + 1]):
            other, then_s = pairs[edge, 1], at_s + edge_s[edge]
            if then_s < lit_s[other]:
                lit_s[other] = then_s
                heapq.heappush(heap, (then_s, other))
    return Burnt(graph_s, time.process_time() - began_s, lit_s)


def _edge_s(step_m: NDArray[np.float64], gap_m: NDArray[np.float64]) -> NDArray[np.float64]:
    gaps, part = np.unique(np.round(gap_m, 9), return_inverse=True)
    speeds = np.array([front_speeds(SIDE_M, gap, 0.0, WIND_M_PER_S) for gap in gaps])[part]
    away_m = np.hypot(*step_m.T)
    along, across = step_m.T / away_m
    head = np.where(along >= 0, speeds[:, 0], speeds[:, 2])
    return np.asarray(away_m * np.hypot(along / head, across / speeds[:, 1]))


def test_a_million_houses_are_joined_and_burnt_in_seconds_far_ahead_of_the_plain_form(
    benchmark: Any,
) -> None:
    ours(20, sigma=0.2)  # compiled before the race
    peer = theirs(200)
    own = ours(200)
    np.testing.assert_allclose(own.lit_s, peer.lit_s, rtol=1e-6)
    million = benchmark.pedantic(ours, args=(1000,), kwargs={"sigma": 0.2}, rounds=1)
    same = ours(300)
    slow = theirs(300)
    ratio = (slow.graph_s + slow.fire_s) / (same.graph_s + same.fire_s)
    benchmark.extra_info.update(
        buildings=1_000_000,
        graph_cpu_s=round(million.graph_s, 2),
        fire_cpu_s=round(million.fire_s, 2),
        ratio_at_90_000=round(ratio, 1),
        graph_ratio=round(slow.graph_s / same.graph_s, 1),
        fire_ratio=round(slow.fire_s / same.fire_s, 1),
    )
    assert np.isfinite(million.lit_s).all()
    assert ratio >= 3.0
