"""What is varied fills its range, and the same disaster has the same key everywhere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.errors import InputError
from sim.evaluation.ensembles.study import StudyError, study_of
from sim.evaluation.ensembles.work import scenario_of
from sim.scenario.scenario import CellError
from sim.scenario.varying import Range, hypercube, varied_scenario
from tests.evaluation.ensembles.conftest import LESSON

YEARS = Range(id="years", at="hazards.storm.rain.return_period_years", low=10, high=100)
BREACH = Range(
    id="breach", at="hazards.storm.breaches.breach-1.trigger.time", low="3 h", high="5 h"
)


@given(n=st.integers(1, 60), seed=st.integers(0, 10**6))
def test_a_hypercube_draws_once_from_every_part_of_a_range(n, seed):
    values = [row["years"] for row in hypercube([YEARS, BREACH], n, seed)]
    share = (np.sort(values) - 10) / 90
    assert np.all(share >= np.arange(n) / n - 1e-6)
    assert np.all(share <= np.arange(1, n + 1) / n + 1e-6)


def test_one_more_range_moves_no_other():
    alone = [row["years"] for row in hypercube([YEARS], 20, 1)]
    assert [row["years"] for row in hypercube([BREACH, YEARS], 20, 1)] == alone


def test_a_logarithmic_range_has_half_its_draws_below_the_geometric_mean():
    wide = Range(id="wide", at="x", low=1, high=10_000, spread="log")
    values = [row["wide"] for row in hypercube([wide], 100, 1)]
    assert sum(value < 100 for value in values) == 50


def test_varied_places_are_set_in_the_scenario():
    found = varied_scenario(LESSON, [YEARS, BREACH], {"years": 50.0, "breach": "4.5 h"})
    assert found.hazards[0].rain.return_period_years == 50.0
    assert found.hazards[0].breaches[0].trigger.time == 4.5 * 3600


def test_a_place_that_is_not_there_is_refused_with_a_guess():
    wrong = Range(id="x", at="hazards.strom.rain.return_period_years", low=1, high=2)
    with pytest.raises(InputError, match="did you mean 'storm'"):
        varied_scenario(LESSON, [wrong], {"x": 1.5})


def test_a_value_that_the_scenario_does_not_take_is_refused():
    wrong = Range(id="x", at="clock.duration", low="-2 h", high="-1 h")
    with pytest.raises(InputError, match="does not take"):
        varied_scenario(LESSON, [wrong], {"x": "-1.5 h"})


def test_plans_share_the_disaster_and_its_seed():
    jobs = list(study_of([LESSON], ["basic", "early"], replications=2).jobs())
    assert [job.draw.replication for job in jobs] == [1, 1, 2, 2]
    assert jobs[0].draw == jobs[1].draw
    assert len({job.key for job in jobs}) == 4


def test_the_same_plan_twice_is_no_comparison():
    with pytest.raises(StudyError, match="basic"):
        study_of([LESSON], ["basic", "basic"], replications=1)


def test_another_cell_is_another_study_of_other_runs_on_another_map():
    fine, coarse = (
        study_of([LESSON], ["basic"], replications=1, cell_m=cell_m) for cell_m in (None, 50.0)
    )
    assert fine.sha256() != coarse.sha256()
    (one,), (other,) = fine.jobs(), coarse.jobs()
    assert one.key != other.key
    assert one.draw.sort != other.draw.sort
    assert [scenario_of(job).map.cell for job in (one, other)] == [25.0, 50.0]


def test_a_cell_must_be_longer_than_nothing():
    with pytest.raises(CellError, match="made from facts"):
        study_of([LESSON], ["basic"], replications=1, cell_m=-5.0)
