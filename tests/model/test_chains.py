"""A chain through a whole model: the ground shakes, a levee breaks, water comes into houses."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.kinds import HAZARDS, LINKS
from sim.model.disaster import Disaster
from sim.scenario.scenario import Scenario
from sim.world.tables import CHANNELS
from sim.world.world import World
from tests.model.conftest import lesson_scenario

QUAKE = {
    "id": "quake", "kind": "earthquake", "occurs_at": "1 h", "magnitude": 5.5, "fields": "median",
    "epicentre": {"x_m": 3000.0, "y_m": 2000.0}, "aftershocks": {"lasting": "0 h"},
}  # fmt: skip
RIVER: dict[str, Any] = {
    "id": "river", "kind": "flood", "borders": "open",
    "inflows": [
        {
            "id": "willow-high", "river": "willow",
            "points": [["0 h", "300 m3/s"], ["1 h", "300 m3/s"], ["4 h", "1500 m3/s"]],
        }
    ],
    "breaches": [
        {
            "id": "gap", "levee": "willow-right", "at": 0.35, "trigger": {"damage": True},
            "width": "300 m", "growth": "10 min",
        }
    ],
}  # fmt: skip


def part(stated: dict[str, Any]) -> Any:
    kind = stated["kind"]
    return {**HAZARDS, **LINKS}[kind].Params.model_validate(stated)


def chained() -> Scenario:
    """Return the lesson's town on a river in spate, a quake in the night, weak levees."""
    scenario = lesson_scenario()
    levees = {"id": "weak", "kind": "levee_damage", "median_pga": 0.3, "spread": 0.0}
    power = {
        "id": "grid", "kind": "power", "flood_depth": "20 cm", "base_station_lasts": "10 min",
        "substations": [{"id": "riverside", "at": {"x_m": 2600.0, "y_m": 1010.0}}],
    }  # fmt: skip
    return scenario.model_copy(
        update={
            "clock": scenario.clock.model_copy(update={"duration": 3 * 3600.0}),
            "hazards": (part(RIVER), part(QUAKE)),
            "chains": (part(levees), part(power)),
        }
    )


@pytest.fixture(scope="module")
def shaken(world: World) -> Disaster:
    model = Disaster(chained(), world, seed=1)
    model.run()
    return model


def test_houses_under_water_lead_back_to_the_earthquake(shaken: Disaster) -> None:
    chains = [
        [one.kind for one in shaken.log.chain(event.id)]
        for event in shaken.log
        if event.kind == "buildings_flooded"
    ]
    assert ["buildings_flooded", "levee_breached", "levee_damaged", "earthquake"] in chains


def test_the_flooded_substation_leads_back_to_the_earthquake_too(shaken: Disaster) -> None:
    failed = shaken.log.newest(("power_failed",), "riverside")
    kinds = [event.kind for event in shaken.log.chain(failed)]
    assert kinds == ["power_failed", "levee_breached", "levee_damaged", "earthquake"]


def test_warnings_by_phone_fall_silent_where_the_network_is_down(shaken: Disaster) -> None:
    works = shaken.people.population.warnings.works[:-1, CHANNELS.index("sms")]
    assert (works == ~shaken.states["zone_offline"]).all()
    assert not works.all()


def test_figures_of_every_link_are_in_the_series(shaken: Disaster) -> None:
    assert {"levees_damaged", "zones_offline"} <= set(shaken.recorder.rows[-1])
