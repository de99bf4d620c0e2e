"""Single changes of what a place has: teams, units, stations, docks, trucks, nearer goods.

To add one: a function that yields changes, in `OF_MEANS`; its words ``change.<name>``, its price a
row of the parameter catalogue (topic ``improve``).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from sim.core.units import span_said
from sim.core.words import Said, named, said
from sim.evaluation.cover import Cover
from sim.evaluation.ensembles.change import AsItIs, Change, Document, called, change_id, halved
from sim.response.supply.means import docks_of, fleets_of, stocks_of
from sim.scenario.crossings import Crossing
from sim.scenario.forces import unit_kinds
from sim.scenario.limits import RoadLimit
from sim.scenario.parameters import parameter
from sim.scenario.stocks import Fleet, Relief, Stock
from sim.world.tables import FACILITY_KINDS

#: what a clause sends, where it does not name a trade itself
_TRADES: Final = {
    "rescue_trapped": "dig",
    "treat_injured": "ambulance",
    "fight_fire": "fire_engine",
    "clear_roads": "road",
}
#: of many stores and fleets those with most are looked at
_MOST: Final = 3
_REACH_MIN: Final = 5.0


# -- teams, units, stations -----------------------------------------------------------------------


def more_teams(now: AsItIs) -> Iterator[Change]:
    """Let one more team stand ready, and be sent, for every clause that sends a number of them."""
    for row, clause in enumerate(now.plan["clauses"]):
        trade = clause["with"].get("team") or _TRADES.get(clause["do"])
        if trade is None or "count" not in clause["with"]:
            continue
        plan = copy.deepcopy(now.plan)
        before = clause["with"]["count"]
        plan["clauses"][row]["with"]["count"] = before + 1
        says = said("change.more_teams", clause=called(clause), before=before, after=before + 1)
        yield Change(
            change_id("more-teams", clause["id"]),
            says,
            parameter("improve.team").value,
            plan=plan,
            scenario=_with_one_more(now, trade),
        )


def _with_one_more(now: AsItIs, trade: str) -> Document:
    """Return the scenario with one more unit: where such units are stated, or else at the post."""
    changed = copy.deepcopy(now.scenario)
    forces = changed.setdefault("forces", [])
    for force in forces:
        if unit_kinds()[force["kind"]].answers_to(trade):
            force["count"] = force.get("count", 1) + 1
            return changed
    kinds = (name for name, kind in unit_kinds().items() if kind.answers_to(trade))
    forces.append({"kind": trade if trade in unit_kinds() else next(kinds), **_post(now)})
    return changed


def _post(now: AsItIs) -> Document:
    """Return where one more unit stands: at the first command post, else in the middle."""
    facilities = now.world.facilities
    posts = np.flatnonzero(facilities.kind == FACILITY_KINDS.index("command_post"))
    if len(posts):
        return {"at": str(facilities.id[posts[0]])}
    west, south, east, north = now.world.grid.bounds_m
    return {"spot": {"x_m": (west + east) / 2, "y_m": (south + north) / 2}}


def more_units(now: AsItIs) -> Iterator[Change]:
    """Let one more unit of a kind stand where the scenario states some."""
    cost = parameter("improve.team").value
    for row, force in enumerate(now.scenario.get("forces") or ()):
        changed = copy.deepcopy(now.scenario)
        before, place = force.get("count", 1), force.get("at") or force.get("outside") or "spot"
        changed["forces"][row]["count"] = before + 1
        kind = unit_kinds()[force["kind"]]
        places = {"place": _place(now, place), "before": before, "after": before + 1}
        says = said("change.more_units", kind=named(kind.en, kind.zh), **places)
        name = change_id("more-units", f"{force['kind']}-{place}-{row + 1}")
        yield Change(name, says, cost, scenario=changed)


def new_station(now: AsItIs) -> Iterator[Change]:
    """Build one more fire station where it brings most people within five minutes of an engine."""
    if not now.asks_for("fight_fire"):
        return
    stated = now.scenario.get
    cover = Cover(
        now.world,
        minutes=_REACH_MIN,
        limits=[RoadLimit.model_validate(one) for one in stated("limits") or ()],
        crossings=[Crossing.model_validate(one) for one in stated("crossings") or ()],
    )
    sites, found = cover.new_sites(1)
    if found.covered <= 0:
        return
    x_m, y_m = (float(one[sites[0]]) for one in (cover.network.x_m, cover.network.y_m))
    engines = int(parameter("rescue.engines_a_station").value)
    changed = copy.deepcopy(now.scenario)
    spot = {"x_m": round(x_m, 1), "y_m": round(y_m, 1)}
    force = {"kind": "fire_engine", "count": engines, "spot": spot}
    changed["forces"] = [*(changed.get("forces") or ()), force]
    places = {"zone": _zone(now, x_m, y_m), "engines": engines, "people": f"{found.covered:,.0f}"}
    says = said("change.new_station", x_m=f"{x_m:.0f}", y_m=f"{y_m:.0f}", **places)
    cost = parameter("improve.station").value
    yield Change(change_id("new-station", "fire"), says, cost, scenario=changed)


def _zone(now: AsItIs, x_m: float, y_m: float) -> str:
    """Return the name of the community that the nearest building belongs to."""
    buildings, zones = now.world.buildings, now.world.zones
    nearest = int(np.argmin(np.hypot(buildings.x_m - x_m, buildings.y_m - y_m)))
    row = int(buildings.zone[nearest])
    return named(str(zones.name_en[row]), str(zones.name_zh[row])) if row >= 0 else "-"


# -- goods, docks, trucks -------------------------------------------------------------------------


def second_dock(now: AsItIs) -> Iterator[Change]:
    """Give a store one more dock."""
    cost = parameter("improve.dock").value
    for row, stock in _stores(now):
        changed = _written_out(now)
        docks = docks_of(stock, now.world.facilities) + 1
        changed["relief"]["stocks"][row]["docks"] = docks
        place = stock.place
        says = said("change.second_dock", place=_place(now, place), before=docks - 1, after=docks)
        yield Change(change_id("second-dock", place), says, cost, scenario=changed)


def more_trucks(now: AsItIs) -> Iterator[Change]:
    """Give a fleet two more trucks."""
    cost = parameter("improve.truck").value
    for row, fleet in _fleets(now):
        changed = _written_out(now)
        changed["relief"]["trucks"][row]["count"] = fleet.count + 2
        place = fleet.place
        places = {"place": _place(now, place), "before": fleet.count, "after": fleet.count + 2}
        says = said("change.more_trucks", **places)
        name = change_id("more-trucks", f"{place}-{row + 1}")
        yield Change(name, says, 2 * cost, scenario=changed)


def nearer_stock(now: AsItIs) -> Iterator[Change]:
    """Keep goods from outside the map at half the way, and half of a depot's among the shelters."""
    cost = parameter("improve.store").value
    for row, stock in _stores(now):
        changed = _written_out(now)
        moved = (
            _at_half_the_way(changed, row, stock)
            if stock.outside is not None
            else _at_a_shelter(now, changed, row, stock)
        )
        if moved:
            name = change_id("nearer-stock", stock.place)
            yield Change(name, moved, cost, scenario=changed)


def _at_half_the_way(changed: Document, row: int, stock: Stock) -> Said | None:
    usual = parameter(f"supply.outside_travel_{stock.outside}")
    part = changed["relief"]["stocks"][row]
    before = str(part.get("travel", f"{usual.value:g} {usual.unit}"))
    after = halved(before)
    if not after:
        return None
    part["travel"] = after
    store = said(f"change.store_of.{stock.outside}")
    return said(
        "change.nearer_stock", store=store, before=span_said(before), after=span_said(after)
    )


def _at_a_shelter(now: AsItIs, changed: Document, row: int, stock: Stock) -> Said | None:
    """Move half of a depot's kits to the shelter in the middle of all shelters."""
    facilities = now.world.facilities
    shelters = np.flatnonzero(facilities.kind == FACILITY_KINDS.index("shelter"))
    taken = {one.get("at") for one in changed["relief"]["stocks"]}
    shelters = np.array([one for one in shelters if str(facilities.id[one]) not in taken], int)
    if stock.kind != "own" or stock.kits < 2 or not len(shelters):
        return None
    dx_m = facilities.x_m[shelters][:, None] - facilities.x_m[shelters]
    dy_m = facilities.y_m[shelters][:, None] - facilities.y_m[shelters]
    ways_m = np.hypot(dx_m, dy_m) @ facilities.capacity[shelters].astype(float)
    middle = str(facilities.id[shelters[int(np.argmin(ways_m))]])
    changed["relief"]["stocks"][row]["kits"] = stock.kits - stock.kits // 2
    changed["relief"]["stocks"].append({"at": middle, "kits": stock.kits // 2})
    places = {"store": _place(now, str(stock.at)), "shelter": _place(now, middle)}
    return said("change.goods_at_shelter", kits=f"{stock.kits // 2:,}", **places)


def _written_out(now: AsItIs) -> Document:
    """Return the scenario with all stocks and trucks stated, those too that its map implies."""
    changed = copy.deepcopy(now.scenario)
    relief = changed.setdefault("relief", {})
    stated = Relief.model_validate(relief)
    stocks = stocks_of(stated, now.world.facilities)
    implied = [_document(one) for one in stocks[len(stated.stocks) :]]
    trucks = [_document(one) for one in fleets_of(stated, now.world.facilities)]
    relief["stocks"] = [*relief.get("stocks", ()), *implied]
    relief["trucks"] = trucks
    return changed


def _document(part: Stock | Fleet) -> Document:
    """Return a stock or fleet as a file would state it."""
    found: dict[str, Any] = part.model_dump(exclude_defaults=True)
    if "ready_after" in found:
        found["ready_after"] = f"{found['ready_after']:g} s"
    return found


def _stores(now: AsItIs) -> list[tuple[int, Stock]]:
    """Return the stores with most kits and their rows; none when no clause sends goods."""
    if not now.asks_for("send_supplies"):
        return []
    stocks = stocks_of(_relief(now), now.world.facilities)
    order = sorted(enumerate(stocks), key=lambda one: -one[1].kits)
    return sorted(order[:_MOST], key=lambda one: one[0])


def _fleets(now: AsItIs) -> list[tuple[int, Fleet]]:
    """Return the largest fleets and their rows; none when no clause sends goods."""
    if not now.asks_for("send_supplies"):
        return []
    fleets = fleets_of(_relief(now), now.world.facilities)
    order = sorted(enumerate(fleets), key=lambda one: -one[1].count)
    return sorted(order[:_MOST], key=lambda one: one[0])


def _relief(now: AsItIs) -> Relief:
    return Relief.model_validate(now.scenario.get("relief") or {})


def _place(now: AsItIs, place: str) -> Said | str:
    """Return the name of a facility, or of what lies outside the map."""
    if place in ("district", "city", "province"):
        return said(f"change.store_of.{place}")
    facilities = now.world.facilities
    rows = np.flatnonzero(facilities.id == place)
    if not len(rows):
        return place
    return named(str(facilities.name_en[rows[0]]), str(facilities.name_zh[rows[0]]))


OF_MEANS: Final = (more_teams, more_units, new_station, second_dock, more_trucks, nearer_stock)
