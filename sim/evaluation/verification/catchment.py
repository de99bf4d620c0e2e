"""Rain that runs together: a valley of two slopes and a brook; design storms by their formula."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.evaluation.verification.case import Case
from sim.hazards.flood_borders import Borders, Open
from sim.hazards.local_inertial import LocalInertial
from sim.hazards.rain import StormFormula, chicago_storm

_V_SHAPED: Final = (
    "Di Giammarco et al. (1996), J. Hydrol. 175:267: rain times area once it is steady"
)
_BALANCE: Final = "not a drop is lost"
_KEIFER_CHU: Final = "Keifer & Chu (1957): each span around the peak has the formula's depth"
_MM_PER_H: Final = 1e-3 / 3600.0


def v_shaped_catchment() -> Iterator[Case]:
    """Two planes of 800 by 1,000 m, n 0.015, and a brook, 20 m and n 0.15: 10.8 mm/h for 90 min.

    All falls 0.02 along, the planes 0.05 towards the brook; it alone leaves the map. The flow is
    steady well before the rain ends; waves take a few thousandths of it.
    """
    cell_m, nx, ny, rain, lasts_s = 20.0, 81, 50, 10.8 * _MM_PER_H, 5400.0
    across_m = np.abs((np.arange(nx) - nx // 2) * cell_m)
    upwards_m = (np.arange(ny)[::-1] + 0.5) * cell_m
    ground_m = np.add.outer(0.02 * upwards_m, 0.05 * np.maximum(across_m - cell_m / 2, 0.0))
    brook = across_m < cell_m / 2
    manning_n = np.broadcast_to(np.where(brook, 0.15, 0.015), (ny, nx))
    flow = LocalInertial(ground_m, cell_m, manning_n=manning_n, borders=Borders(south=Open(0.02)))
    flow.close_border(np.flatnonzero(np.broadcast_to(~brook, (ny, nx)).ravel()))
    flow.add_rain([0.0, lasts_s], [rain, 0.0])
    flow.advance(lasts_s - 600.0)
    before_m3 = flow.ledger.border_out
    flow.advance(lasts_s)
    out_m3_per_s = (flow.ledger.border_out - before_m3) / 600.0
    steady_m3_per_s = rain * nx * ny * cell_m**2
    yield Case(
        "catchment.steady", _V_SHAPED, steady_m3_per_s, out_m3_per_s, 0.005 * steady_m3_per_s,
        "m3/s",
    )  # fmt: skip
    flow.advance(lasts_s + 6 * 3600.0)
    fell_m3 = steady_m3_per_s * lasts_s
    ours = (flow.ledger.border_out + float(flow.depth_m.sum()) * cell_m**2) / fell_m3
    yield Case("catchment.volume", _BALANCE, 1.0, ours, 1e-6, "1")


def design_storms() -> Iterator[Case]:
    """A storm of two hours: its worst five minutes and half hour, and the whole."""
    formula = StormFormula(2001.0, 0.811, 8.0, 0.711)  # 167 A1, C, b, n
    storm = chicago_storm(
        formula, return_period_years=5.0, duration_s=7200.0, peak_share=0.4, interval_s=60.0
    )
    for minutes in (5, 30, 120):
        # litres a second and hectare over minutes: 6e-3 mm each
        litres = 2001.0 * (1.0 + 0.811 * math.log10(5.0)) / (minutes + 8.0) ** 0.711
        expected_mm = 6e-3 * litres * minutes
        begins_s = 0.4 * (7200.0 - 60.0 * minutes)
        fell_m = storm.depth_m(begins_s + 60.0 * minutes) - storm.depth_m(begins_s)
        places = {"minutes": minutes}
        yield Case(
            "storm", _KEIFER_CHU, expected_mm, 1e3 * fell_m, 1e-9 * expected_mm, "mm", places=places
        )
