"""Where a wildfire starts on a map, and which places its coming is told of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import SimError
from sim.core.sets import distinct, without
from sim.core.words import said
from sim.hazards.wildfire_fuels import fuel_models, fuel_numbers
from sim.hazards.wildfire_ground import GroundKinds
from sim.hazards.wildfire_params import WildfireParams, WildIgnition
from sim.scenario.base import Spot
from sim.world.layers import LAND_CLASSES
from sim.world.tables import FACILITY_KINDS
from sim.world.world import World
from sim.world.zoning import zone_cells

Cells = NDArray[np.int64]
Coordinates = NDArray[np.float64]


class WildfirePlaceError(SimError):
    """A wildfire starts where nothing can burn, or outside of the map."""


def cells_to_light(ignition: WildIgnition, world: World, kinds: GroundKinds) -> Cells:
    """Return the flat cells of an ignition that can burn.

    Raises
    ------
    WildfirePlaceError
        When it lies outside of the map or wholly on ground that does not burn.
    """
    spots = ignition.line if ignition.line is not None else (ignition.at or Spot(x_m=0, y_m=0),)
    x_m, y_m = _along(spots, world.grid.cell_m / 2)
    cells: Cells = distinct(world.grid.cell_of(x_m, y_m))
    if cells[0] < 0:
        raise WildfirePlaceError(said("wildfire.outside", id=ignition.id))
    kind = kinds.of_cell.ravel()
    burning = cells[kind[cells] > 0]
    if len(burning) == 0:
        raise WildfirePlaceError(_no_fuel(ignition.id, int(cells[0]), world, kinds))
    return burning


def named(ignitions: Sequence[WildIgnition], lit: Sequence[Cells], world: World) -> list[str]:
    """Return the community in which each ignition lies, or its own id where there is none."""
    zone = zone_cells(world, "community").reshape(-1)
    rows = [int(zone[cells[0]]) for cells in lit]
    return [
        str(world.zones.id[row]) if row >= 0 else ignition.id
        for row, ignition in zip(rows, ignitions, strict=True)
    ]


def _along(spots: tuple[Spot, ...], step_m: float) -> tuple[Coordinates, Coordinates]:
    x_m, y_m = np.array([(spot.x_m, spot.y_m) for spot in spots], np.float64).T
    if len(spots) == 1:
        return x_m, y_m
    at = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x_m), np.diff(y_m)))))
    fine = np.linspace(0.0, at[-1], int(at[-1] / step_m) + 2)
    return np.interp(fine, at, x_m), np.interp(fine, at, y_m)


def _no_fuel(name: str, cell: int, world: World, kinds: GroundKinds) -> str:
    rows, columns = np.nonzero(kinds.of_cell > 0)
    if len(rows) == 0:
        return said("wildfire.nothing_burns")
    row, column = divmod(cell, world.grid.nx)
    cells_away = np.hypot(rows - row, columns - column).min()
    distance = f"{float(cells_away) * world.grid.cell_m:.0f} m"
    land = LAND_CLASSES[int(world.layers["land"].ravel()[cell])]
    return said("wildfire.no_fuel", id=name, fuel=land, distance=distance)


def check_fuels(numbers: NDArray[np.integer]) -> None:
    """Refuse a layer of fuel models with numbers that no model has.

    Raises
    ------
    WildfirePlaceError
    """
    known = [*fuel_numbers().values(), 0]
    unknown = without(numbers, known)
    if len(unknown):
        found = ", ".join(map(str, unknown[:8].tolist()))
        raise WildfirePlaceError(said("wildfire.bad_fuel", found=found))
    if not np.isin(numbers, [model.number for model in fuel_models().values()]).any():
        raise WildfirePlaceError(said("wildfire.nothing_burns"))


def watched(params: WildfireParams, world: World) -> list[tuple[str, Cells]]:
    """Return ids of places, each with the flat cells that are near enough to tell of a fire."""
    table, grid = world.facilities, world.grid
    for name in params.watch:
        if name not in table.id:
            raise WildfirePlaceError(said("wildfire.no_facility", id=name))
    kind = FACILITY_KINDS.index("check_point")
    rows = np.flatnonzero((table.kind == kind) | np.isin(table.id, list(params.watch)))
    places = [(str(table.id[k]), float(table.x_m[k]), float(table.y_m[k])) for k in rows]
    points = world.points
    places += [
        (str(points.id[k]), float(points.x_m[k]), float(points.y_m[k])) for k in range(points.n)
    ]
    steps = int(params.watch_distance / grid.cell_m) + 1
    reach = np.arange(-steps, steps + 1) * grid.cell_m
    east, north = (axis.ravel() for axis in np.meshgrid(reach, reach))
    near = np.hypot(east, north) <= max(params.watch_distance, grid.cell_m)
    found = []
    for name, x_m, y_m in places:
        cells = grid.cell_of(x_m + east[near], y_m + north[near])
        found.append((name, distinct(cells[cells >= 0])))
    return [(name, cells) for name, cells in found if len(cells)]
