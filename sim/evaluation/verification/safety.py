"""Check values of the limits for people, cars and roads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.agents.decision_rules import dared_depth_m
from sim.evaluation.verification.case import Case
from sim.kernels import water_safety as safety

_FD2321: Final = "DEFRA/EA FD2321 (2006)"
_AIDR: Final = "AIDR Guideline 7-3 (2017)"
_XIA: Final = "Xia et al. (2014), J. Hydraul. Res. 52:93"
_ARR: Final = "Australian Rainfall & Runoff P10 stage 2 (Shand et al. 2011)"
_TRM: Final = "HEC-LifeSim Technical Reference Manual, table 20: low cars"
_LI: Final = "Li et al. (2026), 188 people: men -38.6 %, women -44.8 %; halfway, half of the gap"
_PREGNOLATO: Final = "Pregnolato et al. (2017), doi 10.1016/j.trd.2017.06.020"

_NOTE: Final = "Surendran et al. (2008), supplementary note to FD2321, hazard to people table"
#: m/s; by depth (m), the ratings as printed
_NOTE_SPEEDS: Final = (0.0, 1.0, 2.0, 5.0)
_NOTE_TABLE: Final = (
    (0.3, (1.15, 1.45, 1.75, 2.65)),
    (0.6, (1.30, 1.90, 2.50, 4.30)),
    (1.0, (1.50, 2.50, 3.50, 6.50)),
    (2.5, (2.25, 4.75, 7.25, 14.75)),
)


def hazard_rating() -> Iterator[Case]:
    """Ratings of four depths and speeds, and their classes."""
    for depth_m, speed, rating, found in (
        (0.2, 0.5, 0.2, 0),
        (0.5, 1.0, 1.75, 2),
        (1.0, 1.0, 2.5, 3),
        (2.0, 2.0, 6.0, 3),
    ):
        places = {"depth": depth_m, "speed": speed}
        ours = float(safety.hazard_rating(depth_m, speed))
        yield Case("hazard.rating", _FD2321, rating, ours, 1e-9, "1", places=places)
        ours_class = float(safety.hazard_class(ours))
        yield Case("hazard.class", _FD2321, found, ours_class, 0.0, "1", places=places)


def hazard_table() -> Iterator[Case]:
    """Cells of the table of ratings, where its debris factor is 1 (deeper than 0.25 m)."""
    for depth_m, row in _NOTE_TABLE:
        for speed, rating in zip(_NOTE_SPEEDS, row, strict=True):
            ours = float(safety.hazard_rating(depth_m, speed))
            places = {"depth": depth_m, "speed": speed}
            yield Case("hazard.rating", _NOTE, rating, ours, 5.1e-3, "1", places=places)


def aidr_classes() -> Iterator[Case]:
    """One point in each class, and one that only its speed or its flow moves up."""
    for depth_m, speed, found in (
        (0.2, 0.5, 1),
        (0.4, 0.5, 2),
        (0.8, 0.5, 3),
        (1.5, 0.5, 4),
        (3.0, 0.5, 5),
        (5.0, 0.5, 6),
        (0.2, 3.0, 5),
        (1.0, 0.9, 4),
    ):
        ours = float(safety.aidr_class(depth_m, speed))
        places = {"depth": depth_m, "speed": speed}
        yield Case("hazard.aidr", _AIDR, found, ours, 0.0, "1", places=places)


def toppling() -> Iterator[Case]:
    """Speeds at which an adult and a child fall."""
    depths_m = (0.3, 0.5, 0.8, 1.0, 1.2)
    for who, body, speeds in (
        ("adult", safety.ADULT, (2.95, 2.15, 1.53, 1.24, 0.99)),
        ("child", safety.CHILD, (2.05, 1.46, 0.99, 0.74, 0.50)),
    ):
        for depth_m, speed in zip(depths_m, speeds, strict=True):
            ours = float(safety.toppling_speed_m_per_s(depth_m, body))
            places = {"depth": depth_m}
            yield Case(f"toppling.{who}", _XIA, speed, ours, 0.006, "m/s", places=places)


def vehicles() -> Iterator[Case]:
    """Depths at which cars begin to move: in still water, and at 3 m/s."""
    for kind, still_m, fast_m in (
        ("small_car", 0.30, 0.10),
        ("large_car", 0.40, 0.15),
        ("large_4wd", 0.50, 0.20),
    ):
        limit = safety.VEHICLE_LIMITS[kind]
        for name, speed, depth_m in (("still", 0.0, still_m), ("fast", 3.0, fast_m)):
            grid_m = [millimetre / 1000 for millimetre in range(1001)]
            ours_m = max(d for d in grid_m if safety.vehicle_stands(d, speed, limit))
            yield Case(f"vehicles.{kind}_{name}", _ARR, depth_m, ours_m, 1e-9, "m")


def driving() -> Iterator[Case]:
    """Speeds at which cars still drive through water."""
    for depth_mm, km_per_h in (
        (0, 86.9),
        (50, 61.5),
        (100, 40.7),
        (150, 24.3),
        (200, 12.4),
        (250, 5.0),
        (299, 2.1),
        (300, 0.0),
    ):
        ours = 3.6 * float(safety.safe_driving_speed_m_per_s(depth_mm / 1000))
        places = {"depth": depth_mm}
        yield Case("driving", _PREGNOLATO, km_per_h, ours, 0.06, "km/h", places=places)


def daring() -> Iterator[Case]:
    """Shares of drivers willing to enter water of a depth: the cut-off normal law's own."""
    dared_m = dared_depth_m((np.arange(100_000) + 0.5) / 100_000)
    for depth_m, share in ((0.20, 0.835), (0.30, 0.646), (0.46, 0.314), (0.60, 0.114)):
        ours = float((dared_m >= depth_m).mean())
        places = {"depth": f"{depth_m:.2f}"}
        yield Case("daring", _TRM, share, ours, 6e-4, "1", places=places)


def wading() -> Iterator[Case]:
    """The pace left in still water to the knee."""
    ours = float(safety.wading_share(0.35))
    yield Case("wading", _LI, (0.614 + 0.552) / 2, ours, (0.614 - 0.552) / 2, "1")
