"""Stores of relief goods: what is there, what is promised, how many trucks load at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import simpy

from sim.response.places import UnknownPlaceError
from sim.response.supply.books import Books, Pieces
from sim.scenario.goods import kits, pieces_of
from sim.scenario.parameters import parameter
from sim.scenario.stocks import Stock
from sim.world.tables import FACILITY_KINDS, ZONE_LEVELS

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
        Facility of the map, or ``city`` and ``province`` for what lies outside.
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

    def free(self, books: Books) -> Pieces:
        """Return the pieces that nobody has been promised."""
        rest: Pieces = books.pieces[self.account] - self.promised
        return rest


def stores_of(stage: Stage, books: Books) -> list[Store]:
    """Return the stores of a scenario: those it states, then the map's own kits at the others."""
    stated = [_stated(stage, books, stock) for stock in stage.relief.stocks]
    named = {store.id for store in stated}
    return stated + [
        _of_map(stage, books, row)
        for row in _with_kits(stage)
        if str(stage.world.facilities.id[row]) not in named
    ]


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


def _with_kits(stage: Stage) -> list[int]:
    facilities = stage.world.facilities
    kinds = [FACILITY_KINDS.index(kind) for kind in ("depot", "supplier")]
    has = np.isin(facilities.kind, kinds) & (facilities.capacity_unit == "kits")
    return [int(row) for row in np.flatnonzero(has)]


def _stated(stage: Stage, books: Books, stock: Stock) -> Store:
    pieces = kits(stock.kits) + pieces_of(stock.goods)
    made = stock.kind == "production"
    ready = stock.ready_after
    if ready is None:
        key = _READY_AFTER.get(stock.kind)
        ready = parameter(key).si if key else 0.0
    row = -1 if stock.at is None else facility_row(stage, stock.at)
    store = _store(stage, books, row, stock.kind, np.zeros_like(pieces) if made else pieces)
    store.ready_after_s = ready
    if made:
        store.per_hour = pieces
    if stock.outside is not None:
        store.id = store.level = stock.outside
        store.outside_s = outside_travel_s(stock.outside) if stock.travel is None else stock.travel
    if stock.docks is not None:
        store.docks = simpy.Resource(stage.env, capacity=stock.docks)
    return store


def _of_map(stage: Stage, books: Books, row: int) -> Store:
    facilities = stage.world.facilities
    own = FACILITY_KINDS[int(facilities.kind[row])] == "depot"
    kind = "own" if own else "agreement"
    store = _store(stage, books, row, kind, kits(int(facilities.capacity[row])))
    store.ready_after_s = 0.0 if own else parameter(_READY_AFTER["agreement"]).si
    return store


def _store(stage: Stage, books: Books, row: int, kind: str, pieces: Pieces) -> Store:
    facilities = stage.world.facilities
    area_m2 = float(facilities.area_m2[row]) if row >= 0 else 0.0
    docks = round(area_m2 / parameter("supply.area_per_dock").si)
    if area_m2 <= 0:
        docks = int(parameter("supply.docks").si)
    return Store(
        id=str(facilities.id[row]) if row >= 0 else "",
        node=int(facilities.node[row]) if row >= 0 else border_node(stage),
        facility=row,
        level=ZONE_LEVELS[int(facilities.level[row])] if row >= 0 else "city",
        kind=kind,
        account=books.open(pieces),
        docks=simpy.Resource(stage.env, capacity=max(1, docks)),
        promised=np.zeros_like(pieces),
        per_hour=np.zeros_like(pieces),
    )
