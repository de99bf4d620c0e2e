"""Steady flows that are known exactly: rain on a plane, channels with a known profile."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.verification import exact
from sim.evaluation.verification.case import Case
from sim.hazards.local_inertial import Borders, Level, LocalInertial, Open
from sim.kernels.water_safety import hazard_rating

FloatArray = NDArray[np.floating]

_KINEMATIC: Final = "kinematic wave, Henderson & Wooding (1964), JGR 69:1531"
_SWASHES: Final = "SWASHES 3.2.1, Delestre et al. (2013), doi 10.1002/fld.3741"
_SWASHES_RAIN: Final = "SWASHES 3.3.1, Delestre et al. (2013), doi 10.1002/fld.3741"
_DERIVED: Final = "steady local inertial profile, derived"


def rain_on_plane() -> Iterator[Case]:
    """Rain runs off a sloping plane: discharge, depth and the rise of the hydrograph."""
    length_m, slope, manning_n, cell_m = 1000.0, 0.005, 0.03, 5.0
    rain_m_per_s = 0.05 / 3600
    n = int(length_m / cell_m)
    bed_m = slope * (length_m - (np.arange(n) + 0.5) * cell_m)
    flow = LocalInertial(
        bed_m[None], cell_m, manning_n=manning_n, borders=Borders(east=Open(slope))
    )
    flow.add_rain([0.0], [rain_m_per_s])
    reach = manning_n / np.sqrt(slope)
    steady_s = (length_m * reach) ** 0.6 / rain_m_per_s**0.4
    ends_s = np.arange(20.0, 2.5 * steady_s, 20.0)
    left_m3 = [0.0]
    for end_s in ends_s:
        flow.advance(float(end_s))
        left_m3.append(flow.ledger.border_out)
    share = np.diff(left_m3) / (20.0 * rain_m_per_s * length_m * cell_m)
    middle_m = (rain_m_per_s * length_m / 2 * reach) ** 0.6
    at_middle_m = float(flow.depth_m[0, n // 2 - 1 : n // 2 + 1].mean())
    expected_s, ours_s = 0.9**0.6 * steady_s, float(ends_s[np.argmax(share > 0.9)]) - 10.0
    yield Case("rain_on_plane.discharge", _KINEMATIC, 1.0, float(share[-1]), 1e-3, "1")
    yield Case("rain_on_plane.depth", _KINEMATIC, middle_m, at_middle_m, 0.02 * middle_m, "m")
    yield Case("rain_on_plane.rise", _KINEMATIC, expected_s, ours_s, 0.03 * expected_s, "s")


def uniform_flow() -> Iterator[Case]:
    """A channel with an open end carries its inflow at normal depth."""
    slope, manning_n, inflow_m2_per_s, cell_m, n = 0.001, 0.03, 1.0, 20.0, 50
    bed_m = slope * cell_m * np.arange(n)[::-1]
    flow = LocalInertial(
        bed_m[None], cell_m, manning_n=manning_n, borders=Borders(east=Open(slope))
    )
    flow.add_border_inflow("west", slice(None), [0.0], [inflow_m2_per_s])
    flow.advance(4 * 3600.0)
    normal_m = (inflow_m2_per_s * manning_n / np.sqrt(slope)) ** 0.6
    source = "Manning's formula"
    mean_m, end_m = float(flow.depth_m.mean()), float(flow.depth_m[0, -1])
    yield Case("uniform_flow.depth", source, normal_m, mean_m, 0.01 * normal_m, "m")
    yield Case("uniform_flow.border", source, normal_m, end_m, 0.01 * normal_m, "m")
    out = float(flow.qx[0, -1])
    yield Case("uniform_flow.discharge", source, inflow_m2_per_s, out, 1e-3, "m2/s")
    normal_m_per_s = inflow_m2_per_s / normal_m
    ours_m_per_s = float(flow.speed_m_per_s()[0, n // 2])
    yield Case("uniform_flow.speed", source, normal_m_per_s, ours_m_per_s, 0.01, "m/s")
    rating = float(hazard_rating(normal_m, normal_m_per_s))
    ours_rating = float(flow.max_hazard_rating[0, n // 2])
    yield Case("uniform_flow.rating", f"{source}, FD2321", rating, ours_rating, 0.02, "1")


def known_profile() -> Iterator[Case]:
    """Over a bed made for the equations solved, the known depths return with the first order."""
    errors = [_profile_error(cell_m, advection=False) for cell_m in (20.0, 10.0, 5.0)]
    yield Case("known_profile.depth", _DERIVED, 0.0, errors[-1], 0.005, "1")
    for coarse, fine in pairwise(errors):
        order = float(np.log2(coarse / fine))
        yield Case("known_profile.order", _DERIVED, 1.0, order, 0.2, "1")


def published_profile() -> Iterator[Case]:
    """Over the published bed, made for the full equations, what is missing is small."""
    error = _profile_error(10.0, advection=True)
    yield Case("published_profile.depth", _SWASHES, 0.0, error, 0.03, "1")


def rainy_profile() -> Iterator[Case]:
    """The same channel with rain of 1 mm/s along it, over both beds."""
    rain_m_per_s = 1e-3
    for name, source, advection, tolerance_m in (
        ("rainy_profile.own", _DERIVED, False, 0.01),
        ("rainy_profile.published", _SWASHES_RAIN, True, 0.04),
    ):
        error = _profile_error(10.0, advection=advection, inflow=1.0, rain_m_per_s=rain_m_per_s)
        mean_m = float(exact.macdonald_depth_m(np.linspace(0, 1000, 1001)).mean())
        yield Case(name, source, 0.0, error * mean_m, tolerance_m, "m")


def _profile_error(
    cell_m: float, *, advection: bool, inflow: float = 2.0, rain_m_per_s: float = 0.0
) -> float:
    """Return the mean absolute depth error after three hours, as a share of the mean depth."""
    length_m, manning_n = 1000.0, 0.033
    x_m = (np.arange(int(length_m / cell_m) + 1) + 0.5) * cell_m  # the last one lies outside
    bed_m = exact.bed_under_m(
        exact.macdonald_depth_m,
        lambda x: inflow + rain_m_per_s * x,
        x_m,
        length_m=length_m + cell_m,
        manning_n=manning_n,
        advection=advection,
    )
    depth_m = exact.macdonald_depth_m(x_m)
    outside_m = float(bed_m[-1] + depth_m[-1])
    flow = LocalInertial(
        bed_m[None, :-1],
        cell_m,
        manning_n=manning_n,
        depth_m=depth_m[None, :-1],
        borders=Borders(east=Level(outside_m)),
    )
    flow.add_border_inflow("west", slice(None), [0.0], [inflow])
    if rain_m_per_s:
        flow.add_rain([0.0], [rain_m_per_s])
    flow.advance(3 * 3600.0)
    wrong_m = np.abs(flow.depth_m[0] - depth_m[:-1])
    return float(wrong_m.mean() / depth_m[:-1].mean())
