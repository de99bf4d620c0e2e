"""The hazard on small maps: how fires begin, what the log says, what the states hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from sim.core.errors import SimError
from sim.core.rng import Streams
from sim.evaluation.verification.urban_fire_setups import houses, rows_of_houses
from sim.hazards.base import Surroundings
from sim.hazards.urban_fire import UrbanFire, UrbanFirePlaceError
from sim.hazards.urban_fire_design import design_fires
from sim.hazards.urban_fire_ignitions import Shaking, fires_per_m2
from sim.hazards.urban_fire_water import (
    endurance_s,
    has_open_water,
    hydrant_m3_per_s,
    open_water_m,
    water_needed_at,
)
from sim.world.maps.plain import plain_world
from sim.world.states import FIRE_STATES
from sim.world.table import Shapes
from sim.world.tables import FACILITY_KINDS, Buildings, Facilities, Waters
from sim.world.world import World

BURNING, BURNT_OUT, PUT_OUT = (FIRE_STATES.index(one) for one in FIRE_STATES[1:])


def world_with(buildings: Buildings) -> World:
    return replace(plain_world(np.zeros((30, 30)), cell_m=10.0), buildings=buildings)


def street(**stated: Any) -> tuple[UrbanFire, Surroundings]:
    """Return a hazard on six rows of old wooden houses, 2 m apart."""
    around = Surroundings.alone_on(world_with(rows_of_houses(6, 6, side_m=9.0, gap_m=2.0)), seed=2)
    params = {"id": "fires", "kind": "urban_fire", "wind": [["0 h", "6 m/s", 270]]} | stated
    return UrbanFire(UrbanFire.Params.model_validate(params), around), around


def go(hazard: UrbanFire, until_s: float, step_s: float = 60.0) -> None:
    for k in range(round(until_s / step_s)):
        hazard.advance((k + 1) * step_s)


ONE: Any = [{"id": "stove", "building": 0, "time": "5 min"}]


def test_a_stated_fire_begins_at_its_time_and_its_spread_names_it_as_cause() -> None:
    hazard, around = street(ignitions=ONE)
    go(hazard, 3600.0)
    events = list(around.log)
    assert (events[0].kind, events[0].t_s, events[0].who) == ("fire_started", 300.0, "plain")
    assert events[0].facts["building"] == 0
    spreads = [event for event in events if event.kind == "fire_spread"]
    assert all(around.log.chain(event.id)[-1] is events[0] for event in spreads)
    assert hazard.cause == spreads[-1].id
    assert sum(event.facts["buildings"] for event in spreads) == hazard.town.n_lit - 1


def test_every_building_that_stops_burning_is_told_once() -> None:
    hazard, around = street(ignitions=ONE)
    go(hazard, 6 * 3600.0, 300.0)
    told = sum(
        int(event.facts["buildings"]) for event in around.log if event.kind == "building_burnt_out"
    )
    assert told == hazard.report()["buildings_burnt_out"] == hazard.town.n_lit == 36


def test_states_hold_what_the_town_does() -> None:
    hazard, around = street(ignitions=ONE)
    go(hazard, 2700.0)
    states = around.states
    burning = states["building_fire"] == BURNING
    assert burning.sum() == hazard.report()["buildings_burning"] > 1
    assert (states["building_heat_w"][burning] > 0).all()
    assert not states["building_heat_w"][~burning].any()


def test_water_from_outside_puts_a_fire_out_and_the_log_says_so() -> None:
    hazard, around = street(ignitions=ONE)
    go(hazard, 600.0)
    around.states["building_water_m3_per_s"][0] = 0.02
    for k in range(60):
        hazard.advance(660.0 + 60.0 * k)
    assert around.states["building_fire"][0] == PUT_OUT
    assert [event.kind for event in around.log] == ["fire_started", "fire_put_out"]
    assert hazard.report()["fire_heat_w"] == 0.0


def test_a_fire_at_a_spot_takes_the_nearest_building() -> None:
    stated = [{"id": "spark", "at": {"x_m": 12.0, "y_m": 23.0}, "time": "0 h"}]
    hazard, around = street(ignitions=stated)
    hazard.advance(60.0)
    assert next(iter(around.log)).facts["building"] == 13


@pytest.mark.parametrize(
    "where", [{"building": 36}, {"at": {"x_m": 250.0, "y_m": 250.0}}], ids=["row", "spot"]
)
def test_a_fire_where_no_building_stands_is_refused_by_name(where: dict[str, Any]) -> None:
    with pytest.raises(UrbanFirePlaceError, match="spark"):
        street(ignitions=[{"id": "spark", "time": "0 h"} | where])
    assert issubclass(UrbanFirePlaceError, SimError)


@pytest.mark.parametrize(
    "bad",
    [
        {"wind": [["1 h", "5 m/s", 0], ["0 h", "5 m/s", 0]]},
        {"wind": [["0 h", "-5 m/s", 0]]},
        {"wind": [["0 h", "5 m/s", 400]]},
        {"ignitions": [{"id": "a", "time": "0 h"}]},
        {"after_earthquake": "medium"},
        {"pace": 0.0},
    ],
)
def test_bad_input_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        street(**bad)


def test_shaking_starts_fires_at_once_and_later_with_the_earthquake_as_cause() -> None:
    around = Surroundings.alone_on(world_with(rows_of_houses(6, 6, side_m=9.0, gap_m=2.0)), seed=2)
    params = UrbanFire.Params.model_validate(
        {"id": "fires", "kind": "urban_fire", "after_earthquake": "high", "stove_factor": 3000.0}
    )
    hazard = UrbanFire(params, around)
    hazard.advance(60.0)
    assert hazard.town.n_lit == 0
    around.log.add(120.0, "rain_started", "earlier")
    shock = around.log.add(120.0, "earthquake", "quake")
    around.fields.write("pga_m_per_s2", np.full((30, 30), 5.0))
    for k in range(100):
        hazard.advance(120.0 + 600.0 * k)
    started = [event for event in around.log if event.kind == "fire_started"]
    assert {event.cause for event in started} == {shock}
    assert {event.facts["how"] for event in started} == {"shaking"}
    assert started[0].facts["at_s"] == 120.0
    assert 1 < len(started) <= 36


def test_stronger_shaking_starts_the_same_fires_and_more() -> None:
    floor_m2 = np.full(20_000, 500.0)
    lit = []
    for pga_m_per_s2 in (2.0, 4.0):
        shaking = Shaking(floor_m2, "low", 1.0, Streams(3))
        lit.append({s.building for s in shaking.felt(np.full(20_000, pga_m_per_s2), 0.0, -1)})
    assert lit[0] < lit[1]


def test_an_aftershock_weaker_than_the_shock_starts_nothing() -> None:
    shaking = Shaking(np.full(1000, 1e5), "low", 1.0, Streams(3))
    assert list(shaking.felt(np.full(1000, 3.0), 0.0, -1))
    assert not list(shaking.felt(np.full(1000, 2.9), 600.0, -1))


def test_no_branch_gives_fewer_fires_for_stronger_shaking() -> None:
    pga = np.linspace(0.0, 15.0, 200)
    for branch in ("low", "high"):
        rate = fires_per_m2(pga, branch)  # type: ignore[arg-type]
        assert (rate >= 0).all()
        assert (np.diff(rate) >= 0).all()


def test_accidents_come_at_their_rate_and_repeat_for_a_seed() -> None:
    x, y = np.meshgrid(np.arange(100) * 2.9, np.arange(100) * 2.9)
    around = [
        Surroundings.alone_on(world_with(houses(x.ravel(), y.ravel(), 2.0)), seed=9) for _ in "12"
    ]
    stated = {"id": "any-day", "kind": "urban_fire", "accidental": True, "accidental_rate": 3e6}
    params = UrbanFire.Params.model_validate(stated | {"pace": 1e-6})
    for one in around:
        go(UrbanFire(params, one), 3600.0, 600.0)
    digests = {one.log.sha256() for one in around}
    n = sum(event.kind == "fire_started" for event in around[0].log)
    mean = 4 * 1e4 * 3.0 / (365.25 * 24)
    assert len(digests) == 1
    assert abs(n - mean) <= 3 * np.sqrt(mean)


def a_place(kind: str, x_m: float, flow: float, unit: str) -> Facilities:
    def text(one: str) -> Any:
        return np.array([one], dtype=object)

    return replace(
        Facilities.empty(),
        id=text("h"), name_en=text("h"), name_zh=text("h"), capacity_unit=text(unit),
        kind=np.array([FACILITY_KINDS.index(kind)], np.uint8), level=np.zeros(1, np.uint8),
        x_m=np.array([x_m]), y_m=np.zeros(1), node=np.zeros(1, np.int32),
        zone=np.zeros(1, np.int32), capacity=np.array([flow], np.float32),
        area_m2=np.zeros(1, np.float32), assumed=np.zeros(1, bool),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "x_m", "flow", "unit", "expected"),
    [
        ("hydrant", 140.0, 0.02, "m3/s", 0.02),
        ("hydrant", 140.0, 0.0, "", 0.015),
        ("hydrant", 160.0, 0.02, "m3/s", 0.0),
        ("shelter", 10.0, 0.02, "m3/s", 0.0),
    ],
)
def test_a_hydrant_gives_its_flow_within_its_reach(
    kind: str, x_m: float, flow: float, unit: str, expected: float
) -> None:
    world = replace(world_with(Buildings.empty()), facilities=a_place(kind, x_m, flow, unit))
    assert hydrant_m3_per_s(world, 0.0, 0.0) == pytest.approx(expected)
    assert hydrant_m3_per_s(world, 0.0, 0.0, out=np.array([True])) == 0.0


def test_open_water_is_as_far_as_its_bank() -> None:
    dry = world_with(Buildings.empty())
    pond = np.array([[200.0, 0.0], [260.0, 0.0], [260.0, 60.0], [200.0, 60.0], [200.0, 0.0]])
    world = replace(dry, water_shapes=Shapes.of([pond]), waters=Waters.empty())
    assert open_water_m(dry, 0.0, 0.0) == np.inf
    assert open_water_m(world, 0.0, 30.0) == pytest.approx(200.0)
    assert has_open_water(world, 0.0, 30.0)


def test_what_a_fire_needs_is_what_the_hazard_asks_for() -> None:
    hazard, around = street(ignitions=ONE)
    go(hazard, 900.0)
    heat_w = float(around.states["building_heat_w"][0])
    need_m3_per_s, jets = water_needed_at(design_fires(around.world.buildings), 0, heat_w)
    assert jets >= 1
    for share, mastered in ((0.99, False), (1.01, True)):
        hazard.town.fires.mastered_s[:] = np.inf
        water = np.zeros(36, np.float32)
        water[0] = share * need_m3_per_s
        hazard.town.fight(water, 900.0)
        assert np.isfinite(hazard.town.fires.mastered_s[0]) == mastered


def test_a_tanker_without_a_jet_has_no_endurance() -> None:
    with pytest.raises(ValueError, match="flow"):
        endurance_s(5.0, 0.0)
