"""Whoever starts a study is told how many runs it makes, and how long they will take."""

import itertools

from sim.cli import progress
from sim.cli.progress import RunsBar


def test_the_number_of_runs_is_said_first_and_the_time_by_the_pace(monkeypatch, capsys):
    """A minute for the first run, then ten seconds each."""
    clock = itertools.chain([0.0, 60.0], itertools.count(70.0, 10.0))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    with RunsBar("en") as bar:
        for done in range(7):
            bar("compare.runs", done, 25)
    told = capsys.readouterr().err
    assert "25 runs to make (0 are kept already)." in told
    assert "The first run took 1 min" in told
    assert "20 more: about 3 min at this pace." in told
