"""Who leaves, how soon and how: pure functions of columns, and their numbers."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from sim.scenario.base import Length_m, Part, Positive, Share, Span_s
from sim.scenario.parameters import catalogued, parameter

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: further messages that still raise belief
_REPEATS_THAT_COUNT: Final = 3
_RED: Final = 4


class ChoiceRules(Part):
    """How residents decide; every default is in the parameter catalogue, topic ``people``."""

    compliance: Share = catalogued("people.compliance")
    leave_ordered: Share = catalogued("people.leave_ordered")
    leave_advised: Share = catalogued("people.leave_advised")
    early_leavers: Share = catalogued("people.early_leavers")
    leave_shadow: Share = catalogued("people.leave_shadow")
    leave_at_most: Share = catalogued("people.leave_at_most")
    odds_face_to_face: Positive = catalogued("people.odds_face_to_face")
    odds_repeated: Positive = catalogued("people.odds_repeated")
    odds_sees_water: Positive = catalogued("people.odds_sees_water")
    odds_drilled: Positive = catalogued("people.odds_drilled")
    odds_hearsay: Positive = catalogued("people.odds_hearsay")
    drilled_share: Share = catalogued("people.drilled_share")
    prepare_half_time: Span_s = catalogued("people.prepare_half_time")
    prepare_half_time_drilled: Span_s = catalogued("people.prepare_half_time_drilled")
    prepare_shape: Positive = catalogued("people.prepare_shape")
    prepare_water_factor: Positive = catalogued("people.prepare_water_factor")
    prepare_night_factor: Positive = catalogued("people.prepare_night_factor")
    prepare_care_factor: Positive = catalogued("people.prepare_care_factor")
    car_use: Share = catalogued("people.car_use")
    bus_use: Share = catalogued("people.bus_use")
    bus_patience: Span_s = catalogued("people.bus_patience")
    own_place: Share = catalogued("people.own_place")
    relatives: Share = catalogued("people.relatives")
    lift_wait: Span_s = catalogued("people.lift_wait")
    leave_on_sight: Share = catalogued("fire_harm.leave_on_sight")
    see_water: Length_m = catalogued("people.see_water")
    wade_at_most: Length_m = catalogued("people.wade_at_most")
    drive_at_most: Length_m = catalogued("people.drive_at_most")
    climb_share: Share = catalogued("people.climb_share")
    neighbours_help: Share = catalogued("people.neighbours_help")
    floor_above_ground: Length_m = catalogued("people.floor_above_ground")
    storey_height: Positive = catalogued("people.storey_height")


def dared_depth_m(luck: Floats) -> Floats:
    """Return the water that drivers are willing to enter, for their uniform draws.

    A normal law cut off below (HEC-LifeSim Technical Reference Manual table 20): who has a higher
    draw dares more.
    """
    usual_m, spread_m, least_m = (
        parameter(f"crowd.fording_{part}").si for part in ("median", "spread", "least")
    )
    below = ndtr((least_m - usual_m) / spread_m)
    dared: Floats = usual_m + spread_m * ndtri(below + (1.0 - below) * luck)
    return dared


def leave_p(
    rules: ChoiceRules,
    *,
    level: NDArray[np.uint8],
    n_heard: NDArray[np.uint8],
    ordered: Flags,
    advised: Flags,
    others: Flags,
    targeted: Flags,
    official: Flags,
    face_to_face: Flags,
    sees_water: Flags,
    sees_fire: Flags,
    drilled: Flags,
) -> Floats:
    """Return each household's probability of leaving, by what it has heard and sees.

    A base probability by what is asked of it (ordered or advised to leave, only others are, only
    warned, or not meant at all), times factors on the odds: a logistic model whose coefficients are
    the logarithms of the catalogue's odds. A visit at the door persuades only those whom the
    message asks to go.

    Parameters
    ----------
    level : (n,) uint8
        Highest colour heard, 1 .. 4; 0 for nothing heard.
    ordered, advised, others : (n,) bool
        The message in force orders or advises this household to leave, or only others: at most one.
    targeted : (n,) bool
        The home lies in the message's zones; the rest has only heard of it.
    sees_fire : (n,) bool
        Flames or thick smoke in sight, which is reason enough without any message.
    """
    base = np.where(targeted, rules.early_leavers * level / _RED, 0.0)
    base[others] = rules.leave_shadow
    base[advised] = rules.leave_advised
    base[ordered] = rules.leave_ordered
    base = np.where(sees_fire, np.maximum(base, rules.leave_on_sight), base)
    repeats = np.minimum(np.maximum(n_heard.astype(np.int64) - 1, 0), _REPEATS_THAT_COUNT)
    factor = rules.odds_repeated**repeats
    for applies, odds in (
        (face_to_face & ~others, rules.odds_face_to_face),
        (sees_water, rules.odds_sees_water),
        (drilled, rules.odds_drilled),
        (~official & targeted, rules.odds_hearsay),
    ):
        factor = factor * np.where(applies, odds, 1.0)
    weighed = base * factor / (1 - base + base * factor)
    return rules.compliance * np.minimum(weighed, rules.leave_at_most)


def prepare_s(
    rules: ChoiceRules,
    luck: Floats,
    *,
    drilled: Flags,
    sees_water: Flags,
    night: bool,
    care: Flags,
) -> Floats:
    """Return how long each household takes to get ready, s.

    The inverse of ``P = 1 - 2^-((t / half time)^shape)``: with a shape of 2 the Rayleigh curve of
    Tweedie et al. (1986), with another one the Weibull curves in use since.

    Parameters
    ----------
    luck : (n,) float
        Uniform in [0, 1), kept for the whole run.
    care : (n,) bool
        Somebody at home needs help.
    """
    half_s = np.where(drilled, rules.prepare_half_time_drilled, rules.prepare_half_time)
    half_s = half_s * np.where(sees_water, rules.prepare_water_factor, 1.0)
    half_s = half_s * np.where(care, rules.prepare_care_factor, 1.0)
    if night:
        half_s = half_s * rules.prepare_night_factor
    return half_s * (-np.log2(1 - luck)) ** (1 / rules.prepare_shape)
