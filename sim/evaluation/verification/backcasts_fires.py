"""Great fires in towns of wood: how fast the front went, and how many buildings had burnt by when.

The pace of fire (`urban_fire.pace`) is the middle of the four fronts whose speed was told; rows
show how far the model is from each of them. Houses 10 m wide stand 1.5 m apart, all of wood, as no
map of the towns is at hand; water on the fire is in the pace alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from sim.evaluation.verification.backcasts_runs import within_factor
from sim.evaluation.verification.case import Case
from sim.evaluation.verification.urban_fire_setups import rows_of_houses, wooden_town
from sim.hazards.urban_fire_town import BurningTown, Spreading

_SEEDS: Final = (1, 2, 3)
_SIDE_M, _GAP_M = 10.0, 1.5
#: of the stretch over which the front is timed
_FROM_M, _TO_M = 100.0, 300.0
_ACROSS, _UP, _UPWIND = 32, 41, 3
_DAY_S: Final = 86_400.0
_HOUR_S: Final = 3600.0


class GreatFire(NamedTuple):
    """A fire that burnt through a town.

    Attributes
    ----------
    name : str
        Of its row.
    wind_m_per_s : float
        Mean over ten minutes, while it spread.
    slowest_m_per_h, fastest_m_per_h : float
        What was told of its front.
    source : str
    """

    name: str
    wind_m_per_s: float
    slowest_m_per_h: float
    fastest_m_per_h: float
    source: str


FIRES: Final = (
    GreatFire(
        "sakata", 11.6, 90.0, 120.0,
        "Murosaki (2017): 90-120 m/h; Sakata weather station: 12.2 to 10.8 m/s, 18 h to 3 h",
    ),
    GreatFire(
        "itoigawa", 12.0, 60.0, 100.0,
        "NILIM (2024): 60 m/h, Murosaki (2017): 70-100 m/h; JMA: 10 to 14.2 m/s",
    ),
    GreatFire(
        "kobe", 3.5, 20.0, 40.0, "NILIM (2024), Hokugo (1997): 20-40 m/h; JMA: 2 to 6.8 m/s",
    ),
    GreatFire("wajima", 2.5, 20.0, 40.0, "NILIM, 15 January 2024: 20-40 m/h; gentle wind, assumed"),
)  # fmt: skip
_CITY: Final = "Itoigawa city, Ogawara et al. (2017): 13:46, at least 50; 15:27, 140 to 147 of 4 ha"
#: a building's share of the ground, streets included: 147 of 4 ha; from the eaves to the next
_LOT_M: Final = 16.5
_LOT_GAP_M: Final = 4.0
#: from the outbreak at 10:20 to what was seen, hours; how many buildings burnt or had burnt
_SEEN: Final = (("13:46", 3.43, 50.0), ("15:27", 5.12, 140.0))
#: from the kitchen to the sea, m
_TO_SEA_M: Final = 300.0


def fronts() -> Iterator[Case]:
    """The speed of the front of each fire."""
    for fire in FIRES:
        ours = [_front_m_per_h(fire.wind_m_per_s, seed) for seed in _SEEDS]
        middle = float(np.sqrt(fire.slowest_m_per_h * fire.fastest_m_per_h))
        yield within_factor(f"fire.{fire.name}", fire.source, middle, ours, 1.5, unit="m/h")


def _front_m_per_h(wind_m_per_s: float, seed: int) -> float:
    """Return how fast fire passes from 100 to 300 m downwind of its origin."""
    town, away_m = _town(wind_m_per_s, seed, side_m=_SIDE_M, gap_m=_GAP_M)
    lit_s = town.fires.lit_s
    passed_s = [float(lit_s[away_m >= at_m].min()) for at_m in (_FROM_M, _TO_M)]
    return (_TO_M - _FROM_M) / (passed_s[1] - passed_s[0]) * _HOUR_S


def _town(
    wind_m_per_s: float, seed: int, *, side_m: float, gap_m: float, columns: int = _ACROSS
) -> tuple[BurningTown, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Return a town a day after its fire began, and how far downwind of the origin houses stand."""
    houses = rows_of_houses(columns, _UP, side_m=side_m, gap_m=gap_m)
    town = wooden_town(
        houses, wind_m_per_s=wind_m_per_s, spreading=Spreading.catalogued(), seed=seed
    )
    origin = _UP // 2 * columns + _UPWIND
    town.light(origin, 0.0)
    town.spread(_DAY_S)
    return town, houses.x_m - houses.x_m[origin]


def itoigawa_houses() -> Iterator[Case]:
    """Buildings burnt at Itoigawa by two times of the day, in a town that ends at the sea.

    Up to 126 engines held the flanks; here nobody does, so these rows are no criterion.
    """
    columns = _UPWIND + 1 + round(_TO_SEA_M / _LOT_M)
    towns = [
        _town(12.0, seed, side_m=_LOT_M - _LOT_GAP_M, gap_m=_LOT_GAP_M, columns=columns)[0]
        for seed in _SEEDS
    ]
    for at, hours, seen in _SEEN:
        ours = _burnt(towns, hours)
        yield replace(within_factor("fire.burnt", _CITY, seen, ours, 2.0, at=at), limit=True)


def _burnt(towns: Sequence[BurningTown], hours: float) -> list[float]:
    return [float(np.count_nonzero(town.fires.lit_s <= hours * _HOUR_S)) for town in towns]
