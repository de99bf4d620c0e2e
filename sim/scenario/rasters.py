"""Rasters and archives judged by their headers, before a byte of them is read or unpacked."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

from sim.core.errors import Problem
from sim.core.words import said

MAX_CELLS: Final = 50_000_000
MAX_UNPACKED_BYTES: Final = 2_000_000_000
#: unpacked size over packed size; rasters of one value reach some tens
MAX_RATIO: Final = 100

GEOTIFF: Final = (".tif", ".tiff")
ARRAYS: Final = (".npy",)
ARCHIVES: Final = (".npz", ".zip")
SUFFIXES: Final = (*GEOTIFF, *ARRAYS, *ARCHIVES)


def raster_problems(path: Path, name: str | None = None) -> list[Problem]:
    """Return what is wrong with a GeoTIFF, a NumPy array or an archive, from its header alone.

    Parameters
    ----------
    path : Path
        Its suffix, one of `SUFFIXES`, says what it claims to be.
    name : str, optional
        As problems name it.
    """
    shown = name or str(path)
    if not path.is_file():
        key = "file.not_a_file" if path.exists() else "file.missing"
        return [Problem(shown, 0, "", said(key))]
    suffix = path.suffix.lower()
    checks = _geotiff if suffix in GEOTIFF else _array if suffix in ARRAYS else _archive
    return [Problem(shown, 0, "", says, warning) for says, warning in checks(path)]


def _geotiff(path: Path) -> Iterator[tuple[str, bool]]:
    """Look at size, type, coordinate system and place."""
    import rasterio  # noqa: PLC0415 - slow, and only needed for rasters
    from rasterio.errors import NotGeoreferencedWarning, RasterioIOError  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # told below
            opened = rasterio.open(path, driver="GTiff")
        with opened as raster:
            yield from _size(raster.height, raster.width)
            yield from _kind(str(raster.dtypes[0]))
            yield from _ground(raster)
    except RasterioIOError as error:
        yield said("raster.unreadable", why=str(error.__cause__ or error)), False


def _ground(raster: Any) -> Iterator[tuple[str, bool]]:
    if raster.crs is None:
        yield said("raster.no_crs"), False
    elif not raster.crs.is_projected or raster.crs.linear_units_factor[1] != 1.0:
        yield said("raster.not_metric", crs=str(raster.crs)), False
    if raster.transform.is_identity:
        yield said("raster.no_place"), False
    if raster.nodata is None:
        yield said("raster.no_nodata"), True


def _array(path: Path) -> Iterator[tuple[str, bool]]:
    """Look at the shape and the type that a ``.npy`` header declares."""
    from numpy.lib import format as npy  # noqa: PLC0415

    with path.open("rb") as handle:
        try:
            version = npy.read_magic(handle)
            read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
            shape, _, dtype = read(handle)
        except (ValueError, OSError, EOFError) as error:
            yield said("raster.unreadable", why=str(error)), False
            return
    yield from _kind(str(dtype))
    yield from _size(*(shape if len(shape) == 2 else (0, 0)))


def _size(rows: int, columns: int) -> Iterator[tuple[str, bool]]:
    if not 1 <= rows * columns <= MAX_CELLS:
        limit = f"{MAX_CELLS:,}"
        yield said("raster.cells", rows=rows, columns=columns, limit=limit), False


def _kind(dtype: str) -> Iterator[tuple[str, bool]]:
    if not dtype.lstrip("<>|=").startswith(("f", "i", "u")):
        yield said("raster.not_numbers", found=dtype), False


def _archive(path: Path) -> Iterator[tuple[str, bool]]:
    """Look at the sizes and names that an archive's directory declares."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        yield said("raster.unreadable", why=str(error)), False
        return
    unpacked = sum(member.file_size for member in members)
    ratio = unpacked / max(1, path.stat().st_size)
    if ratio > MAX_RATIO:
        size, times = f"{unpacked:,}", f"{ratio:.0f}"
        yield said("archive.ratio", size=size, ratio=times, limit=MAX_RATIO), False
    if unpacked > MAX_UNPACKED_BYTES:
        yield said("archive.size", size=f"{unpacked:,}", limit=f"{MAX_UNPACKED_BYTES:,}"), False
    for member in members:
        parts = PurePosixPath(member.filename.replace("\\", "/")).parts
        if ".." in parts or PurePosixPath(member.filename).is_absolute() or ":" in member.filename:
            yield said("archive.member", member=repr(member.filename)), False
