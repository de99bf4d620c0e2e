"""The supply desk: stores, trucks, points and books of a run, and who depends on them."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.agents.trucks import SupplyTruck
from sim.core.errors import choices, did_you_mean
from sim.response.picture import DRY_M
from sim.response.places import UnknownPlaceError
from sim.response.supply.books import Books, Pieces
from sim.response.supply.fleet import Fleet
from sim.response.supply.gifts import Gifts
from sim.response.supply.points import Point
from sim.response.supply.stores import Store, stores_of
from sim.response.supply.taps import Taps
from sim.response.supply.trips import STAGES, Trip
from sim.response.supply.ways import Ways
from sim.scenario.goods import By, carriers, items, masses_g, shelf_lives_s
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations
    from sim.response.supply.orders import Order

Process = Generator[simpy.Event, Any, None]
#: how often the registers of shelters and communities are read
LOOK_S: Final = 300.0
HOUR_S: Final = 3600.0


class Supply:
    """Everything that relief goods need to get to people.

    Parameters
    ----------
    ops : Operations

    Attributes
    ----------
    books : Books
    stores : list of Store
    fleet : Fleet
    taps : Taps
        Where water comes from the mains.
    gifts : Gifts
        What people and firms bring by themselves.
    orders : list of Order
        Every order for goods, to be withdrawn as a whole.
    trips : list of Trip
        Every load ever sent, in order.
    """

    def __init__(self, ops: Operations) -> None:
        self.ops, self.stage, self.env = ops, ops.stage, ops.env
        self.books = Books()
        self.stores = stores_of(ops.stage, self.books)
        self.fleet = Fleet(self)
        self.ways = Ways(self)
        self.taps = Taps(self)
        self._by_road = _best_by_road(self.fleet.trucks)
        self._by_boat = next((one.way for one in self.fleet.trucks if one.carrier.sails), None)
        self._lives_s = shelf_lives_s(ops.stage.night_c)
        self.trips: list[Trip] = []
        self.orders: list[Order] = []
        self._points: dict[tuple[str, int], Point] = {}
        self._ready: dict[str, simpy.Event] = {}
        self.picking_s = parameter("supply.picking").si
        self.load_t_per_s = parameter("supply.load_rate").value / HOUR_S
        self.unload_t_per_s = parameter("supply.unload_rate").value / HOUR_S
        self.gifts = Gifts(self)
        self.env.process(self._watch())

    @property
    def now_s(self) -> float:
        """Seconds from scenario start."""
        return float(self.env.now)

    # -- people ---------------------------------------------------------------------------------

    @property
    def points(self) -> list[Point]:
        """Return every point that ever had people or goods."""
        return list(self._points.values())

    def _watch(self) -> Process:
        """Read how many people depend on each shelter and who is cut off, again and again."""
        while True:
            in_need = self.stage.people_in_need(self.fleet.barred)
            for sort, rows, persons in in_need:
                for row in rows[persons > 0].tolist():
                    self.point(sort, row)
                known = dict(zip(rows.tolist(), persons.tolist(), strict=True))
                for (kind, row), point in self._points.items():
                    if kind == sort:
                        point.set_persons(int(known.get(row, 0)))
            self.taps.look()
            yield self.env.timeout(LOOK_S)

    def point(self, sort: str, row: int) -> Point:
        """Return the point of a shelter (``"shelter"``), a community or a place (``"node"``)."""
        if (sort, row) not in self._points:
            relief, world = self.stage.relief, self.stage.world
            if sort == "shelter":
                name, node = str(world.facilities.id[row]), int(world.facilities.node[row])
                own_s = relief.taken_along
            elif sort == "community":
                name, node = str(world.zones.id[row]), self.stage.meeting_node(row)
                own_s = relief.household_stock
            else:
                name, node, own_s = f"node-{row}", row, 0.0
            taps = sort == "shelter"
            self._points[sort, row] = Point(self, name, node, own_s, taps=taps)
        return self._points[sort, row]

    # -- names of a plan ------------------------------------------------------------------------

    def stores_called(self, names: Any) -> list[Store]:
        """Return the stores that a plan names: ids, or a group word.

        Raises
        ------
        UnknownPlaceError
            When no store of that name holds relief goods.
        """
        own = ("own", "red_cross")
        groups: dict[str, Callable[[Store], bool]] = {
            "all": lambda store: True,
            "nearest": lambda store: store.facility >= 0,
            "depots": lambda store: store.facility >= 0 and store.kind in own,
            "suppliers": lambda store: store.kind not in own,
            "districts": lambda store: store.facility < 0 and store.level == "county",
            "city": lambda store: store.facility < 0 and store.level == "city",
            "province": lambda store: store.facility < 0 and store.level == "province",
        }
        found: dict[str, Store] = {}
        for name in (names,) if isinstance(names, str) else names:
            chosen = [one for one in self.stores if groups.get(name, _named(name))(one)]
            if not chosen and name not in groups:
                known = [*(store.id for store in self.stores), *groups]
                raise UnknownPlaceError(
                    f"relief: no store '{name}'; stores: {choices(known)}"
                    f"{did_you_mean(name, known)}"
                )
            found |= {store.id: store for store in chosen}
        return list(found.values())

    def points_called(self, params: Any) -> list[Point]:
        """Return the points that an order names: shelters, communities cut off, places."""
        ops = self.ops
        keys: list[tuple[str, int]] = []
        if params.shelters is not None:
            shelters = self.stage.shelter_rows(params.shelters, ops)
            keys += [("shelter", int(row)) for row in shelters]
        if params.zones is not None:
            rows = set(self.stage.communities_in(self.stage.zone_rows(params.zones, ops)).tolist())
            known = [row for sort, row in self._points if sort == "community"]
            keys += [("community", row) for row in known if row in rows]
        if params.to is not None:
            keys += [("node", node) for node in self.stage.nodes_of(params.to, ops)]
        return [self.point(*key) for key in dict.fromkeys(keys)]

    def hub_called(self, name: str | None) -> Store | None:
        """Return the store that goods are moved over, if an order names one."""
        return None if name is None else self.stores_called(name)[0]

    # -- what trucks need to know ---------------------------------------------------------------

    def drives_s(self, stores: list[Store], points: list[Point]) -> NDArray[np.float64]:
        """Return the drive of each store to each point; infinity where a truck finds no way."""
        nodes = [point.node for point in points]
        return np.array(
            [
                self.ways.seconds(store.node, self._by_road)[nodes] + store.outside_s
                for store in stores
            ]
        )

    def can_load(self, store: Store) -> bool:
        """Whether a store stands dry now."""
        return store.facility < 0 or self.stage.site_depth_m(store.facility) <= DRY_M

    def can_reach(self, store: Store, target: Point | Store) -> bool:
        """Whether a road leads there now, or water that a boat sails on, or something flies."""
        return (
            self.leads_to(store, target)
            or self._water_leads_to(store, target)
            or self._any_flies(store, target)
        )

    def leads_to(self, store: Store, target: Point | Store, by: By | None = None) -> bool:
        """Whether there is a way now, by road where nothing else is said."""
        reach_m = parameter("response.reach").si
        near = self.ways.near(store.node, target.node, by or self._by_road, reach_m)
        return near is not None

    def no_way(self, store: Store, target: Point | Store) -> str:
        """Return why nothing gets from a store to a place, as a word key under ``hindrance.``."""
        free = self._by_road._replace(barred=0)
        held_back = self._by_road.barred and self.leads_to(store, target, free)
        return "road_limit" if held_back else "road_cut"

    def no_truck(self, store: Store, target: Point | Store, pieces: Pieces) -> str:
        """Return why no truck suits, as a word key under ``hindrance.``."""
        outside = store.id if store.outside_s else ""
        held_back = any(
            truck.barred and truck.outside == outside and truck.carrier.takes_any(pieces)
            for truck in self.fleet.trucks
        )
        return "road_limit" if held_back and self.leads_to(store, target) else "no_truck"

    def by_road(self, truck: SupplyTruck) -> By:
        """Return what the way depends on of the deepest wader that no other signs hold back."""
        return self._by_road._replace(barred=truck.barred)

    def _water_leads_to(self, store: Store, target: Point | Store) -> bool:
        return self._by_boat is not None and self.leads_to(store, target, self._by_boat)

    def _any_flies(self, store: Store, target: Point | Store) -> bool:
        away_m = self.ways.flight_m(store.node, target.node)
        return any(_flies_so_far(truck, away_m) for truck in self.fleet.trucks)

    def suits(
        self, store: Store, target: Point | Store, pieces: Pieces
    ) -> Callable[[SupplyTruck], bool] | None:
        """Return which trucks can take some of a load; None when there is none.

        By road where one leads there, else by boat or by air.
        """
        outside = store.id if store.outside_s else ""
        away_m = self.ways.flight_m(store.node, target.node)
        by_road = self.leads_to(store, target)
        by_boat = not by_road and self._water_leads_to(store, target)
        passes = {
            truck.barred: by_road and self.leads_to(store, target, self.by_road(truck))
            for truck in {one.barred: one for one in self.fleet.trucks}.values()
        }
        fits = {name for name, carrier in carriers().items() if carrier.takes_any(pieces)}

        def can(truck: SupplyTruck) -> bool:
            """Whether a truck gets there with some of it."""
            carrier = truck.carrier
            if carrier.name not in fits:
                return False
            if carrier.flies:
                return not by_road and _flies_so_far(truck, away_m)
            goes = passes[truck.barred] or (by_boat and carrier.sails)
            return goes and truck.outside == outside

        return can if self.fleet.any_suits(can) else None

    def call_up(self, store: Store, *, green_channel: bool = False) -> simpy.Event:
        """Call a store's owner up, once for all orders; the event comes when it can load."""
        if store.id not in self._ready:
            share = parameter("supply.green_channel").si if green_channel else 1.0
            self._ready[store.id] = self.env.process(self._open(store, store.ready_after_s * share))
        return self._ready[store.id]

    def _open(self, store: Store, after_s: float) -> Process:
        yield self.env.timeout(after_s)
        store.open_s = self.now_s
        if store.per_hour.any():
            self.env.process(self._produce(store))

    def _produce(self, store: Store) -> Process:
        """Make goods hour by hour."""
        while True:
            yield self.env.timeout(HOUR_S)
            self.books.bring_in(store.account, store.per_hour)

    # -- goods that spoil -----------------------------------------------------------------------

    def good_until_s(self) -> NDArray[np.float64]:
        """Return until when each item is good that leaves a store now."""
        return self.now_s + self._lives_s

    def spoil(self) -> None:
        """Throw away, wherever it is, what is not good any more."""
        for account, pieces in self.books.spoil(self.now_s).items():
            self.ops.log.add(self.now_s, "goods_spoiled", self._owner(account), pieces=pieces)

    def _owner(self, account: int) -> str:
        """Return the id of the place or truck whose account this is."""
        stores = {store.account: store.id for store in self.stores}
        points = {point.account: point.id for point in self.points}
        trucks = {row: name for name, row in self.fleet.accounts.items()}
        return (stores | points | trucks)[account]

    # -- what is left behind --------------------------------------------------------------------

    def report(self) -> dict[str, float]:
        """Return this tick's figures, after counting all goods again.

        Raises
        ------
        BooksError
            When a single gram is missing.
        """
        self.spoil()
        self.books.check()
        points = self.points
        figures = {
            "relief_persons": float(sum(point.persons for point in points)),
            "relief_waiting": float(sum(point.waiting.count(self.now_s) for point in points)),
            "relief_docks_busy": float(sum(store.docks.count for store in self.stores)),
            "relief_trucks_busy": float(
                [one.duty != "ready" for one in self.fleet.trucks].count(True)
            ),
        }
        figures["relief_spoiled_kg"] = self.books.mass_g([self.books.spoiled]) / 1000
        stock = self.books.pieces[[store.account for store in self.stores]].sum(axis=0)
        given = self.books.pieces[[point.given for point in points]].sum(axis=0)
        lacked_h = dict.fromkeys((item.name for item in items()), 0.0)
        for point in points:
            point.add_unmet_person_h(lacked_h)
        for index, item in enumerate(items()):
            figures[f"stock_{item.name}"] = float(stock[index])
            if item.basic or item.piped:
                figures[f"given_{item.name}"] = float(given[index])
                figures[f"unmet_{item.name}_person_h"] = lacked_h[item.name]
        return figures

    def relief_rows(self) -> list[dict[str, Any]]:
        """Return one row a group of people: where, since when in need, relieved when or never."""
        rows = []
        for point in self.points:
            relieved = point.waiting.relieved
            still = [(since, np.nan, n) for since, n in point.waiting.open_rows(self.now_s)]
            rows += [
                {"point": point.id, "needed_s": needed, "relieved_s": at, "persons": n}
                for needed, at, n in relieved + still
            ]
        return rows

    def trip_rows(self) -> list[dict[str, Any]]:
        """Return one row a stop of every trip: truck, store, point, mass, time of every stage."""
        return [
            {
                "trip": number,
                "stop": place,
                "truck": trip.truck.id,
                "carrier": trip.truck.carrier.name,
                "clause": trip.order.command.clause,
                "store": trip.store.id,
                "level": trip.store.level,
                "point": stop.target.id,
                "kg": float(stop.pieces @ masses_g()) / 1000,
                **{f"{stage}_s": at_s.get(stage, np.nan) for stage in STAGES},
            }
            for number, trip in enumerate(self.trips, start=1)
            for place, stop in enumerate(trip.stops, start=1)
            for at_s in [{**trip.at_s, "arrived": np.nan, "unloaded": np.nan, **stop.at_s}]
        ]


def _best_by_road(trucks: Sequence[SupplyTruck]) -> By:
    """Return the deepest wading of what drives, and the signs that hold all of it back."""
    wheels = [truck for truck in trucks if not truck.carrier.flies]
    barred = functools.reduce(operator.and_, [truck.barred for truck in wheels]) if wheels else 0
    return By(max((one.carrier.wading_m for one in wheels), default=0.0), barred=barred)


def _flies_so_far(truck: SupplyTruck, away_m: float) -> bool:
    """Whether it is an aircraft that gets there and back."""
    range_m = truck.carrier.range_m
    return truck.carrier.flies and (range_m == 0 or 2 * away_m <= range_m)


def _named(name: str) -> Callable[[Store], bool]:
    return lambda store: store.id == name
