"""One road with a depot at one end and a school at the other: the smallest supply there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import mesa
import numpy as np
import simpy
from numpy.typing import NDArray

from sim.agents.network import Network
from sim.core.events import EventLog
from sim.response.command import Command
from sim.response.ledger import Row
from sim.response.supply.desk import Supply
from sim.response.supply.orders import send_supplies
from sim.scenario.actions import SendSupplies
from sim.scenario.stocks import Fleet, Relief, Stock
from sim.world.limits import RoadLimits
from sim.world.maps.plain import plain_world
from sim.world.states import States
from sim.world.tables import FACILITY_KINDS, ZONE_LEVELS
from sim.world.world import World

SPEED_M_PER_S: Final = 10.0
DEPOT, SCHOOL = 0, 1


class Bench:
    """A stage and a command post for supply alone; people come and go by hand.

    Parameters
    ----------
    relief : Relief
        Stocks at ``depot``, trucks there.
    length_m : float
        Of the road.
    world : World, optional
        Another map; whoever gives one says who is in its shelters.
    limits : RoadLimits, optional
        Signs on its roads.
    """

    def __init__(
        self,
        relief: Relief,
        *,
        length_m: float = 3000.0,
        world: World | None = None,
        limits: RoadLimits | None = None,
    ) -> None:
        self.world = road_of([length_m]) if world is None else world
        self.network = Network.of_world(self.world)
        self.env, self.log, self.model = simpy.Environment(), EventLog(), mesa.Model()
        self.stage, self.relief, self.night_c = self, relief, 20.0
        self.states, self.limits = States(self.world), limits or RoadLimits()
        self.step_s, self.start_of_day_s = 60.0, 8 * 3600.0
        self.desks: dict[str, Any] = {}
        self.level, self.level_event = "none", -1
        self.persons = 0
        self.ops = self
        self.supply = Supply(self)  # type: ignore[arg-type]  # the part of Operations it needs

    def vehicle_times_s(self, wading_m: float) -> NDArray[np.float64]:
        """Return the drive along each direction of the road, always open."""
        return self.network.length_m / SPEED_M_PER_S

    def rain_fallen_m(self, to_s: float) -> float:
        """Return no rain."""
        return 0.0

    def people_in_need(self, barred: Any) -> list[tuple[str, NDArray[np.int64], NDArray[np.int64]]]:
        """Return the people in the school."""
        return [("shelter", np.array([SCHOOL]), np.array([self.persons]))]

    def shelter_rows(self, shelters: Any, ops: Any) -> NDArray[np.int64]:
        """Return the school."""
        return np.array([SCHOOL])

    def site_depth_m(self, facility: int) -> float:
        """Return dry ground."""
        return 0.0

    def order(self, *, within_s: float | None = None, **params: Any) -> tuple[Row, simpy.Process]:
        """Order goods to the school as a clause would; the process ends when that is done."""
        asked = SendSupplies.model_validate({"depots": "all", "shelters": "all"} | params)
        row = Row("G", "chief", "send_supplies", within_s, at_s={"triggered": float(self.env.now)})
        command = Command(float(self.env.now), "chief", "send_supplies", asked, -1, "G")
        work = send_supplies(self, command, row)  # type: ignore[arg-type]
        return row, self.env.process(work)


def depot(goods: dict[str, int], *, docks: int, trucks: int, kind: str = "light_truck") -> Relief:
    """Return a depot's stock, docks and trucks; these set out at once."""
    return Relief(
        stocks=(Stock.model_validate({"at": "depot", "goods": goods, "docks": docks}),),
        trucks=(
            Fleet.model_validate(
                {"kind": kind, "count": trucks, "at": "depot", "ready_after": 0.0}
            ),
        ),
    )


def road_of(away_m: Sequence[float]) -> World:
    """Return a road with a depot at its end and schools along it, each so far from the depot."""
    x_m = np.array([10.0, *(10.0 + away for away in away_m)])
    n, steps = len(x_m), np.diff(x_m)
    ground = plain_world(np.full((2, max(2, round(x_m[-1] / 100) + 1)), 10.0), cell_m=100.0)
    roads = table_of(
        ground.roads,
        from_node=[*range(n - 1), *range(1, n)],
        to_node=[*range(1, n), *range(n - 1)],
        length_m=[*steps, *steps],
        free_speed_m_per_s=[SPEED_M_PER_S] * (2 * (n - 1)),
        lanes=[1] * (2 * (n - 1)),
        flow_veh_per_s=[0.5] * (2 * (n - 1)),
        by_car=[True] * (2 * (n - 1)),
        name=[-1] * (2 * (n - 1)),
    )
    y_m = np.full(n, 100.0)
    facilities = table_of(
        ground.facilities,
        id=["depot", *("school" if n == 2 else f"school-{row}" for row in range(1, n))],
        kind=[FACILITY_KINDS.index("depot"), *[FACILITY_KINDS.index("shelter")] * (n - 1)],
        level=[ZONE_LEVELS.index("county")] * n,
        x_m=x_m,
        y_m=y_m,
        node=list(range(n)),
        capacity=[0, *[1000] * (n - 1)],
    )
    nodes = table_of(ground.nodes, x_m=x_m, y_m=y_m)
    return replace(ground, nodes=nodes, roads=roads, facilities=facilities)


def table_of(table: Any, **columns: Any) -> Any:
    """Return a table with some columns given, zeros in all others."""
    n = len(next(iter(columns.values())))
    given = {
        name: np.asarray(columns.get(name, np.zeros(n))).astype(column.dtype)
        for name, column in type(table).empty().columns().items()
    }
    return type(table)(**given)
