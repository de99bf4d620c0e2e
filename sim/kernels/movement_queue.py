"""Who is on a link, and in which order: lists of parties by the time they reach its end."""

from __future__ import annotations

from sim.kernels.compile import bare_kernel
from sim.kernels.movement_calendar import plan, replan, unplan
from sim.kernels.movement_state import FOOT, OFF, UNIT, Pace, Queues, wide


@bare_kernel
def layer_of(queues: Queues, link: int) -> int:
    """Return ROAD or FOOT."""
    if link < 2 * queues.n_edges:
        return int(link >= queues.n_edges)
    return int(link >= 2 * queues.n_edges + queues.n_nodes)


@bare_kernel
def entrance(queues: Queues, layer: int, node: int) -> int:
    """Return the link on which parties wait at a node to get onto the roads."""
    return 2 * queues.n_edges + layer * queues.n_nodes + node


@bare_kernel
def travel_s(queues: Queues, pace: Pace, row: int, link: int) -> float:
    """Return how long a party that has just been counted in takes to the end of a link.

    On foot the crowd on the link sets the pace, up to the density at which most people pass: what
    is slower than that is standing, and the queue at the link's end sees to it. A party is at
    least as dense as its own people. At a barrier all wait for the same time.
    """
    alone_s = queues.links[link].travel_s
    if layer_of(queues, link) != FOOT:
        return float(alone_s)
    share = pace.share[0]
    per_unit_m2 = 1 / (UNIT * queues.more[link].area_m2)
    crowd = min(queues.links[link].used * per_unit_m2, pace.critical_per_m2)
    crowd = max(crowd, queues.parties[row].units * per_unit_m2)
    knots = pace.crowd_per_m2
    if crowd > knots[0]:
        k = 1
        while k < len(knots) and knots[k] < crowd:
            k += 1
        if k == len(knots):
            share = pace.share[-1]
        else:
            part = (crowd - knots[k - 1]) / (knots[k] - knots[k - 1])
            share = pace.share[k - 1] * (1 - part) + pace.share[k] * part
    walk_s = alone_s / (pace.walk_m_per_s[row] * share)
    return float(walk_s + queues.edges[link % queues.n_edges].wait_s)


@bare_kernel
def join(queues: Queues, row: int, link: int, at_s: float, reach_s: float) -> None:
    """Put a party on a link; who comes first to the end leaves first.

    Cars cannot overtake: they reach the end after those ahead. Walkers can.
    """
    parties, links = queues.parties, queues.links
    on_road = link < queues.n_edges
    links[link].used += parties[row].units
    before = links[link].tail
    if on_road and before >= 0:
        reach_s = max(reach_s, parties[before].reach_s)
    stands = links[link].head if links[link].wants >= 0 else -1  # it has chosen its way
    while before >= 0 and before != stands and parties[before].reach_s > reach_s:
        before = parties[before].before
    after = parties[before].after if before >= 0 else links[link].head
    parties[row].reach_s = reach_s
    parties[row].since_s = at_s
    if link < 2 * queues.n_edges:
        edge = link % queues.n_edges
        parties[row].edge = edge
        parties[row].distance_m += queues.edges[edge].length_m
    else:
        parties[row].edge = -1
    parties[row].before = before
    parties[row].after = after
    if after >= 0:
        parties[after].before = row
    else:
        links[link].tail = row
    if before >= 0:
        parties[before].after = row
        return
    links[link].head = row
    if after >= 0:
        if links[link].wants < 0 and links[link].bucket >= 0:
            replan(queues, link, max(reach_s, links[link].free_s))
    elif links[link].flow > 0:
        plan(queues, link, max(reach_s, links[link].free_s))


@bare_kernel
def leave(queues: Queues, row: int, link: int) -> None:
    """Take a party off its link, wherever in the queue it is."""
    parties, links = queues.parties, queues.links
    before, after = parties[row].before, parties[row].after
    if before >= 0:
        parties[before].after = after
    else:
        links[link].head = after
    if after >= 0:
        parties[after].before = before
    else:
        links[link].tail = before
    links[link].used -= parties[row].units
    parties[row].after = OFF


@bare_kernel
def wait_for(queues: Queues, link: int, wanted: int, at_s: float) -> None:
    """Let a link stand until there is room on the wanted one.

    It takes its turn behind the others that wait, or the front when the room offered to it was
    too small. In `stuck_s` it is called to see whether it waits for itself.
    """
    links, more = queues.links, queues.more
    offered = links[link].wants == -2 - wanted
    links[link].wants = wanted
    more[link].next_waiter = -1
    first = links[wanted].first_waiter
    if first < 0:
        links[wanted].first_waiter = link
        more[wanted].last_waiter = link
    elif offered:
        more[link].next_waiter = first
        links[wanted].first_waiter = link
    else:
        more[more[wanted].last_waiter].next_waiter = link
        more[wanted].last_waiter = link
    plan(queues, link, at_s + queues.stuck_s)


@bare_kernel
def stop_waiting(queues: Queues, link: int) -> None:
    """Take a link out of the list it waits in, and out of the calendar."""
    links, more = queues.links, queues.more
    wanted = links[link].wants
    before = -1
    at = links[wanted].first_waiter
    while at != link:
        before, at = at, more[at].next_waiter
    after = more[link].next_waiter
    if before >= 0:
        more[before].next_waiter = after
    else:
        links[wanted].first_waiter = after
    if after < 0:
        more[wanted].last_waiter = before
    links[link].wants = -1
    unplan(queues, link)


@bare_kernel
def offer_room(queues: Queues, link: int, at_s: float) -> None:
    """Call the first of the links that wait for room on this one, if there is any room."""
    links = queues.links
    first = wide(links[link].first_waiter)
    if first >= 0 and links[link].used < links[link].storage:
        stop_waiting(queues, first)
        links[first].wants = -2 - link
        links[first].free_s = max(links[first].free_s, at_s)
        plan(queues, first, links[first].free_s)
