"""Real elevation comes onto a map's grid, or is refused with a reason."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from rasterio import Affine

from sim.core.errors import InputError
from sim.scenario.parameters import parameter
from sim.world.geofiles import WGS84, project
from sim.world.grid import Grid
from sim.world.layers import LAND_CLASSES
from sim.world.maps.dem import SchematicMapError, read_dem, with_dem
from sim.world.maps.osm import import_osm

#: 200 x 150 m on the middle meridian of zone 35
GRID = Grid(30, 40, 5.0, 500_000.0, 6_651_600.0, "EPSG:32635")


@pytest.fixture
def dem(tmp_path):
    """Writes a GeoTIFF of any values, place and system."""

    def write(values, *, crs="EPSG:32635", west=499_900.0, north=6_651_700.0, cell=5.0, **more):
        height, width = values.shape
        path = tmp_path / "dem.tif"
        place = {"crs": crs, "transform": Affine(cell, 0, west, 0, -cell, north)}
        size = {"height": height, "width": width, "count": 1, "dtype": values.dtype}
        with rasterio.open(path, "w", driver="GTiff", **place, **size, **more) as raster:
            raster.write(values, 1)
        return path

    return write


def plane(height, width, cell, west, north):
    """Ground that rises by a hundredth eastwards and falls by two hundredths northwards."""
    x = west + (np.arange(width) + 0.5) * cell
    y = north - (np.arange(height) + 0.5) * cell
    values = 10 + (x[None, :] - 500_000) / 100 - (y[:, None] - 6_651_500) / 50
    return values.astype(np.float32)


@pytest.mark.parametrize("cell", [1.0, 2.5, 5.0, 12.0, 30.0])
def test_a_plane_stays_the_same_plane_at_any_cell_side(dem, cell):
    size = int(400 / cell)
    values = plane(size, size, cell, 499_900.0, 6_651_700.0)
    found = read_dem(dem(values, cell=cell), GRID).ground_m
    expected = plane(30, 40, 5.0, GRID.west_m, GRID.north_m)
    assert found == pytest.approx(expected, abs=0.01)


def test_elevation_in_degrees_is_reprojected(dem):
    """A raster of latitudes, in degrees, gives back each cell's latitude."""
    cell = 1e-5
    lat = 60.01 - (np.arange(2000) + 0.5) * cell
    values = np.repeat(lat[:, None], 1500, axis=1).astype(np.float64)
    path = dem(values, crs=WGS84, west=26.995, north=60.01, cell=cell)
    x_m, y_m = GRID.centres_m()
    _, expected = project(np.full(30, x_m[7]), y_m, GRID.crs, WGS84)
    assert read_dem(path, GRID).ground_m[:, 7] == pytest.approx(expected, abs=1e-5)


def test_a_small_gap_is_filled_from_beside_it_and_counted(dem):
    values = np.full((80, 80), 7.0, dtype=np.float32)
    values[40, 40] = -9999
    found = read_dem(dem(values, nodata=-9999), GRID)
    assert (found.ground_m.min(), found.ground_m.max()) == (7.0, 7.0)
    assert 0 < found.filled_share < 0.05


def test_a_large_gap_is_refused_with_its_size(dem):
    values = np.full((80, 80), 7.0, dtype=np.float32)
    values[:, :40] = -9999
    with pytest.raises(InputError, match="without a value; at most 5%"):
        read_dem(dem(values, nodata=-9999), GRID)


def test_a_raster_without_any_value_is_refused(dem):
    values = np.full((80, 80), np.nan, dtype=np.float32)
    with pytest.raises(InputError, match=r"100\.0% of the map's cells"):
        read_dem(dem(values), GRID)


def test_a_raster_beside_the_map_is_refused_with_both_places(dem):
    values = np.zeros((80, 80), dtype=np.float32)
    with pytest.raises(InputError, match=r"lies at 600000.*the map at 500000"):
        read_dem(dem(values, west=600_000.0), GRID)


def test_a_raster_without_a_coordinate_system_is_refused(dem):
    with pytest.raises(InputError, match="CRS"):
        read_dem(dem(np.zeros((80, 80), dtype=np.float32), crs=None), GRID)


@pytest.mark.parametrize("wrong", [-32768.0, 1e30])
def test_what_cannot_be_ground_is_refused(dem, wrong):
    values = np.full((80, 80), 7.0, dtype=np.float32)
    values[40, 40] = wrong
    with pytest.raises(InputError, match="nodata value not declared"):
        read_dem(dem(values), GRID)


def test_pictures_and_complex_numbers_are_no_elevation(dem):
    with pytest.raises(InputError, match="complex64"):
        read_dem(dem(np.zeros((80, 80), dtype=np.complex64)), GRID)


def test_a_schematic_map_takes_no_dem(dem):
    with pytest.raises(SchematicMapError):
        read_dem(dem(np.zeros((80, 80), dtype=np.float32)), Grid(30, 40, 5.0))


def test_a_map_on_real_ground_no_longer_says_that_it_is_not(town, dem, tmp_path):
    world = import_osm(town.write(tmp_path / "town.osm"), cell_m=5.0, seed=1)
    values = np.full((200, 200), 7.0, dtype=np.float32)
    found, _ = with_dem(world, dem(values, north=6_651_900.0))
    assert (found.provenance["elevation"]["source"], found.layers["elevation_m"].max()) == (
        "DEM",
        7,
    )


def test_a_dem_at_import_does_the_same_as_one_later(town, dem, tmp_path):
    file = town.write(tmp_path / "town.osm")
    path = dem(plane(200, 200, 5.0, 499_900.0, 6_651_900.0), north=6_651_900.0)
    at_once = import_osm(file, cell_m=5.0, seed=1, dem=path)
    later, _ = with_dem(import_osm(file, cell_m=5.0, seed=1), path)
    assert np.array_equal(at_once.layers["elevation_m"], later.layers["elevation_m"])


def test_the_bed_of_a_river_is_cut_in_below_the_surface_that_a_dem_shows(town, dem, tmp_path):
    town.way([(-50, 300), (650, 300)], waterway="river", width="30")
    world = import_osm(town.write(tmp_path / "town.osm"), cell_m=5.0, seed=1)
    found, _ = with_dem(world, dem(np.full((200, 200), 7.0, dtype=np.float32), north=6_651_900.0))
    water = found.layers["land"] == LAND_CLASSES.index("water")
    ground_m = found.layers["elevation_m"]
    assert set(ground_m[water]) == {7.0 - parameter("osm.river_bank").value}
    assert set(ground_m[~water]) == {7.0}
