"""Railway crossings on the lesson town's roads: the timetable, and a train that stands on one."""

import numpy as np
import pytest

from sim.agents.network import Network
from sim.model.disaster import Disaster
from sim.scenario.crossings import Crossing
from sim.scenario.loading import load_plan
from sim.world.crossings import Crossings
from sim.world.road_places import NoSuchPointError
from tests.model.conftest import LESSON, lesson_scenario

HOUR = 3600.0
TIMES = {"id": "east", "every": "10 min", "shut": "5 min"}


def a_road(world):
    """Return an edge that cars use both ways, and the middle of it."""
    roads = world.roads
    pairs = set(zip(roads.from_node.tolist(), roads.to_node.tolist(), strict=True))
    for edge in np.flatnonzero(roads.by_car & ~roads.bridge & ~roads.underpass).tolist():
        ends = int(roads.from_node[edge]), int(roads.to_node[edge])
        if ends[::-1] in pairs and roads.length_m[edge] > 80:
            line = world.road_shapes.points_m(edge)
            return edge, line.mean(axis=0)
    raise AssertionError("no such road")


def at_spot(world, **more):
    _, (x_m, y_m) = a_road(world)
    return Crossing.model_validate(TIMES | {"spot": {"x_m": float(x_m), "y_m": float(y_m)}} | more)


def crossed(world, crossing, hours=3, plan=None):
    """Return the dry lesson with one crossing."""
    scenario = lesson_scenario(rain=False)
    clock = scenario.clock.model_copy(update={"duration": hours * HOUR})
    scenario = scenario.model_copy(update={"crossings": (crossing,), "clock": clock})
    chosen = None if plan is None else load_plan(LESSON / "plans" / f"{plan}.yaml")
    return Disaster(scenario, world, plan=chosen, seed=1, every=20)


def both_ways(world, edge):
    ends = {int(world.roads.from_node[edge]), int(world.roads.to_node[edge])}
    pairs = zip(world.roads.from_node.tolist(), world.roads.to_node.tolist(), strict=True)
    return [row for row, pair in enumerate(pairs) if set(pair) == ends]


def test_a_crossing_at_a_spot_is_on_the_road_that_passes_there_in_both_directions(world):
    edge, _ = a_road(world)
    found = Crossings(world, [at_spot(world)])
    assert found.edges[0].tolist() == both_ways(world, edge)


def test_a_crossing_at_a_point_is_on_the_road_of_the_point(world):
    point = int(np.flatnonzero(world.points.edge >= 0)[0])
    crossing = Crossing.model_validate(TIMES | {"at": str(world.points.id[point])})
    found = Crossings(world, [crossing])
    assert found.edges[0].tolist() == both_ways(world, int(world.points.edge[point]))


def test_a_crossing_at_a_point_that_is_not_on_the_map_is_refused(world):
    with pytest.raises(NoSuchPointError, match=r"'east' is at 'wl-statio'.*wl-station"):
        Crossings(world, [Crossing.model_validate(TIMES | {"at": "wl-statio"})])


def test_the_timetable_halves_the_flow_and_adds_the_mean_wait_on_its_road_alone(world):
    model = crossed(world, at_spot(world))
    plain, held = Network.of_world(world), model.people.network
    here = np.isin(np.arange(world.roads.n), model.crossings.edges[0])
    assert np.array_equal(held.flow_veh_per_s, plain.flow_veh_per_s * np.where(here, 0.5, 1.0))
    assert np.array_equal(held.junction_s, plain.junction_s + np.where(here, 75.0, 0.0))
    drive_s = (
        model.people.movement.travel_s
        - Disaster(lesson_scenario(rain=False), world, seed=1, every=20).people.movement.travel_s
    )
    assert drive_s == pytest.approx(np.where(here, 75.0, 0.0), abs=1e-3)


def test_two_crossings_of_one_road_hold_up_twice(world):
    found = Crossings(world, [at_spot(world), at_spot(world, id="west")])
    assert found.open_share[found.edges[0]] == pytest.approx(0.25)
    assert found.wait_s[found.edges[0]] == pytest.approx(150.0)


def test_a_train_that_stands_on_it_closes_the_road_and_opens_it_again_with_its_cause(world):
    model = crossed(world, at_spot(world, blocked=({"from": "1 h", "to": "2 h"},)))
    edges, shut = model.crossings.edges[0], {}

    def look(tick):
        shut[model.now_s] = bool(model.roads.closures.shut[edges].all())

    model.run(look)
    assert [t_s for t_s, now in shut.items() if now] == [
        t_s for t_s in shut if HOUR <= t_s < 2 * HOUR
    ]
    told = [event for event in model.log if event.kind.startswith(("crossing", "road_"))]
    stands, *closed = told[: 1 + len(edges)]
    goes, *opened = told[1 + len(edges) :]
    assert (stands.kind, stands.who, stands.t_s) == ("crossing_blocked", "east", HOUR)
    assert (goes.kind, goes.t_s, goes.cause) == ("crossing_cleared", 2 * HOUR, stands.id)
    assert [(one.kind, one.facts["reason"], one.cause) for one in closed] == [
        ("road_closed", "train", stands.id)
    ] * len(edges)
    assert [(one.kind, one.facts["closed_for_s"]) for one in opened] == [
        ("road_reopened", HOUR)
    ] * len(edges)


def test_teams_go_round_a_standing_train_and_nobody_counts_as_caught_by_it(world):
    model = crossed(world, at_spot(world, blocked=({"from": "10 min", "to": "2 h"},)), plan="early")
    edges, stage = model.crossings.edges[0], model.operations.stage
    assert np.isfinite(stage.emergency_times_s()[edges]).all()
    model.env.run(until=1.0 * HOUR + 1)
    assert np.isinf(stage.emergency_times_s()[edges]).all()
    assert np.isinf(stage.vehicle_times_s(9.0)[edges]).all()
    assert not model.roads.closures.lasting[edges].any()
    along = model.roads.closures.stops_at[edges]
    assert along == pytest.approx([0.5, 0.5], abs=0.05)
