"""scenarios/PLANS.md points at what is there, and leaves no promise of the plans out."""

import re
from pathlib import Path

import pytest

from sim.scenario.loading import load_plan, load_targets
from sim.scenario.yaml_guard import read_file

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "scenarios"
TABLE = (ROOT / "scenarios" / "PLANS.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([ATCLZ]\d+) \| (.+?) \| ([a-z ]+) \| (.*?) \|$", TABLE, re.MULTILINE)
PLACES = sorted({place for *_, where in ROWS for place in re.findall(r"`(.+?)`", where)})
COUNTS = {"A": 175, "T": 101, "C": 79, "L": 71, "Z": 84}
FOLDERS = ("anshan-quake", "tiexi-storm", "changyi-flood", "lingyuan-fire", "zhuanghe-coast")


def ids(file: Path) -> set[str]:
    """Return every id that stands in a file."""
    found: set[str] = set()
    waiting = [read_file(file).value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
            found |= {value["id"]} if isinstance(value.get("id"), str) else set()
        elif isinstance(value, list):
            waiting += value
    return found


def test_every_row_of_the_five_plans_stands_in_the_table_once() -> None:
    names = [name for name, *_ in ROWS]
    assert {letter: sum(name[0] == letter for name in names) for letter in COUNTS} == COUNTS
    assert len(set(names)) == len(names) == 510


def test_the_counts_above_the_table_are_those_of_its_rows() -> None:
    told = re.search(r"Counts: 510 rows: (.+?)\.", TABLE)
    assert told is not None
    for part in told[1].split(", "):
        n, _, what = part.partition(" ")
        assert sum(became == what for _, _, became, _ in ROWS) == int(n), what


@pytest.mark.parametrize("place", PLACES)
def test_every_place_named_is_there(place: str) -> None:
    file, _, name = place.partition(":")
    path = ROOT / file if file.startswith("sim/") else SCENARIOS / file
    assert path.is_file()
    assert not name or name in ids(path)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_promised_figure_of_a_plan_stands_in_the_table(folder: str) -> None:
    targets = {
        f"{folder}/targets.yaml:{one.id}" for one in load_targets(SCENARIOS / folder).targets
    }
    assert targets <= set(PLACES)


def test_a_row_that_became_a_clause_names_one_of_a_plan_or_a_preparation() -> None:
    for name, _, became, where in ROWS:
        if became == "clause":
            assert "/plans/" in where, name
    for place in PLACES:
        if "/plans/" in place:
            file, _, clause = place.partition(":")
            plan = load_plan(SCENARIOS / file)
            assert clause in {one.id for one in (*plan.before, *plan.clauses)}
