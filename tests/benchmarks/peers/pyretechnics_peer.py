"""Burn a uniform case with pyretechnics: ``python pyretechnics_peer.py CASE.npz RESULT.npz``."""

from __future__ import annotations

import sys
import time

import numpy as np
import pyretechnics.eulerian_level_set as level_set
from pyretechnics.space_time_cube import SpaceTimeCube


def main(case_file: str, result_file: str) -> None:
    case = np.load(case_file)
    n, cell_m, minutes = int(case["n"]), float(case["cell_m"]), float(case["until_s"]) / 60.0
    shape = (int(np.ceil(minutes / 60.0)), n, n)
    herb, woody = float(case["live_herb"]), float(case["live_woody"])
    values = {
        "slope": 0.0,
        "aspect": 0.0,
        "fuel_model": int(case["fuel_number"]),
        "canopy_cover": 0.0,
        "canopy_height": 0.0,
        "canopy_base_height": 0.0,
        "canopy_bulk_density": 0.0,
        "wind_speed_10m": float(case["wind_m_per_s"]) * 3.6,
        "upwind_direction": float(case["wind_from_deg"]),
        "fuel_moisture_dead_1hr": float(case["dead"][0]),
        "fuel_moisture_dead_10hr": float(case["dead"][1]),
        "fuel_moisture_dead_100hr": float(case["dead"][2]),
        "fuel_moisture_live_herbaceous": herb,
        "fuel_moisture_live_woody": woody,
        "foliar_moisture": 1.0,
        "fuel_spread_adjustment": 1.0,
        "weather_spread_adjustment": 1.0,
    }
    cubes = {name: SpaceTimeCube(shape, value) for name, value in values.items()}
    start = (int(case["row"]), int(case["column"]))
    state = level_set.SpreadState(shape).ignite_cell(start)
    began_s = time.process_time()
    result = level_set.spread_fire_with_phi_field(
        cubes, state, (60.0, cell_m, cell_m), 0.0, minutes, surface_lw_ratio_model="behave"
    )
    cpu_s = time.process_time() - began_s
    matrices = result["spread_state"].get_full_matrices(["time_of_arrival", "spread_rate"])
    arrival_min = np.asarray(matrices["time_of_arrival"], np.float64)
    arrival_s = np.where(arrival_min >= 0.0, arrival_min * 60.0, np.inf)
    np.savez(result_file, cpu_s=cpu_s, arrival_s=arrival_s,
             head_m_per_min=float(np.max(matrices["spread_rate"])))  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
