"""A small county with a river, and a flood on it as a finished run would show it."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.core.units import clock_s
from sim.core.words import LANGUAGES
from sim.scenario.stocks import Relief
from sim.viz.figures import write_figures
from sim.world.layers import LAND_CLASSES
from sim.world.maps.plain import plain_world
from sim.world.states import States
from sim.world.table import Shapes
from sim.world.tables import (
    BUILDING_CLASSES,
    FACILITY_KINDS,
    WATER_KINDS,
    ZONE_LEVELS,
    Buildings,
    Facilities,
    Levees,
    Nodes,
    Points,
    Roads,
    Waters,
    Zones,
)
from sim.world.world import World

NY, NX, CELL_M = 90, 120, 50.0
WIDE_M, HIGH_M = NX * CELL_M, NY * CELL_M
BLOCK_M = 500.0
FRAMES_S = [3600.0 * hour for hour in range(1, 7)]


def names(*texts: str) -> np.ndarray:
    return np.array(texts, dtype=object)


def river_y_m(x_m: np.ndarray) -> np.ndarray:
    return HIGH_M / 2 + 400 * np.sin(x_m / 900)


def distance_to_river_m() -> np.ndarray:
    x_m, y_m = (np.arange(NX) + 0.5) * CELL_M, HIGH_M - (np.arange(NY) + 0.5) * CELL_M
    return np.abs(y_m[:, None] - river_y_m(x_m)[None, :])


def roads() -> tuple[Nodes, Roads, Shapes]:
    columns, rows = int(WIDE_M / BLOCK_M) - 1, int(HIGH_M / BLOCK_M) - 1
    x, y = np.meshgrid((np.arange(columns) + 1) * BLOCK_M, (np.arange(rows) + 1) * BLOCK_M)
    at = np.arange(columns * rows).reshape(rows, columns)
    pairs = np.vstack(
        (
            np.column_stack((at[:, :-1].ravel(), at[:, 1:].ravel())),
            np.column_stack((at[:-1].ravel(), at[1:].ravel())),
        )
    )
    ends = np.vstack((pairs, pairs[:, ::-1])).astype(np.int32)
    n = len(ends)
    kind = np.tile(np.where(np.arange(len(pairs)) % 7 == 0, 2, 5), 2).astype(np.uint8)
    points = np.column_stack((x.ravel(), y.ravel()))
    table = Roads(
        from_node=ends[:, 0],
        to_node=ends[:, 1],
        length_m=np.full(n, BLOCK_M, np.float32),
        free_speed_m_per_s=np.full(n, 12.0, np.float32),
        lanes=np.full(n, 2, np.uint8),
        road_class=kind,
        flow_veh_per_s=np.full(n, 0.5, np.float32),
        bridge=np.zeros(n, bool),
        underpass=np.zeros(n, bool),
        on_foot=np.ones(n, bool),
        by_car=np.ones(n, bool),
        name=(np.arange(n) % 3).astype(np.int32),
    )
    shapes = Shapes.of([points[list(pair)] for pair in ends])
    return Nodes(x.ravel(), y.ravel()), table, shapes


def buildings() -> Buildings:
    x, y = np.meshgrid(np.arange(250.0, WIDE_M, 500), np.arange(250.0, HIGH_M, 500))
    n = x.size
    people = np.full(n, 30, np.int32)
    return Buildings(
        x_m=x.ravel(),
        y_m=y.ravel(),
        footprint_m2=np.full(n, 300, np.float32),
        height_m=np.full(n, 9, np.float32),
        storeys=np.full(n, 3, np.uint8),
        year=np.full(n, 1990, np.int16),
        building_class=(np.arange(n) % len(BUILDING_CLASSES)).astype(np.uint8),
        use=np.zeros(n, np.uint8),
        zone=np.where(x.ravel() < WIDE_M / 2, 3, 4).astype(np.int32),
        node=np.zeros(n, np.int32),
        occupants_02=people,
        occupants_08=people,
        occupants_12=people,
        occupants_18=people,
    )


def facilities() -> Facilities:
    kinds = ("shelter", "shelter", "hospital", "fire_station", "command_post", "depot")
    n = len(kinds)
    return Facilities(
        id=names(*(f"place-{k}" for k in range(n))),
        name_en=names(*(f"Place {k}" for k in range(n))),
        name_zh=names(*(f"场所{k}" for k in range(n))),
        kind=np.array([FACILITY_KINDS.index(kind) for kind in kinds], np.uint8),
        level=np.zeros(n, np.uint8),
        x_m=np.linspace(700, WIDE_M - 700, n),
        y_m=np.linspace(800, HIGH_M - 600, n),
        node=np.zeros(n, np.int32),
        zone=np.full(n, 3, np.int32),
        capacity=np.full(n, 100, np.float32),
        capacity_unit=names(*["places"] * n),
        area_m2=np.zeros(n, np.float32),
        assumed=np.ones(n, bool),
    )


def zones() -> tuple[Zones, Shapes]:
    def box(west: float, east: float) -> np.ndarray:
        corners = [(west, 0), (east, 0), (east, HIGH_M), (west, HIGH_M), (west, 0)]
        return np.array(corners, dtype=float)

    half = WIDE_M / 2
    table = Zones(
        id=names("liuhe", "west", "east", "west-1", "east-1"),
        name_en=names("Liuhe", "West Bank", "East Bank", "Willow Lane", "Mill Yard"),
        name_zh=names("柳河县", "河西街道", "河东街道", "柳巷社区", "磨坊社区"),
        level=np.array(
            [ZONE_LEVELS.index(k) for k in ("county", "town", "town")] + [2, 2], np.uint8
        ),
        parent=np.array([-1, 0, 0, 1, 2], np.int32),
        population=np.array([4000, 2000, 2000, 2000, 2000], np.int32),
    )
    outlines = [box(0, WIDE_M), box(0, half), box(half, WIDE_M), box(0, half), box(half, WIDE_M)]
    return table, Shapes.of(outlines)


def rivers() -> tuple[Waters, Shapes, Levees, Shapes]:
    x = np.linspace(0, WIDE_M, 60)
    line = np.column_stack((x, river_y_m(x)))
    water = Waters(
        id=names("liu"),
        name_en=names("Liu river"),
        name_zh=names("柳河"),
        kind=np.array([WATER_KINDS.index("river")], np.uint8),
        width_m=np.array([100], np.float32),
        bed_depth_m=np.array([4], np.float32),
    )
    levee = Levees(
        id=names("liu-left"),
        name_en=names("Liu left levee"),
        name_zh=names("柳河左堤"),
        height_m=np.array([3], np.float32),
    )
    return water, Shapes.of([line]), levee, Shapes.of([np.add(line, (0, 160))])


@pytest.fixture(scope="session")
def county() -> World:
    """6 km x 4.5 km on both banks of a river, two towns, streets, places, a levee."""
    far_m = distance_to_river_m()
    ground_m = 30 + far_m / 400 - np.where(far_m < 75, 4, 0)
    world = plain_world(ground_m, cell_m=CELL_M)
    land = np.where(far_m < 75, LAND_CLASSES.index("water"), LAND_CLASSES.index("residential"))
    world.layers.write("land", np.where(far_m > 1500, LAND_CLASSES.index("crop"), land))
    nodes, streets, street_shapes = roads()
    zone_table, zone_shapes = zones()
    water, water_shapes, levees, levee_shapes = rivers()
    return dataclasses.replace(
        world,
        id="liuhe",
        name_en="Liuhe",
        name_zh="柳河县",
        nodes=nodes,
        roads=streets,
        road_shapes=street_shapes,
        road_names=names("柳河大街", "建设路", "Harbour Road"),
        buildings=buildings(),
        facilities=facilities(),
        zones=zone_table,
        zone_shapes=zone_shapes,
        waters=water,
        water_shapes=water_shapes,
        levees=levees,
        levee_shapes=levee_shapes,
        points=Points(
            id=names("low-1"),
            name_en=names("Mill underpass"),
            name_zh=names("磨坊下穿通道"),
            kind=names("waterlogging"),
            x_m=np.array([3200.0]),
            y_m=np.array([2900.0]),
            edge=np.array([-1], np.int32),
        ),
        provenance={"source": "made for a test"},
    )


class SmallRun(SimpleNamespace):
    """What pictures and report read of a finished run (`sim.model.results.Results`)."""

    start = datetime(2022, 7, 28, 18, 0)
    trapped = pd.DataFrame(columns=["row", "weight", "building", "since_s", "end_s", "how"])

    def clock_text(self, t_s: float) -> str:
        moment = self.start + timedelta(seconds=t_s)
        days = (moment.date() - self.start.date()).days
        return f"+{days} {moment:%H:%M}" if days else f"{moment:%H:%M}"

    def seconds_at(self, at: str | float) -> float:
        return float((clock_s(at) - 18 * 3600) % 86400) if isinstance(at, str) else float(at)

    def layer(self, name: str, at: str | float | None = None) -> np.ndarray:
        far_m = distance_to_river_m()
        reach_m = 1200.0 if at is None else 200.0 * self.seconds_at(at) / 3600
        depth_m = np.clip(3.0 * (1 - far_m / max(reach_m, 1.0)), 0, None)
        if name in {"depth_m", "max_depth_m"}:
            return depth_m.astype(np.float32)
        if name == "arrival_s":
            arrival = np.where(far_m < 1200, far_m / 200 * 3600, np.inf)
            return arrival.astype(np.float32)
        return (depth_m * 1.1).astype(np.float32)

    def keeps(self, layer: str) -> bool:
        return layer in {"depth_m", "max_depth_m", "max_hazard_rating"}

    def changed(self, state: str) -> bool:
        return bool((self.states["state"] == state).any())

    def states_at(self, at: str | float | None = None) -> States:
        return States(self.world)

    def people_at(self, at: str | float) -> pd.DataFrame:
        nearest_s = min(self.times_s, key=lambda kept_s: abs(kept_s - self.seconds_at(at)))
        return self.census[self.census["t_s"] == nearest_s]


def census() -> pd.DataFrame:
    """Thirty people sheltered in one place, and each hour ten more caught in another."""
    rows = [
        row
        for hour, t_s in enumerate(FRAMES_S)
        for row in (
            (t_s, 500.0, 500.0, "sheltered", 30),
            (t_s, 900.0, 900.0, "stranded", 10 * hour),
        )
    ]
    table = pd.DataFrame(rows, columns=["t_s", "x_m", "y_m", "group", "people"])
    return table[table["people"] > 0]


def events() -> pd.DataFrame:
    rows: list[tuple[float, str, str, int, dict[str, Any]]] = [
        (0, "run_started", "small-flood", -1, {"seed": 1}),
        (3600, "rain_started", "storm", 0, {}),
        (5400, "inflow_peaked", "upstream", -1, {"flow_m3_per_s": 812.5}),
        (7200, "levee_overtopped", "liu-left", 2, {}),
        (7500, "levee_breached", "liu-left", 3, {"width_m": 12.0}),
        (7800, "point_flooded", "low-1", 4, {"depth_m": 0.31, "threshold_m": 0.3}),
        *((8000 + 60 * k, "road_closed", f"edge-{k}", 4, {"depth_m": 0.35}) for k in range(30)),
        (10000, "buildings_flooded", "west", 4, {"buildings": 17}),
        (12000, "road_reopened", "edge-3", 9, {"closed_for_s": 3820.0}),
        (21600, "run_ended", "small-flood", -1, {}),
    ]
    return pd.DataFrame(
        {"id": i, "t_s": float(t), "kind": k, "who": w, "cause": c, "facts": json.dumps(f)}
        for i, (t, k, w, c, f) in enumerate(rows)
    )


def series() -> pd.DataFrame:
    t_s = np.arange(60.0, 21601, 60)
    rain_m3 = np.clip(t_s - 3600, 0, 7200) * 40
    inflow_m3 = t_s * 500
    out_m3 = t_s * 350
    return pd.DataFrame(
        {
            "t_s": t_s,
            "rain_m3": rain_m3,
            "inflow_m3": inflow_m3,
            "border_out_m3": out_m3,
            "stored_m3": rain_m3 + inflow_m3 - out_m3,
            "wet_area_m2": 3e6 + 500 * t_s,
            "mass_error_share": np.full(len(t_s), 2.1e-12),
            "closed_road_m": np.clip(t_s - 8000, 0, None) * 2,
            "closed_edges": np.floor(np.clip(t_s - 8000, 0, None) / 250),
            "flooded_buildings": np.floor(np.clip(t_s - 10000, 0, None) / 600),
        }
    )


def kpis() -> pd.DataFrame:
    rows = [
        ("rain_depth", 98.2, "mm"),
        ("peak_wet_area", 13.8, "km2"),
        ("flooded_area", 9.35, "km2"),
        ("max_depth", 2.91, "m"),
        ("dangerous_area", 4.4, "km2"),
        ("roads_closed_peak", 27.2, "km"),
        ("roads_passable_worst", 0.84, "1"),
        ("road_closure_hours", 51.0, "km h"),
        ("buildings_flooded", 20.0, "1"),
        ("residents_in_flooded_homes", 612.0, "1"),
        ("key_sites_flooded", 2.0, "1"),
        ("mass_error", 2.1e-12, "1"),
    ]
    return pd.DataFrame(rows, columns=["kpi", "value", "unit"]).assign(block="water", why="")


def manifest() -> dict[str, Any]:
    return {
        "format": "shapan/run/1",
        "id": "small-flood",
        "title": {"en": "Liuhe: a flood for a test", "zh": "柳河县:试验洪水"},
        "seed": 1,
        "start": "2022-07-28 18:00",
        "duration_s": 21600.0,
        "step_s": 60.0,
        "kept_s": FRAMES_S,
        "n_events": 39,
        "state_sha256": "ab" * 32,
        "map": {"source": "made for a test"},
        "schematic": True,
        "versions": {"shapan": "0.1.0", "python": "3.11.7", "numpy": "2.4.6"},
    }


def small_run(county: World, folder: Path) -> SmallRun:
    edges = np.arange(30)
    return SmallRun(
        folder=folder,
        manifest=manifest(),
        world=county,
        scenario=SimpleNamespace(
            hazards=(
                SimpleNamespace(
                    kind="flood",
                    id="storm",
                    rain=SimpleNamespace(formula="anshan"),
                    inflows=(SimpleNamespace(id="upstream", river="liu", title=None),),
                ),
            ),
            chains=(),
            relief=Relief(),
        ),
        states=pd.DataFrame({"t_s": [], "state": [], "row": [], "value": []}),
        events=events(),
        series=series(),
        kpis=kpis(),
        census=census().iloc[:0],
        messages=pd.DataFrame({"issued_s": np.zeros(0)}),
        times_s=FRAMES_S,
        closures=pd.DataFrame(
            {
                "edge": edges,
                "road": county.road_names[county.roads.name[edges]],
                "zone": np.where(edges % 2, 1, 2),
                "length_m": np.full(30, BLOCK_M),
                "closed_s": 8000.0 + 60 * edges,
                "reopened_s": np.where(edges == 3, 12000.0, np.nan),
                "max_depth_m": np.linspace(0.3, 1.4, 30),
            }
        ),
        buildings=pd.DataFrame(
            {
                "building": np.arange(20),
                "max_depth_m": np.linspace(0.15, 1.1, 20),
                "first_wet_s": 10000.0 + 600 * np.arange(20),
            }
        ),
    )


@pytest.fixture(scope="session")
def drawn_run(county: World, drawn: Path) -> SmallRun:
    """The same run in the folder that has its figures; not to be changed."""
    return small_run(county, drawn)


@pytest.fixture
def run(county: World, tmp_path: Path) -> SmallRun:
    """A six-hour flood: the water spreads 200 m further from the river every hour."""
    return small_run(county, tmp_path)


@pytest.fixture
def crowded(run: SmallRun) -> SmallRun:
    """The same flood with people kept through time."""
    run.census = census()
    return run


@pytest.fixture(scope="session")
def drawn(county: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same run's folder, with its figures drawn once for all tests that read them."""
    folder = tmp_path_factory.mktemp("drawn")
    (folder / "rasters").mkdir()
    for name in ("depth_m", "max_depth_m", "max_hazard_rating"):
        (folder / "rasters" / f"{name}.tif").touch()
    for lang in LANGUAGES:
        write_figures(small_run(county, folder), folder / "figures", lang=lang)
    return folder
