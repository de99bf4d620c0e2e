"""Small counties that are made in a second: one on a plain, one with hills, a lake and the sea."""

from __future__ import annotations

from typing import Any

import pytest

from sim.scenario.facts import Facts
from sim.world.maps.generator import make_map
from sim.world.world import World

GUESS = {"assumed": True}


def town(name: str, kind: str, at: tuple[float, float], villages: int) -> dict[str, Any]:
    communities = [
        {"id": f"{name}-{row}", "en": f"{name} {row}", "zh": f"{row}社区", "village": row > 1}
        for row in range(villages + 2)
    ]
    title = {"en": name.title(), "zh": name}
    places = {"id": name, "name": title, "kind": kind, "at": list(at), "communities": communities}
    return {**places, **GUESS}


def plain_facts() -> dict[str, Any]:
    ages = {"0-14": 0.12, "15-59": 0.64, "60-79": 0.2, "80+": 0.04}
    return {
        "format": "shapan/facts/1",
        "id": "little",
        "name": {"en": "Little county", "zh": "小县"},
        "area": {"km2": 12.0, "aspect": 1.4, **GUESS},
        "ground": {
            "highest": 52.0,
            "lowest": 44.0,
            "falls_towards": 225.0,
            "roughness": "0.3 m",
            **GUESS,
        },
        "residents": {"people": 5003, "source": "a test"},
        "households": {"mean_size": 2.4, **GUESS},
        "ages": {"shares": ages, "from_65": 0.15, **GUESS},
        "cars": {"household_share": 0.4, **GUESS},
        "reach": [{"channel": "sms", "shares": dict.fromkeys(ages, 0.8), **GUESS}],
        "buildings": {"before_1980": 0.2, "from_1980": 0.3, "from_2000": 0.5, **GUESS},
        "drains": {"capacity": "20 mm/h", "return_period_years": 1.0, **GUESS},
        "streets": {"bearing": 10.0, **GUESS},
        "design_rain": {"return_period_years": 20.0, "formula": "shenyang", **GUESS},
        "towns": [
            town("seat", "town", (0.7, 0.65), 1),
            town("hamlet", "village", (0.25, 0.3), 2),
            town("works", "industrial", (0.25, 0.75), 0),
        ],
        "rivers": [
            {
                "id": "brook",
                "name": {"en": "Brook", "zh": "小河"},
                "course": [[1.0, 0.45], [0.5, 0.4], [0.0, 0.1]],
                "width": "40 m",
                "bed_depth": "3 m",
                "levees": {
                    "height": "2 m",
                    "setback": "40 m",
                    "design_return_period_years": 20.0,
                    **GUESS,
                },
                **GUESS,
            },
            {
                "id": "ditch",
                "name": {"en": "Ditch", "zh": "水渠"},
                "kind": "canal",
                "course": [[0.6, 1.0], [0.55, 0.7], [0.5, 0.4]],
                "width": "12 m",
                "bed_depth": "1.5 m",
                "into": "brook",
                **GUESS,
            },
        ],
        "railways": [
            {"name": {"en": "Line", "zh": "铁路"}, "course": [[0.85, 1.0], [0.9, 0.0]], **GUESS}
        ],
        "waterlogging": [
            {
                "id": "dip",
                "name": {"en": "Dip", "zh": "下穿"},
                "at": [0.86, 0.7],
                "underpass": True,
                "dip": "2.5 m",
                "pump": "0.4 m3/s",
                **GUESS,
            }
        ],
        "facilities": [
            {
                "id": "shelter",
                "kind": "shelter",
                "name": {"en": "Shelter", "zh": "避难场所"},
                "count": 3,
                "capacity": 200.0,
                "unit": "seats",
                **GUESS,
            },
            {
                "id": "team",
                "kind": "team_base",
                "name": {"en": "Team", "zh": "队伍"},
                "count": 4,
                "siting": "towns",
                "total_capacity": 50.0,
                "unit": "people",
                "source": "a test",
            },
        ],
    }


def hilly_facts() -> dict[str, Any]:
    facts = plain_facts()
    facts["id"] = "coastal"
    facts["ground"] |= {"highest": 40.0, "lowest": 3.0, "falls_towards": 180.0}
    facts["hills"] = [{"at": [0.2, 0.9], "radius": "1800 m", "height": "300 m", **GUESS}]
    facts["coasts"] = [
        {
            "id": "sea",
            "name": {"en": "Sea", "zh": "海"},
            "side": "south",
            "reach": "350 m",
            "level": 0.0,
            "depth": "6 m",
            **GUESS,
        }
    ]
    facts["lakes"] = [
        {
            "id": "pond",
            "name": {"en": "Pond", "zh": "水库"},
            "kind": "reservoir",
            "at": [0.4, 0.75],
            "km2": 0.2,
            "depth": "8 m",
            **GUESS,
        }
    ]
    return facts


@pytest.fixture(scope="session")
def plain_draft() -> dict[str, Any]:
    return plain_facts()


@pytest.fixture(scope="session")
def plain_county() -> World:
    return make_map(Facts.model_validate(plain_facts()), cell_m=20.0, seed=1)


@pytest.fixture(scope="session")
def coastal_county() -> World:
    return make_map(Facts.model_validate(hilly_facts()), cell_m=20.0, seed=3)


@pytest.fixture(scope="session", params=["plain_county", "coastal_county"])
def county(request: pytest.FixtureRequest) -> World:
    world: World = request.getfixturevalue(request.param)
    return world
