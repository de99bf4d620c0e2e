"""Movement on the roads: parties leave, queue, meet water, turn round, arrive."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.agents.movement_arrays import StepResult
from sim.agents.movement_core import WALKING_CURVE, WATER_STEP_M, Bools, MovementCore, Rows, ints
from sim.agents.movement_routes import with_room
from sim.kernels import movement_edges as at_edges
from sim.kernels import movement_state as code
from sim.kernels.movement_state import FOOT, ROAD, UNIT
from sim.kernels.roads import compare_water
from sim.kernels.water_safety import IMPASSABLE_DEPTH_M
from sim.scenario.parameters import parameter

__all__ = ["MODES", "STATES", "WALKING_CURVE", "Movement"]

#: ways of moving; buses and teams drive
MODES: Final = ("road", "foot")
STATES: Final = ("idle", "waiting_to_enter", "moving", "arrived", "stranded")


class Movement(MovementCore):
    """All parties of a run on the roads, one row each.

    Time is that of the scenario, in whole seconds; it advances by `step`. Results depend neither
    on the step nor on the order of rows: every party keeps its own exact times.

    Parameters
    ----------
    network : Network
    size : (n,) int
        Persons in each party; row i is the same party for the whole run.
    walk_m_per_s : (n,) float or float, optional
        Pace of the party's slowest, alone on dry ground; default ``movement.walking_speed``.
    fording_m : (n,) float or float
        Deepest water the party goes into; roads may close before.
    walking_curve : pair of sequences
        Persons a m2 and m/s; each party's own pace falls by the same share as the curve.
    refresh_s, stuck_s, walking_depth_m : float, optional
        ``movement.refresh``, ``movement.stuck``, ``movement.walking_depth`` of the catalogue.

    Attributes
    ----------
    state, mode : (n,) uint8
        Indices into `STATES`, `MODES`.
    size : (n,) uint16
        Persons.
    node, destination : (n,) int32
        Where the party set out or stands off the roads; where it arrived, -1 before.
    walk_m_per_s, fording_m, entered_s, arrived_s, pce : (n,) float32
        Times are NaN until known; `pce` is how many passenger cars it counts as when it drives.
    closed : (2, edges) bool
        By mode, now.
    depth_m, pace : (edges,) float32
        Water, and the share of the dry speed that ice leaves, now.
    now_s : float
    """

    # -- destinations ---------------------------------------------------------------------------

    def add_destinations(
        self, nodes: ArrayLike, capacity_persons: ArrayLike = np.inf, opened: ArrayLike = True
    ) -> Rows:
        """Add shelters or exits of the map; return their numbers.

        Parameters
        ----------
        nodes : (k,) int
        capacity_persons : (k,) float or float
            Persons; infinite for an exit of the map.
        opened : (k,) bool or bool
        """
        at = np.atleast_1d(np.asarray(nodes, dtype=np.int32))
        new = np.zeros(len(at), dtype=code.DESTINATION)
        new["node"] = at
        new["capacity"] = np.minimum(np.asarray(capacity_persons, dtype=np.float64), 2.0**40)
        new["open"] = opened
        first = len(self._trips.destinations)
        places = np.concatenate((self._trips.destinations, new))
        self._trips = self._trips._replace(destinations=places)
        return np.arange(first, len(places), dtype=np.int32)

    def add_group(self, destinations: ArrayLike, otherwise: int = -1) -> int:
        """Add a group of parties and return its number.

        Parameters
        ----------
        destinations : (k,) int
            Of which each party wants the nearest by time that has room.
        otherwise : int
            The group that parties go over to when they hear, at a refresh, that none of these
            has room; -1 for none. They do not turn round again when a place becomes free.
        """
        return self._routes.add_group(ints(destinations), otherwise)

    def open_destinations(self, destinations: ArrayLike, opened: bool) -> None:
        """Open or shut the doors; the public hears of it at the next refresh."""
        self._trips.destinations["open"][ints(destinations)] = opened
        self._queues.tally[code.TRUTH] += 1

    def set_capacity(self, destinations: ArrayLike, persons: ArrayLike) -> None:
        """Change how many persons destinations hold; those inside stay."""
        at = ints(destinations)
        self._trips.destinations["capacity"][at] = np.minimum(persons, 2.0**40)
        self._room_again(at)

    def within_a_walk(self, destinations: ArrayLike, most_m: float) -> Bools:
        """Return from which nodes one of some destinations with room is so near.

        Parameters
        ----------
        destinations : (k,) int
        most_m : float
            Length of the way on foot, through water that no more than half of all shun.

        Returns
        -------
        (nodes,) bool
        """
        dry = self.depth_m <= parameter("crowd.fording_median").si
        dry &= self.network.foot_width_m > 0
        wanted, places = ints(destinations), self._trips.destinations
        return self._routes.way_m(places, wanted, FOOT, dry) <= most_m

    def within_a_drive(self, destinations: ArrayLike) -> Bools:
        """Return from which nodes one of some destinations with room can be driven to."""
        usable = self.network.flow_veh_per_s > 0
        wanted, places = ints(destinations), self._trips.destinations
        return np.isfinite(self._routes.way_m(places, wanted, ROAD, usable))

    def give_up(self, group: int, near: ArrayLike) -> None:
        """Have walkers of a group for whom it has become too far go over to the next group.

        Parameters
        ----------
        group : int
            From `add_group`, with another group to go over to.
        near : (nodes,) bool
            From where it is not too far: `within_a_walk`.
        """
        rows = self._under_way()
        slots, edge = self._queues.parties["slot"][rows], self.edge[rows]
        node = np.where(edge >= 0, self.network.to_node[edge], self.node[rows])
        too_far = ~np.asarray(near, dtype=bool)[node]
        to = self._routes.with_a_place(
            self._routes.next_group(group), with_room(self._trips.destinations)
        )
        for slot in (group * 4 + 2, group * 4 + 3):
            going = rows[too_far & (slots == slot)]
            if len(going):
                self._join(going, slot, to)

    @property
    def persons_inside(self) -> NDArray[np.int64]:
        """Persons in each destination."""
        return self._trips.destinations["inside"].copy()

    # -- parties --------------------------------------------------------------------------------

    def depart(
        self,
        rows: ArrayLike,
        mode: int | str,
        group: int,
        from_nodes: ArrayLike,
        at_s: ArrayLike | None = None,
    ) -> None:
        """Have idle or arrived parties leave; they queue at their node's entrance.

        Parameters
        ----------
        rows : (k,) int
        mode : int or str
            Of `MODES`.
        group : int
            From `add_group`.
        from_nodes : (k,) int
        at_s : (k,) float, optional
            When, not before now; default now.

        Raises
        ------
        ValueError
            When a party is on its way already, or is to leave in the past.
        """
        who, layer = ints(rows), MODES.index(mode) if isinstance(mode, str) else int(mode)
        if len(who) == 0:
            return
        when_s = np.broadcast_to(self.now_s if at_s is None else np.asarray(at_s, float), who.shape)
        self._check_departure(who, when_s)
        self._let_go(who[self.state[who] == code.ARRIVED])
        self.node[who] = from_nodes
        self.mode[who] = layer
        self.state[who] = code.IDLE
        self.destination[who] = -1
        self.entered_s[who] = self.arrived_s[who] = np.nan
        units = (self.size if layer == FOOT else self.pce)[who].astype(np.float64)
        party = self._queues.parties
        party["units"][who] = np.maximum(np.rint(units * UNIT), 1)
        party["slot"][who] = (group * 2 + layer) * 2
        self._routes.depart(self._queues, self._trips.destinations, group, layer, len(who))
        self._list(who, when_s)

    def withdraw(self, rows: ArrayLike) -> None:
        """Take parties off the roads (rescued, given up, on foot from here); they become idle.

        Their `node` is then the nearer end of the edge they were on. Arrived and idle ones that
        were still to leave become idle as well.
        """
        who = ints(rows)
        arrived = self.state[who] == code.ARRIVED
        self._let_go(who[arrived])
        listed = self._is_listed(who)
        under_way = who[~arrived & ((self.state[who] != code.IDLE) | listed)]
        at_edges.take_off(self._queues, self.node, under_way, self.now_s)
        self._strike(under_way)
        self._routes.end(self._queues.parties["slot"][under_way])
        self.state[who] = code.IDLE

    # -- water and knowledge --------------------------------------------------------------------

    def set_water(
        self,
        depth_m: ArrayLike,
        closed: ArrayLike | None = None,
        closed_on_foot: ArrayLike | None = None,
        *,
        pace: ArrayLike = 1.0,
        stops_at: ArrayLike | None = None,
    ) -> None:
        """Say how deep the water is on every edge, and which are closed for any reason.

        Vehicles and walkers slow down with depth, anew when it has changed by a centimetre. An edge
        is closed to vehicles where `closed` says so or no car can drive (0.3 m), to walkers where
        `closed_on_foot` says so or the water is deeper than ``walking_depth_m``. Nobody enters a
        closed edge; who is on it is stranded there, keeps the room, and goes on with the way left
        when it opens again.

        Parameters
        ----------
        depth_m : (edges,) float or float
        closed, closed_on_foot : (edges,) bool, optional
            Default: by depth only.
        pace : (edges,) float or float
            Share of its dry speed that ice leaves.
        stops_at : (edges,) float, optional
            How far along a closed edge, 0 to 1, the fire or the train is that closes it; NaN for
            another reason. Who is on it when it closes turns away from there and leaves it by the
            end on his side.
        """
        deep_m, new_pace = (
            np.ascontiguousarray(np.broadcast_to(np.asarray(one, np.float32), self.pace.shape))
            for one in (depth_m, pace)
        )
        n = compare_water(
            deep_m,
            self.depth_m,
            self._slowed_m,
            new_pace,
            self.pace,
            WATER_STEP_M,
            self._changed,
        )
        self._slow(self._changed[:n])
        closed_now = self._without_capacity.copy()
        closed_now[ROAD] |= deep_m >= IMPASSABLE_DEPTH_M
        closed_now[FOOT] |= deep_m > self._walking_depth_m
        for layer, also in ((ROAD, closed), (FOOT, closed_on_foot)):
            if also is not None:
                closed_now[layer] |= np.asarray(also, dtype=bool)
        at = None if stops_at is None else np.asarray(stops_at, float)
        self._close_and_open(closed_now, at)

    def know(self, closed: ArrayLike, closed_on_foot: ArrayLike | None = None) -> None:
        """Say which edges the public takes for closed, from the next refresh on.

        Before the first call the public knows the truth as of each refresh.

        Parameters
        ----------
        closed : (edges,) bool
            To vehicles.
        closed_on_foot : (edges,) bool, optional
            Default: those of `closed` that are closed to walkers in truth.
        """
        road = np.asarray(closed, dtype=bool)
        foot = road & self.closed[FOOT] if closed_on_foot is None else closed_on_foot
        known = np.stack((road, np.asarray(foot, dtype=bool)))
        self._routes.announce(known | self._without_capacity)

    def keep_away(self, edges: ArrayLike) -> None:
        """Say from which edges everybody keeps away as far as there is another way.

        They count as ``roads.fire_detour`` times as long from the next refresh on.
        """
        self._routes.keep_away(np.asarray(edges, dtype=bool))

    # -- time -----------------------------------------------------------------------------------

    def step(self, to_s: float) -> StepResult:
        """Go on to a time, in whole seconds; return what happened since the last call."""
        if to_s != int(to_s) or to_s < self.now_s:
            raise ValueError(f"to_s={to_s} must be a whole second, not before now_s={self.now_s}")
        while self._next_refresh_s <= to_s:
            self._advance(self._next_refresh_s)
            self._refresh()
            self._next_refresh_s += self._refresh_s
        self._advance(to_s)
        log = np.concatenate(self._noted) if self._noted else self._trips.log[:0]
        self._noted = []
        return StepResult.of(log)

    # -- looking --------------------------------------------------------------------------------

    @property
    def edge(self) -> Rows:
        """Edge each party is on; -1 off the roads. A view."""
        return self._queues.parties["edge"]

    def on_edges(self) -> NDArray[np.int64]:
        """Return the parties that are on an edge: those with an `edge`, found by their state."""
        rows = np.flatnonzero((self.state != code.IDLE) & (self.state != code.ARRIVED))
        return rows[self.edge[rows] >= 0]

    @property
    def distance_m(self) -> NDArray[np.float32]:
        """Length of all edges that each party has entered, all its trips. A view."""
        return self._queues.parties["distance_m"]

    @property
    def progress(self) -> NDArray[np.float32]:
        """Share of its edge that each party has behind it; 0 off the roads. Queues stand back."""
        return self.progress_of(slice(None))

    @property
    def travel_s(self) -> NDArray[np.float32]:
        """What driving each edge takes in the water there is; kept where it is too deep. A view."""
        return self._queues.links["travel_s"][: self.network.n_edges]

    @property
    def aware(self) -> Bools:
        """Which parties have met a closure or a shut door that they did not know of."""
        aware: Bools = self._queues.parties["slot"] % 2 == 1
        return aware

    def parties_by_state(self) -> NDArray[np.int64]:
        """Return how many parties are in each of `STATES`."""
        return np.bincount(self.state, minlength=code.N_STATES)

    def persons_by_state(self) -> NDArray[np.int64]:
        """Return how many persons are in each of `STATES`."""
        persons = np.bincount(self.state, weights=self.size, minlength=code.N_STATES)
        return persons.astype(np.int64)

    def load(self, mode: int) -> NDArray[np.float64]:
        """Return passenger cars (or persons) on each edge now."""
        n_edges = self.network.n_edges
        links = slice(mode * n_edges, (mode + 1) * n_edges)
        return self._queues.links["used"][links] / UNIT

    def positions_m(
        self, rows: NDArray[np.integer] | slice = slice(None)
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return x and y of parties, on the straight line of their edge or at their node.

        NaN for those that never left and whose node nobody has said.
        """
        net, edge, node = self.network, self.edge[rows], self.node[rows]
        on_edge = edge >= 0
        along = self.progress_of(rows)[on_edge]
        at = []
        for coordinate in (net.x_m, net.y_m):
            place = np.where(node >= 0, coordinate[node], np.nan)
            start = coordinate[net.from_node[edge[on_edge]]]
            end = coordinate[net.to_node[edge[on_edge]]]
            place[on_edge] = start + along * (end - start)
            at.append(place)
        return at[0], at[1]

    @property
    def ring_moves(self) -> int:
        """How often a closed ring of full roads has moved up: gridlock, counted."""
        return int(self._queues.tally[code.RING_MOVES])

    @property
    def edge_passages(self) -> int:
        """Edges entered by all parties so far."""
        return int(self._queues.tally[code.EDGE_PASSAGES])

    def longest_wait_s(self) -> float:
        """Return how long the head of a queue has waited for room ahead, at most."""
        links = self._queues.links
        heads = links["head"][links["wants"] >= 0]
        if len(heads) == 0:
            return 0.0
        return float(self.now_s - self._queues.parties["reach_s"][heads].min())
