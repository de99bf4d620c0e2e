"""How poisonous gas hurts: toxic load, probit of death, loads of the exposure guidelines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field
from scipy.special import ndtr

from sim.scenario.base import Part
from sim.scenario.parameters import catalogued, parameter

Floats = NDArray[np.float64]
MG_PER_KG: Final = 1e6
_MOLE_L: Final = 24.45
_HOUR_MIN: Final = 60.0
_PROBIT_MIDDLE: Final = 5.0


class GasRules(Part):
    """How people are exposed to gas; defaults are in the parameter catalogue, topic ``gas_harm``.

    Attributes
    ----------
    air_changes : float
        How often an hour the air of a closed building is replaced by that outside.
    """

    air_changes: Annotated[float, Field(gt=0)] = catalogued("gas_harm.air_changes")


@dataclass(frozen=True)
class Poison:
    """What a gas does: the load is the integral of (mg/m3)^n over minutes.

    Attributes
    ----------
    a, b, n : float
        Probit of death: Pr = a + b ln(load).
    severe_load, light_load : float
        Loads of an hour at AEGL-3 and AEGL-2, from which anybody may be in danger of life, or come
        to lasting harm; limits for the whole public with its weakest, so on the high side.
    """

    a: float
    b: float
    n: float
    severe_load: float
    light_load: float

    def load(self, mg_per_m3: ArrayLike, minutes: float) -> Floats:
        """Return the load of a time in a concentration."""
        return np.asarray(np.asarray(mg_per_m3, np.float64) ** self.n * minutes)

    def death_p(self, load: ArrayLike) -> Floats:
        """Return the share of people whom a load kills."""
        with np.errstate(divide="ignore"):
            probit = self.a + self.b * np.log(np.asarray(load, np.float64))
        return np.asarray(ndtr(probit - _PROBIT_MIDDLE))


def poison(gas: str) -> Poison:
    """Return a gas of `sim.world.layers.GASES` from the parameter catalogue."""
    a, b, n = (parameter(f"gas_harm.{gas}_{name}").value for name in "abn")
    grams = parameter(f"hazmat.{gas}_molar_mass").value
    two, three = (
        _HOUR_MIN * (parameter(f"hazmat.{gas}_aegl{level}").value * grams / _MOLE_L) ** n
        for level in (2, 3)
    )
    return Poison(a, b, n, severe_load=three, light_load=two)


def indoors_after(inside: Floats, outside: ArrayLike, air_changes: float, span_s: float) -> Floats:
    """Return the concentration indoors after a time: dC/dt = changes (C_out - C)."""
    share = -np.expm1(-air_changes * span_s / 3600.0)
    return np.asarray(inside + (np.asarray(outside, np.float64) - inside) * share)
