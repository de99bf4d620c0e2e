"""Parties move through queues on links: the event loop.

The rules, for vehicles and walkers alike:

* A party reaches the end of a link after its travel time: free flow and the delay of the junction
  for vehicles, the pace of the crowd for walkers. Water slows both.
* A link lets out, and lets in, one unit every `headway_s` at most (its saturation flow).
* A link holds `storage` units at most. The head of a queue that finds the next link full waits,
  and with it all behind: the jam grows backwards. A single party larger than a link may be on it
  alone.
* Links that wait for room on the same link take turns, one party each (the zipper rule; in China
  it is law: Road Traffic Safety Law, article 45). Parties at an entrance are one more queue.
* A ring of full links, each waiting for the next, moves up by one place at once when it has stood
  for `stuck_s`. Nobody is removed, and the ring moves are counted.
* Each party takes the next edge of its group's tree. One that sees a closed edge before it, or is
  turned away by a full shelter, is aware: from then on it follows the routes of the truth.
"""

from __future__ import annotations

from sim.kernels.compile import bare_kernel
from sim.kernels.movement_calendar import plan, plan_first, unplan
from sim.kernels.movement_queue import (
    entrance,
    join,
    layer_of,
    leave,
    offer_room,
    stop_waiting,
    travel_s,
    wait_for,
)
from sim.kernels.movement_state import (
    ARRIVAL,
    ARRIVED,
    BUCKET_S,
    DONE,
    EDGE_PASSAGES,
    ENTERED,
    IDLE,
    LOG_FULL,
    MOVING,
    N_BUCKETS,
    N_LOGGED,
    NEXT_BUCKET,
    NEXT_PENDING,
    RING_MOVES,
    ROUTES_WANTED,
    SAW_CLOSURE,
    STRANDED,
    STUCK_AT_NODE,
    TRUTH,
    TURNED_AWAY,
    WAITING,
    WANTED_SLOT,
    Pace,
    Queues,
    Trips,
    wide,
)

#: what `_choose` found besides an edge
_ARRIVES = -2
_NOWHERE = -1
_ASKS = -3

#: entries a call of `_let_out` may add to the log for one party
_LOG_MARGIN = 8


@bare_kernel
def _note(queues: Queues, trips: Trips, kind: int, row: int, place: int, at_s: float) -> None:
    k = queues.tally[N_LOGGED]
    trips.log[k].kind = kind
    trips.log[k].row = row
    trips.log[k].place = place
    trips.log[k].at_s = at_s
    queues.tally[N_LOGGED] = k + 1


@bare_kernel
def _becomes_aware(queues: Queues, trips: Trips, row: int) -> bool:
    """Switch a party to the routes of the truth; False when these must be solved anew first."""
    parties, tally = queues.parties, queues.tally
    slot = parties[row].slot | 1
    if trips.solved[slot] != tally[TRUTH]:
        tally[WANTED_SLOT] = slot
        return False
    parties[row].slot = slot
    return True


@bare_kernel
def _choose(queues: Queues, trips: Trips, row: int, node: int, layer: int, at_s: float) -> int:
    """Return the edge a party takes, or that it arrives, has no way, or asks for routes."""
    parties = queues.parties
    for _ in range(4):
        edge = wide(trips.next_edge[trips.tree[parties[row].slot], node])
        if edge == _NOWHERE:
            return _ASKS if _is_behind(queues, trips, row) else _NOWHERE
        if edge >= 0:
            if queues.links[edge + layer * queues.n_edges].flow > 0:
                depth_m = queues.edges[edge].depth_m
                return edge if depth_m <= 0 or depth_m <= trips.fording_m[row] else _NOWHERE
            kind, place = SAW_CLOSURE, edge
        else:
            kind, place = TURNED_AWAY, -2 - edge
            if _takes_in(queues, trips, place, row):
                return _ARRIVES
        if not _becomes_aware(queues, trips, row):
            return _ASKS
        _note(queues, trips, kind, row, place, at_s)
    return _NOWHERE


@bare_kernel
def _is_behind(queues: Queues, trips: Trips, row: int) -> bool:
    """Return whether an aware party's routes are older than the last change of the truth."""
    slot = queues.parties[row].slot
    if not slot & 1 or trips.solved[slot] == queues.tally[TRUTH]:
        return False
    queues.tally[WANTED_SLOT] = slot
    return True


@bare_kernel
def _takes_in(queues: Queues, trips: Trips, place: int, row: int) -> bool:
    """Return whether a destination has room for a party; it is full once it has had none."""
    door = trips.destinations[place]
    if not door.open or door.full:
        return False
    if door.inside + trips.size[row] <= door.capacity:
        trips.destination[row] = place
        return True
    door.full = 1
    queues.tally[TRUTH] += 1
    return False


@bare_kernel
def _take_out(queues: Queues, row: int, link: int, at_s: float) -> None:
    """Let a party off its link at a time, and offer the room."""
    parties, links = queues.parties, queues.links
    leave(queues, row, link)
    links[link].free_s = at_s + wide(parties[row].units) / links[link].flow
    offer_room(queues, link, at_s)


@bare_kernel
def _go_in(queues: Queues, pace: Pace, trips: Trips, row: int, link: int, at_s: float) -> None:
    """Let a party onto a link at a time."""
    parties, links = queues.parties, queues.links
    units = wide(parties[row].units)
    links[link].inlet_s = at_s + units / links[link].flow
    sets_out = parties[row].edge < 0
    links[link].used += units  # the pace counts the party itself
    reach_s = at_s + travel_s(queues, pace, row, link)
    links[link].used -= units
    join(queues, row, link, at_s, reach_s)
    queues.tally[EDGE_PASSAGES] += 1
    if sets_out and trips.state[row] == WAITING:
        trips.state[row] = MOVING
        trips.entered_s[row] = at_s
        _note(queues, trips, ENTERED, row, link % queues.n_edges, at_s)


@bare_kernel
def _end_trip(queues: Queues, trips: Trips, row: int, link: int, found: int, at_s: float) -> None:
    """Take a party off the roads: it has arrived, or has no way on from here."""
    _take_out(queues, row, link, at_s)
    queues.parties[row].edge = -1
    node = queues.links[link].node
    trips.node[row] = node
    if found == _ARRIVES:
        place = wide(trips.destination[row])
        trips.destinations[place].inside += trips.size[row]
        trips.state[row] = ARRIVED
        trips.arrived_s[row] = at_s
        _note(queues, trips, ARRIVAL, row, place, at_s)
    else:
        if trips.state[row] == MOVING:
            trips.state[row] = STRANDED
        _note(queues, trips, STUCK_AT_NODE, row, node, at_s)


@bare_kernel
def _turn_ring(queues: Queues, pace: Pace, trips: Trips, link: int, at_s: float) -> bool:
    """Move a ring of links that wait for each other up by one place; False when it cannot."""
    parties, links, ring = queues.parties, queues.links, trips.ring
    n = 0
    at = link
    while True:
        wanted = wide(links[at].wants)
        if wanted < 0 or n == len(ring):
            return True  # no ring: the last one to close a ring finds it
        ring[n, 0] = at
        ring[n, 1] = links[at].head
        n += 1
        at = wanted
        if at == link:
            break
    for k in range(n):
        at, row = ring[k, 0], ring[k, 1]
        wanted = wide(links[at].wants)
        out = parties[links[wanted].head].units
        if links[at].free_s > at_s or links[wanted].inlet_s > at_s:
            return False
        if links[wanted].used - out + parties[row].units > links[wanted].storage:
            return False
    for k in range(n):
        leave(queues, ring[k, 1], ring[k, 0])
    for k in range(n):
        at, row = ring[k, 0], ring[k, 1]
        wanted = wide(links[at].wants)
        stop_waiting(queues, at)
        links[at].free_s = at_s + wide(parties[row].units) / links[at].flow
        ring[k, 0] = wanted
    for k in range(n):
        _go_in(queues, pace, trips, ring[k, 1], ring[k, 0], at_s)
    for k in range(n):
        at = ring[k, 0]
        if links[at].bucket < 0 and links[at].wants < 0:
            plan(queues, at, max(links[at].free_s, parties[links[at].head].reach_s))
        offer_room(queues, at, at_s)
    queues.tally[RING_MOVES] += 1
    return True


@bare_kernel
def _let_out(queues: Queues, pace: Pace, trips: Trips, link: int, end_s: float) -> int:
    """Let everybody out of a link who may leave before the end of the second."""
    parties, links = queues.parties, queues.links
    layer = layer_of(queues, link)
    node = wide(links[link].node)
    while links[link].head >= 0:
        row = wide(links[link].head)
        at_s = max(parties[row].reach_s, links[link].free_s)
        if at_s >= end_s:
            plan(queues, link, at_s)
            return DONE
        if queues.tally[N_LOGGED] + _LOG_MARGIN > len(trips.log):
            plan_first(queues, link)
            return LOG_FULL
        found = _choose(queues, trips, row, node, layer, at_s)
        if found == _ASKS:
            plan_first(queues, link)
            return ROUTES_WANTED
        if found < 0:
            _end_trip(queues, trips, row, link, found, at_s)
            continue
        wanted = found + layer * queues.n_edges
        at_s = max(at_s, links[wanted].inlet_s)
        if at_s >= end_s:
            plan(queues, link, at_s)
            return DONE
        called = -2 - wide(links[link].wants)
        full = links[wanted].used + parties[row].units > links[wanted].storage
        in_turn = called == wanted or links[wanted].first_waiter < 0
        if (full and links[wanted].used > 0) or not in_turn:
            wait_for(queues, link, wanted, at_s)
            break
        links[link].wants = -1
        _take_out(queues, row, link, at_s)
        _go_in(queues, pace, trips, row, wanted, at_s)
        offer_room(queues, wanted, at_s)
        if called >= 0 and called != wanted:
            offer_room(queues, called, at_s)
    called = -2 - wide(links[link].wants)
    if called >= 0 and links[link].head < 0:  # nobody left to take the room offered
        links[link].wants = -1
        offer_room(queues, called, links[link].free_s)
    return DONE


@bare_kernel
def _call(queues: Queues, pace: Pace, trips: Trips, link: int, end_s: float) -> int:
    """Do what a planned link was planned for."""
    unplan(queues, link)
    if queues.links[link].wants >= 0:
        if queues.tally[N_LOGGED] + _LOG_MARGIN > len(trips.log):
            plan_first(queues, link)
            return LOG_FULL
        now_s = end_s - BUCKET_S
        if not _turn_ring(queues, pace, trips, link, now_s):
            plan(queues, link, now_s + queues.stuck_s)
        return DONE
    return _let_out(queues, pace, trips, link, end_s)


@bare_kernel
def _set_out(queues: Queues, trips: Trips, end_s: float) -> None:
    """Bring those whose time has come to the entrance of their node."""
    tally = queues.tally
    while tally[NEXT_PENDING] < len(trips.pending):
        at_s = trips.pending_s[tally[NEXT_PENDING]]
        if at_s >= end_s:
            return
        row = wide(trips.pending[tally[NEXT_PENDING]])
        tally[NEXT_PENDING] += 1
        if trips.state[row] == IDLE or trips.state[row] == ARRIVED:
            trips.state[row] = WAITING
        layer = wide(queues.parties[row].slot >> 1) & 1
        join(queues, row, entrance(queues, layer, wide(trips.node[row])), at_s, at_s)


@bare_kernel
def advance(queues: Queues, pace: Pace, trips: Trips, to_s: float) -> int:
    """Work off the calendar up to a time.

    Returns
    -------
    int
        DONE; LOG_FULL when the log must be emptied first; ROUTES_WANTED when the slot of
        ``tally[WANTED_SLOT]`` must be solved on the truth first. In the last two cases call again.
    """
    tally = queues.tally
    while (tally[NEXT_BUCKET] + 1) * BUCKET_S <= to_s:
        end_s = (tally[NEXT_BUCKET] + 1) * BUCKET_S
        _set_out(queues, trips, end_s)
        slot = tally[NEXT_BUCKET] % N_BUCKETS
        while queues.bucket_first[slot] >= 0:
            code = _call(queues, pace, trips, queues.bucket_first[slot], end_s)
            if code != DONE:
                return code
        tally[NEXT_BUCKET] += 1
    return DONE
