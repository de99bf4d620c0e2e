"""A release of gas that happened: how far off it would have killed people who stood outdoors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.agents.harm_gas_rules import MG_PER_KG, poison
from sim.evaluation.verification.backcasts_runs import within_factor
from sim.evaluation.verification.case import Case
from sim.hazards.hazmat_plume import concentration_kg_per_m3

#: a vessel failed at a stroke; five minutes are what releases of the scenarios take, too
_MASS_KG, _LASTS_S = 38_000.0, 300.0
#: a light breeze; a winter's afternoon, low sun
_WIND_M_PER_S: Final = 2.5
_HSE: Final = (
    "HSE's own back-cast in its review of risk analysis: 38 t; record: 18 dead, cloud of 450 m"
)
#: share that dies, metres
_FAR_M: Final = ((0.5, 470.0), (0.01, 600.0))


def potchefstroom() -> Iterator[Case]:
    """Ammonia at Potchefstroom, 13 July 1973: how far half, and 1 %, of those outdoors die."""
    away_m = np.arange(10.0, 5000.0, 1.0)
    gas_kg_per_m3 = concentration_kg_per_m3(
        away_m, np.zeros_like(away_m), rate_kg_per_s=_MASS_KG / _LASTS_S,
        wind_m_per_s=_WIND_M_PER_S, stability="C", terrain="open",
    )  # fmt: skip
    ammonia = poison("ammonia")
    dies = ammonia.death_p(ammonia.load(MG_PER_KG * gas_kg_per_m3, _LASTS_S / 60.0))
    for share, far_m in _FAR_M:
        ours = float(away_m[dies >= share].max())
        places = {"share": f"{100 * share:g}"}
        yield within_factor("gas.potchefstroom", _HSE, far_m, [ours], 1.5, unit="m", **places)
