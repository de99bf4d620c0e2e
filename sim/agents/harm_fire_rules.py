"""How fire hurts: house fires, heat of a flame front, carbon monoxide; and their numbers."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from sim.scenario.base import Part, Positive, Share, Span_s
from sim.scenario.parameters import catalogued

Floats = NDArray[np.float64]

#: share of haemoglobin bound to CO, %, at which half of all people collapse, and die
COLLAPSE_COHB, DEADLY_COHB = 30.0, 50.0
#: slight harm begins at this share of the dose of collapse (ISO 13571: threshold 0.3)
SLIGHT_DOSE: Final = 0.3
#: COHb %, per ppm^1.036, litre a minute and minute (Stewart and Peterson; Purser, SFPE Handbook)
_STEWART: Final = 3.317e-5
_STEWART_POWER: Final = 1.036
#: ppm of CO in 1 kg/m3 at 25 C: molar volume 24.45 l, 28.01 g
_PPM_PER_KG_M3: Final = 1e6 * 24.45 / 28.01
_DOSE_UNIT: Final = 1e4
_PROBIT_MIDDLE: Final = 5.0


class FireRules(Part):
    """How fire hurts; defaults are in the parameter catalogue, topic ``fire_harm``."""

    death_at_origin: Share = catalogued("fire_harm.death_at_origin")
    injury_at_origin: Share = catalogued("fire_harm.injury_at_origin")
    night_factor: Positive = catalogued("fire_harm.night_factor")
    day_factor: Positive = catalogued("fire_harm.day_factor")
    frail_factor: Positive = catalogued("fire_harm.frail_factor")
    elsewhere: Share = catalogued("fire_harm.elsewhere")
    involved_after: Span_s = catalogued("fire_harm.involved_after")
    flame_power: Positive = catalogued("fire_harm.flame_power")
    flame_opacity: Positive = catalogued("fire_harm.flame_opacity")
    flame_stays: Span_s = catalogued("fire_harm.flame_stays")
    car_shields: Share = catalogued("fire_harm.car_shields")
    probit_death_a: float = catalogued("fire_harm.probit_death_a")
    probit_death_b: Positive = catalogued("fire_harm.probit_death_b")
    probit_severe_a: float = catalogued("fire_harm.probit_severe_a")
    probit_severe_b: Positive = catalogued("fire_harm.probit_severe_b")
    probit_light_a: float = catalogued("fire_harm.probit_light_a")
    probit_light_b: Positive = catalogued("fire_harm.probit_light_b")
    co_per_smoke: Positive = catalogued("fire_harm.co_per_smoke")
    breathing: Positive = catalogued("fire_harm.breathing")
    co_half_life: Span_s = catalogued("fire_harm.co_half_life")
    smoke_indoors: Share = catalogued("fire_harm.smoke_indoors")
    smoke_spread: Positive = catalogued("fire_harm.smoke_spread")


def flame_flux_w_per_m2(rules: FireRules, flame_m: ArrayLike) -> Floats:
    """Return the heat that falls on somebody whom flames of a length pass: E (1 - exp(-k L))."""
    thick = -np.expm1(-rules.flame_opacity * np.asarray(flame_m, dtype=np.float64))
    return np.asarray(rules.flame_power * 1e3 * thick)


def burn_p(rules: FireRules, flux_w_per_m2: ArrayLike, health: str) -> Floats:
    """Return the probability of ``dead``, ``severe`` or ``light`` burns, or worse, by a probit.

    Pr = a + b ln(t q^(4/3) / 1e4), with the time that a front stays; probability Phi(Pr - 5).
    """
    word = {"dead": "death"}.get(health, health)
    a, b = float(getattr(rules, f"probit_{word}_a")), float(getattr(rules, f"probit_{word}_b"))
    flux = np.asarray(flux_w_per_m2, dtype=np.float64)
    dose = rules.flame_stays * flux ** (4 / 3) / _DOSE_UNIT
    with np.errstate(divide="ignore"):
        return np.asarray(ndtr(a + b * np.log(dose) - _PROBIT_MIDDLE))


def smoke_dose(rules: FireRules, smoke_kg_per_m3: ArrayLike, span_s: float) -> Floats:
    """Return the share of a collapsing dose of CO taken up from smoke in a time.

    COHb % = 3.317e-5 ppm^1.036 V t, V in l/min and t in min.
    """
    co = np.asarray(smoke_kg_per_m3, dtype=np.float64) * rules.co_per_smoke
    ppm = co * _PPM_PER_KG_M3
    cohb = _STEWART * ppm**_STEWART_POWER * rules.breathing * span_s / 60
    return np.asarray(cohb / COLLAPSE_COHB)


def left_over(rules: FireRules, span_s: float) -> float:
    """Return the share of a dose of CO that the blood still holds after a time."""
    return float(0.5 ** (span_s / rules.co_half_life))


def collapse_p(rules: FireRules, dose: ArrayLike) -> Floats:
    """Return the share of people collapsed by a dose: lognormal about 1."""
    with np.errstate(divide="ignore"):
        return np.asarray(ndtr(np.log(np.asarray(dose, np.float64)) / rules.smoke_spread))
