"""When water hurts and kills: published functions of depth and speed, and their numbers."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from sim.scenario.base import Length_m, Part, Positive, Share
from sim.scenario.parameters import catalogued
from sim.world.tables import BUILDING_CLASSES

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: building classes that fail at `HarmRules.collapse_flow_weak`
WEAK_BUILDINGS: Final = tuple(BUILDING_CLASSES.index(name) for name in ("adobe", "old_masonry"))
_IS_WEAK: Final = np.isin(np.arange(len(BUILDING_CLASSES)), WEAK_BUILDINGS)
#: rates of HEC-LifeSim's groups in deadly water that lost some but not all, the worst first: its
#: table of 138 groups, as in USACE go-consequences (lifeloss, "highlethality")
SOME_DIE: Final = (
    0.975, 0.9708738, 0.96, 0.9565217, 0.9090909, 0.9, 0.8947368, 0.8571429, 0.8571429, 0.8333333,
    0.8235294, *[0.8] * 3, *[0.75] * 5, *[0.6666667] * 5, 0.5714286, 0.5714286, 0.55, *[0.5] * 13,
    0.4285714, 0.4285714, *[0.3333333] * 8, 0.2857143, *[0.2] * 3, 0.1666667,
)  # fmt: skip
#: of HEC-LifeSim's 311,152 groups in water short of deadly, draws and rates, from the same place
_LOW_DRAWS: Final = 3.213863e-6 * np.arange(9)
_LOW_RATES: Final = (1.0, 1.0, 1.0, 0.5, 0.5, 0.2, 0.1428571, 0.04, 0.0)
#: shallowest water that moved a car in full-scale tests (UNSW Water Research Laboratory)
SHALLOWEST_FOR_CARS_M: Final = 0.15
_CORNERS: Final = ("low", "mode", "high")


class HarmRules(Part):
    """How water hurts; every default is in the parameter catalogue, topic ``people``."""

    submerged_limited_low: Length_m = catalogued("people.submerged_limited_low")
    submerged_limited_mode: Length_m = catalogued("people.submerged_limited_mode")
    submerged_limited_high: Length_m = catalogued("people.submerged_limited_high")
    submerged_able_gap_low: Length_m = catalogued("people.submerged_able_gap_low")
    submerged_able_gap_mode: Length_m = catalogued("people.submerged_able_gap_mode")
    submerged_able_gap_high: Length_m = catalogued("people.submerged_able_gap_high")
    submerged_roof_low: Length_m = catalogued("people.submerged_roof_low")
    submerged_roof_mode: Length_m = catalogued("people.submerged_roof_mode")
    submerged_roof_high: Length_m = catalogued("people.submerged_roof_high")
    roof_access: Share = catalogued("people.roof_access")
    floor_above_ground: Length_m = catalogued("people.floor_above_ground")
    storey_height: Positive = catalogued("people.storey_height")
    collapse_flow: Positive = catalogued("people.collapse_flow")
    collapse_flow_weak: Positive = catalogued("people.collapse_flow_weak")
    collapse_speed: Positive = catalogued("people.collapse_speed")
    group_all_die: Share = catalogued("people.group_all_die")
    group_none_die: Share = catalogued("people.group_none_die")
    mortality_mu: float = catalogued("people.mortality_mu")
    mortality_sigma: Positive = catalogued("people.mortality_sigma")
    mortality_rising_mu: float = catalogued("people.mortality_rising_mu")
    mortality_rising_sigma: Positive = catalogued("people.mortality_rising_sigma")
    mortality_share: Share = catalogued("people.mortality_share")
    rising_rate: Positive = catalogued("people.rising_rate")
    rising_depth: Positive = catalogued("people.rising_depth")
    area_vulnerability: Share = catalogued("people.area_vulnerability")
    severe_share: Share = catalogued("people.severe_share")
    low_car_depth_low: Positive = catalogued("people.low_car_depth_low")
    low_car_depth_mode: Positive = catalogued("people.low_car_depth_mode")
    low_car_depth_high: Positive = catalogued("people.low_car_depth_high")
    low_car_speed_low: Positive = catalogued("people.low_car_speed_low")
    low_car_speed_mode: Positive = catalogued("people.low_car_speed_mode")
    low_car_speed_high: Positive = catalogued("people.low_car_speed_high")
    low_car_flow_low: Positive = catalogued("people.low_car_flow_low")
    low_car_flow_mode: Positive = catalogued("people.low_car_flow_mode")
    low_car_flow_high: Positive = catalogued("people.low_car_flow_high")
    high_car_depth_low: Positive = catalogued("people.high_car_depth_low")
    high_car_depth_mode: Positive = catalogued("people.high_car_depth_mode")
    high_car_depth_high: Positive = catalogued("people.high_car_depth_high")
    high_car_speed_low: Positive = catalogued("people.high_car_speed_low")
    high_car_speed_mode: Positive = catalogued("people.high_car_speed_mode")
    high_car_speed_high: Positive = catalogued("people.high_car_speed_high")
    high_car_flow_low: Positive = catalogued("people.high_car_flow_low")
    high_car_flow_mode: Positive = catalogued("people.high_car_flow_mode")
    high_car_flow_high: Positive = catalogued("people.high_car_flow_high")
    high_cars: Share = catalogued("people.high_cars")

    def drawn(self, name: str, luck: Floats) -> Floats:
        """Return a threshold for each draw from the triangle ``<name>_low, _mode, _high``."""
        low, mode, high = (float(getattr(self, f"{name}_{part}")) for part in _CORNERS)
        return triangular(luck, low, mode, high)


def triangular(luck: ArrayLike, low: float, mode: float, high: float) -> Floats:
    """Return the inverse of the triangular distribution's cumulative function."""
    u = np.asarray(luck, dtype=np.float64)
    if high == low:
        return np.full_like(u, low)
    left = (mode - low) / (high - low)
    rising = low + np.sqrt(u * (high - low) * (mode - low))
    falling = high - np.sqrt((1 - u) * (high - low) * (high - mode))
    return np.where(u < left, rising, falling)


def drowning_depth_m(
    rules: HarmRules, luck: Floats, roof_luck: Floats, *, limited: Flags, top_storey: Flags
) -> Floats:
    """Return the water above a person's floor that is deadly, HEC-LifeSim table 4.

    People of limited mobility drown some four to six feet above their floor; able people when the
    air under the ceiling is gone, or, on a top storey with a way onto the roof, when the water
    carries them off it.
    """
    standing = rules.drawn("submerged_limited", luck)
    ceiling = rules.storey_height - rules.drawn("submerged_able_gap", luck)
    roof = rules.storey_height + rules.drawn("submerged_roof", luck)
    able = np.where(top_storey & (roof_luck < rules.roof_access), roof, ceiling)
    return np.where(limited, standing, able)


def building_fails(
    rules: HarmRules,
    depth_m: NDArray[np.floating],
    speed_m_per_s: NDArray[np.floating],
    building_class: NDArray[np.uint8],
) -> Flags:
    """Return which buildings the water tears down, RESCDAM after Clausen and Clark (1990)."""
    weak = _IS_WEAK[building_class]
    limit = np.where(weak, rules.collapse_flow_weak, rules.collapse_flow)
    fails: Flags = (speed_m_per_s >= rules.collapse_speed) & (depth_m * speed_m_per_s >= limit)
    return fails


def group_mortality(rules: HarmRules, luck: ArrayLike) -> Floats:
    """Return the share of a group in deadly water that dies, HEC-LifeSim chapter 12.

    Below ``group_all_die`` everybody, above ``1 - group_none_die`` nobody; between, its table of
    groups (`SOME_DIE`), which stretches with the two shares.
    """
    all_die, none_dies = rules.group_all_die, 1 - rules.group_none_die
    draws = np.linspace(all_die, none_dies, len(SOME_DIE) + 2)
    return np.interp(np.asarray(luck, np.float64), draws, [1.0, *SOME_DIE, 0.0])


def low_mortality(luck: ArrayLike) -> Floats:
    """Return the share of a group that dies in water short of deadly, HEC-LifeSim: nearly none."""
    return np.interp(np.asarray(luck, np.float64), _LOW_DRAWS, _LOW_RATES)


def mortality(
    rules: HarmRules, depth_m: ArrayLike, speed: Literal["slow", "rapid"] = "slow"
) -> Floats:
    """Return the share of people standing in water who die, Jonkman et al. (2008).

    A lognormal curve of depth, for slowly or for rapidly rising water. It counts all the dead of a
    zone, those who drowned, were swept off roads or lay under houses among them.
    """
    mu, sigma = rules.mortality_mu, rules.mortality_sigma
    if speed == "rapid":
        mu, sigma = rules.mortality_rising_mu, rules.mortality_rising_sigma
    depth = np.asarray(depth_m, dtype=np.float64)
    with np.errstate(divide="ignore"):
        return np.asarray(ndtr((np.log(np.maximum(depth, 0.0)) - mu) / sigma))


def injury_p(rules: HarmRules, rating: ArrayLike) -> Floats:
    """Return the probability that somebody in danger outdoors is hurt, FD2321 (2006).

    ``2 HR AV / 100``, at most 1; AV is the area vulnerability score.
    """
    return np.minimum(2 * np.asarray(rating, np.float64) * rules.area_vulnerability, 1.0)


def car_is_deadly(
    rules: HarmRules,
    depth_m: Floats,
    speed_m_per_s: Floats,
    luck: Floats,
    *,
    high_clearance: Flags,
) -> Flags:
    """Return whether water carries a car off with its occupants, HEC-LifeSim table 17.

    One draw a car for all its three limits (depth, speed, their product): a sturdy car is sturdy in
    every way. A film of water, however fast, carries no car off.
    """
    deadly = np.zeros(len(depth_m), dtype=bool)
    for car, chosen in (("low", ~high_clearance), ("high", high_clearance)):
        for quantity, value in (
            ("depth", depth_m),
            ("speed", speed_m_per_s),
            ("flow", depth_m * speed_m_per_s),
        ):
            deadly |= chosen & (value > rules.drawn(f"{car}_car_{quantity}", luck))
    return np.asarray(deadly & (depth_m >= SHALLOWEST_FOR_CARS_M), dtype=bool)
