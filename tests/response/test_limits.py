"""Bridges and underpasses that hold back what is too heavy or too high."""

from dataclasses import replace

import numpy as np
import pytest

from sim.evaluation.verification.rescue_setups import Bench as Blocks
from sim.evaluation.verification.rescue_setups import blocks
from sim.evaluation.verification.supply_setups import Bench, depot, road_of, table_of
from sim.model.disaster import Disaster
from sim.response.dispatch import unit_for
from sim.response.operations import Operations
from sim.scenario.forces import Force
from sim.scenario.limits import RoadLimit
from sim.scenario.loading import load_plan
from sim.world.limits import NoSuchRoadsError, RoadLimits, Sign
from tests.model.conftest import LESSON, lesson_scenario
from tests.response.conftest import clause, plan_of

SOON = "{time: {after: 10 min}}"
BRIDGE_M, ROUND_M = 1000.0, 3000.0


def bridge_and_detour():
    """A depot and a school on either side of a bridge, and a longer way round over a crossing."""
    line = road_of([BRIDGE_M])
    start, end, length_m = (
        [0, 1, 0, 2, 2, 1],
        [1, 0, 2, 0, 1, 2],
        [BRIDGE_M] * 2 + [ROUND_M / 2] * 4,
    )
    roads = table_of(
        line.roads,
        from_node=start,
        to_node=end,
        length_m=length_m,
        free_speed_m_per_s=[10.0] * 6,
        lanes=[1] * 6,
        flow_veh_per_s=[0.5] * 6,
        by_car=[True] * 6,
        name=[-1] * 6,
    )
    x_m, y_m = [*line.nodes.x_m, line.nodes.x_m.mean()], [*line.nodes.y_m, 20.0]
    return replace(line, nodes=table_of(line.nodes, x_m=x_m, y_m=y_m), roads=roads)


def sign_on(n_edges, edges, **most):
    at = np.zeros(n_edges, dtype=bool)
    at[edges] = True
    return RoadLimits([Sign(at, **most)])


def metres_to_the_school(kind, limits):
    goods = {"drinking_water": 500, "food": 500, "quilt": 100}
    stage = Bench(
        depot(goods, docks=1, trucks=1, kind=kind), world=bridge_and_detour(), limits=limits
    )
    row, process = stage.order(goods={"quilt": 10})
    stage.env.run(until=process)
    assert row.outcome(stage.env.now) != "missed"
    return stage.supply.fleet.trucks[0].driven_m


def test_a_heavy_truck_goes_round_a_weak_bridge_that_a_van_crosses():
    weak = sign_on(6, [0, 1], gross_kg=10_000.0)
    assert metres_to_the_school("heavy_truck", RoadLimits()) == BRIDGE_M
    assert metres_to_the_school("heavy_truck", weak) == ROUND_M
    assert metres_to_the_school("van", weak) == BRIDGE_M


def test_a_high_truck_goes_round_a_low_underpass_that_a_tanker_just_fits_under():
    low = sign_on(6, [0, 1], height_m=3.8)
    assert metres_to_the_school("heavy_truck", low) == ROUND_M
    assert metres_to_the_school("medium_truck", low) == BRIDGE_M


@pytest.mark.parametrize(("kind", "held_back"), [("heavy_truck", True), ("van", False)])
def test_who_is_cut_off_is_asked_for_the_trucks_that_there_are(kind, held_back):
    asked = []

    class Asked(Bench):
        def people_in_need(self, barred):
            asked.append(barred)
            return super().people_in_need(barred)

    weak = sign_on(6, [0, 1], gross_kg=10_000.0)
    goods = depot({"quilt": 500}, docks=1, trucks=1, kind=kind)
    Asked(goods, world=bridge_and_detour(), limits=weak).env.run(until=1.0)
    assert asked[0] == {int(held_back)}


def test_goods_that_only_too_heavy_trucks_carry_wait_because_of_the_sign():
    everywhere = sign_on(6, range(6), gross_kg=10_000.0)
    goods = depot({"quilt": 500}, docks=1, trucks=1, kind="heavy_truck")
    stage = Bench(goods, world=bridge_and_detour(), limits=everywhere)
    row, _ = stage.order(goods={"quilt": 10}, within_s=4 * 3600.0)
    stage.env.run(until=8 * 3600.0)
    assert (row.outcome(stage.env.now), row.held_up_by(stage.env.now)) == ("missed", "road_limit")


def test_of_several_signs_each_holds_back_what_exceeds_it():
    weak, low = np.array([True, False, False]), np.array([False, True, False])
    signs = RoadLimits([Sign(weak, gross_kg=10_000.0), Sign(low, height_m=3.0)])
    assert signs.barring(9_000.0, 2.5) == 0
    assert signs.edges(signs.barring(10_000.1, 3.0)).tolist() == [True, False, False]
    assert signs.edges(signs.barring(10_000.0, 3.1)).tolist() == [False, True, False]
    assert signs.edges(signs.barring(20_000.0, 4.0)).tolist() == [True, True, False]


def engine_behind_a_bridge(stage, **most):
    """Order a fire engine over the dip, with signs on all ways to it; return the clause's row."""
    stage.forces = (Force.model_validate({"kind": "fire_engine", "at": "team-a"}),)
    stage.limits = sign_on(8, [2, 3, 4, 5], **most)
    order = "{team: fire_engine, count: 1, to: [dip], task: guard}"
    plan = plan_of(clause("F", SOON, "dispatch_team", order, within="1 h"))
    ops = stage.go(Operations(stage, plan), 8 * 3600)
    return ops, ops.ledger.rows[0]


def test_a_fire_engine_too_heavy_for_the_only_bridge_does_not_come_and_the_clause_says_why(stage):
    ops, row = engine_behind_a_bridge(stage, gross_kg=15_000.0)
    assert not stage.story("team_arrived")
    assert (row.outcome(ops.now_s), row.held_up_by(ops.now_s)) == ("missed", "road_limit")


def test_a_fire_engine_light_enough_comes(stage):
    ops, row = engine_behind_a_bridge(stage, gross_kg=16_000.0)
    assert row.outcome(ops.now_s) == "met"


def test_a_road_under_water_is_the_reason_where_the_sign_makes_no_difference(stage):
    stage.edge_m[2:6] = 2.0
    ops, row = engine_behind_a_bridge(stage, gross_kg=15_000.0)
    assert (row.outcome(ops.now_s), row.held_up_by(ops.now_s)) == ("missed", "road_cut")


def test_the_unit_that_may_pass_is_called_rather_than_the_nearer_that_may_not():
    bench = Blocks(blocks(3))
    near, far = bench.engines(np.array([1, 8]))
    around_one = np.flatnonzero(
        (bench.world.roads.from_node == 1) | (bench.world.roads.to_node == 1)
    )
    bench.limits = sign_on(bench.world.roads.n, around_one, gross_kg=10_000.0)
    assert unit_for(bench, "nearest_by_road", [near, far], 0) == 0
    near.barred = far.barred = bench.limits.barring(near.gross_kg, near.height_m)
    assert unit_for(bench, "nearest_by_road", [near, far], 0) == 1


def with_signs(town, *signs):
    limits = tuple(
        RoadLimit.model_validate({"id": f"s{row}"} | one) for row, one in enumerate(signs)
    )
    scenario = lesson_scenario(rain=False).model_copy(update={"limits": limits})
    plan = load_plan(LESSON / "plans" / "early.yaml")
    return Disaster(scenario, town, plan=plan, seed=1).operations


def test_signs_of_a_scenario_stand_on_the_bridges_underpasses_and_points_of_its_map(town):
    ops = with_signs(
        town,
        {"all": "bridges", "mass": "10 t"},
        {"all": "underpasses", "height": "2.5 m"},
        {"at": "wl-station", "height": "3 m"},
    )
    limits, roads = ops.stage.limits, town.roads
    assert np.array_equal(limits.edges(1), roads.bridge)
    assert np.array_equal(limits.edges(2), roads.underpass)
    assert np.array_equal(np.flatnonzero(limits.edges(4)), ops.stage.point_edges("wl-station"))
    barred = {unit.kind: unit.barred for unit in ops.resources.units}
    assert barred["bus"] == 0b111
    assert barred["ambulance"] == 0b010


def test_a_bus_keeps_off_the_bridges_that_an_ambulance_takes(town):
    ops = with_signs(town, {"all": "bridges", "mass": "10 t"})
    bridge = np.flatnonzero(town.roads.bridge)[0]
    start, end = int(town.roads.from_node[bridge]), int(town.roads.to_node[bridge])
    over, light_s = ops.ways.tree_to(end)
    around, heavy_s = ops.ways.tree_to(end, ops.resources.barred("bus"))
    assert town.roads.bridge[over[start]]
    assert around[start] < 0 or not town.roads.bridge[around[start]]
    assert heavy_s[start] > light_s[start]


def test_signs_on_bridges_that_the_map_does_not_have_are_refused(town):
    flat = replace(town, roads=replace(town.roads, bridge=np.zeros(town.roads.n, dtype=bool)))
    with pytest.raises(NoSuchRoadsError, match="'s0' is on all bridges; the map has none"):
        with_signs(flat, {"all": "bridges", "mass": "10 t"})
