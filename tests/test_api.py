"""A run's folder from the outside: data first, report after, on the map it was made on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
import sim.cli
from sim.cli import app
from sim.core.errors import InputError
from sim.core.files import FolderInUseError
from sim.core.words import say
from sim.evaluation.explain_person import NoSuchPersonError, person_row
from sim.model.build import NoSuchPlanError
from sim.model.results import NotARunError, OtherMapError

LESSON = Path(__file__).parents[1] / "scenarios" / "lesson-town"
SHOWER = """
format: shapan/scenario/1
id: shower
title: {en: "A shower", zh: "阵雨"}
map: {facts: facts.yaml, cell: 50 m, seed: 7}
clock: {start: "2024-07-20 20:00", duration: 1 h, step: 60 s}
record: {every: 30 min}
hazards:
  - id: shower
    kind: flood
    rain: {kind: hyetograph, points: [[0 min, 30 mm/h], [30 min, 0 mm/h]]}
"""


@pytest.fixture(scope="module")
def shower(tmp_path_factory):
    """An hour of rain in which nobody acts, not yet drawn."""
    folder = tmp_path_factory.mktemp("shower")
    shutil.copy(LESSON / "facts.yaml", folder)
    (folder / "scenario.yaml").write_text(SHOWER, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHAPAN_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield sim.run(folder, seed=1, out=folder / "run", report=False)


@pytest.fixture
def copied(shower, tmp_path):
    """A copy of its folder, to be spoilt."""
    return Path(shutil.copytree(shower.folder, tmp_path / "run"))


def test_everybody_is_somewhere_at_every_kept_moment(shower):
    people = shower.census.groupby("t_s")["people"].sum()
    assert people.to_dict() == dict.fromkeys(shower.times_s, 6000)


def test_people_at_home_are_counted_in_the_square_of_their_building(shower):
    buildings = shower.world.buildings
    now = shower.people_at("20:30")
    residents = np.bincount(shower.people["home"], minlength=buildings.n)
    assert (now["x_m"] * now["people"]).sum() / 6000 == pytest.approx(
        (buildings.x_m * residents).sum() / 6000,
        abs=150 / 2,  # half a square
    )


def test_a_run_whose_report_cannot_be_drawn_is_not_lost(shower, tmp_path, monkeypatch):
    def no_ink(*_: object, **__: object) -> None:
        raise RuntimeError("no ink")

    monkeypatch.setattr("sim.viz.figures.save_png", no_ink)
    with pytest.raises(RuntimeError, match="no ink"):
        sim.run(shower.folder.parent, seed=1, out=tmp_path / "run")
    kept = sim.open_run(tmp_path / "run").manifest["state_sha256"]
    assert kept == shower.manifest["state_sha256"]


def test_a_run_on_a_map_that_is_now_made_otherwise_is_not_drawn(copied):
    manifest = json.loads((copied / "manifest.json").read_text())
    (copied / "manifest.json").write_text(json.dumps(manifest | {"map_sha256": "0" * 64}))
    run = sim.open_run(copied)
    assert len(run.people) == 6000  # tables need no map
    with pytest.raises(OtherMapError, match="makes another map"):
        run.plot_map(at="20:30")


def test_a_folder_of_an_older_format_is_refused(copied):
    manifest = json.loads((copied / "manifest.json").read_text())
    (copied / "manifest.json").write_text(json.dumps(manifest | {"format": "shapan/run/1"}))
    with pytest.raises(NotARunError, match="shapan/run/1"):
        sim.open_run(copied)


@pytest.mark.parametrize("text", ["{", "[1]", ""])
def test_a_manifest_that_cannot_be_read_is_named(copied, text):
    (copied / "manifest.json").write_text(text)
    with pytest.raises(NotARunError, match=r"manifest\.json"):
        sim.open_run(copied)
    with pytest.raises(NotARunError, match=r"manifest\.json"):
        sim.run(copied / "inputs", out=copied)


@pytest.mark.parametrize("name", ["events", "people", "clauses"])
def test_a_torn_or_missing_table_is_named(copied, name):
    table = copied / f"{name}.parquet"
    table.write_bytes(table.read_bytes()[:200])
    with pytest.raises(NotARunError, match=rf"{name}\.parquet"):
        getattr(sim.open_run(copied), name)
    table.unlink()
    with pytest.raises(NotARunError, match=rf"{name}\.parquet"):
        getattr(sim.open_run(copied), name)


def test_a_torn_raster_is_named(copied):
    raster = copied / "rasters" / "depth_m.tif"
    raster.write_bytes(raster.read_bytes()[:100])
    with pytest.raises(NotARunError, match=r"depth_m\.tif"):
        sim.open_run(copied).layer("depth_m")


def test_a_plan_that_is_not_there_is_refused_before_the_map_is_made(copied):
    told = []
    with pytest.raises(NoSuchPlanError, match="nobody"):
        sim.run(copied / "inputs", plan="nobody", progress=lambda key, *_: told.append(key))
    assert told == []


def test_a_scenario_file_of_another_name_is_refused(copied):
    other = copied / "inputs" / "other.yaml"
    other.write_bytes((copied / "inputs" / "scenario.yaml").read_bytes())
    with pytest.raises(InputError, match="a folder of its own"):
        sim.run(other)


def test_the_report_command_draws_one_language_or_both(copied):
    told = CliRunner().invoke(app, ["report", str(copied), "--lang", "zh"])
    assert told.output.strip() == say("run.report", "zh", path=copied / "report.html")
    page = (copied / "report.html").read_text(encoding="utf-8")
    assert '<main class="zh"' in page
    assert '<main class="en"' not in page


def test_a_person_is_told_by_names_not_codes(shower):
    person = int(shower.people["person"].iloc[0])
    pd.testing.assert_series_equal(shower.person(person), pd.Series(person_row(shower, person)))
    assert shower.person(person)["state"] == "at_home"


def test_a_person_whom_the_run_does_not_have_is_named_with_those_it_has(shower):
    with pytest.raises(NoSuchPersonError, match=r"residents: 0\.\.5999"):
        shower.person(6000)


def test_an_error_is_told_in_the_language_asked_for(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["shapan", "report", str(tmp_path), "--lang", "zh"])
    with pytest.raises(SystemExit, match="2"):
        sim.cli.main()
    assert capsys.readouterr().err == f"{say('run.no_manifest', 'zh', folder=tmp_path)}\n"


def test_every_column_of_a_run_is_explained_in_both_languages(shower):
    legend = pd.read_csv(shower.folder / "columns.csv", encoding="utf-8-sig")
    assert {"people.parquet", "series.parquet", "census.parquet", "kpis.csv"} <= set(legend["file"])
    unsaid = legend[legend[["meaning_en", "meaning_zh"]].isna().any(axis=1)]
    assert unsaid[["file", "column"]].to_numpy().tolist() == []


def test_an_older_run_is_not_replaced_unless_that_is_asked_for(shower):
    with pytest.raises(FolderInUseError, match="--force"):
        sim.run(shower.folder.parent, seed=1, out=shower.folder, report=False)


def test_what_users_have_put_into_a_run_that_is_replaced_stays(shower, copied):
    (copied / "notes.txt").write_text("mine", encoding="utf-8")
    (copied / "photos").mkdir()
    (copied / "photos" / "gate.jpg").write_bytes(b"jpg")
    sim.run(shower.folder.parent, seed=1, out=copied, force=True, report=False)
    assert (copied / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (copied / "photos" / "gate.jpg").read_bytes() == b"jpg"
