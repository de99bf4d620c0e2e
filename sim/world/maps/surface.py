"""What the ground of a schematic map is covered with, and how it holds and drains water."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from sim.core.rng import Streams
from sim.core.units import UNITS
from sim.scenario.facts import Drains, Forest
from sim.scenario.parameters import parameter
from sim.world.grid import Grid
from sim.world.layers import LAND_CLASSES, Layers
from sim.world.maps.courses import Crest
from sim.world.maps.frame import Frame, Waves
from sim.world.maps.parcels import Parcels
from sim.world.maps.plan import USES
from sim.world.maps.terrain import Terrain, channel_cells

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

LAND: Final = {name: code for code, name in enumerate(LAND_CLASSES)}
_LAND_OF_USE: Final = {
    "open": "crop",
    "village": "residential",
    "estate": "residential",
    "centre": "commercial",
    "industry": "industrial",
    "park": "grass",
    "hill": "forest",
    "water": "grass",
}
#: uses with storm drains under them
_DRAINED: Final = ("estate", "centre", "industry", "park")
#: share of open land in small woods, and of bare ground (assumed)
_WOODS_SHARE: Final = 0.06
_BARE_SHARE: Final = 0.03


def layers_of(
    grid: Grid,
    terrain: Terrain,
    parcels: Parcels,
    crests: list[Crest],
    road: Mask,
    built_share: Floats,
    drains: Drains,
    streams: Streams,
    belts: Mask | None = None,
) -> Layers:
    """Return the ground's layers.

    Parameters
    ----------
    road : (ny, nx) bool
        Cells under wide roads.
    belts : (ny, nx) bool, optional
        Cells in belts of forest, by `belts_of`.
    """
    use = parcels.use[parcels.of_cell]
    land = np.array([LAND[_LAND_OF_USE[name]] for name in USES], dtype=np.uint8)[use]
    patches = Waves.drawn(streams.generator("woods"), 900.0).on(grid)
    fields = land == LAND["crop"]
    if fields.any():
        low, high = np.quantile(patches[fields], (_BARE_SHARE, 1 - _WOODS_SHARE))
        land[fields & (patches > high)] = LAND["forest"]
        land[fields & (patches < low)] = LAND["bare"]
    if belts is not None:
        land[belts & np.isin(land, (LAND["crop"], LAND["bare"], LAND["grass"]))] = LAND["forest"]
    land[terrain.strip] = LAND["grass"]
    land[road] = LAND["road"]
    land[terrain.water] = LAND["water"]
    for crest in crests:
        cells = channel_cells(crest.line_m, grid)
        land.reshape(-1)[cells[land.reshape(-1)[cells] != LAND["water"]]] = LAND["levee"]
    drained = np.isin(use, [USES.index(name) for name in _DRAINED])
    drained &= ~np.isin(land, (LAND["water"], LAND["levee"])) & ~terrain.strip
    layers = Layers(grid)
    layers.write("elevation_m", terrain.ground_m)
    layers.write("manning_n", _by_land("manning", 1.0)[land])
    layers.write("infiltration_m_per_s", _by_land("infiltration", UNITS["mm/h"][1])[land])
    layers.write("drain_m_per_s", np.where(drained, drains.capacity, 0.0))
    layers.write("built_share", np.where(terrain.water, 0.0, built_share))
    layers.write("land", land)
    return layers


def belts_of(forests: Sequence[Forest], frame: Frame, grid: Grid) -> Mask:
    """Return the cells in belts of forest: nearer to a line than half its width."""
    belts = np.zeros(grid.shape, dtype=bool)
    for forest in forests:
        line = np.ones(grid.shape, dtype=bool)
        line.reshape(-1)[channel_cells(frame.line_m(forest.course), grid)] = False
        away_m = ndimage.distance_transform_edt(line) * grid.cell_m
        belts |= away_m <= max(forest.width, grid.cell_m) / 2
    return belts


def _by_land(topic: str, factor: float) -> Floats:
    return np.array([parameter(f"map.{topic}_{name}").value * factor for name in LAND_CLASSES])
