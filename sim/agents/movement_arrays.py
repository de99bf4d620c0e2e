"""The arrays of a run's movement as they are at its beginning, and what its log says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.agents.network import Network
from sim.kernels import movement_state as code
from sim.kernels.movement_state import UNIT, Pace, Queues, Trips
from sim.kernels.water_safety import safe_driving_speed_m_per_s, wading_share

Rows = NDArray[np.int32]
Floats = NDArray[np.float64]

#: entrances have room for everybody
_NO_LIMIT: Final = 1 << 30
#: the density of a crowd is taken over as much at least: one household is no crowd on a short edge
_LEAST_AREA_M2: Final = 8.0
#: the worst ice leaves this share of a speed
_LEAST_PACE: Final = 0.05
_LOG_ROWS: Final = 1 << 14
#: what stops a party where it is, and what lets it go on
_TURNS: Final = np.isin(np.arange(code.N_KINDS), (code.CAUGHT, code.STUCK_AT_NODE, code.FREED))


@dataclass(frozen=True)
class Noted:
    """Things of one kind that happened, in order: who, where, when.

    Attributes
    ----------
    rows : (n,) int32
        Parties.
    places : (n,) int32
        Destinations, edges or nodes, by kind.
    at_s : (n,) float64
    """

    rows: Rows
    places: Rows
    at_s: Floats

    @property
    def n(self) -> int:
        """How many."""
        return len(self.rows)

    @classmethod
    def of(cls, log: NDArray[Any], kind: int) -> Noted:
        """Take one kind out of a log."""
        chosen = log[log["kind"] == kind]
        return cls(chosen["row"].copy(), chosen["place"].copy(), chosen["at_s"].copy())


@dataclass(frozen=True)
class StepResult:
    """What happened between two times.

    Attributes
    ----------
    entered : Noted
        Got onto their first edge; places are edges.
    arrived : Noted
        Reached a destination that took them in.
    turned_away : Noted
        Reached a destination that was closed or too full for them.
    saw_closure : Noted
        Came to a closed edge that they did not know of, and turned round.
    no_way : Noted
        Left the roads at a node from which there is no way; they try again at each refresh.
    stranded : Noted
        Were on an edge when it closed.
    freed : Noted
        Stood on an edge when it opened again, or have a way again, and go on.
    """

    entered: Noted
    arrived: Noted
    turned_away: Noted
    saw_closure: Noted
    no_way: Noted
    stranded: Noted
    freed: Noted

    @classmethod
    def of(cls, log: NDArray[Any]) -> StepResult:
        """Sort a log by kind; of halts and goings-on of one party within it, the last one holds."""
        if len(log) == 0:
            return cls(*[Noted.of(log, code.ENTERED)] * 7)
        turns = np.flatnonzero(_TURNS[log["kind"]])
        if len(turns) > 1:
            _, back = np.unique(log["row"][turns][::-1], return_index=True)
            overtaken = np.delete(turns, len(turns) - 1 - back)
            log = np.delete(log, overtaken)
        n = np.bincount(log["kind"], minlength=code.N_KINDS).tolist()
        none = Noted.of(log[:0], code.ENTERED)
        entered, arrived, turned_away, no_way, saw_closure, stranded, freed = (
            Noted.of(log, kind) if n[kind] else none for kind in range(code.N_KINDS)
        )
        return cls(entered, arrived, turned_away, saw_closure, no_way, stranded, freed)


def new_pace(
    walk_m_per_s: NDArray[np.float32], curve: tuple[Sequence[float], Sequence[float]]
) -> Pace:
    """Return everybody's pace, slowed by a crowd as a curve of persons a m2 and m/s says."""
    crowd, speed = (np.asarray(part, dtype=np.float64) for part in curve)
    if len(crowd) != len(speed) or np.any(np.diff(crowd) <= 0) or np.any(speed <= 0):
        raise ValueError(f"walking curve {curve}: densities must rise and speeds be positive")
    fine = np.linspace(crowd[0], crowd[-1], 1001)
    critical = float(fine[np.argmax(fine * np.interp(fine, crowd, speed))])
    return Pace(walk_m_per_s, crowd, speed / speed[0], critical)


def travel_times_s(
    network: Network,
    depth_m: NDArray[np.float32],
    edges: NDArray[np.int64],
    *,
    pace: NDArray[np.float32] | None = None,
) -> tuple[Floats, Floats]:
    """Return the time to drive edges, and to walk them at 1 m/s alone, in water; inf if too deep.

    Cars: the smaller of free-flow speed and what Pregnolato et al. (2017) found safe. Walkers: the
    share of the dry pace that is left to people wading.
    """
    length_m = network.length_m[edges]
    drive = np.minimum(network.speed_m_per_s[edges], safe_driving_speed_m_per_s(0.0))
    walk = np.ones(len(edges))
    wet = np.flatnonzero(depth_m[edges] > 0)
    deep_m = depth_m[edges[wet]]
    drive[wet] = np.minimum(drive[wet], safe_driving_speed_m_per_s(deep_m))
    walk[wet] = wading_share(deep_m)
    if pace is not None:
        length_m = length_m / np.maximum(pace[edges], _LEAST_PACE)
    with np.errstate(divide="ignore"):
        return length_m / drive + network.junction_s[edges], length_m / walk


def new_links(network: Network) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return empty links on dry ground, as `LINK` and `MORE`."""
    n_edges, n_nodes = network.n_edges, network.n_nodes
    n = 2 * (n_edges + n_nodes)
    links, more = _aligned(n, code.LINK), _aligned(n, code.MORE)
    for name in ("head", "tail", "bucket", "wants", "first_waiter"):
        links[name] = -1
    road, foot, entrances = slice(n_edges), slice(n_edges, 2 * n_edges), slice(2 * n_edges, n)
    links["node"][road] = links["node"][foot] = network.to_node
    links["node"][entrances] = np.tile(np.arange(n_nodes), 2)
    area_m2 = np.maximum(network.length_m * network.foot_width_m, _LEAST_AREA_M2)
    links["storage"][road] = np.floor(UNIT * network.storage_veh)
    links["storage"][entrances] = _NO_LIMIT
    links["flow"][road] = UNIT * network.flow_veh_per_s
    foot_flow = UNIT * network.foot_flow_per_m_s * network.foot_width_m
    links["flow"][foot] = foot_flow * network.open_share
    waiting = foot_flow * network.open_share * network.wait_s
    links["storage"][foot] = np.floor(UNIT * network.foot_jam_per_m2 * area_m2 + waiting)
    links["flow"][entrances] = np.inf
    dry_m = np.zeros(n_edges, dtype=np.float32)
    drive_s, walk_s = travel_times_s(network, dry_m, np.arange(n_edges))
    links["travel_s"][road], links["travel_s"][foot] = drive_s, walk_s
    more["open_flow"] = links["flow"]
    more["area_m2"][foot] = area_m2
    return links, more


def _aligned(n: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return zeros that begin with a cache line, so that no record straddles two."""
    line = 64
    raw = np.zeros(n * dtype.itemsize + line, dtype=np.uint8)
    first = -raw.ctypes.data % line
    return raw[first : first + n * dtype.itemsize].view(dtype)


def new_parties(n: int) -> NDArray[Any]:
    """Return parties off the roads."""
    parties = _aligned(n, code.PARTY)
    parties["edge"] = -1
    parties["after"] = code.OFF
    return parties


def new_queues(network: Network, n: int, stuck_s: float) -> Queues:
    """Return the roads before anybody has left, for ``n`` parties."""
    links, more = new_links(network)
    edges = np.zeros(network.n_edges, dtype=code.EDGE)
    edges["length_m"], edges["wait_s"] = network.length_m, network.wait_s
    return Queues(
        parties=new_parties(n),
        links=links,
        more=more,
        edges=edges,
        bucket_first=np.full(code.N_BUCKETS, -1, dtype=np.int32),
        bucket_last=np.full(code.N_BUCKETS, -1, dtype=np.int32),
        tally=np.zeros(code.N_TALLIES, dtype=np.int64),
        n_edges=network.n_edges,
        n_nodes=network.n_nodes,
        stuck_s=stuck_s,
    )


def sizes(persons: ArrayLike) -> NDArray[np.uint16]:
    """Return how many persons each party is; refuse more than its column can hold."""
    size, most = np.asarray(persons), np.iinfo(np.uint16).max
    if size.size and not 0 <= size.min() <= size.max() <= most:
        raise ValueError(f"a party of {size.max()} persons; allowed: 0..{most}")
    return size.astype(np.uint16)


def new_trips(network: Network, size: NDArray[np.uint16], fording_m: NDArray[np.float32]) -> Trips:
    """Return trips before anybody has one."""
    n = len(size)
    return Trips(
        state=np.zeros(n, dtype=np.uint8),
        size=size,
        node=np.full(n, -1, dtype=np.int32),
        destination=np.full(n, -1, dtype=np.int32),
        fording_m=fording_m,
        entered_s=np.full(n, np.nan, dtype=np.float32),
        arrived_s=np.full(n, np.nan, dtype=np.float32),
        destinations=np.zeros(0, dtype=code.DESTINATION),
        log=np.zeros(_LOG_ROWS, dtype=code.LOGGED),
        next_edge=np.zeros((0, network.n_nodes), dtype=np.int32),
        tree=np.zeros(0, dtype=np.int32),
        solved=np.zeros(0, dtype=np.int64),
        pending_s=np.zeros(0),
        pending=np.zeros(0, dtype=np.int32),
        ring=np.zeros((2 * (network.n_edges + network.n_nodes), 2), dtype=np.int64),
    )
