"""Teams in suits plug a leak: what has not escaped by then does not."""

from __future__ import annotations

import pytest

from sim.hazards.hazmat import HazmatParams
from sim.model.disaster import Disaster
from sim.response.command import Command
from sim.scenario.actions_teams import StopLeak
from sim.scenario.forces import Force
from sim.scenario.parameters import parameter
from tests.model.conftest import lesson_scenario
from tests.response.conftest import clause, plan_of

MASS_KG, LASTS_S, BEGINS_S = 2000.0, 4 * 3600.0, 600.0


def leaking(town, *, teams):
    """A tank of ammonia that empties over four hours, and so many teams in the town."""
    facilities, buildings = town.facilities, town.buildings
    release = {
        "id": "tank", "kind": "hazmat", "gas": "ammonia", "mass": f"{MASS_KG} kg", "lasts": "4 h",
        "at": {"x_m": float(buildings.x_m[0]), "y_m": float(buildings.y_m[0])},
        "time": "10 min", "wind": [["0 h", "3 m/s", 270]],
    }  # fmt: skip
    force = Force.model_validate({"kind": "hazmat", "count": teams, "at": str(facilities.id[0])})
    never = clause("N", "{reported: {event: earthquake}}", "stop_leak", "{count: 1}")
    hazards = (HazmatParams.model_validate(release),)
    scenario = lesson_scenario().model_copy(update={"hazards": hazards, "forces": (force,)})
    return Disaster(scenario, town, plan=plan_of(never), seed=1, every=10)


@pytest.fixture
def plugged(town):
    """The leak, with one team sent as soon as it begins."""
    model = leaking(town, teams=1)
    order = StopLeak.model_validate({"count": 1})
    step_s = int(model.operations.stage.step_s)
    for tick in range(1, 3 * 3600 // step_s):
        model.env.run(until=tick * step_s)
        if tick * step_s == 2 * BEGINS_S:
            model.operations.submit(Command(model.now_s, "player", "stop_leak", order, 0))
    return model


def event(model, kind):
    return next(one for one in model.log if one.kind == kind)


def test_a_leak_stops_when_a_team_has_plugged_it(plugged):
    there, shut = event(plugged, "team_arrived"), event(plugged, "leak_plugged")
    stopped = event(plugged, "gas_stopped")
    takes_s = parameter("hazmat.entry").si + parameter("hazmat.plugging").si
    assert shut.t_s == pytest.approx(there.t_s + takes_s)
    assert stopped.cause == shut.id
    assert 0 <= stopped.t_s - shut.t_s <= plugged.operations.stage.step_s


def test_what_has_not_escaped_stays_in_the_tank(plugged):
    stopped = event(plugged, "gas_stopped")
    escaped_kg = MASS_KG / LASTS_S * (stopped.facts["at_s"] - BEGINS_S)
    assert stopped.facts["escaped_kg"] == pytest.approx(escaped_kg, abs=0.1)
    assert escaped_kg < 0.5 * MASS_KG
