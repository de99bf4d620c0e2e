"""`shapan import`: from a file to a map folder, in words a person can check."""

from __future__ import annotations

import json

import numpy as np
import pytest
import rasterio
from rasterio import Affine
from typer.testing import CliRunner

from sim.cli.import_ import import_
from sim.core.errors import InputError, SimError

TOWN = """<?xml version="1.0"?>
<osm version="0.6">
<bounds minlon="27.0" minlat="60.0" maxlon="27.01" maxlat="60.004"/>
<node id="1" lat="60.001" lon="27.001"/><node id="2" lat="60.001" lon="27.009"/>
<node id="3" lat="60.003" lon="27.009"/><node id="4" lat="60.0015" lon="27.004"/>
<node id="5" lat="60.0015" lon="27.0045"/><node id="6" lat="60.0018" lon="27.0045"/>
<way id="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way>
<way id="2"><nd ref="4"/><nd ref="5"/><nd ref="6"/><nd ref="4"/><tag k="building" v="house"/></way>
</osm>
"""


@pytest.fixture
def shapan(tmp_path):
    (tmp_path / "town.osm").write_text(TOWN, encoding="utf-8")

    def call(*words):
        return CliRunner().invoke(import_, [word.format(here=tmp_path) for word in words])

    return call


def test_a_map_folder_is_written_and_named(shapan, tmp_path):
    done = shapan("osm", "{here}/town.osm", "--out", "{here}/map")
    assert (done.exit_code, str(tmp_path / "map") in done.output) == (0, True)


def test_the_summary_warns_that_the_ground_is_not_real(shapan):
    assert "ELEVATION IS NOT REAL" in shapan("osm", "{here}/town.osm", "--out", "{here}/map").output


def test_the_summary_speaks_chinese(shapan):
    done = shapan("osm", "{here}/town.osm", "--out", "{here}/map", "--lang", "zh")
    assert "高程并非实测" in done.output


def test_the_population_that_is_asked_for_lives_on_the_map(shapan, tmp_path):
    shapan("osm", "{here}/town.osm", "--out", "{here}/map", "--population", "321")
    summary = json.loads((tmp_path / "map" / "map.json").read_text(encoding="utf-8"))["summary"]
    assert summary["people"] == 321


def test_a_dem_takes_the_warning_away(shapan, tmp_path):
    shapan("osm", "{here}/town.osm", "--out", "{here}/map")
    size = {"height": 60, "width": 150, "count": 1, "dtype": "float32"}
    place = {"crs": "EPSG:4326", "transform": Affine(1e-4, 0, 26.999, 0, -1e-4, 60.005)}
    with rasterio.open(tmp_path / "dem.tif", "w", driver="GTiff", **size, **place) as raster:
        raster.write(np.linspace(0, 9, 60 * 150, dtype=np.float32).reshape(60, 150), 1)
    done = shapan("dem", "{here}/dem.tif", "--into", "{here}/map")
    assert (done.exit_code, "NOT REAL" in done.output) == (0, False)


@pytest.mark.parametrize("box", ["1,2,3", "a,b,c,d", ""])
def test_a_box_that_is_not_four_numbers_is_refused(shapan, box):
    done = shapan("osm", "{here}/town.osm", "--out", "{here}/map", "--bbox", box)
    assert (done.exit_code, "west,south,east,north" in done.output) == (2, True)


def test_a_missing_file_is_a_problem_with_its_name(shapan):
    done = shapan("osm", "{here}/no.osm.pbf", "--out", "{here}/map")
    assert isinstance(done.exception, InputError)
    assert "no.osm.pbf" in str(done.exception)


def test_a_map_is_not_written_over_other_files(shapan, tmp_path):
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "thesis.txt").write_text("years of work", encoding="utf-8")
    done = shapan("osm", "{here}/town.osm", "--out", "{here}/map")
    assert isinstance(done.exception, SimError)
    assert (tmp_path / "map" / "thesis.txt").exists()
