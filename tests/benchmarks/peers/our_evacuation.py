"""The neutral town on our kernels, in a process that holds nothing else.

python our_evacuation.py PEOPLE STEP_S HOURS     one run, figures as JSON
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from sim.agents.movement import STATES
from sim.evaluation.verification.movement_city import City, neutral_city

FRONT_S = REFRESH_S = 600
ARRIVED = STATES.index("arrived")


def run_ours(city: City, step_s: float, until_s: float) -> dict[str, Any]:
    """Run the town on the kernels and return its figures."""
    began_s = time.process_time()
    movement = city.start(refresh_s=REFRESH_S)
    made_s = time.process_time()
    stranded, now_s = 0, 0.0
    while now_s < until_s:
        now_s += step_s
        stranded += movement.step(now_s).stranded.n
        if now_s % FRONT_S == 0:
            closed = city.closed_at(now_s)
            movement.set_water(0.0, closed, closed)
    spent_s = time.process_time() - made_s
    stranded += movement.step(now_s).stranded.n
    return {
        "create_s": made_s - began_s,
        "cpu_s": spent_s,
        "arrived": int((movement.state == ARRIVED).sum()),
        "stranded": stranded,
        "passages": movement.edge_passages,
        "ring_moves": movement.ring_moves,
        "inside": movement.persons_inside.tolist(),
        "arrived_s": movement.arrived_s.tolist() if city.n <= 10_000 else None,
        "sum_arrived_s": float(np.nansum(movement.arrived_s.astype(np.float64))),
    }


def most_megabytes() -> float:
    """Return the most memory that this process has held.

    Not by ``getrusage``, which also counts what the process that started it held then.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main() -> None:
    """Run once, after a short warm-up of the kernels, and print the figures."""
    people, step_s, hours = map(float, sys.argv[1:])
    run_ours(neutral_city(200, n_side=21), 60, 7200)
    figures = run_ours(neutral_city(int(people)), step_s, hours * 3600)
    figures["megabytes"] = most_megabytes()
    json.dump(figures, sys.stdout)


if __name__ == "__main__":
    main()
