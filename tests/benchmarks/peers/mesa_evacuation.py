"""The neutral town in idiomatic Mesa: one object a person, `agents.do` each step, the same rules.

A second engine, written from the rules of `sim.kernels.movement` in plain Python objects, for two
uses: it must agree with the kernels to the last person, and it is what their speed is compared
with. Nothing on this side is slower than it has to be: routes come from the same compiled
Dijkstra, links are `__slots__` objects with deques, only links with somebody to let out are
called, those without a way are not asked again before a refresh. What Mesa is asked to do is call
every resident's `step` each step, the way Mesa models are written.

    python mesa_evacuation.py PEOPLE STEP_S HOURS     one run, figures as JSON
"""

from __future__ import annotations

import bisect
import json
import sys
import time
from collections import deque
from typing import Any

import mesa
import numpy as np

from sim.agents.movement import WALKING_CURVE
from sim.agents.movement_arrays import new_links
from sim.agents.network import Network
from sim.evaluation.verification.movement_city import City, neutral_city
from sim.kernels.routing import new_lists, solve_tree

FRONT_S = REFRESH_S = 600
STUCK_S = 10
IDLE, WAITING, MOVING, ARRIVED, STRANDED = range(5)
ROAD, FOOT = 0, 1
FULL, NOBODY = object(), object()


class Link:
    """A queue of residents; an entrance is one too, with endless flow and room."""

    __slots__ = (
        "area_m2", "edge", "flow", "free_s", "inlet_s", "layer", "node", "offered", "open_flow",
        "queue", "second", "storage", "travel_s", "used", "waiters", "wants",
    )  # fmt: skip

    def __init__(self, layer: int, edge: int, record: Any, area_m2: float) -> None:
        self.layer, self.edge, self.node = layer, edge, int(record["node"])
        self.flow = self.open_flow = float(record["flow"])
        self.storage, self.travel_s = int(record["storage"]), float(record["travel_s"])
        self.area_m2 = area_m2
        self.queue: deque[Resident] = deque()
        self.used = 0
        self.free_s = self.inlet_s = 0.0
        self.second = -1
        self.wants: Link | None = None
        self.offered: Link | None = None
        self.waiters: deque[Link] = deque()


class Resident(mesa.Agent):
    """A person who leaves for the nearest shelter, by car or on foot."""

    def __init__(self, model: Town, node: int, leaves_s: float, layer: int) -> None:
        super().__init__(model)
        self.node, self.leaves_s, self.layer = node, leaves_s, layer
        self.units = 100 if layer == FOOT else 40
        self.state = IDLE
        self.aware = False
        self.reach_s = 0.0
        self.link: Link | None = None
        self.arrived_s = np.nan

    def step(self) -> None:
        """Leave when it is time; on the roads the queues do the rest."""
        if self.state == IDLE and self.leaves_s < self.model.end_s:
            self.state = WAITING
            self.model.leaving.append(self)


class Town(mesa.Model):
    """The town: links, shelters, what is closed, and the seconds' lists of links."""

    def __init__(self, city: City) -> None:
        super().__init__(seed=1)
        self.city, network = city, city.network
        links, more = new_links(network)
        n, m = network.n_edges, network.n_nodes
        made = [
            Link(int(i // n) if i < 2 * n else int((i - 2 * n) // m), i % n if i < 2 * n else -1,
                 links[i], float(more["area_m2"][i]))
            for i in range(len(links))
        ]  # fmt: skip
        self.on = [made[:n], made[n : 2 * n]]
        self.entrance = [made[2 * n : 2 * n + m], made[2 * n + m :]]
        self.inside = [0] * len(city.shelters)
        self.full = [False] * len(city.shelters)
        self.routes = Signs(network, city.shelters)
        self.seconds: dict[int, list[Link]] = {}
        self.now = 0
        self.end_s = 0.0
        self.leaving: list[Resident] = []
        self.parked: list[Resident] = []
        self.arrived = self.passages = self.ring_moves = self.stranded = 0
        crowd, speed = WALKING_CURVE
        self.crowd, self.share = list(crowd), [v / speed[0] for v in speed]
        fine = np.linspace(crowd[0], crowd[-1], 1001)
        self.critical = float(fine[np.argmax(fine * np.interp(fine, crowd, speed))])
        self.walk_m_per_s = float(np.float32(1.2))
        walks = np.where(city.walks, FOOT, ROAD).tolist()
        for node, leaves_s, layer in zip(
            city.home.tolist(), city.leaves_s.tolist(), walks, strict=True
        ):
            Resident(self, node, leaves_s, layer)
        self.routes.solve(self, aware=False)

    def advance(self, step_s: float) -> None:
        """One step of the model: everybody's `step`, then the seconds in it."""
        self.end_s += step_s
        self.agents.do("step")
        self.leaving.sort(key=lambda resident: resident.leaves_s)
        leaving, first = self.leaving, 0
        while self.now < self.end_s:
            second = self.now
            while first < len(leaving) and leaving[first].leaves_s < second + 1:
                resident = leaving[first]
                first += 1
                self.join(resident, self.entrance[resident.layer][resident.node],
                          resident.leaves_s, resident.leaves_s)  # fmt: skip
            self.work_off(second)
            self.now += 1
            if self.now % REFRESH_S == 0:
                self.refresh()
            if self.now % FRONT_S == 0:
                self.close(self.city.closed_at(self.now))
        self.leaving = leaving[first:]

    # -- the seconds ----------------------------------------------------------------------------

    def plan(self, link: Link, at_s: float) -> None:
        second = max(int(at_s), self.now)
        link.second = second
        self.seconds.setdefault(second, []).append(link)

    def replan(self, link: Link, at_s: float) -> None:
        self.unplan(link)
        self.plan(link, at_s)

    def unplan(self, link: Link) -> None:
        if link.second >= 0:
            self.seconds[link.second].remove(link)
            link.second = -1

    def work_off(self, second: int) -> None:
        end_s = second + 1.0
        links = self.seconds.setdefault(second, [])
        while links:
            link = links.pop(0)
            link.second = -1
            if link.wants is None:
                self.let_out(link, end_s)
            elif not self.turn_ring(link, float(second)):
                self.plan(link, second + STUCK_S)
        del self.seconds[second]

    # -- queues ---------------------------------------------------------------------------------

    def pace_s(self, link: Link) -> float:
        if link.layer == ROAD:
            return link.travel_s
        people, share = min(link.used / (100 * link.area_m2), self.critical), self.share
        crowd = max(people, 1 / link.area_m2)
        k = bisect.bisect_left(self.crowd, crowd)
        if k == 0:
            slowed = share[0]
        elif k == len(share):
            slowed = share[-1]
        else:
            part = (crowd - self.crowd[k - 1]) / (self.crowd[k] - self.crowd[k - 1])
            slowed = share[k - 1] * (1 - part) + share[k] * part
        return link.travel_s / (self.walk_m_per_s * slowed)

    def join(self, resident: Resident, link: Link, at_s: float, reach_s: float) -> None:
        link.used += resident.units
        queue = link.queue
        place = len(queue)
        if link.layer == ROAD and link.edge >= 0:
            if queue:
                reach_s = max(reach_s, queue[-1].reach_s)
        else:
            first = 0 if link.wants is None else 1
            while place > first and queue[place - 1].reach_s > reach_s:
                place -= 1
        resident.reach_s, resident.link = reach_s, link
        if place == len(queue):
            queue.append(resident)
        else:
            queue.insert(place, resident)
        if place == 0:
            due_s = max(reach_s, link.free_s)
            if len(queue) > 1:
                if link.wants is None and link.second >= 0:
                    self.replan(link, due_s)
            elif link.flow > 0:
                self.plan(link, due_s)

    def offer_room(self, link: Link, at_s: float) -> None:
        if link.waiters and link.used < link.storage:
            first = link.waiters.popleft()
            first.wants = None
            self.unplan(first)
            first.offered = link
            first.free_s = max(first.free_s, at_s)
            self.plan(first, first.free_s)

    def let_out(self, link: Link, end_s: float) -> None:
        queue = link.queue
        while queue:
            resident = queue[0]
            at_s = max(resident.reach_s, link.free_s)
            if at_s >= end_s:
                self.plan(link, at_s)
                return
            wanted = self.choose(resident, link.node)
            if not isinstance(wanted, Link):
                self.end_trip(resident, link, wanted, at_s)
                continue
            at_s = max(at_s, wanted.inlet_s)
            if at_s >= end_s:
                self.plan(link, at_s)
                return
            full = wanted.used > 0 and wanted.used + resident.units > wanted.storage
            if full or (link.offered is not wanted and wanted.waiters):
                self.wait_for(link, wanted, at_s)
                return
            offered, link.offered = link.offered, None
            queue.popleft()
            self.take_out(resident, link, at_s)
            self.go_in(resident, wanted, at_s)
            self.offer_room(wanted, at_s)
            if offered is not None and offered is not wanted:
                self.offer_room(offered, at_s)
        if link.offered is not None:
            offered, link.offered = link.offered, None
            self.offer_room(offered, link.free_s)

    def wait_for(self, link: Link, wanted: Link, at_s: float) -> None:
        if link.offered is wanted:
            wanted.waiters.appendleft(link)
        else:
            wanted.waiters.append(link)
        link.wants, link.offered = wanted, None
        self.plan(link, at_s + STUCK_S)

    def take_out(self, resident: Resident, link: Link, at_s: float) -> None:
        link.used -= resident.units
        link.free_s = at_s + resident.units / link.flow
        self.offer_room(link, at_s)

    def go_in(self, resident: Resident, link: Link, at_s: float) -> None:
        link.inlet_s = at_s + resident.units / link.flow
        link.used += resident.units
        reach_s = at_s + self.pace_s(link)
        link.used -= resident.units
        resident.state = MOVING
        self.join(resident, link, at_s, reach_s)
        self.passages += 1

    def end_trip(self, resident: Resident, link: Link, place: object, at_s: float) -> None:
        link.queue.popleft()
        self.take_out(resident, link, at_s)
        resident.link, resident.node = None, link.node
        if place is NOBODY:
            if resident.state == MOVING:
                resident.state = STRANDED
            self.parked.append(resident)
            return
        resident.state, resident.arrived_s = ARRIVED, at_s
        self.arrived += 1

    def turn_ring(self, link: Link, at_s: float) -> bool:
        ring = [link]
        while True:
            wanted = ring[-1].wants
            if wanted is None or len(ring) > len(self.on[0]) * 3:
                return True
            if wanted is link:
                break
            ring.append(wanted)
        for one in ring:
            wanted = one.wants
            assert wanted is not None
            change = one.queue[0].units - wanted.queue[0].units
            if one.free_s > at_s or wanted.inlet_s > at_s or wanted.used + change > wanted.storage:
                return False
        moves = []
        for one in ring:
            resident = one.queue.popleft()
            one.used -= resident.units
            moves.append((resident, one.wants))
        for one, (resident, wanted) in zip(ring, moves, strict=True):
            self.unplan(one)
            wanted.waiters.remove(one)
            one.wants = None
            one.free_s = at_s + resident.units / one.flow
        for resident, wanted in moves:
            self.go_in(resident, wanted, at_s)
        for _, one in moves:
            if one.second < 0 and one.wants is None:
                self.plan(one, max(one.free_s, one.queue[0].reach_s))
            self.offer_room(one, at_s)
        self.ring_moves += 1
        return True

    # -- choices --------------------------------------------------------------------------------

    def choose(self, resident: Resident, node: int) -> Link | object:
        for _ in range(4):
            sign = self.routes.sign(resident, node)
            if sign >= 0:
                link = self.on[resident.layer][sign]
                if link.flow > 0:
                    return link
            elif sign == -1:
                if not (resident.aware and self.routes.learn(self, resident.layer)):
                    return NOBODY
                continue
            elif self.takes_in(-2 - sign):
                return FULL
            self.routes.learn(self, resident.layer)
            resident.aware = True
        return NOBODY

    def takes_in(self, place: int) -> bool:
        if self.full[place]:
            return False
        if self.inside[place] < self.city.places:
            self.inside[place] += 1
            return True
        self.full[place] = True
        self.routes.truth += 1
        return False

    def refresh(self) -> None:
        self.routes.truth += 1
        self.routes.solve(self, aware=False)
        for link in self.entrance[0] + self.entrance[1] + self.on[0] + self.on[1]:
            self.release(link)
        parked, self.parked = self.parked, []
        for resident in parked:
            if self.routes.public[resident.layer][resident.node] == -1:
                self.parked.append(resident)
                continue
            if resident.state == STRANDED:
                resident.state = MOVING
            entrance = self.entrance[resident.layer][resident.node]
            self.join(resident, entrance, float(self.now), float(self.now))

    def release(self, link: Link) -> None:
        while link.waiters:
            self.look_again(link.waiters[0])

    def look_again(self, link: Link) -> None:
        if link.wants is not None:
            link.wants.waiters.remove(link)
            link.wants = None
        self.unplan(link)
        if link.queue and link.flow > 0:
            self.plan(link, max(float(self.now), link.queue[0].reach_s, link.free_s))

    def close(self, closed: Any) -> None:
        edges = [e for e in np.flatnonzero(closed).tolist() if self.on[0][e].flow > 0]
        for link in [self.on[layer][e] for layer in (ROAD, FOOT) for e in edges]:
            if link.wants is not None:
                link.wants.waiters.remove(link)
                link.wants = None
            self.unplan(link)
            link.flow = 0.0
            self.release(link)
            for resident in link.queue:
                resident.state = STRANDED
            self.stranded += len(link.queue)
        if edges:
            self.routes.truth += 1


class Signs:
    """Next edges at every node, public and true, from the same compiled Dijkstra as the product."""

    def __init__(self, network: Network, shelters: Any) -> None:
        self.network, self.shelters = network, shelters
        self.truth = 0
        self.public: list[list[int]] = [[], []]
        self.true: list[list[int]] = [[], []]
        self.solved = [-1, -1]
        self.edge_s = np.zeros((2, network.n_edges))

    def sign(self, resident: Resident, node: int) -> int:
        return (self.true if resident.aware else self.public)[resident.layer][node]

    def learn(self, town: Town, layer: int) -> bool:
        """Bring the true tree up to date; False when it was."""
        if self.solved[layer] == self.truth:
            return False
        self.true[layer] = self._tree(town, layer)
        self.solved[layer] = self.truth
        return True

    def solve(self, town: Town, *, aware: bool) -> None:
        """Look at the traffic, and solve the public trees."""
        edge_s = self.edge_s[ROAD]
        for edge, link in enumerate(town.on[ROAD]):
            way_s = link.travel_s
            if link.used:
                if link.flow:
                    way_s = max(way_s, link.used / link.flow)
                if link.wants is not None:
                    way_s = max(way_s, link.travel_s + town.now - link.queue[0].reach_s)
            edge_s[edge] = way_s
        self.edge_s[FOOT] = [link.travel_s for link in town.on[FOOT]]
        for layer in (ROAD, FOOT):
            self.public[layer] = self.true[layer] = self._tree(town, layer)
            self.solved[layer] = self.truth

    def _tree(self, town: Town, layer: int) -> list[int]:
        network, n = self.network, self.network.n_nodes
        offsets, edges, nodes = network.into
        closed = np.array([link.flow == 0 for link in town.on[layer]])
        room = np.flatnonzero(~np.array(town.full)).astype(np.int32)
        tree = np.zeros(n, dtype=np.int32)
        cost_s = np.zeros(n)
        times_s = np.where(closed, np.inf, self.edge_s[layer])[edges]
        solve_tree(
            offsets, edges, nodes, times_s, self.shelters[room], room, tree, cost_s, new_lists(n)
        )
        return tree.tolist()  # type: ignore[no-any-return]


def run_mesa(city: City, step_s: float, until_s: float) -> dict[str, Any]:
    """Run the town in Mesa and return its figures."""
    began_s = time.process_time()
    town = Town(city)
    made_s = time.process_time()
    while town.end_s < until_s:
        town.advance(step_s)
    arrived_s = np.array([resident.arrived_s for resident in town.agents])
    return {
        "create_s": made_s - began_s,
        "cpu_s": time.process_time() - made_s,
        "arrived": town.arrived,
        "stranded": town.stranded,
        "passages": town.passages,
        "ring_moves": town.ring_moves,
        "inside": town.inside,
        "arrived_s": arrived_s.tolist() if len(arrived_s) <= 10_000 else None,
        "sum_arrived_s": float(np.nansum(arrived_s)),
    }


def main() -> None:
    """Run once, after a short warm-up of the kernels, and print the figures."""
    people, step_s, hours = map(float, sys.argv[1:])
    run_mesa(neutral_city(200, n_side=21), 60, 7200)
    figures = run_mesa(neutral_city(int(people)), step_s, hours * 3600)
    json.dump(figures, sys.stdout)


if __name__ == "__main__":
    main()
