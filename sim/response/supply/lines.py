"""Goods of one order that wait at a store for trucks, and which of them go on one trip together."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import simpy

from sim.agents.trucks import SupplyTruck
from sim.response.supply.stores import Store
from sim.response.supply.trips import Stop, Trip
from sim.response.travel import NO_WAY_S
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.supply.desk import Supply
    from sim.response.supply.orders import Order

Process = Generator[simpy.Event, Any, None]


class Line:
    """Who waits at one store, in the order of the rule that shared the goods out.

    A truck is found for the first; while it has room, it takes the whole of what waits for the
    place nearest to its last stop, up to ``supply.most_stops``. What flies or sails goes to one
    place and back.

    Parameters
    ----------
    supply : Supply
    order : Order
    store : Store

    Attributes
    ----------
    stops : list of Stop
        Not yet on a truck.
    """

    def __init__(self, supply: Supply, order: Order, store: Store) -> None:
        self._supply, self._order, self._store = supply, order, store
        self._network = supply.stage.network
        self._process: simpy.Process | None = None
        self.stops: list[Stop] = []

    def add(self, stop: Stop) -> None:
        """Let goods for one place wait."""
        self.stops.append(stop)
        if self._process is None or not self._process.is_alive:
            self._process = self._supply.env.process(self._serve())

    def withdraw(self) -> None:
        """Leave everything on the shelf that is not on a truck."""
        if self._process is not None and self._process.is_alive:
            self._process.interrupt("withdrawn")

    def _serve(self) -> Process:
        """Find truck after truck until nobody waits."""
        supply, order = self._supply, self._order
        try:
            while self.stops:
                if not supply.can_load(self._store):
                    order.hinder("store_flooded", NO_WAY_S)
                    self._drop_all()  # the order looks for another store
                    return
                target = self.stops[0].target
                ready = self._reached()
                if not ready:
                    order.hinder(supply.no_way(self._store, target), NO_WAY_S)
                    yield supply.env.timeout(NO_WAY_S if self.stops else 0.0)
                    continue
                first = ready[0]
                suits = supply.suits(self._store, first.target, first.pieces)
                if suits is None:
                    order.row.lacks(supply.no_truck(self._store, first.target, first.pieces))
                    self._drop(first)
                    continue
                asked_s = supply.now_s
                wanted = np.sum([stop.pieces for stop in ready], axis=0)
                truck = yield from supply.fleet.take(suits, wanted, self._store.node)
                order.hinder("no_truck", supply.now_s - asked_s)
                order.set_out(Trip(order, truck, self._store, self._aboard(truck, first)))
        except simpy.Interrupt:
            self._drop_all()

    def _reached(self) -> list[Stop]:
        """Return those that something leads to now; who is cut off for too long waits no more."""
        supply, ready = self._supply, []
        for stop in list(self.stops):
            if supply.can_reach(self._store, stop.target):
                stop.cut_s = math.inf
                ready.append(stop)
            elif math.isinf(stop.cut_s):
                stop.cut_s = supply.now_s
            elif supply.now_s - stop.cut_s >= parameter("response.give_up").si:
                self._drop(stop)
        return ready

    def _drop_all(self) -> None:
        for stop in list(self.stops):
            self._drop(stop)

    def _drop(self, stop: Stop) -> None:
        self.stops.remove(stop)
        self._store.promised -= stop.pieces
        self._order.not_sent(stop, stop.pieces)

    def _aboard(self, truck: SupplyTruck, first: Stop) -> list[Stop]:
        """Take off the line what goes on a truck: some for the first, then whole stops near by."""
        chosen = [self._part(first, truck.load_of(first.pieces))]
        if truck.carrier.flies or truck.carrier.sails or first in self.stops:
            return chosen
        load, by = chosen[0].pieces.copy(), self._supply.by_road(truck)
        while len(chosen) < parameter("supply.most_stops").si:
            fits = [
                stop
                for stop in self.stops
                if truck.carrier.takes(load + stop.pieces)
                and self._supply.leads_to(self._store, stop.target, by)
            ]
            if not fits:
                break
            following = min(fits, key=lambda stop: self._away_m(chosen[-1], stop))
            load += following.pieces
            chosen.append(self._part(following, following.pieces))
        return chosen

    def _part(self, stop: Stop, pieces: np.ndarray[Any, np.dtype[np.int64]]) -> Stop:
        """Take some of what waits for a place; the rest goes on waiting."""
        taken = replace(stop, pieces=pieces.copy(), at_s={})
        stop.pieces = stop.pieces - pieces
        if not stop.pieces.any():
            self.stops.remove(stop)
        return taken

    def _away_m(self, one: Stop, other: Stop) -> float:
        at, to = one.target.node, other.target.node
        dx_m = self._network.x_m[at] - self._network.x_m[to]
        return float(np.hypot(dx_m, self._network.y_m[at] - self._network.y_m[to]))
