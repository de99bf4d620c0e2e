"""Landslides, freezing rain, surges and poisonous gas on small worlds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.core.kinds import HAZARDS, LINKS
from sim.evaluation.verification.urban_fire_setups import rows_of_houses
from sim.hazards.base import Surroundings
from sim.hazards.freezing_rain import ice_mm_per_h
from sim.hazards.hazmat import Hazmat
from sim.hazards.landslide import Landslide, excess
from sim.hazards.surge import wind_setup_m
from sim.world.maps.plain import plain_world

STEP_S = 60.0


def made(kind: str, around: Surroundings, **stated: Any) -> Any:
    sort = {**HAZARDS, **LINKS}[kind]
    return sort(sort.Params.model_validate(dict(sort.example) | stated), around)


def go(hazard: Any, ticks: int, first: int = 1) -> None:
    for tick in range(first, first + ticks):
        hazard.advance(tick * STEP_S)


def slope(**stated: Any) -> dict[str, Any]:
    return dict(Landslide.example["slopes"][0]) | stated


def hills(rain_mm_per_h: float, **stated: Any) -> tuple[Surroundings, Any]:
    world = plain_world(np.zeros((24, 24)), cell_m=10.0)
    world = replace(world, buildings=rows_of_houses(4, 4, side_m=9.0, gap_m=40.0))
    around = Surroundings.alone_on(world)
    around.log.add(0.0, "rain_started", "storm")
    around.fields.write("rain_m_per_s", np.full((24, 24), rain_mm_per_h / 3.6e6))
    return around, made("landslide", around, slopes=[slope(**stated)])


def test_a_slide_destroys_what_lies_on_its_way_and_nothing_else() -> None:
    around, link = hills(60.0)
    go(link, 60)
    buildings = around.world.buildings
    hit = (np.abs(buildings.y_m - 105.0) <= 20.0) & (buildings.x_m >= 55.0)
    hit &= buildings.x_m <= 55.0 + float(around.log[link.cause].facts["runout_m"] or 0.0)
    assert hit.any()
    assert np.array_equal(around.states["building_collapsed"], hit)
    assert around.log[around.log[link.cause].cause].kind == "rain_started"


def test_a_slope_without_a_chance_to_slide_holds_in_any_rain() -> None:
    _, link = hills(200.0, chance=0.0)
    go(link, 120)
    assert link.cause == -1
    assert link.report()["slope_rain_share"] >= 1.0


@given(rates=st.lists(st.floats(0.0, 60.0), min_size=12, max_size=60), more=st.floats(0.0, 30.0))
@settings(deadline=None)
def test_more_rain_is_never_further_from_a_slide(rates: list[float], more: float) -> None:
    times_s = np.arange(len(rates) + 1) * 600.0
    fallen = np.concatenate(([0.0], np.cumsum(rates))) / 6000.0
    heavier = np.concatenate(([0.0], np.cumsum(np.array(rates) + more))) / 6000.0
    assert excess(heavier, times_s, "caine") >= excess(fallen, times_s, "caine")


def ice_storm(*weather: list[Any], ground_m: float = 0.0) -> tuple[Surroundings, Any]:
    height = np.zeros((6, 6))
    height[:, 3:] = ground_m
    around = Surroundings.alone_on(plain_world(height, cell_m=100.0))
    return around, made("freezing_rain", around, weather=list(weather))


def test_ice_grows_below_freezing_and_is_gone_after_a_thaw() -> None:
    around, storm = ice_storm(["0 h", "2 mm/h", "3 m/s", -1.0], ["1 h", "0 mm/h", "0 m/s", 6.0])
    go(storm, 60)
    assert storm.report()["ice_max_mm"] == pytest.approx(ice_mm_per_h(2.0, 3.0))
    go(storm, 120, first=61)
    assert storm.report()["ice_max_mm"] == 0.0
    assert around.log[around.log.newest(("ice_gone",))].cause == storm.cause


def test_high_ground_ices_where_low_ground_stays_wet() -> None:
    around, storm = ice_storm(["0 h", "2 mm/h", "3 m/s", 0.5], ground_m=400.0)
    go(storm, 10)
    assert (around.fields["ice_m"][:, 3:] > 0.0).all()
    assert (around.fields["ice_m"][:, :3] == 0.0).all()


@given(speed=st.floats(0.1, 40.0), fetch_km=st.floats(1.0, 200.0), depth_m=st.floats(5.0, 60.0))
@settings(deadline=None)
def test_more_wind_and_shallower_seas_make_higher_surges(
    speed: float, fetch_km: float, depth_m: float
) -> None:
    setup = wind_setup_m(speed, fetch_km * 1e3, depth_m)
    assert wind_setup_m(1.1 * speed, fetch_km * 1e3, depth_m) > setup
    assert wind_setup_m(speed, fetch_km * 1e3, 1.1 * depth_m) < setup


def test_the_sea_rises_with_the_storm_and_the_tide() -> None:
    around = Surroundings.alone_on(plain_world(np.zeros((4, 4)), cell_m=100.0))
    surge = made("surge", around, tide={"amplitude": "1 m", "high_at": "5 min"}, still_level="2 m")
    go(surge, 5)
    high_m = float(around.fields["sea_level_m"][0, 0])
    assert high_m == pytest.approx(3.0 + surge.surge_m(300.0), abs=1e-5)
    go(surge, 5, first=6)
    assert around.fields["sea_level_m"].max() < high_m
    assert [event.kind for event in around.log] == ["sea_rose", "sea_peaked"]


def gas(**stated: Any) -> tuple[Surroundings, Any]:
    around = Surroundings.alone_on(plain_world(np.zeros((24, 24)), cell_m=10.0))
    return around, made("hazmat", around, **stated)


def test_gas_moves_with_the_wind_and_blows_away_after_the_release() -> None:
    around, tanker = gas(wind=[["0 h", "1 m/s", 270]])
    go(tanker, 3)  # a minute after the release: 60 m at 1 m/s
    here = around.fields["gas_kg_per_m3"]
    x_m, _ = around.world.grid.centres_m()
    assert (here[:, x_m > 55.0 + 60.0] == 0.0).all()
    assert (here[:, x_m < 55.0] == 0.0).all()
    assert here.max() > 0.0
    go(tanker, 12, first=4)
    assert around.fields["gas_kg_per_m3"].max() == 0.0
    assert around.fields["gas_zone"].max() == 3


def test_a_plant_leaks_when_the_ground_shakes_too_hard() -> None:
    around, plant = gas(time=None, shaking=True, median_pga=3.0, spread=0.0)
    go(plant, 2)
    assert plant.cause == -1
    shock = around.log.add(120.0, "earthquake", "quake")
    around.fields.write("pga_m_per_s2", np.full((24, 24), 4.0))
    go(plant, 1, first=3)
    assert around.log[plant.cause].cause == shock


def test_a_release_must_say_when_it_begins() -> None:
    with pytest.raises(ValidationError, match="state when the gas begins"):
        Hazmat.Params.model_validate(dict(Hazmat.example) | {"shaking": True})
