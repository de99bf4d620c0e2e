"""What the whole response costs: 500 teams, 300 trucks, 5,000 incidents, 100,000 people to feed.

A shock under Anshan's Tiedong district, run for a day without anybody who acts and with everybody
who can: both in one process, one household in four standing for four. An incident is a row that
somebody is sent for: somebody under rubble, a burning building, somebody badly hurt, a bridge that
is down, a facility that is out.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from sim.agents.ledger import HEALTHS
from sim.model.build import world_of
from sim.model.disaster import Disaster
from sim.scenario.loading import load_scenario
from sim.scenario.plan import Plan
from sim.scenario.scenario import Scenario
from sim.world.states import FIRE_STATES
from sim.world.tables import FACILITY_KINDS
from sim.world.world import World

ANSHAN = Path(__file__).parents[2] / "scenarios" / "anshan-quake"
TEAMS = {
    "fire_engine": 140, "usar_light": 120, "usar_heavy": 10, "fire": 30, "troops": 20,
    "ambulance": 120, "medical": 10, "road": 40, "power": 10,
}  # fmt: skip
TRUCKS, TO_FEED, INCIDENTS = 300, 100_000, 5_000
EVERY = 4

POSTS = """
- {id: chief, title: {en: Chief, zh: 指挥长}, level: city, decides_within: 5 min, at_once: 9,
   hears: [sensors, residents], channels: [radio, mobile]}
"""
ORDERS = """
- {do: set_response_level, with: {level: I}, when: {reported: {event: earthquake}}}
- {do: open_shelter, with: {shelters: all}, when: {reported: {event: earthquake}}}
- {do: relocate_zone, with: {zones: all, first: everyone, by: foot}, when: {clause: {id: C1}}}
- {do: issue_warning, with: {level: red, channels: [sms, broadcast, grid_worker], zones: all,
   advice: leave_now}, when: {clause: {id: C2, is: started}}}
- {do: rescue_trapped, with: {count: 180}, when: {reported: {event: people_trapped}}}
- {do: treat_injured, with: {count: 130}, when: {reported: {event: people_trapped}}}
- {do: fight_fire, with: {count: 140}, when: {reported: {event: fire_started}}}
- {do: clear_roads, with: {count: 40}, when: {reported: {event: earthquake}}}
- {do: repair, with: {count: 10}, when: {reported: {event: earthquake}}}
- {do: send_supplies, with: {depots: all, shelters: open}, when: {clause: {id: C1}}}
"""


def everybody() -> Plan:
    """Return a plan that sends everybody."""
    clauses = [
        order
        | {
            "id": f"C{number}",
            "title": {"en": order["do"], "zh": order["do"]},
            "post": "chief",
            "source": {"section": str(number), "text": "全力救援"},
        }
        for number, order in enumerate(yaml.safe_load(ORDERS))
    ]
    return Plan.model_validate(
        {
            "format": "shapan/plan/1",
            "id": "everybody",
            "title": {"en": "Everybody", "zh": "全体出动"},
            "document": "made up",
            "posts": yaml.safe_load(POSTS),
            "clauses": clauses,
        }
    )


def stricken() -> tuple[Scenario, World]:
    """Return Anshan struck from below, with its teams, stocks, trucks and room for everybody."""
    file = ANSHAN / "scenario.yaml"
    world = world_of(load_scenario(file), ANSHAN)
    facilities = world.facilities
    is_shelter = facilities.kind == FACILITY_KINDS.index("shelter")
    capacity = np.where(is_shelter, 8_000, facilities.capacity).astype(np.float32)
    world = replace(world, facilities=replace(facilities, capacity=capacity))
    bases = [str(name) for name in facilities.id if str(name).startswith("fire-micro")]
    depots = ["depot-dadaowan", "depot-district", "supplier-1", "supplier-2"]
    goods = {"drinking_water": 10**6, "food": 10**6, "quilt": 10**5}
    forces = [
        {"kind": kind, "count": count // len(bases), "at": base, "ready_after": "0 s"}
        for kind, count in TEAMS.items()
        for base in bases
        if count >= len(bases)
    ]
    forces += [
        {"kind": kind, "count": count, "at": base, "ready_after": "0 s"}
        for (kind, count), base in zip(TEAMS.items(), bases, strict=False)
        if count < len(bases)
    ]
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    document["clock"]["start"] = str(document["clock"]["start"])
    document["forces"] = forces
    document["relief"] = {
        "stocks": [{"at": depot, "goods": goods, "docks": 12} for depot in depots],
        "trucks": [
            {"kind": "light_truck", "count": TRUCKS // len(depots), "at": depot} for depot in depots
        ],
    }
    quake, fires = document["hazards"][:2]
    document |= {"hazards": [quake, fires], "chains": []}
    quake |= {"occurs_at": "30 min", "magnitude": 7.1, "epicentre": {"x_m": 0.0, "y_m": 9000.0}}
    fires |= {"after_earthquake": "high", "stove_factor": 8.0}
    return Scenario.model_validate(document), world


def a_day(scenario: Scenario, world: World, plan: Plan | None) -> tuple[Disaster, float]:
    """Return a day's model, and the CPU seconds it took."""
    model = Disaster(scenario, world, plan=plan, seed=1, every=EVERY)
    start = time.process_time()
    model.run()
    return model, time.process_time() - start


def incidents(model: Disaster) -> tuple[int, int]:
    """Return how many incidents there were, and how many are still open at the end."""
    people, states = model.people, model.states
    fates = people.population.trapped.fates()
    hurt = people.residents.health == HEALTHS.index("severe")
    treated = people.population.wounds.treated
    there = [
        len(fates["row"]),
        np.count_nonzero(states["building_fire"]),
        np.count_nonzero(hurt | treated),
        np.count_nonzero(states["road_down"]),
        np.count_nonzero(states["facility_damaged"]),
    ]
    burning = states["building_fire"] == FIRE_STATES.index("burning")
    left = np.count_nonzero(fates["how"] == "buried") + np.count_nonzero(burning)
    still = left + np.count_nonzero(hurt & ~treated) + sum(there[3:])
    return int(sum(there)), int(still)


@pytest.mark.slow
def test_a_day_with_everybody_at_work(benchmark: Any) -> None:
    """CPU seconds that the response adds to the same day without it, and as a ratio."""
    scenario, world = stricken()
    a_day(scenario, world, None)  # kernels are compiled, caches filled
    _, idle_s = a_day(scenario, world, None)
    busy, busy_s = benchmark.pedantic(a_day, args=(scenario, world, everybody()), rounds=1)
    kinds = [event.kind for event in busy.log]
    arrivals = kinds.count("team_arrived")
    fed = sum(n for point in busy.operations.supply.points for *_, n in point.waiting.relieved)
    benchmark.extra_info["added s"] = busy_s - idle_s
    benchmark.extra_info["ratio"] = busy_s / idle_s
    benchmark.extra_info["arrivals of teams"] = arrivals
    benchmark.extra_info["people fed"] = fed
    came, left = incidents(busy)
    benchmark.extra_info["incidents"], benchmark.extra_info["still open"] = came, left
    busy.operations.supply.books.check()
    assert len(busy.operations.supply.fleet.trucks) == TRUCKS
    assert sum(unit.kind in TEAMS for unit in busy.operations.resources.units) >= 490
    assert fed > 0.9 * TO_FEED
    assert came >= INCIDENTS
    assert left < 0.5 * came
    assert kinds.count("people_extricated") > 0
