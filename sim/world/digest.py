"""One digest of everything on a map, so that a run can tell whether it meets its own map again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.world.layers import Layers
from sim.world.table import Shapes, Table
from sim.world.world import World


def world_sha256(world: World) -> str:
    """Return a digest of the grid, every layer, table and shape; provenance and names aside."""
    digest = hashlib.sha256(repr(world.grid).encode())
    for field in fields(world):
        for name, array in _arrays(getattr(world, field.name)):
            digest.update(f"{field.name}.{name}/{array.shape}".encode())
            digest.update(_bytes(array))
    return digest.hexdigest()


def _arrays(part: Any) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield the arrays of a layer set, a table, shapes or a bare column; nothing of the rest."""
    if isinstance(part, Table):
        yield from part.columns().items()
    elif isinstance(part, Shapes):
        yield from (("offsets", part.offsets), ("x_m", part.x_m), ("y_m", part.y_m))
    elif isinstance(part, Layers):
        yield from sorted(part.items())
    elif isinstance(part, np.ndarray):
        yield "", part


def _bytes(array: NDArray[Any]) -> bytes:
    if array.dtype == object:
        return "\0".join(map(str, array.tolist())).encode()
    return np.ascontiguousarray(array).tobytes()
