"""Final files appear whole or not at all."""

import pytest

from sim.core.files import whole, write_text


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
