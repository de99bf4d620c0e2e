"""How much shaking which damage takes: lognormal curves of buildings, bridges and facilities.

Medians of building curves are peak ground accelerations in g at which half of all reach a state,
FEMA Hazus Earthquake Model Technical Manual 6.1, equivalent-PGA fragility ("LF" in the SimCenter
damage and loss library 3.2); PC, LC and MC are its pre-, low- and moderate-code designs.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from sim.kernels.earthquake import damage_states
from sim.scenario.parameters import parameter
from sim.world.states import DAMAGE_STATES
from sim.world.tables import BUILDING_CLASSES, FACILITY_KINDS, Buildings

Floats = NDArray[np.float64]
States = NDArray[np.uint8]

COMPLETE: Final = DAMAGE_STATES.index("complete")


class Curve(NamedTuple):
    """Medians (g) of the four states of damage, and the share of the last that falls."""

    slight: float
    moderate: float
    extensive: float
    complete: float
    falls: float = 0.0

    @property
    def medians(self) -> tuple[float, float, float, float]:
        """The four medians."""
        return self[:4]


BUILDING_CURVES: Final[dict[str, Curve]] = {
    "URML-PC": Curve(0.13, 0.17, 0.26, 0.37, 0.15),
    "URMM-PC": Curve(0.09, 0.13, 0.21, 0.38, 0.15),
    "RM1L-PC": Curve(0.13, 0.16, 0.24, 0.43, 0.13),
    "RM1L-LC": Curve(0.16, 0.20, 0.29, 0.54, 0.13),
    "RM1M-PC": Curve(0.11, 0.15, 0.28, 0.50, 0.10),
    "RM1M-LC": Curve(0.14, 0.19, 0.35, 0.63, 0.10),
    "C1L-LC": Curve(0.12, 0.15, 0.27, 0.45, 0.13),
    "C1L-MC": Curve(0.16, 0.23, 0.41, 0.77, 0.13),
    "C1M-LC": Curve(0.12, 0.17, 0.32, 0.54, 0.10),
    "C1M-MC": Curve(0.13, 0.21, 0.49, 0.89, 0.10),
    "C1H-LC": Curve(0.10, 0.15, 0.27, 0.44, 0.05),
    "C1H-MC": Curve(0.11, 0.18, 0.41, 0.74, 0.05),
    "C2H-LC": Curve(0.11, 0.19, 0.38, 0.65, 0.05),
    "C2H-MC": Curve(0.12, 0.23, 0.57, 1.07, 0.05),
    "PC2L-LC": Curve(0.13, 0.15, 0.24, 0.44, 0.15),
    "PC2L-MC": Curve(0.18, 0.25, 0.40, 0.74, 0.15),
}

#: of spectral acceleration at 1 s in g: FEMA Hazus 5.1/6.1, highway bridges HWB3-HWB7
BRIDGE_CURVES: Final[dict[str, Curve]] = {
    "conventional": Curve(0.25, 0.35, 0.45, 0.70),  # HWB5, several spans, not Californian
    "modern": Curve(0.50, 0.80, 1.10, 1.70),  # HWB7, several spans, seismic design
    "single_span": Curve(0.80, 1.00, 1.20, 1.70),  # HWB3 and HWB4
}

#: medium-voltage substation with equipment not anchored (Hazus 5.1 EP.S.M.U)
SUBSTATION_CURVE: Final = Curve(0.10, 0.20, 0.30, 0.50)

#: what stands for a facility; kinds not named here are posts, stocks of people or pipes
FACILITY_CURVES: Final[dict[str, Curve]] = {
    "shelter": BUILDING_CURVES["C1M-MC"],
    "depot": BUILDING_CURVES["PC2L-LC"],
    "fire_station": BUILDING_CURVES["C1L-MC"],
    "hospital": BUILDING_CURVES["C1M-MC"],
    "command_post": BUILDING_CURVES["C1M-MC"],
    "pumping_station": BUILDING_CURVES["C1L-LC"],
    "bus_depot": BUILDING_CURVES["PC2L-LC"],
    "police_station": BUILDING_CURVES["C1L-MC"],
    "supplier": BUILDING_CURVES["PC2L-LC"],
    "power_substation": SUBSTATION_CURVE,
    "base_station": BUILDING_CURVES["C1L-LC"],
    "school": BUILDING_CURVES["C1M-MC"],
}


def curve_names(buildings: Buildings) -> NDArray[np.str_]:
    """Return for each building the name of its curve, by class, storeys and year.

    The classes of GB/T 17742-2020 (A earth and timber, B old brick, C brick designed for VII, D
    concrete designed for VII) read as Hazus types; the code changed in 1978 (TJ 11-78) and 1990
    (GBJ 11-89).
    """
    year, storeys = buildings.year, buildings.storeys
    before_1978, before_1990 = year < 1978, year < 1990
    frame = np.where(storeys <= 3, "C1L", np.where(storeys <= 7, "C1M", "C1H"))
    frame = np.char.add(frame, np.where(before_1990, "-LC", "-MC"))
    masonry = np.where(storeys <= 3, "RM1L", "RM1M")
    named = {
        "adobe": np.full(len(year), "URMM-PC"),
        "old_masonry": np.full(len(year), "URML-PC"),
        "masonry": np.char.add(masonry, np.where(before_1978, "-PC", "-LC")),
        "rc_frame": frame,
        "rc_tall": np.where(before_1990, "C2H-LC", "C2H-MC"),
        "industrial": np.where(before_1990, "PC2L-LC", "PC2L-MC"),
    }
    if len(year) == 0:
        return np.zeros(0, "U8")
    return np.choose(buildings.building_class, [named[kind] for kind in BUILDING_CLASSES])


def facility_curves(kinds: NDArray[np.uint8]) -> list[Curve]:
    """Return the curve of each facility; one that nothing reaches for kinds without walls."""
    return [FACILITY_CURVES.get(FACILITY_KINDS[kind], NEVER) for kind in kinds]


#: what no shaking reaches
NEVER: Final = Curve(1e6, 1e6, 1e6, 1e6)


def exceedance_p(demand: Floats | float, median: float, beta: float) -> Floats:
    """Return the probability that a lognormal capacity is exceeded."""
    return np.asarray(ndtr(np.log(np.asarray(demand) / median) / beta))


class Fragile:
    """Things that shaking damages, each with a strength of its own that it keeps.

    Parameters
    ----------
    medians : (n, 4) float
        In the unit of the demand.
    strength : (n,) float
        Standard normal: how much stronger than its kind each one is.
    beta : float or (n,) float
        Spread of strength within a kind.
    weakening : float
        Share of its strength that a thing loses with each state of damage.

    Attributes
    ----------
    states : (n,) uint8
        Codes of DAMAGE_STATES.
    """

    def __init__(
        self,
        medians: Floats,
        strength: Floats,
        beta: float | Floats,
        weakening: float,
        states: States,
    ) -> None:
        self._ln_limits = np.ascontiguousarray(np.log(medians).T + beta * strength)
        self._loss = np.log1p(-weakening)
        self.states = states

    def shake(self, ln_demand: Floats, site: NDArray[np.int32]) -> States:
        """Damage what this shaking damages and return the states that it would leave by itself.

        Parameters
        ----------
        ln_demand : (sites,) float
            Logarithm of the demand.
        site : (n,) int32
            The row of `ln_demand` of each thing.
        """
        limits = self._ln_limits + self._loss * self.states
        reached: States = np.empty((1, len(site)), np.uint8)
        damage_states(ln_demand.astype(np.float32)[None], site, limits.astype(np.float32), reached)
        alone = reached.reshape(-1)
        np.maximum(self.states, alone, out=self.states)
        return alone


def resistance(buildings: Buildings, factors: dict[str, float]) -> Floats:
    """Return by how much each building's medians differ from its curve's."""
    return np.array([factors[kind] for kind in BUILDING_CLASSES])[buildings.building_class]


def spectral_1s_g(pgv_m_per_s: Floats) -> Floats:
    """Return the spectral acceleration at 1 s that goes with a peak velocity.

    Hazus: ``PGV = (386.4 / 2 pi) SA1 / 1.65`` in inches a second, after Newmark & Hall (1982).
    """
    inches_per_s = pgv_m_per_s / 0.0254
    return np.asarray(inches_per_s * 1.65 * 2.0 * np.pi / 386.4)


def beta_of(*, sampled: bool) -> float:
    """Return the spread of strength: without ground motion's own where that is sampled."""
    return float(parameter("earthquake.beta" if sampled else "earthquake.beta_of_median").value)
