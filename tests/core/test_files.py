"""Final files appear whole or not at all."""

import pytest

from sim.core.files import FolderInUseError, whole, whole_folder, write_text


def test_a_failed_write_leaves_the_old_file_and_no_rubbish(tmp_path):
    target = tmp_path / "report.html"
    write_text(target, "old")
    with pytest.raises(ZeroDivisionError), whole(target) as temporary:
        temporary.write_text(f"half {1 / 0}")
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_written_file_is_all_there(tmp_path):
    write_text(tmp_path / "deep" / "a.txt", "水深\n")
    assert (tmp_path / "deep" / "a.txt").read_bytes() == "水深\n".encode()


def test_what_a_killed_run_left_is_swept_away_by_the_next(tmp_path):
    left = tmp_path / ".run.999999999.tmp"
    left.mkdir()
    (left / "half.csv").write_text("half")
    with whole_folder(tmp_path / "run", marker="manifest.json") as partial:
        (partial / "manifest.json").write_text("{}")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_folder_with_other_things_is_never_replaced(tmp_path):
    photographs = tmp_path / "photographs"
    photographs.mkdir()
    (photographs / "1.jpg").write_text("x")
    with (
        pytest.raises(FolderInUseError, match="holds files but no manifest"),
        whole_folder(photographs, marker="manifest.json"),
    ):
        pass
    assert (photographs / "1.jpg").exists()
