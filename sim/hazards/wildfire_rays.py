"""The rays along which fire is passed from cell to cell, and every cell that they touch."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import atan2, floor, gcd
from typing import Final

import numpy as np

from sim.kernels.wildfire import Rays

#: longest step of the rays, in cells, by how many there are
_REACH: Final = {8: 1, 16: 2, 32: 3}
#: how wide the frame around a grid must be
FRAME: Final = 3


def rays_of(n: int, cell_m: float, width: int) -> Rays:
    """Return 8, 16 or 32 rays.

    Parameters
    ----------
    n : int
    cell_m : float
        Side of a cell.
    width : int
        Cells in a row of the framed grid.
    """
    reach = range(-_REACH[n], _REACH[n] + 1)
    steps = [(r, c) for r in reach for c in reach if gcd(r, c) == 1]
    steps.sort(key=lambda step: atan2(-step[0], step[1]))
    under = [touched(row, column) for row, column in steps]
    first = np.cumsum([0, *map(len, under)])
    own = [1 - sum(cells.values()) for cells in under]
    rows, columns = np.array(steps, np.int64).T
    return Rays(
        offset=rows * width + columns,
        east_m=columns * float(cell_m),
        north_m=-rows * float(cell_m),
        length_m=np.hypot(rows, columns) * cell_m,
        own=np.array(own, np.float64),
        first=first.astype(np.int64),
        under=np.array([r * width + c for cells in under for r, c in cells], np.int64),
        share=np.array([share for cells in under for share in cells.values()], np.float64),
    )


def touched(row: int, column: int) -> dict[tuple[int, int], Fraction]:
    """Return the cells between (0, 0) and a cell that the line of their centres touches.

    Returns
    -------
    dict
        Share of the line in each cell but the two at its ends. Where the line passes a corner, the
        two cells beside it are touched with a share of 0.
    """
    half = Fraction(1, 2)
    cuts = {Fraction(0), Fraction(1)}
    for length in (row, column):
        cuts |= {(k + half) / abs(length) for k in range(abs(length))}
    at = sorted(cuts)
    shares: dict[tuple[int, int], Fraction] = {}
    for start, end in pairwise(at):
        middle = (start + end) / 2
        cell = (floor(middle * row + half), floor(middle * column + half))
        shares[cell] = shares.get(cell, Fraction(0)) + end - start
    for cut in at[1:-1]:
        y, x = cut * row + half, cut * column + half
        if y.denominator == x.denominator == 1:
            for cell in ((int(y) - 1, int(x)), (int(y), int(x) - 1), (int(y), int(x)),
                         (int(y) - 1, int(x) - 1)):  # fmt: skip
                shares.setdefault(cell, Fraction(0))
    return {cell: share for cell, share in shares.items() if cell not in ((0, 0), (row, column))}
