"""Movement beside idiomatic Mesa, on the neutral town: the same rules, step and results.

`peers/mesa_evacuation.py` and `peers/our_evacuation.py` say what either side does. Both run in
processes of their own, ours twice before and twice after, of which the median counts: it takes a
few seconds, in which a shared machine may stall. Only ratios of CPU time are asserted. At a million
residents both sides run the first two of the six hours: Mesa's six take a quarter of one.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).parent / "peers"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

#: residents, step, hours, how many times faster at least
RACES = [(100_000, 10, 6, 40), (100_000, 60, 6, 15), (1_000_000, 60, 2, 50)]


def run(side: str, people: int, step_s: int, hours: int) -> dict[str, Any]:
    command = [
        sys.executable,
        str(SCRIPTS / f"{side}_evacuation.py"),
        str(people),
        str(step_s),
        str(hours),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


@pytest.mark.parametrize(("people", "step_s", "hours", "times"), RACES)
def test_movement_is_many_times_faster_than_mesa_with_the_same_result(
    people: int, step_s: int, hours: int, times: int, record_property: Any, benchmark: Any
) -> None:
    ours = [run("our", people, step_s, hours) for _ in range(2)]
    mesa = run("mesa", people, step_s, hours)
    after = benchmark.pedantic(run, ("our", people, step_s, hours), rounds=1)
    ours += [after, run("our", people, step_s, hours)]

    for figure in ("arrived", "stranded", "passages", "ring_moves", "inside"):
        assert mesa[figure] == after[figure], figure
    our_s = statistics.median(one["cpu_s"] for one in ours)
    ratio = mesa["cpu_s"] / our_s
    record_property("ratio", ratio)
    benchmark.extra_info.update(
        ratio=ratio, mesa_s=mesa["cpu_s"], ours_s=our_s,
        passages=after["passages"], megabytes=after["megabytes"],
    )  # fmt: skip
    assert ratio >= times


def test_a_million_residents_take_less_than_400_megabytes() -> None:
    run("our", 1_000, 60, 1)  # compiles what is not compiled yet, for which numba takes 100 MB
    assert run("our", 1_000_000, 60, 6)["megabytes"] < 400


@pytest.mark.parametrize("people", [100_000])
def test_the_step_changes_nothing(people: int) -> None:
    short, long = (run("our", people, step_s, 6) for step_s in (10, 60))

    assert short["sum_arrived_s"] == long["sum_arrived_s"]
    assert short["arrived"] == long["arrived"]
