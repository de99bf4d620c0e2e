"""`shapan validate`, `schema`, `parameters` as a user meets them."""

import csv
import io
import json
import os
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from sim.cli.parameters import parameters
from sim.cli.schema import schema
from sim.cli.validate import validate
from sim.core.kinds import ACTIONS, FORMATS
from sim.scenario.loading import check_file
from sim.scenario.parameters import all_parameters
from sim.scenario.plan import Plan
from sim.scenario.schemas import schema_of

COMMANDS = typer.Typer()
for one in (validate, schema, parameters):
    COMMANDS.command()(one)


def shapan(*words: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(COMMANDS, [str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.fixture
def file(tmp_path: Path, plan: str) -> Path:
    (tmp_path / "plan.yaml").write_text(plan, encoding="utf-8")
    return tmp_path / "plan.yaml"


def test_a_sound_file_leaves_with_0(file: Path) -> None:
    assert shapan("validate", file) == (0, "Files checked: 1. No problems.\n")


def test_a_warning_leaves_with_0_and_is_told(file: Path, plan: str) -> None:
    file.write_text(plan.replace("decides_within: 10 min", "decides_within: 2 h"))
    code, output = shapan("validate", file)
    assert code == 0
    assert "look: " in output
    assert "To mend: 0; to look at: 1." in output


def test_an_error_leaves_with_2_and_names_the_place(file: Path, plan: str) -> None:
    file.write_text(plan.replace("level: county", "level: contry"))
    code, output = shapan("validate", file)
    assert code == 2
    assert f"{file}:8  posts[0].level: 'contry' is not allowed" in output


def test_problems_are_told_in_chinese_when_asked(file: Path, plan: str) -> None:
    file.write_text(plan.replace("level: county", "level: contry"))
    code, output = shapan("validate", file, "--lang", "zh")
    assert code == 2
    assert "不允许 'contry'" in output
    assert "是否应为“county”" in output


def test_a_folder_is_checked_with_all_that_is_in_it(file: Path) -> None:
    (file.parent / "plans").mkdir()
    (file.parent / "plans" / "b.yaml").write_text("a: no")
    (file.parent / "notes.txt").write_text("not ours")
    code, output = shapan("validate", file.parent)
    assert code == 2
    assert "Files checked: 2." in output


@pytest.mark.parametrize(
    ("name", "says"),
    [("gone.yaml", "no such file"), ("notes.txt", "is not a kind of file"), ("empty", "nothing")],
)
def test_what_cannot_be_checked_leaves_with_2(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "notes.txt").touch()
    (tmp_path / "empty").mkdir()
    code, output = shapan("validate", tmp_path / name)
    assert code == 2
    assert says in output


def test_an_empty_file_is_one_fault(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").touch()
    for model in (None, Plan):
        (problem,) = check_file(tmp_path / "plan.yaml", model).problems
        assert "the first line of a file says what it is" in problem.says


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    code, output = shapan("validate", tmp_path / "pipe.yaml")
    assert code == 2
    assert "is not a regular file" in output


def test_an_unknown_language_is_refused(file: Path) -> None:
    assert shapan("validate", file, "--lang", "fr")[0] == 2


def test_schemas_are_written_for_every_format(tmp_path: Path) -> None:
    code, _ = shapan("schema", "--out", tmp_path)
    written = {path.name.removesuffix(".schema.json") for path in tmp_path.iterdir()}
    assert code == 0
    assert {name.split("/")[1] for name in FORMATS} <= written


def test_a_schema_is_printed_as_json() -> None:
    code, output = shapan("schema", "plan")
    assert code == 0
    assert json.loads(output)["$schema"].endswith("2020-12/schema")


def test_the_catalogue_is_listed_whole_as_csv_and_json() -> None:
    rows = list(csv.DictReader(io.StringIO(shapan("parameters", "--format", "csv")[1])))
    listed = json.loads(shapan("parameters", "--format", "json")[1])
    assert len(rows) == len(listed) == len(all_parameters())
    assert all(row["source"] and row["unit"] for row in rows)


def test_the_table_of_one_topic_is_in_the_asked_language() -> None:
    _, english = shapan("parameters", "--topic", "plan")
    _, chinese = shapan("parameters", "--topic", "plan", "--lang", "zh")
    assert "time a post takes to decide" in english
    assert "岗位接报后的决策时间" in chinese


def test_a_schema_offers_each_action_its_own_keys() -> None:
    clause = schema_of("plan")["$defs"]["Clause"]
    assert set(clause["properties"]["do"]["enum"]) == set(ACTIONS)
    offered = {
        rule["if"]["properties"]["do"]["const"]: set(
            rule["then"]["properties"]["with"]["properties"]
        )
        for rule in clause["allOf"]
    }
    assert offered["close_road"] == {"points", "guards"}
    assert offered["set_response_level"] == {"level"}
