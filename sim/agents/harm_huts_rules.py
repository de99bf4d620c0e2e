"""How huts of straw burn, and who gets out in time: pure functions and their numbers.

A hut catches fire at a rate an hour of open flame. The fire grows with the square of time; as its
smoke layer reaches 200 C people inside are burnt, at flashover they die. How long somebody needs to
be outside is lognormal, with one median for those awake and one for those asleep.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from sim.scenario.base import Length_m, Part, Positive, Share, Span_s
from sim.scenario.parameters import catalogued

Floats = NDArray[np.float64]

#: hours of the night in which stoves heat, and in which people sleep (as in `harm_fire`)
STOVES_FROM_S, STOVES_TO_S = 20 * 3600.0, 8 * 3600.0
ASLEEP_FROM_S, ASLEEP_TO_S = 23 * 3600.0, 7 * 3600.0
_DAY_S: Final = 86400.0
_NIGHT_S: Final = _DAY_S - STOVES_FROM_S + STOVES_TO_S
_SLEEP_S: Final = _DAY_S - ASLEEP_FROM_S + ASLEEP_TO_S
#: heat that a growing fire has after its growth time (NFPA 72: 1,000 Btu/s)
_GROWN_W: Final = 1.055e6
#: Thomas (1981), doi 10.1007/BF02461148: flashover at 7.8 A_T + 378 A sqrt(H) kW
_THOMAS_W_PER_M2, _THOMAS_W_PER_M52 = 7.8e3, 378e3
#: rise of the layer at flashover, and at 200 C, where it radiates the 2.5 kW/m2 of ISO 13571;
#: the rise goes with heat to the power 2/3 (McCaffrey, Quintiere, Harkleroad 1981)
_FLASHOVER_K, _BURNS_K = 500.0, 180.0
_PER_MILLION_HOURS: Final = 1e-6 / 3600.0


class HutRules(Part):
    """Huts and their fires; parameter catalogue, topic ``huts``."""

    share: Share = catalogued("huts.share")
    built_after: Span_s = catalogued("huts.built_after")
    fires_per_hour: Positive = catalogued("huts.fires_per_hour")
    cooking: Span_s = catalogued("huts.cooking")
    heated_below: float = catalogued("huts.heated_below")
    length: Length_m = catalogued("huts.length")
    width: Length_m = catalogued("huts.width")
    height: Length_m = catalogued("huts.height")
    door_width: Length_m = catalogued("huts.door_width")
    door_height: Length_m = catalogued("huts.door_height")
    growth_time: Span_s = catalogued("huts.growth_time")
    escape_awake: Span_s = catalogued("huts.escape_awake")
    escape_asleep: Span_s = catalogued("huts.escape_asleep")
    escape_spread: Positive = catalogued("huts.escape_spread")

    @property
    def fires_per_s(self) -> float:
        """Fires a second of open flame in a hut."""
        return self.fires_per_hour * _PER_MILLION_HOURS


def flashover_w(rules: HutRules) -> float:
    """Return the heat at which a hut flashes over (W), by Thomas."""
    door_m2 = rules.door_width * rules.door_height
    floor_m2 = rules.length * rules.width
    walls_m2 = 2 * (rules.length + rules.width) * rules.height
    inside_m2 = 2 * floor_m2 + walls_m2 - door_m2
    vent_m52 = door_m2 * np.sqrt(rules.door_height)
    return float(_THOMAS_W_PER_M2 * inside_m2 + _THOMAS_W_PER_M52 * vent_m52)


def flashover_s(rules: HutRules) -> float:
    """Return how long after ignition nobody inside lives."""
    return float(rules.growth_time * np.sqrt(flashover_w(rules) / _GROWN_W))


def burns_s(rules: HutRules) -> float:
    """Return how long after ignition those still inside are burnt."""
    share_of_heat = (_BURNS_K / _FLASHOVER_K) ** 1.5
    return float(flashover_s(rules) * np.sqrt(share_of_heat))


def escape_s(rules: HutRules, luck: ArrayLike, *, asleep: bool) -> Floats:
    """Return how long each person needs to be outside, by a uniform draw."""
    median_s = rules.escape_asleep if asleep else rules.escape_awake
    return np.asarray(median_s * np.exp(rules.escape_spread * ndtri(np.asarray(luck))))


def still_inside_p(rules: HutRules, after_s: float, *, asleep: bool) -> float:
    """Return the share of people still inside so long after ignition."""
    median_s = rules.escape_asleep if asleep else rules.escape_awake
    return float(ndtr(-np.log(after_s / median_s) / rules.escape_spread))


def is_between(clock_s: float, from_s: float, to_s: float) -> bool:
    """Whether a time of day lies in a span over midnight."""
    return clock_s >= from_s or clock_s < to_s


def flame_share(rules: HutRules, clock_s: float, night_air_c: float) -> float:
    """Return the share of the time that a flame burns in a hut at a time of day."""
    if is_between(clock_s, STOVES_FROM_S, STOVES_TO_S):
        return 1.0 if night_air_c < rules.heated_below else 0.0
    return min(rules.cooking / (_DAY_S - _NIGHT_S), 1.0)


@dataclass(frozen=True)
class HutToll:
    """Expected numbers of hut fires, of their dead, and of the burnt who live."""

    fires: float
    dead: float
    burnt: float


def expected_toll(
    rules: HutRules, huts: float, days: float, people_a_hut: float, *, night_air_c: float
) -> HutToll:
    """Return what huts that stand for days cost, everybody inside; no hut burns twice."""
    heated_s = _NIGHT_S if night_air_c < rules.heated_below else 0.0
    flame_s = heated_s + rules.cooking
    fires = -huts * float(np.expm1(-rules.fires_per_s * flame_s * days))
    asleep = min(_SLEEP_S, heated_s) / flame_s

    def inside(after_s: float) -> float:
        sleeping = asleep * still_inside_p(rules, after_s, asleep=True)
        return sleeping + (1 - asleep) * still_inside_p(rules, after_s, asleep=False)

    dead = inside(flashover_s(rules))
    burnt = inside(burns_s(rules)) - dead
    return HutToll(fires, fires * people_a_hut * dead, fires * people_a_hut * burnt)
