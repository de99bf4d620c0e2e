"""Back-casts: what was recorded of disasters that happened, beside what the shipped scenarios give.

Several seeds each. A record is one draw of chance: the middle of the runs stands beside it. What
somebody expected is a mean: the mean of the runs does. The lowest and highest are in the words.
A band of a factor of two is what casualty models of earthquakes reach at best (Wyss & Wu 2014 give
60 % either way). Rows marked as limits show what the model does not do; none is a criterion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np

from sim.agents.harm_huts_rules import HutRules, expected_toll
from sim.evaluation.verification.backcasts_fires import fronts, itoigawa_houses
from sim.evaluation.verification.backcasts_gas import potchefstroom
from sim.evaluation.verification.backcasts_runs import (
    Outcome,
    band,
    middle,
    outcome,
    within_factor,
)
from sim.evaluation.verification.backcasts_wildfires import camp_fire, daxinganling
from sim.evaluation.verification.case import Case, Check

_HAICHENG_SEEDS: Final = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
_YONGJI_SEEDS: Final = (1, 2)
#: one household in so many: flooding, not people, is what these runs spend their time on
_YONGJI_EVERY: Final = 4
#: people of three cities and eleven counties at intensity VII and more
_PEOPLE: Final = 8.348e6
#: people of a household, as in the scenario; days from the shock to the end of March, while nights
#: freeze: how long families stayed in huts was not found; air of a night
_A_HUT: Final = 4.5
_HUT_DAYS: Final = 55.0
_NIGHT_AIR_C: Final = -20.0
#: recorded areas of the zones IX, VIII, VII, km2; people are spread over them evenly
_ZONES_KM2: Final = {"ix": 760.0, "viii": 1685.0, "vii": 9200.0}
_RECORD: Final = "record of 1975: 1,328 dead, 4,292 severely and 12,688 lightly hurt"
_COLD: Final = (
    "Wang et al. 2006 (BSSA 96): 2,041 dead, 372 of cold, 341 in fires of shelters; 980 burnt"
)
_SAVED: Final = "Wyss & Wu 2014 (SRL 85): 8,000 dead and 27,000 hurt fewer, +- 60 %"
_FLOOD: Final = "State Flood Control Headquarters and CCTV, July 2017"


@dataclass(frozen=True)
class Toll:
    """What a run of the strip stands for in all of the shaken country."""

    dead: float
    severe: float
    light: float

    @property
    def hurt(self) -> float:
        """Those who live."""
        return self.severe + self.light


def of_the_country(run: Outcome) -> Toll:
    """Weigh the rates of each zone of intensity by the people who lived in it."""
    zones = np.array([town.split("-")[0] for town in run.towns])
    whole_km2 = sum(_ZONES_KM2.values())

    def weighed(hit: np.ndarray) -> float:
        rates = (
            area / whole_km2 * hit[zones == zone].sum() / run.people[zones == zone].sum()
            for zone, area in _ZONES_KM2.items()
        )
        return _PEOPLE * float(sum(rates))

    return Toll(weighed(run.dead), weighed(run.severe), weighed(run.light))


@cache
def haicheng(plan: str) -> tuple[Toll, ...]:
    """Return the tolls of the country by a plan, seed by seed."""
    return tuple(of_the_country(outcome("haicheng-1975", plan, seed)) for seed in _HAICHENG_SEEDS)


def haicheng_as_it_was() -> Iterator[Case]:
    """The evening with the order in two counties."""
    tolls = haicheng("evacuated")
    dead = [toll.dead for toll in tolls]
    # 2,041 without the 341 who burnt in huts in the weeks after
    yield within_factor("haicheng.dead", _COLD, 1700, dead, 2)
    hurt = [toll.hurt for toll in tolls]
    # 4,292 and 12,688 by the shock, 6,578 frostbitten
    yield within_factor("haicheng.hurt", _RECORD, 23_558, hurt, 2)
    severe = [toll.severe for toll in tolls]
    yield within_factor("haicheng.severe", _RECORD, 4292, severe, 2)


def haicheng_huts() -> Iterator[Case]:
    """The weeks in huts of straw: the toll that the run's own rules lead to, everybody in one."""
    toll = expected_toll(HutRules(), _PEOPLE / _A_HUT, _HUT_DAYS, _A_HUT, night_air_c=_NIGHT_AIR_C)
    for name, recorded, ours in (("huts", 341.0, toll.dead), ("burnt", 980.0, toll.burnt)):
        row = within_factor(f"haicheng.{name}", _COLD, recorded, [ours], 2)
        places = {"days": f"{_HUT_DAYS:g}", "fires": f"{toll.fires:,.0f}", "factor": "2"}
        yield replace(row, places=places)


def haicheng_without() -> Iterator[Case]:
    """The same shocks, run by run, with nobody told before."""
    told, untold = haicheng("evacuated"), haicheng("not-evacuated")
    pairs = list(zip(untold, told, strict=True))
    for name, recorded, saved in (
        ("saved_dead", 8000.0, [late.dead - early.dead for late, early in pairs]),
        ("saved_hurt", 27_000.0, [late.hurt - early.hurt for late, early in pairs]),
    ):
        places = {"band": band(saved), "runs": len(saved)}
        slack, ours = 0.6 * recorded, float(np.mean(saved))
        yield Case(f"backcast.haicheng.{name}", _SAVED, recorded, ours, slack, "1", places=places)
    ratios = [late.dead / max(early.dead, 1.0) for late, early in pairs]
    places = {"band": band(ratios, ".1f"), "runs": len(ratios)}
    ratio = sum(late.dead for late in untold) / sum(early.dead for early in told)
    # (2,041 + 3,200) / 2,041 to (1,328 + 12,800) / 1,328
    source = "1,328 to 2,041 dead, 8,000 +- 60 % more: 2.6 to 10.6 times"
    yield Case("backcast.haicheng.ratio", source, 6.6, ratio, 4.03, "1", places=places)


@cache
def yongji(plan: str) -> tuple[Outcome, ...]:
    """Return the runs of the flood by a plan, seed by seed."""
    return tuple(outcome("yongji-2017", plan, seed, every=_YONGJI_EVERY) for seed in _YONGJI_SEEDS)


def yongji_water() -> Iterator[Case]:
    """The flood in the town."""
    model = yongji("late")[0].model
    buildings, zones = model.world.buildings, model.world.zones
    town = zones.id[model.world.town_of(buildings.zone)] == "kouqian"
    depth_m = model.water.building_depth_m[town]
    flooded = [event.t_s for event in model.log if event.kind == "point_flooded"]
    hour = model.start_of_day_s / 3600 + (flooded[0] / 3600 if flooded else float("nan"))
    yield Case("backcast.yongji.hour", f"{_FLOOD}: 0.44 m over the crest", 22.0, hour, 1.0, "h")
    source = "China Meteorological News, August 2017: half of the town's ground floors wrecked"
    yield Case("backcast.yongji.share", source, 0.5, float((depth_m > 0.5).mean()), 0.25, "1")
    source = "Xinhua, 16 July 2017: water two metres deep in the streets; a factor of 1.5"
    deep_m = float(np.percentile(depth_m, 95))
    yield Case("backcast.yongji.depth", source, 2.0, deep_m, 1.0 if deep_m > 2 else 0.67, "m")


def yongji_people() -> Iterator[Case]:
    """Who died and who was moved, late and early."""
    late, early = yongji("late"), yongji("early")
    dead = [float(run.dead.sum()) for run in late]
    places = {"band": band(dead), "runs": len(dead)}
    source = "18 dead and 18 missing in Jilin city, 17 July; 5 dead in the county, 15 July"
    slack = 18.0 if middle(dead) > 18 else 13.0
    yield Case("backcast.yongji.dead", source, 18, middle(dead), slack, "1", places=places)
    fewer = [
        float(soon.dead.sum() / max(slow.dead.sum(), 1.0))
        for soon, slow in zip(early, late, strict=True)
    ]
    places = {"band": band(fewer, ".2f"), "runs": len(fewer)}
    source = "no count of the second flood's dead was found; a bound: no more than in the first"
    yield Case("backcast.yongji.fewer", source, 0.0, middle(fewer), 1.0, "1", places=places)
    for name, recorded, runs in (("moved_late", 75_000.0, late), ("moved_early", 66_145.0, early)):
        moved = [_moved(run) for run in runs]
        yield within_factor(f"yongji.{name}", _FLOOD, recorded, moved, 2)


def _moved(run: Outcome) -> float:
    """Return how many left their homes, or were taken out."""
    residents = run.model.people.residents
    gone = np.isfinite(residents.homes.left_s)[residents.household]
    return float(residents.weight[gone].sum())


def _check(name: str, run: Callable[[], Iterator[Case]]) -> Check:
    return Check(name, run, quick=False)


SUITE: Final = (
    Check("fire_fronts", fronts),
    Check("itoigawa_houses", itoigawa_houses),
    Check("camp_fire", camp_fire),
    Check("daxinganling", daxinganling),
    Check("potchefstroom", potchefstroom),
    _check("haicheng_as_it_was", haicheng_as_it_was),
    _check("haicheng_huts", haicheng_huts),
    _check("haicheng_without", haicheng_without),
    _check("yongji_water", yongji_water),
    _check("yongji_people", yongji_people),
)
