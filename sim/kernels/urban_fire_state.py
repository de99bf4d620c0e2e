"""What the kernels of fire in a town know: its buildings, its laws, its winds, its fires."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: codes of `sim.world.states.FIRE_STATES`
UNTOUCHED: Final = 0
BURNING: Final = 1
BURNT_OUT: Final = 2
PUT_OUT: Final = 3

#: places in `Fires.counts`
WAITING: Final = 0
LIT: Final = 1
ACTIVE: Final = 2


class Town(NamedTuple):
    """What never changes: buildings, and which stand near which.

    Attributes
    ----------
    offsets, neighbour, gap_m : arrays
        Neighbours of building ``i`` are ``neighbour[offsets[i]:offsets[i + 1]]``.
    x_m, y_m, plan_m : (n,) float64
        Centre, and side of a square of the same area.
    resistant : (n,) float64
        1 for a fire-resistant building in Hamada's sense, 0 for one of wood.
    catches : (n,) bool
        Whether fire next door can set it alight at all.
    growth_w_per_s2, peak_w, fuel_j : (n,) float64
        Its design fire.
    need_m3_per_j : (n,) float64
        Water that masters its fire, by the heat: m3/s for each watt.
    shield_m3_per_s : (n,) float64
        Water on it that keeps it from catching.
    """

    offsets: NDArray[np.int64]
    neighbour: NDArray[np.int32]
    gap_m: NDArray[np.float32]
    x_m: Floats
    y_m: Floats
    plan_m: Floats
    resistant: Floats
    catches: NDArray[np.bool_]
    growth_w_per_s2: Floats
    peak_w: Floats
    fuel_j: Floats
    need_m3_per_j: Floats
    shield_m3_per_s: Floats


class Laws(NamedTuple):
    """Numbers that hold for the whole town.

    Attributes
    ----------
    key_a, key_b : uint64
        Keys of the two draws of a pair of buildings.
    sigma : float
        Spread of the logarithm of the time from one building to the next.
    pace : float
        Factor on Hamada's speeds.
    decay_share : float
        Share of the fuel burnt when decay begins.
    breakout_w : float
        Heat at which a fire lit inside breaks out of its building.
    quench_s : float
        Time in which mastered fire falls to 1/e.
    out_w : float
        Heat below which a mastered fire is out.
    """

    key_a: np.uint64
    key_b: np.uint64
    sigma: float
    pace: float
    decay_share: float
    breakout_w: float
    quench_s: float
    out_w: float


class Winds(NamedTuple):
    """Wind in windows: until when, how fast, to where it blows (unit vector)."""

    until_s: Floats
    speed_m_per_s: Floats
    east: Floats
    north: Floats


class Fires(NamedTuple):
    """What changes, a row a building; times in s, inf for never.

    Attributes
    ----------
    state : (n,) uint8
    lit_s : (n,) float64
    start_s : (n,) float64
        Start of its curve; earlier than `lit_s` when lit from outside.
    fuel_j : (n,) float64
        Fuel of its curve; under mastery, what is left.
    end_s : (n,) float64
        When it will be out, as things stand.
    mastered_s, mastered_w : (n,) float64
        Since when water masters it, and its heat then.
    held_s, shifted_s : (n,) float64
        Time spent mastered before; how much of it its clock of spreading knows.
    source : (n,) int32
        The building that lit it; -1 for none.
    due_s : (edges,) float64
        When each neighbour is to catch.
    queue_s, queue_row : (n,) arrays
        The queue, a binary heap.
    order, active, done : (n,) int32
        Buildings in the order of catching; those burning; those out since last asked.
    counts : (3,) int64
    """

    state: NDArray[np.uint8]
    lit_s: Floats
    start_s: Floats
    fuel_j: Floats
    end_s: Floats
    mastered_s: Floats
    mastered_w: Floats
    held_s: Floats
    shifted_s: Floats
    source: NDArray[np.int32]
    due_s: Floats
    queue_s: Floats
    queue_row: NDArray[np.int32]
    order: NDArray[np.int32]
    active: NDArray[np.int32]
    done: NDArray[np.int32]
    counts: NDArray[np.int64]
