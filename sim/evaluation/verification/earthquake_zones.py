"""Zones of intensity: what instruments read at their borders, and earthquakes that were mapped."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from scipy.optimize import brentq

from sim.evaluation.verification.case import Case
from sim.hazards.base import Surroundings
from sim.hazards.earthquake import Earthquake
from sim.hazards.ground_motion import Ellipse
from sim.hazards.ground_motion_intensity import (
    BORDER,
    WANG_SIGMA,
    felt_intensity,
    motion_at,
    wang_ellipse,
)
from sim.world.maps.plain import plain_world

_CELL_KM: Final = 2.0
_CELLS: Final = 61
#: ground shaken at VIII and more by Haicheng 1975
_ZONE_KM2: Final = 2445.0

#: class, acceleration (m/s2) and velocity (m/s) in the standard's table 1
_TABLE: Final = (
    (5, 0.319, 0.0259), (6, 0.653, 0.0557), (7, 1.35, 0.120), (8, 2.79, 0.258),
    (9, 5.77, 0.555), (10, 11.9, 1.19), (11, 24.7, 2.57),
)  # fmt: skip
#: how closely the standard's own formulas meet its table
_TABLE_CLOSE: Final = 0.015

_MAPPED_EAST: Final = "areas by the survey of {who}; Wang et al. (2000): spread 0.517, two of them"
#: who mapped it, magnitude Ms, km2 of each zone: earthquakes of eastern China
_EAST: Final = {
    "Haicheng 1975": ("the State Seismological Bureau", 7.3, {9: 760, 8: 1685, 7: 9200}),
    "Zhangbei 1998": ("Diao et al. (2001)", 6.2, {8: 135, 7: 340, 6: 1000}),
    "Songyuan 2018": ("the China Earthquake Administration", 5.7, {7: 157, 6: 880}),
    "Pingyuan 2023": ("the China Earthquake Administration", 5.5, {7: 22, 6: 202}),
}
_MAPPED_WEST: Final = "areas by the China Earthquake Administration; the east's law and spread"
#: a rupture of 300 km has no one centre: mapped zones (`isoseismals`) stand in for the law there
_LONG: Final = "Wenchuan 2008"
#: magnitude and zones of earthquakes of western China, for which the law was not made
_WEST: Final = {
    "Wenchuan 2008": (8.0, {11: 2419, 10: 3144, 9: 7738, 8: 27_786, 7: 84_449, 6: 314_906}),
    "Kangding 2014": (6.3, {8: 340, 7: 1610, 6: 6810}),
    "Jiuzhaigou 2017": (7.0, {9: 139, 8: 778, 7: 3372}),
    "Luding 2022": (6.8, {9: 280, 8: 505, 7: 3608, 6: 14_696}),
    "Jishishan 2023": (6.2, {8: 331, 7: 1514, 6: 6519}),
}


def table() -> Iterator[Case]:
    """Acceleration and velocity of each class as the standard's table has them."""
    source = "GB/T 17742-2020, table 1, read in a second text"
    for whole, pga, pgv in _TABLE:
        ours = motion_at(whole)
        for name, expected, ln, unit in (
            ("pga", pga, ours.ln_pga, "m/s2"), ("pgv", pgv, ours.ln_pgv, "m/s"),
        ):  # fmt: skip
            close, places = _TABLE_CLOSE * expected, {"intensity": whole}
            got = float(np.exp(ln))
            yield Case(f"quake.intensity.{name}", source, expected, got, close, unit, places=places)


def borders() -> Iterator[Case]:
    """Instruments at the outer border of zone VIII of the ellipses stand between VII and VIII."""
    source = (
        "GB/T 17742-2020, table A.1: class VIII from 7.5 to 8.5; Wang et al. (2000): outer border"
    )
    reach_km = wang_ellipse(7.3).major.reach_km(np.array(8.0))
    ours = float(felt_intensity(7.3, reach_km, 0.0)[0])
    yield Case("quake.border", source, 7.5, ours, 1e-4, "1")


def isoseismals() -> Iterator[Case]:
    """A mapped earthquake: the ground on which each law then gives the zone's class or more."""
    world = plain_world(np.zeros((_CELLS, _CELLS)), cell_m=1000.0 * _CELL_KM)
    middle_m = 500.0 * _CELLS * _CELL_KM
    for law in ("bssa14", "yu13", "intensity"):
        stated = {
            "id": "q", "kind": "earthquake", "magnitude": 7.3, "scale": "ms", "dip_deg": 90.0,
            "epicentre": {"x_m": middle_m, "y_m": middle_m}, "ground_motion": law,
            "fields": "median", "isoseismals": [{"intensity": 8, "km2": _ZONE_KM2}],
            "aftershocks": {"lasting": "0 h"},
        }  # fmt: skip
        around = Surroundings.alone_on(world)
        Earthquake(Earthquake.Params.model_validate(stated), around).advance(0.0)
        inside = np.count_nonzero(around.fields["intensity"] >= 8.0 - BORDER)
        ours, source = float(inside) * _CELL_KM**2, "the area that was mapped, +- a tenth"
        # the laws' own zones are no circles: the mean over directions is not quite the area
        close, places = 0.1 * _ZONE_KM2, {"law": law}
        yield Case("quake.isoseismal", source, _ZONE_KM2, ours, close, "km2", places=places)


def mapped() -> Iterator[Case]:
    """Earthquakes that were mapped: what the law of the ellipses gives where each zone ends."""
    off = []
    for place, (who, magnitude, zones) in _EAST.items():
        for zone, ours in _at_borders(magnitude, zones):
            source, places = _MAPPED_EAST.format(who=who), {"place": place, "intensity": zone}
            yield Case("quake.mapped", source, zone, ours, 2 * WANG_SIGMA, "1", places=places)
            off.append(ours - zone)
    rms = float(np.sqrt(np.mean(np.square(off))))
    source, places = "Wang et al. (2000): 0.517; a bound", {"zones": len(off)}
    yield Case("quake.mapped.rms", source, 0.0, rms, WANG_SIGMA, "1", places=places)
    for place, (magnitude, zones) in _WEST.items():
        off = [ours - zone for zone, ours in _at_borders(magnitude, zones)]
        rms, places = float(np.sqrt(np.mean(np.square(off)))), {"place": place}
        yield Case(
            "quake.mapped.west", _MAPPED_WEST, 0.0, rms, WANG_SIGMA, "1",
            limit=place == _LONG, places=places,
        )  # fmt: skip


def _at_borders(magnitude_ms: float, zones_km2: Mapping[int, float]) -> Iterator[tuple[int, float]]:
    """Yield each zone and the intensity whose ellipse is as large as the ground within the zone."""
    law = wang_ellipse(magnitude_ms)
    for zone, inside_km2 in zip(zones_km2, np.cumsum(list(zones_km2.values())), strict=True):
        yield zone, float(brentq(_surplus_km2, 1.0, 12.0, args=(law, inside_km2)))


def _surplus_km2(felt: float, law: Ellipse, inside_km2: float) -> float:
    """Return how much more ground than stated has an intensity or more by a law."""
    major_km, minor_km = (float(axis.reach_km(np.array(felt))) for axis in (law.major, law.minor))
    return math.pi * major_km * minor_km - inside_km2
