"""The goods, docks and trucks of a place: what its scenario states, else what its map implies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.scenario.goods import carriers, is_piped, kits, pieces_of
from sim.scenario.parameters import parameter
from sim.scenario.stocks import Fleet, Relief, Stock
from sim.world.tables import FACILITY_KINDS, Facilities


def stocks_of(relief: Relief, facilities: Facilities) -> list[Stock]:
    """Return the stocks that are stated, then the kits of the map's other depots and suppliers."""
    named = {stock.at for stock in relief.stocks}
    kinds = {FACILITY_KINDS.index("depot"): "own", FACILITY_KINDS.index("supplier"): "agreement"}
    has = np.isin(facilities.kind, list(kinds)) & (facilities.capacity_unit == "kits")
    implied = [
        Stock(
            at=str(facilities.id[row]),
            kind="own" if kinds[int(facilities.kind[row])] == "own" else "agreement",
            kits=int(facilities.capacity[row]),
        )
        for row in np.flatnonzero(has).tolist()
        if str(facilities.id[row]) not in named
    ]
    return [*relief.stocks, *implied]


def fleets_of(relief: Relief, facilities: Facilities) -> list[Fleet]:
    """Return the fleets that are stated; where none carries goods, those hired and of depots too.

    Tankers carry water and nothing else: they stand in for no truck.
    """
    stated = list(relief.trucks)
    if any(not carriers()[fleet.kind].tank for fleet in stated):
        return stated
    return [*stated, *_hired(facilities), *_of_depots(stocks_of(relief, facilities))]


def docks_of(stock: Stock, facilities: Facilities) -> int:
    """Return how many trucks load at once: as stated, by the area of the place, or as usual."""
    if stock.docks is not None:
        return stock.docks
    area_m2 = float(facilities.area_m2[facilities.id == stock.at].sum())
    if area_m2 <= 0:
        return max(1, int(parameter("supply.docks").si))
    return max(1, round(area_m2 / parameter("supply.area_per_dock").si))


def _hired(facilities: Facilities) -> list[Fleet]:
    """Return the fleets that the map names: suppliers whose capacity is trucks."""
    hired = (facilities.kind == FACILITY_KINDS.index("supplier")) & (
        facilities.capacity_unit == "trucks"
    )
    activation_s = parameter("supply.agreement_activation").si
    return [
        Fleet(
            kind="van",
            count=int(facilities.capacity[row]),
            at=str(facilities.id[row]),
            ready_after=activation_s,
        )
        for row in np.flatnonzero(hired)
    ]


def _is_loaded(stock: Stock) -> bool:
    """Whether trucks have something to load at a stock: not only water for tankers."""
    return bool(((kits(stock.kits) + pieces_of(stock.goods)) * ~is_piped()).any())


def _of_depots(stocks: Sequence[Stock]) -> list[Fleet]:
    """Return the few trucks of every store of the map, and of every depot outside it."""
    count = int(parameter("supply.depot_trucks").si)
    own = [stock for stock in stocks if stock.kind == "own" and _is_loaded(stock)] if count else []
    return [
        Fleet(kind="light_truck", count=count, at=stock.at)
        if stock.at is not None
        else Fleet(kind="heavy_truck", count=count, outside=stock.outside, base=stock.base)
        for stock in own
    ]
