"""What `shapan run` and `shapan explain` refuse before they do anything."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from sim.cli.run import run
from sim.viz.film import FilmError

COMMANDS = typer.Typer()
COMMANDS.command()(run)
TOWN = Path(__file__).parents[2] / "scenarios" / "lesson-town"


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--every", "0", "greater than or equal to 1"),
        ("--lang", "fr", "'fr'; allowed: en, zh"),
        ("--cell", "40", "'40' is not a number with a unit"),
    ],
)
def test_a_wrong_option_is_refused_in_a_sentence(
    option: str, value: str, said: str, tmp_path: Path
) -> None:
    done = CliRunner().invoke(
        COMMANDS, [str(TOWN), option, value, "--out", str(tmp_path / "run")], env={"COLUMNS": "200"}
    )
    assert (done.exit_code, (tmp_path / "run").exists()) == (2, False)
    assert said in " ".join(done.output.split())


def test_a_film_of_no_known_format_is_refused_before_the_run(tmp_path: Path) -> None:
    asked = [str(TOWN), "--film", "water.avi", "--out", str(tmp_path / "run")]
    done = CliRunner().invoke(COMMANDS, asked)
    assert isinstance(done.exception, FilmError)
    assert "allowed: .gif, .html, .mp4" in str(done.exception)
    assert not (tmp_path / "run").exists()
