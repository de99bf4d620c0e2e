"""Zones of intensity: what instruments read at their borders, and earthquakes that were mapped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.evaluation.verification.case import Case
from sim.hazards.base import Surroundings
from sim.hazards.earthquake import Earthquake
from sim.hazards.ground_motion_intensity import BORDER, felt_intensity, motion_at, wang_ellipse
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
