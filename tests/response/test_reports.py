"""What late, wrong and repeated reports do to the response: the same flood, told otherwise."""

from __future__ import annotations

from sim.model.disaster import Disaster
from sim.response.operations import Operations
from sim.scenario.parameters import own_parameters, parameter
from tests.model.conftest import lesson_scenario
from tests.response.conftest import POSTS, STEP_S, Street, clause, plan_of, street

FLOODED = "{reported: {event: buildings_flooded}}"
PLACE = "ferry"


def told(town, hours=4, n=1, **figures):
    """Let buildings of one community be flooded, and return the run with its plan at work."""
    plan = plan_of(
        clause(
            "W",
            FLOODED,
            "issue_warning",
            "{level: red, channels: sms, zones: flooded, advice: leave_now}",
        )
    )
    with own_parameters({f"reports.{name}": value for name, value in figures.items()}):
        model = Disaster(lesson_scenario(), town, plan=plan, seed=1)
        ops = model.operations
        phases = {"commands": [ops.listen], "response": [ops.reports.notice]}
        model.phases = {name: phases.get(name, []) for name in model.phases}
        for _ in range(n):
            model.log.add(0.0, "buildings_flooded", PLACE)
        for _ in range(round(hours * 3600 / ops.stage.step_s)):
            model.env.run(until=model._ticked)
    return model


def warned(model):
    """Return when the warning went out, and to which communities."""
    message = model.people.population.warnings.messages[0]
    return message.issued_s, [str(model.world.zones.id[row]) for row in message.zones]


def test_a_wrong_place_warns_the_neighbours_of_those_who_are_in_the_water(town):
    _, right = warned(told(town, wrong_place=0.0))
    _, wrong = warned(told(town, wrong_place=1.0))
    assert right == [PLACE]
    assert wrong != [PLACE]


def test_a_report_that_comes_later_warns_people_later(town):
    soon, late = (warned(told(town, resident_delay=delay))[0] for delay in (2.0, 60.0))
    assert late - soon > 30 * 60.0


def decided_s(calls):
    """Return when a lone clerk has decided on a flooded dip while the telephone rings."""
    with own_parameters({"reports.calls": calls, "reports.duplicate_takes": 10.0}):
        stage = Street(street())
        posts = POSTS.replace("decides_within: 5 min", "decides_within: 5 min, at_once: 1")
        matter = clause("L", "{time: {after: 90 min}}", "set_response_level", "{level: IV}")
        ops = Operations(stage, plan_of(matter, posts=posts))
        stage.at = {600: lambda: stage.log.add(stage.env.now, "buildings_flooded", "west-1")}
        stage.go(ops, 24 * 3600)
    return ops.ledger.rows[0].at_s["decided"], len(stage.story("news_repeated"))


def test_every_further_call_about_the_same_keeps_the_desk_from_deciding():
    (quiet_s, none), (busy_s, many) = decided_s(1.0), decided_s(60.0)
    assert none == 0
    assert many > 30
    assert busy_s > quiet_s + 600.0


def test_nobody_is_told_twice_what_he_knows(town):
    model = told(town, calls=8.0)
    heard = [event for event in model.log if event.kind == "news_received"]
    assert len(heard) == len({event.who for event in heard})
    assert len(model.people.population.warnings.messages) == 1


def fire_known_s(share):
    """Return when a post that hears sensors and residents knows of a fire in a building."""
    with own_parameters({"reports.networked_share": share}):
        stage = Street(street())
        matter = clause("F", "{reported: {event: fire_started}}", "set_response_level",
                        "{level: IV}")  # fmt: skip
        ops = Operations(stage, plan_of(matter))
        stage.at = {600: lambda: stage.log.add(stage.env.now, "fire_started", "west-1", building=3)}
        stage.go(ops, 3 * 3600)
    return ops.ledger.rows[0].at_s["triggered"]


def test_a_fire_in_a_building_on_the_monitoring_platform_is_known_within_minutes():
    by_call_s, by_platform_s = fire_known_s(0.0), fire_known_s(1.0)
    assert by_platform_s <= 600.0 + parameter("reports.gauge_delay").si + 2 * STEP_S
    assert by_call_s > by_platform_s + 60.0
