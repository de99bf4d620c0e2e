"""An order for goods through its life: asked for, released, shared out, sent, seen to arrive."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.response.command import Command
from sim.response.ledger import Row
from sim.response.picture import LEVELS as RESPONSE_LEVELS
from sim.response.supply.books import Books, Pieces
from sim.response.supply.lines import Line
from sim.response.supply.points import Point
from sim.response.supply.rules import RULES, Case
from sim.response.supply.stores import LEVELS, Store
from sim.response.supply.trips import Stop, Trip, carry_out
from sim.scenario.goods import is_piped, items, kits, pieces_of
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations
    from sim.response.supply.desk import Supply

Process = Generator[simpy.Event, Any, None]
#: a post's level of administration, as a level of stores; a team asks its town
_POST_LEVEL: Final = {"team": "town"}
#: waits shorter than this are nobody's hindrance
_SHORT_S: Final = 60.0


def send_supplies(ops: Operations, command: Command, row: Row) -> Process:
    """Send goods from stores to shelters, communities and places; see `Order`."""
    order = Order(ops.supply, command, row)
    if not order.stores:
        row.lacks("no_stock")
        return
    order.ask()
    if order.by_need:
        yield from order.until_covered()
        ops.env.process(order.keep_up())
    else:
        yield from order.send_fixed()


class Order:
    """One order, by need or for fixed amounts.

    By need it is done when nobody lacks what does not lie at his place already, once no more people
    have come for ``supply.review``, or at the deadline; it then goes on as a standing order: what
    falls under ``supply.reorder`` is filled up to ``cover``.
    With fixed amounts it is done when all of it is unloaded.

    Parameters
    ----------
    supply : Supply
    command : Command
        Its ``params`` are a `sim.scenario.actions.SendSupplies`.
    row : Row
        Of the clause ledger.

    Attributes
    ----------
    event : int
        The request, which everything else follows from.
    waits_s : dict
        Hindrance -> how long it held trips of this order up, summed.
    """

    def __init__(self, supply: Supply, command: Command, row: Row) -> None:
        self.supply, self.command, self.row = supply, command, row
        params = command.params
        self.by_need = params.kits == "by_need" and not params.goods
        self.stores = supply.stores_called(params.depots)
        self._deals = _dealt_in(self.stores, supply.books)
        self.event = command.event
        self.began_s = supply.now_s
        self.waits_s: dict[str, float] = {}
        supply.orders.append(self)
        self._released: list[Store] = []
        self._trips: list[simpy.Process] = []
        self._lines: dict[str, Line] = {}
        self._sent: dict[str, Pieces] = {}
        self._changed = supply.env.event()
        self._level = _level_of(supply, command.by)
        self._most = 0
        self._grew_s = float("inf")
        self._settles_s = parameter("supply.review").si
        self._shared_s = -float("inf")
        self._first_done = self._withdrawn = False

    # -- asking ---------------------------------------------------------------------------------

    def ask(self) -> None:
        """Request the goods of every store; each is released in its own time."""
        supply, command = self.supply, self.command
        self.event = supply.ops.log.add(
            supply.now_s,
            "supplies_requested",
            command.clause or command.by,
            cause=command.event,
            stores=len(self.stores),
        )
        self.row.event["work"] = self.event
        for store in self.stores:
            supply.env.process(self._release(store))

    def _release(self, store: Store) -> Process:
        """Have a store released: by its level's approval, then by calling its owner up."""
        supply = self.supply
        steps = max(0, LEVELS.index(store.level) - self._level)
        approval_s = parameter("supply.approval").si + steps * parameter("supply.approval_above").si
        if self.command.params.green_channel:
            approval_s *= parameter("supply.green_channel").si
        yield supply.env.timeout(approval_s)
        self.hinder("approval", approval_s)
        approved_s = supply.now_s
        yield supply.call_up(store, green_channel=self.command.params.green_channel)
        self.hinder("activation", supply.now_s - approved_s)
        supply.ops.log.add(
            supply.now_s, "supplies_released", store.id, cause=self.event, level=store.level
        )
        self._released.append(store)
        self._wake()

    # -- by need --------------------------------------------------------------------------------

    def until_covered(self) -> Process:
        """Send by need until nobody lacks what does not lie at his place already."""
        end_s = self.supply.now_s
        if self.row.deadline_s is not None:
            end_s = self.row.deadline_s - self.supply.stage.step_s
        while True:
            points = self._points()
            self._review(points)
            self._count(points)
            settled = self.supply.now_s >= min(end_s, self._grew_s + self._settles_s)
            if settled and all(point.can_serve_all(self._deals) for point in points):
                break
            if self.row.lacking:
                break
            if not self.under_way and self._all_empty(self._shortfalls(points).sum(axis=0)):
                self.row.lacks("stock_empty")
                break
            yield from self._look_again(end_s)
        self._first_done = True
        self._account()

    def keep_up(self) -> Process:
        """Go on filling places up until the response has ended."""
        ops = self.supply.ops
        while not self._withdrawn and (ops.level != RESPONSE_LEVELS[0] or ops.level_event < 0):
            yield from self._look_again()
            self._review(self._points())
            self._account()

    def _review(self, points: list[Point]) -> None:
        """Share goods out by need, but not more often than ``supply.review``: whole loads."""
        if self._released and self.supply.now_s >= self._shared_s + self._settles_s:
            self._shared_s = self.supply.now_s
            self._share_out(self._shortfalls(points), points)

    def _count(self, points: list[Point]) -> None:
        """Note when there were last more people than ever before."""
        persons = sum(point.persons for point in points)
        if persons > self._most:
            self._most, self._grew_s = persons, self.supply.now_s

    def _shortfalls(self, points: list[Point]) -> Pieces:
        """Return what places need up to ``cover``, where they have less than ``supply.reorder``."""
        cover_s = float(self.command.params.cover)
        low_s = min(parameter("supply.reorder").si, cover_s)
        rows = [
            point.short_of(cover_s) if point.short_of(low_s).any() else _nothing()
            for point in points
        ]
        return np.array(rows, dtype=np.int64).reshape(len(points), len(items())) * self._deals

    def _all_empty(self, short: Pieces) -> bool:
        """Whether all stores are released, nothing new comes to them, and they have none of it."""
        if len(self._released) < len(self.stores):
            return False
        if any(store.fills_up for store in self.stores):
            return False
        free = sum((store.free(self.supply.books) for store in self.stores), _nothing())
        return bool(short.any()) and not bool((free[short > 0] > 0).any())

    def _look_again(self, end_s: float = float("inf")) -> Process:
        """Wait for a load to arrive or a store to be released, at most until the next review.

        Until ``end_s``, where that comes first: a little before the deadline.
        """
        self._changed = self.supply.env.event()
        left_s = end_s - self.supply.now_s
        review_s = min(self._settles_s, left_s) if left_s > 0 else self._settles_s
        review = self.supply.env.timeout(review_s)
        yield simpy.AnyOf(self.supply.env, (self._changed, review))

    # -- fixed amounts --------------------------------------------------------------------------

    def send_fixed(self) -> Process:
        """Send kits and goods by number; what no store has is lacking."""
        params = self.command.params
        points = self._points()
        wanted = pieces_of(params.goods)
        if params.kits != "by_need":
            wanted = wanted + kits(int(params.kits))
        if not points:
            self.row.lacks("no_place")
            return
        needs = _spread(wanted, points)
        while not self.row.lacking:
            left = needs - np.array([self._sent.get(point.id, _nothing()) for point in points])
            self._share_out(left, points)
            if not left.any() and not self.under_way:
                break
            if not self.under_way and self._all_empty(left.sum(axis=0)):
                self.row.lacks("stock_empty")
            yield from self._look_again()
        self._first_done = True
        self._account()

    # -- sending --------------------------------------------------------------------------------

    def _points(self) -> list[Point]:
        return self.supply.points_called(self.command.params)

    def _share_out(self, needs: Pieces, points: list[Point]) -> None:
        """Set goods aside by the order's rule and have them sent."""
        if not needs.any() or not self._released or self._withdrawn:
            return
        supply = self.supply
        stores = [store for store in self._released if supply.can_load(store)]
        if not stores:
            self.hinder("store_flooded", self._settles_s)
            return
        case = Case(
            needs=needs,
            stock=np.array([store.free(supply.books) for store in stores]),
            drive_s=supply.drives_s(stores, points),
            asked_s=np.array([point.in_need_since_s for point in points]),
            level=np.array([LEVELS.index(store.level) for store in stores]),
        )
        for share in RULES[self.command.params.order](case):
            self._send(stores[share.store], points[share.point], share.pieces)

    def _send(self, store: Store, point: Point, pieces: Pieces) -> None:
        """Promise goods of a store to a point, and send them, over a hub where one is named."""
        point.coming += pieces
        store.promised += pieces
        self._sent[point.id] = self._sent.get(point.id, _nothing()) + pieces
        hub = self.supply.hub_called(self.command.params.via)
        if hub is None or hub is store:
            self._wait_at(store, Stop(point, pieces.copy()))
        else:
            self._wait_at(store, Stop(hub, pieces.copy(), onward=point))

    def send_on(self, hub: Store, point: Point, pieces: Pieces) -> None:
        """Send on what has arrived at a hub."""
        hub.promised += pieces
        self._wait_at(hub, Stop(point, pieces.copy()))

    def _wait_at(self, store: Store, stop: Stop) -> None:
        """Put a stop into the line of a store, where it waits for a truck."""
        stop.shared_s = self.supply.now_s
        line = self._lines.setdefault(store.id, Line(self.supply, self, store))
        line.add(stop)

    def set_out(self, trip: Trip) -> None:
        """Let a truck make a trip."""
        trip.at_s |= {"ordered": self.began_s, "shared": trip.stops[0].shared_s}
        self.supply.trips.append(trip)
        self._trips.append(self.supply.env.process(carry_out(self.supply, trip)))

    @property
    def under_way(self) -> bool:
        """Whether goods of this order wait for a truck or are on one."""
        waiting = any(line.stops for line in self._lines.values())
        return waiting or bool(self._trips)

    def not_sent(self, stop: Stop, pieces: Pieces) -> None:
        """Note that goods meant for a place will not come."""
        point = stop.final
        point.coming -= pieces
        self._sent[point.id] = self._sent[point.id] - pieces
        self._wake()

    def withdraw(self) -> None:
        """Call everything back that is not unloaded yet, and send nothing more."""
        self._withdrawn = True
        self.row.lacks("withdrawn")
        for line in self._lines.values():
            line.withdraw()
        for process in self._trips:
            process.interrupt("withdrawn")
        self._wake()

    # -- news -----------------------------------------------------------------------------------

    def delivered(self, kg: float, event: int) -> None:
        """Note a load that has reached its place."""
        detail = self.row.detail
        detail["loads"] = detail.get("loads", 0) + 1
        detail["kg"] = round(detail.get("kg", 0.0) + kg, 3)
        if not self._first_done:
            self.row.event["work"] = event

    def ended(self, trip: Trip) -> None:
        """Note that a trip is over: its goods are there, or go back."""
        this = self.supply.env.active_process
        self._trips = [process for process in self._trips if process is not this]
        for stop in trip.stops:
            if "unloaded" not in stop.at_s:
                self.not_sent(stop, stop.pieces)
        self._wake()

    def hinder(self, reason: str, waited_s: float) -> None:
        """Note what held a part of the order up, and how long."""
        if waited_s > _SHORT_S:
            self.waits_s[reason] = self.waits_s.get(reason, 0.0) + waited_s
            if not self._first_done:
                self.row.hindrance = max(self.waits_s, key=lambda key: self.waits_s[key])

    def _account(self) -> None:
        relieved = sum(point.waiting.n_relieved for point in self._points())
        self.row.detail["relieved"] = relieved

    def _wake(self) -> None:
        if not self._changed.triggered:
            self._changed.succeed()


def _level_of(supply: Supply, post: str) -> int:
    desk = supply.ops.desks.get(post)
    level = "county" if desk is None else desk.post.level
    return LEVELS.index(_POST_LEVEL.get(level, level))


def _dealt_in(stores: list[Store], books: Books) -> NDArray[np.bool_]:
    """Return what an order by need is about: piped water only where a store has any of it."""
    there = sum((books.pieces[store.account] + store.per_hour for store in stores), _nothing())
    return ~is_piped() | (there > 0)


def _nothing() -> Pieces:
    return np.zeros(len(items()), dtype=np.int64)


def _spread(wanted: Pieces, points: list[Point]) -> Pieces:
    """Spread whole pieces over points by the people there; evenly where nobody is yet."""
    persons = np.array([point.persons for point in points], dtype=float)
    weight = persons if persons.sum() > 0 else np.ones(len(points))
    upto = np.cumsum(weight) / weight.sum()
    whole = np.rint(np.outer(upto, wanted)).astype(np.int64)
    return np.diff(whole, axis=0, prepend=np.zeros((1, len(wanted)), dtype=np.int64))
