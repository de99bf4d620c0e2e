"""A run of the lesson's town: its figures agree with each other, whatever they are."""

from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.core.words import LANGUAGES
from sim.evaluation.crowd import FATES, by_town
from sim.evaluation.explain_clause import explain_clause
from sim.evaluation.explain_person import explain_person
from sim.evaluation.failure import BROKEN, first_failure
from sim.evaluation.story import story

pytestmark = pytest.mark.slow
TOWN = Path(__file__).parents[2] / "scenarios" / "lesson-town"


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lesson") / "run"
    return sim.run(TOWN, plan="early", seed=1, every=2, report=False, out=folder)


@pytest.fixture(scope="module")
def value(lesson):
    return lesson.kpis.set_index("kpi")["value"]


def test_residents_of_all_blocks_are_the_same_residents(lesson, value):
    towns = by_town(lesson)
    assert towns["residents"].sum() == lesson.people["weight"].sum()
    for column, name in {"dead": "dead", "left": "left_home", "affected": "affected"}.items():
        assert towns[column].sum() == value[name]
    assert sum(value[f"ordered_{fate}"] for fate in FATES) == value["ordered"]


def test_nobody_is_more_than_affected(value):
    parts = value[["left_home", "residents_in_flooded_homes", "caught", "dead"]]
    assert (parts <= value["affected"]).all()


def test_shares_are_shares_and_grow_with_time(value):
    grows = ["warned_in_15min", "warned_in_30min", "warned_in_60min", "warned_share"]
    assert value[grows].is_monotonic_increasing
    assert 0 <= value["warning_coverage"] <= value["warned_share"] <= 1
    cleared = value[[f"clearance_{part}" for part in (50, 90, 95, 100)]].dropna()
    assert cleared.is_monotonic_increasing


def test_the_series_ends_with_the_people_of_the_figures(lesson, value):
    last = lesson.series.iloc[-1]
    assert last["people_left_area"] == value["left_area"]
    assert last["people_dead"] == value["dead"]
    assert last["people_warned"] == by_town(lesson)["warned"].sum()


def test_every_row_of_the_ledger_has_one_outcome_that_is_counted(lesson, value):
    counted = value[[name for name in value.index if name.startswith("clauses_")]]
    assert counted.drop("clauses_kept").sum() == len(lesson.clauses)


def test_every_clause_and_a_resident_of_each_fate_can_be_explained(lesson):
    some = lesson.people.drop_duplicates(["state", "decision", "waits_for", "health"])
    for lang in LANGUAGES:
        told = [
            line for one in lesson.plan.clauses for line in explain_clause(lesson, one.id, lang)
        ]
        told += [line for person in some["person"] for line in explain_person(lesson, person, lang)]
        told.append(story(lesson, lang))
        assert all(line and "{" not in line and "nan" not in line for line in told)


def test_the_first_failure_begins_at_a_root_and_runs_forward_in_time(lesson):
    broken = lesson.clauses["outcome"].isin(BROKEN)
    failure = first_failure(lesson)
    assert (failure is not None) == broken.any()
    if failure is not None:
        times_s = [link.t_s for link in failure.links]
        assert times_s == sorted(times_s)
        assert lesson.events["cause"].iloc[failure.links[0].event] == -1


def test_tables_of_a_plan_are_explained_in_both_languages(lesson):
    legend = pd.read_csv(lesson.folder / "columns.csv", encoding="utf-8-sig")
    assert {"clauses.csv", "trips.parquet", "told.parquet"} <= set(legend["file"])
    unsaid = legend[legend[["meaning_en", "meaning_zh"]].isna().any(axis=1)]
    assert unsaid[["file", "column"]].to_numpy().tolist() == []
