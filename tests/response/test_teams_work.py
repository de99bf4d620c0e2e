"""Teams taken, called off, relieved and sent by rule: nothing and nobody is lost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.agents.units import RescueTeam
from sim.response.command import Command
from sim.response.dispatch import RULES, Call, choose, unit_for
from sim.response.ledger import Row
from sim.response.operations import Operations
from sim.response.teams_work import Deployment
from sim.scenario.forces import Force, unit_kinds
from sim.scenario.parameters import parameter
from tests.response.conftest import HOP_S, STEP_S, Street, clause, plan_of

NEVER = clause("N", "{time: {after: 900 h}}", "report", "{to: chief}")
TASK_S = 1800.0


class Tasks:
    """Holes to be dug: one a node, each takes half an hour."""

    skill = "dig"

    def __init__(self, ops: Operations, nodes: Sequence[int]) -> None:
        self._ops = ops
        self.open = dict(enumerate(nodes))
        self.taken: set[int] = set()
        self.done: list[tuple[float, int]] = []

    def over(self) -> bool:
        return not self.open

    def calls(self, unit):
        return [Call(key, node) for key, node in self.open.items() if key not in self.taken]

    def claim(self, unit, call) -> None:
        assert call.key not in self.taken
        self.taken.add(call.key)

    def release(self, unit, call) -> None:
        self.taken.remove(call.key)

    def do(self, unit, call, order):
        yield self._ops.env.timeout(TASK_S)
        del self.open[call.key]
        self.done.append((self._ops.now_s, call.key))


def at_work(world, nodes, *, teams=2, count=2, kind="usar_light"):
    stage = Street(world)
    stage.forces = (
        Force.model_validate({"kind": kind, "count": teams, "at": "stores", "ready_after": 0.0}),
    )
    ops = Operations(stage, plan_of(NEVER))
    row = Row("D", "chief", "rescue_trapped", None)
    event = stage.log.add(0.0, "order_given", "chief")
    order = Deployment(
        ops,
        Command(0.0, "chief", "x", None, -1, "D", event),
        row,
        Tasks(ops, nodes),
        trade="dig",
        rule="nearest_by_road",
    )
    stage.env.process(order.open(count, 0))
    return stage, ops, order


def diggers(ops):
    return [unit for unit in ops.resources.units if unit.answers_to("dig")]


def test_every_task_is_done_once_and_every_team_comes_home(street_world):
    stage, ops, order = at_work(street_world, [0, 2, 4, 4, 1])
    stage.env.run(until=8 * 3600)
    assert sorted(key for _, key in order.work.done) == [0, 1, 2, 3, 4]
    assert [unit.duty for unit in diggers(ops)] == ["ready"] * len(diggers(ops))
    assert all(unit.node == unit.base_node for unit in diggers(ops))


def test_two_teams_halve_the_time_of_work_on_the_spot(street_world):
    def last_s(count):
        stage, _, order = at_work(street_world, [0] * 8, count=count)
        stage.env.run(until=12 * 3600)
        return max(at_s for at_s, _ in order.work.done)

    assert last_s(1) - 8 * TASK_S == pytest.approx(last_s(2) - 4 * TASK_S, abs=STEP_S)


@settings(deadline=None, max_examples=25)
@given(at_s=st.floats(0.0, 3 * 3600.0))
def test_a_recall_at_any_moment_loses_no_team_and_no_task(street_world, at_s):
    nodes = [0, 2, 4, 1, 3, 2]
    stage, ops, order = at_work(street_world, nodes)
    stage.env.run(until=at_s) if at_s > 0 else None
    order.withdraw()
    stage.env.run(until=at_s + 6 * 3600)
    done = {key for _, key in order.work.done}
    assert done | set(order.work.open) == set(range(len(nodes)))
    assert not done & set(order.work.open)
    assert not order.work.taken
    free = [unit for unit in diggers(ops) if unit.duty == "ready"]
    assert len(free) == len(diggers(ops))


def test_a_wait_broken_off_in_the_instant_a_team_is_given_does_not_lose_it(street_world):
    stage = Street(street_world)
    ops = Operations(stage, plan_of(NEVER))
    takers = [stage.env.process(take_or_not(ops)) for _ in range(3)]
    stage.env.run(until=10)
    ops.resources.give_back(takers[0].value)
    takers[2].interrupt()
    stage.env.run(until=20)
    assert takers[2].value is None
    again = stage.env.process(take_or_not(ops))
    stage.env.run(until=30)
    assert again.value is takers[0].value


def take_or_not(ops):
    """Wait for one of the two street teams."""
    try:
        return (yield from ops.resources.take("street", 0))
    except simpy.Interrupt:
        return None


def test_a_team_cannot_be_given_back_twice(street_world):
    ops = Operations(Street(street_world), plan_of(NEVER))
    with pytest.raises(ValueError, match="given back twice"):
        ops.resources.give_back(ops.resources.units[0])


def test_who_carries_people_brings_them_in_before_he_obeys_a_recall(street_world):
    stage, ops, order = at_work(street_world, [0], teams=1, count=1)
    stage.env.run(until=600)
    unit = next(one for one in diggers(ops) if one.duty == "working")
    unit.aboard = 1
    order.withdraw()
    stage.env.run(until=4 * 3600)
    assert [key for _, key in order.work.done] == [0]


def test_a_tired_team_rests_before_it_goes_again(street_world):
    stage, _, order = at_work(street_world, [0] * 30, teams=1, count=1)
    stage.env.run(until=60 * 3600)
    gaps_s = np.diff([at_s for at_s, _ in order.work.done])
    spec = unit_kinds()["usar_light"]
    assert gaps_s.max() >= spec.rest_s
    assert stage.story("team_rests")


def test_a_plan_that_asks_for_what_no_team_can_do_fails(street_world):
    stage, ops, order = at_work(street_world, [0], kind="drone", teams=1, count=1)
    ops.resources.units[:] = [one for one in ops.resources.units if one.kind == "drone"]
    stage.env.run(until=3600)
    assert order.row.lacking == 1
    assert order.row.hindrance == "no_team"


def test_volunteers_are_never_sent_digging_or_to_fires():
    volunteers = unit_kinds()["volunteers"]
    dangerous = ("dig", "fight_fire", "boat", "hazmat", "clear_road", "build_line", "carry_injured")
    assert not any(volunteers.answers_to(skill) for skill in dangerous)


def test_a_helicopter_reaches_what_no_road_leads_to(street_world):
    stage = Street(street_world)
    stage.forces = (Force.model_validate({"kind": "helicopter", "at": "stores"}),)
    ops = Operations(stage, plan_of(NEVER))
    stage.edge_m[:] = 2.0
    flier = next(one for one in ops.resources.units if one.kind == "helicopter")
    far = next(node for node in range(5) if node != flier.node)
    assert choose(ops, "nearest_by_road", flier, [Call(0, far)]) == 0


# -- rules ---------------------------------------------------------------------------------


@pytest.fixture
def on_the_street(street_world):
    stage = Street(street_world)
    ops = Operations(stage, plan_of(NEVER))
    unit = RescueTeam(stage.model, "team", unit_kinds()["usar_light"], base_node=0)
    return stage, ops, unit


def test_the_nearest_by_road_is_not_beyond_the_flood(on_the_street):
    stage, ops, unit = on_the_street
    unit.node = 2
    stage.edge_m[[4, 5, 6, 7]] = 2.0  # east of the dip nobody passes
    calls = [Call(0, 4), Call(1, 0)]
    assert choose(ops, "nearest_by_road", unit, calls) == 1
    assert choose(ops, "nearest", unit, calls) == 1


def test_priority_goes_before_distance(on_the_street):
    _, ops, unit = on_the_street
    assert choose(ops, "by_priority", unit, [Call(0, 1, urgency=1), Call(1, 4, urgency=2)]) == 1


def test_expected_survival_goes_where_people_die_fastest_if_it_still_helps(on_the_street):
    _, ops, unit = on_the_street
    slow = Call(0, 2, lives=1, scale_s=80 * 3600.0, work_s=20 * 3600.0)
    fast = Call(1, 2, lives=1, scale_s=50 * 3600.0, work_s=1 * 3600.0)
    assert choose(ops, "by_expected_survival", unit, [slow, fast]) == 1


def test_a_sector_is_left_only_when_it_has_no_call(on_the_street):
    _, ops, unit = on_the_street
    unit.sector = 1
    near, own = Call(0, 1, zone=-1), Call(1, 4, zone=2)
    assert choose(ops, "by_sector", unit, [near, own]) == 1
    assert choose(ops, "by_sector", unit, [near]) == 0


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_sends_a_team_where_it_cannot_go(on_the_street, rule):
    stage, ops, unit = on_the_street
    stage.edge_m[:] = 2.0
    assert choose(ops, rule, unit, [Call(0, 4, lives=1)]) is None


def test_the_first_on_the_spot_is_called_not_the_nearest(on_the_street):
    stage, ops, _ = on_the_street
    late = RescueTeam(stage.model, "late", unit_kinds()["usar_heavy"], base_node=3)
    soon = RescueTeam(stage.model, "soon", unit_kinds()["fire_engine"], base_node=0)
    assert unit_for(ops, "nearest", [late, soon], 4) == 0
    assert unit_for(ops, "nearest_by_road", [late, soon], 4) == 1
    assert soon.turnout_s + 4 * HOP_S < late.turnout_s


def test_every_kind_of_unit_has_what_its_skills_need():
    for kind in unit_kinds().values():
        assert kind.answers_to(kind.name)
        assert all(kind.answers_to(skill) for skill in kind.can)


def test_an_order_for_more_teams_than_there_are_is_not_kept_though_those_there_are_go(street_world):
    stage, ops, order = at_work(street_world, [1, 2, 3], teams=2, count=5)
    stage.env.run(until=6 * 3600)
    assert (order.row.lacking, order.row.hindrance) == (1, "no_team")
    assert len(order.work.done) == 3
    assert all(unit.duty == "ready" for unit in diggers(ops))


def test_who_waits_for_a_team_waits_no_longer_when_nothing_is_left(street_world):
    stage, ops, order = at_work(street_world, [1], teams=2, count=2)
    held = next_unit(ops)
    stage.env.run(until=6 * 3600)
    assert not order.at_work
    ops.resources.give_back(held)
    assert next_unit(ops).duty == "ready"


def next_unit(ops):
    """Take a team that is free."""
    with pytest.raises(StopIteration) as taken:
        next(ops.resources.take("dig", 0))
    return taken.value.value


def test_a_mountain_team_walks_where_no_road_leads(street_world):
    stage, _, order = at_work(street_world, [4], teams=1, count=1, kind="mountain_rescue")
    stage.edge_m[:] = 2.0
    stage.env.run(until=6 * 3600)
    walks = unit_kinds()["mountain_rescue"].walks_m_per_s
    way_m = 4 * 500.0 * parameter("shelters.detour").value
    assert [at_s for at_s, _ in order.work.done] == [pytest.approx(way_m / walks + TASK_S)]
