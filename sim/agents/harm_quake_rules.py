"""How shaking hurts people indoors, how long the buried live, who digs them out: the numbers."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field

from sim.scenario.base import Part, Positive, Share, Span_s
from sim.scenario.parameters import catalogued, parameter
from sim.world.states import DAMAGE_STATES
from sim.world.tables import BUILDING_CLASSES

Floats = NDArray[np.float64]

#: rows of `severity_rates`: the damage states, and then fallen down
COLLAPSED: Final = len(DAMAGE_STATES)
#: classes that hurt as unreinforced brick does
_BRITTLE: Final = ("adobe", "old_masonry")
_CONCRETE: Final = ("rc_frame", "rc_tall", "industrial")
_IS_CONCRETE: Final = np.isin(BUILDING_CLASSES, _CONCRETE)
_N_SEVERITIES: Final = 4
_LOW_STOREYS: Final = 3


class QuakeRules(Part):
    """How shaking hurts; defaults are in the parameter catalogue, topic ``quake_harm``."""

    survival_adobe: Span_s = catalogued("quake_harm.survival_adobe")
    survival_masonry: Span_s = catalogued("quake_harm.survival_masonry")
    survival_concrete: Span_s = catalogued("quake_harm.survival_concrete")
    survival_shape: Positive = catalogued("quake_harm.survival_shape")
    trapped_vii: Share = catalogued("quake_harm.trapped_vii")
    trapped_viii: Share = catalogued("quake_harm.trapped_viii")
    trapped_ix: Share = catalogued("quake_harm.trapped_ix")
    self_rescue: Share = catalogued("quake_harm.self_rescue")
    self_rescue_time: Span_s = catalogued("quake_harm.self_rescue_time")
    dug_out_a_day: Annotated[float, Field(ge=0)] = catalogued("quake_harm.dug_out_a_day")
    dug_out_concrete: Share = catalogued("quake_harm.dug_out_concrete")
    least_dig: Span_s = catalogued("quake_harm.least_dig")

    def gets_out_p(
        self,
        intensity: ArrayLike,
        building_class: NDArray[np.uint8],
        storeys: NDArray[np.integer[Any]],
    ) -> Floats:
        """Return the chance to be out of a building of some class before it falls.

        Coburn & Spence's shares of occupants trapped in fallen masonry of up to three storeys rise
        with the intensity; Hazus' rates are taken to be those of IX, so that below it the rest has
        got out. Nobody gets out of concrete or of higher buildings.
        """
        shares = (self.trapped_vii, self.trapped_viii, self.trapped_ix)
        caught = (
            np.interp(np.asarray(intensity, np.float64), (7.0, 8.0, 9.0), shares) / self.trapped_ix
        )
        low = ~_IS_CONCRETE[building_class] & (storeys <= _LOW_STOREYS)
        return np.where(low, 1.0 - np.minimum(caught, 1.0), 0.0)

    def survival_scale_s(self, building_class: NDArray[np.uint8]) -> Floats:
        """Return the time scale of survival under buildings of some classes."""
        scale_s = np.where(_IS_CONCRETE, self.survival_concrete, self.survival_masonry)
        scale_s[BUILDING_CLASSES.index("adobe")] = self.survival_adobe
        return np.asarray(scale_s[building_class])

    def survives_s(self, building_class: NDArray[np.uint8], luck: Floats) -> Floats:
        """Return how long each trapped person lives: the inverse of exp(-(t / a)^k)."""
        scale_s = self.survival_scale_s(building_class)
        return np.asarray(scale_s * (-np.log1p(-luck)) ** (1 / self.survival_shape))

    def by_hand(self, building_class: NDArray[np.uint8]) -> Floats:
        """Return how fast neighbours dig in fallen buildings of some classes, 1 in brick."""
        return np.where(_IS_CONCRETE, self.dug_out_concrete, 1.0)[building_class]


def survival(after_s: ArrayLike, scale_s: float, shape: float) -> Floats:
    """Return the share of the trapped who are alive after a time, exp(-(t / a)^k)."""
    return np.asarray(np.exp(-((np.asarray(after_s, np.float64) / scale_s) ** shape)))


def severity_rates() -> Floats:
    """Return the share of occupants hurt at each severity, HAZUS tables 13.3 to 13.7.

    Returns
    -------
    (classes, damage states + 1, 4) float64
        By `BUILDING_CLASSES`; the last damage row is a building fallen down; severities 1 to 4.
        So many earth houses as stand on timber frames kill as wooden ones when they fall.
    """
    rates = np.zeros((len(BUILDING_CLASSES), COLLAPSED + 1, _N_SEVERITIES))
    for row, name in enumerate(BUILDING_CLASSES):
        group = "brick_" if name in _BRITTLE else ""
        for damage, state in enumerate((*DAMAGE_STATES, "collapsed")):
            if state != "none":
                rates[row, damage] = [
                    parameter(f"quake_harm.{group}{state}_{severity}").si
                    for severity in range(1, _N_SEVERITIES + 1)
                ]
    on_timber = parameter("quake_harm.adobe_on_timber").si
    fallen = rates[BUILDING_CLASSES.index("adobe"), COLLAPSED]
    for severity in (3, 4):
        timber = parameter(f"quake_harm.timber_collapsed_{severity}").si
        fallen[severity - 1] += on_timber * (timber - fallen[severity - 1])
    return rates


def severities(rates: Floats, luck: Floats) -> NDArray[np.int64]:
    """Return each occupant's severity, 0 for unhurt .. 4 for dead at once.

    Parameters
    ----------
    rates : (n, 4) float64
        Of severities 1 to 4.
    luck : (n,) float64
        Uniform; the smallest are hurt worst, so more damage never helps anybody.
    """
    worst_first = np.cumsum(rates[:, ::-1], axis=1)
    return np.asarray(_N_SEVERITIES - (luck[:, None] >= worst_first).sum(axis=1))
