"""What water, closures and a look at the traffic do to the links."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernels.compile import bare_kernel
from sim.kernels.movement_calendar import plan, replan, unplan
from sim.kernels.movement_queue import entrance, join, leave, offer_room, stop_waiting
from sim.kernels.movement_state import MOVING, OFF, STRANDED, UNIT, Queues, wide


@bare_kernel
def _plan_head(queues: Queues, link: int, now_s: float) -> None:
    """Plan a link anew for its head, whatever it waited for."""
    links = queues.links
    if links[link].wants >= 0:
        stop_waiting(queues, link)
    unplan(queues, link)
    head = links[link].head
    if head >= 0 and queues.links[link].flow > 0:
        reach_s = queues.parties[head].reach_s
        plan(queues, link, max(now_s, reach_s, links[link].free_s))


@bare_kernel
def _release_waiters(queues: Queues, link: int, now_s: float) -> None:
    """Have all links that wait for this one look again."""
    while queues.links[link].first_waiter >= 0:
        _plan_head(queues, wide(queues.links[link].first_waiter), now_s)


@bare_kernel
def release_all(queues: Queues, now_s: float) -> None:
    """Have every link that waits look again: routes have changed."""
    for link in range(len(queues.links)):
        _release_waiters(queues, link, now_s)


@bare_kernel
def close_links(
    queues: Queues,
    state: NDArray[np.uint8],
    closing: NDArray[np.int64],
    now_s: float,
    rows: NDArray[np.int32],
) -> int:
    """Close links: nobody enters, those on them are stranded; return how many, in ``rows``."""
    n = 0
    for link in closing:
        if queues.links[link].wants >= 0:
            stop_waiting(queues, link)
        unplan(queues, link)
        queues.links[link].flow = 0
        _release_waiters(queues, link, now_s)
        row = wide(queues.links[link].head)
        while row >= 0:
            state[row] = STRANDED
            rows[n] = row
            n += 1
            row = queues.parties[row].after
    return n


@bare_kernel
def open_links(
    queues: Queues,
    state: NDArray[np.uint8],
    opening: NDArray[np.int64],
    closed_s: NDArray[np.float64],
    now_s: float,
    rows: NDArray[np.int32],
) -> int:
    """Open links again: those on them go on with the way they had left; return how many."""
    parties = queues.parties
    n = 0
    for link in opening:
        queues.links[link].flow = queues.more[link].open_flow
        row = wide(queues.links[link].head)
        while row >= 0:
            left_s = max(0.0, parties[row].reach_s - closed_s[link])
            parties[row].reach_s = now_s + left_s
            state[row] = MOVING
            rows[n] = row
            n += 1
            row = parties[row].after
        _plan_head(queues, link, now_s)
    return n


@bare_kernel
def slow_links(
    queues: Queues, slowing: NDArray[np.int64], travel_s: NDArray[np.float32], now_s: float
) -> None:
    """Give links new travel times; those under way do the rest of the link at the new pace."""
    parties, links = queues.parties, queues.links
    for k in range(len(slowing)):
        link = slowing[k]
        ratio = travel_s[k] / links[link].travel_s
        links[link].travel_s = travel_s[k]
        row = wide(links[link].head)
        while row >= 0:
            left_s = parties[row].reach_s - now_s
            if left_s > 0:
                parties[row].reach_s = now_s + left_s * ratio
            row = parties[row].after
        head = links[link].head
        if head >= 0 and links[link].bucket >= 0 and links[link].wants < 0:
            replan(queues, link, max(parties[head].reach_s, links[link].free_s))


@bare_kernel
def link_of(queues: Queues, node: NDArray[np.int32], row: int) -> int:
    """Return the link in whose queue a party is; -1 when in none."""
    if queues.parties[row].after == OFF:
        return -1
    layer = wide(queues.parties[row].slot >> 1) & 1
    edge = wide(queues.parties[row].edge)
    if edge >= 0:
        return edge + layer * queues.n_edges
    return entrance(queues, layer, wide(node[row]))


@bare_kernel
def take_off(
    queues: Queues, node: NDArray[np.int32], rows: NDArray[np.int32], now_s: float
) -> None:
    """Take parties off the roads where they are; `node` becomes the nearer end of their edge."""
    parties, links = queues.parties, queues.links
    for each in rows:
        row = wide(each)
        link = link_of(queues, node, row)
        if link < 0:
            continue
        was_head = links[link].head == row
        leave(queues, row, link)
        if was_head:
            _plan_head(queues, link, now_s)
        offer_room(queues, link, now_s)
        if parties[row].edge >= 0:
            left = 1 - _share(queues, row, now_s)
            parties[row].distance_m -= left * queues.edges[parties[row].edge].length_m
            if left <= 0.5:
                node[row] = links[link].node
        parties[row].edge = -1


@bare_kernel
def _share(queues: Queues, row: int, now_s: float) -> float:
    """Return the share of its link that a party has behind it, were it alone."""
    since_s, reach_s = queues.parties[row].since_s, queues.parties[row].reach_s
    if reach_s <= since_s:
        return 1.0
    return float(min(1.0, max(0.0, (now_s - since_s) / (reach_s - since_s))))


@bare_kernel
def enqueue(
    queues: Queues,
    state: NDArray[np.uint8],
    node: NDArray[np.int32],
    rows: NDArray[np.int32],
    now_s: float,
) -> None:
    """Bring parties that stand off the roads back to the entrance of their node."""
    for each in rows:
        row = wide(each)
        if state[row] == STRANDED:
            state[row] = MOVING
        layer = wide(queues.parties[row].slot >> 1) & 1
        join(queues, row, entrance(queues, layer, wide(node[row])), now_s, now_s)


@bare_kernel
def expected_s(queues: Queues, now_s: float, edge_s: NDArray[np.float64]) -> None:
    """Write what driving each edge takes as things stand.

    The largest of: its travel time, the time to let out all who are on it, and the travel time
    plus how long its head has been waiting for room ahead.
    """
    links = queues.links
    for edge in range(queues.n_edges):
        way_s = float(links[edge].travel_s)
        if links[edge].used > 0:
            way_s = max(way_s, links[edge].used / links[edge].flow)
            if links[edge].wants >= 0:
                waited_s = now_s - queues.parties[links[edge].head].reach_s
                way_s = max(way_s, links[edge].travel_s + waited_s)
        edge_s[edge] = way_s


@bare_kernel
def progress(
    queues: Queues, now_s: float, edges: NDArray[np.int64], share: NDArray[np.float32]
) -> None:
    """Write the share of its edge that each party on one of some edges, by layer, has behind it.

    Queues stand back from the end of the edge: a party is at most as far as the units ahead of
    it leave room for.
    """
    for link in edges:
        row = wide(queues.links[link].head)
        ahead = 0
        room = max(queues.links[link].storage, queues.links[link].used)
        while row >= 0:
            units = queues.parties[row].units
            behind_queue = 1.0 - (ahead + 0.5 * units) / max(room, UNIT)
            share[row] = min(_share(queues, row, now_s), max(0.0, behind_queue))
            ahead += units
            row = queues.parties[row].after
