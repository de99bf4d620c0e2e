"""Random fields over a grid: how sites of one earthquake differ from its median, and go together.

Neighbours are shaken alike: the residuals of an earthquake correlate over distance as
``exp(-3 h / b)`` (Jayaram & Baker 2009, doi 10.1002/eqe.922). The field is drawn by the Fourier
transform of white noise on a torus large enough that no eigenvalue is negative: the cut-off
embedding of Gneiting, Sevcikova, Percival, Schlather & Jiang (2006, doi 10.1198/106186006X128551)
keeps the correlation exact at every distance within the grid and lets it end in zero outside.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import fft

Floats = NDArray[np.float64]

#: eigenvalues down to this share of the largest are rounding, and taken as 0
_ROUNDING: Final = 1e-9
#: the correlation is kept over so many ranges at least; over less the embedding fails
_KEPT_RANGES: Final = 1.25


def correlation_range_m(period_s: float, *, clustered: bool) -> float:
    """Return Jayaram & Baker's b, at which the correlation has fallen to 5 %.

    Parameters
    ----------
    period_s : float
        0 for peak acceleration; 1 stands for peak velocity.
    clustered : bool
        Whether soils of one kind lie together in clusters (their case 2), for periods below 1 s.
    """
    if period_s >= 1.0:
        return 1000.0 * (22.0 + 3.7 * period_s)
    return 1000.0 * (40.7 - 15.0 * period_s if clustered else 8.5 + 17.2 * period_s)


def correlation(apart_m: Floats, range_m: float) -> Floats:
    """Return the correlation of two sites some way apart."""
    return np.asarray(np.exp(-3.0 * apart_m / range_m))


@dataclass(frozen=True)
class Torus:
    """The square roots of the eigenvalues of a correlation on a torus of cells.

    Attributes
    ----------
    roots : (m, m) float32
    shape : (int, int)
        Rows and columns of the grid that is cut out of it.
    """

    roots: NDArray[np.float32]
    shape: tuple[int, int]

    @property
    def side(self) -> int:
        """Cells a side."""
        return len(self.roots)

    def field(self, noise: NDArray[np.complex64]) -> NDArray[np.complex64]:
        """Return two independent fields (real and imaginary part) of mean 0 and variance 1.

        Parameters
        ----------
        noise : (m, m) complex
            Real and imaginary parts independent and standard normal.
        """
        cut = fft.fft2(self.roots * noise)[: self.shape[0], : self.shape[1]]
        return np.asarray(cut / np.float32(self.side))

    def overlap(self, other: Torus) -> float:
        """Return the correlation at one site of two fields made from the same noise."""
        return float(np.mean(self.roots * other.roots, dtype=np.float64))


def torus_side(shape: tuple[int, int], cell_m: float, range_m: float) -> int:
    """Return how many cells a side the torus of a field needs."""
    return 2 * math.ceil(_cut_off(shape, cell_m, range_m)[1] / cell_m)


def torus_of(shape: tuple[int, int], cell_m: float, range_m: float, side: int = 0) -> Torus:
    """Return the torus for fields over a grid.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns.
    cell_m : float
    range_m : float
        `correlation_range_m`.
    side : int
        Cells a side, when another field needs more.

    Raises
    ------
    ValueError
        When an eigenvalue is negative: no such field exists on this torus.
    """
    kept_m, end_m = _cut_off(shape, cell_m, range_m)
    side = max(side, torus_side(shape, cell_m, range_m))
    step = np.minimum(np.arange(side), side - np.arange(side)) * cell_m
    apart_m = np.hypot(step[:, None], step)
    at_end = math.exp(-3.0 * kept_m / range_m)
    root_gap = math.sqrt(end_m / kept_m) - 1.0
    tail = at_end * np.maximum(math.sqrt(end_m) - np.sqrt(apart_m), 0.0)
    tail /= math.sqrt(kept_m) * root_gap
    whole = np.where(apart_m <= kept_m, correlation(apart_m, range_m), tail)
    eigenvalues = fft.fft2(whole).real
    if eigenvalues.min() < -_ROUNDING * eigenvalues.max():
        raise ValueError(f"range_m(={range_m:g}) has no field on {side} x {side} cells")
    return Torus(np.sqrt(np.maximum(eigenvalues, 0.0)).astype(np.float32), shape)


def _cut_off(shape: tuple[int, int], cell_m: float, range_m: float) -> tuple[float, float]:
    """Return up to where the correlation is kept, and where that of the torus ends (a = 1/2)."""
    kept_m = max(cell_m * math.hypot(*shape), _KEPT_RANGES * range_m)
    return kept_m, kept_m * (1.0 + range_m / (6.0 * kept_m)) ** 2


def white_noise(rng: np.random.Generator, side: int) -> NDArray[np.complex64]:
    """Return independent standard normal numbers, real and imaginary, for `Torus.field`."""
    parts: NDArray[np.float32] = rng.standard_normal((side, 2 * side), dtype=np.float32)
    return parts.view(np.complex64)
