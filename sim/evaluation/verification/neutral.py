"""The neutral case: one stormy valley that any flood code can run, for mass checks and peers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.rng import Streams

FloatArray = NDArray[np.floating]


@dataclass(frozen=True)
class NeutralCase:
    """A closed square valley of 10 m cells under rain, with a spring on dry ground.

    Attributes
    ----------
    elevation_m : (n, n) float
        0.002 down to the south, 0.004 up to both sides, with relief of 1 m rms at 250 m and
        0.15 m rms at 50 m.
    spring_cell : int
        Flat index of the one cell that the spring feeds.
    """

    elevation_m: FloatArray
    spring_cell: int
    cell_m: float = 10.0
    manning_n: float = 0.04
    rain_m_per_s: float = 0.05 / 3600
    rain_s: float = 3600.0
    spring_m3_per_s: float = 20.0

    def volume_m3(self, to_s: float) -> float:
        """Return the water that has come in by a time, exactly; none leaves."""
        area_m2 = self.elevation_m.size * self.cell_m**2
        rain_m3 = self.rain_m_per_s * min(to_s, self.rain_s) * area_m2
        return rain_m3 + self.spring_m3_per_s * to_s


def neutral_case(n: int, seed: int = 1) -> NeutralCase:
    """Return the case with ``n`` by ``n`` cells, the same on every machine for a seed."""
    cell_m = 10.0
    along_m = (np.arange(n) + 0.5) * cell_m
    valley_m = 0.002 * along_m[::-1, None] + 0.004 * np.abs(along_m - n * cell_m / 2)
    streams = Streams(seed)
    relief_m = 1.0 * _rolling(streams, n, 250.0 / cell_m) + 0.15 * _rolling(
        streams, n, 50.0 / cell_m
    )
    return NeutralCase(valley_m + relief_m, spring_cell=(n // 10) * n + n // 2)


def _rolling(streams: Streams, n: int, length_cells: float) -> FloatArray:
    """Return noise of mean 0 and rms 1 whose covariance falls as ``exp(-(r / length)^2)``."""
    noise = streams.page("neutral.relief", int(length_cells), n * n).reshape(n, n)
    wave = 2 * np.pi * np.fft.fftfreq(n)
    gaussian = np.exp(-((length_cells / 2) ** 2) * (wave[:, None] ** 2 + wave**2) / 2)
    smooth = np.fft.ifft2(np.fft.fft2(noise - 0.5) * gaussian).real
    smooth -= smooth.mean()
    return np.asarray(smooth / smooth.std())
