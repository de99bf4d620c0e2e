"""What a disk refuses is told, anything else is not hidden."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from sim import cli
from sim.core.disk import DiskError, DiskFullError, told_of_disk
from sim.core.words import LANGUAGES


def refused(code: int) -> OSError:
    return OSError(code, "so says the system", "/out/report.html")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_told_with_the_file(code: int) -> None:
    with pytest.raises(DiskFullError, match=r"/out/report\.html"), told_of_disk(Path("/out")):
        raise refused(code)


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(DiskError, match="out"), told_of_disk(tmp_path):
        (tmp_path / "out" / "run").mkdir(parents=True)


def test_a_file_that_ought_to_be_there_is_a_fault_of_ours() -> None:
    with pytest.raises(FileNotFoundError), told_of_disk(Path("/out")):
        raise refused(errno.ENOENT)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_command_leaves_with_74_and_one_line(
    lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full() -> None:
        with told_of_disk(Path("/out")):
            raise refused(errno.ENOSPC)

    monkeypatch.setattr(cli, "app", full)
    monkeypatch.setattr("sys.argv", ["shapan", "run", "--lang", lang])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 74
    assert capsys.readouterr().err.count("\n") == 1
