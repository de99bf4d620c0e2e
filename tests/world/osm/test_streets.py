"""Streets of OpenStreetMap become a graph that can be walked and driven."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.world.grid import Grid
from sim.world.maps.osm_frame import metric_grid
from sim.world.maps.osm_lines import chains, clipped
from sim.world.maps.osm_read import Line, read_osm
from sim.world.maps.osm_roads import road_network
from sim.world.maps.osm_tags import max_speed_m_per_s, one_way, street
from sim.world.tables import ROAD_CLASSES

KMH = 1 / 3.6


@pytest.fixture
def network(tmp_path):
    def build(text):
        data = read_osm(text.write(tmp_path / "streets.osm"))
        return road_network(data.lines, metric_grid(data.box, 5.0))

    return build


def edges(found, mask=None):
    """Return (from, to) as coordinates rounded to metres from the south-west corner."""
    x, y = found.nodes.x_m - 500_000, found.nodes.y_m - 6_651_411.19  # of 27 E, 60 N
    ends = [
        tuple((round(float(x[n])), round(float(y[n]))) for n in pair)
        for pair in zip(found.roads.from_node, found.roads.to_node, strict=True)
    ]
    return sorted(e for i, e in enumerate(ends) if mask is None or mask[i])


# OpenStreetMap wiki, Key:maxspeed: values and examples
@pytest.mark.parametrize(
    ("text", "km_per_h"),
    [("50", 50), ("30 mph", 48.28032), ("10 knots", 18.52), ("50;30", 50), ("DE:urban", 50),
     ("walk", 7), ("60 km/h", 60)],
)  # fmt: skip
def test_a_speed_limit_is_read_as_the_wiki_says(text, km_per_h):
    assert max_speed_m_per_s(text) == pytest.approx(km_per_h * KMH)


@pytest.mark.parametrize("text", ["", "none", "signals", "variable", "5000", "-3", "fast"])
def test_a_speed_limit_that_is_no_plausible_number_says_nothing(text):
    assert max_speed_m_per_s(text) is None


@pytest.mark.parametrize(
    ("tags", "direction"),
    [({"oneway": "yes"}, 1), ({"oneway": "-1"}, -1), ({"junction": "roundabout"}, 1),
     ({"highway": "motorway"}, 1), ({"highway": "motorway", "oneway": "no"}, 0), ({}, 0)],
)  # fmt: skip
def test_one_way_is_said_or_implied(tags, direction):
    assert one_way({"highway": "residential", **tags}) == direction


def test_lanes_of_both_directions_together_are_halved():
    assert street({"highway": "primary", "lanes": "4"}).lanes == (2, 2)


def test_lanes_named_by_direction_come_first():
    tags = {"highway": "primary", "lanes": "3", "lanes:forward": "2", "lanes:backward": "1"}
    assert street(tags).lanes == (2, 1)


def test_nobody_walks_on_a_motorway():
    assert not street({"highway": "motorway"}).on_foot


def test_no_car_drives_on_a_footway():
    assert street({"highway": "footway"}).lanes == (0, 0)


@pytest.mark.parametrize("highway", ["proposed", "construction", "platform", "no such thing"])
def test_what_cannot_be_used_is_no_street(highway):
    assert street({"highway": highway}) is None


def test_a_passage_through_a_building_is_no_underpass():
    assert not street({"highway": "service", "tunnel": "building_passage"}).underpass


def test_a_crossroads_has_five_nodes_and_eight_directed_edges(blank, network):
    blank.way([(100, 200), (300, 200), (500, 200)], highway="residential")
    blank.way([(300, 100), (300, 200), (300, 300)], highway="residential")
    found = network(blank)
    assert (found.nodes.n, found.roads.n) == (5, 8)


def test_a_street_is_as_long_as_it_is_drawn(blank, network):
    blank.way([(100, 200), (400, 200), (400, 300)], highway="residential")
    assert network(blank).roads.length_m == pytest.approx([400, 400], abs=0.05)


def test_cars_keep_to_a_one_way_and_walkers_do_not(blank, network):
    blank.way([(100, 100), (300, 100)], highway="residential")
    blank.way([(300, 100), (300, 300), (100, 300), (100, 100)], highway="residential", oneway="yes")
    found = network(blank)
    there = ((300, 100), (100, 100))
    back = ((100, 100), (300, 100))
    loop = [e for e in edges(found, found.roads.by_car) if e not in (there, back)]
    around = [e for e in edges(found, found.roads.on_foot) if e not in (there, back)]
    assert (len(loop), len(around)) == (2, 4)


def test_a_one_way_that_leads_nowhere_is_closed_to_cars(blank, network):
    blank.way([(100, 200), (300, 200)], highway="residential")
    blank.way([(300, 200), (500, 200)], highway="residential", oneway="yes")
    found = network(blank)
    assert edges(found, found.roads.by_car) == [((100, 200), (300, 200)), ((300, 200), (100, 200))]


def test_a_street_apart_from_the_others_is_left_out_and_counted(blank, network):
    blank.way([(100, 300), (500, 300)], highway="residential")
    blank.way([(100, 100), (300, 100)], highway="residential")
    found = network(blank)
    lost_m = found.dropped["edge_m_not_connected"]
    assert (found.roads.n, lost_m) == (2, pytest.approx(400, abs=1))


def test_a_street_is_cut_on_the_edge_of_the_map(blank, network):
    blank.way([(300, 200), (900, 200)], highway="residential")
    found = network(blank)
    assert found.nodes.x_m.max() - 500_000 == pytest.approx(600, abs=5.1)  # the edge, on a cell


def test_a_street_that_crosses_the_map_without_a_vertex_in_it_is_kept(blank, network):
    blank.way([(-300, 200), (900, 200)], highway="residential")
    assert network(blank).roads.n == 2


def test_a_street_is_split_where_the_file_lacks_a_vertex(blank, network):
    blank.way([(50, 200), (150, 200), (250, 200), (300, 200), (400, 200)], highway="residential")
    blank.unknown = {(150, 200)}
    found = network(blank)
    assert edges(found) == [((250, 200), (400, 200)), ((400, 200), (250, 200))]


def test_a_loop_becomes_edges_between_different_nodes(blank, network):
    blank.way([(100, 100), (300, 100)], highway="residential")
    blank.way([(300, 100), (400, 100), (400, 200), (300, 200), (300, 100)], highway="residential")
    found = network(blank)
    pairs = edges(found)
    assert sorted(set(pairs)) == [(a, b) for a, b in pairs if a != b]


def test_two_streets_between_the_same_crossings_stay_two(blank, network):
    blank.way([(100, 100), (300, 100)], highway="residential")
    blank.way([(100, 100), (200, 200), (300, 100)], highway="residential")
    assert network(blank).roads.length_m.sum() / 2 == pytest.approx(200 + 2 * 141.421, abs=0.1)


def test_a_street_drawn_twice_is_one(blank, network):
    blank.way([(100, 100), (300, 100)], highway="residential")
    blank.way([(300, 100), (100, 100)], highway="residential")
    assert network(blank).roads.n == 2


def test_class_speed_and_flow_follow_the_tags(blank, network):
    blank.way([(100, 100), (300, 100)], highway="tertiary", maxspeed="36", lanes="4")
    roads = network(blank).roads
    found = (ROAD_CLASSES[roads.road_class[0]], roads.free_speed_m_per_s[0], roads.lanes[0])
    assert found == ("tertiary", pytest.approx(10.0), 2)


def test_a_file_without_streets_gives_an_empty_network(blank, network):
    assert network(blank).roads.n == 0


def line(points, *, first=1, number=1):
    """A way through points in metres of UTM zone 31 at the equator."""
    refs = np.arange(first, first + len(points))
    return Line(number, {}, refs, np.array(points, dtype=float))


coordinate = st.floats(-0.01, 0.02)
paths = st.lists(st.tuples(coordinate, coordinate), min_size=2, max_size=12)


@settings(deadline=None)
@given(paths)
def test_nothing_of_a_cut_street_lies_outside_the_map(points):
    grid = metric_grid((0.0, 0.0, 0.01, 0.01), 10.0)
    west, south, east, north = grid.bounds_m
    found = clipped([line(points)], grid, Counter())
    inside_x = (found.x_m >= west - 1e-6) & (found.x_m <= east + 1e-6)
    inside_y = (found.y_m >= south - 1e-6) & (found.y_m <= north + 1e-6)
    assert bool((inside_x & inside_y).all())


@settings(deadline=None)
@given(paths)
def test_a_map_cut_in_two_loses_no_street(points):
    """The parts inside two halves of a box are as long as those inside the whole."""
    whole = Grid(100, 200, 10.0, 166_000.0, 1000.0, "EPSG:32631")
    halves = [Grid(100, 100, 10.0, west, 1000.0, "EPSG:32631") for west in (166_000.0, 167_000.0)]

    def length_m(grid):
        pieces = clipped([line(points)], grid, Counter()).pieces()
        return sum(np.hypot(*np.diff(part, axis=0).T).sum() for _, part in pieces)

    on_seam = any(abs(a[0] - b[0]) < 1e-12 for a, b in itertools.pairwise(points))
    total = sum(map(length_m, halves))
    assert on_seam or total == pytest.approx(length_m(whole), abs=1e-5)


def test_ways_that_go_on_in_each_other_are_joined_downstream():
    upper, lower = line([(0, 0), (0, 1)], first=1, number=7), line([(0, 1), (0, 2)], first=2)
    ((head, points),) = chains([lower, upper])
    assert (head.id, points[:, 1].tolist()) == (7, [0, 1, 2])
