"""`shapan audit` as a user meets it."""

from pathlib import Path

import typer
from typer.testing import CliRunner

from sim.cli.audit import audit

COMMANDS = typer.Typer()
COMMANDS.command()(audit)
PLAN = Path(__file__).parents[2] / "scenarios" / "tiexi-storm" / "plans" / "current.yaml"


def shapan(*words: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(COMMANDS, [str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_the_audit_names_line_clause_gap_and_sentence() -> None:
    code, output = shapan(PLAN)
    line = next(
        number
        for number, text in enumerate(PLAN.read_text(encoding="utf-8").splitlines(), start=1)
        if text == "  - id: P1"
    )
    assert code == 0
    assert f"{PLAN}:{line}  P1: no resource behind it; assumed with.units: 2" in output
    assert "制定6处易积水点位“一点一策”防控方案" in output


def test_the_audit_speaks_chinese() -> None:
    code, output = shapan(PLAN, "--lang", "zh")
    assert code == 0
    assert "未写明时限；假设 within: 30 min" in output


def test_strict_leaves_with_1_when_there_is_a_remark() -> None:
    assert shapan(PLAN, "--strict")[0] == 1


def test_a_plan_fits_itself() -> None:
    assert shapan(PLAN, "--under", PLAN)[1] == shapan(PLAN)[1]
