"""Casualties of water against published tables: who drowns at home, whose house fails, who dies."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import NormalDist
from typing import Final

import numpy as np

from sim.agents.harm_water_rules import (
    HarmRules,
    building_fails,
    car_is_deadly,
    drowning_depth_m,
    group_mortality,
    injury_p,
    low_mortality,
    mortality,
)
from sim.evaluation.verification.case import Case, Check
from sim.kernels.water_safety import hazard_rating
from sim.world.tables import BUILDING_CLASSES

_FT_M: Final = 0.3048
_LIFESIM: Final = "HEC-LifeSim, 138 groups in deadly water (USACE go-consequences, highlethality)"
_LOW: Final = "HEC-LifeSim, 311,152 groups in other water (USACE go-consequences, lowlethality)"
_SUBMERGED: Final = "USACE go-consequences: 9 ft a storey, 5 ft standing, 1 ft below the ceiling"
_MANUAL: Final = "HEC-LifeSim Technical Reference Manual 1.0, table 4"
_RESCDAM: Final = "RESCDAM (2000) in USACE go-consequences: 6.6 ft/s, 75.3 ft2/s"
_JONKMAN: Final = "Jonkman et al. (2008), doi 10.1007/s11069-008-9227-5: lognormal"
_CARS: Final = "HEC-LifeSim Technical Reference Manual 1.0, table 17, best estimates"
_FD2321: Final = "DEFRA/EA FD2321 (2006): 2 HR AV / 100 of the people"
#: where the table's groups begin to survive, and where all do
_ALL_DIE, _NONE_DIES = 0.4710145, 0.8768116
#: share of groups, and the rate at that place of the table
_GROUPS: Final = (
    (0.2536232, 1.0),
    (0.4782609, 0.975),
    (0.5, 0.9565217),
    (0.5507246, 0.8235294),
    (0.6014493, 0.75),
    (0.6449276, 0.6666667),
    (0.6666667, 0.55),
    (0.7246377, 0.5),
    (0.7753623, 0.4285714),
    (0.8115942, 0.3333333),
    (0.8405797, 0.2857143),
    (0.8695652, 0.1666667),
    (0.8913044, 0.0),
)
_FEW: Final = (
    (6.427726e-6, 1.0),
    (9.641590e-6, 0.5),
    (1.606932e-5, 0.2),
    (2.249704e-5, 0.04),
    (1e-3, 0.0),
)


def groups() -> Iterator[Case]:
    """Rates of groups by their place in the published tables, of deadly and of other water."""
    rules = HarmRules(group_all_die=_ALL_DIE, group_none_die=1 - _NONE_DIES)
    for draw, rate in _GROUPS:
        ours, places = float(group_mortality(rules, draw)), {"draw": f"{draw:.3f}"}
        yield Case("drowned.groups", _LIFESIM, rate, ours, 1e-5, "1", places=places)
    ours = float(group_mortality(HarmRules(), 0.58))
    yield Case("drowned.example", f"{_MANUAL[:-9]} ch. 12", 0.75, ours, 1e-6, "1")
    for draw, rate in _FEW:
        ours, places = float(low_mortality(draw)), {"draw": f"{1e6 * draw:.1f}"}
        yield Case("drowned.few", _LOW, rate, ours, 1e-4, "1", places=places)


def submerged() -> Iterator[Case]:
    """Water outside at which people on the top floor drown, of houses of one to three storeys."""
    rules = HarmRules(storey_height=9 * _FT_M, roof_access=0.0)
    middle, top = np.array([0.5]), np.array([True])
    for storeys in (1, 2, 3):
        floor_ft = 1 + 9 * (storeys - 1)
        for name, limited, above_ft in (("limited", True, 5.0), ("able", False, 8.0)):
            over_m = drowning_depth_m(
                rules, middle, middle, limited=np.array([limited]), top_storey=top
            )
            ours = floor_ft + float(over_m[0]) / _FT_M
            expected, places = floor_ft + above_ft, {"storeys": storeys}
            yield Case(f"drowned.{name}", _SUBMERGED, expected, ours, 0.005, "ft", places=places)
    # the smaller gap under the ceiling is the deeper water
    for name, limited, lucks, ends_ft in (
        ("limited", True, (0.0, 1.0), (4.0, 6.0)),
        ("able", False, (1.0, 0.0), (7.5, 8.5)),
    ):
        for part, luck, expected in zip(("least", "most"), lucks, ends_ft, strict=True):
            over_m = drowning_depth_m(
                rules, np.array([luck]), middle, limited=np.array([limited]), top_storey=top
            )
            ours = float(over_m[0]) / _FT_M
            yield Case(f"drowned.{name}_{part}", _MANUAL, expected, ours, 0.005, "ft")


def collapse() -> Iterator[Case]:
    """Masonry and concrete fail at both limits, and stand a tenth below either."""
    rules, kinds = HarmRules(), np.array([BUILDING_CLASSES.index("masonry")], np.uint8)
    speed, flow = 6.6 * _FT_M, 75.3 * _FT_M**2
    for name, v, dv, falls in (
        ("both", 1.01 * speed, 1.01 * flow, 1.0),
        ("slow", 0.9 * speed, 1.01 * flow, 0.0),
        ("shallow", 1.01 * speed, 0.9 * flow, 0.0),
    ):
        ours = building_fails(rules, np.array([dv / v]), np.array([v]), kinds)
        yield Case(f"drowned.house_{name}", _RESCDAM, falls, float(ours[0]), 0.0, "1")


def mortality_curves() -> Iterator[Case]:
    """Lognormal curves of depth: slowly rising water, and fast."""
    for speed, mu, sigma in (("slow", 7.60, 2.75), ("rapid", 1.46, 0.28)):
        for depth_m in (1.0, 2.0, 4.0, 6.0):
            expected = NormalDist(mu, sigma).cdf(float(np.log(depth_m)))
            ours = float(mortality(HarmRules(), depth_m, "rapid" if speed == "rapid" else "slow"))
            places = {"depth": f"{depth_m:g}"}
            yield Case(f"drowned.{speed}", _JONKMAN, expected, ours, 1e-9, "1", places=places)


def cars() -> Iterator[Case]:
    """Half of all cars are gone at the median of the triangle about the best estimate."""
    rules, n = HarmRules(), 20_001
    luck, still = np.linspace(0.0, 1.0, n), np.zeros(n)
    for kind, high, low_m, best_m, most_m in (
        ("low", False, 0.3, 1.2, 1.5),
        ("high", True, 0.5, 1.5, 2.0),
    ):
        for share, depth_m in ((0.0, low_m), (1.0, most_m)):
            ours = _gone(rules, depth_m, luck, still, high)
            places = {"depth": f"{depth_m:g}"}
            yield Case(f"drowned.car_{kind}", _CARS, share, ours, 2 / n, "1", places=places)
        share = (best_m - low_m) / (most_m - low_m)
        ours, places = _gone(rules, best_m, luck, still, high), {"depth": f"{best_m:g}"}
        yield Case(f"drowned.car_{kind}", _CARS, share, ours, 2 / n, "1", places=places)


def _gone(
    rules: HarmRules,
    depth_m: float,
    luck: np.ndarray[tuple[int], np.dtype[np.float64]],
    still: np.ndarray[tuple[int], np.dtype[np.float64]],
    high: bool,
) -> float:
    gone = car_is_deadly(
        rules, still + depth_m, still, luck, high_clearance=np.full(len(luck), high)
    )
    return float(gone.mean())


def injuries() -> Iterator[Case]:
    """People hurt outdoors by the rating of the water, area vulnerability 5 and 7 of 9."""
    for depth_m, speed, score in ((1.0, 1.0, 5.0), (0.5, 1.0, 7.0), (2.0, 2.0, 9.0)):
        rating = float(hazard_rating(depth_m, speed))
        rules = HarmRules(area_vulnerability=score / 100)
        ours = float(injury_p(rules, rating))
        places = {"rating": f"{rating:g}", "score": f"{score:g}"}
        expected = min(2 * rating * score / 100, 1.0)
        yield Case("drowned.hurt", _FD2321, expected, ours, 1e-9, "1", places=places)


SUITE: Final = (
    Check("drowned_groups", groups),
    Check("drowned_submerged", submerged),
    Check("drowned_collapse", collapse),
    Check("drowned_curves", mortality_curves),
    Check("drowned_cars", cars),
    Check("drowned_injuries", injuries),
)
