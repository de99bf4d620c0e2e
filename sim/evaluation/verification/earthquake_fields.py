"""Fields of chance: the correlation of sites in drawn fields against Jayaram & Baker (2009)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.core.rng import Streams
from sim.evaluation.verification.case import Case
from sim.hazards.ground_motion_field import correlation_range_m, torus_of, white_noise

_JB: Final = "Jayaram & Baker (2009), doi 10.1002/eqe.922"
_DERIVED: Final = "rho = exp(-3 h / b); tolerance 4 standard errors of the drawn fields"

_FIELDS: Final = 300
_SIDE, _CELL_M = 48, 700.0


def ranges() -> Iterator[Case]:
    """The distance over which correlation falls to 5 %, by period and clustering of soils."""
    for period_s, clustered, range_km in (
        (0.0, False, 8.5),
        (0.0, True, 40.7),
        (0.5, False, 17.1),
        (0.5, True, 33.2),
        (1.0, False, 25.7),
        (2.0, False, 29.4),
    ):
        ours = correlation_range_m(period_s, clustered=clustered) / 1000.0
        places = {"period": period_s, "soils": "2" if clustered else "1"}
        yield Case("quake.range", _JB, range_km, ours, 1e-9, "km", places=places)


def lags() -> Iterator[Case]:
    """Variance and correlation of many fields, along, across and along the diagonal."""
    range_m = correlation_range_m(0.0, clustered=False)
    torus = torus_of((_SIDE, _SIDE), _CELL_M, range_m)
    streams = Streams(20090)
    drawn = [
        torus.field(white_noise(streams.generator("verify.field", k), torus.side))
        for k in range(_FIELDS // 2)
    ]
    fields = np.array([part for both in drawn for part in (both.real, both.imag)], np.float64)
    for down, right in ((0, 0), (0, 1), (1, 0), (0, 3), (3, 0), (2, 2), (5, 5), (0, 12)):
        first = fields[:, : _SIDE - down, : _SIDE - right]
        second = fields[:, down:, right:]
        products = (first * second).mean(axis=(1, 2))
        apart_m = _CELL_M * math.hypot(down, right)
        error = 4.0 * float(products.std()) / math.sqrt(_FIELDS)
        places = {"distance": f"{apart_m / 1000.0:.2f}"}
        expected, ours = math.exp(-3.0 * apart_m / range_m), float(products.mean())
        yield Case("quake.lag", _DERIVED, expected, ours, error, "1", places=places)


def embedding() -> Iterator[Case]:
    """The torus gives each field variance 1, and its correlation comes back exactly."""
    for range_m, shape, cell_m in ((8500.0, (40, 60), 300.0), (25700.0, (8, 8), 400.0)):
        torus = torus_of(shape, cell_m, range_m)
        back = np.fft.ifft2(torus.roots.astype(np.float64) ** 2).real
        apart_m = cell_m * np.hypot(np.arange(shape[0])[:, None], np.arange(shape[1]))
        wrong = float(np.abs(back[: shape[0], : shape[1]] - np.exp(-3 * apart_m / range_m)).max())
        places = {"range": f"{range_m / 1000.0:g}"}
        yield Case("quake.embedding", _JB, 0.0, wrong, 1e-6, "1", places=places)
