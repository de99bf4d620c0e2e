"""A made map keeps to its facts, to its seed and to the rules of every map."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import label

from sim.core.errors import SimError
from sim.scenario.facts import Facts, load_facts
from sim.scenario.parameters import parameter
from sim.world.checks import checks_of
from sim.world.layers import LAND_CLASSES
from sim.world.maps.generator import make_map
from sim.world.tables import CHANNELS, FACILITY_KINDS, ZONE_LEVELS
from sim.world.world import World

TIEXI = Path(__file__).parents[3] / "scenarios" / "tiexi-storm" / "facts.yaml"
Draft = dict[str, Any]


def tables_of(world: World) -> list[dict[str, np.ndarray]]:
    tables = (world.nodes, world.roads, world.buildings, world.households, world.people)
    places = (world.facilities, world.zones, world.waters, world.levees, world.points)
    return [table.columns() for table in (*tables, *places)]


def same(one: World, other: World) -> bool:
    layers = all(np.array_equal(one.layers[name], other.layers[name]) for name in one.layers)
    pairs = zip(tables_of(one), tables_of(other), strict=True)
    return layers and all(
        np.array_equal(mine[name], yours[name]) for mine, yours in pairs for name in mine
    )


def test_every_check_of_a_made_map_is_sound(county: World) -> None:
    assert [finding.check for finding in checks_of(county) if not finding.ok] == []


@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 2**31))
def test_any_seed_gives_a_sound_map(seed: int, plain_draft: Draft) -> None:
    world = make_map(Facts.model_validate(plain_draft), cell_m=40.0, seed=seed)
    assert [finding.check for finding in checks_of(world) if not finding.ok] == []


def test_the_same_facts_and_seed_give_the_same_map(plain_county: World, plain_draft: Draft) -> None:
    again = make_map(Facts.model_validate(plain_draft), cell_m=20.0, seed=1)
    assert same(plain_county, again)


def test_another_seed_gives_another_county(plain_county: World, plain_draft: Draft) -> None:
    other = make_map(Facts.model_validate(plain_draft), cell_m=20.0, seed=2)
    assert not np.array_equal(plain_county.layers["elevation_m"], other.layers["elevation_m"])
    assert not np.array_equal(plain_county.nodes.x_m, other.nodes.x_m)


def test_a_finer_raster_shows_the_same_streets(plain_county: World, plain_draft: Draft) -> None:
    finer = make_map(Facts.model_validate(plain_draft), cell_m=10.0, seed=1)
    coarse_km, fine_km = (world.roads.length_m.sum() / 1000 for world in (plain_county, finer))
    assert fine_km == pytest.approx(coarse_km, rel=0.1)  # bridges and water's edge may differ
    assert finer.grid.ny * finer.grid.nx == 4 * plain_county.grid.ny * plain_county.grid.nx


def test_the_rectangle_has_the_stated_area_to_the_cell(plain_county: World) -> None:
    grid = plain_county.grid
    assert grid.ny * grid.nx * grid.cell_area_m2 == pytest.approx(12e6, abs=grid.cell_area_m2)


def test_people_add_up_at_every_level(county: World) -> None:
    zones, people = county.zones, county.people.n
    assert people == 5003
    for level in range(len(ZONE_LEVELS)):
        assert zones.population[zones.level == level].sum() == people
    for row in np.flatnonzero(zones.level < 2):
        assert zones.population[zones.parent == row].sum() == zones.population[row]


def test_each_community_sleeps_in_its_own_homes(county: World) -> None:
    home = county.buildings.zone[county.households.building[county.people.household]]
    living = np.bincount(home, minlength=county.zones.n)
    community = county.zones.level == ZONE_LEVELS.index("community")
    np.testing.assert_array_equal(living[community], county.zones.population[community])


def test_age_bands_are_the_stated_shares_to_the_person(
    plain_county: World, plain_draft: Draft
) -> None:
    count = np.bincount(plain_county.people.age, minlength=4)
    wanted = 5003 * np.array(list(plain_draft["ages"]["shares"].values()))
    assert np.abs(count - wanted).max() < 1


def test_no_child_keeps_house_alone(county: World) -> None:
    head = county.people.age[county.households.first_person]
    assert not (head == 0).any()


def test_households_have_the_stated_mean_size(plain_county: World) -> None:
    # 1 + Poisson(m - 1): variance m - 1; four standard errors, and cuts at ten communities' ends
    n, mean = plain_county.households.n, 2.4
    allowed = 4 * math.sqrt((mean - 1) / n) + mean * 10 / n
    assert plain_county.households.size.mean() == pytest.approx(mean, abs=allowed)


def test_cars_are_the_stated_share_to_the_household(plain_county: World) -> None:
    assert plain_county.households.has_car.sum() == round(0.4 * plain_county.households.n)


def test_limited_mobility_follows_the_published_shares(plain_county: World) -> None:
    young = plain_county.people.mobility[plain_county.people.age < 2] > 0
    p = parameter("map.limited_under_65").value
    assert young.mean() == pytest.approx(p, abs=4 * math.sqrt(p * (1 - p) / len(young)))


def test_a_channel_reaches_the_stated_share(plain_county: World) -> None:
    reached = (plain_county.people.channels >> CHANNELS.index("sms")) & 1
    assert reached.mean() == pytest.approx(0.8, abs=4 * math.sqrt(0.8 * 0.2 / len(reached)))


def test_total_capacity_is_shared_out_whole(plain_county: World) -> None:
    teams = plain_county.facilities.kind == FACILITY_KINDS.index("team_base")
    assert plain_county.facilities.capacity[teams].sum() == 50
    assert sorted(plain_county.facilities.capacity[teams]) == [12, 12, 13, 13]


def test_shelters_stand_at_different_places(county: World) -> None:
    rows = county.facilities.kind == FACILITY_KINDS.index("shelter")
    places = np.column_stack((county.facilities.x_m[rows], county.facilities.y_m[rows]))
    assert len(np.unique(places, axis=0)) == 3


def test_streets_over_water_are_bridges_with_dry_ends(county: World) -> None:
    water = (county.layers["land"] == LAND_CLASSES.index("water")).ravel()
    shapes, grid = county.road_shapes, county.grid
    owner = np.repeat(np.arange(shapes.n), np.diff(shapes.offsets))
    cell = grid.cell_of(shapes.x_m, shapes.y_m)
    wet = np.unique(owner[(cell >= 0) & water[cell]])
    assert county.roads.bridge[wet].all()
    ends = grid.cell_of(county.nodes.x_m, county.nodes.y_m)
    assert not water[ends[ends >= 0]].any()


def test_both_banks_are_one_network(county: World) -> None:
    assert county.roads.bridge.sum() >= 2


def test_an_underpass_is_the_low_point_of_its_street(plain_county: World) -> None:
    under = np.flatnonzero(plain_county.roads.underpass)
    assert len(under) == 2  # one street, both directions
    assert plain_county.points.edge[0] in under
    shapes, grid = plain_county.road_shapes, plain_county.grid
    line = shapes.points_m(int(under[0]))
    ground = plain_county.layers["elevation_m"].ravel()
    at = int(grid.cell_of(plain_county.points.x_m[0], plain_county.points.y_m[0]))
    ends = grid.cell_of(line[[0, -1], 0], line[[0, -1], 1])
    assert ground[at] < ground[ends[ends >= 0]].min() - 1.0


def test_river_cells_share_sides_and_carry_water_to_the_border(plain_county: World) -> None:
    water = plain_county.layers["land"] == LAND_CLASSES.index("water")
    pieces, n = label(water)  # four neighbours: how water moves between cells
    assert n == 1
    assert pieces[:, 0].any()
    assert pieces[:, -1].any()


def test_a_river_outline_begins_upstream(plain_county: World) -> None:
    start_m = plain_county.water_shapes.points_m(0)[0]
    assert start_m[0] > 0.97 * plain_county.grid.bounds_m[2]  # the brook enters from the east


def test_levees_open_where_the_ditch_comes_in(plain_county: World) -> None:
    levees = plain_county.levees
    assert {"brook-left", "brook-right", "brook-right-2"} <= set(levees.id)
    ditch = plain_county.water_shapes.points_m(1)
    for row in range(levees.n):
        line = plain_county.levee_shapes.points_m(row)
        gap_m = np.hypot(*(line[:, None] - ditch[None]).transpose(2, 0, 1)).min()
        assert gap_m > 3.0


def test_the_map_says_what_was_assumed(plain_county: World) -> None:
    assumed = plain_county.provenance["assumed"]
    assert "rivers[brook].levees" in assumed
    assert "residents" not in assumed
    assert plain_county.provenance["sources"] == ["a test"]
    assert plain_county.schematic


def test_the_sea_and_the_hills_are_where_the_facts_put_them(coastal_county: World) -> None:
    ground = coastal_county.layers["elevation_m"]
    assert ground[-1].max() < 0.5
    north_west = ground[: ground.shape[0] // 3, : ground.shape[1] // 3]
    assert north_west.max() > 100.0


@pytest.fixture
def shipped() -> Callable[[], Facts]:
    return lambda: load_facts(TIEXI)


@pytest.mark.slow
def test_tiexi_is_made_whole_in_a_minute(shipped: Callable[[], Facts]) -> None:
    began_s = time.process_time()
    world = make_map(shipped(), cell_m=20.0, seed=1)
    assert time.process_time() - began_s < 60
    assert [finding.check for finding in checks_of(world) if not finding.ok] == []
    assert world.people.n == 1_335_935
    assert world.grid.ny * world.grid.nx == 1_210_000
    assert 10_000 < world.nodes.n < 30_000
    assert 50_000 < world.buildings.n < 100_000
    levels = np.bincount(world.zones.level)
    assert levels.tolist() == [1, 15, 248]
    kinds = np.bincount(world.facilities.kind, minlength=len(FACILITY_KINDS))
    for kind, count in {"shelter": 30, "depot": 2, "team_base": 48, "check_point": 6}.items():
        assert kinds[FACILITY_KINDS.index(kind)] == count
    teams = world.facilities.kind == FACILITY_KINDS.index("team_base")
    assert world.facilities.capacity[teams].sum() == 2363 + 563 + 40
    assert world.points.n == 6


def squeezed(plain_draft: Draft, *names: str) -> Facts:
    """Facts of a county with specks of towns at the very place of its seat."""
    seat = {**plain_draft["towns"][0], "km2": 4.0}
    specks = [
        {
            **seat,
            "id": name,
            "km2": 0.001,
            "communities": [{"id": f"{name}-1", "en": "Squeezed", "zh": "小社区"}],
        }
        for name in names
    ]
    others = [{**one, "km2": 4.0} for one in plain_draft["towns"][1:]]
    return Facts.model_validate({**plain_draft, "towns": [seat, *others, *specks]})


def test_a_small_town_inside_a_large_one_is_cut_out_of_it(plain_draft: Draft) -> None:
    world = make_map(squeezed(plain_draft, "speck"), cell_m=20.0, seed=1)
    town = world.zones.id[world.town_of(world.buildings.zone)]
    assert set(town) == {"seat", "hamlet", "works", "speck"}
    seat, speck = (world.buildings.x_m[town == name].mean() for name in ("seat", "speck"))
    assert abs(seat - speck) < 1000.0


def test_a_town_that_its_neighbours_leave_no_land_is_named(plain_draft: Draft) -> None:
    with pytest.raises(SimError, match="town 'one' is left without land"):
        make_map(squeezed(plain_draft, "one", "two"), cell_m=20.0, seed=1)
