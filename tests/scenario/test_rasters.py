"""IN-06, IN-07: rasters and archives are judged by their headers, in no time and no memory."""

import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.errors import NotGeoreferencedWarning

from sim.core.cells import safe_cell
from sim.scenario.rasters import raster_problems


def says(path: Path) -> str:
    return "\n".join(str(problem) for problem in raster_problems(path))


def geotiff(path: Path, *, rows: int = 3, columns: int = 4, **profile: object) -> Path:
    told = {"crs": "EPSG:32651", "transform": rasterio.Affine(5, 0, 0, 0, -5, 0), "nodata": -9999.0}
    told |= {"dtype": "float32", "sparse_ok": True, "tiled": True} | profile
    with rasterio.open(
        path, "w", driver="GTiff", height=rows, width=columns, count=1, **told
    ) as out:
        if rows * columns < 100:
            out.write(np.zeros((rows, columns), dtype=told["dtype"]), 1)
    return path


def giant_npy(path: Path) -> Path:
    """A true header of 50,000 x 50,000 numbers, and a file of 10 GB that holds nothing."""
    with path.open("wb") as out:
        header = {"descr": "<f4", "fortran_order": False, "shape": (50_000, 50_000)}
        np.lib.format.write_array_header_1_0(out, header)
    os.truncate(path, 10_000_000_000)
    return path


def test_a_sound_raster_has_no_problem(tmp_path: Path) -> None:
    assert raster_problems(geotiff(tmp_path / "dem.tif")) == []


@pytest.mark.parametrize(
    ("profile", "told"),
    [
        ({"rows": 10_000, "columns": 10_000}, "declares 10000 x 10000 cells; 1 to 50,000,000"),
        ({"crs": None}, "states no coordinate system"),
        ({"crs": "EPSG:4326"}, "is in EPSG:4326, not in metres"),
        ({"crs": "EPSG:2263"}, "not in metres"),
        ({"nodata": None}, "states no nodata value"),
        ({"dtype": "complex64", "nodata": None}, "holds complex64; plain numbers are needed"),
    ],
)
def test_a_raster_that_cannot_be_used_says_why(tmp_path: Path, profile: dict, told: str) -> None:
    assert told in says(geotiff(tmp_path / "dem.tif", **profile))


def test_a_raster_without_a_place_says_so(tmp_path: Path) -> None:
    with pytest.warns(NotGeoreferencedWarning):
        path = geotiff(tmp_path / "dem.tif", transform=None)
    assert "states no place on the ground" in says(path)


@pytest.mark.parametrize("name", ["x.tif", "x.npy", "x.npz", "x.zip"])
def test_ten_gigabytes_of_nothing_are_refused_in_no_time(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.touch()
    raster_problems(path)  # imports are not what is measured
    os.truncate(path, 10_000_000_000)
    began = time.process_time()
    assert "is not a raster that can be read" in says(path)
    assert time.process_time() - began < 0.1


def test_an_array_is_judged_by_the_size_its_header_declares(tmp_path: Path) -> None:
    path = giant_npy(tmp_path / "dem.npy")
    began = time.process_time()
    assert "declares 50000 x 50000 cells" in says(path)
    assert time.process_time() - began < 0.1


@pytest.mark.parametrize(
    ("array", "told"),
    [
        (np.zeros((0, 0)), "declares 0 x 0 cells"),
        (np.zeros(5), "declares 0 x 0 cells"),
        (np.array([[{}]], dtype=object), "plain numbers are needed"),
        (np.array([["x"]]), "plain numbers are needed"),
    ],
)
def test_an_array_that_is_no_raster_is_refused(tmp_path: Path, array, told: str) -> None:
    np.save(tmp_path / "dem.npy", array)
    assert told in says(tmp_path / "dem.npy")


@pytest.mark.skipif(sys.platform != "linux", reason="limits the address space with prlimit")
def test_giant_files_are_refused_in_two_gigabytes_of_memory(tmp_path: Path) -> None:
    giant_npy(tmp_path / "dem.npy")
    geotiff(tmp_path / "dem.tif", rows=60_000, columns=60_000)
    (tmp_path / "zeros.tif").touch()
    os.truncate(tmp_path / "zeros.tif", 10_000_000_000)
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000,) * 2)\n"
        "from pathlib import Path; from sim.scenario.everything import check_all\n"
        f"print(*(one.problems[0] for one in check_all([Path({str(tmp_path)!r})])), sep='\\n')"
    )
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 3


def test_an_archive_that_unpacks_to_a_hundred_times_its_size_is_not_unpacked(
    tmp_path: Path,
) -> None:
    np.savez_compressed(tmp_path / "bomb.npz", a=np.zeros(20_000_000))
    began = time.process_time()
    assert "unpacks to 160,000," in says(tmp_path / "bomb.npz")
    assert time.process_time() - began < 0.1


@pytest.mark.parametrize(
    "member", ["../evil.txt", "/etc/evil", "a/../../evil", "C:\\evil", "..\\e"]
)
def test_an_archive_member_that_would_leave_its_folder_is_named(
    tmp_path: Path, member: str
) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(member, "x")
    assert "would leave its folder" in says(tmp_path / "x.zip")


def test_a_sound_archive_has_no_problem(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "x.npz", a=np.arange(1000.0))
    assert raster_problems(tmp_path / "x.npz") == []


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_quoted(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", [-3.5, 7, "Hun river", "", None, "a=b"])
def test_a_plain_cell_stays_as_it_is(cell: object) -> None:
    assert safe_cell(cell) == cell
