"""Railway crossings, as a scenario states them."""

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.scenario.crossings import Crossing
from tests.model.conftest import lesson_with

TIMES = "every: 10 min, shut: 5 min"


def crossed(tmp_path, crossing):
    """Return the lesson's scenario with one crossing."""
    return lesson_with(tmp_path, f"crossings:\n  - {crossing}\n")


def test_a_crossing_has_its_timetable_and_its_halted_trains(tmp_path):
    halted = "blocked: [{from: 3 h, to: 5 h}]"
    scenario = crossed(tmp_path, f"{{id: east, at: wl-station, {TIMES}, {halted}}}")
    (crossing,) = scenario.crossings
    assert (crossing.every, crossing.shut, crossing.open_share) == (600.0, 300.0, 0.5)
    blocked = [crossing.is_blocked(hours * 3600.0) for hours in (2.9, 3.0, 4.9, 5.0)]
    assert blocked == [False, True, True, False]


@pytest.mark.parametrize(
    ("crossing", "says"),
    [
        ("{id: e, at: wl-station, every: 5 min, shut: 5 min}", r"shut 5 min is not < every 5 min"),
        (f"{{id: e, {TIMES}}}", "one of these is needed: at, spot"),
        ("{id: e, at: wl-station, every: 5 min}", r"crossings\[0\]\.shut.*missing"),
        (f"{{id: e, at: wl-statoin, {TIMES}}}", "did you mean 'wl-station'"),
        (
            f"{{id: e, at: wl-station, {TIMES}, blocked: [{{from: 5 h, to: 3 h}}]}}",
            r"blocked\[0\].*3 h 00 min is not > 5 h 00 min",
        ),
        (
            f"{{id: e, at: wl-station, {TIMES}, blocked: [{{from: 900 h, to: 901 h}}]}}",
            r"blocked\[0\]\.from",
        ),
    ],
)
def test_what_is_wrong_with_a_crossing_is_told_with_its_place(tmp_path, crossing, says):
    with pytest.raises(InputError, match=says):
        crossed(tmp_path, crossing)


def test_the_mean_wait_is_that_of_people_who_come_evenly_over_a_cycle():
    crossing = Crossing(id="e", at="p", every=900.0, shut=240.0)
    came_s = (np.arange(100_000) + 0.5) * crossing.every / 100_000
    waited_s = np.maximum(crossing.shut - came_s, 0.0)  # the barrier goes down as the cycle begins
    assert crossing.wait_s == pytest.approx(waited_s.mean(), rel=1e-6)
