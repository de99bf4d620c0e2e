"""A scenario's own numbers stand in place of the catalogue's, in the file, the map and the run."""

import shutil

import pytest

from sim.core.errors import InputError
from sim.evaluation.ensembles.study import study_of
from sim.evaluation.ensembles.work import run_job
from sim.model.build import MAP_TOPICS, map_cache
from sim.scenario.facts import load_facts
from sim.scenario.loading import check_file, load_scenario
from sim.scenario.parameters import (
    all_parameters,
    own_parameters,
    parameter,
    parameters_in_force,
)
from sim.scenario.scenario import Watch
from sim.scenario.varying import Range, varied_scenario
from sim.world.maps.generator import make_map
from tests.evaluation.ensembles.conftest import LESSON, short_lesson


def stating(folder, text):
    file = folder / "scenario.yaml"
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")
    return folder


@pytest.fixture
def lesson(tmp_path):
    shutil.copytree(LESSON, tmp_path / "lesson")
    return tmp_path / "lesson"


def test_a_scenario_states_a_row_in_any_unit_of_its_dimension(lesson):
    found = load_scenario(stating(lesson, "parameters: {movement.walking_speed: 3.6 km/h}\n"))
    assert found.parameters == {"movement.walking_speed": 1.0}


def test_a_row_that_is_not_there_is_refused_with_a_guess(lesson):
    with pytest.raises(InputError, match=r"did you mean 'movement.walking_speed'"):
        load_scenario(stating(lesson, "parameters: {movement.walkin_speed: 1 m/s}\n"))


def test_a_number_without_its_unit_is_refused(lesson):
    with pytest.raises(InputError, match=r"1\.5 needs its unit"):
        load_scenario(stating(lesson, "parameters: {movement.walking_speed: 1.5}\n"))


def test_a_value_outside_the_row_s_range_is_a_warning(lesson):
    checked = check_file(
        stating(lesson, "parameters: {movement.walking_speed: 9 m/s}\n") / "scenario.yaml"
    )
    assert not checked.errors
    assert "movement.walking_speed" in str(checked.warnings[0])


def test_defaults_of_a_part_are_the_scenario_s_own():
    usual = parameter("run.watch_depth")
    with own_parameters({"run.watch_depth": 2 * usual.value}):
        assert Watch(point="station").depth == 2 * usual.si
    assert Watch(point="station").depth == usual.si


def test_the_catalogue_is_itself_again_afterwards():
    with own_parameters({"buildings.sill": 0.5}) as asked:
        assert parameter("buildings.sill").value == 0.5
        assert asked == {"buildings.sill"}
    assert parameter("buildings.sill").value != 0.5
    assert parameters_in_force() == {}


def test_a_range_may_lie_over_a_row_of_the_catalogue():
    walk = Range(id="walk", at="parameters.movement.walking_speed", low="0.8 m/s", high="1.4 m/s")
    found = varied_scenario(LESSON, [walk], {"walk": "0.9 m/s"})
    assert found.parameters == {"movement.walking_speed": 0.9}


def test_a_map_made_from_facts_asks_for_rows_of_its_own_topics_only():
    with own_parameters({"buildings.sill": 0.5}) as asked:
        make_map(load_facts(LESSON / "facts.yaml"), cell_m=50.0, seed=1)
    assert {key.split(".")[0] for key in asked} <= set(MAP_TOPICS)


def test_another_number_for_maps_makes_another_map_and_no_other_number_does():
    scenario = load_scenario(LESSON)
    as_it_is = map_cache(scenario, LESSON)
    with own_parameters({"buildings.sill": 0.5}):
        assert map_cache(scenario, LESSON) == as_it_is
    with own_parameters({"map.park_share": 0.2}):
        assert map_cache(scenario, LESSON) != as_it_is


def test_every_row_can_be_stated_at_its_own_value():
    values = {row.key: float(row.value) for row in all_parameters()}
    with own_parameters(values):
        assert all(parameter(row.key) == row for row in all_parameters())


@pytest.mark.slow
def test_water_comes_into_more_houses_over_lower_doors_in_the_run_of_a_study(tmp_path):
    usual = short_lesson(tmp_path / "usual", "1 h")
    lower = stating(short_lesson(tmp_path / "lower", "1 h"), "parameters: {buildings.sill: 1 mm}\n")
    found = {}
    for place in (usual, lower):
        (job,) = study_of([place], ["early"], replications=1, every=20).jobs()
        figures = run_job(job, tmp_path / f"{place.name}-recorded", live=False).figures
        found[place.name] = {kpi: value for kpi, value, *_ in figures}["buildings_flooded"]
    assert found["lower"] > found["usual"]
