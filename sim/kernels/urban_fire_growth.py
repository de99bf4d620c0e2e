"""The design fire of a building: growth with the square of time, a peak, a linear decay.

EN 1991-1-2 annex E.4 has the same three parts. Everything is in closed form, so the heat at any
moment does not depend on how often somebody looked before.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.kernels.compile import bare_kernel


class Curve(NamedTuple):
    """The parts of one design fire.

    Attributes
    ----------
    growth_w_per_s2 : float
        Heat is this times the square of time while the fire grows.
    grown_s, steady_s, end_s : float
        When growth ends, when decay begins, when nothing is left.
    top_w : float
        Largest heat.
    """

    growth_w_per_s2: float
    grown_s: float
    steady_s: float
    end_s: float
    top_w: float


@bare_kernel
def curve_of(growth_w_per_s2: float, peak_w: float, fuel_j: float, decay_share: float) -> Curve:
    """Return the curve under which exactly ``fuel_j`` burns.

    Decay begins when ``decay_share`` of the fuel has burnt; a fire short of fuel gets there before
    its peak.
    """
    before_decay_j = decay_share * fuel_j
    grown_s = math.sqrt(peak_w / growth_w_per_s2)
    grown_j = growth_w_per_s2 * grown_s**3 / 3.0
    top_w, steady_s = peak_w, grown_s
    if grown_j >= before_decay_j:
        grown_s = (3.0 * before_decay_j / growth_w_per_s2) ** (1.0 / 3.0)
        top_w, steady_s = growth_w_per_s2 * grown_s * grown_s, grown_s
    else:
        steady_s = grown_s + (before_decay_j - grown_j) / peak_w
    end_s = steady_s
    if top_w > 0.0:
        end_s = steady_s + 2.0 * (fuel_j - before_decay_j) / top_w
    return Curve(growth_w_per_s2, grown_s, steady_s, end_s, top_w)


@bare_kernel
def heat_w(curve: Curve, age_s: float) -> float:
    """Return the heat release rate of a fire ``age_s`` after its start."""
    if age_s <= 0.0 or age_s >= curve.end_s:
        return 0.0
    if age_s < curve.grown_s:
        return curve.growth_w_per_s2 * age_s * age_s
    if age_s <= curve.steady_s:
        return curve.top_w
    return curve.top_w * (curve.end_s - age_s) / (curve.end_s - curve.steady_s)


@bare_kernel
def burnt_j(curve: Curve, age_s: float) -> float:
    """Return the energy released until ``age_s``: the integral of `heat_w`."""
    if age_s <= 0.0:
        return 0.0
    growing_s = min(age_s, curve.grown_s)
    energy_j = curve.growth_w_per_s2 * growing_s**3 / 3.0
    energy_j += curve.top_w * max(min(age_s, curve.steady_s) - curve.grown_s, 0.0)
    decay_s = curve.end_s - curve.steady_s
    into_s = min(max(age_s - curve.steady_s, 0.0), decay_s)
    if decay_s > 0.0:
        energy_j += curve.top_w * into_s * (1.0 - 0.5 * into_s / decay_s)
    return energy_j


@bare_kernel
def age_at_heat_s(curve: Curve, power_w: float) -> float:
    """Return when a growing fire first gives off so much; the end of growth when it never does."""
    return min(math.sqrt(power_w / curve.growth_w_per_s2), curve.grown_s)
