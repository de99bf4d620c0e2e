"""Firebrands between houses: what the wind carries from burning roofs onto others downwind.

Flight after Himoto & Tanaka (2005, Fire Safety Science 8:433): thin discs of char come down
lognormally downwind and normally across it, by a number that weighs wind, size, weight and the heat
of the fire. How many fly, and how many of those that land on a roof set light to it, is assumed:
a simple model, and a branch that is off unless a scenario asks for it, as Hamada's speeds were
fitted to towns in which brands flew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.special import ndtri

from sim.core.rng import Streams
from sim.kernels.urban_fire_state import Town, Winds
from sim.scenario.parameters import parameter

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_G: Final = 9.81
#: air at 20 deg C: kg/m3, J/kg/K, K
_AIR_KG_PER_M3, _AIR_J_PER_KG_K, _AIR_K = 1.2, 1005.0, 293.0
#: Himoto & Tanaka 2005: mean and spread downwind, spread across, in sizes of the burning house
_MEAN, _MEAN_POWER = 0.47, 2.0 / 3.0
_SPREAD, _SPREAD_POWER = 0.88, 1.0 / 3.0
_ACROSS: Final = 0.92


@dataclass(frozen=True)
class Brand:
    """What flies: a disc of char.

    Attributes
    ----------
    thickness_m, kg_per_m3 : float
    """

    thickness_m: float
    kg_per_m3: float

    @classmethod
    def catalogued(cls) -> Brand:
        """Return the catalogue's."""
        return cls(
            parameter("urban_fire.brand_thickness").si, parameter("urban_fire.brand_density").value
        )

    def lift(self, wind_m_per_s: Floats, size_m: Floats, heat_w: Floats) -> Floats:
        """Return the number B* by which brands of a fire fly."""
        weight = (self.kg_per_m3 / _AIR_KG_PER_M3 * self.thickness_m / size_m) ** -0.75
        air_w = _AIR_KG_PER_M3 * _AIR_J_PER_KG_K * _AIR_K * np.sqrt(_G) * size_m**2.5
        return np.asarray(wind_m_per_s / np.sqrt(_G * size_m) * weight * np.sqrt(heat_w / air_w))


def flight_m(lift: Floats, size_m: Floats) -> tuple[Floats, Floats, Floats]:
    """Return mean and spread of the distance downwind, and the spread across."""
    return (
        _MEAN * lift**_MEAN_POWER * size_m,
        _SPREAD * lift**_SPREAD_POWER * size_m,
        _ACROSS * size_m,
    )


def landing_m(
    mean_m: Floats, spread_m: Floats, across_m: Floats, luck: Floats, luck_across: Floats
) -> tuple[Floats, Floats]:
    """Return how far downwind and across brands land: lognormal and normal, by uniform draws."""
    log_var = np.log1p((spread_m / np.maximum(mean_m, 1e-9)) ** 2)
    downwind = mean_m * np.exp(np.sqrt(log_var) * ndtri(luck) - log_var / 2.0)
    return np.where(mean_m > 0.0, downwind, 0.0), across_m * ndtri(luck_across)


class Firebrands:
    """Brands of all fires of a town.

    Parameters
    ----------
    town : Town
    winds : Winds
    streams : Streams
    """

    def __init__(self, town: Town, winds: Winds, streams: Streams) -> None:
        self._town, self._winds, self._streams = town, winds, streams
        self._brand = Brand.catalogued()
        self._each = round(parameter("urban_fire.brands").value)
        self._ignites = parameter("urban_fire.brand_ignites").si
        self._near = cKDTree(np.column_stack((town.x_m, town.y_m)))

    def of(self, rows: Rows, lit_s: Floats) -> list[tuple[float, int, int]]:
        """Return (when, which building, from which) of roofs that brands of new fires light.

        Brands fly when a fire is at its height.
        """
        found: list[tuple[float, int, int]] = []
        town = self._town
        peak_s = lit_s + np.sqrt(town.peak_w[rows] / town.growth_w_per_s2[rows])
        for number in range(self._each):
            hit, target = self._flown(rows, peak_s, number)
            luck = self._streams.at("urban_fire.brand_ignites", number, rows[hit])
            lights = (luck < self._ignites) & town.catches[target]
            found += zip(
                peak_s[hit][lights].tolist(),
                target[lights].tolist(),
                rows[hit][lights].tolist(),
                strict=True,
            )
        return found

    def _flown(self, rows: Rows, when_s: Floats, number: int) -> tuple[Rows, Rows]:
        """Let a brand of each fire fly; return which land on another roof, and on whose."""
        town, winds = self._town, self._winds
        now = np.minimum(
            np.searchsorted(winds.until_s, when_s, side="right"), len(winds.until_s) - 1
        )
        size_m = town.plan_m[rows]
        lift = self._brand.lift(winds.speed_m_per_s[now], size_m, town.peak_w[rows])
        ahead_m, across_m = landing_m(
            *flight_m(lift, size_m),
            self._streams.at("urban_fire.brand_ahead", number, rows),
            self._streams.at("urban_fire.brand_across", number, rows),
        )
        east, north = winds.east[now], winds.north[now]
        x_m = town.x_m[rows] + ahead_m * east - across_m * north
        y_m = town.y_m[rows] + ahead_m * north + across_m * east
        away_m, target = self._near.query(np.column_stack((x_m, y_m)))
        hit = np.flatnonzero((away_m <= 0.5 * town.plan_m[target]) & (target != rows))
        return hit, np.asarray(target[hit], dtype=np.int64)
