"""Columns of equal length: row i is the same thing for the whole run."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Self, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Table:
    """Base of all tables of the world: frozen, with NumPy columns of equal length."""

    def __post_init__(self) -> None:
        """Check that all columns are equally long."""
        lengths = {name: len(column) for name, column in self.columns().items()}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"{type(self).__name__}: columns differ in length: {lengths}")

    @property
    def n(self) -> int:
        """Rows."""
        return len(getattr(self, fields(self)[0].name))

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns by name, in declared order."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def empty(cls) -> Self:
        """Return a table without rows, every column of its declared type."""
        hints = get_type_hints(cls)
        return cls(
            **{field.name: np.zeros(0, dtype=_dtype(hints[field.name])) for field in fields(cls)}
        )

    def rows(self, chosen: NDArray[Any]) -> Self:
        """Return a table of the chosen rows (mask or indices)."""
        return type(self)(**{name: column[chosen] for name, column in self.columns().items()})


def _dtype(hint: Any) -> Any:
    """Return the element type of an ``NDArray[...]`` annotation; ``Any`` means object."""
    scalar = get_args(get_args(hint)[1])[0]
    return np.dtype(object) if scalar is Any else np.dtype(scalar)


@dataclass(frozen=True, eq=False)
class Shapes:
    """Polylines or polygon rings, one a row of some table.

    Attributes
    ----------
    offsets : (n + 1,) int64
        Points of row i are ``offsets[i]:offsets[i + 1]``.
    x_m, y_m : (points,) float64
        Coordinates in the map's system.
    """

    offsets: NDArray[np.int64]
    x_m: NDArray[np.float64]
    y_m: NDArray[np.float64]

    @property
    def n(self) -> int:
        """Number of shapes."""
        return len(self.offsets) - 1

    def points_m(self, row: int) -> NDArray[np.float64]:
        """Return the points of one shape as an (m, 2) array."""
        part = slice(self.offsets[row], self.offsets[row + 1])
        return np.column_stack((self.x_m[part], self.y_m[part]))

    @classmethod
    def of(cls, shapes: list[NDArray[np.float64]]) -> Self:
        """Build from a list of (m, 2) arrays."""
        sizes = [len(points) for points in shapes]
        joined = np.concatenate(shapes) if shapes else np.zeros((0, 2))
        offsets = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
        return cls(offsets, joined[:, 0].astype(np.float64), joined[:, 1].astype(np.float64))
