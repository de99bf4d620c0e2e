"""What the water did: rain, flooded land, roads, buildings, key sites, and the solver's books."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.evaluation.crowd import Crowd
from sim.evaluation.kpis.figure import Figure, with_water
from sim.model.results import Results
from sim.scenario.parameters import parameter
from sim.world.layers import LAND_CLASSES
from sim.world.tables import FACILITY_KINDS

#: water this deep counts an area as flooded
FLOODED_M: Final = 0.15
_NOT_LAND: Final = [LAND_CLASSES.index(name) for name in ("water", "levee")]


@with_water("mm")
def rain_depth(results: Results) -> Figure:
    """Rain fallen on the map, as a depth."""
    area_m2 = results.world.grid.ny * results.world.grid.nx * results.world.grid.cell_area_m2
    return Figure(float(results.series["rain_m3"].iloc[-1]) / area_m2 * 1000, "mm")


@with_water("km2")
def peak_wet_area(results: Results) -> Figure:
    """Largest area under more than 0.05 m at one moment, rivers included."""
    return Figure(float(results.series["wet_area_m2"].max()) / 1e6, "km2")


@with_water("km2")
def flooded_area(results: Results) -> Figure:
    """Land that was under `FLOODED_M` or more at some time, without rivers, lakes and levees."""
    return Figure(_land_area_km2(results, results.layer("max_depth_m") >= FLOODED_M), "km2")


@with_water("m")
def max_depth(results: Results) -> Figure:
    """Deepest water on land."""
    on_land = np.where(_land(results), results.layer("max_depth_m"), 0)
    return Figure(float(on_land.max()), "m")


@with_water("km2")
def dangerous_area(results: Results) -> Figure:
    """Land whose hazard rating passed 1.25, "danger for most" (FD2321 2006)."""
    return Figure(_land_area_km2(results, results.layer("max_hazard_rating") > 1.25), "km2")


def roads_closed_peak(results: Results) -> Figure:
    """Longest length of road closed by water at one moment."""
    return Figure(float(results.series["closed_road_m"].max()) / 1000, "km")


def roads_passable_worst(results: Results) -> Figure:
    """Share of road length open at the worst moment (plan row T77: works normally)."""
    total_m = float(results.world.roads.length_m.sum(dtype=np.float64))
    return Figure(
        1 - float(results.series["closed_road_m"].max()) / total_m if total_m else 1.0, "1"
    )


def road_closure_hours(results: Results) -> Figure:
    """Kilometre-hours of closed road."""
    spells = results.closures
    end_s = spells["reopened_s"].fillna(results.manifest["duration_s"])
    hours = (end_s - spells["closed_s"]) / 3600
    return Figure(float((hours * spells["length_m"]).sum()) / 1000, "km h")


def buildings_flooded(results: Results) -> Figure:
    """Buildings that water entered."""
    return Figure(float(len(results.buildings)), "1")


def residents_in_flooded_homes(results: Results) -> Figure:
    """Residents whose home building water entered, whatever their storey."""
    crowd = Crowd(results)
    return Figure(crowd.count(crowd.flooded), "1")


@with_water("1")
def key_sites_flooded(results: Results) -> Figure:
    """Shelters, hospitals, fire stations, depots and command posts with water at the sill."""
    facilities, grid = results.world.facilities, results.world.grid
    kinds = ("shelter", "hospital", "fire_station", "depot", "command_post")
    key = np.isin(facilities.kind, [FACILITY_KINDS.index(kind) for kind in kinds])
    cells = grid.cell_of(facilities.x_m[key], facilities.y_m[key])
    depth_m = results.layer("max_depth_m").reshape(-1)[cells[cells >= 0]]
    return Figure(float(np.count_nonzero(depth_m >= parameter("buildings.sill").si)), "1")


@with_water("1")
def mass_error(results: Results) -> Figure:
    """Water that the solver made or lost, as a share of all water that came in."""
    return Figure(float(results.series["mass_error_share"].iloc[-1]), "1")


def _land(results: Results) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return the cells that are neither water nor the levees, whose feet stand in it."""
    land: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = ~np.isin(
        results.world.layers["land"], _NOT_LAND
    )
    return land


def _land_area_km2(results: Results, wet: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float:
    return np.count_nonzero(wet & _land(results)) * results.world.grid.cell_area_m2 / 1e6
