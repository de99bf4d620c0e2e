"""Facts say where they come from, and what is wrong with them is told at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from sim.core.errors import InputError
from sim.scenario.base import Title
from sim.scenario.facts import Ages, Area, Facts, Group, load_facts

TIEXI = Path(__file__).parents[2] / "scenarios" / "tiexi-storm"


def test_tiexi_holds_its_census_its_streets_and_its_communities() -> None:
    facts = load_facts(TIEXI)
    assert facts.residents.people == 1_335_935
    assert len(facts.towns) == 15
    assert sum(len(town.communities) for town in facts.towns) == 248


def test_tiexi_has_the_depots_shelters_teams_and_points_of_its_plan() -> None:
    groups = {group.id: group for group in load_facts(TIEXI).facilities}
    assert [groups[name].area_m2 for name in ("depot-630", "depot-1000")] == [630, 1000]
    assert [groups[name].capacity for name in ("depot-630", "depot-1000")] == [502, 798]
    assert groups["shelter"].count == 30
    teams = [groups[f"team-{name}"] for name in ("district", "street", "social")]
    assert [(team.count, team.total_capacity) for team in teams] == [(30, 2363), (17, 563), (1, 40)]
    assert len(load_facts(TIEXI).waterlogging) == 6


def test_depot_kits_are_shared_by_floor_area() -> None:
    assert round(1300 * 630 / 1630) == 502


def test_what_no_source_states_is_listed_as_assumed() -> None:
    facts = load_facts(TIEXI)
    assert "rivers[hun].levees" in facts.assumptions()
    assert "residents" not in facts.assumptions()
    assert any("census" in source["en"] for source in facts.sources())


def test_a_source_may_be_named_in_both_languages_or_as_it_stands() -> None:
    both = {"en": "a book", "zh": "一本书"}
    assert Area.model_validate({"km2": 10.0, "source": both}).source == Title(**both)
    assert Area.model_validate({"km2": 10.0, "source": "a book"}).source == "a book"


@pytest.mark.parametrize("stated", [{}, {"source": "a book", "assumed": True}])
def test_a_part_names_its_source_or_is_an_assumption(stated: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="name its source, or write 'assumed: true'"):
        Area.model_validate({"km2": 10.0, **stated})


def test_age_shares_must_be_whole() -> None:
    shares = {"0-14": 0.2, "15-59": 0.6, "60-79": 0.2, "80+": 0.1}
    with pytest.raises(ValidationError, match=r"add up to 1\.1000, not to 1"):
        Ages.model_validate({"shares": shares, "from_65": 0.2, "assumed": True})


def test_a_group_has_one_kind_of_capacity() -> None:
    group = {"id": "g", "kind": "shelter", "name": {"en": "G", "zh": "某"}, "unit": "seats"}
    with pytest.raises(ValidationError, match="either 'capacity'"):
        Group.model_validate({**group, "assumed": True})


def test_facts_are_the_same_for_the_same_words_only() -> None:
    facts = load_facts(TIEXI)
    assert facts.sha256() == load_facts(TIEXI).sha256()
    assert facts.sha256() != facts.model_copy(update={"id": "other"}).sha256()


def edited(tmp_path: Path, old: str, new: str) -> Path:
    text = (TIEXI / "facts.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "facts.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("    into: xi\n", "    into: liao\n", "joins 'liao'"),
        ("id: depot-630", "id: hun", "stand twice: hun"),
        ("km2: 484.0", "km2: -1", "km2"),
        ("mean_size", "mean_sise", "mean_size"),
        ("width: 180 m", "width: 180 km/h", "width"),
    ],
)
def test_a_fault_in_the_facts_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    path = edited(tmp_path, old, new)
    with pytest.raises(InputError, match=says) as caught:
        load_facts(path)
    assert "facts.yaml" in str(caught.value)


def test_towns_cannot_hold_more_people_than_the_county(tmp_path: Path) -> None:
    path = edited(tmp_path, "    km2: 27\n", "    km2: 27\n    people: 2000000\n")
    with pytest.raises(InputError, match="more than 1335935"):
        load_facts(path)


def test_facts_round_trip_through_their_schema() -> None:
    assert "Facts" in Facts.model_json_schema()["title"]
