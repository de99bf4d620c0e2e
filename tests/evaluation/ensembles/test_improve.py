"""Single changes are plans that a user could write, and each is judged in the same disasters."""

import json
import re

import pytest

from sim.evaluation.cover import buildings_in_reach
from sim.evaluation.ensembles.change import AsItIs
from sim.evaluation.ensembles.changes import changes, forewarned, without_delay
from sim.evaluation.ensembles.changes_of_means import new_station
from sim.evaluation.ensembles.desk import Making
from sim.evaluation.ensembles.improve import FOREWARNED, NO_DELAY, improve
from sim.evaluation.ensembles.options import StudyOptions
from sim.evaluation.ensembles.study import StudyError
from sim.model.build import world_of
from sim.response.supply.means import docks_of, fleets_of, stocks_of
from sim.scenario.loading import load_plan, load_scenario
from sim.scenario.parameters import parameter
from sim.scenario.scenario import Scenario
from sim.scenario.stocks import Relief
from sim.scenario.yaml_guard import read_file
from sim.viz.improve import write_improve_report
from tests.evaluation.ensembles.conftest import LESSON, Threads, pretend


def plain(name):
    return read_file(LESSON / "plans" / f"{name}.yaml").value


@pytest.fixture(scope="module")
def town():
    return world_of(load_scenario(LESSON), LESSON)


@pytest.fixture(scope="module")
def tried(town):
    now = AsItIs(plain("early"), read_file(LESSON / "scenario.yaml").value, town)
    return {one.id: one for one in changes(now)}


def loaded(document, tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return load_plan(path)


def test_every_change_is_files_that_can_be_loaded(tried, tmp_path):
    for change in tried.values():
        assert change.plan is not None or change.scenario is not None
        if change.plan is not None:
            assert loaded(change.plan, tmp_path).id == "lesson-early"
        if change.scenario is not None:
            assert Scenario.model_validate(change.scenario).id == "lesson-town"


def test_a_change_changes_one_thing_and_leaves_the_plan_as_it_was(tried):
    before = plain("early")
    after = tried["more-teams-f1"].plan
    places = [row for row, clause in enumerate(before["clauses"]) if clause["id"] == "F1"]
    assert after["clauses"][places[0]]["with"]["count"] == 2
    after["clauses"][places[0]]["with"]["count"] = 1
    assert after == before


def test_a_trigger_on_a_colour_comes_one_colour_sooner(tried, tmp_path):
    plan = loaded(tried["earlier-trigger-l3"].plan, tmp_path)
    assert plan.clauses[0].when.warning_received.level == "yellow"


def test_a_change_costs_what_the_catalogue_says(tried):
    assert tried["more-buses-b1"].cost == 2 * parameter("improve.bus").value


def test_without_delay_every_post_decides_at_once(tmp_path):
    plan = loaded(without_delay(plain("basic")), tmp_path)
    assert {post.decides_within for post in plan.posts} == {0.0}


def test_forewarned_waits_for_other_clauses_and_for_people_in_distress_only(tmp_path):
    plan = {clause.id: clause for clause in loaded(forewarned(plain("basic")), tmp_path).clauses}
    assert plan["S1"].when.time.after == 0.0
    assert plan["E1"].when.clause.id == "S1"
    assert plan["F1"].when.reported.event == "people_stranded"


def test_changes_are_ranked_by_gain_per_cost(study, tmp_path):
    quick = Making(Threads(), run=pretend)
    found = improve(
        study.folders[0], "basic", "dead", tmp_path, quick, StudyOptions(replications=2)
    )
    of_plans = [one for one in found.effects if one.change.scenario is None]
    assert all(one.gain == pytest.approx(1.0) for one in of_plans)
    per_cost = [one.per_cost for one in found.effects]
    assert per_cost == sorted(per_cost, reverse=True)
    assert set(found.limits) == {NO_DELAY, FOREWARNED}


@pytest.mark.slow
def test_the_page_names_the_best_change_the_limits_and_the_roads_in_both_languages(study, tmp_path):
    """One more team spares 50 people being caught in each disaster, no other change does."""

    def helps(job, recordings, *, live):
        finished = pretend(job, recordings, live=live)
        one_more = b"forces" in job.draw.inputs.files["scenario.yaml"]
        saved = one_more or job.plan == "forewarned"
        finished.figures[0] = ("caught", 500.0 + job.draw.seed % 3 - 50.0 * saved, "1", "")
        finished.figures.append(("clearance_95", 90.0, "min", ""))
        return finished

    helped = Making(Threads(), run=helps)
    found = improve(
        study.folders[0], "early", "caught", tmp_path, helped, StudyOptions(replications=20)
    )
    best = found.effects[0]
    assert best.change.id == "more-teams-f1"
    assert best.gain_range == pytest.approx((50.0, 50.0))
    assert found.clearance_s["early"] == 5400.0
    assert 60.0 < found.road.bound.at_least_s < 5400.0
    write_improve_report(found, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
    assert "2 teams instead of 1, one more of them standing ready. Better." in page
    assert "needs 90 min in the median disaster" in page
    assert "物理极限" in page


def test_a_figure_without_a_better_side_cannot_judge_a_plan(tmp_path):
    with pytest.raises(StudyError, match="rain_depth"):
        improve(LESSON, "basic", "rain_depth", tmp_path, Making(), StudyOptions(replications=2))


def test_goods_outside_come_half_the_way_nearer_and_bases_get_one_more_unit(town):
    stocks = [{"outside": "city"}, {"outside": "province", "travel": "3 h"}]
    scenario = {
        "relief": {"stocks": stocks},
        "forces": [{"kind": "fire_engine", "at": "fire", "count": 3}],
    }
    found = {one.id: one for one in changes(AsItIs(plain("early"), scenario, town))}
    nearer = [found[f"nearer-stock-{place}"].scenario["relief"] for place in ("city", "province")]
    assert nearer[0]["stocks"][0]["travel"] == "45 min"
    assert nearer[1]["stocks"][1]["travel"] == "1.5 h"
    assert found["more-units-fire-engine-fire-1"].scenario["forces"][0]["count"] == 4


def test_one_more_team_is_sent_and_stands_ready(tried):
    change = tried["more-teams-f1"]
    assert change.scenario["forces"] == [{"kind": "water_rescue", "at": "command"}]


def test_half_the_kits_of_the_depot_go_to_a_shelter_and_nothing_else_changes(tried, town):
    relief = Relief.model_validate(tried["nearer-stock-depot"].scenario["relief"])
    found = {one.at: one.kits for one in stocks_of(relief, town.facilities)}
    shelter = next(place for place in found if place.startswith("shelter"))
    assert found == {"depot": 100, shelter: 100}
    assert fleets_of(relief, town.facilities) == fleets_of(Relief(), town.facilities)


def test_a_second_dock_is_one_more_than_the_depots_area_makes(tried, town):
    relief = Relief.model_validate(tried["second-dock-depot"].scenario["relief"])
    (before,), (after,) = (stocks_of(one, town.facilities) for one in (Relief(), relief))
    assert docks_of(after, town.facilities) == docks_of(before, town.facilities) + 1
    assert (after.kits, after.at) == (before.kits, before.at)


def test_docks_and_trucks_are_not_tried_on_a_plan_that_sends_no_goods(town):
    now = AsItIs(plain("basic"), read_file(LESSON / "scenario.yaml").value, town)
    assert not any(one.id.startswith(("second-dock", "nearer")) for one in changes(now))


def test_a_new_fire_station_stands_where_no_engine_is_within_five_minutes(town):
    plan = plain("basic")
    plan["clauses"][-1] |= {"do": "fight_fire", "with": {"zones": "all", "count": 2}}
    (station,) = new_station(AsItIs(plan, {}, town))
    (force,) = Scenario.model_validate(
        {**read_file(LESSON / "scenario.yaml").value, **station.scenario}
    ).forces
    before = buildings_in_reach(town, minutes=5.0)
    assert buildings_in_reach(town, [force], minutes=5.0) > before
