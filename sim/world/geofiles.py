"""Rasters as GeoTIFF and vectors as GeoJSON: the files that QGIS opens, written whole."""

from __future__ import annotations

import contextlib
import json
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio import Affine
from rasterio.errors import NotGeoreferencedWarning, RasterioIOError
from rasterio.warp import transform as transformed

from sim.core.errors import InputError, Problem
from sim.core.files import whole
from sim.core.words import said
from sim.scenario.rasters import MAX_CELLS
from sim.world.grid import Grid
from sim.world.table import Shapes

#: `Grid.crs` of a schematic map, which lies nowhere on Earth
LOCAL: Final = "LOCAL"
WGS84: Final = "EPSG:4326"
#: about a centimetre
_DEGREE_DIGITS: Final = 7
#: of a strip, which is packed by itself: GDAL's own 8 KiB pack worse and take twice the time
_STRIP_BYTES: Final = 1 << 18


def fault(path: Path | str, says: str, where: str = "") -> InputError:
    """Return an `InputError` with one problem, for a whole file."""
    return InputError([Problem(str(path), 0, where, says)])


def transform_of(grid: Grid) -> Affine:
    """Return the raster's geotransform: outer north-west corner and cell side."""
    return Affine(grid.cell_m, 0.0, grid.west_m, 0.0, -grid.cell_m, grid.north_m)


def write_geotiff(
    path: Path,
    array: NDArray[Any],
    grid: Grid,
    *,
    unit: str,
    name: str,
    nodata: float | None = None,
) -> None:
    """Write one layer as a compressed single-band GeoTIFF that states its name and unit."""
    _write_bands(path, [array], [name], grid, dtype=array.dtype, unit=unit, nodata=nodata)


def write_geotiff_times(
    path: Path,
    frames: Iterable[NDArray[Any]],
    times_s: Sequence[float],
    grid: Grid,
    *,
    unit: str,
    name: str,
    dtype: str = "float32",
    nodata: float | None = None,
) -> None:
    """Write a film of one layer: a band a moment, described by its second from the start.

    Parameters
    ----------
    frames : iterable of (ny, nx) arrays
        As many as ``times_s``; taken one by one, so a generator needs the memory of one.

    Raises
    ------
    ValueError
        When there are more or fewer frames than times.
    """
    labels = [f"{name} at {time_s:g} s" for time_s in times_s]
    _write_bands(path, frames, labels, grid, dtype=np.dtype(dtype), unit=unit, nodata=nodata)


def _write_bands(
    path: Path,
    frames: Iterable[NDArray[Any]],
    labels: Sequence[str],
    grid: Grid,
    *,
    dtype: np.dtype[Any],
    unit: str,
    nodata: float | None,
) -> None:
    profile = {
        "driver": "GTiff",
        "height": grid.ny,
        "width": grid.nx,
        "count": len(labels),
        "dtype": dtype.name,
        "crs": None if grid.crs == LOCAL else grid.crs,
        "transform": transform_of(grid),
        "nodata": nodata,
        "compress": "deflate",
        # depths in whole millimetres pack to half the size without a predictor of floats, and
        # the quickest level is within a tenth of the best
        "predictor": 1 if dtype.kind == "f" else 2,
        "zlevel": 1,
        "blockysize": max(1, min(grid.ny, _STRIP_BYTES // (grid.nx * dtype.itemsize))),
        "interleave": "band",
        "bigtiff": "if_safer",
    }
    with whole(path) as temporary, rasterio.open(temporary, "w", **profile) as raster:
        for band, (label, frame) in enumerate(zip(labels, frames, strict=True), start=1):
            raster.write(frame.astype(dtype, copy=False), band)
            raster.set_band_description(band, label)
            raster.set_band_unit(band, unit)


@contextlib.contextmanager
def opened_raster(path: Path, *, max_cells: int = MAX_CELLS) -> Iterator[Any]:
    """Open a GeoTIFF whose header has passed; read errors inside the block name the file.

    Raises
    ------
    InputError
        When there is no such regular file, it is not a GeoTIFF, it declares more than
        ``max_cells`` cells, or its data are truncated or corrupt.
    """
    if not path.is_file():
        raise fault(path, said("map_file.missing"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # callers look themselves
            opened = rasterio.open(path, driver="GTiff")
        with opened as raster:
            if raster.width * raster.height > max_cells:
                size = {"ny": raster.height, "nx": raster.width}
                raise fault(path, said("map_file.raster_cells", **size, most=f"{max_cells:,}"))
            yield raster
    except RasterioIOError as error:
        raise fault(path, said("map_file.not_tiff", error=error.__cause__ or error)) from None


def read_geotiff(path: Path, grid: Grid, dtype: str) -> NDArray[Any]:
    """Return the first band of a raster that lies exactly on ``grid``.

    Raises
    ------
    InputError
        When size, place or type differ from the grid's and ``dtype``, or the file is corrupt.
    """
    with opened_raster(path) as raster:
        if raster.shape != grid.shape:
            raise fault(path, said("map_file.shape", found=raster.shape, map=grid.shape))
        if not raster.transform.almost_equals(transform_of(grid), precision=1e-6 * grid.cell_m):
            raise fault(path, said("map_file.elsewhere", found=raster.bounds, map=grid.bounds_m))
        if raster.dtypes[0] != dtype:
            raise fault(path, said("map_file.dtype", found=raster.dtypes[0], wanted=dtype))
        values: NDArray[Any] = raster.read(1)
    return values


def write_geojson(
    path: Path,
    shapes: Shapes,
    properties: Mapping[str, NDArray[Any]],
    crs: str,
    *,
    polygons: bool = False,
    rows: NDArray[np.integer] | None = None,
) -> None:
    """Write shapes with their properties: roads, zones, closures.

    A real map is written in longitude and latitude (RFC 7946); a schematic one, which lies nowhere
    on Earth, in its own metres, and the file says so.

    Parameters
    ----------
    properties : mapping of str to (n,) array
        Columns beside the shapes; numbers leave as numbers, infinity and NaN as null.
    polygons : bool
        Rings (closed and turned counter-clockwise) instead of lines.
    rows : (m,) int, optional
        Shapes to write, with their properties; all of them by default.
    """
    x, y = shapes.x_m, shapes.y_m
    if crs != LOCAL and len(x):
        x, y = (np.round(values, _DEGREE_DIGITS) for values in project(x, y, crs, WGS84))
    columns = {key: _plain(column) for key, column in properties.items()}
    chosen = range(shapes.n) if rows is None else rows.tolist()
    with whole(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as out:
        note = {} if crs != LOCAL else {"coordinates": "metres of a schematic map"}
        head = json.dumps({"type": "FeatureCollection", **note})[:-1]
        out.write(f'{head}, "features": [')
        for count, row in enumerate(chosen):
            part = slice(shapes.offsets[row], shapes.offsets[row + 1])
            feature = {
                "type": "Feature",
                "properties": {key: column[row] for key, column in columns.items()},
                "geometry": _geometry(np.column_stack((x[part], y[part])), polygons),
            }
            out.write((",\n" if count else "\n") + json.dumps(feature, ensure_ascii=False))
        out.write("\n]}\n")


def project(
    x: NDArray[np.float64], y: NDArray[np.float64], crs: str, to_crs: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return coordinates in another system; x is east or longitude, y is north or latitude."""
    to_x, to_y = transformed(crs, to_crs, x, y)
    return np.asarray(to_x, dtype=np.float64), np.asarray(to_y, dtype=np.float64)


def _plain(column: NDArray[Any]) -> list[Any]:
    """Return JSON values; what is not finite becomes null."""
    values: list[Any] = column.tolist()
    if column.dtype.kind != "f":
        return values
    return [value if ok else None for value, ok in zip(values, np.isfinite(column), strict=True)]


def _geometry(points: NDArray[np.float64], polygon: bool) -> dict[str, Any]:
    if not polygon:
        return {"type": "LineString", "coordinates": points.tolist()}
    if len(points) and not np.array_equal(points[0], points[-1]):
        points = np.vstack((points, points[:1]))
    x, y = points.T
    if np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) < 0:
        points = points[::-1]
    return {"type": "Polygon", "coordinates": [points.tolist()]}
