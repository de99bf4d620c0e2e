"""Water that must not move, be lost or be made: rest, mass, symmetry, ripples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.verification.case import Case
from sim.evaluation.verification.neutral import neutral_case
from sim.hazards.local_inertial import LocalInertial

FloatArray = NDArray[np.floating]

_HUMPS: Final = "Liang & Borthwick (2009), Computers & Fluids 38:221"
_DEFINITION: Final = "by definition"


def lake_at_rest() -> Iterator[Case]:
    """A lake between dry islands on rough ground stays as it is for an hour, to the last bit."""
    ground_m = neutral_case(100).elevation_m
    level_m = float(np.quantile(ground_m, 0.6))
    yield from _rest("lake_at_rest", ground_m, level_m, 10.0, _DEFINITION)


def three_humps() -> Iterator[Case]:
    """The same over the three humps of the literature, two under water and one an island."""
    x_m, y_m = np.meshgrid(np.arange(75) + 0.5, np.arange(30) + 0.5)
    small_1 = 1 - np.hypot(x_m - 30, y_m - 6) / 8
    small_2 = 1 - np.hypot(x_m - 30, y_m - 24) / 8
    big = 3 - 0.3 * np.hypot(x_m - 47.5, y_m - 15)
    ground_m = np.maximum.reduce([small_1, small_2, big, np.zeros_like(big)])
    yield from _rest("three_humps", ground_m, 0.875, 1.0, _HUMPS)


def _rest(
    name: str, ground_m: FloatArray, level_m: float, cell_m: float, source: str
) -> Iterator[Case]:
    depth_m = np.maximum(level_m - ground_m, 0.0)
    flow = LocalInertial(ground_m, cell_m, manning_n=0.03, depth_m=depth_m)
    flow.advance(3600.0)
    moved_m = float(np.abs(flow.depth_m - depth_m).max())
    fastest = float(max(np.abs(flow.qx).max(), np.abs(flow.qy).max()))
    yield Case(f"{name}.depth", source, 0.0, moved_m, 0.0, "m")
    yield Case(f"{name}.flow", source, 0.0, fastest, 0.0, "m2/s")


def mass() -> Iterator[Case]:
    """Rain and a spring fill a closed valley: what came in is there, and no depth is negative."""
    case = neutral_case(100)
    flow = LocalInertial(case.elevation_m, case.cell_m, manning_n=case.manning_n)
    flow.add_rain([0.0, case.rain_s], [case.rain_m_per_s, 0.0])
    flow.add_inflow([case.spring_cell], [0.0, 7200.0], [case.spring_m3_per_s] * 2)
    flow.advance(7200.0)
    held_m3 = float(flow.depth_m.sum()) * case.cell_m**2
    expected_m3 = case.volume_m3(7200.0)
    source = "rain and inflow, exact"
    yield Case("mass.volume", source, expected_m3, held_m3, 1e-9 * expected_m3, "m3")
    yield Case("mass.ledger", source, 0.0, flow.ledger.error_share(), 1e-9, "1")
    yield Case("mass.negative", _DEFINITION, 0.0, max(0.0, -float(flow.depth_m.min())), 0.0, "m")


def mound() -> Iterator[Case]:
    """A round mound of water spreads as far along the diagonal as along the axes."""
    n, cell_m = 200, 10.0
    along_m = (np.arange(n) + 0.5 - n / 2) * cell_m
    away_m = np.hypot(along_m[:, None], along_m)
    depth_m = np.where(away_m < 150, 3.0, 0.0)
    flow = LocalInertial(np.zeros((n, n)), cell_m, manning_n=0.05, depth_m=depth_m)
    flow.advance(1800.0)
    middle = n // 2
    axis_m = _front(flow.depth_m[middle, middle:], cell_m)
    diagonal_m = _front(np.diagonal(flow.depth_m)[middle:], cell_m * np.sqrt(2))
    skew_m = float(np.abs(flow.depth_m - flow.depth_m.T).max())
    yield Case("mound.isotropy", "rotation of the axes", 1.0, diagonal_m / axis_m, 0.05, "1")
    yield Case("mound.symmetry", "mirror at the diagonal", 0.0, skew_m, 1e-12, "m")


def _front(depth_m: FloatArray, spacing_m: float, wet_m: float = 0.01) -> float:
    """Return where a profile from the middle outwards first falls to `wet_m`, between cells."""
    first = int(np.argmax(depth_m < wet_m))
    before, after = depth_m[first - 1], depth_m[first]
    return float((first - 0.5 + (before - wet_m) / (before - after)) * spacing_m)


def ripple() -> Iterator[Case]:
    """A checkerboard on a pond dies at the time step we use, and below the bound of theory."""
    source = "alpha <= sqrt(theta / 2), linear analysis of the checkerboard mode"
    yield Case("ripple.left", source, 0.0, _ripple_shares(None, None)[-1], 0.01, "1")
    for theta in (1.0, 0.9, 0.8, 0.7):
        bound = float(np.sqrt(theta / 2))
        places = {"theta": theta}
        below = max(_ripple_shares(theta, 0.97 * bound))  # theta 1 only swings, it damps nothing
        grows = float(max(_ripple_shares(theta, 1.1 * bound)) > 5.0)
        yield Case("ripple.below", source, 0.0, below, 3.0, "1", places=places)
        yield Case("ripple.above", source, 1.0, grows, 0.0, "1", places=places)


def _ripple_shares(theta: float | None, alpha: float | None) -> list[float]:
    """Return how much of a 1 mm checkerboard on 2 m of still water is left, in five minutes."""
    n, deep_m, high_m = 20, 2.0, 1e-3
    board = np.indices((n, n)).sum(axis=0) % 2 * 2 - 1
    flow = LocalInertial(
        np.zeros((n, n)),
        10.0,
        manning_n=0.03,
        depth_m=deep_m + high_m * board,
        theta=theta,
        alpha=alpha,
    )
    shares = []
    for t_s in range(30, 301, 30):
        flow.advance(float(t_s))
        shares.append(float(np.abs(flow.depth_m - deep_m).mean() / high_m))
    return shares
