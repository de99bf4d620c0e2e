"""Rothermel's surface fire: from fuel, moisture, wind and slope to spread, heat and flame.

Rothermel (1972), INT-115, with Albini's (1976) size classes, curing of live herbs by Scott & Burgan
(2005) and wind and slope added as vectors as in Behave (Andrews 2018, RMRS-GTR-371). The equations
stand in the units of the papers (lb, ft, Btu, min); everything that leaves this file is SI.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.hazards.wildfire_fuels import FuelModel

Floats = NDArray[np.float64]

M_PER_FT: Final = 0.3048
#: ft/min -> m/s
M_PER_S_PER_FPM: Final = M_PER_FT / 60.0
#: m/s -> mi/h
_MPH_PER_M_PER_S: Final = 3600.0 / 1609.344
#: Btu -> J (International Table)
_J_PER_BTU: Final = 1055.05585262

_DENSITY_LB_FT3: Final = 32.0
_MINERAL: Final = 0.0555
_SILICA_FREE_MINERAL: Final = 0.010
_SAVR_10H_PER_FT, _SAVR_100H_PER_FT = 109.0, 30.0
#: lower bounds of the size classes of Albini (1976)
_SIZES_PER_FT: Final = np.array([16.0, 48.0, 96.0, 192.0, 1200.0])
#: longest ellipse, as in Behave and FARSITE
_LONGEST: Final = 8.0
#: share of the reaction intensity (Btu/ft2/min) above which wind (ft/min) adds nothing
_WIND_LIMIT: Final = 0.9


@dataclass(frozen=True)
class Moisture:
    """Water in fuel as a share of its dry weight."""

    dead_1h: float
    dead_10h: float
    dead_100h: float
    live_herb: float
    live_woody: float


@dataclass(frozen=True)
class Bed:
    """A fuel bed at a moisture, before wind and slope.

    Attributes
    ----------
    r0_fpm : float
        Spread without wind or slope, ft/min; 0 when too moist.
    reaction : float
        Reaction intensity, Btu/ft2/min.
    savr_per_ft : float
        Characteristic surface to volume.
    packing, relative_packing : float
        Packing ratio, and over its optimum.
    live_extinction : float
        Moisture at which live fuel stops burning.
    moisture : tuple of 2 float
        Characteristic moisture of dead and of live fuel.
    """

    r0_fpm: float
    reaction: float
    savr_per_ft: float
    packing: float
    relative_packing: float
    live_extinction: float
    moisture: tuple[float, float]

    @property
    def heat_j_per_m2(self) -> float:
        """Heat released under the passing front."""
        residence_min = 384.0 / self.savr_per_ft
        return self.reaction * residence_min * _J_PER_BTU / M_PER_FT**2


@dataclass(frozen=True)
class Spread:
    """How a fire grows where it is: an ellipse from its rear focus; arrays of one shape.

    Attributes
    ----------
    head_m_per_s : array
        Rate of spread at the head.
    east, north : array
        Unit vector the head runs to.
    eccentricity : array
        Of the ellipse.
    length_to_width : array
    effective_m_per_s : array
        Midflame wind that would do what wind and slope do together.
    """

    head_m_per_s: Floats
    east: Floats
    north: Floats
    eccentricity: Floats
    length_to_width: Floats
    effective_m_per_s: Floats


def cured_share(live_herb: float) -> float:
    """Return how much of a dynamic model's herbs is dead, with the rounding of BehavePlus."""
    if live_herb < 0.30:
        return 1.0
    return max(0.0, 1.333 - 1.11 * live_herb) if live_herb <= 1.20 else 0.0


def bed_of(fuel: FuelModel, moisture: Moisture) -> Bed:
    """Return a fuel bed at a moisture."""
    load, savr, water = _particles(fuel, moisture)
    dead = np.array([True, True, True, True, False, False])
    area = savr * load / _DENSITY_LB_FT3
    parts = [_Part.of(area, load, savr, water, of) for of in (dead, ~dead)]
    total = float(area.sum())
    shares = [part.area / total for part in parts]
    sigma = sum(share * part.savr for share, part in zip(shares, parts, strict=True))
    bulk = float(load.sum()) / fuel.depth_ft
    packing = bulk / _DENSITY_LB_FT3
    relative = packing / (3.348 * sigma**-0.8189)
    live_extinction = _live_extinction(fuel, load, savr, water, dead)
    limits = (fuel.extinction, live_extinction)
    reaction = _reaction_velocity(sigma, relative) * sum(
        part.net_load * heat * _damping(part.water, limit) * 0.174 * _SILICA_FREE_MINERAL**-0.19
        for part, heat, limit in zip(parts, fuel.heat_btu_lb, limits, strict=True)
    )
    sink = bulk * sum(share * part.sink for share, part in zip(shares, parts, strict=True))
    flux = exp((0.792 + 0.681 * sigma**0.5) * (packing + 0.1)) / (192.0 + 0.2595 * sigma)
    return Bed(
        r0_fpm=reaction * flux / sink,
        reaction=reaction,
        savr_per_ft=sigma,
        packing=packing,
        relative_packing=relative,
        live_extinction=live_extinction,
        moisture=(parts[0].water, parts[1].water),
    )


@dataclass(frozen=True)
class _Part:
    """The dead or the live fuel of a bed, averaged as Rothermel and Albini do."""

    area: float
    savr: float
    water: float
    net_load: float
    sink: float

    @classmethod
    def of(
        cls, area: Floats, load: Floats, savr: Floats, water: Floats, of: NDArray[np.bool_]
    ) -> _Part:
        """Average the particles chosen by ``of``."""
        total = float(area[of].sum())
        if total <= 0.0:
            return cls(0.0, 0.0, 0.0, 0.0, 0.0)
        share = np.where(of, area, 0.0) / total
        size = np.searchsorted(_SIZES_PER_FT, savr, side="right")
        in_size = np.array([share[size == k].sum() for k in size])
        in_size[savr < _SIZES_PER_FT[0]] = 0.0
        warming = np.exp(-138.0 / savr) * (250.0 + 1116.0 * water)
        return cls(
            area=total,
            savr=float((share * savr).sum()),
            water=float((share * water).sum()),
            net_load=float((in_size * load * (1.0 - _MINERAL))[of].sum()),
            sink=float((share * warming).sum()),
        )


def _particles(fuel: FuelModel, moisture: Moisture) -> tuple[Floats, Floats, Floats]:
    """Return load, surface to volume and moisture of: 1 h, 10 h, 100 h, cured herb, herb, woody."""
    one_h, ten_h, hundred_h, herb, woody = fuel.load_lb_ft2
    cured = herb * cured_share(moisture.live_herb) if fuel.dynamic else 0.0
    fine, grass, shrub = fuel.savr_per_ft
    load = np.array([one_h, ten_h, hundred_h, cured, herb - cured, woody])
    savr = np.array([fine, _SAVR_10H_PER_FT, _SAVR_100H_PER_FT, grass, grass, shrub])
    dry = (moisture.dead_1h, moisture.dead_10h, moisture.dead_100h, moisture.dead_1h)
    return load, savr, np.array([*dry, moisture.live_herb, moisture.live_woody])


def _live_extinction(
    fuel: FuelModel, load: Floats, savr: Floats, water: Floats, dead: NDArray[np.bool_]
) -> float:
    fine = load * np.exp(-138.0 / savr)
    live = float((load * np.exp(-500.0 / savr))[~dead].sum())
    if live <= 0.0 or fine[dead].sum() <= 0.0:
        return fuel.extinction
    ratio = float(fine[dead].sum()) / live
    damp = float((fine * water)[dead].sum() / fine[dead].sum())
    return max(fuel.extinction, 2.9 * ratio * (1.0 - damp / fuel.extinction) - 0.226)


def _damping(water: float, extinction: float) -> float:
    if water >= extinction:
        return 0.0
    r = water / extinction
    return 1.0 - 2.59 * r + 5.11 * r * r - 3.52 * r**3


def _reaction_velocity(sigma: float, relative: float) -> float:
    power = 133.0 * sigma**-0.7913
    fastest = sigma**1.5 / (495.0 + 0.0594 * sigma**1.5)
    return float(fastest * relative**power * exp(power * (1.0 - relative)))


def spread_of(
    bed: Bed,
    midflame_m_per_s: ArrayLike,
    to_deg: ArrayLike = 0.0,
    *,
    slope: ArrayLike = 0.0,
    upslope_deg: ArrayLike = 0.0,
    limited: bool = True,
) -> Spread:
    """Return how a fire grows in wind on a slope.

    Parameters
    ----------
    bed : Bed
    midflame_m_per_s : array
        Wind at half the flames' height.
    to_deg, upslope_deg : array
        Where the wind blows to, and where the ground rises to, degrees clockwise from north.
    slope : array
        Rise over run.
    limited : bool
        Whether wind above 0.9 of the reaction intensity adds nothing (Behave's default).
    """
    wind = np.asarray(midflame_m_per_s, np.float64) / M_PER_S_PER_FPM
    b = 0.02526 * bed.savr_per_ft**0.54
    scale = (
        7.47
        * exp(-0.133 * bed.savr_per_ft**0.55)
        * bed.relative_packing ** (-0.715 * exp(-3.59e-4 * bed.savr_per_ft))
    )
    by_wind = scale * wind**b
    by_slope = 5.275 * bed.packing**-0.3 * np.asarray(slope, np.float64) ** 2
    to, up = np.radians(to_deg), np.radians(upslope_deg)
    east = by_wind * np.sin(to) + by_slope * np.sin(up)
    north = by_wind * np.cos(to) + by_slope * np.cos(up)
    factor = np.hypot(east, north)
    still = factor < 1e-12
    whole = np.where(still, 1.0, factor)
    effective = (factor / scale) ** (1.0 / b)
    if limited:
        effective = np.minimum(effective, _WIND_LIMIT * bed.reaction)
        factor = np.minimum(factor, scale * effective**b)
    effective_m_per_s = effective * M_PER_S_PER_FPM
    length = length_to_width(effective_m_per_s)
    return Spread(
        head_m_per_s=bed.r0_fpm * (1.0 + factor) * M_PER_S_PER_FPM,
        east=np.where(still, 0.0, east / whole),
        north=np.where(still, 1.0, north / whole),
        eccentricity=np.sqrt(1.0 - length**-2.0),
        length_to_width=length,
        effective_m_per_s=effective_m_per_s,
    )


def length_to_width(effective_m_per_s: ArrayLike) -> Floats:
    """Return the shape of a fire by its effective midflame wind (Anderson 1983), 8 at most."""
    mph = np.asarray(effective_m_per_s, np.float64) * _MPH_PER_M_PER_S
    length = 0.936 * np.exp(0.1147 * mph) + 0.461 * np.exp(-0.0692 * mph) - 0.397
    return np.clip(length, 1.0, _LONGEST)


def flame_length_m(fireline_w_per_m: ArrayLike) -> Floats:
    """Return the length of flames by the intensity of their front (Byram 1959, as in Behave)."""
    btu_ft_s = np.asarray(fireline_w_per_m, np.float64) / (_J_PER_BTU / M_PER_FT)
    return np.asarray(0.45 * M_PER_FT * btu_ft_s**0.46)


def open_wind_share(depth_ft: float) -> float:
    """Return midflame wind over wind at 20 ft, in the open (Albini & Baughman 1979)."""
    return float(1.83 / np.log((20.0 + 0.36 * depth_ft) / (0.13 * depth_ft)))


def sheltered_wind_share(height_m: float, cover: float, crown_ratio: float) -> float:
    """Return midflame wind over wind at 20 ft above trees (Albini & Baughman 1979).

    Trees lower than 6 ft, or crowns filling less than 5 % of their space, give no shelter: 1.
    """
    filled, height_ft = crown_ratio * cover / 3.0, height_m / M_PER_FT
    if filled < 0.05 or height_ft < 6.0:
        return 1.0
    whole = np.log((20.0 + 0.36 * height_ft) / (0.13 * height_ft))
    return float(0.555 / (np.sqrt(filled * height_ft) * whole))
