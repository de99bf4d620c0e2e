"""What the kernels of a flood work on, as columns with names."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.crew import shared_numbers
from sim.kernels.flood import F4, F8, I4, I8, Ground, Small
from sim.kernels.flood_series import Courses
from sim.kernels.flood_sources import Flags


class Water(NamedTuple):
    """Columns of cells and faces, padded (see `sim.kernels.flood`), all flat but two.

    Views stand here, since kernels that count no references cannot make them (`lead_kernel`).
    """

    depths: F8  #: (rows, columns)
    flows: F4  #: (2, rows, columns)
    h: F8
    z: Ground
    manning: F8
    gn2: F4
    q: F4
    bits: NDArray[np.uint64]  #: depths seen as integers, (rows, columns)


class Tiles(NamedTuple):
    """What is known of tiles, and lists of them that a turn makes."""

    measures: F8
    pinned: Small
    beside_pinned: Small  #: pinned, or a neighbour is
    warmth: Small
    levels: Small
    resting: Small
    stepping: Small
    touched: Small
    some: Small  #: to choose from, for what is looked at
    step_s: F8
    step_of: F8  #: the same, flat
    bits: NDArray[np.uint64]  #: measures seen as integers
    spans: I4  #: of tiles that step
    seen: I4  #: of tiles that are looked at, or whose depths may change in a round


class Forced(NamedTuple):
    """Faces with a law of their own: those of borders first, then weirs."""

    tiles: I8  #: tile that owns each face
    steps_s: F8  #: step that each takes now
    order: I8  #: their order by line; in this order also:
    faces: I8
    first: I8  #: first of each line
    flows: F4  #: m2/s, now, borders first
    ordered: F4
    border_faces: I8
    border_cells: I8
    inward: F8
    law: I8
    value: F8
    group_first: I8  #: borders whose value changes: rows from first to last - 1
    group_last: I8
    weir_faces: I8
    upper: I8
    lower: I8
    crest_m: F8
    invert_m: F8
    width: F8
    breach: F8
    first_over_s: F8


class Points(NamedTuple):
    """Single cells where water enters or is pumped."""

    inflow_cells: I8
    inflow_first: I8
    pump_cells: I8
    outlets: I8
    capacity_m3_per_s: F8
    start_m: F8  #: infinite without power
    stop_m: F8
    on: Flags
    moved_m3: F8
    volumes_m3: F8  #: that come in in a turn
    mobile_cells: I8  #: where pumps on wheels take water whenever rain and losses act
    mobile_m_per_s: F8


class Losses(NamedTuple):
    """What acts cell by cell: share of the rain, capacities of soil and drains (m/s)."""

    weight: F4
    soil: F4
    drain: F4
    taken_m: F8  #: of each span, soaked and drained


class Seen(NamedTuple):
    """The largest values so far, arrays not padded (see `sim.hazards.flood_maxima`)."""

    max_depth_m: F4
    max_speed_m_per_s: F4
    max_hazard_rating: F4
    arrival_s: F4
    wet_s: F4


class Laws(NamedTuple):
    """Numbers that stay the same."""

    ny: int
    nx: int
    dx_m: float
    film_m: float
    theta: np.float32
    adaptive: np.float32 | None
    weir_coefficient: float
    alpha: float  #: Courant number
    levels: int  #: steps of so many lengths
    everything: bool  #: whether dry tiles step too


class Crew(NamedTuple):
    """Threads that share a step, and where each part of their work has room."""

    parts: int  #: at most
    least_cells: int  #: cells whose step is worth a part
    numbers: I8  #: see `sim.kernels.crew`
    job: I8  #: kind of the work in hand, and how many parts it has
    now: F8  #: its numbers
    cuts: I8  #: part k is the spans from ``cuts[k]`` to ``cuts[k + 1]`` - 1
    lines: F4  #: (parts, 7 width): flows of lines on the way, as `sweep` wants them
    seams: F4  #: (parts + 1, 6 width): flows beside the seam above part k
    below: I8  #: (parts + 1, m): cells below zero that each part found, and those at seams
    found: I8  #: how many
    times_s: F8  #: when each turn of a round begins and the last ends
    booked: F8  #: volumes of a round
    reach_m: F8  #: deepest water for which steps of each length are stable


class Flood(NamedTuple):
    """All of them."""

    water: Water
    tiles: Tiles
    forced: Forced
    points: Points
    courses: (
        Courses  #: rain (m/s), share of the drains that work, inflows (m3/s), groups of borders
    )
    losses: Losses
    seen: Seen
    laws: Laws
    crew: Crew


#: rows of `Flood.courses`; inflows begin after the drains, groups of borders after the inflows
RAIN, DRAINS, FIRST_INFLOW = range(3)
#: elements of `Crew.job`
KIND, N_PARTS = range(2)
#: elements of `Crew.now`
DT_S, NOW_S, RAIN_M, SOAKING_S, DRAINING_S, ELAPSED_S, WET_M, LEAST_M2_PER_S = range(8)
#: elements of `Crew.booked`: over inflows, pumped out, over borders in and out (m3)
INFLOW, PUMPED, BORDER_IN, BORDER_OUT = range(4)
N_BOOKED = 4
#: room for the first cells found below zero
_NEGATIVE = 1 << 14


def water_of(depths: F8, ground: Ground, manning: F8, gn2: F4, flows: F4) -> Water:
    """Return columns of arrays with rows and columns; none is copied."""
    flat = (depths.reshape(-1), ground.reshape(-1), manning.reshape(-1), gn2.reshape(-1))
    return Water(depths, flows, *flat, flows.reshape(-1), depths.view(np.uint64))


def crew_of(parts: int, nx: int, least_cells: int, levels: int) -> Crew:
    """Return a crew for maps ``nx`` cells wide and steps of ``levels`` lengths."""
    width = nx + 3
    return Crew(
        parts, least_cells, shared_numbers(), np.zeros(2, np.int64), np.zeros(8),
        np.zeros(parts + 1, np.int64),
        np.zeros((parts, 7 * width), np.float32), np.zeros((parts + 1, 6 * width), np.float32),
        np.zeros((parts + 1, _NEGATIVE), np.int64), np.zeros(parts + 1, np.int64),
        np.zeros((1 << (levels - 1)) + 1), np.zeros(N_BOOKED), np.zeros(levels),
    )  # fmt: skip
