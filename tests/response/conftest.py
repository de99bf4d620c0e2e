"""A street of five crossings with posts, teams and a dip in the road: no water model, no crowd."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from typing import Any

import mesa
import numpy as np
import pytest
import simpy
import yaml

from sim.agents.network import Network
from sim.core.events import EventLog
from sim.core.rng import Streams
from sim.model.build import world_of
from sim.model.disaster import Disaster
from sim.response.operations import Operations
from sim.scenario.forces import Force
from sim.scenario.loading import load_plan
from sim.scenario.plan import Plan
from sim.scenario.stocks import Relief
from sim.world.layers import Layers
from sim.world.limits import RoadLimits
from sim.world.maps.plain import plain_world
from sim.world.states import States
from sim.world.tables import FACILITY_KINDS, ROAD_CLASSES, ZONE_LEVELS
from sim.world.world import World
from tests.model.conftest import LESSON, lesson_scenario

STEP_S = 60.0
SPACING_M = 500.0
N_NODES = 5
#: seconds that a unit takes from one crossing to the next
HOP_S = 50.0
DIP_EDGE = 4  # from crossing 2 to crossing 3

FACILITIES = [
    ("team-street-1", "team_base", 0, 30),
    ("team-a", "team_base", 0, 30),  # a flood team, by the order of trades
    ("team-b", "team_base", 1, 30),  # a water rescue team
    ("team-street-2", "team_base", 4, 30),
    ("buses", "bus_depot", 0, 2),
    ("stores", "depot", 0, 100),
    ("school", "shelter", 4, 100),
]

POSTS = """
- {id: chief, title: {en: Chief, zh: 指挥长}, level: county, decides_within: 10 min}
- {id: clerk, title: {en: Clerk, zh: 值班员}, level: county, decides_within: 5 min}
"""


def _filled(table: Any, **columns: Any) -> Any:
    """Return a table of zeros with some columns given."""
    n = len(next(iter(columns.values())))
    given = {
        name: np.asarray(columns[name]).astype(column.dtype)
        if name in columns
        else np.zeros(n, column.dtype)
        for name, column in type(table).empty().columns().items()
    }
    return type(table)(**given)


def street(spacing_m: float = SPACING_M) -> World:
    """Return the map."""
    ground = plain_world(np.full((4, 24), 10.0), cell_m=100.0)
    x_m = np.arange(N_NODES) * spacing_m + 50.0
    y_m = np.full(N_NODES, 150.0)
    ahead = np.repeat(np.arange(N_NODES - 1), 2)
    there = np.arange(2 * (N_NODES - 1)) % 2 == 0
    roads = _filled(
        ground.roads,
        from_node=np.where(there, ahead, ahead + 1),
        to_node=np.where(there, ahead + 1, ahead),
        length_m=np.full(8, spacing_m),
        free_speed_m_per_s=np.full(8, spacing_m / HOP_S),
        lanes=np.ones(8),
        road_class=np.full(8, ROAD_CLASSES.index("tertiary")),
        flow_veh_per_s=np.full(8, 0.5),
        on_foot=np.ones(8),
        by_car=np.ones(8),
        name=np.full(8, -1),
    )
    names, kinds, nodes, sizes = (list(column) for column in zip(*FACILITIES, strict=True))
    facilities = _filled(
        ground.facilities,
        id=np.array(names, object),
        kind=[FACILITY_KINDS.index(kind) for kind in kinds],
        x_m=x_m[nodes],
        y_m=y_m[nodes],
        node=nodes,
        capacity=sizes,
    )
    zones = _filled(
        ground.zones,
        id=np.array(["county", "west", "west-1"], object),
        level=[ZONE_LEVELS.index(level) for level in ("county", "town", "community")],
        parent=[-1, 0, 1],
    )
    points = _filled(
        ground.points,
        id=np.array(["dip", "ford"], object),
        kind=np.array(["waterlogging", "waterlogging"], object),
        x_m=[x_m[2], x_m[0]],
        y_m=[150.0, 150.0],
        edge=[DIP_EDGE, 0],
    )
    nodes_table = _filled(ground.nodes, x_m=x_m, y_m=y_m)
    return replace(
        ground, nodes=nodes_table, roads=roads, facilities=facilities, zones=zones, points=points
    )


class Street:
    """A stage on which a test says what falls, stands and is shut."""

    def __init__(self, world: World, *, seed: int = 1, relief: Relief | None = None) -> None:
        self.world, self.model, self.states = world, mesa.Model(), States(world)
        self.env, self.log, self.streams = simpy.Environment(), EventLog(), Streams(seed)
        self.network = Network.of_world(world)
        self.start_of_day_s, self.step_s = 20 * 3600.0, STEP_S
        self.rain_m_per_s = 0.0
        self.depth_m = {"dip": 0.0, "ford": 0.0}
        self.edge_m = np.zeros(8, np.float32)
        self.barred = np.zeros(8, bool)
        self.pumped_m3_per_s = {"dip": 0.0, "ford": 0.0}
        self.people: Any = None
        self.relief, self.night_c = relief or Relief(), 20.0
        self.forces: tuple[Force, ...] = ()
        self.fields, self.states, self.limits = Layers(world.grid), States(world), RoadLimits()
        self.sheltered: dict[int, int] = {}
        self.site_m: dict[int, float] = {}
        self.at: dict[float, Callable[[], None]] = {}
        self.cause = self.log.add(0.0, "run_started", "street")

    def rain_fallen_m(self, to_s: float) -> float:
        return self.rain_m_per_s * max(0.0, to_s)

    def points_now(self) -> dict[str, tuple[float, float]]:
        return {point: (depth_m, 10.0 + depth_m) for point, depth_m in self.depth_m.items()}

    def point_node(self, point: str) -> int:
        return 2 if point == "dip" else 0

    def point_edges(self, point: str) -> np.ndarray:
        return np.array([4, 5] if point == "dip" else [0, 1])

    def points_called(self, points: Any, ops: Operations) -> tuple[str, ...]:
        return tuple(points)

    def bar(self, edges: np.ndarray, *, barred: bool) -> None:
        self.barred[edges] = barred

    def edge_depth_m(self) -> np.ndarray:
        return self.edge_m

    def emergency_times_s(self) -> np.ndarray:
        return np.where(self.edge_m < 0.6, HOP_S, np.inf)

    def vehicle_times_s(self, wading_m: float) -> np.ndarray:
        return np.where(self.edge_m < wading_m, HOP_S, np.inf)

    def people_in_need(self, barred: Any) -> list[tuple[str, np.ndarray, np.ndarray]]:
        rows = np.array(list(self.sheltered), dtype=np.int64)
        return [("shelter", rows, np.array(list(self.sheltered.values()), dtype=np.int64))]

    def shelter_rows(self, shelters: Any, ops: Operations) -> np.ndarray:
        return np.flatnonzero(self.world.facilities.kind == FACILITY_KINDS.index("shelter"))

    def site_depth_m(self, facility: int) -> float:
        return self.site_m.get(facility, 0.0)

    def pump(self, point: str, more_m3_per_s: float) -> None:
        self.pumped_m3_per_s[point] += more_m3_per_s

    def zone_rows(self, zones: Any, ops: Operations) -> np.ndarray:
        return np.array([2])

    def nodes_of(self, places: Any, ops: Operations) -> list[int]:
        return [self.point_node(place) for place in places]

    def go(self, ops: Operations, until_s: float) -> Operations:
        """Run to a time, tick by tick as the model does."""
        self.env.process(self._ticks(ops, until_s))
        self.env.run(until=until_s + STEP_S / 2)
        return ops

    def _ticks(self, ops: Operations, until_s: float) -> Generator[simpy.Event, Any, None]:
        for tick in range(int(self.env.now // STEP_S) + 1, int(until_s // STEP_S) + 1):
            yield self.env.timeout(tick * STEP_S - self.env.now)
            for when_s in [when_s for when_s in self.at if when_s <= self.env.now]:
                self.at.pop(when_s)()
            ops.listen(float(self.env.now))
            ops.reports.notice(float(self.env.now))

    def story(self, *kinds: str) -> list[tuple[float, str, str]]:
        """Return (minute, kind, who) of the logged events of some kinds."""
        chosen = [event for event in self.log if event.kind in kinds]
        return [(round(event.t_s / 60, 1), event.kind, event.who) for event in chosen]


@pytest.fixture(scope="session")
def street_world() -> World:
    return street()


@pytest.fixture
def stage(street_world: World) -> Street:
    return Street(street_world)


def clause(name: str, when: str, do: str, with_: str = "{}", **more: Any) -> dict[str, Any]:
    """Return a clause as a file states it."""
    return {
        "id": name,
        "title": {"en": name, "zh": name},
        "when": yaml.safe_load(when),
        "post": "clerk",
        "do": do,
        "with": yaml.safe_load(with_),
        "source": {"section": "1", "text": "条"},
    } | more


def plan_of(*clauses: dict[str, Any], posts: str = POSTS) -> Plan:
    """Return a plan of some clauses."""
    return Plan.model_validate(
        {
            "format": "shapan/plan/1",
            "id": "test",
            "title": {"en": "Test", "zh": "测试"},
            "document": "made up",
            "posts": yaml.safe_load(posts),
            "clauses": list(clauses),
        }
    )


@pytest.fixture(scope="session")
def town(tmp_path_factory):
    """The lesson's map, made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHAPAN_CACHE", str(tmp_path_factory.mktemp("cache")))
        return world_of(lesson_scenario(), LESSON)


def staged(town, *, plan="early", every=1):
    """The lesson, ready to begin."""
    chosen = load_plan(LESSON / "plans" / f"{plan}.yaml")
    return Disaster(lesson_scenario(), town, plan=chosen, seed=1, every=every)
