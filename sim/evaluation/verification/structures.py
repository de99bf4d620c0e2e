"""Levees, breaches, drains and pumps against their own formulas and level-pool routing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.verification.case import Case
from sim.hazards.local_inertial import Borders, Level, LocalInertial, Open

FloatArray = NDArray[np.floating]

_BROAD_CRESTED: Final = "broad-crested weir, q = 1.7 H^1.5"
_VILLEMONTE: Final = "Villemonte (1947), Eng. News-Record 139:866"
_LEVEL_POOL: Final = "level pool over a weir, integrated: H^-1/2 grows by 1.7 t / (2 L)"
_CAPACITY: Final = "capacity times time"
_WEIR: Final = 1.7


def weir() -> Iterator[Case]:
    """A levee between two held levels passes what a broad-crested weir passes, free and drowned."""
    for name, source, below_m in (
        ("weir.free", _BROAD_CRESTED, 1.0),
        ("weir.drowned", _VILLEMONTE, 2.3),
    ):
        n, above_m, crest_m = 40, 2.5, 2.0
        depth_m = np.repeat([above_m, below_m], n // 2)[None]
        flow = LocalInertial(
            np.zeros((1, n)),
            10.0,
            manning_n=0.01,
            depth_m=depth_m,
            borders=Borders(west=Level(above_m), east=Level(below_m)),
        )
        flow.add_weirs([n // 2 - 1], [n // 2], crest_m)
        flow.advance(2 * 3600.0)
        free = _WEIR * (above_m - crest_m) ** 1.5
        drowned = max(below_m - crest_m, 0.0) / (above_m - crest_m)
        expected = free * (1 - drowned**1.5) ** 0.385
        yield Case(name, source, expected, float(flow.qx[0, n // 2]), 0.01 * expected, "m2/s")


def emptying() -> Iterator[Case]:
    """A reservoir runs out over its crest, or through half of it breached, as level pools do."""
    for name, failed, sill_m in (("emptying.crest", 0.0, 2.0), ("emptying.breach", 0.5, 1.0)):
        cell_m, n, head_m, crest_m, until_s = 20.0, 50, 0.8, 2.0, 1800.0
        depth_m = np.zeros((1, n + 20))
        depth_m[0, :n] = sill_m + head_m
        ground_m = np.zeros((1, n + 20))
        ground_m[0, n:] = -3.0
        flow = LocalInertial(
            ground_m, cell_m, manning_n=0.01, depth_m=depth_m, borders=Borders(east=Open(0.01))
        )
        rows = flow.add_weirs([n - 1], [n], crest_m)
        flow.weirs.breach[rows] = failed
        flow.weirs.invert_m[rows] = sill_m
        flow.advance(until_s)
        width = failed if failed else 1.0
        left_m = (head_m**-0.5 + _WEIR * width * until_s / (2 * n * cell_m)) ** -2
        ours_m = float(flow.depth_m[0, :n].mean()) - sill_m
        yield Case(name, _LEVEL_POOL, left_m, ours_m, 0.02 * head_m, "m")


def drains() -> Iterator[Case]:
    """Drains take their capacity, half of it while half fail, never more than is there."""
    hour_s, mm_per_h = 3600.0, 1e-3 / 3600
    for name, rain, availability, left_mm in (
        ("drains.capacity", 50.0, None, 14.0),
        ("drains.failing", 50.0, ([0.0, hour_s / 2], [1.0, 0.5]), 23.0),
        ("drains.idle", 20.0, None, 0.0),
    ):
        flow = LocalInertial(np.zeros((10, 10)), 10.0, manning_n=0.03)
        flow.add_rain([0.0, hour_s], [rain * mm_per_h, 0.0])
        flow.set_losses(0.0, 36.0 * mm_per_h, availability)
        flow.advance(hour_s)
        ours_mm = 1e3 * float(flow.depth_m.mean())
        taken_m3 = flow.ledger.drained
        yield Case(name, _CAPACITY, left_mm, ours_mm, 1e-6, "mm")
        expected_m3 = (rain - left_mm) * 1e-3 * 1e4
        yield Case(f"{name}_volume", _CAPACITY, expected_m3, taken_m3, 1e-6 * expected_m3, "m3")


def pump() -> Iterator[Case]:
    """A pump lifts its capacity out of a pond while the water stands above its starting depth."""
    flow = LocalInertial(np.zeros((10, 10)), 10.0, manning_n=0.03, depth_m=np.ones((10, 10)))
    flow.add_pump(55, 2.0, starts_above_m=0.5)
    flow.advance(600.0)
    yield Case("pump.volume", _CAPACITY, 1200.0, flow.ledger.pumped_out, 1e-6, "m3")
    yield Case("pump.level", _CAPACITY, 0.88, float(flow.depth_m.mean()), 1e-6, "m")
