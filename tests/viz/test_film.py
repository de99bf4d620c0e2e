"""A film has one frame a kept moment, in the format asked for."""

import re
import shutil
import subprocess

import pytest
from PIL import Image

from sim.viz.film import FilmError, _frames, write_film


def test_a_gif_has_a_frame_for_every_kept_moment(run, tmp_path):
    path = write_film(run, tmp_path / "water.gif")
    with Image.open(path) as film:
        assert film.n_frames == len(run.times_s)


def test_the_frames_of_a_film_differ_as_the_water_rises(run, tmp_path):
    with Image.open(write_film(run, tmp_path / "water.gif")) as film:
        frames = set()
        for frame in range(film.n_frames):
            film.seek(frame)
            frames.add(film.convert("RGB").tobytes())
    assert len(frames) == len(run.times_s)


def test_a_film_moves_people_as_they_were_at_each_moment(crowded):
    figure, frames = _frames(crowded, "depth_m", "en")
    drawn = next(each for each in figure.axes[0].collections if each.get_gid() == "people-stranded")
    n_places = [len(drawn.get_offsets()) for _ in frames]
    assert n_places == [0, 1, 1, 1, 1, 1]


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not on this machine")
def test_an_mp4_has_a_frame_for_every_kept_moment(run, tmp_path):
    path = write_film(run, tmp_path / "water.mp4")
    told = subprocess.run(
        ["ffmpeg", "-i", str(path), "-f", "null", "-"], capture_output=True, text=True, check=True
    ).stderr
    assert int(re.findall(r"frame=\s*(\d+)", told)[-1]) == len(run.times_s)


def test_without_ffmpeg_an_mp4_becomes_a_gif_and_says_so(run, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.viz.film.FFMpegWriter.isAvailable", lambda: False)
    assert write_film(run, tmp_path / "water.mp4") == tmp_path / "water.gif"


def test_a_page_holds_every_frame_and_loads_nothing(run, tmp_path):
    page = write_film(run, tmp_path / "water.html", lang="zh").read_text(encoding="utf-8")
    assert page.count("<img ") == len(run.times_s)
    assert "http" not in re.sub(r'content="[^"]*"|http-equiv', "", page)


def test_an_unknown_format_is_refused_with_those_there_are(run, tmp_path):
    with pytest.raises(
        FilmError, match=r"'\.avi' is no film format; allowed: \.gif, \.html, \.mp4"
    ):
        write_film(run, tmp_path / "water.avi")


def test_a_run_that_kept_no_moments_cannot_be_filmed(run, tmp_path):
    run.times_s = []
    with pytest.raises(FilmError, match="kept no moments"):
        write_film(run, tmp_path / "water.gif")
