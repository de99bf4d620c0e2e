"""Crests on cell faces: levees and walls that water runs over, and the part of them that failed."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.core.sets import distinct
from sim.kernels.flood import F8, I8

#: "has not run over yet"; finite, since the kernels know no infinity
NEVER_S = 1e30


class Weirs:
    """All weir faces of a map, as columns for `sim.kernels.flood_faces.weir_flows`."""

    def __init__(self, ny: int, nx: int) -> None:
        self.ny, self.nx = ny, nx
        self.faces: I8 = np.zeros(0, np.int64)
        self.upper: I8 = np.zeros(0, np.int64)
        self.lower: I8 = np.zeros(0, np.int64)
        self.crest_m: F8 = np.zeros(0)
        self.invert_m: F8 = np.zeros(0)
        self.width: F8 = np.zeros(0)
        self.breach: F8 = np.zeros(0)
        self.first_over_s: F8 = np.zeros(0)

    @property
    def n(self) -> int:
        """How many faces."""
        return len(self.faces)

    def add(
        self, cells_a: ArrayLike, cells_b: ArrayLike, crest_m: ArrayLike, width: ArrayLike = 1.0
    ) -> NDArray[np.int64]:
        """Put crests between pairs of neighbouring cells; return their rows.

        Parameters
        ----------
        cells_a, cells_b : (n,) int
            Flat indices (row * nx + column) of cells that share a face.
        crest_m : float or (n,) float
            Level of the crest.
        width : float or (n,) float
            Length of crest each face stands for, as a share of the cell side.
        """
        a = np.atleast_1d(np.asarray(cells_a, np.int64))
        b = np.atleast_1d(np.asarray(cells_b, np.int64))
        low, high = np.minimum(a, b), np.maximum(a, b)
        beside = (high - low == 1) & (high % self.nx != 0)
        below = high - low == self.nx
        if not np.all(beside | below):
            bad = int(np.flatnonzero(~(beside | below))[0])
            raise ValueError(f"cells {a[bad]} and {b[bad]} share no face")
        stride = self.nx + 3
        upper = (low // self.nx + 1) * stride + low % self.nx + 1
        lower = (high // self.nx + 1) * stride + high % self.nx + 1
        faces = np.where(beside, lower, lower + (self.ny + 3) * stride)
        if np.isin(faces, self.faces).any() or len(distinct(faces)) < len(faces):
            raise ValueError("a face holds one weir only")
        rows = np.arange(self.n, self.n + len(faces))
        crest = np.broadcast_to(np.asarray(crest_m, np.float64), len(faces))
        self.faces = np.concatenate((self.faces, faces))
        self.upper = np.concatenate((self.upper, upper))
        self.lower = np.concatenate((self.lower, lower))
        self.crest_m = np.concatenate((self.crest_m, crest))
        self.invert_m = np.concatenate((self.invert_m, crest))
        self.width = np.concatenate((self.width, np.broadcast_to(width, len(faces))))
        self.breach = np.concatenate((self.breach, np.zeros(len(faces))))
        self.first_over_s = np.concatenate((self.first_over_s, np.full(len(faces), NEVER_S)))
        return rows
