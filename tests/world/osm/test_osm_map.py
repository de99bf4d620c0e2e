"""A map of OpenStreetMap data: what is drawn is there, what is not is assumed and says so."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sim.core.errors import InputError
from sim.scenario.parameters import parameter
from sim.world.checks import checks_of
from sim.world.geofiles import WGS84, project
from sim.world.layers import LAND_CLASSES
from sim.world.maps.osm import import_osm
from sim.world.maps.osm_frame import MapExtentError, metric_grid, utm_crs
from sim.world.maps.osm_people import NoHomesError
from sim.world.store import load_world, save_world
from sim.world.summary import summary_of
from sim.world.tables import BUILDING_CLASSES, BUILDING_USES, FACILITY_KINDS, WATER_KINDS


@pytest.fixture
def world_of(tmp_path):
    def make(text, **settings):
        file = text.write(tmp_path / "town.osm")
        return import_osm(file, **{"cell_m": 5.0, "seed": 1, **settings})

    return make


@pytest.fixture
def street(blank):
    """A street along the north, so that a map with something else in it has one."""
    blank.way([(20, 380), (580, 380)], highway="residential")
    return blank


def land(world, x_m, y_m):
    """Return the land class at metres from the south-west corner of the text."""
    return LAND_CLASSES[world.layers["land"].ravel()[cell(world, x_m, y_m)]]


def cell(world, x_m, y_m):
    return int(world.grid.cell_of(500_000 + x_m, 6_651_411.19 + y_m))


# --- the frame ---


@pytest.mark.parametrize(
    ("lon", "lat", "zone"),
    [
        (24.94, 60.17, 32635),
        (151.2, -33.9, 32756),
        (-179.9, 1, 32601),
        (180, 1, 32660),
        (0, 0, 32631),
    ],
)
def test_a_place_lies_in_its_utm_zone(lon, lat, zone):
    assert utm_crs(lon, lat) == f"EPSG:{zone}"


def test_a_degree_along_the_middle_meridian_is_as_long_as_the_ellipsoid_says():
    # WGS84 meridian arc from the equator to 1 degree: 110574.389 m; UTM scale 0.9996
    x, y = project(np.array([3.0, 3.0]), np.array([0.0, 1.0]), WGS84, "EPSG:32631")
    assert (*x, y[1] - y[0]) == pytest.approx((500_000, 500_000, 110_574.389 * 0.9996), abs=0.01)


@settings(deadline=None)
@given(
    st.floats(-179, 178), st.floats(-79, 83), st.floats(0.005, 0.4), st.floats(0.005, 0.4)
)  # fmt: skip
def test_every_corner_of_a_map_lies_inside_its_box(west, south, width, height):
    box = (west, south, min(west + width, 180), min(south + height, 84))
    try:
        grid = metric_grid(box, 20.0)
    except MapExtentError:
        assume(False)
    low_x, low_y, high_x, high_y = grid.bounds_m
    corners_x = np.array([low_x, high_x, low_x, high_x])
    corners_y = np.array([low_y, low_y, high_y, high_y])
    lon, lat = project(corners_x, corners_y, grid.crs, WGS84)
    slack = 1e-7
    inside = (lon >= box[0] - slack) & (lon <= box[2] + slack)
    assert bool((inside & (lat >= box[1] - slack) & (lat <= box[3] + slack)).all())


@pytest.mark.parametrize(
    ("box", "says"),
    [((27, 60, 27, 61), "degrees"), ((27, 60, 28, 91), "degrees"),
     ((27, 60, 27.0001, 60.0001), "small"), ((20, 50, 30, 60), "--cell")],
)  # fmt: skip
def test_a_box_without_a_sensible_grid_is_refused(box, says):
    with pytest.raises(MapExtentError, match=says):
        metric_grid(box, 5.0)


# --- buildings and people ---


def test_a_building_has_the_area_of_its_outline_less_its_yard(street, world_of):
    outer = street.square(100, 100, 40)
    inner = street.square(110, 110, 20)
    street.relation([(outer, "outer"), (inner, "inner")], building="apartments")
    assert world_of(street).buildings.footprint_m2 == pytest.approx([40**2 - 20**2], rel=1e-3)


def test_what_tags_say_of_a_building_is_taken_over(town, world_of):
    found = world_of(town).buildings
    flats = int(np.argmax(found.storeys))
    row = found.rows(np.array([flats]))
    said = (BUILDING_USES[row.use[0]], row.storeys[0], row.height_m[0], row.year[0])
    assert said == ("home", 5, 15.0, 1887)


def test_an_old_house_of_brick_is_old_masonry(town, world_of):
    found = world_of(town).buildings
    assert BUILDING_CLASSES[found.building_class[found.year == 1887][0]] == "old_masonry"


def test_buildings_cover_the_share_of_ground_that_they_are_drawn_on(town, world_of):
    world = world_of(town)
    drawn_m2 = 20**2 + 10**2 + 40**2 + 5**2
    covered_m2 = world.layers["built_share"].sum(dtype=float) * world.grid.cell_area_m2
    perimeter_m = 4 * (20 + 10 + 40 + 5)
    sample_m = world.grid.cell_m / 4  # an outline is seen to half a sample
    assert covered_m2 == pytest.approx(drawn_m2, abs=perimeter_m * sample_m / 2)


@pytest.mark.parametrize("population", [0, 1, 7, 5000])
def test_every_resident_is_counted_once_at_every_level(town, world_of, population):
    town.node((150, 150), place="suburb", name="West")
    town.node((450, 150), place="suburb", name="East")
    world = world_of(town, population=population)
    zones, at_home = world.zones, world.buildings.occupants_02
    communities = zones.population[zones.level == 2]
    sums = (world.people.n, world.households.size.sum(), at_home.sum(), communities.sum())
    assert {*sums, *zones.population[:2]} == {population}


def test_a_community_counts_those_who_live_in_its_buildings(town, world_of):
    town.node((150, 150), place="suburb", name="West")
    town.node((450, 150), place="suburb", name="East")
    world = world_of(town, population=100)
    living = np.bincount(world.buildings.zone, weights=world.buildings.occupants_02, minlength=4)
    assert living[2:].tolist() == world.zones.population[2:].tolist()


def test_homes_without_a_census_fill_by_floor_area(town, world_of):
    homes_m2 = 20**2 * 5 + 10**2 * parameter("osm.house_storeys").value
    expected = homes_m2 / parameter("map.home_floor_m2").value
    assert world_of(town).people.n == pytest.approx(expected, abs=1.5)


def test_people_without_homes_are_refused(street, world_of):
    with pytest.raises(NoHomesError, match="no homes"):
        world_of(street, population=10)


def test_a_school_is_a_school_and_by_assumption_a_shelter(town, world_of):
    found = world_of(town).facilities
    kinds = sorted(FACILITY_KINDS[kind] for kind in found.kind)
    assert (kinds, bool(found.assumed.all())) == (["school", "shelter"], True)


def test_facility_ids_are_unique(town, world_of):
    town.node((120, 120), amenity="fire_station")
    town.node((130, 120), amenity="fire_station")
    found = world_of(town).facilities.id.tolist()
    assert len(set(found)) == len(found) == 4


# --- land and water ---


def test_a_small_area_lies_over_a_large_one(street, world_of):
    street.square(100, 100, 200, landuse="industrial")
    street.square(150, 150, 60, leisure="park")
    world = world_of(street)
    assert (land(world, 180, 180), land(world, 120, 120)) == ("grass", "industrial")


def test_water_lies_over_everything(street, world_of):
    street.square(100, 100, 200, natural="water")
    street.square(150, 150, 60, landuse="industrial")
    assert land(world_of(street), 180, 180) == "water"


def test_an_island_in_a_lake_is_land(street, world_of):
    lake = street.square(100, 100, 200)
    island = street.square(170, 170, 60)
    street.relation([(lake, "outer"), (island, "inner")], natural="water")
    world = world_of(street)
    assert (land(world, 120, 120), land(world, 200, 200)) == ("water", "grass")


# OpenStreetMap wiki, Tag:natural=coastline: land on the left, water on the right
def test_the_sea_is_on_the_right_of_the_coast(street, world_of):
    street.way([(-50, 200), (300, 210), (650, 200)], natural="coastline")
    world = world_of(street)
    assert (land(world, 300, 100), land(world, 300, 300)) == ("water", "grass")


def test_a_coast_that_the_extract_cut_off_still_parts_land_and_sea(street, world_of):
    street.way([(500, 200), (100, 200)], natural="coastline")  # ends 100 m inside both edges
    world = world_of(street)
    assert (land(world, 300, 300), land(world, 300, 100)) == ("water", "grass")


def test_an_island_in_the_sea_is_land(street, world_of):
    street.way([(-50, 340), (650, 340)], natural="coastline")
    street.square(200, 100, 100, natural="coastline")  # counter-clockwise: land inside
    world = world_of(street)
    assert (land(world, 250, 150), land(world, 400, 150)) == ("grass", "water")


def test_the_sea_gets_an_outline_of_its_own(street, world_of):
    street.way([(-50, 200), (650, 200)], natural="coastline")
    world = world_of(street)
    ring = world.water_shapes.points_m(0)
    kind = WATER_KINDS[world.waters.kind[0]]
    assert (kind, ring[0].tolist()) == ("coast", ring[-1].tolist())


def test_a_river_of_two_ways_is_one_river(street, world_of):
    street.way([(100, 100), (100, 200)], waterway="river", name="Don")
    street.way([(100, 200), (100, 350)], waterway="river", name="Don")
    assert world_of(street).waters.name_en.tolist() == ["Don"]


def test_a_river_drawn_as_area_and_line_is_one_river(street, world_of):
    street.way([(200, 100), (200, 300)], waterway="river", name="Don", width="10")
    street.square(100, 100, 200, natural="water", water="river", name="Don")
    assert world_of(street).waters.name_en.tolist() == ["Don"]


def test_a_river_is_as_wide_as_it_says(street, world_of):
    street.way([(-50, 200), (650, 200)], waterway="river", width="45")
    wet = world_of(street).layers["land"] == LAND_CLASSES.index("water")
    assert np.median(wet.sum(axis=0)) * 5.0 == pytest.approx(45, abs=5)


def test_a_stream_too_narrow_for_the_grid_is_left_out_and_counted(street, world_of):
    street.way([(100, 100), (100, 350)], waterway="stream", width="1")
    world = world_of(street)
    assert (world.waters.n, world.provenance["dropped"]["courses_too_narrow"]) == (0, 1)


def test_every_water_has_a_closed_outline(street, world_of):
    street.way([(100, 100), (100, 350)], waterway="river")
    street.square(300, 100, 50, natural="water")
    shapes = world_of(street).water_shapes
    rings = [shapes.points_m(row) for row in range(shapes.n)]
    assert [ring[0].tolist() for ring in rings] == [ring[-1].tolist() for ring in rings]


def test_a_culvert_is_no_open_water(street, world_of):
    street.way([(100, 100), (100, 350)], waterway="river", tunnel="culvert")
    assert world_of(street).waters.n == 0


# --- the ground ---


def test_ground_without_a_dem_says_that_it_is_not_real(town, world_of):
    assert "not real" in summary_of(world_of(town))["elevation"]


def test_stand_in_ground_never_falls_away_from_the_sea(street, world_of):
    street.way([(-50, 100), (650, 100)], natural="coastline")
    column_m = world_of(street).layers["elevation_m"][::-1, 60]  # from the south, where the sea is
    assert bool((np.diff(column_m) >= 0).all())


def test_the_sea_lies_at_zero_with_dry_banks_above(street, world_of):
    street.way([(-50, 100), (650, 100)], natural="coastline")
    world = world_of(street)
    wet = world.layers["land"] == LAND_CLASSES.index("water")
    ground_m = world.layers["elevation_m"]
    assert (ground_m[wet].max(), ground_m[~wet].min() > 1.0) == (0.0, True)


def test_a_map_without_water_falls_to_one_side(street, world_of):
    ground_m = world_of(street).layers["elevation_m"]
    assert bool((np.diff(ground_m, axis=0) < 0).all())


# --- the whole ---


def test_the_same_file_and_seed_give_the_same_map(town, tmp_path):
    file = town.write(tmp_path / "town.osm")
    save_world(import_osm(file, cell_m=5.0, seed=3), tmp_path / "a")
    save_world(import_osm(file, cell_m=5.0, seed=3), tmp_path / "b")
    names = [p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*.*")]
    different = [
        n for n in names if (tmp_path / "a" / n).read_bytes() != (tmp_path / "b" / n).read_bytes()
    ]
    assert different == []


def test_another_seed_changes_people_and_nothing_else(town, world_of):
    one, other = world_of(town, population=500), world_of(town, population=500, seed=2)
    assert not np.array_equal(one.people.age, other.people.age)
    assert np.array_equal(one.buildings.occupants_02.sum(), other.buildings.occupants_02.sum())


def test_a_town_passes_every_check_of_a_map(town, world_of):
    found = checks_of(world_of(town, population=1000))
    assert [one.check for one in found if not one.ok] == []


def test_an_imported_map_says_where_it_comes_from(town, world_of):
    said = world_of(town).provenance
    assert ("OpenStreetMap" in said["licence"], len(said["sha256"])) == (True, 64)


def test_a_file_that_states_no_extent_is_as_large_as_its_streets(town, world_of):
    town.box = None
    west, south, east, north = world_of(town).grid.bounds_m
    assert (east - west, north - south) == pytest.approx((500, 300), abs=10)


def test_an_empty_extract_is_refused(blank, world_of):
    with pytest.raises(InputError, match="no street and no building"):
        world_of(blank)


def test_an_extract_with_nothing_but_an_extent_missing_is_refused(blank, world_of):
    blank.box = None
    with pytest.raises(InputError, match="no street and no building"):
        world_of(blank)


# --- real extracts ---

EXTRACTS = (
    "bautzen.osm.gz", "berlin-siegessaeule.osm.gz", "campo-grande.osm.gz", "krems.osm.gz",
    "bangor_maine.osm.pbf", "felton.osm.pbf", "test.osm.pbf",
    pytest.param("porto_portugal.osm.pbf", marks=pytest.mark.slow),
)  # fmt: skip


@pytest.mark.parametrize("name", EXTRACTS)
def test_a_real_extract_becomes_a_map_that_loads_again(real_extract, tmp_path, name):
    world = import_osm(real_extract(name), cell_m=25.0, seed=1)
    save_world(world, tmp_path / "map")
    assert summary_of(load_world(tmp_path / "map")) == summary_of(world)


@pytest.fixture(scope="module")
def capital(helsinki):
    return import_osm(helsinki, cell_m=5.0, seed=1, population=5000)


def test_helsinki_passes_every_check_of_a_map(capital):
    assert [one.check for one in checks_of(capital) if not one.ok] == []


def test_helsinki_has_its_streets(capital):
    named = {"Mannerheimintie", "Aleksanterinkatu", "Kaisaniemenkatu", "Unioninkatu"}
    assert named <= set(capital.road_names)


@pytest.mark.parametrize(
    ("place", "lon", "lat", "expected"),
    [
        ("Kaisaniemi bay", 24.9455, 60.1772, "water"),
        ("Kaisaniemi park", 24.9455, 60.1752, "grass"),
        ("Esplanadi park", 24.9480, 60.1676, "grass"),
    ],
)
def test_helsinki_has_its_bay_and_parks(capital, place, lon, lat, expected):
    x, y = project(np.array([lon]), np.array([lat]), WGS84, capital.grid.crs)
    found = LAND_CLASSES[capital.layers["land"].ravel()[capital.grid.cell_of(x, y)[0]]]
    assert (place, found) == (place, expected)


def test_the_ateneum_of_1887_stands_by_the_station(capital):
    x, y = project(np.array([24.9442]), np.array([60.1702]), WGS84, capital.grid.crs)
    built = capital.buildings
    near_m = np.hypot(built.x_m - x, built.y_m - y)
    assert near_m[built.year == 1887].min() < 40


def test_every_car_in_helsinki_can_reach_every_other(capital):
    roads = capital.roads.rows(capital.roads.by_car)
    n = capital.nodes.n
    graph = coo_array((np.ones(roads.n), (roads.from_node, roads.to_node)), shape=(n, n)).tocsr()
    _, part = connected_components(graph, directed=True, connection="strong")
    assert len(np.unique(part[roads.from_node])) == 1
