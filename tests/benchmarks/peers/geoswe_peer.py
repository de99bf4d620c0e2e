"""Run GeoSWE's NumPy back end on a case file: ``python geoswe_peer.py CASE.npz RESULT.npz``."""

from __future__ import annotations

import os
import sys
import time

import numpy as np

os.environ["GEOSWE_BACKEND"] = "numpy"

from geoswe import Config, Mesh2D, RainfallForcing, Solver2D


def main(case_file: str, result_file: str) -> None:
    case = np.load(case_file)
    n, cell_m, until_s = len(case["elevation_m"]), float(case["cell_m"]), float(case["until_s"])
    # the spring is a very local rain; arrays are (x, y)
    mm_per_h = 3.6e6
    rates = np.full((2, n, n), float(case["rain_m_per_s"]) * mm_per_h)
    rates[1] = 0.0
    row, column = divmod(int(case["spring_cell"]), n)
    rates[:, column, row] += float(case["spring_m3_per_s"]) / cell_m**2 * mm_per_h
    rain = RainfallForcing(time_s=[0.0, float(case["rain_s"])], rate_mm_h=rates)
    config = Config(
        friction="manning",
        manning_n=float(case["manning_n"]),
        rainfall_forcing=rain,
        bc_x="wall",
        bc_y="wall",
        h_min=1e-6,
        h_min_cfl=1e-3,
    )
    mesh = Mesh2D(nx=n, ny=n, dx=cell_m, dy=cell_m)
    solver = Solver2D(mesh, config, np.zeros((3, n, n)), case["elevation_m"].T.copy())
    began_s = time.process_time()
    for t_s in np.arange(0.5, 10.0, 0.5):  # on dry ground its first step would be endless
        solver.run(t_end=float(t_s))
    solver.run(t_end=until_s)
    cpu_s = time.process_time() - began_s
    np.savez(result_file, cpu_s=cpu_s, n_steps=0, depth_m=solver.depth().T)


if __name__ == "__main__":
    main(*sys.argv[1:])
