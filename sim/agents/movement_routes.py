"""Where to turn at every node: one tree of next edges for each group of parties and mode."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.network import Network
from sim.agents.trees import Tree, Trees
from sim.kernels.movement_edges import expected_s
from sim.kernels.movement_state import FOOT, NEXT_BUCKET, ROAD, TRUTH, Queues
from sim.kernels.routing import NO_WAY
from sim.scenario.parameters import parameter

Bools = NDArray[np.bool_]
Ints = NDArray[np.int32]
Costs = NDArray[np.float64]

#: records of `DESTINATION`
Places = NDArray[Any]


class Routes:
    """Trees by slot, ``(group * 2 + mode) * 2 + aware``, and what they are solved on.

    A group is a set of destinations of which a party wants the nearest by time. It has a tree a
    mode on what the public knows, refreshed from time to time, and one on the truth for those who
    are aware, solved when one of them needs it.

    Attributes
    ----------
    next_edge : (trees, nodes) int32
    tree : (slots,) int32
        Row of `next_edge`; -1 for a slot that nobody has needed yet.
    solved : (slots,) int64
        Number of the state of the truth that an aware slot was solved on.
    riding : (groups, 2) int64
        Parties under way.
    """

    def __init__(self, network: Network, closed: Bools) -> None:
        self._network = network
        self._closed = closed
        self._known: Bools | None = None
        self._public_closed = closed.copy()
        self._public_room = np.zeros(0, dtype=bool)
        self._shunned = np.zeros(0, dtype=np.int64)
        self._groups: list[tuple[Ints, int]] = []
        self.next_edge = np.full((0, network.n_nodes), NO_WAY, dtype=np.int32)
        self.tree = np.zeros(0, dtype=np.int32)
        self.solved = np.zeros(0, dtype=np.int64)
        self.riding = np.zeros((0, 2), dtype=np.int64)
        self._edge_s = np.zeros((2, network.n_edges))
        self._solved_on: dict[int, int] = {}
        self._known_s: list[tuple[int, Costs]] = [(-1, np.zeros(0))] * 2
        self._seen: list[tuple[int, tuple[NDArray[Any], ...]]] = [(0, ())] * 2
        self._ways_m: dict[tuple[int, bytes], tuple[tuple[NDArray[Any], ...], Tree]] = {}
        self._true_s: list[tuple[int, Costs]] = [(-1, np.zeros(0))] * 2
        self._trees = Trees(*network.into)
        self._last: dict[int, Tree] = {}

    def add_group(self, destinations: Ints, otherwise: int) -> int:
        """Add a group and return its number."""
        if len(self._groups) == 2**14:
            raise ValueError(f"more than {2**14} groups of parties")
        self._groups.append((destinations, otherwise))
        self.tree = np.append(self.tree, np.full(4, -1, dtype=np.int32))
        self.solved = np.append(self.solved, np.full(4, -1))
        self.riding = np.concatenate((self.riding, np.zeros((1, 2), dtype=np.int64)))
        return len(self._groups) - 1

    def announce(self, closed: Bools) -> None:
        """Take what the public shall take for closed from the next refresh on."""
        self._known = closed

    def keep_away(self, edges: Bools) -> None:
        """Take edges as so many times longer from the next look at the roads on."""
        self._shunned = np.flatnonzero(edges)

    def depart(self, queues: Queues, places: Places, group: int, mode: int, n: int) -> None:
        """Count parties in, and solve the group's tree when nobody has kept it up to date."""
        if self.riding[group, mode] == 0 and n > 0:
            self._look(queues, mode, float(queues.tally[NEXT_BUCKET]))
            self._meet(places)
            self._bring_up_to_date((group * 2 + mode) * 2, places, self._basis(mode))
        self.riding[group, mode] += n

    def end(self, slots: NDArray[np.uint16]) -> None:
        """Count parties out, by their slots."""
        gone = np.bincount(slots // 2, minlength=self.riding.size)
        self.riding -= gone.reshape(self.riding.shape)

    def learn(self, places: Places) -> Bools:
        """Have the public know the closures announced and the doors; return which have room."""
        self._public_closed = self._closed.copy() if self._known is None else self._known
        self._public_room = with_room(places)
        return self._public_room

    def next_group(self, group: int) -> int:
        """Return the group to go over to from a group; itself when there is none."""
        otherwise = self._groups[group][1]
        return otherwise if otherwise >= 0 else group

    def with_a_place(self, group: int, room: Bools) -> int:
        """Return where parties of a group belong: in it, or in the next with room when it has none.

        The last one of the chain when none has.
        """
        wanted, otherwise = self._groups[group]
        while otherwise >= 0 and not room[wanted].any():
            group = otherwise
            wanted, otherwise = self._groups[group]
        return group

    def refresh(self, queues: Queues, places: Places, now_s: float) -> None:
        """Solve all trees in use on what the public has learnt."""
        queues.tally[TRUTH] += 1
        for mode in (ROAD, FOOT):
            groups = np.flatnonzero(self.riding[:, mode])
            if len(groups) == 0:
                continue
            self._look(queues, mode, now_s)
            basis = self._basis(mode)
            public_knows = np.array_equal(self._public_closed[mode], self._closed[mode])
            for group in groups:
                slot = int(group * 2 + mode) * 2
                self._bring_up_to_date(slot, places, basis)
                if public_knows:
                    self.tree[slot + 1] = self.tree[slot]
                    self.solved[slot + 1] = queues.tally[TRUTH]

    def solve_truth(self, slot: int, queues: Queues, places: Places) -> None:
        """Solve an aware slot's tree on the closures and doors of this moment."""
        if self.tree[slot] == self.tree[slot - 1]:
            self.tree[slot] = -1
        mode, truth = slot // 2 % 2, int(queues.tally[TRUTH])
        number, into_s = self._true_s[mode]
        if number != truth:
            into_s = self._into_s(mode, self._closed)
            self._true_s[mode] = truth, into_s
        self._solve(slot, places, into_s, with_room(places))
        self.solved[slot] = truth

    def _bring_up_to_date(self, slot: int, places: Places, basis: int) -> None:
        """Solve a public tree unless it was solved on the same things already."""
        if self._solved_on.get(slot) != basis:
            self._solve(slot, places, self._public_into_s(slot // 2 % 2, basis), self._public_room)
            self._solved_on[slot] = basis

    def _public_into_s(self, mode: int, basis: int) -> Costs:
        """Return `_into_s` of a mode on what the public knows: the same for trees of one basis."""
        number, into_s = self._known_s[mode]
        if number != basis:
            into_s = self._into_s(mode, self._public_closed)
            self._known_s[mode] = basis, into_s
        return into_s

    def _into_s(self, mode: int, closed: Bools) -> Costs:
        """Return the times of a mode in the order in which edges lead to nodes."""
        return self._trees.in_order(np.where(closed[mode], np.inf, self._edge_s[mode]))

    def way_m(self, places: Places, wanted: Ints, mode: int, usable: Bools) -> Costs:
        """Return the shortest way from each node to a place with room; inf when there is none.

        The same array as long as nothing that it depends on changes; nobody writes into it.
        """
        there = wanted[with_room(places)[wanted]]
        usable = usable & ~self._public_closed[mode]
        basis = (there, places["node"][there], usable)
        key = (mode, wanted.tobytes())
        if key in self._ways_m and all(map(np.array_equal, self._ways_m[key][0], basis)):
            return self._ways_m[key][1].cost_s
        length_m = np.where(usable, self._network.length_m, np.inf)
        into_m = self._trees.in_order(length_m)
        last = self._ways_m[key][1] if key in self._ways_m else None
        tree = self._trees.solve(into_m, places["node"][there], there, last)
        self._ways_m[key] = basis, tree
        return tree.cost_s

    def _basis(self, mode: int) -> int:
        """Return a number that grows when anything a mode's public trees depend on has changed."""
        now = (self._edge_s[mode], self._public_closed[mode], self._public_room)
        number, seen = self._seen[mode]
        if not (seen and all(map(np.array_equal, now, seen))):
            number += 1
            self._seen[mode] = number, tuple(one.copy() for one in now)
        return number

    def _meet(self, places: Places) -> None:
        """Have the public know destinations that are new to it."""
        n = len(self._public_room)
        self._public_room = np.concatenate((self._public_room, with_room(places)[n:]))

    def _look(self, queues: Queues, mode: int, now_s: float) -> None:
        """Take the times that edges take now: as driven in the traffic, or walked at 1 m/s."""
        if mode == ROAD:
            expected_s(queues, now_s, self._edge_s[ROAD])
        else:
            n_edges = queues.n_edges
            walk_s = queues.links["travel_s"][n_edges : 2 * n_edges]
            self._edge_s[FOOT] = walk_s + queues.edges["wait_s"]
        self._edge_s[mode, self._shunned] *= parameter("roads.fire_detour").value

    def _solve(self, slot: int, places: Places, into_s: Costs, room: Bools) -> None:
        if self.tree[slot] < 0:
            self.tree[slot] = len(self.next_edge)
            row = np.full((1, self._network.n_nodes), NO_WAY, dtype=np.int32)
            self.next_edge = np.concatenate((self.next_edge, row))
        wanted, _ = self._groups[self.with_a_place(slot // 4, room)]
        open_ones = wanted[room[wanted]]
        last = self._last.get(slot)
        tree = self._trees.solve(into_s, places["node"][open_ones], open_ones, last)
        self._last[slot] = tree
        self.next_edge[self.tree[slot]] = tree.next_edge


def with_room(places: Places) -> Bools:
    """Return which destinations are open and have not had to turn anybody away."""
    room: Bools = (places["open"] == 1) & (places["full"] == 0)
    return room
