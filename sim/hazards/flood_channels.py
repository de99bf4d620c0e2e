"""Rivers on whole cells: the roughness with which they carry what their stated width carries.

A river of width W falls on cells of side dx: a chain of whole cells, w wide on average, whose
banks are stairs. At one depth h and slope S it carries v h^(5/3) S^(1/2) / n, where Manning has
W h^(5/3) S^(1/2) / n for a channel that is wide for its depth; v <= w, for water goes round the
corners of stairs. With n' = n v / W in its cells both are the same *at every depth*, so that
levels, the start of overtopping and the depth of uniform flow follow from the stated width. What a
cell stores is not mended: the water surface is w / W times the stated one.

**Width and course** are read off the cells. Each bank of a length L at the angle a to the rows
has L |cos a| / dx faces along rows and L |sin a| / dx along columns, whichever way its stairs go:
sums of faces around a place give L, the sum of cells w. Sums are weighted by a bell of standard
deviation s around the cell; the banks of a wide channel lie farther out on it than its cells do,
which makes w too large by (w - 1)(w - 2) / (12 s^2), to second order.

**What the chain carries.** Steady flow of one unit from end to end over cells of equal depth: in
units of cells, the fall over a face is its flow q times the norm |q| of the flow there (that of
`sim.kernels.flood`: the flow across counts as the mean of the four faces around), and what comes
into a cell goes out of it. Power, the sum of fall times flow, is what friction takes along L:
Manning's, in a straight channel of width v, is L / v^2 for the unit of flow. So v^2 = L / power,
summed as above. Not in it is the momentum that the solver's weighting of flows takes where a
stream narrows and widens from cell to cell: 0 to 5 % of the flow, up to a quarter in rivers two or
three cells wide whose two banks step in the same column (`shapan verify flood`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.sparse import coo_array, csgraph, csr_array
from scipy.sparse.linalg import splu

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: cells by which whole cells may be wider or narrower than the river that they stand for; beyond
#: it the cells are taken at their own width, as where a mapped river widens
WHOLE_CELLS: Final = 1.5
#: wider chains (cells) are taken to carry their whole width: stairs take less than a cell of it
_WIDE: Final = 12.0
#: deviation of the bell: so many widths, within bounds in cells
_WIDTHS, _LEAST_CELLS, _MOST_CELLS = 1.5, 3.0, 40.0
#: the flow is found step by step, each norm the geometric mean of the last two
_STEPS: Final = 12
_STILL: Final = 1e-3


@dataclass(frozen=True)
class Channel:
    """A river's chain of cells.

    Attributes
    ----------
    cells : (n,) int64
        Flat indices.
    width : (n,) float64
        How wide the chain is at each, in cells.
    carries : (n,) float64
        The width, in cells, whose flow it carries.
    stands_for : (n,) float64
        The width of the river, in cells.
    """

    cells: Ints
    width: Floats
    carries: Floats
    stands_for: Floats

    @property
    def length(self) -> float:
        """Its course, in cells."""
        return float((1.0 / self.width).sum())

    @property
    def roughness_share(self) -> Floats:
        """What to multiply the roughness of each cell by."""
        share: Floats = self.carries / self.stands_for
        return share


def channel_of(inside: Mask, width: float) -> Channel:
    """Return the chain of the cells that are ``inside``, for a river of a width in cells.

    A width of 0 is not known: the cells are then taken at their own.
    """
    rows, columns = np.nonzero(inside)
    row, column = max(rows.min() - 1, 0), max(columns.min() - 1, 0)
    part = inside[row : rows.max() + 2, column : columns.max() + 2]
    banks = _bank_faces(part)
    whole = 2.0 * len(rows) / max(math.hypot(*(side.sum() for side in banks)), 1.0)
    spread = min(max(_LEAST_CELLS, _WIDTHS * whole), _MOST_CELLS)

    def around(values: Floats) -> Floats:
        sums = gaussian_filter(values, spread, mode="constant")
        here: Floats = sums[rows - row, columns - column]
        return here

    cells = around(part.astype(np.float64))
    raw = cells / np.maximum(np.hypot(*map(around, banks)) / 2.0, 1e-12)
    outward = np.clip((raw - 1.0) * (raw - 2.0), 0.0, (3.0 * spread) ** 2) / (12.0 * spread**2)
    wide = raw / (1.0 + outward)
    carries = wide
    if whole <= _WIDE:
        length, power = cells / wide, np.maximum(around(_power(part)), 1e-12)
        carries = np.minimum(wide, np.sqrt(length / power))
    stated = np.clip(width, wide - WHOLE_CELLS, wide + WHOLE_CELLS) if width > 0.0 else wide
    return Channel(np.flatnonzero(inside.ravel()), wide, carries, stated)


def _bank_faces(inside: Mask) -> tuple[Floats, Floats]:
    """Return each channel cell's sides towards land along columns, and along rows."""
    upright, level = np.zeros(inside.shape), np.zeros(inside.shape)
    beside, below = inside[:, 1:] != inside[:, :-1], inside[1:] != inside[:-1]
    upright[:, 1:] += beside
    upright[:, :-1] += beside
    level[1:] += below
    level[:-1] += below
    return upright * inside, level * inside


def _power(inside: Mask) -> Floats:
    """Return what friction takes in each cell from a unit of flow along the chain, or each chain.

    A face's is shared by its two cells.
    """
    number = np.full(inside.shape, -1, np.int64)
    number[inside] = np.arange(np.count_nonzero(inside))
    beside, below = inside[:, 1:] & inside[:, :-1], inside[1:] & inside[:-1]
    a = np.concatenate((number[:, :-1][beside], number[:-1][below]))
    b = np.concatenate((number[:, 1:][beside], number[1:][below]))
    n = int(number.max()) + 1
    graph = csr_array((np.ones(2 * len(a)), (np.r_[a, b], np.r_[b, a])), shape=(n, n))
    first, last = _ends(graph)
    source = np.zeros(n)
    source[first] += 1.0
    source[last] -= 1.0
    free = np.ones(n, np.bool_)
    free[last] = False
    norm, q = np.ones(len(a)), np.zeros(len(a))
    for _ in range(_STEPS):
        pairs = coo_array((1.0 / norm, (a, b)), shape=(n, n)).tocsr()
        laplacian = csgraph.laplacian(pairs + pairs.T).tocsr()
        head = np.zeros(n)
        if free.any():
            head[free] = splu(laplacian[free][:, free].tocsc()).solve(source[free])
        q = (head[a] - head[b]) / norm
        norm = np.sqrt(norm * np.maximum(np.hypot(q, _across(q, beside, below)), _STILL))
    power = np.zeros(inside.shape)
    power[inside] = np.bincount(np.r_[a, b], np.tile(0.5 * norm * q**2, 2), minlength=n)
    return power


def _ends(graph: csr_array) -> tuple[Ints, Ints]:
    """Return two cells of each connected chain that lie farthest from each other."""
    _, chain = csgraph.connected_components(graph, directed=False)
    some = np.unique(chain, return_index=True)[1]
    first = _farthest(graph, some, chain)
    return first, _farthest(graph, first, chain)


def _farthest(graph: csr_array, begin: Ints, chain: NDArray[np.int32]) -> Ints:
    steps = csgraph.dijkstra(graph, directed=False, unweighted=True, indices=begin, min_only=True)
    order = np.lexsort((steps, chain))
    last: Ints = order[np.r_[np.flatnonzero(np.diff(chain[order])), len(order) - 1]]
    return last


def _across(q: Floats, beside: Mask, below: Mask) -> Floats:
    """Return the mean flow of the four faces around each that run the other way."""
    rows, columns = below.shape[0] + 1, beside.shape[1] + 1
    x, y = np.zeros((rows, columns + 1)), np.zeros((rows + 1, columns))
    x[:, 1:-1][beside], y[1:-1][below] = q[: beside.sum()], q[beside.sum() :]
    over_x = 0.25 * (y[:-1, :-1] + y[1:, :-1] + y[:-1, 1:] + y[1:, 1:])
    over_y = 0.25 * (x[:-1, :-1] + x[:-1, 1:] + x[1:, :-1] + x[1:, 1:])
    return np.concatenate((over_x[beside], over_y[below]))
