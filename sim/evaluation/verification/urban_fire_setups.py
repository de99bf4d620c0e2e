"""Made-up towns for fire: rows of equal houses, with or without wide streets."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.core.rng import Streams
from sim.hazards.urban_fire_graph import graph_of
from sim.hazards.urban_fire_town import BurningTown, Spreading, town_of, winds_of
from sim.world.tables import BUILDING_CLASSES, BUILDING_USES, Buildings

Floats = NDArray[np.float64]

#: a town that obeys Hamada and nothing else: no chance, no growth indoors
HAMADA: Final = Spreading(reach_m=12.0, sigma=0.0, pace=1.0, decay_share=0.8, breakout_w=1e-9)


def houses(
    x_m: Floats,
    y_m: Floats,
    side_m: float | Floats,
    *,
    built: str = "adobe",
    use: str = "home",
    storeys: int = 1,
) -> Buildings:
    """Return square houses of one sort, nobody in them."""
    n = len(x_m)
    zero = np.zeros(n, np.int32)
    return Buildings(
        x_m=np.asarray(x_m, np.float64),
        y_m=np.asarray(y_m, np.float64),
        footprint_m2=np.full(n, np.asarray(side_m) ** 2, np.float32),
        height_m=np.full(n, 3.0 * storeys, np.float32),
        storeys=np.full(n, storeys, np.uint8),
        year=np.full(n, 1970, np.int16),
        building_class=np.full(n, BUILDING_CLASSES.index(built), np.uint8),
        use=np.full(n, BUILDING_USES.index(use), np.uint8),
        zone=np.full(n, -1, np.int32),
        node=zero,
        occupants_02=zero,
        occupants_08=zero,
        occupants_12=zero,
        occupants_18=zero,
    )


def rows_of_houses(across: int, up: int, *, side_m: float, gap_m: float) -> Buildings:
    """Return a town of equal houses in rows from the south-west on, eastward row by row."""
    step_m = side_m + gap_m
    x_m, y_m = np.meshgrid(np.arange(across) * step_m, np.arange(up) * step_m)
    return houses(x_m.reshape(-1), y_m.reshape(-1), side_m)


def wooden_town(
    buildings: Buildings,
    *,
    wind_m_per_s: float,
    spreading: Spreading = HAMADA,
    resistant: NDArray[np.bool_] | None = None,
    seed: int = 1,
) -> BurningTown:
    """Return a Japanese town in a west wind: wood burns, and fire-resistant houses never catch."""
    streams = Streams(seed)
    graph = graph_of(
        buildings.x_m, buildings.y_m, buildings.footprint_m2, reach_m=spreading.reach_m
    )
    stone = np.zeros(buildings.n, np.bool_) if resistant is None else resistant
    town = town_of(buildings, graph, streams, x_m=buildings.x_m, y_m=buildings.y_m)._replace(
        resistant=stone.astype(np.float64), catches=~stone
    )
    return BurningTown(town, winds_of([(0.0, wind_m_per_s, 270.0)]), streams, spreading)
