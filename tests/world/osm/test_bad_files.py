"""What is no OpenStreetMap file is refused in one line, whatever it is."""

from __future__ import annotations

import builtins
import gzip
import os

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.core.errors import InputError
from sim.world.maps.osm_read import MissingPackageError, read_osm


def refused(path):
    with pytest.raises(InputError) as caught:
        read_osm(path)
    return str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    assert "no such file" in refused(tmp_path / "no.osm.pbf")


def test_a_folder(tmp_path):
    assert "no such file" in refused(tmp_path)


def test_text_under_the_name_of_a_pbf(tmp_path):
    path = tmp_path / "a.osm.pbf"
    path.write_text("<html>Not found</html>" * 100, encoding="utf-8")
    assert "not a readable OpenStreetMap file" in refused(path)


def test_an_unknown_suffix(tmp_path):
    path = tmp_path / "a.doc"
    path.write_bytes(b"abc")
    assert "not a readable OpenStreetMap file" in refused(path)


@pytest.mark.parametrize("suffix", [".osm.pbf", ".osm", ".osm.gz"])
def test_an_empty_file(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    path.touch()
    assert str(path) in refused(path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_pbf_cut_short(tmp_path, helsinki, share):
    data = helsinki.read_bytes()
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(data[: int(len(data) * share)])
    assert "not a readable OpenStreetMap file" in refused(path)


def test_an_archive_cut_short(tmp_path, town):
    whole = gzip.compress(town.write(tmp_path / "town.osm").read_bytes())
    path = tmp_path / "a.osm.gz"
    path.write_bytes(whole[: len(whole) // 2])
    assert "not a readable OpenStreetMap file" in refused(path)


def test_xml_that_is_not_of_openstreetmap(tmp_path):
    path = tmp_path / "a.osm"
    path.write_text("<gpx><trk/></gpx>", encoding="utf-8")
    assert "not a readable OpenStreetMap file" in refused(path)


def test_ten_gigabytes_of_nothing(tmp_path):
    path = tmp_path / "a.osm.pbf"
    path.touch()
    os.truncate(path, 10_000_000_000)
    assert "not a readable OpenStreetMap file" in refused(path)


@settings(
    deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.integers(0, 684_000), flips=st.binary(min_size=1, max_size=64))
def test_a_pbf_with_wrong_bytes_is_read_or_refused_but_never_crashes(tmp_path, helsinki, at, flips):
    data = np.frombuffer(helsinki.read_bytes(), dtype=np.uint8).copy()
    part = slice(at, at + len(flips))
    data[part] ^= np.frombuffer(flips, dtype=np.uint8)[: len(data[part])]
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(data.tobytes())
    assert read_or_said(path) in ("read", str(path))


def read_or_said(path):
    """Return "read", or the file that the refusal names."""
    try:
        read_osm(path)
    except InputError as error:
        return error.problems[0].file
    return "read"


def test_without_osmium_the_extra_is_named(tmp_path, monkeypatch):
    usual = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("osmium"):
            raise ImportError(name)
        return usual(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingPackageError, match=r"pip install 'shapan\[maps\]'"):
        read_osm(tmp_path / "a.osm.pbf")
