"""What the local inertial equations cannot do, shown with figures so that nobody finds out later.

They lack the advection of momentum, so flows faster than about half the wave speed are wrong by
construction: every row here is a limit, not a criterion.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.evaluation.verification import exact
from sim.evaluation.verification.case import Case
from sim.evaluation.verification.waves import dam_break
from sim.hazards.local_inertial import Borders, Level, LocalInertial

_STOKER: Final = "Stoker (1957)"
_RITTER: Final = "Ritter (1892)"
_THACKER: Final = "Thacker (1981); SWASHES 4.2.2, Delestre et al. (2013)"
_STEADY_BUMP: Final = "SWASHES 3.1.3, Delestre et al. (2013): energy over the bump is kept"
_BUMP: Final = "EA SC080035 test 3; full equations by GeoSWE 1.1.1 at 1.25 m"
#: of 1,310 m3, on the same bed and hydrograph; 97 and 124 m3 at 5 and 2.5 m
_PAST_BUMP_M3: Final = 145.0


def strong_dam_break() -> Iterator[Case]:
    """Dam breaks whose front outruns the equations."""
    for right_m in (1.0, 0.5, 0.1, 0.0):
        run = dam_break(2.0, right_m)
        source = _STOKER if right_m else _RITTER
        yield Case("dam_break.depth", source, 0.0, run.error_share, 0.03, "1", True, run.places)
        yield Case(
            "dam_break.front", source, run.front_m, run.our_front_m, 20.0, "m", True, run.places
        )


def circling_plane() -> Iterator[Case]:
    """A tilted plane of water circles in a bowl at Froude 0.7."""
    n, cell_m, radius_m, deep_m, shift_m = 100, 0.04, 1.0, 0.1, 0.5
    along_m = (np.arange(n) + 0.5 - n / 2) * cell_m
    x_m, y_m = np.meshgrid(along_m, along_m)
    ground_m = deep_m * ((x_m**2 + y_m**2) / radius_m**2 - 1)
    shape = {"radius_m": radius_m, "deep_m": deep_m, "shift_m": shift_m}
    start_m = np.maximum(exact.planar_surface_m(x_m, y_m, 0.0, **shape) - ground_m, 0.0)
    flow = LocalInertial(ground_m, cell_m, manning_n=0.0, depth_m=start_m)
    turn_s = 2 * np.pi * radius_m / np.sqrt(2 * exact.GRAVITY_M_PER_S2 * deep_m)
    flow.advance(float(turn_s))
    error = float(np.abs(flow.depth_m - start_m).sum() / start_m.sum())
    yield Case("circling_plane", _THACKER, 0.0, error, 0.05, "1", limit=True)


def bump() -> Iterator[Case]:
    """Test 3 of the Environment Agency: only momentum carries the water over a bump."""
    n, cell_m, width_m = 60, 5.0, 100.0
    x_m = (np.arange(n) + 0.5) * cell_m
    wave = np.cos(2 * np.pi * (x_m - 150) / 100)
    bed_m = np.select(
        [x_m < 144, x_m < 150, x_m < 250, x_m < 275],
        [10.4876 - 0.005 * x_m, 10 - 0.25 * wave, 9.875 - 0.125 * wave, 10 - 0.25 * wave],
        10 + 0.015708 * (x_m - 275),
    )
    flow = LocalInertial(bed_m[None], cell_m, manning_n=0.01)
    flows_m3_per_s = np.array([0.0, 0.0, 65.5, 65.5, 0.0])
    flow.add_border_inflow("west", slice(None), [0, 5, 15, 25, 35], flows_m3_per_s / width_m)
    flow.advance(900.0)
    past_m3 = float(flow.depth_m[0, x_m > 200].sum()) * cell_m * width_m
    yield Case("bump", _BUMP, _PAST_BUMP_M3, past_m3, 0.1 * _PAST_BUMP_M3, "m3", limit=True)


def steady_bump() -> Iterator[Case]:
    """Fast subcritical flow over a bump, 4.42 m2/s at 2 m: the level dips by its own energy."""
    n, cell_m, inflow, below_m, top_m = 250, 0.1, 4.42, 2.0, 0.2
    x_m = (np.arange(n) + 0.5) * cell_m
    bed_m = np.where(np.abs(x_m - 10.0) < 2.0, top_m - 0.05 * (x_m - 10.0) ** 2, 0.0)
    flow = LocalInertial(
        bed_m[None], cell_m, manning_n=0.0, theta=0.8, depth_m=(below_m - bed_m)[None],
        borders=Borders(east=Level(below_m)),
    )  # fmt: skip
    flow.add_border_inflow("west", slice(None), [0.0, 30.0], [0.0, inflow])
    flow.advance(300.0)
    head_m = below_m + inflow**2 / (2 * exact.GRAVITY_M_PER_S2 * below_m**2) - top_m
    speed_head = inflow**2 / (2 * exact.GRAVITY_M_PER_S2)
    depth_m = float(np.roots([1.0, -head_m, 0.0, speed_head]).real.max())
    ours_m = float(flow.depth_m[0, np.argmax(bed_m)])
    yield Case("steady_bump", _STEADY_BUMP, depth_m, ours_m, 0.02, "m", limit=True)
