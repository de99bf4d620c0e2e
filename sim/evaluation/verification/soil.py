"""Water that soaks into soil not yet wet: Green and Ampt's worked examples, on the flood's grid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.evaluation.verification.case import Case
from sim.hazards.local_inertial import LocalInertial

_CHOW: Final = (
    "Chow, Maidment & Mays (1988), Applied Hydrology, ex. {example}: silt loam of Rawls et al. "
    "(1983), 30 % saturated; Green & Ampt's equation solved"
)
_CM_PER_H: Final = 1e-2 / 3600.0
#: of silt loam: rate when wet through; 16.7 cm of suction, 70 % of 0.486 empty
_LAST_M_PER_S: Final = 0.65 * _CM_PER_H
_THIRST_M: Final = 0.167 * 0.7 * 0.486
_HOUR_S: Final = 3600.0


def ponded() -> Iterator[Case]:
    """Soil under standing water for an hour."""
    flow = _field(1.0)
    flow.advance(_HOUR_S)
    ours = 100.0 * (1.0 - float(flow.depth_m.mean()))
    yield Case("soil.ponded", _CHOW.format(example="4.3.1"), 3.17, ours, 0.005, "cm")
    before_m = float(flow.depth_m.mean())
    flow.advance(_HOUR_S + 60.0)
    rate = (before_m - float(flow.depth_m.mean())) / 60.0 / _CM_PER_H
    yield Case("soil.rate", _CHOW.format(example="4.3.1"), 1.81, rate, 0.01, "cm/h")


def rained_on() -> Iterator[Case]:
    """Rain that at first all soaks in: until when, how much, and how much in an hour.

    When water first stands lies within the time between two settlings of rain and soil.
    """
    for rain, hours, cm in ((5.0, 0.17, 0.85), (1.0, 10.5, 10.5)):
        flow = _field(0.0)
        flow.add_rain([0.0], [rain * _CM_PER_H])
        step_s = hours * _HOUR_S / 200.0
        while flow.depth_m.max() == 0.0 and flow.t_s < 2.0 * hours * _HOUR_S:
            flow.advance(flow.t_s + step_s)
        source, places = _CHOW.format(example="4.4.1"), {"rain": f"{rain:g}"}
        ours_h, ours_cm = flow.t_s / _HOUR_S, 100.0 * flow.ledger.infiltration / 1600.0
        # the digits printed, and a step
        for name, expected, ours, unit in (
            ("when", hours, ours_h, "h"),
            ("till", cm, ours_cm, "cm"),
        ):
            key, close = f"soil.{name}", 0.01 * expected + (0.05 if hours > 1 else 0.005)
            yield Case(key, source, expected, ours, close, unit, places=places)
    flow = _field(0.0)
    flow.add_rain([0.0], [5.0 * _CM_PER_H])
    flow.advance(_HOUR_S)
    ours = 100.0 * flow.ledger.infiltration / 1600.0
    yield Case("soil.hour", _CHOW.format(example="4.4.2"), 3.02, ours, 0.005, "cm")


def _field(depth_m: float) -> LocalInertial:
    """Return 40 by 40 m of level silt loam under water."""
    flow = LocalInertial(np.zeros((4, 4)), 10.0, manning_n=0.03, depth_m=np.full((4, 4), depth_m))
    flow.set_losses(_LAST_M_PER_S, thirst_m=_THIRST_M)
    return flow
