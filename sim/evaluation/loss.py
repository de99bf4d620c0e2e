"""Direct loss: what water, shaking and fire destroyed of buildings and their contents."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.model.results import Results
from sim.scenario.parameters import parameter
from sim.world.states import DAMAGE_STATES, FIRE_STATES
from sim.world.tables import BUILDING_CLASSES, BUILDING_USES, Buildings

Floats = NDArray[np.float64]
#: depth above ground (m) and share of the value lost: Asia, residential, of Huizinga, de Moel and
#: Szewczyk 2017, Global flood depth-damage functions (JRC105688)
_DEPTH_M: Final = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0)
_LOST: Final = (0.0, 0.33, 0.49, 0.62, 0.72, 0.87, 0.93, 0.98, 1.0)
_INDUSTRY: Final = ("factory", "warehouse")


def lost_to_water(depth_m: ArrayLike) -> Floats:
    """Return the share of what water can damage that is lost at a depth above ground (m)."""
    share: Floats = np.interp(np.asarray(depth_m, dtype=np.float64), _DEPTH_M, _LOST)
    return share


def lost_to_shaking(damage: ArrayLike) -> Floats:
    """Return the cost of repair over that of building, by code of `DAMAGE_STATES`."""
    shares = [0.0, *(parameter(f"loss.quake_{state}").si for state in DAMAGE_STATES[1:])]
    found: Floats = np.array(shares)[np.asarray(damage)]
    return found


def contents(buildings: Buildings) -> Floats:
    """Return the worth of each building's contents over that of the building."""
    by_use = [parameter("loss.content_commerce").si] * len(BUILDING_USES)
    by_use[BUILDING_USES.index("home")] = parameter("loss.content_home").si
    for use in _INDUSTRY:
        by_use[BUILDING_USES.index(use)] = parameter("loss.content_industry").si
    return np.array(by_use)[buildings.use]


def direct_loss_yuan(results: Results) -> Floats:
    """Return the loss of each building and its contents; (buildings,) yuan.

    Of shaking and fire all floors count, of water what stands on the ground floor's area: the
    curve's deepest water, 6 m, drowns two floors of it. No building loses more than it is worth.
    Vehicles, roads, pipes, crops and lost production are not in it.
    """
    buildings = results.world.buildings
    if buildings.n == 0:
        return np.zeros(0)
    yuan_per_m2 = parameter("loss.building_cost").si * parameter("loss.depreciated").si
    floor_m2 = buildings.footprint_m2.astype(np.float64)
    worth: Floats = yuan_per_m2 * (1.0 + contents(buildings)) * floor_m2
    everything = worth * buildings.storeys
    ends = results.states_at()
    broken = np.maximum(
        lost_to_shaking(ends["building_damage"]),
        (ends["building_fire"] == FIRE_STATES.index("burnt_out")).astype(np.float64),
    )
    adobe = buildings.building_class == BUILDING_CLASSES.index("adobe")
    safe = np.where(
        adobe, parameter("loss.safe_from_water_adobe").si, parameter("loss.safe_from_water").si
    )
    drowned = lost_to_water(_depths_m(results)) * (1.0 - safe)
    loss: Floats = np.minimum(everything * broken + worth * drowned, everything)
    return loss


def _depths_m(results: Results) -> Floats:
    """Return the deepest water at each building that water entered; 0 at the others."""
    deepest = np.zeros(results.world.buildings.n)
    entered = results.buildings
    deepest[entered["building"].to_numpy(dtype=np.int64)] = entered["max_depth_m"].to_numpy()
    return deepest
