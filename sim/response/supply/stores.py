"""Stores of relief goods: what is there, what is promised, how many trucks load at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import simpy

from sim.response.places import UnknownPlaceError
from sim.response.supply.books import Books, Pieces
from sim.response.supply.means import docks_of, stocks_of
from sim.scenario.goods import kits, pieces_of
from sim.scenario.parameters import parameter
from sim.scenario.stocks import Stock
from sim.world.tables import ZONE_LEVELS

if TYPE_CHECKING:
    from sim.response.stage import Stage

#: who runs a store, from the people upwards
LEVELS: Final = ("community", "town", "county", "city", "province")
#: catalogued time from release to the first load, by kind of stock
_READY_AFTER: Final = {
    "agreement": "supply.agreement_activation",
    "shop": "supply.requisition",
    "production": "supply.production_start",
}
#: nodes this near to the border are ways onto the map
_BORDER_M: Final = 150.0


@dataclass(eq=False)
class Store:
    """A place that goods are loaded at: depot, supplier, plant, hub, a higher level's depot.

    Attributes
    ----------
    id : str
        Facility of the map; outside it the base, or ``district``, ``city``, ``province``.
    node, facility : int
        Road node; row of `Facilities`, -1 outside the map.
    account : int
        Row of the books.
    promised : (items,) int64
        Of what is there, pieces that orders have set aside.
    per_hour : (items,) int64
        What a plant makes.
    ready_after_s : float
        From release to the first load.
    outside_s : float
        Drive to the border of the map.
    open_s : float
        When it was first ready; infinity before.
    busy_s : float
        Time that its docks have worked, all together.
    is_given : bool
        Whether people bring gifts to it.
    """

    id: str
    node: int
    facility: int
    level: str
    kind: str
    account: int
    docks: simpy.Resource
    promised: Pieces
    per_hour: Pieces
    ready_after_s: float = 0.0
    outside_s: float = 0.0
    open_s: float = float("inf")
    busy_s: float = 0.0
    is_given: bool = False

    @property
    def fills_up(self) -> bool:
        """Whether goods come to it that were not there when the run began."""
        return self.is_given or bool(self.per_hour.any())

    def free(self, books: Books) -> Pieces:
        """Return the pieces that nobody has been promised."""
        rest: Pieces = books.pieces[self.account] - self.promised
        return rest


def stores_of(stage: Stage, books: Books) -> list[Store]:
    """Return the stores of a scenario: those it states, then the map's own kits at the others."""
    stocks = stocks_of(stage.relief, stage.world.facilities)
    return [_store(stage, books, stock) for stock in stocks]


def facility_row(stage: Stage, name: str) -> int:
    """Return the row of a facility.

    Raises
    ------
    UnknownPlaceError
        When the map has none of that name.
    """
    found = np.flatnonzero(stage.world.facilities.id == name)
    if not len(found):
        raise UnknownPlaceError(f"relief: no facility '{name}' on the map")
    return int(found[0])


def border_node(stage: Stage) -> int:
    """Return where lorries from outside come onto the map: the border's widest road."""
    west, south, east, north = stage.world.grid.bounds_m
    network = stage.network
    x_m, y_m = network.x_m, network.y_m
    inside_m = np.minimum.reduce([x_m - west, east - x_m, y_m - south, north - y_m])
    flow = np.zeros(network.n_nodes)
    np.maximum.at(flow, network.to_node, network.flow_veh_per_s)
    near = (inside_m <= _BORDER_M) & (flow > 0)
    if near.any():
        return int(np.argmax(np.where(near, flow, -1.0)))
    return int(np.argmin(np.where(flow > 0, inside_m, np.inf)))


def outside_travel_s(outside: str) -> float:
    """Return the catalogued drive from a higher level's depot to the border of the map."""
    return parameter(f"supply.outside_travel_{outside}").si


def _store(stage: Stage, books: Books, stock: Stock) -> Store:
    facilities = stage.world.facilities
    pieces = kits(stock.kits) + pieces_of(stock.goods)
    made = stock.kind == "production"
    row = -1 if stock.at is None else facility_row(stage, stock.at)
    store = Store(
        id=stock.place,
        node=border_node(stage) if row < 0 else int(facilities.node[row]),
        facility=row,
        level=_level(stock) if row < 0 else ZONE_LEVELS[int(facilities.level[row])],
        kind=stock.kind,
        account=books.open(np.zeros_like(pieces) if made else pieces),
        docks=simpy.Resource(stage.env, capacity=docks_of(stock, facilities)),
        promised=np.zeros_like(pieces),
        per_hour=pieces if made else np.zeros_like(pieces),
        ready_after_s=_ready_after_s(stock),
    )
    if stock.outside is not None:
        store.outside_s = outside_travel_s(stock.outside) if stock.travel is None else stock.travel
    return store


def _level(stock: Stock) -> str:
    """Return who runs a depot outside; another district is as high as this one."""
    return "county" if stock.outside == "district" else str(stock.outside)


def _ready_after_s(stock: Stock) -> float:
    if stock.ready_after is not None:
        return stock.ready_after
    key = _READY_AFTER.get(stock.kind)
    return parameter(key).si if key else 0.0
