"""What the movement kernels work on: parties in queues on links, and a calendar of links.

A *party* is what moves as one: a household in its car or on foot, a bus, a team. A *link* is a
queue of parties: each road edge is two links, one for vehicles and one for walkers, and each node
has an *entrance* for either, where parties wait to get onto the roads. Capacities are counted in
hundredths of a unit (`UNIT`), so that sums are exact: a unit is a passenger car on the roads and
a person on foot.

All kernels share these arrays and nothing else; `sim.agents.movement` owns them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

#: in kernels: an integer column's entry as a plain integer, so that each kernel is compiled once
wide = cast("Callable[[Any], int]", np.int64)

#: hundredths of a passenger car or a person
UNIT: Final = 100

#: the two networks on one map
ROAD, FOOT = 0, 1

#: in `after`: the party is in no queue
OFF: Final = -2

#: states of a party
IDLE, WAITING, MOVING, ARRIVED, STRANDED = 0, 1, 2, 3, 4
N_STATES: Final = 5

#: what the log says happened to a party
ENTERED, ARRIVAL, TURNED_AWAY, STUCK_AT_NODE, SAW_CLOSURE, CAUGHT, FREED = range(7)
N_KINDS: Final = 7

#: why `advance` came back
DONE, LOG_FULL, ROUTES_WANTED = 0, 1, 2

#: indices into `Traffic.tally`
NEXT_BUCKET, NEXT_PENDING, N_LOGGED, TRUTH, WANTED_SLOT, RING_MOVES, EDGE_PASSAGES = range(7)
N_TALLIES: Final = 7

#: width of a bucket of the calendar: events of one second keep their own exact times, but are
#: worked off in the order in which they were planned
BUCKET_S: Final = 1.0
N_BUCKETS: Final = 1 << 15

#: one party on the network, 32 bytes: half a cache line
PARTY: Final = np.dtype(
    [
        ("reach_s", "f8"),  # when it is at the end of its link
        ("since_s", "f4"),  # when it entered the link
        ("distance_m", "f4"),
        ("after", "i4"),  # the party behind it on the link; -1 none
        ("before", "i4"),
        ("edge", "i4"),  # -1 at an entrance or off the roads
        ("units", "u2"),
        ("slot", "u2"),  # (group * 2 + layer) * 2 + aware: whose routes it follows
    ]
)

#: one link: its queue, its place in the calendar, and what it is now; 64 bytes: one cache line
LINK: Final = np.dtype(
    [
        ("free_s", "f8"),  # when it may let the next one out
        ("inlet_s", "f8"),  # when it may let the next one in
        ("head", "i4"),
        ("tail", "i4"),
        ("used", "i4"),  # units on it
        ("storage", "i4"),  # units that fit on it
        ("flow", "f4"),  # units a second, out and in; 0 while it is closed
        ("travel_s", "f4"),  # road: time to drive it; foot: time to walk it at 1 m/s alone
        ("node", "i4"),  # where it leads
        ("later", "i4"),  # next and previous link in the bucket
        ("earlier", "i4"),
        ("wants", "i4"),  # the full link its head waits for; -1 none; -2 - the link that has room
        ("first_waiter", "i4"),  # links that wait for room on this one, in turn
        ("bucket", "i4"),  # -1: not in the calendar
    ]
)

#: what is seldom needed of a link
MORE: Final = np.dtype(
    [
        ("next_waiter", "i4"),
        ("last_waiter", "i4"),
        ("open_flow", "f4"),  # `flow` while it is open
        ("area_m2", "f4"),  # foot only
    ]
)

#: one road edge, for both its links; wait_s: what walkers wait on it before a barrier
EDGE: Final = np.dtype([("depth_m", "f4"), ("length_m", "f4"), ("wait_s", "f4")])

#: a place to arrive at
DESTINATION: Final = np.dtype(
    [
        ("capacity", "i8"),  # persons
        ("inside", "i8"),
        ("node", "i4"),
        ("open", "u1"),
        ("full", "u1"),  # it has turned somebody away, and nobody has left since
    ]
)

#: one thing that happened
LOGGED: Final = np.dtype([("at_s", "f8"), ("row", "i4"), ("place", "i4"), ("kind", "u1")])


class Queues(NamedTuple):
    """The links, who is on them, and the calendar.

    Attributes
    ----------
    parties, links, more, edges : record arrays
        Of `PARTY`, `LINK`, `MORE`, `EDGE`. Links: road edges, foot edges, road entrances (one a
        node), foot entrances.
    bucket_first, bucket_last : (N_BUCKETS,) int32
        Lists of links; second ``b`` of all time is in slot ``b % N_BUCKETS``.
    tally : (N_TALLIES,) int64
    n_edges, n_nodes : int
    stuck_s : float
        After how long a link checks whether it waits for itself.
    """

    parties: NDArray[Any]
    links: NDArray[Any]
    more: NDArray[Any]
    edges: NDArray[Any]
    bucket_first: NDArray[np.int32]
    bucket_last: NDArray[np.int32]
    tally: NDArray[np.int64]
    n_edges: int
    n_nodes: int
    stuck_s: float


class Pace(NamedTuple):
    """How fast people walk.

    Attributes
    ----------
    walk_m_per_s : (n,) float32
        Of each party, alone on dry ground.
    crowd_per_m2, share : (k,) float64
        Knots of the share of it that is left over the density of the crowd.
    critical_per_m2 : float
        Density at which most people pass.
    """

    walk_m_per_s: NDArray[np.float32]
    crowd_per_m2: NDArray[np.float64]
    share: NDArray[np.float64]
    critical_per_m2: float


class Trips(NamedTuple):
    """Who goes where.

    Attributes
    ----------
    state, size : (n,) uint8, uint16
        Per party; `size` in persons.
    node, destination : (n,) int32
        Where it set out or stands off the roads; where it arrived.
    fording_m, entered_s, arrived_s : (n,) float32
    destinations, log : record arrays
        Of `DESTINATION`, `LOGGED`.
    next_edge : (trees, nodes) int32
        Edge to take; -1 no way; ``-2 - d`` here is destination ``d``.
    tree : (slots,) int32
        Row of `next_edge` of each slot.
    solved : (slots,) int64
        Which state of the truth the slot's tree was solved on.
    pending_s, pending : (m,)
        Parties still to set out, by time.
    ring : (links, 2) int64
        Scratch.
    """

    state: NDArray[np.uint8]
    size: NDArray[np.uint16]
    node: NDArray[np.int32]
    destination: NDArray[np.int32]
    fording_m: NDArray[np.float32]
    entered_s: NDArray[np.float32]
    arrived_s: NDArray[np.float32]
    destinations: NDArray[Any]
    log: NDArray[Any]
    next_edge: NDArray[np.int32]
    tree: NDArray[np.int32]
    solved: NDArray[np.int64]
    pending_s: NDArray[np.float64]
    pending: NDArray[np.int32]
    ring: NDArray[np.int64]
