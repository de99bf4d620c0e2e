"""Standing order of a truck: to the store, over its dock, to the people, unload, and home."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import simpy

from sim.agents.trucks import SupplyTruck
from sim.response.supply.books import Pieces
from sim.response.supply.points import Point
from sim.response.supply.stores import Store
from sim.response.travel import NO_WAY_S
from sim.scenario.goods import masses_g
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.supply.desk import Supply
    from sim.response.supply.orders import Order

Process = Generator[simpy.Event, Any, None]
#: stages of a trip, in order: times of a `Trip`
STAGES: Final = (
    "ordered",
    "shared",
    "truck",
    "at_store",
    "at_dock",
    "loaded",
    "arrived",
    "unloaded",
    "home",
)


@dataclass(eq=False)
class Stop:
    """What is set down at one place of a trip; a row of the run's table of trips.

    Attributes
    ----------
    target : Point or Store
        A store is a hub: from there the goods go on to ``onward``.
    pieces : (items,) int64
    shared_s : float
        When they were set aside.
    cut_s : float
        Since when nothing has led there; infinity while something does.
    at_s : dict
        ``arrived`` and ``unloaded`` -> time.
    """

    target: Point | Store
    pieces: Pieces
    onward: Point | None = None
    shared_s: float = 0.0
    cut_s: float = math.inf
    at_s: dict[str, float] = field(default_factory=dict)

    @property
    def final(self) -> Point:
        """Return where people get the goods."""
        point = self.onward or self.target
        assert isinstance(point, Point)  # only a hub has an onward point
        return point


@dataclass(eq=False)
class Trip:
    """One truck on its way with what it sets down, stop after stop.

    Attributes
    ----------
    stops : list of Stop
    at_s : dict
        Stage of `STAGES` -> time; of arriving the first, of unloading the last.
    """

    order: Order
    truck: SupplyTruck
    store: Store
    stops: list[Stop]
    at_s: dict[str, float] = field(default_factory=dict)

    @property
    def pieces(self) -> Pieces:
        """Return the whole load."""
        load: Pieces = np.sum([stop.pieces for stop in self.stops], axis=0)
        return load

    @property
    def mass_g(self) -> int:
        """Return the mass of the whole load."""
        return int(self.pieces @ masses_g())


def carry_out(supply: Supply, trip: Trip) -> Process:
    """Make one trip from the call to the truck's return; an order may be withdrawn at any time.

    Goods that do not arrive go back onto the shelf they came from.
    """
    trip.at_s["truck"] = supply.now_s
    try:
        yield from _bring(supply, trip)
    except simpy.Interrupt:
        supply.ops.log.add(supply.now_s, "supplies_recalled", trip.truck.id, cause=trip.order.event)
    _release(supply, trip)
    yield from _go_home(supply, trip)


def _bring(supply: Supply, trip: Trip) -> Process:
    truck, store = trip.truck, trip.store
    if np.isinf(truck.on_duty_since_s):
        truck.on_duty_since_s = supply.now_s
        yield supply.env.timeout(truck.ready_after_s)
    if not (yield from _travel(supply, trip, store.node)):
        reason = supply.ways.no_way(truck, store.node)
        trip.order.hinder(reason, parameter("response.give_up").si)
        return
    yield from _cross_border(supply, truck, outwards=bool(store.outside_s))
    trip.at_s["at_store"] = supply.now_s
    if not (yield from load(supply, trip)):
        supply.ops.log.add(supply.now_s, "truck_gave_up", truck.id, cause=trip.order.event)
        return
    sent = supply.ops.log.add(
        supply.now_s,
        "truck_loaded",
        truck.id,
        cause=trip.order.event,
        store=store.id,
        kg=round(trip.mass_g / 1000, 1),
    )
    yield from _cross_border(supply, truck, outwards=False)
    for stop in trip.stops:
        left_s, node = supply.now_s, _halt(supply, trip, stop)
        if not (yield from _travel(supply, trip, node)):
            flies = truck.carrier.flies
            reason = "no_flight" if flies else supply.ways.no_way(truck, node)
            trip.order.hinder(reason, supply.now_s - left_s)
            supply.ops.log.add(supply.now_s, "truck_gave_up", truck.id, cause=sent)
            continue
        stop.at_s["arrived"] = supply.now_s
        trip.at_s.setdefault("arrived", supply.now_s)
        yield from _unload(supply, trip, stop, sent)


def load(supply: Supply, trip: Trip) -> Generator[simpy.Event, Any, bool]:
    """Wait for a dock, have the load picked and carried aboard; the goods move at the end.

    Returns False when the store stands in water: nobody waits there for it to fall.
    """
    store, truck = trip.store, trip.truck
    if not supply.can_load(store):
        trip.order.hinder("store_flooded", NO_WAY_S)
        return False
    asked_s = supply.now_s
    with store.docks.request() as turn:
        yield turn
        trip.order.hinder("dock_full", supply.now_s - asked_s)
        trip.at_s["at_dock"] = supply.now_s
        takes_s = supply.picking_s + trip.mass_g / 1e6 / supply.load_t_per_s
        store.busy_s += takes_s
        truck.duty = "working"
        yield supply.env.timeout(takes_s)
        store.promised -= trip.pieces
        supply.books.move(store.account, supply.fleet.accounts[truck.id], trip.pieces)
        supply.books.leave_store(supply.fleet.accounts[truck.id], supply.good_until_s())
    trip.at_s["loaded"] = supply.now_s
    truck.at_wheel_s = 0.0
    return True


def _unload(supply: Supply, trip: Trip, stop: Stop, sent: int) -> Process:
    """Set goods down where they are wanted; at a hub they are set aside for the next truck.

    What has spoiled on the way does not arrive.
    """
    target, truck = stop.target, trip.truck
    account = supply.fleet.accounts[truck.id]
    gate = target.gate if isinstance(target, Point) else target.docks
    asked_s = supply.now_s
    with gate.request() as turn:
        yield turn
        trip.order.hinder("gate_full", supply.now_s - asked_s)
        truck.duty = "working"
        kg = float(stop.pieces @ masses_g()) / 1e3
        yield supply.env.timeout(kg / 1e3 / supply.unload_t_per_s)
        supply.spoil()
        arrived = np.minimum(stop.pieces, supply.books.pieces[account])
        supply.books.move(account, target.account, arrived)
    trip.at_s["unloaded"] = stop.at_s["unloaded"] = supply.now_s
    truck.trips += 1
    event = supply.ops.log.add(
        supply.now_s,
        "supplies_delivered",
        target.id,
        cause=sent,
        by=truck.id,
        store=trip.store.id,
        level=trip.store.level,
        kg=round(kg, 1),
    )
    if isinstance(target, Point):
        target.coming -= stop.pieces
        target.last_delivery = event
        target.wake()
        trip.order.delivered(kg, event)
    else:
        trip.order.send_on(target, stop.final, arrived)
        stop.final.coming -= stop.pieces - arrived


def _halt(supply: Supply, trip: Trip, stop: Stop) -> int:
    """Return where the truck halts: at the place, or as near to it as a road leads."""
    truck, goal = trip.truck, stop.target.node
    if truck.carrier.flies:
        return goal
    reach_m = parameter("response.reach").si
    near = supply.ways.near(truck.node, goal, truck.way, reach_m)
    return goal if near is None else near


def _travel(
    supply: Supply, trip: Trip, goal: int, *, patient: bool = False
) -> Generator[simpy.Event, Any, bool]:
    truck = trip.truck
    if truck.node == goal:
        return True
    if truck.carrier.flies:
        return (yield from supply.ways.fly(truck, goal))
    return (yield from supply.ways.drive(truck, goal, patient=patient))


def _release(supply: Supply, trip: Trip) -> None:
    """Give up what did not arrive, and what the store has set aside for it."""
    if "loaded" not in trip.at_s:
        trip.store.promised -= trip.pieces
    trip.order.ended(trip)


def _go_home(supply: Supply, trip: Trip) -> Process:
    """Bring back what is still aboard, drive home, rest when the shift is over."""
    truck, account = trip.truck, supply.fleet.accounts[trip.truck.id]
    if supply.books.pieces[account].any():
        while not (yield from _travel(supply, trip, trip.store.node, patient=True)):
            yield supply.env.timeout(NO_WAY_S)
        yield from _cross_border(supply, truck, outwards=bool(trip.store.outside_s))
        with trip.store.docks.request() as turn:
            yield turn
            left_g = float(supply.books.pieces[account] @ masses_g())
            yield supply.env.timeout(left_g / 1e6 / supply.unload_t_per_s)
            supply.spoil()
            supply.books.move(account, trip.store.account, supply.books.pieces[account].copy())
    if supply.fleet.wanted_by_others(truck):
        yield from _rest(supply, truck)
        trip.at_s["home"] = supply.now_s
        supply.fleet.give_back(truck)
        return
    truck.duty = "returning"
    while not (yield from _travel(supply, trip, truck.base_node, patient=True)):
        yield supply.env.timeout(NO_WAY_S)
    yield from _cross_border(supply, truck, outwards=bool(truck.outside_s))
    trip.at_s["home"] = supply.now_s
    yield from _rest(supply, truck)
    supply.fleet.give_back(truck)


def _cross_border(supply: Supply, truck: SupplyTruck, *, outwards: bool) -> Process:
    """Drive the stretch between a depot outside and the border of the map, if it lies ahead."""
    if truck.outside_s and truck.on_map is outwards:
        yield supply.env.timeout(truck.outside_s)
        truck.on_map = not outwards


def _rest(supply: Supply, truck: SupplyTruck) -> Process:
    if supply.now_s - truck.on_duty_since_s >= truck.duty_limit_s():
        yield supply.env.timeout(parameter("supply.duty_rest").si)
        truck.on_duty_since_s = supply.now_s
