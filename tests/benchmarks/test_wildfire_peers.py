"""Our fire growth beside a level-set solver, both against the exact ellipse: CPU time, accuracy.

The peer (pyretechnics) lives in an environment of its own (`make_peers.sh`). Only the ratio of CPU
time of one run is asserted, runs alternated, never an absolute time.
"""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.hazards.wildfire_fuels import fuel_models
from sim.hazards.wildfire_rothermel import Moisture, Spread, bed_of, open_wind_share, spread_of
from sim.hazards.wildfire_spread import Ellipses, FireSpread
from sim.hazards.wildfire_weather import WIND_10M_OVER_20FT

ROOT = Path(__file__).parents[2]
FOLDER = "Scripts/python.exe" if os.name == "nt" else "bin/python"
PYTHON = ROOT / ".venv-peers" / "fire" / FOLDER
PEER = Path(__file__).parent / "peers" / "pyretechnics_peer.py"
ROUNDS = 3

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PYTHON.exists(), reason="no .venv-peers/fire: `make bench` makes it"),
    pytest.mark.timeout(300),
]

#: six hours of chaparral (FM4) in a wind of 20 km/h from the west, on a million cells of 30 m
CASE: dict[str, Any] = {
    "n": 1000,
    "cell_m": 30.0,
    "until_s": 6 * 3600.0,
    "row": 500,
    "column": 500,
    "fuel_number": 4,
    "wind_m_per_s": 20.0 / 3.6,
    "wind_from_deg": 270.0,
    "dead": [0.06, 0.07, 0.08],
    "live_herb": 0.9,
    "live_woody": 0.9,
}


@dataclass(frozen=True)
class Burnt:
    """CPU seconds of the growth alone, and arrival times."""

    cpu_s: float
    arrival_s: NDArray[np.floating]


def behaviour() -> Spread:
    fuel = fuel_models()["FM4"]
    bed = bed_of(fuel, Moisture(*CASE["dead"], CASE["live_herb"], CASE["live_woody"]))
    midflame = CASE["wind_m_per_s"] / WIND_10M_OVER_20FT * open_wind_share(fuel.depth_ft)
    return spread_of(bed, midflame, CASE["wind_from_deg"] + 180.0)


def exact_s() -> NDArray[np.float64]:
    """Return the arrival of Huygens' ellipse."""
    fire = behaviour()
    e, head = float(fire.eccentricity), float(fire.head_m_per_s)
    y, x = np.mgrid[: CASE["n"], : CASE["n"]]
    east_m, north_m = (x - CASE["column"]) * CASE["cell_m"], (CASE["row"] - y) * CASE["cell_m"]
    return np.asarray((np.hypot(east_m, north_m) - e * east_m) / (head * (1.0 - e)))


def ours(n: int) -> Burnt:
    fire = behaviour()
    ellipses = Ellipses.uniform(float(fire.head_m_per_s), float(fire.length_to_width))
    growth = FireSpread(np.ones((n, n), np.int64), CASE["cell_m"], ellipses)
    growth.ignite(n // 2 * n + n // 2, 0.0)
    began_s = time.process_time()
    growth.advance(CASE["until_s"])
    return Burnt(time.process_time() - began_s, growth.arrival_s)


def theirs(folder: Path) -> Burnt:
    case_file, result_file = folder / "case.npz", folder / "result.npz"
    np.savez(case_file, **CASE)
    alone = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [str(PYTHON), str(PEER), str(case_file), str(result_file)],
        env=alone, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with np.load(result_file) as result:
        return Burnt(float(result["cpu_s"]), result["arrival_s"])


def overlap(arrival_s: NDArray[np.floating]) -> float:
    """Return intersection over union with the exact fire."""
    burnt, exact = arrival_s <= CASE["until_s"], exact_s() <= CASE["until_s"]
    return float((burnt & exact).sum() / (burnt | exact).sum())


def arrival_error(arrival_s: NDArray[np.floating]) -> float:
    """Return the mean error of the arrival as a share of it, after the first twentieth."""
    exact = exact_s()
    both = (arrival_s <= CASE["until_s"]) & (exact <= CASE["until_s"])
    both &= exact > CASE["until_s"] / 20.0
    return float(np.mean(np.abs(arrival_s - exact)[both] / exact[both]))


def test_the_level_set_takes_ten_times_our_cpu_time_and_is_no_nearer_to_the_ellipse(
    benchmark: Any, tmp_path: Path
) -> None:
    ours(50)  # compile outside the race
    race = lambda: [(theirs(tmp_path), ours(CASE["n"])) for _ in range(ROUNDS)]  # noqa: E731
    runs = benchmark.pedantic(race, rounds=1)
    ratio = float(np.median([their.cpu_s / our.cpu_s for their, our in runs]))
    their, our = runs[-1]
    benchmark.extra_info.update(
        peer="pyretechnics",
        cells=CASE["n"] ** 2,
        cpu_ratio=round(ratio, 1),
        overlap=round(overlap(our.arrival_s), 4),
        their_overlap=round(overlap(their.arrival_s), 4),
        arrival_error=round(arrival_error(our.arrival_s), 5),
        their_arrival_error=round(arrival_error(their.arrival_s), 5),
    )
    assert overlap(our.arrival_s) >= overlap(their.arrival_s)
    assert arrival_error(our.arrival_s) <= arrival_error(their.arrival_s)
    assert ratio >= 10
