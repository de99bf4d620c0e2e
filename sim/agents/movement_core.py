"""How movement keeps its arrays, runs the event loop, and answers to water and routes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.agents.movement_arrays import new_pace, new_queues, new_trips, sizes, travel_times_s
from sim.agents.movement_routes import Routes, with_room
from sim.agents.network import Network
from sim.core.sets import distinct
from sim.kernels import movement_edges as at_edges
from sim.kernels import movement_state as code
from sim.kernels.movement import advance
from sim.kernels.routing import NO_WAY
from sim.scenario.parameters import parameter

Rows = NDArray[np.int32]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

#: travel times are taken anew when the water on an edge has risen or fallen so much
WATER_STEP_M: Final = np.float32(0.01)
#: persons a m2 and m/s in a corridor: IMO MSC.1/Circ.1238 (2007), table 1.1
WALKING_CURVE: Final = ((0.0, 0.5, 1.9, 3.2, 3.5), (1.2, 1.2, 0.67, 0.20, 0.10))


class MovementCore:
    """What `sim.agents.movement.Movement` does behind its methods; see there."""

    def __init__(
        self,
        network: Network,
        size: ArrayLike,
        *,
        walk_m_per_s: ArrayLike | None = None,
        fording_m: ArrayLike = np.inf,
        walking_curve: tuple[Sequence[float], Sequence[float]] = WALKING_CURVE,
        refresh_s: float | None = None,
        stuck_s: float | None = None,
        walking_depth_m: float | None = None,
    ) -> None:
        self.network = network
        self.size = sizes(size)
        n = self.n = len(self.size)
        pace = or_default(walk_m_per_s, "movement.walking_speed")
        self.walk_m_per_s = np.broadcast_to(np.asarray(pace, np.float32), (n,)).copy()
        self.fording_m = np.broadcast_to(np.asarray(fording_m, np.float32), (n,)).copy()
        stands_s = float(or_default(stuck_s, "movement.stuck"))
        self._queues = new_queues(network, n, stands_s)
        self._pace = new_pace(self.walk_m_per_s, walking_curve)
        trips = self._trips = new_trips(network, self.size, self.fording_m)
        self.state, self.node, self.destination = trips.state, trips.node, trips.destination
        self.entered_s, self.arrived_s = trips.entered_s, trips.arrived_s
        self.depth_m = self._queues.edges["depth_m"]
        self.pace = np.ones(network.n_edges, dtype=np.float32)
        self._marked = np.zeros(n, dtype=bool)
        self._share = np.zeros(n, dtype=np.float32)
        self._slowed_m = np.zeros(network.n_edges, dtype=np.float32)
        self._changed = np.zeros(network.n_edges, dtype=np.int64)
        self.mode = np.zeros(n, dtype=np.uint8)
        self.pce = np.ones(n, dtype=np.float32)
        self.now_s = 0.0
        self._refresh_s = float(or_default(refresh_s, "movement.refresh"))
        self._next_refresh_s = self._refresh_s
        self._walking_depth_m = float(or_default(walking_depth_m, "movement.walking_depth"))
        links = self._queues.links[: 2 * network.n_edges]
        self.closed = (links["flow"] == 0).reshape(2, -1)
        self._without_capacity = self.closed.copy()
        self._closed_s = np.zeros(2 * network.n_edges)
        self._routes = Routes(network, self.closed)
        self._parked = np.zeros(0, dtype=np.int32)
        self._noted: list[NDArray[Any]] = []

    def _advance(self, to_s: float) -> None:
        """Run the event loop, empty its log, and solve the routes that it asks for."""
        why = code.ROUTES_WANTED
        while why != code.DONE:
            routes = self._routes
            self._trips = self._trips._replace(
                next_edge=routes.next_edge, tree=routes.tree, solved=routes.solved
            )
            why = advance(self._queues, self._pace, self._trips, float(to_s))
            self._empty_log()
            if why == code.ROUTES_WANTED:
                slot = int(self._queues.tally[code.WANTED_SLOT])
                routes.solve_truth(slot, self._queues, self._trips.destinations)
        self.now_s = to_s

    def _empty_log(self) -> None:
        n = self._queues.tally[code.N_LOGGED]
        if n == 0:
            return
        log = self._trips.log[:n].copy()
        self._queues.tally[code.N_LOGGED] = 0
        self._noted.append(log)
        arrived = log["row"][log["kind"] == code.ARRIVAL]
        self._routes.end(self._queues.parties["slot"][arrived])
        self._parked = np.append(self._parked, log["row"][log["kind"] == code.STUCK_AT_NODE])

    def _refresh(self) -> None:
        """Tell everybody how things stand: new routes, and another try for those who wait."""
        under_way = self._under_way()
        aware = self._queues.parties["slot"][under_way] % 2 == 1
        places = self._trips.destinations
        self._go_over(under_way[~aware], self._routes.learn(places))
        self._go_over(under_way[aware], with_room(places))
        self._routes.refresh(self._queues, self._trips.destinations, self.now_s)
        at_edges.release_all(self._queues, self.now_s)
        self._try_again()

    def _go_over(self, rows: Rows, room: Bools) -> None:
        """Let parties under way whose group has no place with room join the next group for good."""
        routes = self._routes
        slots = self._queues.parties["slot"][rows]
        for slot in distinct(slots).tolist():
            to = routes.with_a_place(slot // 4, room)
            if to != slot // 4:
                self._join(rows[slots == slot], slot, to)

    def _join(self, rows: Rows, slot: int, group: int) -> None:
        """Let parties under way, all of one slot, join another group."""
        routes, places = self._routes, self._trips.destinations
        layer, aware = slot // 2 % 2, slot % 2
        routes.end(np.full(len(rows), slot, dtype=np.uint16))
        routes.depart(self._queues, places, group, layer, len(rows))
        joined = (group * 2 + layer) * 2 + aware
        if aware and routes.solved[joined] != self._queues.tally[code.TRUTH]:
            routes.solve_truth(joined, self._queues, places)
        self._queues.parties["slot"][rows] = joined

    def _under_way(self) -> Rows:
        """Return who is on the road, waits to get onto it, or is still to leave."""
        there = (self.state != code.IDLE) & (self.state != code.ARRIVED)
        there[self._still_listed()[1]] = True
        rows: Rows = np.flatnonzero(there).astype(np.int32)
        return rows

    def _see_opening(self) -> None:
        """Let those who stand without a way see that roads are open again."""
        party = self._queues.parties
        party["slot"][self._parked] |= 1
        for slot in distinct(party["slot"][self._parked]):
            if self._routes.solved[slot] != self._queues.tally[code.TRUTH]:
                self._routes.solve_truth(int(slot), self._queues, self._trips.destinations)
        self._try_again()

    def _try_again(self) -> None:
        """Bring those who had no way and have one now to the entrance of their node."""
        routes = self._routes
        slots = self._queues.parties["slot"][self._parked]
        ahead = routes.next_edge[routes.tree[slots], self.node[self._parked]]
        depth_m = np.where(ahead >= 0, self.depth_m[ahead], 0.0)
        goes = (ahead != NO_WAY) & (depth_m <= self.fording_m[self._parked])
        at_edges.enqueue(self._queues, self.state, self.node, self._parked[goes], self.now_s)
        self._note(code.FREED, self._parked[goes])
        self._parked = self._parked[~goes]

    def _close_and_open(self, closed_now: Bools, stops_at: Floats | None) -> None:
        """Close and open links, and note whom that catches or frees."""
        was = self.closed.reshape(-1)
        closing = np.flatnonzero(closed_now.reshape(-1) & ~was)
        opening = np.flatnonzero(was & ~closed_now.reshape(-1))
        if len(closing) + len(opening) == 0:
            return
        rows = np.empty(self.n, dtype=np.int32)
        n = at_edges.close_links(self._queues, self.state, closing, self.now_s, rows)
        caught = rows[:n].copy()
        if stops_at is not None:
            caught = self._turn_away(caught, stops_at)
        self._note(code.CAUGHT, caught)
        self._closed_s[closing] = self.now_s
        n = at_edges.open_links(self._queues, self.state, opening, self._closed_s, self.now_s, rows)
        self._note(code.FREED, rows[:n].copy())
        self.closed[:] = closed_now
        self._queues.tally[code.TRUTH] += 1
        if len(opening) and len(self._parked):
            self._see_opening()

    def progress_of(self, rows: NDArray[np.integer] | slice) -> NDArray[np.float32]:
        """Return the share of its edge that each of some parties has behind it; 0 off the roads."""
        party = self._queues.parties
        edge, layer = party["edge"][rows], party["slot"][rows].astype(np.int64) // 2 % 2
        links = distinct((edge + layer * self.network.n_edges)[edge >= 0])
        at_edges.progress(self._queues, self.now_s, links, self._share)
        share: NDArray[np.float32] = np.where(edge >= 0, self._share[rows], np.float32(0))
        return share

    def _turn_away(self, caught: Rows, stops_at: Floats) -> Rows:
        """Send those before or behind fire or a train out by that end; return the others.

        They are off the road until they would be at that end: the time they have driven when they
        turn back, the time left when it is behind them.
        """
        edge = self._queues.parties["edge"][caught]
        turned = np.isfinite(stops_at[edge])
        turning, edge = caught[turned], edge[turned]
        if len(turning) == 0:
            return caught
        back = self.progress_of(turning) <= stops_at[edge]
        party = self._queues.parties
        since_s, reach_s = party["since_s"][turning].astype(np.float64), party["reach_s"][turning]
        left_s = np.where(back, self.now_s - since_s, reach_s - self.now_s)
        at_edges.take_off(self._queues, self.node, turning, self.now_s)
        self.node[turning] = np.where(
            back, self.network.from_node[edge], self.network.to_node[edge]
        )
        self.state[turning] = code.MOVING
        self._list(turning, np.ceil(self.now_s + np.maximum(left_s, 0.0)))
        others: Rows = caught[~turned]
        return others

    def _slow(self, edges: NDArray[np.int64]) -> None:
        """Give edges the travel times that the water leaves; none while it is too deep."""
        if len(edges) == 0:
            return
        self._slowed_m[edges] = self.depth_m[edges]
        times_s = travel_times_s(self.network, self.depth_m, edges, pace=self.pace)
        for layer, travel_s in enumerate(times_s):
            passable = np.isfinite(travel_s)
            links = edges[passable] + layer * self.network.n_edges
            at_edges.slow_links(
                self._queues, links, travel_s[passable].astype(np.float32), self.now_s
            )

    def _note(self, kind: int, rows: Rows) -> None:
        if len(rows):
            log = np.zeros(len(rows), dtype=code.LOGGED)
            log["at_s"], log["row"], log["kind"] = self.now_s, rows, kind
            log["place"] = self._queues.parties["edge"][rows]
            self._noted.append(log)

    def _check_departure(self, who: Rows, when_s: NDArray[np.float64]) -> None:
        ready = (self.state[who] == code.IDLE) | (self.state[who] == code.ARRIVED)
        ready &= ~self._is_listed(who)
        if not np.all(ready):
            raise ValueError(f"party {who[~ready][0]} is on its way already")
        if len(distinct(who)) < len(who):
            raise ValueError("a party is told twice to leave")
        if len(who) and when_s.min() < self.now_s:
            raise ValueError(f"departure at {when_s.min()} s is before now, {self.now_s} s")

    def _still_listed(self) -> tuple[NDArray[np.float64], Rows]:
        """Return times and rows of those that are still to leave."""
        first = self._queues.tally[code.NEXT_PENDING]
        return self._trips.pending_s[first:], self._trips.pending[first:]

    def _is_listed(self, who: Rows) -> Bools:
        """Return which parties are still to leave."""
        _, listed = self._still_listed()
        self._marked[listed] = True
        found: Bools = self._marked[who]
        self._marked[listed] = False
        return found

    def _list(self, who: Rows, when_s: NDArray[np.float64]) -> None:
        """Put parties on the list of those to leave, in an order that row numbers do not decide."""
        times_s, listed = self._still_listed()
        rows = np.concatenate((listed, who))
        at_s = np.concatenate((times_s, when_s))
        order = np.argsort(at_s, kind="stable")
        at_s, rows = at_s[order], rows[order]
        together = np.zeros(len(rows), dtype=bool)
        together[1:] = at_s[1:] == at_s[:-1]
        together[:-1] |= together[1:]
        tied = rows[together]
        party = self._queues.parties
        looks = (party["slot"][tied], self.size[tied], party["units"][tied])
        pace = (self.walk_m_per_s[tied], self.fording_m[tied])
        rows[together] = tied[np.lexsort((*pace, *looks, self.node[tied], at_s[together]))]
        self._relist(at_s, rows)

    def _strike(self, who: Rows) -> None:
        """Take parties off the lists of those to leave and those without a way."""
        self._parked = self._parked[~np.isin(self._parked, who)]
        times_s, listed = self._still_listed()
        keep = ~np.isin(listed, who)
        self._relist(times_s[keep], listed[keep])

    def _relist(self, at_s: NDArray[np.float64], rows: Rows) -> None:
        self._trips = self._trips._replace(pending_s=at_s, pending=rows)
        self._queues.tally[code.NEXT_PENDING] = 0

    def _let_go(self, who: Rows) -> None:
        """Take parties out of the destinations they are in."""
        if len(who):
            places = self._trips.destinations
            at = self.destination[who]
            np.subtract.at(places["inside"], at, self.size[who].astype(np.int64))
            self._room_again(at)

    def _room_again(self, at: Rows) -> None:
        """Let full destinations count as having room when enough of their places are free."""
        places = self._trips.destinations
        free = places["capacity"][at] - places["inside"][at]
        enough = free >= np.maximum(parameter("movement.room_again").si * places["capacity"][at], 1)
        places["full"][at[enough]] = 0
        self._queues.tally[code.TRUTH] += 1


def ints(values: ArrayLike) -> Rows:
    """Return row numbers as the kernels take them."""
    return np.atleast_1d(np.asarray(values, dtype=np.int32))


def or_default(value: ArrayLike | None, key: str) -> Any:
    """Return a value, or the catalogue's in SI for None."""
    return parameter(key).si if value is None else value
