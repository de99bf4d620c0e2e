"""A finished run written by hand: two towns, six homes, and whatever a test says happened."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.agents.ledger import HEALTHS, STATE
from sim.agents.residents import DECISIONS, FACE_TO_FACE, NOBODY, WAITS, WARNED_BY
from sim.evaluation.kpis import KPIS, Figure
from sim.model.results import FORMAT, Results
from sim.response.ledger import STAGES
from sim.scenario.stocks import Relief
from sim.world.maps.plain import plain_world
from sim.world.tables import (
    AGE_BANDS,
    FACILITY_KINDS,
    MOBILITIES,
    ZONE_LEVELS,
    Buildings,
    Facilities,
    Households,
    Zones,
)
from sim.world.world import World

NEVER = float("nan")
HOUR_S = 3600.0
N_HOMES = 6

PLAN = """
format: shapan/plan/1
id: by-hand
title: {en: By hand, zh: 手写预案}
document: A test
posts:
  - {id: chief, title: {en: Commander, zh: 指挥长}, level: county}
  - {id: media, title: {en: Media centre, zh: 融媒体中心}, level: county, reports_to: chief}
clauses:
  - id: L4
    title: {en: Level IV, zh: 启动四级响应}
    when: {forecast_rain: {over: 3 h, at_least: 50 mm}}
    post: chief
    do: set_response_level
    with: {level: IV}
    within: 30 min
    source: {section: "1", text: "一"}
  - id: W1
    title: {en: Warn the west, zh: 西街预警}
    when: {response_level: {at_least: IV}}
    post: media
    do: issue_warning
    with: {level: red, channels: [sms], zones: west, advice: leave_now}
    within: 30 min
    source: {section: "2", text: "二"}
  - id: S1
    title: {en: Open shelters, zh: 启用避难场所}
    when: {reported: {event: buildings_flooded}}
    post: chief
    do: open_shelter
    with: {shelters: all}
    within: 1 h
    source: {section: "3", text: "三"}
  - id: E1
    title: {en: Move the west, zh: 西街转移}
    when: {clause: {id: W1, is: done}, held: 5 min}
    post: chief
    do: relocate_zone
    with: {zones: west}
    within: 1 h
    after: [S1]
    source: {section: "4", text: "四"}
  - id: I1
    title: {en: Report, zh: 上报}
    when: {time: {after: 1 h}}
    post: media
    do: report
    with: {to: chief}
    source: {section: "5", text: "五"}
"""

TARGETS = """
format: shapan/targets/1
id: promises
title: {en: Promises, zh: 目标}
document: A test
targets:
  - id: deaths
    title: {en: Deaths, zh: 死亡率}
    kind: simulated
    kpi: deaths_per_million
    at_most: 1
    unit: 1/1e6
    source: {section: "1", text: "每百万人死亡率＜1"}
  - id: warned
    title: {en: Warned, zh: 预警覆盖率}
    kind: simulated
    kpi: warning_coverage
    at_least: 0.92
    unit: "1"
    source: {section: "2", text: "覆盖率达到92%以上"}
  - id: relief
    title: {en: Relief, zh: 救助时间}
    kind: simulated
    kpi: relief_last
    at_most: 10
    unit: h
    source: {section: "3", text: "10小时以内"}
  - id: crews
    title: {en: Firefighters, zh: 专职消防人员}
    kind: input
    kpi: firefighters_per_1000
    at_least: 0.4
    unit: 1/1e3
    source: {section: "4", text: "达到0.4‰"}
  - id: staff
    title: {en: Staff, zh: 专业人才}
    kind: audit
    at_least: 0.75
    unit: "1"
    source: {section: "5", text: "占比超过75%"}
"""


def names(*texts: str) -> np.ndarray:
    return np.array(texts, dtype=object)


@pytest.fixture(scope="session")
def two_towns() -> World:
    """A county of a west and an east street with a community each, three homes in each."""
    ground = plain_world(np.full((4, 6), 10.0), cell_m=100.0)
    zones = Zones(
        id=names("county", "west", "east", "west-1", "east-1"),
        name_en=names("County", "West Street", "East Street", "West Lane", "East Lane"),
        name_zh=names("某县", "西街", "东街", "西巷社区", "东巷社区"),
        level=np.array([ZONE_LEVELS.index("county"), 1, 1, 2, 2], np.uint8),
        parent=np.array([-1, 0, 0, 1, 2], np.int32),
        population=np.zeros(5, np.int32),
    )
    at_x_m = np.array([50.0, 150.0, 250.0, 350.0, 450.0, 550.0])
    some = np.full(N_HOMES, 4, np.int32)
    buildings = Buildings(
        x_m=at_x_m,
        y_m=np.full(N_HOMES, 150.0),
        footprint_m2=np.full(N_HOMES, 200, np.float32),
        height_m=np.full(N_HOMES, 6, np.float32),
        storeys=np.full(N_HOMES, 2, np.uint8),
        year=np.full(N_HOMES, 1990, np.int16),
        building_class=np.full(N_HOMES, 2, np.uint8),
        use=np.zeros(N_HOMES, np.uint8),
        zone=np.array([3, 3, 3, 4, 4, 4], np.int32),
        node=np.zeros(N_HOMES, np.int32),
        occupants_02=some,
        occupants_08=some,
        occupants_12=some,
        occupants_18=some,
    )
    kinds = ("shelter", "shelter", "hospital")
    facilities = Facilities(
        id=names("school", "gym", "clinic"),
        name_en=names("School", "Gym", "Clinic"),
        name_zh=names("学校", "体育馆", "医院"),
        kind=np.array([FACILITY_KINDS.index(kind) for kind in kinds], np.uint8),
        level=np.zeros(3, np.uint8),
        x_m=np.array([50.0, 350.0, 550.0]),
        y_m=np.full(3, 350.0),
        node=np.zeros(3, np.int32),
        zone=np.full(3, 3, np.int32),
        capacity=np.array([100, 50, 20], np.float32),
        capacity_unit=names("places", "places", "beds"),
        area_m2=np.zeros(3, np.float32),
        assumed=np.ones(3, bool),
    )
    households = Households(
        building=np.arange(N_HOMES, dtype=np.int32),
        first_person=np.arange(N_HOMES, dtype=np.int32),
        size=np.ones(N_HOMES, np.uint8),
        storey=np.ones(N_HOMES, np.uint8),
        has_car=np.zeros(N_HOMES, bool),
    )
    return replace(
        ground,
        zones=zones,
        buildings=buildings,
        facilities=facilities,
        households=households,
        name_en="County",
        name_zh="某县",
    )


@dataclass
class Hand:
    """Writes a run's folder; what is not said did not happen."""

    folder: Path
    world: World
    plan: str | None = "by-hand"
    duration_s: float = 12 * HOUR_S
    every: int = 1
    people: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    clauses: list[dict[str, Any]] = field(default_factory=list)
    series: dict[str, list[float]] = field(default_factory=dict)
    relief: list[dict[str, Any]] = field(default_factory=list)
    trips: list[dict[str, Any]] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    opened: tuple[str, ...] = ()
    inside: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        self.event("run_started", "by-hand", 0.0)

    def event(self, kind: str, who: str, t_s: float, cause: int = -1, **facts: Any) -> int:
        row = {"id": len(self.events), "t_s": t_s, "kind": kind, "who": who, "cause": cause}
        self.events.append(row | {"facts": json.dumps(facts)})
        return len(self.events) - 1

    def person(self, home: int = 0, **known: Any) -> int:
        """Add residents in a home (0..2 in the west, 3..5 in the east); words instead of codes."""
        codes = {
            "state": STATE[known.pop("state", "at_home")],
            "health": HEALTHS.index(known.pop("health", "well")),
            "decision": DECISIONS.index(known.pop("decision", "none")),
            "waits_for": WAITS.index(known.pop("waits_for", "nothing")),
            "mobility": MOBILITIES.index(known.pop("mobility", "able")),
            "age": AGE_BANDS.index(known.pop("age", "15-59")),
            "flags": int(FACE_TO_FACE) if known.pop("visited", False) else 0,
        }
        by = known.pop("warned_by", None)
        times = dict.fromkeys(
            (
                "warned_s",
                "decided_s",
                "ready_s",
                "left_s",
                "arrived_s",
                "caught_s",
                "blocked_s",
                "refuge_s",
                "safe_s",
                "home_s",
            ),
            NEVER,
        )
        rest = {
            "person": len(self.people),
            "weight": 1,
            "household": home,
            "zone": 3 if home < 3 else 4,
            "home": home,
            "refuge": -1,
            "place": -1,
            "warned_by": NOBODY if by is None else WARNED_BY.index(by),
            "mode": 0,
            "order": -1,
            "heard": 0 if codes["decision"] else -1,
            "decided_by": -1,
            "moved_by": -1,
            "hurt_by": -1,
            "home_max_depth_m": 0.0,
            "home_first_wet_s": NEVER,
        }
        unknown = set(known) - set(rest) - set(times)
        assert not unknown, unknown
        self.people.append(rest | times | codes | known)
        return len(self.people) - 1

    def message(self, zone: str, at_s: float, *, order: bool = False, cause: int = -1) -> int:
        kind, clause = ("relocation_ordered", "E1") if order else ("warning_issued", "W1")
        facts: dict[str, Any] = {"zones": 1, "people": 5}
        if not order:
            facts = {"zones": 1, "level": "red", "advice": "leave_now", "channels": "sms"}
        event = self.event(kind, clause, at_s, cause, **facts)
        row = int(np.flatnonzero(self.world.zones.id == zone)[0])
        self.messages.append(
            {
                "message": clause,
                "colour": "red",
                "advice": "leave_now",
                "is_order": order,
                "channels": "sms",
                "zones": np.array([row], np.int32),
                "issued_s": at_s,
                "event": event,
            }
        )
        return event

    def clause(self, name: str, action: str, outcome: str, **known: Any) -> None:
        """Add a row of the ledger; ``triggered_s=..., triggered_event=...`` and so on."""
        row: dict[str, Any] = {"clause": name, "post": "chief", "action": action}
        row |= {f"{stage}_s": None for stage in STAGES}
        row |= {"deadline_s": None, "margin_s": None, "outcome": outcome, "held_up_by": ""}
        row |= {"overtaken_by": -1, **{f"{stage}_event": -1 for stage in STAGES}, "detail": "{}"}
        assert set(known) <= set(row), set(known) - set(row)
        self.clauses.append(row | known)

    def tell(self, post: str, t_s: float, origin: int, **known: str) -> None:
        """Add news of an event to a post's picture, as it is or with another ``place``."""
        event = self.events[origin]
        row = {"about": "event", "what": event["kind"], "place": event["who"], "value": "0.0"}
        self.told.append(
            row | {"post": post, "t_s": t_s, "event": origin, "origin": origin} | known
        )

    def run(self) -> Results:
        """Write everything and open it."""
        (self.folder / "inputs" / "plans").mkdir(parents=True, exist_ok=True)
        (self.folder / "inputs" / "plans" / "by-hand.yaml").write_text(PLAN, encoding="utf-8")
        (self.folder / "inputs" / "targets.yaml").write_text(TARGETS, encoding="utf-8")
        manifest = {
            "seed": 1,
            "format": FORMAT,
            "id": "by-hand",
            "title": {"en": "By hand", "zh": "手写推演"},
            "plan": self.plan,
            "every": self.every,
            "start": "2022-07-28 18:00",
            "duration_s": self.duration_s,
        }
        (self.folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        for name, table in self._tables().items():
            table.to_parquet(self.folder / f"{name}.parquet", index=False)
        results = Results(self.folder, world=self.world)
        results.__dict__["scenario"] = SimpleNamespace(
            hazards=(), forces=(), limits=(), crossings=(), parameters={}, relief=Relief()
        )
        return results

    def _tables(self) -> dict[str, pd.DataFrame]:
        shelters = self.world.facilities
        series = {"t_s": [self.duration_s], "people_in_shelters": [0.0]}
        series |= {"people_turned_away": [0.0]}
        return {
            "people": pd.DataFrame(self.people),
            "events": pd.DataFrame(self.events),
            "messages": pd.DataFrame(self.messages),
            "clauses": pd.DataFrame(self.clauses),
            "series": pd.DataFrame(series | self.series),
            "relief": pd.DataFrame(self.relief),
            "trips": pd.DataFrame(self.trips),
            "told": pd.DataFrame(self.told),
            "buildings": pd.DataFrame({"building": [], "max_depth_m": [], "first_wet_s": []}),
            "states": pd.DataFrame({"t_s": [], "state": [], "row": [], "value": []}),
            "shelters": pd.DataFrame(
                {
                    "facility": [0, 1],
                    "id": shelters.id[:2],
                    "capacity": shelters.capacity[:2],
                    "people": list(self.inside),
                    "opened": [name in self.opened for name in shelters.id[:2]],
                }
            ),
        }

    def figure(self, name: str) -> Figure:
        """Return one key figure of the run as it stands."""
        figure: Figure = KPIS[name](self.run())
        return figure

    def value(self, name: str) -> float:
        """Return the value of one key figure."""
        return self.figure(name).value

    def values(self, *names: str) -> list[float]:
        """Return the values of several key figures of the same run."""
        results = self.run()
        return [KPIS[name](results).value for name in names]


@pytest.fixture
def hand(tmp_path: Path, two_towns: World) -> Hand:
    """A run of twelve hours from 18:00, with the plan above, in which nothing has happened yet."""
    return Hand(tmp_path, two_towns)
