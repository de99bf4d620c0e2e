"""Triggers look at what a post was told, and at nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import yaml

from sim.response.conditions import CLOCK, Conditions
from sim.response.picture import Picture
from sim.response.reports import HORIZONS_S
from sim.scenario.triggers import When

EVENING_S = 20 * 3600.0
HOUR_S = 3600.0


def told() -> Picture:
    """A post that has been told of rain, water, a warning, a level, a clause and a breach."""
    picture = Picture()
    picture.rain += [(HOUR_S, 0.010, 11), (2 * HOUR_S, 0.040, 12)]
    depths_m = np.array([0, 0.02, 0.05, 0.06, 0.06, 0.06])
    picture.forecast.append((0.0, HORIZONS_S, depths_m, 13))
    picture.tell(("depth", "dip"), 0.30, 0, 14)
    picture.tell(("stage", "gauge"), 41.5, 0, 15)
    picture.tell(("warning", "weather"), "orange", 0, 16)
    picture.tell(("level",), "III", 0, 17)
    picture.tell(("clause", "S1", "done"), 5.0, 0, 18)
    picture.tell(("event", "levee_breached", "east"), 5.0, 0, 19)
    picture.tell(("event", "levee_breached", "west"), 5.0, 0, 20)
    return picture


def shown(text: str, now_s: float = 2 * HOUR_S, picture: Picture | None = None) -> int | None:
    when = When.model_validate(yaml.safe_load(text))
    return Conditions(picture or told(), EVENING_S).evidence(when, now_s)


@pytest.mark.parametrize(
    ("when", "evidence"),
    [
        ("{forecast_rain: {over: 3 h, at_least: 50 mm}}", 13),
        ("{forecast_rain: {over: 3 h, at_least: 51 mm}}", None),
        ("{observed_rain: {over: 1 h, at_least: 30 mm}}", 12),
        ("{observed_rain: {over: 1 h, at_least: 31 mm}}", None),
        ("{observed_rain: {over: 2 h, at_least: 40 mm}}", 12),
        ("{observed_rain: {over: 1 h, at_most: 30 mm}}", 12),
        ("{water_depth: {at: dip, at_least: 27 cm}}", 14),
        ("{water_depth: {at: dip, at_most: 27 cm}}", None),
        ("{water_depth: {at: ford, at_most: 27 cm}}", None),  # nobody has told of the ford
        ("{water_level: {at: gauge, at_least: 41 m}}", 15),
        ("{warning_received: {level: yellow}}", 16),
        ("{warning_received: {level: red}}", None),
        ("{warning_received: {level: orange, issued_by: flood}}", None),
        ("{response_level: {at_least: IV}}", 17),
        ("{response_level: {at_least: II}}", None),
        ("{time: {after: 2 h}}", CLOCK),
        ("{time: {after: 3 h}}", None),
        ('{time: {at: "22:00"}}', CLOCK),
        ('{time: {at: "22:01"}}', None),
        ("{clause: {id: S1, is: done}}", 18),
        ("{clause: {id: S1, is: late}}", None),
        ("{reported: {event: levee_breached, who: east}}", 19),
        ("{reported: {event: levee_breached}}", 20),  # the newest
        ("{reported: {event: people_stranded}}", None),
    ],
)
def test_each_trigger_shows_the_report_it_rests_on(when, evidence):
    assert shown(when) == evidence


def test_all_rests_on_the_last_report_that_was_missing():
    both = "{all: [{response_level: {at_least: IV}}, {water_depth: {at: dip, at_least: 27 cm}}]}"
    assert shown(both) == 17
    assert shown(both.replace("27 cm", "31 cm")) is None


def test_any_rests_on_the_first_that_holds():
    either = "{any: [{response_level: {at_least: I}}, {water_depth: {at: dip, at_least: 27 cm}}]}"
    assert shown(either) == 14


def test_a_post_that_was_told_nothing_acts_by_the_clock_only():
    nothing = Picture()
    assert shown("{forecast_rain: {over: 3 h, at_most: 1 mm}}", picture=nothing) is None
    assert shown("{time: {after: 0 s}}", picture=nothing) == CLOCK


def looks(text: str, depths_m: list[float]) -> list[bool]:
    """Return at which of several looks, a minute apart, a condition holds."""
    picture = Picture()
    conditions = Conditions(picture, EVENING_S)
    when = When.model_validate(yaml.safe_load(text))
    seen = []
    for minute, depth_m in enumerate(depths_m):
        picture.tell(("depth", "dip"), depth_m, 60.0 * minute, 7)
        seen.append(conditions.evidence(when, 60.0 * minute) is not None)
    return seen


WET = "water_depth: {at: dip, at_least: 10 cm}"


def test_a_condition_that_must_hold_for_two_minutes_starts_anew_after_a_break():
    depths_m = [0.2, 0.2, 0.0, 0.2, 0.2, 0.2]
    assert looks(f"{{{WET}, held: 2 min}}", depths_m) == [False] * 5 + [True]


@pytest.mark.parametrize("joint", ["all", "any"])
def test_held_counts_inside_all_and_any(joint):
    text = f"{{{joint}: [{{{WET}, held: 2 min}}]}}"
    assert looks(text, [0.2, 0.0, 0.2, 0.2, 0.2]) == [False] * 4 + [True]
