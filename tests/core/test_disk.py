"""What a disk refuses is told, anything else is not hidden."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from sim import cli
from sim.core.cache import cache_dir
from sim.core.disk import DiskError, DiskFullError, made_folder, not_reached, told_of_disk
from sim.core.files import whole, whole_folder
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
    def full(**_: bool) -> None:
        with told_of_disk(Path("/out")):
            raise refused(errno.ENOSPC)

    monkeypatch.setattr(cli, "app", full)
    monkeypatch.setattr("sys.argv", ["shapan", "run", "--lang", lang])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 74
    assert capsys.readouterr().err.count("\n") == 1


def nowhere(tmp_path: Path) -> Path:
    """Return a folder in which the system makes none, and says that there is no such file."""
    (tmp_path / "gone").symlink_to(tmp_path / "missing")
    return tmp_path / "gone"


def test_where_no_folder_can_be_made_the_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(DiskError, match="gone"):
        made_folder(nowhere(tmp_path) / "x")


def test_a_file_where_no_folder_can_be_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(DiskError, match="gone"), whole(nowhere(tmp_path) / "film.mp4"):
        pass


def test_the_folder_asked_for_is_told_and_not_our_own_beside_it() -> None:
    there = Path("/proc/no-folder-here")
    with pytest.raises(DiskError, match=str(there)), whole_folder(there, marker="map.json"):
        pass


def test_a_cache_that_cannot_be_made_names_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHAPAN_CACHE", str(nowhere(tmp_path)))
    with pytest.raises(DiskError, match="SHAPAN_CACHE"):
        cache_dir()


def test_a_file_without_rights_is_told_and_one_that_is_missing_is_not() -> None:
    told = not_reached(refused(errno.EACCES))
    assert told is not None
    assert "/out/report.html" in told.in_language("zh")
    assert not_reached(refused(errno.ENOENT)) is None


@pytest.mark.parametrize(
    "command",
    [
        ["run", "scenarios/lesson-town", "--film", "/proc/no-folder/film.mp4"],
        ["schema", "plan", "--out", "/proc/no-folder"],
        ["compare", "scenarios/lesson-town", "--plans", "basic", "--out", "/proc/no-folder"],
    ],
    ids=lambda command: command[0],
)
def test_no_command_ends_in_a_traceback_where_nothing_can_be_written(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["shapan", *command])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 74
    assert "/proc/no-folder" in capsys.readouterr().err
