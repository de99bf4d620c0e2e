"""What an audit finds in plans: what their texts leave open, and what they say in two ways."""

from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.scenario.audit import SORTS, audit, read_plans
from sim.scenario.audit_gaps import sort_of
from sim.scenario.audit_read import Audited, Remark

ROOT = Path(__file__).parents[2] / "scenarios"
WRITTEN = sorted((*ROOT.glob("*/plans/written.yaml"), ROOT / "tiexi-storm/plans/current.yaml"))

HEAD = """\
format: shapan/plan/1
id: {id}
title: {{en: Made up, zh: 虚构}}
document: "A made-up plan"
posts:
  - {{id: chief, title: {{en: "{post}", zh: "{post}"}}, level: county{reports}}}
  - {{id: above, title: {{en: City office, zh: City office}}, level: county}}
clauses:
"""
LEVEL = """\
  - id: {id}
    title: {{en: Level, zh: 级别}}
    when: {{forecast_rain: {{over: 3 h, at_least: {rain} mm}}}}
    post: chief
    do: set_response_level
    with: {{level: {level}}}
    within: {within}
    source: {{section: "1", text: "level {level} at {rain} mm"}}
    assumed: [{assumed}]
"""
GOODS = """\
  - id: {id}
    title: {{en: Goods, zh: 物资}}
    when: {{time: {{after: 1 h}}}}
    post: chief
    do: send_supplies
    with: {{depots: all, shelters: open}}
    within: {within}
    source: {{section: "2", text: "goods within {within}"}}
"""
TARGETS = """\
format: shapan/targets/1
id: targets
title: {{en: Made up, zh: 虚构}}
document: "A made-up plan"
targets:
  - id: warned
    title: {{en: Warned, zh: 预警}}
    kind: simulated
    kpi: warning_coverage
    at_least: {warned}
    unit: "1"
    source: {{section: "3", text: "{warned} of the public"}}
  - id: relief
    title: {{en: Relief, zh: 救助}}
    kind: simulated
    kpi: relief_last
    at_most: {hours}
    unit: h
    source: {{section: "3", text: "{hours} h"}}
"""


def level(name: str, level: str, rain: int, within: str = "30 min", assumed: str = "") -> str:
    return LEVEL.format(id=name, level=level, rain=rain, within=within, assumed=assumed)


def plan(folder: Path, *clauses: str, post: str = "Chief", reports: str = "") -> Audited:
    folder.mkdir(parents=True, exist_ok=True)
    head = HEAD.format(id=folder.name, post=post, reports=reports)
    (folder / "plan.yaml").write_text(head + "".join(clauses), encoding="utf-8")
    return read_plans([folder])[0]


def found(remarks: list[Remark], *, gaps: bool = False) -> list[tuple[str, str]]:
    """Return (sort, clause) of contradictions, and of vague promises too when asked."""
    return [(one.sort, one.clause) for one in remarks if gaps or not one.sort.startswith("no_")]


@pytest.mark.parametrize(
    ("place", "sort"),
    [
        ("post", "no_post"),
        ("within", "no_time"),
        ("when.forecast_rain.at_least", "no_trigger"),
        ("with.count", "no_resource"),
        ("with", "no_resource"),
        ("with.zones", "no_place"),
        ("with.level", "no_manner"),
    ],
)
def test_an_assumption_tells_by_its_place_what_the_text_left_open(place: str, sort: str) -> None:
    assert sort_of(place) == sort


def test_each_remark_stands_at_its_clause_with_the_plans_own_sentence(tmp_path: Path) -> None:
    one = plan(tmp_path / "a", level("L4", "IV", 50, assumed="within, when.forecast_rain.at_least"))
    remarks = audit([one])
    assert found(remarks, gaps=True) == [("no_time", "L4"), ("no_trigger", "L4")]
    assert [remark.line for remark in remarks] == [9, 9]
    assert {remark.sentence for remark in remarks} == {"level IV at 50 mm"}
    assert "assumed within: 30 min" in remarks[0].problem.says


def test_a_clause_without_a_time_promises_nothing(tmp_path: Path) -> None:
    text = level("L4", "IV", 50).replace("    within: 30 min\n", "")
    assert found(audit([plan(tmp_path / "a", text)]), gaps=True) == [("no_time", "L4")]


def test_a_clause_that_states_everything_is_not_remarked_on(tmp_path: Path) -> None:
    assert audit([plan(tmp_path / "a", level("L4", "IV", 50))]) == []


def test_a_higher_level_must_need_more_than_a_lower_one(tmp_path: Path) -> None:
    upside_down = plan(tmp_path / "a", level("L4", "IV", 80), level("L2", "II", 50))
    assert found(audit([upside_down])) == [("level_order", "L2")]
    assert found(audit([plan(tmp_path / "b", level("L4", "IV", 50), level("L2", "II", 80))])) == []


def test_one_duty_with_two_times_is_found(tmp_path: Path) -> None:
    twice = plan(tmp_path / "a", level("L4", "IV", 50), level("M4", "IV", 50, "1 h"))
    assert found(audit([twice])) == [("two_times", "M4")]


def test_a_clause_later_than_the_target_of_its_own_text_is_found(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "targets.yaml").write_text(TARGETS.format(warned=0.9, hours=10))
    late = plan(tmp_path / "a", GOODS.format(id="G1", within="12 h"))
    assert found(audit([late])) == [("late_promise", "G1")]


def test_a_district_is_held_against_its_city(tmp_path: Path) -> None:
    for name, warned in (("city", 1.0), ("district", 0.92)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "targets.yaml").write_text(TARGETS.format(warned=warned, hours=10))
    city = plan(tmp_path / "city", level("C4", "IV", 50), post="City office")
    district = plan(tmp_path / "district", level("L4", "IV", 80, "1 h"))
    assert set(found(audit([district], city))) == {
        ("two_commands", "L4"),
        ("two_times", "L4"),
        ("two_thresholds", "L4"),
        ("weaker_promise", "warned"),
    }


def test_a_level_that_two_plans_begin_at_two_colours_is_found(tmp_path: Path) -> None:
    rain = "{forecast_rain: {over: 3 h, at_least: 50 mm}}"
    colours = [
        level("L4", "IV", 50).replace(rain, f"{{warning_received: {{level: {colour}}}}}")
        for colour in ("blue", "orange")
    ]
    city = plan(tmp_path / "city", colours[0], post="City office")
    district = plan(tmp_path / "district", colours[1], reports=", reports_to: above")
    remarks = audit([district], city)
    assert found(remarks) == [("two_thresholds", "L4")]
    assert "begins at orange (warning_received any), but at blue" in remarks[0].problem.says


def test_a_district_that_fits_its_city_is_not_remarked_on(tmp_path: Path) -> None:
    city = plan(tmp_path / "city", level("C4", "IV", 50), post="City office")
    fits = plan(tmp_path / "district", level("L4", "IV", 50), reports=", reports_to: above")
    assert audit([fits], city) == []


def test_an_assumption_contradicts_nothing(tmp_path: Path) -> None:
    city = plan(tmp_path / "city", level("C4", "IV", 50), post="City office")
    open_text = level("L4", "IV", 80, "1 h", assumed="post, within, when")
    assert found(audit([plan(tmp_path / "district", open_text)], city)) == []


def test_a_folder_without_a_plan_is_said_to_hold_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no plan"):
        read_plans([tmp_path])


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.parent.parent.name)
def test_the_written_plans_leave_open_who_acts_when_but_do_not_contradict(path: Path) -> None:
    """All five texts are plans for building a system: none names a trigger's figure."""
    one = read_plans([path])[0]
    remarks = audit([one])
    without_trigger = {remark.clause for remark in remarks if remark.sort == "no_trigger"}
    assert without_trigger == {clause.id for clause in one.plan.clauses}
    assert found(remarks) == []
    assert {remark.sort for remark in remarks} <= set(SORTS)
    assert all(remark.sentence for remark in remarks)
