"""Run landlab's OverlandFlow on a case file: ``python landlab_peer.py CASE.npz RESULT.npz``."""

from __future__ import annotations

import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")

from landlab import RasterModelGrid  # noqa: E402
from landlab.components import OverlandFlow  # noqa: E402

#: at its default 0.7 the ponds end in a checkerboard
ALPHA = 0.6


def main(case_file: str, result_file: str) -> None:
    case = np.load(case_file)
    n, cell_m, until_s = len(case["elevation_m"]), float(case["cell_m"]), float(case["until_s"])
    # landlab's outermost nodes are boundaries: pad by one closed ring, row 0 in the south
    grid = RasterModelGrid((n + 2, n + 2), xy_spacing=cell_m)
    ground = np.pad(case["elevation_m"][::-1], 1, mode="edge").ravel()
    grid.add_field("topographic__elevation", ground, at="node")
    depth = grid.add_zeros("surface_water__depth", at="node")
    grid.set_closed_boundaries_at_grid_edges(True, True, True, True)
    row, column = divmod(int(case["spring_cell"]), n)
    spring = (n - row) * (n + 2) + column + 1
    spring_m_per_s = float(case["spring_m3_per_s"]) / cell_m**2
    flow = OverlandFlow(
        grid,
        h_init=1e-5,
        alpha=ALPHA,
        theta=0.8,
        mannings_n=float(case["manning_n"]),
        rainfall_intensity=float(case["rain_m_per_s"]),
    )
    began_s, t_s, n_steps = time.process_time(), 0.0, 0
    while t_s < until_s - 1e-9:
        step_s = min(flow.calc_time_step(), until_s - t_s)
        for _ in range(3):  # the step must know the water that the spring adds in it
            deep_m = depth[spring] + spring_m_per_s * step_s
            step_s = min(step_s, ALPHA * cell_m / np.sqrt(9.81 * deep_m))
        flow.rainfall_intensity = float(case["rain_m_per_s"]) * (t_s < float(case["rain_s"]))
        flow.overland_flow(dt=step_s)
        depth[spring] += spring_m_per_s * step_s
        t_s += step_s
        n_steps += 1
    cpu_s = time.process_time() - began_s
    inner = depth.reshape(n + 2, n + 2)[1:-1, 1:-1][::-1]
    np.savez(result_file, cpu_s=cpu_s, n_steps=n_steps, depth_m=inner)


if __name__ == "__main__":
    main(*sys.argv[1:])
