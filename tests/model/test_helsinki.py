"""The shipped scenario of Helsinki: real streets and buildings, a cloudburst, a high sea."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import rasterio

import sim
from sim.scenario.loading import load_scenario
from sim.world.layers import LAND_CLASSES
from sim.world.maps.osm import import_osm
from sim.world.store import load_world, save_world

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "scenarios" / "helsinki-flood"


@pytest.fixture(scope="module")
def finished(helsinki, tmp_path_factory):
    """Its first half hour on cells of 20 m; the folder of the scenario and that of the run."""
    folder = tmp_path_factory.mktemp("helsinki-flood")
    save_world(import_osm(helsinki, cell_m=20.0, seed=1), folder / "map")
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
