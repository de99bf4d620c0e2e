"""Links of chains on small worlds: what sets them off, what they write, whom they name as cause."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.core.kinds import HAZARDS, LINKS
from sim.hazards.base import Surroundings
from sim.hazards.chains import LinkPlaceError, Pouring
from sim.hazards.chains_dam import Outflow
from sim.hazards.chains_river import runoff_m
from sim.world.layers import Layers
from sim.world.maps.plain import plain_world
from sim.world.table import Shapes
from sim.world.tables import FACILITY_KINDS, ZONE_LEVELS, Facilities, Levees, Zones
from sim.world.world import World

STEP_S = 60.0


def facilities(*kinds: str, x_m: list[float], y_m: list[float], unit: str = "") -> Facilities:
    n = len(kinds)
    names = np.array([f"{kind}-{row}" for row, kind in enumerate(kinds)], object)
    return Facilities(
        id=names, name_en=names, name_zh=names,
        kind=np.array([FACILITY_KINDS.index(kind) for kind in kinds], np.uint8),
        level=np.zeros(n, np.uint8), x_m=np.array(x_m), y_m=np.array(y_m),
        node=np.zeros(n, np.int32), zone=np.zeros(n, np.int32), capacity=np.ones(n, np.float32),
        capacity_unit=np.array([unit] * n, object), area_m2=np.zeros(n, np.float32),
        assumed=np.zeros(n, bool),
    )  # fmt: skip


def one_zone() -> tuple[Zones, Shapes]:
    name = np.array(["riverside"], object)
    level = np.array([ZONE_LEVELS.index("community")], np.uint8)
    zones = Zones(name, name, name, level, np.array([-1], np.int32), np.array([9], np.int32))
    square = np.array([[0.0, 0.0], [200.0, 0.0], [200.0, 200.0], [0.0, 200.0]])
    return zones, Shapes.of([square])


def town(*kinds: str, unit: str = "") -> World:
    """Return 20 x 20 cells of 10 m in one community, with facilities along its diagonal."""
    zones, shapes = one_zone()
    at = [55.0 + 20.0 * row for row in range(len(kinds))]
    return replace(
        plain_world(np.zeros((20, 20)), cell_m=10.0), zones=zones, zone_shapes=shapes,
        facilities=facilities(*kinds, x_m=at, y_m=at, unit=unit),
    )  # fmt: skip


def with_levee(world: World) -> World:
    name = np.array(["dyke"], object)
    line = np.array([[100.0, 5.0], [100.0, 195.0]])
    levees = Levees(name, name, name, np.array([3.0], np.float32))
    return replace(world, levees=levees, levee_shapes=Shapes.of([line]))


def made(kind: str, around: Surroundings, **stated: Any) -> Any:
    sort = {**HAZARDS, **LINKS}[kind]
    return sort(
        sort.Params.model_validate({"id": kind.replace("_", "-"), "kind": kind} | stated), around
    )


def show(around: Surroundings, name: str, value: float) -> None:
    around.fields.write(name, np.full(around.world.grid.shape, value))


def go(hazards: list[Any], ticks: int, first: int = 1) -> None:
    for tick in range(first, first + ticks):
        for hazard in hazards:
            hazard.advance(tick * STEP_S)


# -- earthquake -> levee -> flood ---------------------------------------------------------------


def test_a_levee_that_shaking_breaks_opens_the_floods_breach_and_the_chain_can_be_walked() -> None:
    around = Surroundings.alone_on(with_levee(town()))
    breach = {
        "id": "gap",
        "levee": "dyke",
        "at": 0.5,
        "trigger": {"damage": True},
        "width": "40 m",
        "growth": "5 min",
    }
    inflow = {"id": "river", "at": {"x_m": 35.0, "y_m": 105.0}, "points": [["0 h", "5 m3/s"]]}
    flood = made("flood", around, borders="closed", breaches=[breach], inflows=[inflow])
    levee = made("levee_damage", around, median_pga=3.0, spread=0.0)
    go([flood, levee], 5)
    beyond = around.fields["depth_m"][:, 11:]
    assert beyond.max() == 0.0
    around.log.add(300.0, "earthquake", "quake")
    show(around, "pga_m_per_s2", 4.0)
    go([flood, levee], 40, first=6)
    opened = around.log.newest(("levee_breached",))
    kinds = [event.kind for event in around.log.chain(opened)]
    assert kinds == ["levee_breached", "levee_damaged", "earthquake"]
    assert flood.cause == opened
    assert around.log[opened].facts["along"] == 0.5
    assert around.fields["depth_m"][:, 11:].max() > 0.05


def test_a_levee_opened_by_order_lets_the_river_into_its_detention_area() -> None:
    around = Surroundings.alone_on(with_levee(town()))
    gate = {
        "id": "gate", "levee": "dyke", "at": 0.5, "trigger": {"opened": True}, "width": "40 m",
        "growth": "5 min",
    }  # fmt: skip
    inflow = {"id": "river", "at": {"x_m": 35.0, "y_m": 105.0}, "points": [["0 h", "5 m3/s"]]}
    flood = made("flood", around, borders="closed", breaches=[gate], inflows=[inflow])
    go([flood], 5)
    assert around.fields["depth_m"][:, 11:].max() == 0.0
    ordered = around.log.add(300.0, "levee_opened", "dyke")
    around.states["levee_opened"][0] = True
    go([flood], 40, first=6)
    began = around.log.newest(("diversion_began",))
    assert around.log[began].cause == ordered
    assert around.fields["depth_m"][:, 11:].max() > 0.05


def test_a_levee_stands_below_its_strength() -> None:
    around = Surroundings.alone_on(with_levee(town()))
    show(around, "pga_m_per_s2", 2.9)
    levee = made("levee_damage", around, median_pga=3.0, spread=0.0)
    go([levee], 3)
    assert not around.states["levee_damaged"].any()


# -- dams, mains, rivers ------------------------------------------------------------------------


def test_a_dam_fails_by_shaking_and_names_the_shock() -> None:
    around = Surroundings.alone_on(town())
    dam = made(
        "dam_failure", around, at={"x_m": 55.0, "y_m": 55.0}, volume="10000 m3", height="4 m",
        shaking=True, median_pga=3.0, spread=0.0,
    )  # fmt: skip
    go([dam], 2)
    assert dam.cause == -1
    shock = around.log.add(120.0, "earthquake", "quake")
    show(around, "pga_m_per_s2", 5.0)
    go([dam], 2, first=3)
    assert around.log[dam.cause].cause == shock
    assert around.fields["poured_m_per_s"].sum() > 0.0


@given(volume_m3=st.floats(1e3, 1e9), height_m=st.floats(1.0, 150.0), share=st.floats(0.01, 0.99))
@settings(deadline=None)
def test_an_outflow_never_runs_backwards_nor_beyond_its_volume(
    volume_m3: float, height_m: float, share: float
) -> None:
    outflow = Outflow.of(volume_m3, height_m)
    whole_s = outflow.rise_s + 10.0 * outflow.fall_s
    early, late = outflow.volume_m3(share * whole_s), outflow.volume_m3(whole_s)
    assert 0.0 <= early <= late <= volume_m3 * (1.0 + 1e-9)


def test_a_dam_runs_out_with_the_peak_that_is_stated_for_it() -> None:
    around = Surroundings.alone_on(town())
    dam = made(
        "dam_failure", around, at={"x_m": 55.0, "y_m": 55.0}, volume="10000 m3", height="4 m",
        time="0 s", peak="50 m3/s",
    )  # fmt: skip
    go([dam], 30)
    assert dam.outflow.peak_m3_per_s == 50.0
    assert dam.report()["dam_outflow_m3"] == pytest.approx(10_000.0, rel=1e-3)


def test_a_dam_that_states_no_way_to_fail_is_refused() -> None:
    with pytest.raises(ValidationError, match="state when the dam fails"):
        LINKS["dam_failure"].Params.model_validate(
            {"id": "d", "kind": "dam_failure", "river": "r", "volume": "1 m3", "height": "1 m"}
        )


def test_sources_of_water_add_up_and_stop_each_for_itself() -> None:
    fields = Layers(town().grid)
    one, two = Pouring(fields, np.array([3, 4])), Pouring(fields, np.array([4]))
    one.pour(2.0)
    two.pour(5.0)
    flow = fields["poured_m_per_s"].reshape(-1) * 100.0
    assert flow[[3, 4, 5]] == pytest.approx([1.0, 6.0, 0.0])
    two.pour(0.0)
    assert fields["poured_m_per_s"].sum() * 100.0 == pytest.approx(2.0)


@given(rain_m=st.floats(0.0, 1.0), number=st.floats(30.0, 98.0), more_m=st.floats(0.0, 0.5))
@settings(deadline=None)
def test_runoff_grows_with_rain_and_never_exceeds_it(
    rain_m: float, number: float, more_m: float
) -> None:
    less, more = float(runoff_m(rain_m, number)), float(runoff_m(rain_m + more_m, number))
    assert 0.0 <= less <= more + 1e-15
    assert more <= rain_m + more_m


def test_a_river_rises_after_the_rain_that_it_names() -> None:
    around = Surroundings.alone_on(town())
    rain = {"kind": "hyetograph", "points": [["0 h", "60 mm/h"], ["20 min", "0 mm/h"]]}
    flood = made("flood", around, rain=rain, borders="open")
    river = made(
        "river_rise", around, at={"x_m": 55.0, "y_m": 55.0}, area="1 km2", lag="10 min",
        curve_number=95.0,
    )  # fmt: skip
    go([flood, river], 30)
    assert [event.kind for event in around.log.chain(river.cause)] == [
        "inflow_rose",
        "rain_started",
    ]
    assert flood.report()["inflow_m3"] > 1000.0


# -- power --------------------------------------------------------------------------------------


def test_a_flooded_substation_silences_its_zone_until_it_is_mended() -> None:
    around = Surroundings.alone_on(town("power_substation", "base_station"))
    grid = made(
        "power", around, flood_depth="50 cm", mended_after="10 min", base_station_lasts="5 min"
    )
    water = around.log.add(0.0, "rain_started", "storm")
    show(around, "depth_m", 0.6)
    go([grid], 3)
    states = around.states
    assert states["zone_unpowered"][0]
    assert not states["zone_offline"][0]  # the battery still lasts
    go([grid], 5, first=4)
    assert states["zone_offline"][0]
    lost = around.log.newest(("network_lost",))
    kinds = [event.kind for event in around.log.chain(lost)]
    assert kinds == ["network_lost", "facility_lost_power", "power_failed", "rain_started"]
    assert around.log.chain(lost)[-1].id == water
    show(around, "depth_m", 0.0)
    go([grid], 12, first=9)
    assert not states["zone_unpowered"][0]
    assert not states["zone_offline"][0]
    assert not states["facility_out"].any()


def test_a_base_station_that_shaking_damaged_stays_out_when_power_is_back() -> None:
    around = Surroundings.alone_on(town("power_substation", "base_station"))
    grid = made(
        "power", around, flood_depth="50 cm", mended_after="1 min", base_station_lasts="0 min"
    )
    around.states["facility_damaged"][1] = around.states["facility_out"][1] = True
    show(around, "depth_m", 0.6)
    go([grid], 2)
    show(around, "depth_m", 0.0)
    go([grid], 5, first=3)
    assert around.states["facility_out"].tolist() == [False, True]
    assert around.states["zone_offline"][0]


def test_a_pumping_station_without_power_stops_pumping() -> None:
    around = Surroundings.alone_on(town("pumping_station", "power_substation", unit="m3/s"))
    flood = made("flood", around, borders="closed", inflows=[
        {"id": "spring", "at": {"x_m": 55.0, "y_m": 55.0}, "points": [["0 h", "20 m3/s"]]}
    ])  # fmt: skip
    grid = made("power", around)
    go([flood, grid], 20)
    pumped = flood.report()["pumped_out_m3"]
    assert pumped > 0.0
    around.states["facility_damaged"][1] = True
    go([flood, grid], 1, first=21)
    at_stop = flood.report()["pumped_out_m3"]
    go([flood, grid], 20, first=22)
    assert flood.report()["pumped_out_m3"] == pytest.approx(at_stop, abs=0.1)
    stopped = around.log.newest(("pump_stopped",))
    assert around.log[around.log[stopped].cause].kind == "facility_lost_power"


def test_ice_breaks_the_lines_of_a_zone() -> None:
    around = Surroundings.alone_on(town("power_substation"))
    grid = made("power", around, line_ice=0.01, line_spread=0.0)
    ice = around.log.add(0.0, "ice_formed", "storm")
    show(around, "ice_m", 0.011)
    go([grid], 1)
    assert around.states["zone_unpowered"][0]
    assert around.log[grid.cause].cause == ice


def test_a_map_without_substations_is_refused_in_both_languages() -> None:
    with pytest.raises(LinkPlaceError, match="no power_substation") as refused:
        made("power", Surroundings.alone_on(town()))
    assert "变电站" in refused.value.args[0].in_language("zh")
