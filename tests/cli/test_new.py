"""`shapan new` makes a folder, shows what it made, and refuses faulty facts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from sim.cli.new import new
from sim.core.errors import InputError
from sim.world.store import load_world

TIEXI = Path(__file__).parents[2] / "scenarios" / "tiexi-storm" / "facts.yaml"


def command() -> typer.Typer:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(new)
    return app


@pytest.fixture
def few_facts(tmp_path: Path) -> Path:
    """Tiexi with 20,000 people on 20 km2: made in seconds."""
    text = TIEXI.read_text(encoding="utf-8")
    text = text.replace("km2: 484.0", "km2: 20.0").replace("people: 1335935", "people: 20000")
    path = tmp_path / "facts.yaml"
    path.write_text(re.sub(r"width: 180 m", "width: 60 m", text), encoding="utf-8")
    return path


def test_new_makes_a_sound_map_and_says_that_it_is_schematic(
    few_facts: Path, tmp_path: Path
) -> None:
    said = CliRunner().invoke(command(), [str(few_facts), "--out", str(tmp_path / "map")])
    assert said.exit_code == 0, said.output
    assert "SCHEMATIC MAP" in said.output
    assert "Residents: 20000 " in said.output.replace(",", "")
    assert "PROBLEM" not in said.output
    assert load_world(tmp_path / "map").people.n == 20_000


def test_new_tells_the_faults_of_the_facts_and_makes_nothing(
    few_facts: Path, tmp_path: Path
) -> None:
    few_facts.write_text(few_facts.read_text("utf-8").replace("roughness:", "rufness:"), "utf-8")
    said = CliRunner().invoke(command(), [str(few_facts), "--out", str(tmp_path / "map")])
    assert isinstance(said.exception, InputError)
    assert "ground.rufness" in str(said.exception)
    assert "roughness" in str(said.exception)
    assert not (tmp_path / "map").exists()
