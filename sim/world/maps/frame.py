"""The rectangle a schematic map fills, smooth chance on it, and the bent frame its streets follow.

Everything here is a continuous function of place, so one seed gives one county at any cell size.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates, spline_filter

from sim.scenario.facts import Area
from sim.world.grid import Grid

Floats = NDArray[np.float64]

#: rectangles up to this much wider or narrower than asked are tried for an exact area
_ASPECT_SLACK: Final = 0.12
#: nodes along each side of the table of the bent frame's inverse
_INVERSE_NODES: Final = 241


@dataclass(frozen=True)
class Frame:
    """A rectangle with its south-west corner at (0, 0)."""

    width_m: float
    height_m: float

    @property
    def area_m2(self) -> float:
        """Area of the rectangle."""
        return self.width_m * self.height_m

    def place_m(self, place: tuple[float, float]) -> tuple[float, float]:
        """Return the coordinates of a place given as shares (east, north)."""
        return place[0] * self.width_m, place[1] * self.height_m

    def line_m(self, places: tuple[tuple[float, float], ...]) -> Floats:
        """Return an (n, 2) array of places given as shares."""
        return np.array([self.place_m(place) for place in places])

    def inside(self, x_m: Floats, y_m: Floats) -> NDArray[np.bool_]:
        """Return which points lie in the rectangle."""
        return (x_m >= 0) & (x_m <= self.width_m) & (y_m >= 0) & (y_m <= self.height_m)

    def grid(self, cell_m: float) -> Grid:
        """Return the raster of square cells that covers the rectangle."""
        ny, nx = round(self.height_m / cell_m), round(self.width_m / cell_m)
        return Grid(max(ny, 1), max(nx, 1), cell_m, north_m=max(ny, 1) * cell_m)


def frame_of(area: Area, cell_m: float) -> Frame:
    """Return the rectangle of whole cells whose area is nearest to the stated one.

    Rectangles within 12 % of the stated aspect are tried; the one with the exact area, or the
    nearest to it, wins, and among equals the one nearest to the aspect.
    """
    wanted = area.km2 * 1e6 / cell_m**2
    best = math.sqrt(wanted * area.aspect)
    columns = np.arange(
        max(1, math.floor(best * (1 - _ASPECT_SLACK / 2))),
        math.ceil(best * (1 + _ASPECT_SLACK / 2)) + 1,
    )
    rows = np.maximum(1, np.rint(wanted / columns))
    error = np.abs(rows * columns - wanted)
    row = int(np.lexsort((np.abs(columns - best), error))[0])
    return Frame(float(columns[row]) * cell_m, float(rows[row]) * cell_m)


@dataclass(frozen=True)
class Waves:
    """A smooth random field: a sum of plane waves about one wavelength, mean 0, rms ``rms``.

    Attributes
    ----------
    kx, ky : (n,) float64
        Wave numbers, rad/m.
    phase : (n,) float64
    rms : float
    """

    kx: Floats
    ky: Floats
    phase: Floats
    rms: float

    @classmethod
    def drawn(
        cls, rng: np.random.Generator, wavelength_m: float, rms: float = 1.0, n: int = 14
    ) -> Self:
        """Draw waves in all directions, lengths within about a third of ``wavelength_m``."""
        angle = (np.arange(n) + rng.random(n)) * math.pi / n
        number = 2 * math.pi / (wavelength_m * np.exp(rng.uniform(-0.3, 0.3, n)))
        phase = rng.uniform(0, 2 * math.pi, n)
        return cls(number * np.cos(angle), number * np.sin(angle), phase, rms)

    def at(self, x_m: Floats, y_m: Floats) -> Floats:
        """Return the field at points (n,)."""
        total = np.zeros(np.shape(x_m))
        for kx, ky, phase in zip(self.kx, self.ky, self.phase, strict=True):
            total += np.cos(kx * x_m + ky * y_m + phase)
        return total * (self.rms * math.sqrt(2 / len(self.kx)))

    def on(self, grid: Grid) -> Floats:
        """Return the field at the centres of all cells, as one matrix product (ny, nx)."""
        x_m, y_m = grid.centres_m()
        along, across = np.outer(self.kx, x_m) + self.phase[:, None], np.outer(y_m, self.ky)
        left = np.concatenate((np.cos(across), -np.sin(across)), axis=1)
        right = np.concatenate((np.cos(along), np.sin(along)), axis=0)
        product: Floats = left @ right
        return product * (self.rms * math.sqrt(2 / len(self.kx)))


@dataclass(frozen=True)
class Bend:
    """A turned and gently bent coordinate frame (s, t): streets are its lines of constant s or t.

    The displacement's gradient stays well below 1, so the map from (x, y) to (s, t) is one to
    one and its inverse is a fixed-point iteration.
    """

    turn_rad: float
    middle_m: tuple[float, float]
    east: tuple[Waves, ...]
    north: tuple[Waves, ...]

    @classmethod
    def drawn(cls, rng: np.random.Generator, frame: Frame, bearing_deg: float) -> Self:
        """Draw the bend of a county: long slow bends and a little wobble."""
        size_m = math.sqrt(frame.area_m2)
        scales = ((0.55 * size_m, 0.020 * size_m), (0.16 * size_m, 0.0022 * size_m))

        def one() -> tuple[Waves, ...]:
            return tuple(Waves.drawn(rng, length_m, rms_m, 8) for length_m, rms_m in scales)

        return cls(math.radians(bearing_deg), (frame.width_m / 2, frame.height_m / 2), one(), one())

    def st(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
        """Return bent coordinates of points."""
        east = x_m - self.middle_m[0] + sum(waves.at(x_m, y_m) for waves in self.east)
        north = y_m - self.middle_m[1] + sum(waves.at(x_m, y_m) for waves in self.north)
        cos, sin = math.cos(self.turn_rad), math.sin(self.turn_rad)
        return cos * east - sin * north, sin * east + cos * north

    def xy(self, s_m: Floats, t_m: Floats) -> tuple[Floats, Floats]:
        """Return the points with these bent coordinates, to within half a metre."""
        low, step_m, tables = self._inverse
        where = ((s_m - low) / step_m, (t_m - low) / step_m)
        x_m, y_m = (
            map_coordinates(t, where, order=3, prefilter=False, mode="nearest") for t in tables
        )
        straight_x, straight_y = self._straight(s_m, t_m)
        return straight_x + x_m, straight_y + y_m

    def _straight(self, s_m: Floats, t_m: Floats) -> tuple[Floats, Floats]:
        """Return the points before bending."""
        cos, sin = math.cos(self.turn_rad), math.sin(self.turn_rad)
        east = cos * s_m + sin * t_m + self.middle_m[0]
        return east, -sin * s_m + cos * t_m + self.middle_m[1]

    @functools.cached_property
    def _inverse(self) -> tuple[float, float, tuple[Floats, Floats]]:
        """Tabulate the inverse's displacement, solved by fixed-point iteration, for splines."""
        half_m = 1.35 * math.hypot(*self.middle_m)
        n = _INVERSE_NODES
        axis_m = np.linspace(-half_m, half_m, n)
        s_m, t_m = (part.ravel() for part in np.meshgrid(axis_m, axis_m, indexing="ij"))
        straight_x, straight_y = self._straight(s_m, t_m)
        x_m, y_m = straight_x, straight_y
        for _ in range(20):
            next_x = straight_x - sum(waves.at(x_m, y_m) for waves in self.east)
            y_m = straight_y - sum(waves.at(x_m, y_m) for waves in self.north)
            x_m = next_x
        moved = (x_m - straight_x, y_m - straight_y)
        tables = tuple(spline_filter(part.reshape(n, n), mode="nearest") for part in moved)
        return -half_m, 2 * half_m / (n - 1), (tables[0], tables[1])
