"""The earthquake on a small town: one street of houses on both sides, a bridge, a substation."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from pydantic import ValidationError

from sim.hazards.base import Surroundings
from sim.hazards.earthquake import Earthquake
from sim.hazards.earthquake_debris import Debris
from sim.hazards.earthquake_params import Land, Law, Resistance
from sim.hazards.earthquake_rupture import Rupture
from sim.hazards.earthquake_sites import EarthquakePlaceError
from sim.scenario.loading import check_file
from sim.world.layers import LAND_CLASSES
from sim.world.maps.plain import plain_world
from sim.world.states import DAMAGE_STATES
from sim.world.table import Shapes
from sim.world.tables import (
    BUILDING_CLASSES,
    FACILITY_KINDS,
    Buildings,
    Facilities,
    Nodes,
    Roads,
)
from sim.world.world import World

HOUSES = 400
ROAD_Y_M = 500.0
#: brick blocks of six storeys whose walls stand 2 m beside the street
HEIGHT_M = 18.0

SCENARIO = """\
format: shapan/scenario/1
id: town
title: {en: Town, zh: 镇}
map: {facts: facts.yaml}
clock: {start: "2025-01-01 08:00", duration: 1 h}
hazards:
  - {id: main, kind: earthquake, magnitude: 9.5, epicentre: {x_m: 0, y_m: 0},
     ground_motion: {bssa14: 0.7, yu13: 0.5}}
"""


def houses() -> Buildings:
    side = np.arange(HOUSES) % 2
    x_m = 20.0 + (np.arange(HOUSES) // 2) * 9.0
    people = np.full(HOUSES, 4, np.int32)
    return Buildings(
        x_m=x_m,
        y_m=ROAD_Y_M + np.where(side == 0, 1, -1) * (3.5 + 2.0 + 6.0),
        footprint_m2=np.full(HOUSES, 144.0, np.float32),
        height_m=np.full(HOUSES, HEIGHT_M, np.float32),
        storeys=np.full(HOUSES, 6, np.uint8),
        year=np.full(HOUSES, 1970, np.int16),
        building_class=np.full(HOUSES, BUILDING_CLASSES.index("old_masonry"), np.uint8),
        use=np.zeros(HOUSES, np.uint8),
        zone=np.zeros(HOUSES, np.int32),
        node=np.zeros(HOUSES, np.int32),
        occupants_02=people,
        occupants_08=people,
        occupants_12=people,
        occupants_18=people,
    )


def streets() -> tuple[Nodes, Roads, Shapes]:
    """Street 0-1 (rows 0 and 1), and the bridge 1-2 beyond it (rows 2 and 3)."""
    nodes = Nodes(np.array([0.0, 1850.0, 1990.0]), np.full(3, ROAD_Y_M))
    start, end = np.array([0, 1, 1, 2], np.int32), np.array([1, 0, 2, 1], np.int32)
    roads = Roads(
        from_node=start,
        to_node=end,
        length_m=np.abs(nodes.x_m[end] - nodes.x_m[start]).astype(np.float32),
        free_speed_m_per_s=np.full(4, 12.0, np.float32),
        lanes=np.ones(4, np.uint8),
        road_class=np.full(4, 5, np.uint8),
        flow_veh_per_s=np.full(4, 0.5, np.float32),
        bridge=np.array([False, False, True, True]),
        underpass=np.zeros(4, bool),
        on_foot=np.ones(4, bool),
        by_car=np.ones(4, bool),
        name=np.zeros(4, np.int32),
    )
    points = np.column_stack((nodes.x_m, nodes.y_m))
    shapes = Shapes.of([points[[a, b]] for a, b in zip(start, end, strict=True)])
    return nodes, roads, shapes


def places() -> Facilities:
    ids = np.array(["substation", "hospital", "post"], dtype=object)
    kinds = ("power_substation", "hospital", "check_point")
    return Facilities(
        id=ids,
        name_en=ids,
        name_zh=ids,
        kind=np.array([FACILITY_KINDS.index(kind) for kind in kinds], np.uint8),
        level=np.zeros(3, np.uint8),
        x_m=np.array([300.0, 900.0, 1500.0]),
        y_m=np.full(3, 200.0),
        node=np.zeros(3, np.int32),
        zone=np.zeros(3, np.int32),
        capacity=np.ones(3, np.float32),
        capacity_unit=np.array(["1"] * 3, dtype=object),
        area_m2=np.zeros(3, np.float32),
        assumed=np.zeros(3, bool),
    )


@pytest.fixture
def town() -> World:
    nodes, roads, shapes = streets()
    return dataclasses.replace(
        plain_world(np.zeros((20, 40)), cell_m=50.0),
        nodes=nodes,
        roads=roads,
        road_shapes=shapes,
        buildings=houses(),
        facilities=places(),
    )


def quake_on(world: World, *, seed: int = 1, **params: Any) -> tuple[Earthquake, Surroundings]:
    around = Surroundings.alone_on(world, seed=seed)
    stated: dict[str, Any] = {
        "id": "main",
        "kind": "earthquake",
        "magnitude": 6.5,
        "epicentre": {"x_m": 1000.0, "y_m": -4000.0},
        "strike_deg": 90.0,
        "aftershocks": {"lasting": "0 s"},
    }
    return Earthquake(Earthquake.Params.model_validate(stated | params), around), around


KNOWN = {"lasting": "0 s", "known": [{"after": "15 h", "magnitude": 6.0}]}


def test_nothing_moves_before_the_moment_it_occurs(town: World) -> None:
    quake, around = quake_on(town, occurs_at="10 min")
    quake.advance(599.0)
    assert (len(around.log), quake.cause) == (0, -1)
    assert not around.fields["pga_m_per_s2"].any()
    quake.advance(660.0)
    assert [event.kind for event in around.log][:2] == ["earthquake", "buildings_damaged"]
    assert around.log[0].facts["at_s"] == 600.0
    assert around.fields["pga_m_per_s2"].min() > 0.0


def test_every_building_is_in_exactly_one_state(town: World) -> None:
    quake, around = quake_on(town)
    quake.advance(60.0)
    figures = quake.report()
    assert sum(figures[f"buildings_{name}"] for name in DAMAGE_STATES) == HOUSES
    worse = around.log[1].facts
    assert sum(worse[name] for name in DAMAGE_STATES[1:]) == HOUSES - figures["buildings_none"]
    complete = around.states["building_damage"] == DAMAGE_STATES.index("complete")
    assert (complete | ~around.states["building_collapsed"]).all()


def test_ticks_of_any_length_give_the_same_sequence(town: World) -> None:
    logs = []
    for step_s in (600.0, 86400.0):
        quake, around = quake_on(town, aftershocks={"lasting": "1 d"})
        for to_s in np.arange(step_s, 86400.0 + 1.0, step_s):
            quake.advance(float(to_s))
        logs.append([(event.kind, event.who, event.facts) for event in around.log])
        damage = around.states["building_damage"].copy()
    assert logs[0] == logs[1]
    assert damage.any()


def test_longer_aftershocks_add_more_and_change_none(town: World) -> None:
    one, week = (
        quake_on(town, magnitude=7.5, aftershocks={"lasting": lasting})[0].shocks
        for lasting in ("1 d", "7 d")
    )
    assert len(week) > len(one) > 1
    assert week[: len(one)] == one
    assert max(shock.magnitude for shock in week[1:]) <= 7.5 - 0.3
    assert min(shock.magnitude for shock in week[1:]) >= 5.0


def test_an_aftershock_names_the_mainshock_and_damages_what_is_weak_already(town: World) -> None:
    fresh, weak = (
        quake_on(town, weakening=loss, aftershocks=KNOWN, fields="median") for loss in (0.0, 0.35)
    )
    counts = []
    for quake, around in (fresh, weak):
        quake.advance(60.0)
        before = around.states["building_damage"].copy()
        quake.advance(86400.0)
        counts.append(int((around.states["building_damage"] > before).sum()))
        kinds = [(event.kind, event.cause) for event in around.log]
        assert ("aftershock", 0) in kinds
    assert counts[0] == 0 < counts[1]


def test_one_more_house_changes_no_other_houses_fate(town: World) -> None:
    rows = np.append(np.arange(HOUSES), 0)
    larger = dataclasses.replace(town, buildings=houses().rows(rows))
    fates = []
    for world in (town, larger):
        quake, around = quake_on(world)
        quake.advance(60.0)
        fates.append(
            (
                around.states["building_damage"][:HOUSES],
                around.states["building_collapsed"][:HOUSES],
            )
        )
    assert np.array_equal(fates[0][0], fates[1][0])
    assert np.array_equal(fates[0][1], fates[1][1])


def test_the_spread_of_medians_does_not_depend_on_the_seed(town: World) -> None:
    maps = []
    for seed in (1, 2):
        quake, around = quake_on(town, seed=seed, fields="median")
        quake.advance(60.0)
        maps.append(around.fields["pga_m_per_s2"])
    assert np.array_equal(*maps)


def test_sampled_fields_differ_between_seeds_and_stay_within_the_cut(town: World) -> None:
    median, _ = quake_on(town, fields="median")
    median.advance(60.0)
    middle = np.log(median._strongest.pga_m_per_s2)
    departures = []
    for seed in range(6):
        quake, _ = quake_on(town, seed=seed)
        quake.advance(60.0)
        departures.append(np.log(quake._strongest.pga_m_per_s2) - middle)
    assert np.std([one.mean() for one in departures]) > 0.1
    assert np.abs(departures).max() <= 3.0 * np.hypot(0.348, 0.495) + 1e-9


@pytest.mark.parametrize("law", ["bssa14", "yu13", "intensity"])
def test_each_law_shakes_the_town_with_a_plausible_intensity(town: World, law: str) -> None:
    quake, around = quake_on(town, ground_motion=law, fields="median")
    quake.advance(60.0)
    assert around.log[0].facts["law"] == law
    assert 7.0 < around.fields["intensity"].mean() < 9.5


def test_weights_choose_each_law_about_as_often_as_they_say(town: World) -> None:
    weights = {"bssa14": 0.5, "yu13": 0.5}
    laws = [quake_on(town, seed=k, ground_motion=weights)[0].shaker.law for k in range(40)]
    assert 10 <= laws.count("bssa14") <= 30


def test_debris_leaves_the_street_what_the_block_rule_says(town: World) -> None:
    debris = Debris(town)
    debris.fall(np.array([10]))
    # walls 5.5 m from the line, reach 2/3 of 18 m: the heap ends 6.5 m beyond the line
    assert debris.free_m[0] == pytest.approx(0.0)
    low = dataclasses.replace(town.buildings, height_m=np.full(HOUSES, 6.0, np.float32))
    debris = Debris(dataclasses.replace(town, buildings=low))
    debris.fall(np.array([10]))
    assert debris.free_m[:2] == pytest.approx([3.5 + 1.5, 3.5 + 1.5])
    debris.fall(np.array([11]))
    assert debris.free_m[:2] == pytest.approx([3.0, 3.0])
    assert np.isinf(debris.free_m[2:]).all()


def test_shaking_cuts_both_directions_of_a_bridge_at_once(town: World) -> None:
    downs = []
    for seed in range(12):
        quake, around = quake_on(town, seed=seed, magnitude=7.0, fields="median")
        quake.advance(60.0)
        down = around.states["road_down"]
        assert not down[:2].any()
        assert down[2] == down[3]
        downs.append(bool(down[2]))
    assert any(downs)
    assert not all(downs)


def test_a_spared_facility_and_a_post_without_walls_stand(town: World) -> None:
    out = set()
    for seed in range(8):
        quake, around = quake_on(
            town, seed=seed, magnitude=8.0, epicentre={"x_m": 1000.0, "y_m": 500.0},
            fields="median", spared=["hospital"],
        )  # fmt: skip
        quake.advance(60.0)
        out |= {event.who for event in around.log if event.kind == "facility_damaged"}
        assert around.states["facility_out"].sum() <= 1
    assert out == {"substation"}


def test_soft_ground_under_the_fields_shakes_more(town: World) -> None:
    plain, _ = quake_on(town, fields="median", magnitude=5.0)
    soft, _ = quake_on(
        town, fields="median", magnitude=5.0, soils=[{"land": "bare", "vs30": "180 m/s"}]
    )
    plain.advance(60.0)
    soft.advance(60.0)
    assert soft._strongest.pgv_m_per_s.min() > 1.2 * plain._strongest.pgv_m_per_s.min()


def test_the_focus_lies_under_the_epicentre_and_the_plane_dips_to_the_right() -> None:
    size = {"length_m": 40e3, "width_m": 20e3, "depth_m": 10e3}
    plane = Rupture.around(0.0, 0.0, strike_deg=0.0, dip_deg=45.0, **size)
    flat = 20e3 * np.cos(np.radians(45.0))
    # east of a plane that strikes north and dips east: half the width lies on each side of it
    away = plane.joyner_boore_m(np.array([0.0, 20e3, -20e3]), np.zeros(3))
    assert away == pytest.approx([0.0, 20e3 - flat / 2, 20e3 - flat / 2])
    shallow = Rupture.around(0.0, 0.0, strike_deg=0.0, dip_deg=45.0, **size | {"depth_m": 2e3})
    assert shallow.near_m == pytest.approx(-2e3)  # the plane stops at the ground
    along, across = shallow.along_across_m(*map(np.array, shallow.at(3.0, 4.0)))
    assert (float(along), float(across)) == pytest.approx((3.0, 4.0))


def test_a_map_beyond_the_reach_of_a_law_is_refused(town: World) -> None:
    far = {"x_m": 0.0, "y_m": -900e3}
    with pytest.raises(EarthquakePlaceError, match=r"'main'.*bssa14 holds up to 400 km"):
        quake_on(town, epicentre=far)


def test_a_schematic_map_has_no_longitude(town: World) -> None:
    with pytest.raises(EarthquakePlaceError, match="state the epicentre as x_m and y_m"):
        quake_on(town, epicentre={"lon_deg": 122.8, "lat_deg": 40.7})


def test_longitude_and_latitude_are_turned_into_the_maps_metres(town: World) -> None:
    town.layers.grid = dataclasses.replace(
        town.grid, crs="EPSG:32651", west_m=490e3, north_m=4_550e3
    )
    quake, _ = quake_on(town, epicentre={"lon_deg": 123.0, "lat_deg": 41.0})
    # 123 E is the central meridian of UTM zone 51; its scale there is 0.9996
    quarter_m = 10_001_965.7
    assert quake.shaker.rupture.x_m == pytest.approx(500e3, abs=0.01)
    assert quake.shaker.rupture.y_m == pytest.approx(0.9996 * quarter_m * 41 / 90, rel=0.005)


def test_a_wrong_weight_is_told_at_its_own_place(tmp_path: Path) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    told = [str(problem) for problem in check_file(file).problems]
    assert any("scenario.yaml:8  hazards[0].ground_motion: the weights" in line for line in told)
    assert any("hazards[0].magnitude: 9.5 is not <= 8.5" in line for line in told)


def test_soil_of_the_map_outside_the_site_term_is_refused(town: World) -> None:
    town.layers.write("vs30_m_per_s", np.full((20, 40), np.nan))
    with pytest.raises(EarthquakePlaceError, match="vs30_m_per_s holds nan"):
        quake_on(town)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"magnitude": 9.5}, "less than or equal to 8.5"),
        ({"magnitude": 4.0, "ground_motion": "yu13"}, "yu13 holds for ms 4.0 to 8.5"),
        ({"ground_motion": {"bssa14": 0.5}}, "weights of the laws sum to 0.5"),
        ({"epicentre": {"x_m": 5.0}}, "both x_m and y_m"),
        ({"vs30": "20 m/s"}, "greater than or equal to 150"),
    ],
)
def test_what_no_law_covers_is_refused_with_its_range(wrong: dict[str, Any], says: str) -> None:
    stated = dict(Earthquake.example) | wrong
    with pytest.raises(ValidationError, match=says):
        Earthquake.Params.model_validate(stated)


def test_a_street_that_was_cleared_stays_clear_until_more_falls_on_it(town: World) -> None:
    low = dataclasses.replace(town.buildings, height_m=np.full(HOUSES, 6.0, np.float32))
    weak = {"lasting": "0 s", "known": [{"after": "15 h", "magnitude": 4.0}]}
    quake, around = quake_on(
        dataclasses.replace(town, buildings=low), magnitude=7.5, weakening=0.0, aftershocks=weak,
        fields="median",
    )  # fmt: skip
    quake.advance(60.0)
    free_m = around.states["road_free_m"]
    assert np.isfinite(free_m[:2]).all()
    free_m[:] = np.inf
    fallen = around.states["building_collapsed"].sum()
    quake.advance(86400.0)
    assert around.states["building_collapsed"].sum() == fallen
    assert np.isinf(free_m).all()


def test_every_class_of_building_and_of_land_can_be_named() -> None:
    assert tuple(Resistance.model_fields) == BUILDING_CLASSES
    assert get_args(Land) == LAND_CLASSES


@pytest.mark.parametrize("law", get_args(Law))
def test_a_mapped_earthquake_is_as_strong_on_its_border_as_was_mapped(law: str) -> None:
    plain = plain_world(np.zeros((41, 41)), cell_m=1000.0)
    shakings = []
    for seed in (1, 2):
        quake, around = quake_on(
            plain,
            seed=seed,
            magnitude=7.0,
            epicentre={"x_m": 20_500.0, "y_m": 20_500.0},
            ground_motion=law,
            fields="median",
            isoseismals=[{"intensity": 9, "km2": np.pi * 15.0**2}],
        )
        quake.advance(0.0)
        x_m, y_m = plain.grid.centres_m()
        away_m = np.hypot(x_m[None] - 20_500.0, y_m[:, None] - 20_500.0)
        shakings.append(around.fields["intensity"][abs(away_m - 15_000.0) < 700.0].mean())
    assert shakings == [pytest.approx(8.5, abs=0.1)] * 2


def test_a_stronger_zone_that_is_wider_is_refused(town: World) -> None:
    zones = [{"intensity": 8, "km2": 900.0}, {"intensity": 7, "km2": 800.0}]
    with pytest.raises(ValidationError, match="zone 8 must lie inside zone 7"):
        quake_on(town, isoseismals=zones)
