"""The broken plane of an earthquake: how large, where it lies, how far sites are from it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.hazards.ground_motion import NORMAL, REVERSE, STRIKE_SLIP

Floats = NDArray[np.float64]

M_PER_KM: Final = 1000.0


class Size(NamedTuple):
    """``lg(km) = a + b M`` for length and width of a rupture below ground."""

    length: tuple[float, float]
    width: tuple[float, float]


#: Wells & Coppersmith (1994), BSSA 84(4):974-1002, table 2A, by style of faulting
WELLS_COPPERSMITH: Final = {
    STRIKE_SLIP: Size((-2.57, 0.62), (-0.76, 0.27)),
    NORMAL: Size((-1.88, 0.50), (-1.14, 0.35)),
    REVERSE: Size((-2.42, 0.58), (-1.61, 0.41)),
}


def rupture_size_m(moment_magnitude: float, style: int) -> tuple[float, float]:
    """Return the usual length and width of a rupture."""
    size = WELLS_COPPERSMITH[style]
    length_km, width_km = (10.0 ** (a + b * moment_magnitude) for a, b in size)
    return M_PER_KM * length_km, M_PER_KM * width_km


@dataclass(frozen=True)
class Rupture:
    """A rectangle in the ground, seen from above.

    Attributes
    ----------
    x_m, y_m : float
        Epicentre.
    strike_deg : float
        Bearing of its long side, clockwise from north; it dips to the right of it.
    from_m, to_m : float
        Its ends along strike, from the epicentre.
    near_m, far_m : float
        Its upper and lower edge across strike, from the epicentre, positive to the right.
    """

    x_m: float
    y_m: float
    strike_deg: float
    from_m: float
    to_m: float
    near_m: float
    far_m: float

    @classmethod
    def around(
        cls,
        x_m: float,
        y_m: float,
        *,
        depth_m: float,
        strike_deg: float,
        dip_deg: float,
        length_m: float,
        width_m: float,
        share_behind: float = 0.5,
    ) -> Rupture:
        """Return the rupture whose focus lies under a point.

        Parameters
        ----------
        depth_m : float
            Of the focus, which lies half-way down the plane, or higher where the plane would
            otherwise come out of the ground.
        share_behind : float
            Share of the length that lies against the strike direction from the focus.
        """
        dip = math.radians(dip_deg)
        above_m = min(0.5 * width_m, depth_m / math.sin(dip))
        return cls(
            x_m,
            y_m,
            strike_deg,
            -share_behind * length_m,
            (1.0 - share_behind) * length_m,
            -above_m * math.cos(dip),
            (width_m - above_m) * math.cos(dip),
        )

    def along_across_m(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
        """Return where sites lie from the epicentre, along strike and to the right of it."""
        east, north = np.asarray(x_m) - self.x_m, np.asarray(y_m) - self.y_m
        strike = math.radians(self.strike_deg)
        sin, cos = math.sin(strike), math.cos(strike)
        return east * sin + north * cos, east * cos - north * sin

    def at(self, along_m: float, across_m: float) -> tuple[float, float]:
        """Return the map's coordinates of a place along and across strike."""
        strike = math.radians(self.strike_deg)
        sin, cos = math.sin(strike), math.cos(strike)
        return (
            self.x_m + along_m * sin + across_m * cos,
            self.y_m + along_m * cos - across_m * sin,
        )

    def joyner_boore_m(self, x_m: Floats, y_m: Floats) -> Floats:
        """Return the horizontal distance of sites to the plane's projection; 0 above it."""
        along, across = self.along_across_m(x_m, y_m)
        beyond = np.maximum(np.maximum(self.from_m - along, along - self.to_m), 0.0)
        beside = np.maximum(np.maximum(self.near_m - across, across - self.far_m), 0.0)
        return np.hypot(beyond, beside)
