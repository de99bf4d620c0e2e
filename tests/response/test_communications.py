"""Ways between posts: which is taken, what it costs, and what happens when none is open."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.response.communications import Communications, End
from sim.response.operations import Operations
from sim.scenario.parameters import parameter
from tests.response.conftest import Street, clause, plan_of

NEVER = clause("N", "{time: {after: 900 h}}", "report", "{to: chief}")
HAND_OVER_S = parameter("reports.hand_over").si


def end(*channels, x_m=0.0, zones=(2,)):
    return End(x_m, 0.0, np.array(zones), channels)


@pytest.fixture
def comms(stage):
    return Communications(stage, ())


def carried(stage, comms, sender, receiver, until_s=24 * 3600.0):
    """Return what became of one call, and when."""
    result = []

    def caller():
        found = yield from comms.call(sender, receiver, "fire")
        result.append((found, stage.env.now))

    stage.env.process(caller())
    stage.env.run(until=stage.env.now + until_s)
    return result[0]


def test_a_call_takes_the_first_way_that_both_have(stage, comms):
    sender, receiver = end("satellite", "radio", "phone"), end("phone", "radio")
    assert carried(stage, comms, sender, receiver)[0].channel == "radio"


def test_a_fixed_telephone_is_dead_without_power(stage, comms):
    stage.states["zone_unpowered"][2] = True
    both = end("phone", "runner", x_m=0.0), end("phone", "runner", x_m=3000.0)
    assert carried(stage, comms, *both)[0].channel == "runner"


def test_a_mobile_phone_is_dead_without_a_network(stage, comms):
    stage.states["zone_offline"][2] = True
    both = end("mobile", "satellite"), end("mobile", "satellite")
    assert carried(stage, comms, *both)[0].channel == "satellite"


def test_a_messenger_takes_as_long_as_his_way(stage, comms):
    spread = math.exp(0.3 * 4)  # four standard deviations of the logarithm
    found, at_s = carried(stage, comms, end("runner"), end("runner", x_m=15000.0))
    assert 3600 / spread <= found.after_s - HAND_OVER_S <= 3600 * spread
    assert at_s == found.after_s


def test_radio_does_not_reach_beyond_its_range(stage, comms):
    beyond_m = parameter("communications.radio_range").si + 1
    both = end("radio", "satellite"), end("radio", "satellite", x_m=beyond_m)
    assert carried(stage, comms, *both)[0].channel == "satellite"


def test_a_mesh_must_be_set_up_before_it_carries_its_first_call(stage, comms):
    found, _ = carried(stage, comms, end("mesh"), end("mesh"))
    assert found.after_s > parameter("communications.mesh_setup").si / 2


def test_news_waits_for_the_network_to_come_back(stage, comms):
    stage.states["zone_offline"][2] = True

    def repair():
        yield stage.env.timeout(3 * 3600)
        stage.states["zone_offline"][2] = False

    stage.env.process(repair())
    found, at_s = carried(stage, comms, end("mobile"), end("mobile"))
    assert 3 * 3600 <= at_s <= 3.5 * 3600
    assert found.channel == "mobile"


def test_news_that_is_too_old_is_given_up(stage, comms):
    stage.states["zone_offline"][2] = True
    found, at_s = carried(stage, comms, end("mobile"), end("mobile"))
    assert found is None
    assert at_s >= parameter("communications.give_up").si


def test_after_an_earthquake_most_telephone_calls_fail(stage, comms):
    assert comms._loss("mobile") == parameter("communications.mobile_loss").si
    comms.overload(0.0)
    assert comms._loss("mobile") == parameter("communications.congestion").si
    assert comms._loss("radio") == parameter("communications.radio_loss").si


def test_calls_get_through_as_often_as_the_figures_say(stage, comms):
    comms.overload(0.0)
    fails = parameter("communications.congestion").si
    n_tries = int(parameter("communications.attempts").value)
    n = 2000
    through = [comms.attempt(end("mobile"), end("mobile"), f"{k}")[0] is not None for k in range(n)]
    expected = 1 - fails**n_tries
    tolerance = 3.3 * math.sqrt(expected * (1 - expected) / n)  # 99.9 %
    assert np.mean(through) == pytest.approx(expected, abs=tolerance)


def test_the_same_call_meets_the_same_luck_in_every_plan(street_world):
    def luck():
        one = Communications(Street(street_world), ())
        return one.attempt(end("mobile"), end("mobile"), "fire")

    assert luck() == luck()


def test_a_base_station_out_of_work_takes_its_neighbourhood_off_the_network(stage, street_world):
    facilities = street_world.facilities
    kinds = facilities.kind.copy()
    kinds[0] = 12  # a base station where the first team was
    stage.world = replace(street_world, facilities=replace(facilities, kind=kinds))
    comms = Communications(stage, ())
    near = End(float(facilities.x_m[0]), float(facilities.y_m[0]), np.array([2]), ("mobile",))
    assert comms.attempt(near, near, "a")[0] is not None
    stage.states["facility_out"][0] = True
    assert comms.attempt(near, near, "a") == (None, 0)


POSTS = """
- {id: chief, title: {en: Chief, zh: 指挥长}, level: county}
- {id: clerk, title: {en: Clerk, zh: 值班员}, level: county, reports_to: chief}
- {id: grid, title: {en: Grid, zh: 网格员}, level: community, reports_to: clerk,
   channels: [mobile, satellite]}
"""


def heard(stage, ops, post):
    """Return (when, by whom, by which way) a post heard of incidents."""
    news = [e for e in stage.log if e.kind == "news_received" and e.who == post]
    return [(event.t_s, event.facts["by"], event.facts["way"]) for event in news]


def incident(stage, posts=POSTS, **plan):
    """Let a building be flooded after ten minutes, and wait a day."""
    stage.at = {600: lambda: stage.log.add(stage.env.now, "buildings_flooded", "west-1")}
    made = plan_of(NEVER, posts=posts).model_copy(update=plan)
    return stage.go(Operations(stage, made), 24 * 3600)


def test_everybody_in_the_lines_of_command_hears_once(stage):
    ops = incident(stage)
    assert all(len(heard(stage, ops, post)) == 1 for post in ("chief", "clerk", "grid"))


def test_nobody_hears_before_it_happened_and_someone_has_called(stage):
    ops = incident(stage)
    assert min(heard(stage, ops, "chief"))[0] > 600 + HAND_OVER_S


def test_where_the_network_is_down_the_officers_satellite_telephone_brings_the_news(stage):
    stage.states["zone_offline"][:] = True
    stage.states["zone_unpowered"][:] = True
    posts = POSTS.replace("level: county, reports", "level: county, channels: [satellite], reports")
    ops = incident(stage, posts)
    assert heard(stage, ops, "grid")[0][1:] == ("officers", "in_person")
    assert heard(stage, ops, "clerk")[0][1:] == ("grid", "satellite")


def test_a_post_that_cannot_be_reached_by_any_way_knows_nothing(stage):
    stage.states["zone_offline"][:] = True
    stage.states["zone_unpowered"][:] = True
    posts = POSTS.replace("level: county}", "level: county, channels: [mobile]}")
    ops = incident(stage, posts)
    assert heard(stage, ops, "chief") == []
    assert ops.reported_zones("chief") == []
    assert stage.story("news_lost") != []


SPLIT = """
- {id: city, title: {en: City, zh: 市}, level: city}
- {id: fire, title: {en: Fire, zh: 消防}, level: team}
- {id: clerk, title: {en: Clerk, zh: 值班员}, level: county}
"""


@pytest.mark.parametrize(("command", "n"), [("unified", 3), ("split", 1)])
def test_under_a_split_command_one_desk_has_the_call_and_tells_nobody(stage, command, n):
    ops = incident(stage, SPLIT, command=command)
    assert sum(bool(heard(stage, ops, post)) for post in ("city", "fire", "clerk")) == n


def test_under_a_split_command_everybody_keeps_his_own_list_of_tasks(stage):
    def lists(command):
        plan = plan_of(NEVER, posts=SPLIT).model_copy(update={"command": command})
        ops = Operations(stage, plan)
        return {id(ops.claims_of(post)) for post in ("city", "fire", "clerk")}

    assert len(lists("unified")) == 1
    assert len(lists("split")) == 3


def test_a_joint_command_shares_what_its_members_know_and_their_tasks(stage):
    plan = plan_of(
        clause("J", "{time: {after: 2 h}}", "set_up_command", "{members: [fire, clerk]}"),
        posts=SPLIT.replace("level: county", "level: county, absence: 0"),
    ).model_copy(update={"command": "split"})
    plan = plan.model_copy(
        update={"clauses": (plan.clauses[0].model_copy(update={"post": "city"}),)}
    )
    ops = Operations(stage, plan)
    stage.at = {600: lambda: stage.log.add(stage.env.now, "buildings_flooded", "west-1")}
    stage.go(ops, 6 * 3600)
    set_up = next(event for event in stage.log if event.kind == "command_set_up")
    assert set_up.facts["posts"] == 3
    assert all(ops.reported_zones(post) == [2] for post in ("city", "fire", "clerk"))
    assert ops.claims_of("fire") is ops.claims_of("clerk")


def test_a_wrong_place_is_believed_until_it_is_set_right(stage):
    wrong, right = (("event", "buildings_flooded", name) for name in ("west", "west-1"))
    ops = Operations(stage, plan_of(NEVER, posts=POSTS))
    ops.lines.tell("chief", wrong, 0.0, 0, 0)
    assert ops.reported_zones("chief") == [1]
    ops.strike("chief", wrong, 0)
    ops.lines.tell("chief", right, 0.0, 0, 0)
    assert ops.reported_zones("chief") == [2]
    changes = [(key, told.value) for post, key, told in ops.told if post == "chief"]
    assert changes == [(wrong, 0.0), (wrong, ""), (right, 0.0)]
