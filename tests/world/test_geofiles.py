"""Rasters and shapes leave as files that other programs open, and spoilt ones are refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import rasterio
from rasterio import Affine

from sim.core.errors import InputError
from sim.world.geofiles import (
    opened_raster,
    read_geotiff,
    write_geojson,
    write_geotiff,
    write_geotiff_times,
)
from sim.world.grid import Grid
from sim.world.table import Shapes

REAL = Grid(3, 4, 5.0, 500_000.0, 6_651_500.0, "EPSG:32635")
LOCAL = Grid(3, 4, 5.0, 0.0, 15.0)


def ramp(grid):
    return np.arange(grid.ny * grid.nx, dtype=np.float32).reshape(grid.shape)


def test_a_layer_lies_on_its_corner_with_north_up(tmp_path):
    write_geotiff(tmp_path / "a.tif", ramp(REAL), REAL, unit="m", name="depth_m")
    with rasterio.open(tmp_path / "a.tif") as raster:
        assert tuple(raster.bounds) == REAL.bounds_m


def test_a_layer_states_its_name_and_unit(tmp_path):
    write_geotiff(tmp_path / "a.tif", ramp(REAL), REAL, unit="m/s", name="speed")
    with rasterio.open(tmp_path / "a.tif") as raster:
        assert (raster.descriptions, raster.units) == (("speed",), ("m/s",))


@pytest.mark.parametrize("grid", [REAL, LOCAL])
def test_a_layer_comes_back_bit_by_bit(tmp_path, grid):
    values = ramp(grid)
    values[0, 0] = np.inf
    write_geotiff(tmp_path / "a.tif", values, grid, unit="m", name="x")
    assert np.array_equal(read_geotiff(tmp_path / "a.tif", grid, "float32"), values)


def test_a_film_has_a_band_a_moment(tmp_path):
    frames = (ramp(REAL) * k for k in range(3))
    write_geotiff_times(tmp_path / "a.tif", frames, [0, 600, 1200.5], REAL, unit="m", name="depth")
    with rasterio.open(tmp_path / "a.tif") as raster:
        assert raster.descriptions == ("depth at 0 s", "depth at 600 s", "depth at 1200.5 s")
        assert np.array_equal(raster.read(3), ramp(REAL) * 2)


def test_a_film_with_a_frame_missing_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="zip"):
        write_geotiff_times(tmp_path / "a.tif", [ramp(REAL)], [0, 1], REAL, unit="m", name="x")
    assert list(tmp_path.iterdir()) == []


def test_shapes_of_a_real_map_leave_in_degrees(tmp_path):
    line = Shapes.of([np.array([[500_000.0, 0.0], [500_000.0, 110_530.16]])])
    write_geojson(tmp_path / "a.geojson", line, {}, "EPSG:32635")
    found = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))
    # one degree of WGS84 meridian from the equator is 110574.389 m; UTM shrinks it by 0.9996
    points = found["features"][0]["geometry"]["coordinates"]
    assert np.allclose(points, [[27, 0], [27, 1]], atol=1e-6)


def test_shapes_of_a_schematic_map_keep_their_metres_and_say_so(tmp_path):
    line = Shapes.of([np.array([[0.0, 0.0], [10.0, 5.0]])])
    write_geojson(tmp_path / "a.geojson", line, {}, "LOCAL")
    found = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))
    assert "schematic" in found["coordinates"]
    assert found["features"][0]["geometry"]["coordinates"] == [[0, 0], [10, 5]]


# RFC 7946, 3.1.6: a ring is closed, and an outer ring runs counter-clockwise
def test_a_zone_leaves_as_a_closed_ring_counter_clockwise(tmp_path):
    clockwise = Shapes.of([np.array([[0.0, 0], [0, 10], [10, 10], [10, 0]])])
    write_geojson(tmp_path / "a.geojson", clockwise, {}, "LOCAL", polygons=True)
    found = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))
    ring = found["features"][0]["geometry"]["coordinates"][0]
    assert ring == [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]


def test_what_is_not_finite_leaves_as_null(tmp_path):
    line = Shapes.of([np.zeros((2, 2)), np.ones((2, 2))])
    columns = {"arrival_s": np.array([np.inf, 3.5]), "name": np.array(["河", "b"], dtype=object)}
    write_geojson(tmp_path / "a.geojson", line, columns, "LOCAL")
    found = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))
    assert [feature["properties"] for feature in found["features"]] == [
        {"arrival_s": None, "name": "河"},
        {"arrival_s": 3.5, "name": "b"},
    ]


def test_only_the_chosen_rows_leave(tmp_path):
    lines = Shapes.of([np.full((2, 2), float(k)) for k in range(4)])
    write_geojson(
        tmp_path / "a.geojson", lines, {"k": np.arange(4)}, "LOCAL", rows=np.array([3, 1])
    )
    found = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))
    assert [feature["properties"]["k"] for feature in found["features"]] == [3, 1]


# --- spoilt rasters ---


def test_a_raster_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such file"), opened_raster(tmp_path / "no.tif"):
        pass


def test_a_text_file_is_no_raster(tmp_path):
    (tmp_path / "a.tif").write_text("elevation 10 m", encoding="utf-8")
    with pytest.raises(InputError, match="readable GeoTIFF"), opened_raster(tmp_path / "a.tif"):
        pass


def test_another_program_s_raster_list_is_not_followed(tmp_path):
    """A VRT can name any file of the machine, or of another one."""
    vrt = '<VRTDataset rasterXSize="1" rasterYSize="1"></VRTDataset>'
    (tmp_path / "a.tif").write_text(vrt, encoding="utf-8")
    with pytest.raises(InputError, match="readable GeoTIFF"), opened_raster(tmp_path / "a.tif"):
        pass


def test_a_raster_cut_short_is_refused_by_name(tmp_path):
    values = np.random.default_rng(1).random((300, 300)).astype(np.float32)
    grid = Grid(300, 300, 5.0)
    write_geotiff(tmp_path / "a.tif", values, grid, unit="m", name="x")
    whole = (tmp_path / "a.tif").read_bytes()
    (tmp_path / "a.tif").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"a\.tif"):
        read_geotiff(tmp_path / "a.tif", grid, "float32")


@pytest.mark.parametrize(
    ("grid", "dtype", "says"),
    [
        (Grid(4, 3, 5.0, 0.0, 15.0), "float32", "the map has"),
        (Grid(3, 4, 5.0, 5.0, 15.0), "float32", "lies at"),
        (LOCAL, "uint8", "uint8 is expected"),
    ],
)
def test_a_raster_that_does_not_fit_the_map_is_refused(tmp_path, grid, dtype, says):
    write_geotiff(tmp_path / "a.tif", ramp(LOCAL), LOCAL, unit="m", name="x")
    with pytest.raises(InputError, match=says):
        read_geotiff(tmp_path / "a.tif", grid, dtype)


def test_a_huge_raster_is_refused_by_its_header_in_little_memory(tmp_path):
    """IN-06: 100,000 x 100,000 cells declared in a few kilobytes, under a limit of 4 GB."""
    path = tmp_path / "huge.tif"
    profile = {"driver": "GTiff", "height": 100_000, "width": 100_000, "count": 1,
               "dtype": "float32", "sparse_ok": True, "tiled": True, "bigtiff": "yes",
               "crs": "EPSG:32635", "transform": Affine(2, 0, 0, 0, -2, 0)}  # fmt: skip
    rasterio.open(path, "w", **profile).close()
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from sim.world.geofiles import opened_raster\n"
        "from sim.core.errors import InputError\n"
        "resource.setrlimit(resource.RLIMIT_AS, (4_000_000_000,) * 2)\n"
        "try:\n"
        "    with opened_raster(Path(sys.argv[1])): pass\n"
        "except InputError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert "at most 50,000,000" in done.stdout


@pytest.mark.skipif(not hasattr(os, "truncate"), reason="needs sparse files")
def test_ten_gigabytes_of_nothing_are_no_raster(tmp_path):
    path = tmp_path / "a.tif"
    path.touch()
    os.truncate(path, 10_000_000_000)
    with pytest.raises(InputError, match="readable GeoTIFF"), opened_raster(path):
        pass
