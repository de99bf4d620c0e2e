"""Water against fires in a town: what a fire needs, what hydrants, open water and tankers give.

Pure functions for those who send engines; the hazard judges their water by the same numbers.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.hazards.urban_fire_design import DesignFires, need_m3_per_j
from sim.scenario.parameters import parameter
from sim.world.tables import FACILITY_KINDS
from sim.world.world import World

Floats = NDArray[np.float64]

_M3_PER_L: Final = 1e-3


def water_needed_m3_per_s(heat_w: Floats, heat_w_per_m2: Floats) -> Floats:
    """Return the water that masters fires now.

    Parameters
    ----------
    heat_w : array
        Heat of each fire: the state ``building_heat_w``.
    heat_w_per_m2 : array
        Heat of a burning square metre: `DesignFires.heat_w_per_m2` of the same buildings.
    """
    return heat_w * need_m3_per_j(heat_w_per_m2)


def burning_floor_m2(heat_w: Floats, heat_w_per_m2: Floats) -> Floats:
    """Return the floor that burns now."""
    return heat_w / heat_w_per_m2


def jets_needed(floor_m2: Floats) -> NDArray[np.int64]:
    """Return how many jets stand around a burning floor, taken as a square."""
    around_m = 4.0 * np.sqrt(floor_m2)
    return np.ceil(around_m / parameter("urban_fire.jet_front").si).astype(np.int64)


def jet_m3_per_s() -> float:
    """Return the flow of one hand-held jet."""
    return parameter("urban_fire.jet_flow").si * _M3_PER_L


def water_needed_at(fires: DesignFires, row: int, heat_w: float) -> tuple[float, int]:
    """Return what one burning building asks for at present: water in m3/s, and jets around it."""
    hot = fires.heat_w_per_m2[row : row + 1]
    heat = np.array([heat_w])
    jets = jets_needed(burning_floor_m2(heat, hot))
    return float(water_needed_m3_per_s(heat, hot)[0]), int(jets[0])


def hydrant_m3_per_s(
    world: World, x_m: float, y_m: float, *, out: NDArray[np.bool_] | None = None
) -> float:
    """Return the flow of all working hydrants whose reach covers a place.

    Parameters
    ----------
    world : World
    x_m, y_m : float
    out : (facilities,) bool, optional
        The state ``facility_out``: those give nothing.
    """
    facilities = world.facilities
    hydrants = facilities.kind == FACILITY_KINDS.index("hydrant")
    away_m = np.hypot(facilities.x_m - x_m, facilities.y_m - y_m)
    near = hydrants & (away_m <= parameter("urban_fire.hydrant_reach").si)
    if out is not None:
        near &= ~out
    usual = parameter("urban_fire.hydrant_flow").si * _M3_PER_L
    stated = (facilities.capacity_unit == "m3/s") & (facilities.capacity > 0)
    flow_m3_per_s = np.where(stated, facilities.capacity, usual)
    return float(flow_m3_per_s[near].sum())


def open_water_m(world: World, x_m: float, y_m: float) -> float:
    """Return the distance of the nearest river, canal, lake, reservoir or sea; inf without any.

    Within the catalogue's ``draught_reach`` engines can draw from it as much as they can pump.
    """
    shapes = world.water_shapes
    nearest_m = np.inf
    for row in range(shapes.n):
        points = shapes.points_m(row)
        if len(points) > 1:
            nearest_m = min(nearest_m, _line_distance_m(points, x_m, y_m))
    return nearest_m


def _line_distance_m(points_m: Floats, x_m: float, y_m: float) -> float:
    """Return the distance of a place from a polyline."""
    step = np.diff(points_m, axis=0)
    to = np.array([x_m, y_m]) - points_m[:-1]
    length2 = np.maximum((step**2).sum(axis=1), 1e-12)
    share = np.clip((to * step).sum(axis=1) / length2, 0.0, 1.0)
    return float(np.hypot(*(to - share[:, None] * step).T).min())


def has_open_water(world: World, x_m: float, y_m: float) -> bool:
    """Whether engines can draw from open water at a place."""
    return open_water_m(world, x_m, y_m) <= parameter("urban_fire.draught_reach").si


def endurance_s(tank_m3: float, flow_m3_per_s: float) -> float:
    """Return how long a tanker gives a flow before it is empty."""
    if flow_m3_per_s <= 0.0:
        raise ValueError(f"flow_m3_per_s(={flow_m3_per_s}) must be > 0")
    return tank_m3 / flow_m3_per_s
