"""A dam fails and its reservoir runs out onto the map: Froehlich's breach and peak outflow.

A simple model: the outflow rises in a straight line over the breach's formation time to the peak
and falls off exponentially, so that exactly the reservoir's volume runs out. Regressions from
embankment dams; a single one scatters by a factor of two around them, and dams of earth about a
core of clay that overtop at full width (Banqiao 1975) lie far above: a known peak can be stated.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from sim.core.words import said
from sim.hazards.base import SHOCKS, Surroundings
from sim.hazards.chains import Pouring, Spread, strengths
from sim.hazards.flood_site import entry_cells
from sim.scenario.base import Amount, HazardParams, Id, Moment_s, Names, Positive, Spot
from sim.scenario.parameters import catalogued

_G_M_PER_S2: Final = 9.80665
#: the breach counts as run out when less than this share of the peak flows
_REST_SHARE: Final = 1e-4

#: more of the volume than this cannot run out on the rising limb
_RISING_SHARE: Final = 0.5


def breach_width_m(volume_m3: float, height_m: float, *, overtopped: bool) -> float:
    """Return the mean width of a dam's breach: Froehlich (2008), 10.1061/(ASCE)0733-9429(2008)."""
    factor = 1.3 if overtopped else 1.0
    return float(0.27 * factor * volume_m3**0.32 * height_m**0.04)


def formation_s(volume_m3: float, height_m: float) -> float:
    """Return how long a dam's breach takes to form: Froehlich (2008)."""
    return 63.2 * math.sqrt(volume_m3 / (_G_M_PER_S2 * height_m**2))


def peak_outflow_m3_per_s(volume_m3: float, height_m: float) -> float:
    """Return the peak outflow of a breached embankment dam: Froehlich (1995).

    Parameters
    ----------
    volume_m3, height_m : float
        Of the water above the breach's bottom.
    """
    return float(0.607 * volume_m3**0.295 * height_m**1.24)


@dataclass(frozen=True)
class Outflow:
    """A dam's outflow against the time since it began to fail.

    Attributes
    ----------
    peak_m3_per_s, rise_s, fall_s : float
        Peak; time to it; time in which the flow then falls to a share 1/e.
    """

    peak_m3_per_s: float
    rise_s: float
    fall_s: float

    @classmethod
    def of(cls, volume_m3: float, height_m: float, peak_m3_per_s: float | None = None) -> Outflow:
        """Return the outflow of a volume above the breach and its depth; by a known peak if any."""
        peak = peak_m3_per_s or peak_outflow_m3_per_s(volume_m3, height_m)
        rise_s = min(formation_s(volume_m3, height_m), 2.0 * _RISING_SHARE * volume_m3 / peak)
        return cls(peak, rise_s, volume_m3 / peak - 0.5 * rise_s)

    def volume_m3(self, since_s: float) -> float:
        """Return what has run out by a time."""
        if since_s <= 0.0:
            return 0.0
        if since_s <= self.rise_s:
            return 0.5 * self.peak_m3_per_s * since_s**2 / self.rise_s
        fallen = 1.0 - math.exp(-(since_s - self.rise_s) / self.fall_s)
        return self.peak_m3_per_s * (0.5 * self.rise_s + self.fall_s * fallen)

    def mean_m3_per_s(self, from_s: float, to_s: float) -> float:
        """Return the mean flow over a span of time; 0 when what is left does not count."""
        mean = (self.volume_m3(to_s) - self.volume_m3(from_s)) / (to_s - from_s)
        return mean if to_s <= self.rise_s or mean > _REST_SHARE * self.peak_m3_per_s else 0.0


class DamFailureParams(HazardParams):
    """A dam, what is behind it, and when it fails.

    Attributes
    ----------
    at, river : Spot, str
        Where its water comes onto the map: a spot, or the place where a river enters.
    volume, height : float
        Water above the breach's bottom, m3, and its depth, m.
    peak : float or None
        Peak outflow that a study of the dam or a record gives, m3/s; None takes Froehlich's.
    time, shaking : float, bool
        It fails at a time, or by its strength against shaking (where its water comes in).
    median_pga, spread : float
        Acceleration at which half of such dams fail, m/s2; spread of its logarithm.
    """

    ONE_OF: ClassVar = ("at", "river")

    kind: Literal["dam_failure"]
    at: Spot | None = None
    river: Annotated[Id, Names("river")] | None = None
    volume: Annotated[float, Amount("volume"), Field(gt=0)]
    height: Annotated[float, Amount("length"), Field(gt=0)]
    peak: Annotated[float, Amount("flow"), Field(gt=0)] | None = None
    time: Moment_s | None = None
    shaking: bool = False
    overtopped: bool = False
    median_pga: Positive = catalogued("chains.dam_median_pga")
    spread: Spread = catalogued("chains.dam_spread")

    @model_validator(mode="after")
    def _can_fail(self) -> Self:
        if (self.time is None) is not self.shaking:
            raise ValueError(said("chains.dam_never"))
        return self


class DamFailure:
    """Pours a reservoir onto the map once its dam fails.

    Attributes
    ----------
    cause : int
        The failure; -1 before it.
    outflow : Outflow
    """

    kind: ClassVar[str] = "dam_failure"
    Params: ClassVar[type[DamFailureParams]] = DamFailureParams
    reads: ClassVar[tuple[str, ...]] = ("elevation_m", "pga_m_per_s2")
    writes: ClassVar[tuple[str, ...]] = ("poured_m_per_s",)
    example: ClassVar[Mapping[str, Any]] = {
        "id": "upper-dam",
        "kind": "dam_failure",
        "at": {"x_m": 105.0, "y_m": 105.0},
        "volume": "20000 m3",
        "height": "5 m",
        "time": "2 min",
    }

    def __init__(self, params: DamFailureParams, around: Surroundings) -> None:
        self.params = params
        self.cause = -1
        self._around = around
        ground_m = around.world.layers["elevation_m"].astype(np.float64)
        self._cells = entry_cells(params.id, params.at, params.river, around.world, ground_m)
        self._pouring = Pouring(around.fields, self._cells)
        self.outflow = Outflow.of(params.volume, params.height, params.peak)
        self._strength = strengths(
            around.streams, f"chains.dam/{params.id}", np.zeros(1, np.int64), params.median_pga,
            params.spread,
        )[0]  # fmt: skip
        self._fails_s = np.inf if params.time is None else params.time
        self._now_s, self._flow_m3_per_s = 0.0, 0.0

    def advance(self, to_s: float) -> None:
        """Let it fail when it must, and run out."""
        why = self._shock(to_s)
        if self._fails_s <= to_s and self.cause < 0:
            self.cause = self._tell(to_s, why)
        since_s = self._now_s - self._fails_s
        if self.cause >= 0:
            step_s = to_s - self._now_s
            self._flow_m3_per_s = self.outflow.mean_m3_per_s(since_s, since_s + step_s)
            self._pouring.pour(self._flow_m3_per_s)
        self._now_s = to_s

    def report(self) -> Mapping[str, float]:
        """Return the flow now, and what has run out (m3)."""
        gone = self.outflow.volume_m3(self._now_s - self._fails_s) if self.cause >= 0 else 0.0
        return {"dam_outflow_m3_per_s": self._flow_m3_per_s, "dam_outflow_m3": gone}

    def _shock(self, to_s: float) -> int:
        """Return the earthquake that breaks it now; -1 for none."""
        pga = self._around.fields.get("pga_m_per_s2")
        if not self.params.shaking or pga is None or self._fails_s <= to_s:
            return -1
        if pga.reshape(-1)[self._cells].max() < self._strength:
            return -1
        self._fails_s = to_s
        return self._around.log.newest(SHOCKS)

    def _tell(self, to_s: float, why: int) -> int:
        stated = self.params
        width_m = breach_width_m(stated.volume, stated.height, overtopped=stated.overtopped)
        return self._around.log.add(
            to_s, "dam_failed", stated.id, cause=why, at_s=round(self._fails_s, 3),
            peak_m3_per_s=round(self.outflow.peak_m3_per_s, 1), width_m=round(width_m, 1),
            forms_in_s=round(self.outflow.rise_s),
        )  # fmt: skip
