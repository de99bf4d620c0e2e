"""`shapan verify` as a user runs it, on a suite of two rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from sim.cli.verify import verify
from sim.core.registry import UnknownKindError
from sim.evaluation import verification
from sim.evaluation.verification.case import Case, Check

APP = typer.Typer()
APP.command()(verify)


def suite(ours: float) -> dict[str, tuple[Check, ...]]:
    def rows() -> Iterator[Case]:
        yield Case("seiche.period", "linear wave theory", 10.0, ours, 0.1, "1")

    return {"flood": (Check("seiche", rows),)}


@pytest.mark.parametrize(("ours", "code"), [(10.0, 0), (11.0, 1)])
def test_the_exit_code_tells_whether_a_row_failed(
    ours: float, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "SUITES", suite(ours))
    assert CliRunner().invoke(APP, ["flood"]).exit_code == code


def test_rows_are_written_where_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "SUITES", suite(10.0))
    out = tmp_path / "rows.json"
    CliRunner().invoke(APP, ["flood", "--json", str(out)])
    assert json.loads(out.read_text(encoding="utf-8"))[0]["verdict"] == "pass"


def test_an_unknown_suite_is_refused_with_a_guess() -> None:
    found = CliRunner().invoke(APP, ["floood"]).exception
    assert isinstance(found, UnknownKindError)
    assert "did you mean 'flood'" in str(found)
