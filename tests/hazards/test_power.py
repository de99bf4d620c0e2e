"""The power grid as a tree: who hangs on what, what a fault takes with it, and what lasts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.core.kinds import LINKS
from sim.hazards.base import Surroundings
from sim.hazards.chains import LinkPlaceError
from sim.hazards.power import Power
from sim.hazards.power_params import PowerParams
from sim.world.maps.plain import plain_world
from sim.world.table import Shapes
from sim.world.tables import FACILITY_KINDS, ZONE_LEVELS, Facilities, Zones
from sim.world.world import World

BLOCK_M, SIDE = 100.0, 4


def blocks(*kinds: str) -> World:
    """Return 4 x 4 communities of 100 m and one facility of each kind, from the south-west on."""
    n = SIDE * SIDE
    names = np.array([f"block-{row}" for row in range(n)], object)
    level = np.full(n, ZONE_LEVELS.index("community"), np.uint8)
    zones = Zones(names, names, names, level, np.full(n, -1, np.int32), np.full(n, 9, np.int32))
    corner = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    at = [np.array([row % SIDE, row // SIDE], np.float64) for row in range(n)]
    rows = np.arange(len(kinds))
    ids = np.array([f"{kind}-{row}" for row, kind in enumerate(kinds)], object)
    places = Facilities(
        id=ids, name_en=ids, name_zh=ids,
        kind=np.array([FACILITY_KINDS.index(kind) for kind in kinds], np.uint8),
        level=np.zeros(len(kinds), np.uint8), x_m=BLOCK_M * (rows % SIDE) + 25.0,
        y_m=BLOCK_M * (rows // SIDE) + 25.0, node=np.zeros(len(kinds), np.int32),
        zone=rows.astype(np.int32), capacity=np.ones(len(kinds), np.float32),
        capacity_unit=np.array([""] * len(kinds), object),
        area_m2=np.zeros(len(kinds), np.float32), assumed=np.zeros(len(kinds), bool),
    )  # fmt: skip
    return replace(
        plain_world(np.zeros((40, 40)), cell_m=10.0), zones=zones,
        zone_shapes=Shapes.of([BLOCK_M * (corner + one) for one in at]), facilities=places,
    )  # fmt: skip


def power(around: Surroundings, **stated: Any) -> Power:
    found = LINKS["power"](
        PowerParams.model_validate({"id": "grid", "kind": "power"} | stated), around
    )
    assert isinstance(found, Power)
    return found


def flood(around: Surroundings, block: int, depth_m: float) -> None:
    """Put water on one block alone."""
    grid = around.world.grid
    deep = np.zeros(grid.shape)
    east, north = BLOCK_M * (block % SIDE), BLOCK_M * (block // SIDE)
    steps = np.arange(5.0, BLOCK_M, 10.0)
    x_m, y_m = np.meshgrid(east + steps, north + steps)
    deep.reshape(-1)[grid.cell_of(x_m.ravel(), y_m.ravel())] = depth_m
    around.fields.write("depth_m", deep)


def go(grid: Power, minutes: int, first: int = 1) -> None:
    for tick in range(first, first + minutes):
        grid.advance(60.0 * tick)


def test_a_wildfire_puts_out_the_lines_under_which_it_burns_and_no_others() -> None:
    around = Surroundings.alone_on(blocks("power_substation"))
    grid = power(around)
    arrival_s = np.full(around.world.grid.shape, np.inf)
    east_m, north_m = np.meshgrid(*around.world.grid.centres_m())
    arrival_s[(east_m > 150) & (east_m < 170) & (north_m < 100)] = 600.0
    around.fields.write("fire_arrival_s", arrival_s)
    go(grid, 9)
    assert not grid.feeders.lines_down.any()
    go(grid, 1, first=10)
    beyond = [f"block-{row}" for row in (1, 2, 3)]
    down = around.world.zones.id[grid.feeders.lines_down].tolist()
    assert set(beyond) <= set(down)
    assert not {"block-0", "block-4", "block-8", "block-12"} & set(down)


LINE = {"id": "line", "substation": "power_substation-0", "zones": ["block-5", "block-6"]}


def test_a_flooded_community_trips_its_feeder_and_is_then_cut_off_from_it() -> None:
    around = Surroundings.alone_on(blocks("power_substation"))
    grid = power(around, feeders=[LINE], sectioned_after="30 min", mended_after="2 h")
    flood(around, 5, 0.6)
    go(grid, 1)
    dark = around.states["zone_unpowered"]
    assert np.flatnonzero(dark).tolist() == [5, 6]
    go(grid, 31, first=2)
    assert np.flatnonzero(dark).tolist() == [5]
    flood(around, 5, 0.0)
    go(grid, 121, first=33)
    assert not dark.any()


def test_water_below_the_switches_trips_nothing() -> None:
    around = Surroundings.alone_on(blocks("power_substation"))
    grid = power(around, feeders=[LINE], equipment_depth="50 cm")
    flood(around, 5, 0.49)
    go(grid, 3)
    assert not around.states["zone_unpowered"].any()


def test_a_fault_takes_with_it_every_substation_below_and_none_above() -> None:
    around = Surroundings.alone_on(
        blocks("power_substation", "power_substation", "power_substation")
    )
    names = [f"power_substation-{row}" for row in range(3)]
    grid = power(
        around,
        supplies=[
            {"substation": names[0], "by": names[1]},
            {"substation": names[1], "by": names[2]},
        ],
    )
    around.states["facility_damaged"][1] = True
    damage = around.log.add(0.0, "facility_damaged", names[1])
    go(grid, 1)
    assert grid.failed.tolist() == [True, True, False]
    lowest = around.log.newest(("power_failed",), names[0])
    chain = around.log.chain(lowest)
    assert [one.who for one in chain] == [names[0], names[1], names[1]]
    assert chain[-1].id == damage
    assert around.log[lowest].facts["by"] == "supply"


def test_what_a_substation_fed_has_power_again_when_that_one_is_mended() -> None:
    around = Surroundings.alone_on(blocks("power_substation", "power_substation"))
    grid = power(
        around, mended_after="5 min", equipment_depth="10 m",
        supplies=[{"substation": "power_substation-0", "by": "power_substation-1"}],
    )  # fmt: skip
    flood(around, 1, 0.6)
    go(grid, 1)
    assert around.states["zone_unpowered"].all()
    flood(around, 1, 0.0)
    go(grid, 6, first=2)
    assert not around.states["zone_unpowered"].any()


def test_a_hospital_with_more_fuel_goes_on_for_longer() -> None:
    around = Surroundings.alone_on(blocks("hospital", "hospital", "power_substation"))
    backup = {"facility": "hospital-1", "lasts": "20 min"}
    grid = power(around, hospital_lasts="10 min", backups=[backup])
    around.states["facility_damaged"][2] = True
    go(grid, 12)
    assert around.states["facility_out"].tolist() == [True, False, False]
    go(grid, 12, first=13)
    assert around.states["facility_out"].tolist() == [True, True, False]


def test_a_pump_stands_above_the_water_it_is_there_for() -> None:
    around = Surroundings.alone_on(blocks("pumping_station", "hospital", "power_substation"))
    grid = power(
        around, sectioned_after="0 min", hospital_lasts="0 min", pumping_station_lasts="0 min",
        flood_depth="10 m",
    )  # fmt: skip
    around.fields.write("depth_m", np.full(around.world.grid.shape, 0.6))
    go(grid, 3)
    assert around.states["facility_out"].tolist() == [False, True, False]


def test_shaking_breaks_lines_and_says_so() -> None:
    around = Surroundings.alone_on(blocks("power_substation"))
    grid = power(around, line_pga=0.5, line_pga_spread=0.0)
    shock = around.log.add(0.0, "earthquake", "main")
    around.fields.write("pga_m_per_s2", np.full(around.world.grid.shape, 0.51 * 9.80665))
    go(grid, 1)
    assert around.states["zone_unpowered"].all()
    broken = around.log[grid.cause]
    assert (broken.kind, broken.facts["by"], broken.cause) == ("lines_failed", "shaking", shock)


def test_half_of_the_lines_break_at_the_shaking_at_which_half_should() -> None:
    around = Surroundings.alone_on(blocks("power_substation"))
    stands = []
    for name in range(40):
        grid = power(around, id=f"grid-{name}", line_pga=0.72, line_pga_spread=0.55)
        around.fields.write("pga_m_per_s2", np.full(around.world.grid.shape, 0.72 * 9.80665))
        go(grid, 1)
        stands.append(grid.feeders.lines_down.mean())
    # 640 lines, each by its own luck: within 3 standard deviations, 3 * sqrt(0.25 / 640)
    assert np.mean(stands) == pytest.approx(0.5, abs=0.06)


@settings(deadline=None, max_examples=30)
@given(size=st.integers(1, 20), count=st.integers(1, 3))
def test_every_community_hangs_on_one_feeder_of_its_nearest_substation(
    size: int, count: int
) -> None:
    world = blocks(*["power_substation"] * count)
    grid = power(Surroundings.alone_on(world), zones_a_feeder=size).grid
    on = np.bincount(grid.of_zone, minlength=len(grid.feeders))
    assert on.sum() == world.zones.n
    assert on.max() <= size
    middles = np.array([world.zone_shapes.points_m(row).mean(axis=0) for row in range(16)])
    away = np.linalg.norm(middles[:, None] - grid.at_m[None], axis=2)
    own = away[np.arange(16), grid.of_feeder[grid.of_zone]]
    assert np.allclose(own, away.min(axis=1))


def test_a_substation_that_is_not_there_is_refused_with_those_that_are() -> None:
    around = Surroundings.alone_on(blocks("power_substation"))
    with pytest.raises(LinkPlaceError, match="power_substation-0") as refused:
        power(around, supplies=[{"substation": "power_substation-0", "by": "mill"}])
    assert "变电站" in refused.value.args[0].in_language("zh")


def test_substations_that_feed_one_another_in_a_circle_are_refused() -> None:
    stated = [{"substation": "a", "by": "b"}, {"substation": "b", "by": "a"}]
    with pytest.raises(ValidationError, match="feed itself"):
        PowerParams.model_validate({"id": "grid", "kind": "power", "supplies": stated})
