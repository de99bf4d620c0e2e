"""The shipped scenario of Helsinki: real streets and buildings, a cloudburst, a high sea."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import rasterio

import sim
from sim.agents.ledger import STATES
from sim.agents.residents import MODES
from sim.scenario.loading import load_scenario
from sim.scenario.parameters import parameter
from sim.world.layers import LAND_CLASSES
from sim.world.maps.osm import import_osm
from sim.world.store import load_world, save_world

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "scenarios" / "helsinki-flood"


def made(folder: Path, extract: Path, *, cell_m: float = 20.0) -> Path:
    """Put the map of an extract into a scenario's folder."""
    save_world(import_osm(extract, cell_m=cell_m, seed=1), folder / "map")
    return folder


@pytest.fixture(scope="module")
def evacuated(helsinki, tmp_path_factory):
    """The whole afternoon by the shipped plan, on cells of 20 m."""
    folder = made(tmp_path_factory.mktemp("helsinki-plan"), helsinki)
    shutil.copy(SHIPPED / "scenario.yaml", folder)
    shutil.copytree(SHIPPED / "plans", folder / "plans")
    return sim.run(folder, plan="high-ground", seed=1, out=folder / "run", report=False)


@pytest.fixture(scope="module")
def finished(helsinki, tmp_path_factory):
    """Its first half hour on cells of 20 m; the folder of the scenario and that of the run."""
    folder = made(tmp_path_factory.mktemp("helsinki-flood"), helsinki)
    text = (SHIPPED / "scenario.yaml").read_text(encoding="utf-8")
    short = text.replace("duration: 3 h", "duration: 30 min")
    short = short.replace(", [40 min, 30 mm/h], [60 min, 0 mm/h]]", ", [30 min, 0 mm/h]]")
    assert "duration: 30 min" in short
    assert "60 min" not in short
    (folder / "scenario.yaml").write_text(short, encoding="utf-8")
    sim.run(folder, seed=1, out=folder / "run", report=False)
    return folder


def test_rain_on_helsinki_balances_to_the_drop(finished):
    kpis = sim.open_run(finished / "run").kpis.set_index("kpi")["value"]
    assert abs(kpis["mass_error"]) < 1e-9


def test_the_high_sea_stands_over_the_bay_and_not_over_the_city(finished):
    world = load_world(finished / "map")
    with rasterio.open(finished / "run" / "rasters" / "max_depth_m.tif") as raster:
        depth_m = raster.read(1)
    sea = world.layers["elevation_m"] == 0.0
    land = world.layers["land"] != LAND_CLASSES.index("water")
    assert np.median(depth_m[sea]) > 0.5
    assert np.median(depth_m[land]) < 0.15


def test_the_shipped_scenario_is_sound(finished, tmp_path):
    shutil.copytree(finished / "map", tmp_path / "map")
    shutil.copy(SHIPPED / "scenario.yaml", tmp_path / "scenario.yaml")
    assert load_scenario(tmp_path).id == "helsinki-flood"


def arrivals(run) -> tuple[np.ndarray, np.ndarray]:
    """Return how far each sheltered walker's home is from his shelter (m), and his time (s)."""
    people, world = run.people, run.world
    in_shelter = people["state"] == STATES.index("sheltered")
    there = people[
        in_shelter & people["arrived_s"].notna() & (people["mode"] == MODES.index("foot"))
    ]
    home, shelter = there["home"].to_numpy(), there["place"].to_numpy()
    away_x_m = world.buildings.x_m[home] - world.facilities.x_m[shelter]
    away_y_m = world.buildings.y_m[home] - world.facilities.y_m[shelter]
    took_s = (there["arrived_s"] - there["left_s"]).to_numpy()
    return np.hypot(away_x_m, away_y_m), took_s


@pytest.mark.slow
def test_people_of_helsinki_walk_to_open_shelters_along_its_streets(evacuated):
    assert (evacuated.shelters["people"] <= evacuated.shelters["capacity"]).all()
    far_m, _ = arrivals(evacuated)
    assert len(far_m) > 50


@pytest.mark.slow
def test_nobody_in_helsinki_walks_faster_than_straight_to_the_shelter(evacuated):
    far_m, took_s = arrivals(evacuated)
    node_m = 150.0  # homes and shelters lie so far from their street nodes, both together
    step_s = evacuated.manifest["step_s"]
    assert (took_s + step_s >= (far_m - node_m) / parameter("movement.walking_speed").si).all()
