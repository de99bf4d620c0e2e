"""Ids that stand twice or nowhere, clauses that wait for each other, marks of nothing."""

import pytest

from sim.scenario.map_names import facility_names


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("post: chief", "post: cheif", "'cheif' is not the id of any post; known: chief, duty"),
        ("reports_to: duty", "reports_to: dutie", "did you mean 'duty'?"),
        ("after: [W1]", "after: [W9]", "'W9' is not the id of any clause"),
        ("clause: {id: W1}", "clause: {id: W7}", "'W7' is not the id of any clause"),
        ("- id: R1", "- id: W1", "'W1' stands twice in clauses; first on line 15"),
        ("- id: chief", "- id: duty", "'duty' stands twice in posts; first on line 6"),
        ("after: [W1]", "after: [R1]", "waits for itself: R1 -> R1"),
        ("    within: 15 min", "    after: [R1]", "waits for itself: W1 -> R1 -> W1"),
        ("assumed: [when.forecast_rain.at_least]", "assumed: [when.rain]", "names nothing"),
    ],
)
def test_a_reference_that_cannot_be_followed_is_named(broken, plan, old, new, says) -> None:
    assert old in plan
    assert says in "\n".join(broken.says(plan.replace(old, new, 1)))


def test_a_circle_of_clauses_is_told_once(broken, plan) -> None:
    told = broken.says(plan.replace("    within: 15 min", "    after: [R1]"))
    assert len(told) == 1


def test_a_plan_is_checked_against_the_map_of_the_scenario_beside_it(
    broken, plan, tmp_path
) -> None:
    (tmp_path / "scenario.yaml").write_text("map: {facts: facts.yaml}")
    (tmp_path / "facts.yaml").write_text("waterlogging: [{id: wl-north}]\ntowns: [{id: east}]")
    told = broken.says(plan)
    assert "'p1' is not the id of any point of the map; known: wl-north" in told[0]


TARGETS = """\
format: shapan/targets/1
id: small
title: {en: Small, zh: 小}
document: "A plan"
targets:
  - id: warned
    title: {en: Warned, zh: 预警}
    kind: simulated
    kpi: warning_coverage
    at_least: 0.92
    unit: "1"
    source: {section: "2", text: "92%"}
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("kpi: warning_coverage", "kpi: warning_cover", "did you mean 'warning_coverage'?"),
        ('unit: "1"', 'unit: "%"', "'%' is not the unit of warning_coverage, which is '1'"),
        ("at_least: 0.92", "at_least: 0.92\n    at_most: 1", "found at_least, at_most"),
        ("    kpi: warning_coverage\n", "", "a simulated target needs its kpi"),
    ],
)
def test_a_target_names_a_figure_that_runs_know(broken, old, new, says) -> None:
    assert broken.says(TARGETS) == []
    assert says in "\n".join(broken.says(TARGETS.replace(old, new)))


def test_a_group_of_several_facilities_is_known_by_its_numbers_as_the_map_will_have_it() -> None:
    facts = {
        "facilities": [{"id": "school", "count": 2}, {"id": "depot"}],
        "waterlogging": [{"id": "dip", "pump": "1 m3/s"}, {"id": "ford"}],
    }
    assert facility_names(facts) == ["school-1", "school-2", "depot", "pump-dip"]
