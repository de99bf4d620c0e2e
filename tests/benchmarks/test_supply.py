"""What relief costs: 300 trucks and 100,000 people to feed for a day, in a town of 10,000 nodes."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.agents.network import Network
from sim.evaluation.verification.supply_setups import Bench, table_of
from sim.scenario.stocks import Fleet, Relief, Stock
from sim.world.tables import FACILITY_KINDS, ZONE_LEVELS

SIDE, BLOCK_M = 100, 150.0
N_DEPOTS, N_SHELTERS = 6, 100
PEOPLE, TRUCKS = 100_000, 300
DAY_S = 86_400.0


def town() -> Any:
    """Return 10,000 crossings with depots and shelters spread over them."""
    world = Bench(Relief()).world
    node = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    ahead = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    beyond = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    from_node, to_node = np.concatenate([ahead, beyond]), np.concatenate([beyond, ahead])
    y, x = np.divmod(np.arange(SIDE * SIDE), SIDE)
    luck = np.random.default_rng(3)
    at = luck.choice(SIDE * SIDE, N_DEPOTS + N_SHELTERS, replace=False)
    n = len(from_node)
    roads = table_of(
        world.roads,
        from_node=from_node,
        to_node=to_node,
        length_m=np.full(n, BLOCK_M) + np.tile(luck.uniform(0, 20, n // 2), 2),
        free_speed_m_per_s=np.full(n, 10.0),
        lanes=np.ones(n),
        flow_veh_per_s=np.full(n, 0.5),
        by_car=np.ones(n),
        name=np.full(n, -1),
    )
    kinds = ["depot"] * N_DEPOTS + ["shelter"] * N_SHELTERS
    facilities = table_of(
        world.facilities,
        id=np.array([f"{kind}-{row}" for row, kind in enumerate(kinds)], object),
        kind=[FACILITY_KINDS.index(kind) for kind in kinds],
        level=[ZONE_LEVELS.index("county")] * len(kinds),
        x_m=x[at] * BLOCK_M,
        y_m=y[at] * BLOCK_M,
        node=at,
    )
    nodes = table_of(world.nodes, x_m=x * BLOCK_M, y_m=y * BLOCK_M)
    return replace(world, nodes=nodes, roads=roads, facilities=facilities)


class Town(Bench):
    """The bench on a town, its shelters full; streets slow down and recover all the time."""

    def __init__(self, world: Any, trucks: int) -> None:
        goods = {"drinking_water": 10**6, "food": 10**6, "quilt": 10**5}
        depots = [f"depot-{row}" for row in range(N_DEPOTS)]
        relief = Relief(
            stocks=tuple(
                Stock.model_validate({"at": depot, "goods": goods, "docks": 10}) for depot in depots
            ),
            trucks=tuple(
                Fleet(kind="light_truck", count=trucks // N_DEPOTS, at=depot) for depot in depots
            ),
        )
        super().__init__(relief, world=world)
        self.network = Network.of_world(world)
        self.rows = np.arange(N_DEPOTS, N_DEPOTS + N_SHELTERS)

    def vehicle_times_s(self, wading_m: float) -> Any:
        wave = 1.5 + np.sin(self.env.now / 3600 + np.arange(self.network.n_edges))
        return self.network.length_m / 10.0 * wave

    def people_in_need(self, barred: Any) -> Any:
        share = min(1.0, self.env.now / (6 * 3600))
        return [("shelter", self.rows, np.full(N_SHELTERS, round(PEOPLE / N_SHELTERS * share)))]

    def shelter_rows(self, shelters: Any, ops: Any) -> Any:
        return self.rows


def cpu_s(stage: Town, *, order: bool) -> float:
    if order:
        stage.order(depots="all", shelters="all")
    stage.env.process(ticks(stage))
    start = time.process_time()
    stage.env.run(until=DAY_S)
    return time.process_time() - start


def ticks(stage: Town) -> Any:
    while True:
        yield stage.env.timeout(60.0)
        stage.supply.report()


@pytest.mark.slow
def test_a_day_of_feeding_a_hundred_thousand_people(benchmark: Any) -> None:
    """CPU seconds that the order adds to the same day without it, and for each load brought."""
    world = town()
    cpu_s(Town(world, N_DEPOTS), order=True)  # compiled before the race
    idle_s = cpu_s(Town(world, TRUCKS), order=False)
    busy = Town(world, TRUCKS)
    busy_s = benchmark.pedantic(cpu_s, args=(busy,), kwargs={"order": True}, rounds=1)
    loads = sum("unloaded" in trip.at_s for trip in busy.supply.trips)
    relieved = sum(n for point in busy.supply.points for _, _, n in point.waiting.relieved)
    benchmark.extra_info["added s"] = busy_s - idle_s
    benchmark.extra_info["ms a load"] = (busy_s - idle_s) / loads * 1000
    assert relieved > 0.95 * PEOPLE
    busy.supply.books.check()
