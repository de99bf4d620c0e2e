"""The scenario file: the clock, the map's source, hazards by kind, and times within the run."""

from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.scenario.loading import check_file, load_scenario

SCENARIO = """\
format: shapan/scenario/1
id: small
title: {en: Small, zh: 小}
map: {folder: map}
clock: {start: "2022-07-28 18:00", duration: 2 h, step: 60 s}
record: {every: 30 min}
hazards:
  - id: storm
    kind: flood
    rain: {kind: hyetograph, points: [[0 h, 0 mm/h], [10 min, 50 mm/h], [1 h, 0 mm/h]]}
watch: [{point: p1, depth: 15 cm}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "map").mkdir()
    (tmp_path / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    return tmp_path


def says(folder: Path, old: str = "", new: str = "", *, warnings: bool = False) -> str:
    assert old in SCENARIO
    (folder / "scenario.yaml").write_text(SCENARIO.replace(old, new, 1), encoding="utf-8")
    checked = check_file(folder / "scenario.yaml")
    return "\n".join(map(str, checked.warnings if warnings else checked.errors))


def test_a_folder_stands_for_the_scenario_file_in_it(folder: Path) -> None:
    assert load_scenario(folder) == load_scenario(folder / "scenario.yaml")


def test_a_sound_scenario_is_in_si(folder: Path) -> None:
    scenario = load_scenario(folder)
    assert (scenario.clock.duration, scenario.record.every) == (7200.0, 1800.0)
    assert (scenario.watch[0].depth, scenario.hazards[0].kind) == (0.15, "flood")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('start: "2022-07-28 18:00"', "start: 18:00", 'write "18:00"'),
        ('start: "2022-07-28 18:00"', "start: tomorrow", "is not a local time"),
        ("duration: 2 h", "duration: 0 h", "'0 h' is not > 0"),
        ("duration: 2 h", "duration: 90 s", "is not a whole number of steps of 1 min"),
        ("every: 30 min", "every: 90 s", "is not a whole number of steps of 1 min"),
        ("{folder: map}", "{folder: map, facts: f.yaml}", "found facts, folder"),
        ("{folder: map}", "{}", "one of these is needed: facts, folder"),
        ("{folder: map}", "{folder: ../map}", "does not name a place inside"),
        ("{folder: map}", "{folder: /etc}", "does not name a place inside"),
        ("{folder: map}", "{folder: mapp}", "there is no folder 'mapp'"),
        ("{folder: map}", "{folder: scenario.yaml}", "is not a folder"),
        ("kind: flood", "kind: floood", "did you mean 'flood'?"),
        ("    kind: flood\n", "", "is not a known hazard"),
        ("    rain:", "    rian:", "did you mean 'rain'?"),
        ("  - id: storm", "  - id: storm\n    id: flood", "stands twice"),
        ("hazards:\n", "hazards: []\nhazard:\n", "has 0 entries"),
        ("watch: [", "watch: [{point: p1, depth: 0 cm}, ", "'0 cm' is not > 0"),
        ("50 mm/h", "50", "50 has no unit"),
        ("50 mm/h", "-50 mm/h", "is not >= 0"),
    ],
)
def test_a_fault_of_a_scenario_is_named(folder: Path, old: str, new: str, told: str) -> None:
    assert told in says(folder, old, new)


def test_two_hazards_of_one_id_are_refused(folder: Path) -> None:
    again = SCENARIO[SCENARIO.index("  - id: storm") : SCENARIO.index("watch:")]
    assert "'storm' stands twice in hazards" in says(folder, "watch:", f"{again}watch:")


def test_faults_of_a_hazard_and_of_the_clock_are_told_together(folder: Path) -> None:
    text = SCENARIO.replace("    rain:", "    rian:").replace("step: 60 s", "stepp: 60 s")
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_scenario(folder)
    assert {"clock.stepp", "hazards[0].rian"} <= {one.path for one in error.value.problems}


def test_a_coarse_cell_is_a_warning_that_the_loader_passes_on(folder: Path) -> None:
    (folder / "facts.yaml").write_text("{}")
    (folder / "scenario.yaml").write_text(
        SCENARIO.replace("{folder: map}", "{facts: facts.yaml, cell: 250 m}").split("watch")[0],
        encoding="utf-8",
    )
    told = []
    load_scenario(folder, on_warning=told.append)
    assert "250 m is outside the plausible range 1 to 100 m" in str(told[0])
