"""The design fire of every building of a map: how fast it grows, how hot, how long, what water."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.scenario.parameters import parameter
from sim.world.tables import BUILDING_CLASSES, BUILDING_USES, Buildings

Floats = NDArray[np.float64]

#: kinds of design fire; each has rows ``growth_time_``, ``heat_`` and ``fuel_`` in the catalogue
KINDS: Final = (
    "dwelling",
    "high_rise",
    "market",
    "mall",
    "office",
    "school",
    "hospital",
    "public",
    "factory",
    "warehouse",
)
#: the kind of a use, where they differ in name
_OF_USE: Final = {"home": "dwelling", "shop": "market"}
#: homes of more storeys are high-rise: 27 m in GB 50016 for dwellings
_TALL_STOREYS: Final = 9

_GROWN_W: Final = 1.055e6
_W_PER_KW: Final = 1e3
_J_PER_MJ: Final = 1e6
_M3_PER_L: Final = 1e-3


@dataclass(frozen=True, eq=False)
class DesignFires:
    """One design fire a building.

    Attributes
    ----------
    kind : (n,) uint8
        Code of `KINDS`.
    floor_m2 : (n,) float64
        All storeys.
    burning_m2 : (n,) float64
        Most floor that can burn at once: all of it, or one fire compartment.
    heat_w_per_m2 : (n,) float64
        Heat of a burning square metre.
    growth_w_per_s2, peak_w, fuel_j : (n,) float64
        Heat is growth times time squared, up to a peak, until the fuel is spent.
    """

    kind: NDArray[np.uint8]
    floor_m2: Floats
    burning_m2: Floats
    heat_w_per_m2: Floats
    growth_w_per_s2: Floats
    peak_w: Floats
    fuel_j: Floats


def kinds_of(buildings: Buildings) -> NDArray[np.uint8]:
    """Return the kind of design fire of each building, from its use and its storeys."""
    by_use = np.array([KINDS.index(_OF_USE.get(use, use)) for use in BUILDING_USES], np.uint8)
    kind = by_use[buildings.use]
    tall = (kind == KINDS.index("dwelling")) & (buildings.storeys > _TALL_STOREYS)
    return np.where(tall, np.uint8(KINDS.index("high_rise")), kind).astype(np.uint8)


def design_fires(buildings: Buildings) -> DesignFires:
    """Return the design fires of buildings, from the catalogue."""
    kind = kinds_of(buildings)
    growth_s = _by_kind("growth_time")[kind]
    heat_w_per_m2 = _by_kind("heat")[kind] * _W_PER_KW
    fuel_j_per_m2 = _by_kind("fuel")[kind] * _J_PER_MJ
    floor_m2 = buildings.footprint_m2.astype(np.float64) * np.maximum(buildings.storeys, 1)
    compartment_m2 = by_class("compartment")[buildings.building_class]
    burning_m2 = np.minimum(floor_m2, compartment_m2)
    return DesignFires(
        kind=kind,
        floor_m2=floor_m2,
        burning_m2=burning_m2,
        heat_w_per_m2=heat_w_per_m2,
        growth_w_per_s2=_GROWN_W / growth_s**2,
        peak_w=heat_w_per_m2 * burning_m2,
        fuel_j=fuel_j_per_m2 * burning_m2,
    )


def _by_kind(name: str) -> Floats:
    return np.array([parameter(f"urban_fire.{name}_{kind}").si for kind in KINDS])


def by_class(name: str) -> Floats:
    """Return a catalogued number for each of `BUILDING_CLASSES`: ``resistant``, ``catches``."""
    return np.array([parameter(f"urban_fire.{name}_{one}").si for one in BUILDING_CLASSES])


def need_m3_per_j(heat_w_per_m2: Floats) -> Floats:
    """Return the water that masters a fire, m3/s for each watt.

    The larger of two needs: so much for each burning square metre, and enough to carry the heat
    away as steam, of which only a share works.
    """
    per_floor = parameter("urban_fire.water_per_floor").si * _M3_PER_L / heat_w_per_m2
    joule_per_m3 = parameter("urban_fire.water_heat").si * _J_PER_MJ / _M3_PER_L
    by_heat = 1.0 / (parameter("urban_fire.water_share").si * joule_per_m3)
    return np.maximum(per_floor, by_heat)
