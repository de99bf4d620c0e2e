"""A run keeps its promises: same again, nobody lost, no harm without hazard."""

import numpy as np
import pytest

from sim.agents.facade import Resident
from sim.model.disaster import PHASES
from tests.model.conftest import run_lesson


def test_a_step_goes_through_its_phases_in_the_written_order():
    assert PHASES == (
        "commands",
        "response",
        "hazards",
        "harm",
        "choices",
        "movement",
        "record",
    )


def test_same_inputs_and_seed_give_the_same_log_and_state(world, early):
    again = run_lesson(world)
    assert again.log.sha256() == early.log.sha256()
    assert again.recorder.state_sha256() == early.recorder.state_sha256()


def test_another_seed_is_another_run(world, early):
    assert run_lesson(world, seed=2).recorder.state_sha256() != early.recorder.state_sha256()


def test_everybody_is_in_exactly_one_state_at_every_tick(early):
    no_states = ("people_warned", "people_in_shelters", "people_turned_away")
    states = [key for key in early.recorder.rows[0] if key.startswith("people_")]
    states = [key for key in states if key not in no_states]
    totals = {sum(row[key] for key in states) for row in early.recorder.rows}
    assert totals == {float(early.world.people.n)}
    early.people.residents.check()


def test_without_hazard_nobody_is_hurt_and_no_road_closes(world):
    model = run_lesson(world, rain=False)
    assert model.recorder.rows[-1]["people_dead"] == 0
    assert not model.people.residents.health.any()
    assert not model.roads.closures.closed.any()


def test_without_a_plan_nobody_is_warned(world):
    model = run_lesson(world, plan=None)
    assert np.isinf(model.people.residents.warned_s).all()


def test_causes_come_before_their_effects(early):
    assert all(event.cause < event.id for event in early.log)
    closed = [event for event in early.log if event.kind == "road_closed"]
    roots = {early.log.chain(event.id)[-1].kind for event in closed}
    assert roots == {"rain_started", "levee_breached"}


def test_the_last_tick_is_recorded(early):
    assert early.recorder.rows[-1]["t_s"] == early.recorder.times_s[-1] == early.duration_s


def test_no_water_is_made_or_lost(early):
    assert abs(early.recorder.rows[-1]["mass_error_share"]) < 1e-9


def test_residents_are_mesa_agents_of_the_model(early):
    people = early.agents_by_type[Resident]
    assert len(people) == early.world.people.n
    assert next(iter(people)).unique_id == 1


@pytest.mark.parametrize("every", [4])
def test_a_sample_stands_for_everybody(world, every):
    model = run_lesson(world, plan=None, every=every)
    stood_for = model.people.residents.weight.sum()
    assert model.people.residents.n < world.people.n / 3
    assert stood_for == pytest.approx(world.people.n, abs=world.zones.n * 6)
