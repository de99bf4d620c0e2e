"""Back-casts: how rates of a strip become figures of a country, and that the scenarios ship."""

from dataclasses import replace

import numpy as np
import pytest

from sim.core.words import say
from sim.evaluation.verification import SUITES
from sim.evaluation.verification.backcasts import of_the_country, within_factor
from sim.evaluation.verification.backcasts_fires import fronts
from sim.evaluation.verification.backcasts_runs import SCENARIOS, Outcome
from sim.hazards.urban_fire_town import Spreading
from sim.scenario.loading import load_plan, load_scenario

TOWNS = ("ix-yingkou", "ix-haicheng", "viii-yingkou", "vii-counties", "vii-city")


def strip(dead):
    """A run of a strip of a thousand people a town, with so many dead in each."""
    people, none = np.full(len(TOWNS), 1000.0), np.zeros(len(TOWNS))
    return Outcome(TOWNS, people, np.array(dead, float), none, none, model=None)


def test_one_rate_everywhere_is_the_rate_of_the_country():
    assert of_the_country(strip([1, 1, 1, 1, 1])).dead == pytest.approx(8348.0)


def test_the_zone_of_ix_counts_by_its_share_of_the_area():
    toll = of_the_country(strip([10, 10, 0, 0, 0]))
    assert toll.dead == pytest.approx(8.348e6 * 0.01 * 760 / 11_645)


@pytest.mark.parametrize(("ours", "close"), [(99, True), (51, True), (49, False), (201, False)])
def test_a_factor_of_two_holds_both_ways(ours, close):
    row = within_factor("haicheng.dead", "test", 100.0, [ours], 2)
    assert row.close is close


QUICK = [check for check in SUITES["backcasts"] if check.quick]


def test_no_back_cast_that_runs_a_scenario_is_among_the_quick_checks():
    shipped = ("haicheng", "yongji")
    assert QUICK
    assert not any(check.name.startswith(shipped) for check in QUICK)


@pytest.mark.parametrize("check", QUICK, ids=lambda check: check.name)
def test_what_was_told_of_great_fires_comes_out(check):
    assert [case.title("en") for case in check.run() if not case.passed] == []


def test_fire_at_hamadas_own_pace_is_far_ahead_of_every_great_fire(monkeypatch):
    bare_wood = replace(Spreading.catalogued(), pace=1.0)
    monkeypatch.setattr(Spreading, "catalogued", classmethod(lambda cls: bare_wood))
    assert all(case.ours > 3 * case.expected for case in fronts())


@pytest.mark.parametrize("name", ["haicheng-1975", "yongji-2017"])
def test_a_back_cast_ships_with_a_plan_for_each_of_its_two_courses(name):
    folder = SCENARIOS / name
    plans = [load_plan(path) for path in sorted((folder / "plans").glob("*.yaml"))]
    assert load_scenario(folder).id == name
    assert len({plan.id for plan in plans}) == 2


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_rows_say_how_far_the_runs_lie_apart(lang):
    row = within_factor("haicheng.dead", "test", 100.0, [60, 90, 150], 2)
    assert "60 - 150" in row.title(lang)
    assert row.title(lang) != say("verify.backcast.haicheng.hurt", lang, **row.places)
