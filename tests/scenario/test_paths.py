"""IN-08: a name in a file stays inside the folder, and tells nothing about what lies outside."""

import os
from pathlib import Path

import pytest

from sim.scenario.paths import in_folder, outside

OUTSIDE = [
    "../facts.yaml",
    "maps/../../facts.yaml",
    "..",
    "/etc/passwd",
    "/nowhere/at/all",
    "//host/share",
    "~/facts.yaml",
    "~root/facts.yaml",
    "C:\\facts.yaml",
    "c:/facts.yaml",
    "maps\\facts.yaml",
    "\\\\host\\share",
    "file:///etc/passwd",
    "FILE:facts.yaml",
    "http://example.org/facts.yaml",
    "%2e%2e/facts.yaml",
    "%2E%2E%2Ffacts.yaml",
    "facts.yaml\0.png",
    "facts.yaml\n",
    "fac\u202ets.yaml",
    "$HOME/facts.yaml",
    "*.yaml",
    "",
    "a//b",
    "x" * 300,
]


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_name_that_could_leave_the_folder_is_refused_with_one_message(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(ValueError, match="does not name a place inside") as refused:
        in_folder(tmp_path, name, wants_folder=False)
    assert str(refused.value) == outside(name)


def test_the_message_is_the_same_whether_or_not_the_target_exists(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").touch()
    folder = tmp_path / "scenario"
    folder.mkdir()
    (folder / "there").symlink_to(tmp_path / "secret.yaml")
    (folder / "gone").symlink_to(tmp_path / "nothing.yaml")
    told = []
    for name in ("there", "gone"):
        with pytest.raises(ValueError, match="inside") as refused:
            in_folder(folder, name, wants_folder=False)
        told.append(str(refused.value).replace(name, "NAME"))
    assert told[0] == told[1]


def test_a_link_out_of_the_folder_is_refused_also_through_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "scenario"
    folder.mkdir()
    (tmp_path / "other").mkdir()
    (folder / "up").symlink_to(tmp_path)
    with pytest.raises(ValueError, match="inside"):
        in_folder(folder, "up/other", wants_folder=True)


def test_a_loop_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(ValueError, match=r"inside|there is no"):
        in_folder(tmp_path, "a", wants_folder=False)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(ValueError, match="not a regular file"):
        in_folder(tmp_path, "pipe.yaml", wants_folder=False)


def test_a_file_inside_is_found_by_its_relative_name(tmp_path: Path) -> None:
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "north.yaml").touch()
    found = in_folder(tmp_path, "maps/north.yaml", wants_folder=False)
    assert found == (tmp_path / "maps" / "north.yaml").resolve()


def test_a_missing_file_inside_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"there is no 'facts.yaml'"):
        in_folder(tmp_path, "facts.yaml", wants_folder=False)
