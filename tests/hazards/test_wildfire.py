"""A wildfire as a hazard: what it writes, logs and reads on a small hill."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.hazards.base import Surroundings
from sim.hazards.wildfire import Wildfire
from sim.hazards.wildfire_lines import Crew, contain
from sim.hazards.wildfire_places import WildfirePlaceError
from sim.hazards.wildfire_smoke import Smoke
from sim.world.grid import Grid
from sim.world.layers import LAND_CLASSES
from sim.world.maps.plain import plain_world
from sim.world.table import Shapes
from sim.world.tables import ZONE_LEVELS, Zones

N, CELL_M = 40, 30.0
MIDDLE = {"x_m": 605.0, "y_m": 605.0}


def weather(**changed: Any) -> dict[str, Any]:
    calm = {"temperature_c": 24.0, "humidity": 0.2, "wind": "6 m/s", "wind_from_deg": 270.0}
    return calm | changed


def scene(land: str = "grass", slope: float = 0.0) -> Surroundings:
    ground_m = slope * CELL_M * np.arange(N, dtype=np.float64)[::-1, None] * np.ones((N, N))
    world = plain_world(ground_m, cell_m=CELL_M)
    world.layers.write("land", np.full((N, N), LAND_CLASSES.index(land)))
    return Surroundings.alone_on(world)


def fire(around: Surroundings, **changed: Any) -> Wildfire:
    stated = {
        "id": "fire",
        "kind": "wildfire",
        "weather": [weather()],
        "ignitions": [{"id": "start", "at": MIDDLE}],
        "spotting": False,
    }
    return Wildfire(Wildfire.Params.model_validate(stated | changed), around)


def kinds(around: Surroundings) -> list[str]:
    return [event.kind for event in around.log]


def test_fire_runs_with_the_wind() -> None:
    around = scene()
    fire(around).advance(1800.0)
    burnt = np.isfinite(around.fields["fire_arrival_s"])
    start = 605 // 30
    assert burnt[:, start:].sum() > 3 * burnt[:, :start].sum()


def test_without_wind_fire_runs_uphill() -> None:
    around = scene(slope=0.3)  # rises to the north
    fire(around, weather=[weather(wind="0 m/s")]).advance(3600.0)
    burnt = np.isfinite(around.fields["fire_arrival_s"])
    row = N - 1 - 605 // 30
    assert burnt[:row].sum() > 2 * burnt[row + 1 :].sum()


def test_a_fire_is_told_of_by_the_community_it_begins_in() -> None:
    around = scene()
    name = np.array(["hillside"], object)
    level = np.array([ZONE_LEVELS.index("community")], np.uint8)
    zones = Zones(name, name, name, level, np.array([-1], np.int32), np.array([9], np.int32))
    square = np.array([[300.0, 300.0], [900.0, 300.0], [900.0, 900.0], [300.0, 900.0]])
    world = replace(around.world, zones=zones, zone_shapes=Shapes.of([square]))
    around = Surroundings.alone_on(world)
    fire(around, ignitions=[
        {"id": "inside", "at": MIDDLE}, {"id": "outside", "at": {"x_m": 105.0, "y_m": 105.0}}
    ]).advance(60.0)  # fmt: skip
    started = [event for event in around.log if event.kind == "fire_started"]
    assert [event.who for event in started] == ["hillside", "outside"]
    assert [event.facts["ignition"] for event in started] == ["inside", "outside"]


def test_an_ignition_waits_for_its_time() -> None:
    around = scene()
    hill = fire(around, ignitions=[{"id": "start", "at": MIDDLE, "time": "10 min"}])
    hill.advance(599.0)
    assert hill.cause == -1
    assert not np.isfinite(around.fields["fire_arrival_s"]).any()
    hill.advance(700.0)
    assert around.fields["fire_arrival_s"].min() == 600.0
    assert around.log[hill.cause].facts["at_s"] == 600.0


def test_a_line_of_spots_burns_along_its_length() -> None:
    around = scene()
    spots = [{"x_m": 105.0, "y_m": 105.0}, {"x_m": 105.0, "y_m": 705.0}]
    fire(around, ignitions=[{"id": "start", "line": spots}]).advance(1.0)
    assert (np.isfinite(around.fields["fire_arrival_s"]).sum(axis=0) > 0).sum() == 1
    assert np.isfinite(around.fields["fire_arrival_s"]).sum() == 21


@pytest.mark.parametrize("tick_s", [60.0, 337.0])
def test_ticks_and_brands_do_not_change_the_layers(tick_s: float) -> None:
    scenes = [scene() for _ in range(2)]
    fires = [fire(around, spotting=True, brands_per_gj=1.0) for around in scenes]
    for now_s in np.arange(tick_s, 3600.0, tick_s):
        fires[0].advance(float(now_s))
    for one in fires:
        one.advance(3600.0)
    for name in ("fire_arrival_s", "flame_length_m", "fireline_w_per_m"):
        np.testing.assert_array_equal(scenes[0].fields[name], scenes[1].fields[name])
    assert fires[0].report() == fires[1].report()


def test_brands_are_logged_with_the_fire_they_come_from() -> None:
    around = scene()
    fire(around, spotting=True, brands_per_gj=1.0).advance(3600.0)
    spotted = [event for event in around.log if event.kind == "fire_spotted"]
    assert spotted
    assert {around.log[event.cause].kind for event in spotted} == {"fire_started"}


def test_a_line_built_on_the_way_keeps_the_fire_on_its_side() -> None:
    around = scene()
    hill = fire(around)
    hill.advance(300.0)
    line = np.zeros((N, N), np.float32)
    line[:, 30] = np.inf
    around.fields.write("fire_line", line)
    for now_s in range(600, 20_000, 600):
        hill.advance(float(now_s))
    burnt = np.isfinite(around.fields["fire_arrival_s"])
    assert burnt[:, :30].any()
    assert not burnt[:, 30:].any()


def test_what_burnt_is_counted_by_class_of_land_and_the_fire_ends() -> None:
    around = scene()
    around.world.layers["land"][:, 20:] = LAND_CLASSES.index("crop")
    hill = fire(around)
    for now_s in range(600, 90_000, 600):
        hill.advance(float(now_s))
    report = hill.report()
    assert report["burnt_grass_m2"] == report["burnt_crop_m2"] == N * N / 2 * CELL_M**2
    assert report["burnt_m2"] == N * N * CELL_M**2
    assert report["burning_m2"] == 0.0
    assert kinds(around)[-1] == "fire_out"


def test_intensity_and_flames_go_together_and_the_back_is_the_mildest() -> None:
    around = scene()
    fire(around).advance(1200.0)
    line, flames = around.fields["fireline_w_per_m"], around.fields["flame_length_m"]
    row, column = N - 1 - 605 // 30, 605 // 30
    assert line[row, column + 5] > 5 * line[row, column - 1] > 0
    np.testing.assert_allclose(
        flames[line > 0], 0.0775 * (line[line > 0] / 1000) ** 0.46, rtol=2e-3
    )


def test_smoke_lies_downwind_and_clears_when_the_fire_is_out() -> None:
    around = scene()
    hill = fire(around)
    hill.advance(1200.0)
    smoke = around.fields["smoke_kg_per_m3"]
    assert smoke[:, 30:].sum() > 10 * smoke[:, :8].sum()
    hill.advance(200_000.0)
    assert not around.fields["smoke_kg_per_m3"].any()


def test_smoke_downwind_carries_what_the_fire_gives_off() -> None:
    # far downwind the plume fills the air below the lid: concentration x wind x depth across the
    # plume is the source's strength
    grid = Grid(200, 2000, 100.0, north_m=20_000.0)
    smoke = Smoke(grid, lid_m=200.0)
    air = smoke.kg_per_m3(np.array([100 * 2000 + 2]), np.array([3.0]), 5.0, 90.0)
    carried = float(air[:, 400].sum()) * 100.0 * 200.0 * 5.0
    assert carried == pytest.approx(3.0, rel=0.01)


def test_the_maps_own_fuel_goes_before_the_class_of_land() -> None:
    around = scene("grass")
    fuel = np.full((N, N), 99)
    fuel[15:25, 15:25] = 1
    around.world.layers.write("fuel", fuel)
    fire(around).advance(36_000.0)
    assert np.isfinite(around.fields["fire_arrival_s"]).sum() == 100


def test_a_fire_on_water_is_refused_with_the_distance_to_fuel() -> None:
    around = scene("water")
    around.world.layers["land"][:, 30:] = LAND_CLASSES.index("grass")
    with pytest.raises(WildfirePlaceError, match=r"water.*300 m"):
        fire(around)


def test_a_map_on_which_nothing_burns_is_refused() -> None:
    with pytest.raises(WildfirePlaceError, match="nothing on this map burns"):
        fire(scene("water"))


def test_an_unknown_number_in_the_fuel_layer_is_refused() -> None:
    around = scene()
    around.world.layers.write("fuel", np.full((N, N), 77))
    with pytest.raises(WildfirePlaceError, match="77"):
        fire(around)


def test_a_fire_outside_the_map_is_refused() -> None:
    with pytest.raises(WildfirePlaceError, match="outside"):
        fire(scene(), ignitions=[{"id": "start", "at": {"x_m": -5.0, "y_m": 0.0}}])


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"fuels": {"forest": "TL88"}}, "did you mean 'TL8'"),
        ({"weather": [weather(humidity=-0.1)]}, "greater than or equal to 0"),
        ({"weather": [weather(**{"from": "1 h"})]}, "first weather must begin at 0 h"),
        ({"weather": [weather(), weather()]}, "times must rise"),
        ({"live_herb": -0.2}, "greater than 0"),
    ],
)
def test_bad_values_are_refused_in_words(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        fire(scene(), **changed)


def test_twice_the_crew_holds_a_smaller_fire_sooner() -> None:
    hour_s = 3600.0
    one, two = (
        contain(4000.0, 0.03, 3.0, [Crew(hour_s, 24 * hour_s, line)]) for line in (0.12, 0.24)
    )
    assert one.held
    assert two.held_s < one.held_s
    assert two.area_m2 < one.area_m2


@pytest.mark.parametrize("start", ["head", "rear"])
def test_a_very_fast_crew_rings_the_fire_as_it_found_it(start: Any) -> None:
    ring = contain(4000.0, 0.01, 2.0, [Crew(600.0, 1e6, 1000.0)], start=start)
    assert ring.area_m2 == pytest.approx(ring.attacked_m2, rel=1e-3)


def test_a_crew_slower_than_the_fire_never_closes_the_ring() -> None:
    assert not contain(4000.0, 1.0, 3.0, [Crew(600.0, 1e6, 0.01)]).held


def test_the_example_burns_on_bare_ground_called_grass() -> None:
    around = Surroundings.alone_on(plain_world(np.zeros((N, N)), cell_m=CELL_M))
    hill = Wildfire(Wildfire.Params.model_validate(dict(Wildfire.example)), around)
    hill.advance(1800.0)
    assert hill.report()["burnt_bare_m2"] > 0.0
    assert set(Wildfire.writes) <= set(around.fields)


@given(to_deg=st.floats(0, 360), wind=st.floats(0.5, 30))
def test_smoke_is_thickest_where_the_fire_is_whatever_the_wind(to_deg: float, wind: float) -> None:
    grid = Grid(ny=200, nx=200, cell_m=40.0)
    air = Smoke(grid, lid_m=1000.0).kg_per_m3(
        np.array([105 * 200 + 105]), np.array([1.0]), wind, to_deg
    )
    # 400 m wide and as deep as the plume is after half a block
    deep_m = np.sqrt(np.pi / 2) * 0.06 * 200.0 / np.sqrt(1.0 + 0.0015 * 200.0)
    assert 0 < air.max() <= 1.0 / (400.0 * deep_m * wind) * (1 + 1e-6)
