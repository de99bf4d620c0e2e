"""The UK Environment Agency's benchmark tests 1, 2 and 4 (SC080035, Neelz & Pender 2010, 2013)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.verification import exact
from sim.evaluation.verification.case import Case
from sim.hazards.local_inertial import Borders, Level, LocalInertial

FloatArray = NDArray[np.floating]

_REPORT: Final = "EA SC080035 (Neelz & Pender 2010)"
_TEST_1: Final = f"{_REPORT} test 1, on a pond of our own with the same sill"
_TEST_2: Final = f"{_REPORT} test 2, on an egg box of our own"
_TEST_4: Final = f"{_REPORT} test 4; LISFLOOD-FP 8.0 ACC at 1 m"

#: gauges of test 4 in metres, and depths (m) that LISFLOOD-FP's acceleration solver finds at 1 m
GAUGES_4_M: Final = ((50, 1000), (100, 1000), (200, 1000), (300, 1000), (400, 1000), (300, 1300))
DEPTHS_4_M: Final = {
    1800: (0.2024, 0.1431, 0.0, 0.0, 0.0, 0.0),
    3600: (0.3132, 0.2487, 0.1753, 0.1146, 0.0, 0.0),
    7200: (0.3262, 0.2715, 0.2180, 0.1839, 0.1554, 0.1486),
    14400: (0.3293, 0.2771, 0.2287, 0.2008, 0.1800, 0.1755),
}
#: (time s, gauge) where the reference's front stands one 5 m cell before the gauge: whether it is
#: wet yet is a matter of the cell, which the arrival rows judge
_FRONT_PASSES_4: Final = frozenset({(1800, 3), (3600, 5)})
#: first of its outputs, every 100 s, deeper than 0.02 m
ARRIVALS_4_S: Final = (700, 1000, 1900, 2800, 3800, 4000)


def pond_behind_sill() -> Iterator[Case]:
    """Test 1: a rising level fills a pond over a sill, and leaves it full when it falls again."""
    sill_m = 10.25
    x_m = np.arange(70) * 10.0 + 5.0
    bed_m = np.interp(x_m, [0, 295, 305, 500, 700], [9.7, sill_m, sill_m, 9.8, 9.9])
    hours, levels_m = np.array([0, 1, 11, 12, 20.0]), [9.7, 10.35, 10.35, 9.7, 9.7]
    flow = LocalInertial(
        np.tile(bed_m, (10, 1)),
        10.0,
        manning_n=0.03,
        borders=Borders(west=Level((hours * 3600, levels_m))),
    )
    gauge = 50
    flow.advance(11 * 3600.0)
    peak_m = float(bed_m[gauge] + flow.depth_m[5, gauge])
    flow.advance(20 * 3600.0)
    retained_m = float(bed_m[gauge] + flow.depth_m[5, gauge])
    yield Case("pond.peak", _TEST_1, 10.35, peak_m, 0.005, "m")
    yield Case("pond.retained", _TEST_1, sill_m, retained_m, 0.01, "m")


def egg_box() -> Iterator[Case]:
    """Test 2: water fills and spills from hollow to hollow, and stands nowhere above its sill."""
    n, cell_m = 100, 20.0
    along_m = (np.arange(n) + 0.5) * cell_m
    rolling_m = 0.25 * np.cos(2 * np.pi * along_m / 500) - 0.0005 * along_m
    ground_m = rolling_m[:, None] + rolling_m
    minutes, flows = np.array([0, 5, 10, 86, 91.0]), [0.0, 0.0, 20.0, 20.0, 0.0]
    flow = LocalInertial(ground_m, cell_m, manning_n=0.03)
    flow.add_border_inflow("west", slice(0, 5), minutes * 60, np.array(flows) / (5 * cell_m))
    flow.advance(48 * 3600.0)
    above_m = 0.0
    for pit in _pits(ground_m):
        surface_m = float(ground_m[pit] + flow.depth_m[pit])
        above_m = max(above_m, surface_m - exact.spill_level_m(ground_m, pit))
    far_m = float(flow.depth_m[:, 75:].max())
    held_m3 = float(flow.depth_m.sum()) * cell_m**2
    yield Case("egg_box.sills", _TEST_2, 0.0, above_m, 0.03, "m")
    yield Case("egg_box.dry", _TEST_2, 0.0, far_m, 0.05, "m")
    yield Case("egg_box.volume", _TEST_2, 97_200.0, held_m3, 0.1, "m3")


def _pits(ground_m: FloatArray) -> list[tuple[int, int]]:
    """Return the cells lower than all eight around them, off the edge."""
    inner = ground_m[1:-1, 1:-1]
    lowest = np.ones(inner.shape, dtype=bool)
    for row in range(3):
        for column in range(3):
            if (row, column) != (1, 1):
                lowest &= inner < ground_m[row : row + inner.shape[0], column:][:, : inner.shape[1]]
    return [(int(row) + 1, int(column) + 1) for row, column in np.argwhere(lowest)]


def spreading() -> Iterator[Case]:
    """Test 4: a breach floods a flat plain; its northern half, the other is its mirror image."""
    n, cell_m = 200, 5.0
    flow = LocalInertial(np.zeros((n, n)), cell_m, manning_n=0.05)
    flow.add_border_inflow(
        "west", slice(n - 2, n), [0, 300, 3600, 14400, 18000], [0.0, 0.0, 1.0, 1.0, 0.0]
    )
    arrived_s = np.full(len(GAUGES_4_M), np.inf)
    depths_m = {}
    for t_s in range(100, 14500, 100):
        flow.advance(float(t_s))
        found_m = np.array([_at_gauge(flow.depth_m, *gauge, cell_m) for gauge in GAUGES_4_M])
        arrived_s[(found_m > 0.02) & np.isinf(arrived_s)] = t_s
        depths_m[t_s] = found_m
    for at_s, expected_m in DEPTHS_4_M.items():
        for gauge, (truth_m, ours_m) in enumerate(zip(expected_m, depths_m[at_s], strict=True), 1):
            yield Case(
                "spreading.depth",
                _TEST_4,
                truth_m,
                float(ours_m),
                0.006,
                "m",
                limit=(at_s, gauge) in _FRONT_PASSES_4,
                places={"gauge": gauge, "minutes": at_s // 60},
            )
    for gauge, (truth_s, ours_s) in enumerate(zip(ARRIVALS_4_S, arrived_s, strict=True), 1):
        places = {"gauge": gauge}
        yield Case("spreading.arrival", _TEST_4, truth_s, float(ours_s), 100, "s", places=places)


def _at_gauge(depth_m: FloatArray, x_m: float, y_m: float, cell_m: float) -> float:
    """Return the mean of the cells around a gauge on a cell corner; row -1 begins at y = 1000."""
    column, row = round(x_m / cell_m), len(depth_m) - round((y_m - 1000) / cell_m)
    return float(depth_m[row - 1 : row + 1, column - 1 : column + 1].mean())
