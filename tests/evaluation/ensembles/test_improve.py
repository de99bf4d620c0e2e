"""Single changes are plans that a user could write, and each is judged in the same disasters."""

import json
import re

import pytest

from sim.evaluation.ensembles.changes import changes, forewarned, without_delay
from sim.evaluation.ensembles.desk import Making
from sim.evaluation.ensembles.improve import FOREWARNED, NO_DELAY, improve
from sim.evaluation.ensembles.study import StudyError
from sim.scenario.loading import load_plan
from sim.scenario.parameters import parameter
from sim.scenario.yaml_guard import read_file
from sim.viz.improve import write_improve_report
from tests.evaluation.ensembles.conftest import LESSON, Threads, pretend


def plain(name):
    return read_file(LESSON / "plans" / f"{name}.yaml").value


@pytest.fixture(scope="module")
def tried():
    return {
        one.id: one for one in changes(plain("early"), read_file(LESSON / "scenario.yaml").value)
    }


def loaded(document, tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return load_plan(path)


def test_every_change_is_a_plan_that_can_be_loaded(tried, tmp_path):
    for change in tried.values():
        if change.where == "plan":
            assert loaded(change.document, tmp_path).id == "lesson-early"


def test_a_change_changes_one_thing_and_leaves_the_plan_as_it_was(tried):
    before = plain("early")
    after = tried["more-teams-f1"].document
    places = [row for row, clause in enumerate(before["clauses"]) if clause["id"] == "F1"]
    assert after["clauses"][places[0]]["with"]["count"] == 2
    after["clauses"][places[0]]["with"]["count"] = 1
    assert after == before


def test_a_trigger_on_a_colour_comes_one_colour_sooner(tried, tmp_path):
    plan = loaded(tried["earlier-trigger-l3"].document, tmp_path)
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
    found = improve(study.folders[0], "basic", "dead", tmp_path, quick, replications=2)
    assert all(one.gain == pytest.approx(1.0) for one in found.effects)
    per_cost = [one.per_cost for one in found.effects]
    assert per_cost == sorted(per_cost, reverse=True)
    assert set(found.limits) == {NO_DELAY, FOREWARNED}


@pytest.mark.slow
def test_the_page_names_the_best_change_the_limits_and_the_roads_in_both_languages(study, tmp_path):
    """One more team spares 50 people being caught in each disaster, no other change does."""

    def helps(job, recordings, *, live):
        finished = pretend(job, recordings, live=live)
        saved = job.plan.startswith(("more-teams", "forewarned"))
        finished.figures[0] = ("caught", 500.0 + job.draw.seed % 3 - 50.0 * saved, "1", "")
        finished.figures.append(("clearance_95", 90.0, "min", ""))
        return finished

    helped = Making(Threads(), run=helps)
    found = improve(study.folders[0], "early", "caught", tmp_path, helped, replications=20)
    best = found.effects[0]
    assert best.change.id == "more-teams-f1"
    assert best.gain_range == pytest.approx((50.0, 50.0))
    assert found.clearance_s["early"] == 5400.0
    assert 60.0 < found.road.bound.at_least_s < 5400.0
    write_improve_report(found, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
    assert "F1 “Rescue those caught”: 2 teams instead of 1: Better." in page
    assert "needs 90 min in the median disaster" in page
    assert "物理极限" in page


def test_a_figure_without_a_better_side_cannot_judge_a_plan(tmp_path):
    with pytest.raises(StudyError, match="rain_depth"):
        improve(LESSON, "basic", "rain_depth", tmp_path, Making(), replications=2)


def test_goods_outside_come_half_the_way_nearer_and_bases_get_one_more_unit():
    scenario = {
        "relief": {"stocks": [{"outside": "city"}, {"outside": "province", "travel": "3 h"}]},
        "forces": [{"kind": "fire_engine", "at": "fire", "count": 3}],
    }
    found = {one.id: one for one in changes(plain("basic"), scenario)}
    nearer = [found[f"nearer-stock-{place}"].document["relief"] for place in ("city", "province")]
    assert nearer[0]["stocks"][0]["travel"] == "45 min"
    assert nearer[1]["stocks"][1]["travel"] == "1.5 h"
    assert found["more-units-fire-engine-fire-1"].document["forces"][0]["count"] == 4
