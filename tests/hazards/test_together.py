"""Several hazards of one kind in one run: nobody overwrites what another has written."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.hazards.base import HAZARDS, LINKS, Surroundings
from sim.hazards.recording import Recording, record
from sim.hazards.replay import replayed
from sim.hazards.together import furthest, hazards_of
from sim.hazards.wildfire import Wildfire
from sim.scenario.base import HazardParams
from sim.world.layers import LAND_CLASSES, LAYERS
from sim.world.maps.plain import plain_world
from sim.world.states import FIRE_STATES, STATES

N, CELL_M = 40, 30.0
HOUR = 3600.0


def meadow() -> Surroundings:
    world = plain_world(np.zeros((N, N)), cell_m=CELL_M)
    world.layers.write("land", np.full((N, N), LAND_CLASSES.index("grass")))
    return Surroundings.alone_on(world)


def fire(name: str, x_m: float, time: str = "0 s") -> HazardParams:
    stated: dict[str, Any] = {
        "id": name,
        "kind": "wildfire",
        "weather": [
            {"temperature_c": 24.0, "humidity": 0.3, "wind": "2 m/s", "wind_from_deg": 270.0}
        ],
        "ignitions": [{"id": f"{name}-start", "at": {"x_m": x_m, "y_m": 605.0}, "time": time}],
        "spotting": False,
    }
    return Wildfire.Params.model_validate(stated)


def burnt(
    around: Surroundings, *fires: HazardParams, to_s: float = HOUR, ticks: int = 1
) -> dict[str, np.ndarray]:
    hazards = list(hazards_of(fires, around))
    for tick in range(1, ticks + 1):
        for hazard in hazards:
            hazard.advance(to_s * tick / ticks)
    return {name: around.fields[name].copy() for name in Wildfire.writes}


def test_two_fires_burn_as_each_alone_whichever_comes_first() -> None:
    one, two = fire("one", 305.0), fire("two", 905.0, "10 min")
    both, first, second = (burnt(meadow(), *fires) for fires in ((one, two), (one,), (two,)))
    earlier = np.minimum(first["fire_arrival_s"], second["fire_arrival_s"])
    np.testing.assert_array_equal(both["fire_arrival_s"], earlier)
    came_first = first["fire_arrival_s"] <= second["fire_arrival_s"]
    flames = np.where(came_first, first["flame_length_m"], second["flame_length_m"])
    np.testing.assert_array_equal(both["flame_length_m"], flames)


def test_the_order_of_two_fires_in_the_file_does_not_matter() -> None:
    one, two = fire("one", 305.0), fire("two", 905.0, "10 min")
    for name, layer in burnt(meadow(), one, two).items():
        np.testing.assert_array_equal(layer, burnt(meadow(), two, one)[name])


def test_smoke_of_two_fires_adds_up() -> None:
    one, two = fire("one", 305.0), fire("two", 905.0)
    both, first, second = (burnt(meadow(), *fires) for fires in ((one, two), (one,), (two,)))
    smoke = first["smoke_kg_per_m3"] + second["smoke_kg_per_m3"]
    np.testing.assert_allclose(both["smoke_kg_per_m3"], smoke, rtol=1e-6)


def test_figures_of_two_fires_are_told_once_and_together() -> None:
    around = meadow()
    hazards = list(hazards_of((fire("one", 305.0), fire("two", 905.0)), around))
    for hazard in hazards:
        hazard.advance(600.0)
    told = [hazard.report().get("burnt_m2") for hazard in hazards]
    alone = [burnt(meadow(), fire("one", x_m), to_s=600.0) for x_m in (305.0, 905.0)]
    cells = sum(int(np.isfinite(layers["fire_arrival_s"]).sum()) for layers in alone)
    assert told == [None, pytest.approx(cells * CELL_M**2)]


def test_two_recorded_fires_are_played_as_they_burnt(tmp_path: Any) -> None:
    fires = (fire("one", 305.0), fire("two", 905.0, "10 min"))
    times_s = [300.0 * tick for tick in range(1, 7)]
    record(fires, meadow(), tmp_path / "two", times_s=times_s, kept_s=times_s,
           looked_at=np.zeros(0, np.int64))  # fmt: skip
    around = meadow()
    played = replayed(Recording.opened(tmp_path / "two"), around)
    for _ in times_s:
        for hazard in played:
            hazard.advance(0.0)
    for name, layer in burnt(meadow(), *fires, to_s=times_s[-1], ticks=6).items():
        np.testing.assert_array_equal(around.fields[name], layer, err_msg=name)


def test_a_second_shock_finds_what_the_first_has_weakened() -> None:
    def quake(name: str, at: str, magnitude: float) -> HazardParams:
        stated = dict(HAZARDS["earthquake"].example) | {"id": name, "occurs_at": at}
        return HAZARDS["earthquake"].Params.model_validate(stated | {"magnitude": magnitude})

    strongest = {}
    for name, shocks in {
        "both": (quake("fore", "0 s", 5.5), quake("main", "10 min", 6.5)),
        "fore": (quake("fore", "0 s", 5.5),),
        "main": (quake("main", "10 min", 6.5),),
    }.items():
        around = meadow()
        for hazard in list(hazards_of(shocks, around)):
            hazard.advance(HOUR)
        strongest[name] = around.fields["pga_m_per_s2"].copy()
    larger = np.maximum(strongest["fore"], strongest["main"])
    np.testing.assert_array_equal(strongest["both"], larger)


def test_two_fires_in_a_house_leave_it_as_the_one_that_went_further() -> None:
    none, burning, burnt_out, put_out = map(FIRE_STATES.index, FIRE_STATES)
    one = np.array([none, burning, burnt_out, put_out, put_out], np.uint8)
    two = np.array([none, none, burning, burning, none], np.uint8)
    assert furthest([one, two], ()).tolist() == [none, burning, burnt_out, burning, put_out]


#: what hazards change in place, in one page for all of them
IN_PLACE = {
    "poured_m_per_s",
    "building_damage",
    "building_collapsed",
    "road_free_m",
    "road_down",
    "facility_damaged",
    "facility_out",
    "facility_dry",
    "levee_damaged",
    "zone_unpowered",
    "zone_offline",
}


def test_every_layer_and_state_says_how_several_hazards_share_it() -> None:
    written = {name for kinds in (HAZARDS, LINKS) for kind in kinds for name in kinds[kind].writes}
    joined = {name for name in written if (LAYERS.get(name) or STATES[name]).joins}
    assert written - joined == IN_PLACE
