"""A recorded disaster is the same bit for bit, for every plan that does not work on it."""

import re
from pathlib import Path

import numpy as np
import pytest

from sim.core.kinds import ACTIONS, PREPARATIONS
from sim.hazards.base import HAZARDS, LINKS
from sim.hazards.recording import (
    EVERY_TICK,
    EVERYWHERE,
    FEEDBACK,
    Recording,
    live,
    works_on,
)
from sim.hazards.replay import FeltByHazardError
from sim.model.disaster import Disaster
from sim.model.observe import KEPT
from sim.model.recorded import record_hazards
from sim.scenario.loading import load_plan
from sim.world.layers import LAYERS
from sim.world.states import STATES
from tests.model.conftest import LESSON, lesson_scenario

#: layers of the map, which nothing in a run changes
GROUND = {
    "elevation_m",
    "manning_n",
    "infiltration_m_per_s",
    "drain_m_per_s",
    "built_share",
    "land",
    "underpass_share",
    "underpass_drop_m",
    "fuel",
    "vs30_m_per_s",
}
SIM = Path(__file__).parents[2] / "sim"


def kinds():
    """Every hazard and link whose module stands."""
    return [*HAZARDS, *LINKS]


@pytest.fixture(scope="module")
def recorded(world, tmp_path_factory):
    folder = tmp_path_factory.mktemp("recorded") / "storm"
    record_hazards(lesson_scenario(), world, 1, folder)
    return Recording.opened(folder)


def play(world, recorded, plan="early"):
    chosen = load_plan(LESSON / "plans" / f"{plan}.yaml")
    model = Disaster(lesson_scenario(), world, plan=chosen, seed=1, recorded=recorded)
    model.run()
    return model


def test_a_run_in_a_recorded_storm_is_the_live_run_bit_for_bit(world, early, recorded):
    model = play(world, recorded)
    assert model.log.sha256() == early.log.sha256()
    assert model.recorder.state_sha256() == early.recorder.state_sha256()
    assert model.recorder.rows == early.recorder.rows
    for name in HAZARDS["flood"].writes:
        np.testing.assert_array_equal(model.fields[name], early.fields[name])


def test_a_flood_draws_no_chance_so_that_all_seeds_share_it(recorded, early):
    assert recorded.about["drawn"] is False
    assert not early.hazards_drew


def test_who_pumps_the_water_away_is_told_that_a_recording_will_not_do(world, recorded):
    model = Disaster(lesson_scenario(), world, plan=None, seed=1, recorded=recorded)
    model.fields.write("pumped_m_per_s", np.zeros(world.grid.shape))
    with pytest.raises(FeltByHazardError):
        model.run()


@pytest.mark.parametrize("kind", kinds())
def test_what_a_hazard_reads_comes_from_the_map_from_hazards_or_is_known_as_feedback(kind):
    written = {name for one in kinds() for name in live(one).writes}
    assert set(live(kind).reads) <= GROUND | written | set(FEEDBACK)


def test_all_layers_that_runs_read_between_maps_are_recorded_every_tick():
    text = "".join(
        file.read_text(encoding="utf-8")
        for room in ("model", "agents", "response")
        for file in (SIM / room).rglob("*.py")
        if file.name != "write.py"
    )
    read = set(re.findall(r"fields(?:\.get\(|\[)\"(\w+)\"", text))
    assert read
    assert read <= {*EVERY_TICK, *EVERYWHERE, *FEEDBACK}
    assert set(KEPT) <= {*EVERY_TICK, *EVERYWHERE}
    assert set(FEEDBACK) <= {*LAYERS, *STATES}


def test_all_orders_that_work_on_a_hazard_are_orders_of_plans():
    orders = {order for ways in FEEDBACK.values() for order in ways}
    assert orders <= {*ACTIONS, *PREPARATIONS}


def test_orders_tell_which_hazards_a_plan_may_work_on():
    assert works_on(["issue_warning", "run_pumps"], ["power", "flood"])
    assert not works_on(["issue_warning"], ["flood"])
    assert not works_on(["run_pumps"], ["wildfire"])
