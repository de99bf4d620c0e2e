"""Waves with exact solutions: the scheme's own travelling wave, a seiche, a mild dam break."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.verification import exact
from sim.evaluation.verification.case import Case
from sim.hazards.local_inertial import Borders, Level, LocalInertial

FloatArray = NDArray[np.floating]
Wave = Callable[[FloatArray, float, float], FloatArray]

_TRAVELLING: Final = "travelling wave of the local inertial equations, derived"
_HUNTER: Final = "Hunter et al. (2005), Adv. Water Resour. 28:975"


def travelling_wave() -> Iterator[Case]:
    """The exact wave of the equations solved: errors halve with the cell."""
    for speed_m_per_s, manning_n, until_s in ((1.0, 0.03, 3600.0), (0.5, 0.05, 3600.0)):
        runs = [
            _run_wave(exact.local_inertial_wave_m, speed_m_per_s, manning_n, until_s, cell_m)
            for cell_m in (50.0, 25.0, 12.5)
        ]
        errors_m = [run.error_m for run in runs]
        places = {"speed": speed_m_per_s, "n": manning_n}
        yield Case(
            "travelling_wave.depth", _TRAVELLING, 0.0, errors_m[-1], 2e-3, "m", places=places
        )
        order = float(np.log2(errors_m[0] / errors_m[-1]) / 2)
        yield Case("travelling_wave.order", _TRAVELLING, 1.0, order, 0.1, "1", places=places)
        half_s, ours_s = until_s / 2, runs[-1].half_way_s
        four_cells_s = 4 * 12.5 / speed_m_per_s
        yield Case(
            "travelling_wave.arrival", _TRAVELLING, half_s, ours_s, four_cells_s, "s", places=places
        )


def plane_wave() -> Iterator[Case]:
    """The same wave under the full equations, as published: the neglected advection is small."""
    run = _run_wave(exact.shallow_water_wave_m, 1.0, 0.03, 3600.0, 50.0)
    yield Case("plane_wave.depth", _HUNTER, 0.0, run.error_m, 0.030, "m")
    yield Case("plane_wave.front", _HUNTER, 3600.0, run.front_m, 50.0, "m")


class WaveRun(NamedTuple):
    """What a computed wave did: rms depth error, how far it came, when it was half-way (layer)."""

    error_m: float
    front_m: float
    half_way_s: float


def _run_wave(
    wave: Wave, speed_m_per_s: float, manning_n: float, until_s: float, cell_m: float
) -> WaveRun:
    """Run a wave from the west over dry ground; its tip, the last fifth, is not in the error."""
    run_m = speed_m_per_s * until_s
    n = int(1.2 * run_m / cell_m)
    times_s = np.arange(0.0, until_s + 5.0, 5.0)
    outside_m = wave(speed_m_per_s * times_s + cell_m / 2, speed_m_per_s, manning_n)
    flow = LocalInertial(
        np.zeros((1, n)),
        cell_m,
        manning_n=manning_n,
        theta=1.0,
        local_steps=False,  # the order is that of the scheme with one step everywhere
        borders=Borders(west=Level((times_s, outside_m))),
    )
    flow.advance(until_s)
    x_m = (np.arange(n) + 0.5) * cell_m
    wrong_m = flow.depth_m[0] - wave(run_m - x_m, speed_m_per_s, manning_n)
    front_m = np.count_nonzero(flow.depth_m[0] > 0.01) * cell_m
    return WaveRun(
        error_m=float(np.sqrt(np.mean(wrong_m[x_m < 0.8 * run_m] ** 2))),
        front_m=float(front_m),
        half_way_s=float(np.interp(run_m / 2, x_m, flow.arrival_s[0])),
    )


def seiche() -> Iterator[Case]:
    """A basin that swings without friction keeps its amplitude over ten periods."""
    length_m, deep_m, high_m, n = 2000.0, 2.0, 0.02, 100
    cell_m = length_m / n
    mode = np.cos(np.pi * (np.arange(n) + 0.5) / n)
    period_s = 2 * length_m / np.sqrt(exact.GRAVITY_M_PER_S2 * deep_m)
    flow = LocalInertial(
        np.zeros((1, n)),
        cell_m,
        manning_n=0.0,
        theta=1.0,
        depth_m=(deep_m + high_m * mode)[None],
    )
    swings = []
    for t_s in np.linspace(9.5, 10.5, 41) * period_s:
        flow.advance(float(t_s))
        swings.append(float(2 * np.mean((flow.depth_m[0] - deep_m) * mode)))
    left = max(swings) / high_m
    periods = 9.5 + int(np.argmax(swings)) / 40
    yield Case("seiche.amplitude", "linear wave theory", 1.0, left, 0.02, "1")
    yield Case("seiche.period", "linear wave theory", 10.0, periods, 0.05, "1")


def mild_dam_break() -> Iterator[Case]:
    """A dam break between nearly equal levels, where advection hardly counts."""
    run = dam_break(2.0, 1.8)
    source = "Stoker (1957)"
    yield Case("dam_break.depth", source, 0.0, run.error_share, 0.03, "1", places=run.places)
    yield Case(
        "dam_break.front", source, run.front_m, run.our_front_m, 20.0, "m", places=run.places
    )
    yield Case("dam_break.overshoot", source, 0.0, run.overshoot_m, 0.005, "m", places=run.places)


@dataclass(frozen=True)
class DamBreak:
    """How a computed dam break differs from the exact one.

    Attributes
    ----------
    error_share : float
        Mean absolute depth error over the reach that has moved, as a share of its mean depth.
    front_m, our_front_m : float
        How far the exact and the computed front came.
    overshoot_m : float
        How far the water rose above the reservoir.
    places : dict
        The two depths, for words.
    """

    error_share: float
    front_m: float
    our_front_m: float
    overshoot_m: float
    places: Mapping[str, object]


def dam_break(left_m: float, right_m: float, until_s: float = 60.0) -> DamBreak:
    """Run a dam break on a smooth bed of 5 m cells and compare it with Stoker or Ritter."""
    n, cell_m = 400, 5.0
    x_m = (np.arange(n) + 0.5 - n / 2) * cell_m
    depth_m = np.where(x_m < 0, left_m, right_m)
    flow = LocalInertial(np.zeros((1, n)), cell_m, manning_n=0.0, theta=0.9, depth_m=depth_m[None])
    flow.advance(until_s)
    found_m, truth_m = flow.depth_m[0], exact.dam_break_m(x_m, until_s, left_m, right_m)
    moved = truth_m != depth_m
    risen = found_m > right_m + 0.05 * (left_m - right_m)
    return DamBreak(
        error_share=float(np.abs(found_m - truth_m)[moved].mean() / truth_m[moved].mean()),
        front_m=exact.dam_break_front_m(until_s, left_m, right_m),
        our_front_m=float(x_m[risen].max() + cell_m / 2),
        overshoot_m=float(max(found_m.max() - left_m, 0.0)),
        places={"left": left_m, "right": right_m},
    )
