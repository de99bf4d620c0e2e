"""Tables of a world as Parquet files: what pandas and Excel open, with the shapes of their rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.world.geofiles import fault
from sim.world.table import Shapes, Table

MAX_ROWS: Final = 50_000_000
#: a table that would unpack to more is refused by its header
MAX_TABLE_BYTES: Final = 8_000_000_000


def write_table(path: Path, table: Table, shapes: Shapes | None = None) -> None:
    """Write a table, and the shapes of its rows as two list columns."""
    columns = {
        name: pa.array(column, type=pa.string() if column.dtype.kind == "O" else None)
        for name, column in table.columns().items()
    }
    if shapes is not None:
        offsets = pa.array(shapes.offsets, type=pa.int64())
        columns["shape_x_m"] = pa.LargeListArray.from_arrays(offsets, pa.array(shapes.x_m))
        columns["shape_y_m"] = pa.LargeListArray.from_arrays(offsets, pa.array(shapes.y_m))
    pq.write_table(pa.table(columns), path, compression="zstd", write_page_checksum=True)


def read_columns(path: Path, *, expected_rows: int) -> dict[str, Any]:
    """Return Arrow columns by name, once the header has passed.

    Raises
    ------
    InputError
        When the file is missing, corrupt, too large, or has another number of rows.
    """
    if not path.is_file():
        raise fault(path, "no such file")
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            head = file.metadata
            size = sum(head.row_group(i).total_byte_size for i in range(head.num_row_groups))
            if head.num_rows > MAX_ROWS or size > MAX_TABLE_BYTES:
                raise fault(
                    path,
                    f"{head.num_rows:,} rows, {size:,} bytes; at most {MAX_ROWS:,} rows"
                    f" and {MAX_TABLE_BYTES:,} bytes are allowed",
                )
            if head.num_rows != expected_rows:
                raise fault(path, f"{head.num_rows:,} rows; the map says {expected_rows:,}")
            read = file.read()
    except (pa.ArrowException, OSError) as error:
        raise fault(path, f"not a readable Parquet table: {error}") from None
    return {name: read[name].combine_chunks() for name in read.column_names}


def shapes_in(path: Path, columns: dict[str, Any], *, optional: bool = False) -> Shapes | None:
    """Take the shapes out of a table's columns; None when there are none and that is allowed."""
    x, y = columns.pop("shape_x_m", None), columns.pop("shape_y_m", None)
    if x is None or y is None:
        if optional:
            return None
        raise fault(path, "columns 'shape_x_m' and 'shape_y_m' are missing")
    try:
        offsets = x.offsets.to_numpy()
        shapes = Shapes(
            (offsets - offsets[0]).astype(np.int64),
            x.flatten().to_numpy(zero_copy_only=False),
            y.flatten().to_numpy(zero_copy_only=False),
        )
    except AttributeError:
        raise fault(path, "columns 'shape_x_m' and 'shape_y_m' must be lists") from None
    if not np.array_equal(offsets, y.offsets.to_numpy()):
        raise fault(path, "columns 'shape_x_m' and 'shape_y_m' differ in length")
    return shapes


def as_table(path: Path, table: type[Table], columns: dict[str, Any]) -> Table:
    """Return the table that the columns make, each of its declared type and without gaps."""
    wanted = {name: column.dtype for name, column in table.empty().columns().items()}
    if set(columns) != set(wanted):
        raise fault(path, f"columns {sorted(columns)}; expected {sorted(wanted)}")
    arrays: dict[str, NDArray[Any]] = {}
    for name, dtype in wanted.items():
        values = columns[name].to_numpy(zero_copy_only=False)
        fits = dtype.kind == "O" or np.can_cast(values.dtype, dtype, casting="same_kind")
        if columns[name].null_count or not fits:
            raise fault(path, f"holds {values.dtype} or gaps; {dtype} is expected", name)
        arrays[name] = np.ascontiguousarray(values, dtype=dtype)
    return table(**arrays)
