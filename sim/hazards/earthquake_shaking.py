"""One earthquake shakes the ground: a law's median, soil, and what is left to chance."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.core.rng import Streams
from sim.core.words import said
from sim.hazards.earthquake_aftershocks import Shock
from sim.hazards.earthquake_isoseismals import whole_shift
from sim.hazards.earthquake_params import EarthquakeParams, Law
from sim.hazards.earthquake_rupture import M_PER_KM, Rupture, rupture_size_m
from sim.hazards.earthquake_sites import EarthquakePlaceError, sites_of
from sim.hazards.ground_motion import (
    BOORE_PGA,
    BOORE_PGV,
    FARTHEST_KM,
    YU_SIGMA,
    Motion,
    Spread,
    amplified,
    bssa14,
    style_of,
    yu13_east,
)
from sim.hazards.ground_motion_field import Torus, correlation_range_m, torus_of, white_noise
from sim.hazards.ground_motion_intensity import (
    WANG_SIGMA,
    felt_intensity,
    motion_at,
    sigma_of_motion,
)
from sim.scenario.parameters import parameter
from sim.world.geofiles import LOCAL, WGS84, project
from sim.world.world import World

Floats = NDArray[np.float64]

#: acceleration that damages nothing, not even three standard deviations above the median, m/s2
_FEEBLE_M_PER_S2: Final = 0.3
_TINY: Final = 1e-12


class Shaking(NamedTuple):
    """Peak acceleration (m/s2) and velocity (m/s) of each block."""

    pga_m_per_s2: Floats
    pgv_m_per_s: Floats


class Shaker:
    """Every earthquake of a sequence on the ground of one world.

    Attributes
    ----------
    sites : Sites
    law : str
        The law of ground motion of this run.
    rupture : Rupture
        Of the mainshock.
    """

    def __init__(self, params: EarthquakeParams, world: World, streams: Streams) -> None:
        self.params = params
        self._streams = streams
        self.law = _law(params, streams)
        self._ranges_m = tuple(
            correlation_range_m(period_s, clustered=params.clustered_soils)
            for period_s in (0.0, 1.0)
        )
        self.sites = sites_of(world, params, self._ranges_m)
        self.rupture = _rupture(params, *_epicentre(params, world))
        self._refuse_far_places()
        self._tori: tuple[Torus, Torus] | None = None

    def rupture_of(self, shock: Shock) -> Rupture:
        """Return the rupture of the mainshock or of an aftershock."""
        main = self.rupture
        if shock.number == 0:
            return main
        along_m = main.from_m + shock.along_share * (main.to_m - main.from_m)
        across_m = 0.5 * (main.near_m + main.far_m) + shock.across_m
        moment = self.params.in_scale("mw", shock.magnitude)
        length_m, width_m = rupture_size_m(moment, style_of(self.params.rake_deg))
        x_m, y_m = main.at(along_m, across_m)
        return Rupture.around(
            x_m, y_m, depth_m=self.params.depth, strike_deg=main.strike_deg,
            dip_deg=self.params.dip_deg, length_m=length_m, width_m=width_m,
        )  # fmt: skip

    def shake(self, shock: Shock, rupture: Rupture) -> Shaking | None:
        """Return how an earthquake shakes each block; None when it damages nothing here."""
        sites = self.sites
        median, spreads = self._median(
            shock.magnitude, rupture, sites.x_m, sites.y_m, sites.vs30_m_per_s
        )
        mapped = shock.number == 0 and self.params.isoseismals
        if mapped:
            shift = self._mapped(shock.magnitude, rupture)
            median = Motion(*(ln + by for ln, by in zip(median, shift, strict=True)))
        if self.params.fields == "median":
            return Shaking(np.exp(median.ln_pga), np.exp(median.ln_pgv))
        likely = float(np.max(median.ln_pga + 3.0 * spreads[0].total))
        if shock.number != 0 and likely < math.log(_FEEBLE_M_PER_S2):
            return None
        between = (0.0, 0.0) if mapped else self._between(shock.number)
        within = self._within(shock.number)
        pga, pgv = (
            np.exp(ln + _residual(spread, eta, epsilon))
            for ln, spread, eta, epsilon in zip(median, spreads, between, within, strict=True)
        )
        return Shaking(pga, pgv)

    def _mapped(self, magnitude: float, rupture: Rupture) -> Motion:
        """Return by how much the mapped mainshock was stronger than the law's median."""
        usual = math.exp(float(np.mean(np.log(self.sites.vs30_m_per_s))))

        def median_at(x_m: Floats, y_m: Floats) -> Motion:
            return self._median(magnitude, rupture, x_m, y_m, np.full(len(x_m), usual))[0]

        return whole_shift(self.params.isoseismals, rupture, median_at)

    def _median(
        self, magnitude: float, rupture: Rupture, x_m: Floats, y_m: Floats, vs30_m_per_s: Floats
    ) -> tuple[Motion, tuple[Spread, Spread]]:
        limit_km = FARTHEST_KM[self.law]
        if self.law == "bssa14":
            moment = self.params.in_scale("mw", magnitude)
            rjb_km = np.minimum(rupture.joyner_boore_m(x_m, y_m) / M_PER_KM, limit_km)
            motion = bssa14(moment, rjb_km, vs30_m_per_s, style_of(self.params.rake_deg))
            spreads = [law.spread(moment, rjb_km, vs30_m_per_s) for law in (BOORE_PGA, BOORE_PGV)]
            return motion, (spreads[0], spreads[1])
        along, across = rupture.along_across_m(x_m, y_m)
        nearer = np.minimum(1.0, limit_km / np.maximum(np.hypot(along, across) / M_PER_KM, _TINY))
        along_km, across_km = along * nearer / M_PER_KM, across * nearer / M_PER_KM
        surface = self.params.in_scale("ms", magnitude)
        if self.law == "yu13":
            motion = amplified(yu13_east(surface, along_km, across_km), vs30_m_per_s)
            return motion, _split(YU_SIGMA, len(along))
        motion = motion_at(felt_intensity(surface, along_km, across_km))
        return motion, _split(sigma_of_motion(WANG_SIGMA), len(along))

    def _between(self, index: int) -> tuple[float, float]:
        """Draw how the whole earthquake differs from the median, as standard normal numbers."""
        luck = self._streams.page(f"earthquake.between/{self.params.id}", index, 2)
        first, second = ndtri(np.maximum(luck, _TINY)).tolist()
        together = float(parameter("earthquake.pga_pgv_correlation").value)
        return first, together * first + math.sqrt(1.0 - together**2) * second

    def _within(self, index: int) -> tuple[Floats, Floats]:
        """Draw how each block differs from its earthquake, as fields of variance 1."""
        pga, pgv = self._fields_of()
        rng = self._streams.generator(f"earthquake.within/{self.params.id}", index)
        noise = white_noise(rng, pga.side)
        first, second = pga.field(noise).real, pgv.field(noise)
        together = float(parameter("earthquake.pga_pgv_correlation").value)
        shared = min(together / pga.overlap(pgv), 1.0)
        mixed = shared * second.real + math.sqrt(1.0 - shared**2) * second.imag
        return first.ravel().astype(np.float64), mixed.ravel().astype(np.float64)

    def _fields_of(self) -> tuple[Torus, Torus]:
        if self._tori is None:
            shape, side_m = self.sites.shape, self.sites.side_m
            wide = torus_of(shape, side_m, max(self._ranges_m))
            pga, pgv = (
                wide if range_m == max(self._ranges_m) else
                torus_of(shape, side_m, range_m, side=wide.side)
                for range_m in self._ranges_m
            )  # fmt: skip
            self._tori = pga, pgv
        return self._tori

    def _refuse_far_places(self) -> None:
        x_m, y_m = self.sites.x_m, self.sites.y_m
        if self.law == "bssa14":
            away_m = self.rupture.joyner_boore_m(x_m, y_m)
        else:
            away_m = np.hypot(x_m - self.rupture.x_m, y_m - self.rupture.y_m)
        found_km, limit_km = float(away_m.max()) / M_PER_KM, FARTHEST_KM[self.law]
        if not found_km <= limit_km:
            places = {"found": round(found_km), "law": self.law, "limit": round(limit_km)}
            raise EarthquakePlaceError(said("earthquake.too_far", id=self.params.id, **places))


def _residual(spread: Spread, eta: float, epsilon: Floats) -> Floats:
    """Return how far the logarithm is from its median, cut where ground cannot shake more."""
    most = float(parameter("earthquake.truncation").value) * spread.total
    return np.clip(spread.between * eta + spread.within * epsilon, -most, most)


def _law(params: EarthquakeParams, streams: Streams) -> Law:
    laws = params.ground_motion
    if isinstance(laws, str):
        return laws
    return laws.chosen(float(streams.page(f"earthquake.law/{params.id}", 0, 1)[0]))


def _split(sigmas: tuple[float, float], n: int) -> tuple[Spread, Spread]:
    """Return total spreads as a part between earthquakes and a part within one."""
    share = float(parameter("earthquake.between_share").value)
    first, second = (
        Spread(np.full(n, sigma * math.sqrt(share)), np.full(n, sigma * math.sqrt(1.0 - share)))
        for sigma in sigmas
    )
    return first, second


def _epicentre(params: EarthquakeParams, world: World) -> tuple[float, float]:
    """Return the epicentre in the map's coordinates."""
    at = params.epicentre
    if at.x_m is not None and at.y_m is not None:
        return at.x_m, at.y_m
    if world.grid.crs == LOCAL:
        raise EarthquakePlaceError(said("earthquake.no_coordinates", id=params.id))
    lon, lat = np.array([at.lon_deg], np.float64), np.array([at.lat_deg], np.float64)
    x_m, y_m = project(lon, lat, WGS84, world.grid.crs)
    return float(x_m[0]), float(y_m[0])


def _rupture(params: EarthquakeParams, x_m: float, y_m: float) -> Rupture:
    moment = params.in_scale("mw", params.magnitude)
    length_m, width_m = rupture_size_m(moment, style_of(params.rake_deg))
    return Rupture.around(
        x_m,
        y_m,
        depth_m=params.depth,
        strike_deg=params.strike_deg,
        dip_deg=params.dip_deg,
        length_m=length_m if params.length is None else params.length,
        width_m=width_m if params.width is None else params.width,
        share_behind=params.focus_at,
    )
