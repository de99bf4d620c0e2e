"""People in an earthquake, in fires, in two hazards at once, on the lesson's map."""

from datetime import datetime

import numpy as np
import pytest

from sim.core.kinds import HAZARDS
from sim.model.disaster import Disaster
from sim.scenario.loading import load_plan
from sim.scenario.scenario import Air
from sim.world.layers import LAND_CLASSES
from tests.model.conftest import LESSON, lesson_scenario

HOUR = 3600.0
NIGHT = datetime(2024, 1, 20, 2, 0)


def quake(world):
    """A magnitude 6.6 under the southern edge of the map, after an hour."""
    west, south, east, _ = world.grid.bounds_m
    middle = {"x_m": (west + east) / 2, "y_m": south}
    return HAZARDS["earthquake"].Params.model_validate(
        {
            "id": "quake",
            "kind": "earthquake",
            "occurs_at": "1 h",
            "magnitude": 6.6,
            "epicentre": middle,
            "strike_deg": 30.0,
        }
    )


def run(world, *hazards, plan=None, hours=2.0, start=NIGHT, night=10.0):
    base = lesson_scenario()
    changes = {
        "hazards": hazards,
        "air": Air(night=night),
        "clock": base.clock.model_copy(update={"duration": hours * HOUR, "start": start}),
    }
    model = Disaster(base.model_copy(update=changes), world, plan=plan, seed=1)
    model.run()
    model.people.residents.check()
    return model


def orders(tmp_path, *clauses):
    """Return the lesson's early plan with other clauses: what the mayor orders, and when."""
    text = (LESSON / "plans" / "early.yaml").read_text(encoding="utf-8")
    head = text[: text.index("clauses:")]
    path = tmp_path / "plan.yaml"
    path.write_text(head + "clauses:\n" + "\n".join(clauses) + "\n", encoding="utf-8")
    return load_plan(path)


def dead(model):
    return model.people.residents.ledger.of("dead")


@pytest.fixture(scope="module")
def shaken(world):
    """The night's earthquake alone."""
    return run(world, quake(world))


def test_an_earthquake_buries_kills_and_sends_people_outdoors(shaken):
    ledger = shaken.people.residents.ledger
    assert dead(shaken) > 0
    assert ledger.of("outdoors") > 0.5 * ledger.population
    kinds = {event.kind for event in shaken.log}
    assert {"people_trapped", "people_went_outdoors", "people_hurt"} <= kinds


def test_harm_goes_back_to_the_shock(shaken):
    hurt = [event for event in shaken.log if event.kind == "people_hurt"]
    assert {shaken.log.chain(event.id)[-1].kind for event in hurt} == {"earthquake"}


def test_flood_and_earthquake_run_together(world, shaken):
    storm = lesson_scenario().hazards[0]
    both = run(world, storm, quake(world), hours=3.5)
    roots = {both.log.chain(event.id)[-1].kind for event in both.log if event.kind == "road_closed"}
    assert roots == {"rain_started", "earthquake"}
    assert dead(both) >= dead(shaken)


def test_a_noon_earthquake_finds_people_elsewhere(world, shaken):
    noon = run(world, quake(world), start=NIGHT.replace(hour=12))
    by_night, by_day = (
        set(model.people.residents.id[model.people.residents.health > 0].tolist())
        for model in (shaken, noon)
    )
    assert by_day - by_night


def test_people_called_out_before_the_shock_live(world, shaken, tmp_path):
    called = """
  - id: OUT
    title: {en: Order, zh: 命令}
    when: {time: {after: 1 min}}
    post: POST
    do: shelter_outdoors
    with: {zones: all, channels: [sms, broadcast, grid_worker], lasting: 6 h}
    within: 1 h
    source: {section: test, text: test}
"""
    plan = orders(tmp_path, called.replace("POST", first_post()))
    out = run(world, quake(world), plan=plan)
    assert dead(out) < 0.7 * dead(shaken)


def first_post():
    return load_plan(LESSON / "plans" / "early.yaml").posts[0].id


def test_shutting_off_gas_prevents_some_fires_after_the_shock(world, tmp_path):
    fires = HAZARDS["urban_fire"].Params.model_validate(
        {"id": "fires", "kind": "urban_fire", "wind": [["0 h", "2 m/s", 315]]}
        | {"after_earthquake": "high", "stove_factor": 5.0}
    )
    started = []
    for plan in (None, orders(tmp_path, CLOSE_GAS.replace("POST", first_post()))):
        model = run(world, quake(world), fires, plan=plan)
        started.append({event.who for event in model.log if event.kind == "fire_started"})
    assert started[1] <= started[0]


CLOSE_GAS = """
  - id: GAS
    title: {en: Order, zh: 命令}
    when: {time: {after: 1 min}}
    post: POST
    do: close_gas
    with: {zones: all}
    within: 1 h
    source: {section: test, text: test}
"""


def stubble(world):
    """A field a third of the way across the map."""
    field = world.layers["land"] == LAND_CLASSES.index("crop")
    x_m, y_m = world.grid.centres_m()
    west, south, east, north = world.grid.bounds_m
    away_m = np.hypot(x_m[None, :] - (2 * west + east) / 3, y_m[:, None] - (south + north) / 2)
    row, column = np.unravel_index(np.argmin(np.where(field, away_m, np.inf)), field.shape)
    return {"x_m": float(x_m[column]), "y_m": float(y_m[row])}


def test_the_news_of_an_earthquake_sets_a_clause_going(world, tmp_path):
    after = CLOSE_GAS.replace("{time: {after: 1 min}}", "{reported: {event: earthquake}}")
    model = run(world, quake(world), plan=orders(tmp_path, after.replace("POST", first_post())))
    closed = [event for event in model.log if event.kind == "gas_closed"]
    assert closed
    assert {model.log.chain(event.id)[-1].kind for event in closed} == {"earthquake"}


def test_a_wildfire_closes_roads_for_a_while_and_makes_people_leave(world):
    spot = stubble(world)
    fire = HAZARDS["wildfire"].Params.model_validate(
        {
            "id": "hill-fire",
            "kind": "wildfire",
            "weather": [
                {
                    "temperature_c": 24.0,
                    "humidity": 0.2,
                    "wind": "8 m/s",
                    "wind_from_deg": 270.0,
                }
            ],
            "ignitions": [
                {
                    "id": "stubble",
                    "at": spot,
                    "time": "5 min",
                }
            ],
        }
    )
    model = run(world, fire, start=NIGHT.replace(hour=12))
    closed = [event for event in model.log if event.kind == "road_closed"]
    assert {event.facts["reason"] for event in closed} == {"fire"}
    assert any(event.kind == "road_reopened" for event in model.log)
    assert np.isfinite(model.people.residents.homes.left_s).any()


def test_no_hazard_no_harm_whatever_the_cold(world):
    base = lesson_scenario(rain=False)
    model = run(world, *base.hazards, night=-30.0)
    assert not model.people.residents.health.any()
