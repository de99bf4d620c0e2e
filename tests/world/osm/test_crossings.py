"""Railway crossings of OpenStreetMap are points that `crossings` of a scenario can name."""

from __future__ import annotations

import numpy as np
import pytest

from sim.cli.map_summary import summary_lines
from sim.scenario.crossings import Crossing
from sim.world.crossings import Crossings
from sim.world.maps.osm import import_osm
from sim.world.road_places import NoSuchPointError
from sim.world.store import load_world, save_world


@pytest.fixture
def crossed(town, tmp_path):
    """The town with a railway over its streets; a path and a tram have crossings of their own."""
    text = town
    text.way([(425, 0), (425, 400)], railway="rail")
    text.way([(300, 200), (425, 200), (550, 200)], highway="residential", name="Mill Lane")
    road = text.node((425, 200), railway="level_crossing")
    text.node((50, 350), railway="level_crossing")  # of the path
    text.node((300, 350), railway="tram_level_crossing")
    text.node((20, 20), railway="level_crossing", name="Nowhere")  # no road passes there
    world = import_osm(text.write(tmp_path / "crossed.osm"), cell_m=5.0, seed=1)
    return world, f"crossing-{road}"


def test_a_railway_crossing_becomes_a_point_on_its_road(crossed):
    world, name = crossed
    assert world.points.id.tolist() == [name]
    assert world.points.kind.tolist() == ["level_crossing"]
    west_m, south_m = 500_000.0, 6_651_411.19
    assert world.points.x_m[0] - west_m == pytest.approx(425, abs=0.1)
    assert world.points.y_m[0] - south_m == pytest.approx(200, abs=0.1)
    edge = int(world.points.edge[0])
    assert world.roads.by_car[edge]
    shape = world.road_shapes.points_m(edge)
    assert np.hypot(*(shape - [world.points.x_m[0], world.points.y_m[0]]).T).min() < 0.1


def test_crossings_on_no_road_for_cars_are_left_out_and_counted(crossed):
    world, _ = crossed
    assert world.provenance["dropped"]["level_crossings_off_roads"] == 2


def test_a_scenario_puts_barriers_at_an_imported_crossing_in_both_directions(crossed, tmp_path):
    world, name = crossed
    save_world(world, tmp_path / "map")
    again = load_world(tmp_path / "map")
    barrier = {"id": "mill", "every": 600.0, "shut": 300.0}
    (edges,) = Crossings(again, [Crossing(at=name, **barrier)]).edges
    ends = {(int(again.roads.from_node[k]), int(again.roads.to_node[k])) for k in edges}
    assert len(edges) == 2
    assert ends == {(b, a) for a, b in ends}
    with pytest.raises(NoSuchPointError, match=f"did you mean '{name}'"):
        Crossings(again, [Crossing(at=f"{name}x", **barrier)])


@pytest.mark.parametrize(("lang", "word"), [("en", "Railway crossings"), ("zh", "铁路道口")])
def test_the_import_tells_the_names_of_crossings(crossed, lang, word):
    world, name = crossed
    (line,) = [line for line in summary_lines(world, lang) if line.startswith(word)]
    assert name in line


def test_a_file_without_a_railway_has_no_crossings(town, tmp_path):
    world = import_osm(town.write(tmp_path / "town.osm"), cell_m=5.0, seed=1)
    assert world.points.n == 0
    assert not any("Railway" in line for line in summary_lines(world, "en"))
