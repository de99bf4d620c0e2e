"""A second process draws some pictures of a run: the same ones, and nothing of it stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections import deque
from pathlib import Path

import pytest

import sim
from sim.core.hands import THREADS
from sim.viz.drawing import draw
from sim.viz.helper import Helper

TOWN = Path(__file__).parents[2] / "scenarios" / "lesson-town"


@pytest.fixture(autouse=True)
def _two_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(THREADS, "2")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> sim.Run:
    return sim.run(TOWN, every=10, out=tmp_path_factory.mktemp("drawn") / "run", report=False)


def figures(run: sim.Run) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (run.folder / "figures").iterdir()}


def test_a_helper_draws_what_this_process_would_have_drawn(run: sim.Run) -> None:
    draw(run)
    page, alone = (run.folder / "report.html").read_text(), figures(run)
    asked = [("max_depth_m", "en"), ("wet_area", "zh")]
    with Helper() as helper:
        helper.begin(TOWN, None)
        found = helper.draw(run.folder, deque(asked))
        assert list(found) == asked
        draw(run, helper=helper)
    assert figures(run) == alone
    assert (run.folder / "report.html").read_text() == page
    assert all(data in page for _, data in found.values())


def test_without_a_second_core_nobody_helps(run: sim.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(THREADS, "1")
    with Helper() as helper:
        helper.begin(TOWN, None)
        assert helper.draw(run.folder, deque([("max_depth_m", "en")])) == {}


def test_what_a_helper_cannot_draw_is_left(run: sim.Run) -> None:
    with Helper() as helper:
        helper.begin(TOWN, None)
        found = helper.draw(run.folder, deque([("no_such", "en"), ("max_depth_m", "en")]))
    assert found == {}


def test_a_report_is_whole_when_the_helper_dies(run: sim.Run) -> None:
    page = draw(run, languages=("en",)).read_text()
    with Helper() as helper:
        helper.begin(TOWN / "nowhere", None)  # fails at once
        assert draw(run, languages=("en",), helper=helper).read_text() == page


def test_no_helper_stays_when_its_owner_is_killed() -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(TOWN)], stdout=subprocess.PIPE, encoding="utf-8"
    )
    assert owner.stdout is not None
    helper = int(owner.stdout.readline())
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    until = time.monotonic() + 60
    while is_running(helper) and time.monotonic() < until:
        time.sleep(0.1)
    assert not is_running(helper)


OWNER = textwrap.dedent(
    """
    import pathlib, sys, time
    from sim.viz.helper import Helper
    with Helper() as helper:
        helper.begin(pathlib.Path(sys.argv[1]), None)
        print(helper._process.pid, flush=True)
        time.sleep(60)
    """
)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
