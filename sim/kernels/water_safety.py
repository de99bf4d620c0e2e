"""What depth and speed of water mean for people, cars and roads: published limits as functions.

Every function takes arrays or numbers and returns arrays. Depths are of the water a person stands
in or a car drives through. "Unconfirmed" marks figures cited from memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

WATER_KG_PER_M3: Final = 1000.0

#: lower bounds of "for some", "for most", "for all": DEFRA/EA FD2321 (2006), unconfirmed
HAZARD_CLASS_BOUNDS: Final = (0.75, 1.25, 2.0)

#: (depth m, speed m/s) from which debris counts, and its factor: Flood Modeller's form of FD2321
_DEBRIS_DEPTH_M: Final = 0.25
_DEBRIS_SPEED_M_PER_S: Final = 2.0

#: H1..H5 as (largest depth x speed m2/s, depth m, speed m/s); beyond is H6.
#: AIDR Guideline 7-3 (2017), after Smith, Davey & Cox (2014), WRL TR 2014/07
AIDR_LIMITS: Final = (
    (0.3, 0.3, 2.0),
    (0.6, 0.5, 2.0),
    (0.6, 1.2, 2.0),
    (1.0, 2.0, 2.0),
    (4.0, 4.0, 4.0),
)


def hazard_rating(depth_m: ArrayLike, speed_m_per_s: ArrayLike) -> FloatArray:
    """Return ``d (v + 0.5) + DF``, the danger to people of DEFRA/EA FD2321 (2006).

    The debris factor DF is 1 deeper than 0.25 m or faster than 2 m/s, else 0; dry ground is 0.
    """
    depth, speed = np.asarray(depth_m, np.float64), np.asarray(speed_m_per_s, np.float64)
    debris = (depth > 0) & ((depth > _DEBRIS_DEPTH_M) | (speed > _DEBRIS_SPEED_M_PER_S))
    return depth * (speed + 0.5) + debris


def hazard_class(rating: ArrayLike) -> NDArray[np.int64]:
    """Return 0 low, 1 danger for some (children, frail), 2 for most, 3 for all.

    A rating of exactly 2 is still "for most", one of exactly 0.75 or 1.25 is in the higher class.
    """
    some, most, for_all = HAZARD_CLASS_BOUNDS
    rating = np.asarray(rating, np.float64)
    return (rating >= some).astype(np.int64) + (rating >= most) + (rating > for_all)


def aidr_class(depth_m: ArrayLike, speed_m_per_s: ArrayLike) -> NDArray[np.int64]:
    """Return the class 1..6 (H1..H6): the smallest whose three limits all hold.

    H1 safe; H2 not for small cars; H3 not for cars, children, the elderly; H4 not for people; H5
    buildings are damaged; H6 buildings fail.
    """
    depth, speed = np.broadcast_arrays(np.asarray(depth_m), np.asarray(speed_m_per_s))
    found = np.full(depth.shape, len(AIDR_LIMITS) + 1, dtype=np.int64)
    for number in range(len(AIDR_LIMITS), 0, -1):
        flow, deep, fast = AIDR_LIMITS[number - 1]
        found[(depth * speed <= flow) & (depth <= deep) & (speed <= fast)] = number
    return found


@dataclass(frozen=True)
class Body:
    """A standing person.

    Attributes
    ----------
    height_m, mass_kg : float
    """

    height_m: float
    mass_kg: float


#: the two bodies whose limits Xia et al. (2014) tabulate
ADULT: Final = Body(1.71, 68.7)
CHILD: Final = Body(1.26, 25.5)

#: Xia, Falconer, Wang & Xiao (2014), J. Hydraul. Res. 52:93: (alpha, beta) of the toppling curve,
#: fitted to real people
TOPPLING_REAL_PEOPLE: Final = (7.867, 0.462)
# and the body's volume and height shares a1, b1, a2, b2 of the same paper
_BODY_HEIGHT: Final = (0.633, 0.367)
_BODY_VOLUME: Final = (1.015e-3, -4.927e-3)
_FILM_M: Final = 1e-6


def toppling_speed_m_per_s(
    depth_m: ArrayLike, body: Body, curve: tuple[float, float] = TOPPLING_REAL_PEOPLE
) -> FloatArray:
    """Return the water speed that topples a standing person, Xia et al. (2014).

    Infinity on ground without a film of water, 0 where the body floats.
    """
    depth = np.asarray(depth_m, np.float64)
    alpha, beta = curve
    (a1, b1), (a2, b2) = _BODY_HEIGHT, _BODY_VOLUME
    wet = np.maximum(depth, _FILM_M)
    weight = body.mass_kg / (WATER_KG_PER_M3 * wet**2)
    lift = (a1 / body.height_m**2 + b1 / (wet * body.height_m)) * (a2 * body.mass_kg + b2)
    speed = alpha * (wet / body.height_m) ** beta * np.sqrt(np.maximum(weight - lift, 0.0))
    return np.where(depth >= _FILM_M, speed, np.inf)


@dataclass(frozen=True)
class VehicleLimit:
    """When still or moving water begins to move a parked car.

    Attributes
    ----------
    depth_m, flow_m2_per_s, speed_m_per_s : float
        All three must hold for the car to stay: depth, depth x speed, speed.
    """

    depth_m: float
    flow_m2_per_s: float
    speed_m_per_s: float


#: Australian Rainfall & Runoff Project 10 stage 2, Shand et al. (2011), an interim report; flows
#: read in the text, still-water depths unconfirmed
VEHICLE_LIMITS: Final = {
    "small_car": VehicleLimit(0.30, 0.30, 3.0),
    "large_car": VehicleLimit(0.40, 0.45, 3.0),
    "large_4wd": VehicleLimit(0.50, 0.60, 3.0),
}


def vehicle_stands(
    depth_m: ArrayLike, speed_m_per_s: ArrayLike, limit: VehicleLimit
) -> NDArray[np.bool_]:
    """Return whether a parked car stays where it is."""
    depth, speed = np.asarray(depth_m, np.float64), np.asarray(speed_m_per_s, np.float64)
    stands: NDArray[np.bool_] = (
        (depth <= limit.depth_m)
        & (depth * speed <= limit.flow_m2_per_s + 1e-12)
        & (speed <= limit.speed_m_per_s)
    )
    return stands


#: depth from which no car drives: Pregnolato et al. (2017), doi 10.1016/j.trd.2017.06.020
IMPASSABLE_DEPTH_M: Final = 0.3
# their fit (R2 0.95), km/h over mm
_DRIVING_FIT: Final = (0.0009, -0.5529, 86.9448)


def safe_driving_speed_m_per_s(depth_m: ArrayLike) -> FloatArray:
    """Return the speed at which cars still drive through water, Pregnolato et al. (2017).

    24 m/s on dry road, so take the smaller of it and the free-flow speed; 0 from 0.3 m on.
    """
    depth = np.asarray(depth_m, np.float64)
    km_per_h = np.polyval(_DRIVING_FIT, depth * 1000.0)
    return np.where(depth < IMPASSABLE_DEPTH_M, np.maximum(km_per_h, 0.0) / 3.6, 0.0)


#: depth m and share of the dry walking speed: at 0.35 m measured on 188 people (Li et al. 2026, men
#: -38.6 %, women -44.8 %); at 0.9 m assumed from the small further drops that they and Dias et al.
#: (2021) report
_WADING_DEPTHS_M: Final = (0.0, 0.35, 0.9)
_WADING_SHARES: Final = (1.0, 0.58, 0.4)
#: deepest water measured, the waist, as a share of a man's height
WAIST_SHARE: Final = _WADING_DEPTHS_M[-1] / ADULT.height_m


def wading_share(depth_m: ArrayLike) -> FloatArray:
    """Return the share of a person's dry walking speed left in still water.

    0 deeper than 0.9 m, the waist, where the measurements end.
    """
    depth = np.asarray(depth_m, np.float64)
    share = np.interp(depth, _WADING_DEPTHS_M, _WADING_SHARES)
    return np.where(depth <= _WADING_DEPTHS_M[-1], share, 0.0)
