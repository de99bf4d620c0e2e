"""Loads on one road between a depot and a school: docks, closures, withdrawals, levels, flights."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.agents.trucks import SupplyTruck
from sim.evaluation.verification.supply_setups import Bench, depot, road_of
from sim.response.supply.means import fleets_of
from sim.scenario.goods import carriers, is_piped, masses_g, pieces_of, volumes_l
from sim.scenario.parameters import parameter
from sim.scenario.stocks import Fleet, Relief, Stock

H = 3600.0
QUILTS = {"quilt": 100}


@pytest.fixture
def bench():
    """A depot with 500 quilts, one dock and two light trucks that set out at once."""
    made = Bench(depot({"quilt": 500, "food": 5000, "drinking_water": 5000}, docks=1, trucks=2))
    made.supply.books.strict = True
    return made


def kinds(bench, *wanted):
    return [(round(event.t_s), event.kind) for event in bench.log if event.kind in wanted]


def school(bench):
    return bench.supply.point("shelter", 1)


def quilts_at(bench, account):
    return int(bench.supply.books.pieces[account] @ pieces_of({"quilt": 1}))


def test_a_load_takes_as_long_as_its_release_dock_road_and_unloading(bench):
    _, process = bench.order(goods=QUILTS)
    bench.env.run(until=process)
    kg = 100 * 2.5
    at_dock_s = parameter("supply.approval").si
    loaded_s = at_dock_s + parameter("supply.picking").si + kg / 8000 * H
    assert kinds(bench, "supplies_released", "truck_loaded", "supplies_delivered") == [
        (round(at_dock_s), "supplies_released"),
        (round(loaded_s), "truck_loaded"),
        (round(loaded_s + 300 + kg / 6000 * H), "supplies_delivered"),
    ]
    assert quilts_at(bench, school(bench).account) == 100


def test_goods_withdrawn_at_the_dock_are_still_on_the_shelf(bench):
    row, _ = bench.order(goods=QUILTS)
    bench.env.run(until=parameter("supply.approval").si + 60)
    bench.supply.orders[0].withdraw()
    bench.env.run(until=4 * H)
    store = bench.supply.stores[0]
    assert quilts_at(bench, store.account) == 500
    assert not store.promised.any()
    assert (store.docks.count, row.hindrance) == (0, "withdrawn")
    assert all(truck.duty == "ready" for truck in bench.supply.fleet.trucks)


def test_goods_withdrawn_on_the_road_are_driven_back(bench):
    bench.order(goods=QUILTS)
    bench.env.run(until=parameter("supply.approval").si + parameter("supply.picking").si + 130)
    truck = next(one for one in bench.supply.fleet.trucks if one.duty == "driving")
    assert quilts_at(bench, bench.supply.fleet.accounts[truck.id]) == 100
    bench.supply.orders[0].withdraw()
    bench.env.run(until=4 * H)
    assert quilts_at(bench, bench.supply.stores[0].account) == 500
    assert not school(bench).coming.any()


def test_a_dock_granted_at_the_instant_of_a_withdrawal_is_free_again(bench):
    """Two loads: the second is given the dock in the very instant in which it is called back."""
    bench.order(goods=QUILTS)
    bench.order(goods=QUILTS)
    first_loaded_s = (
        parameter("supply.approval").si + parameter("supply.picking").si + 250 / 8000 * H
    )

    def call_back():
        yield bench.env.timeout(first_loaded_s)
        bench.supply.orders[1].withdraw()

    bench.env.process(call_back())
    bench.env.run(until=5 * H)
    store = bench.supply.stores[0]
    assert quilts_at(bench, store.account) == 400
    assert (store.docks.count, len(store.docks.queue)) == (0, 0)
    assert not store.promised.any()


def test_a_truck_granted_at_the_instant_of_a_withdrawal_is_free_again(bench):
    fleet, lost = bench.supply.fleet, []

    def wait():
        lost.append((yield from fleet.take(lambda _: True, pieces_of(QUILTS), 0)))

    held = [next_truck(fleet), next_truck(fleet)]
    waiting = bench.env.process(wait())

    def both_at_once():
        yield bench.env.timeout(60)
        fleet.give_back(held[0])
        fleet.give_back(held[1])
        waiting.interrupt("withdrawn")

    waiting.callbacks.append(lambda event: setattr(event, "defused", True))
    bench.env.process(both_at_once())
    bench.env.run(until=120)
    assert lost == []
    assert {next_truck(fleet), next_truck(fleet)} == set(held)


def next_truck(fleet):
    try:
        next(fleet.take(lambda _: True, pieces_of(QUILTS), 0))
    except StopIteration as taken:
        return taken.value
    raise AssertionError("no truck was free")


def test_the_second_truck_waits_while_the_only_dock_is_taken(bench):
    row, process = bench.order(goods={"food": 5000, "drinking_water": 1000})
    bench.env.run(until=process)
    waited = [trip.at_s["at_dock"] - trip.at_s["at_store"] for trip in bench.supply.trips]
    assert sorted(waited)[0] == 0
    assert row.hindrance == "dock_full"


def test_an_order_for_more_than_there_is_sends_what_there_is_and_says_so(bench):
    row, process = bench.order(goods={"quilt": 700})
    bench.env.run(until=process)
    assert quilts_at(bench, school(bench).account) == 500
    assert (row.lacking, row.hindrance) == (1, "stock_empty")


def test_goods_outside_the_border_come_after_two_more_approvals_and_the_journey():
    relief = Relief(
        stocks=(Stock(outside="city", kits=100, travel=2 * H),),
        trucks=(Fleet(kind="heavy_truck", count=1, outside="city", ready_after=0.0),),
    )
    bench = Bench(relief)
    bench.supply.books.strict = True
    _, process = bench.order(depots="city", kits=50)
    bench.env.run(until=process)
    level = parameter("supply.approval").si + parameter("supply.approval_above").si
    trip = bench.supply.trips[0]
    assert trip.at_s["at_dock"] == level
    assert trip.at_s["arrived"] - trip.at_s["loaded"] >= 2 * H
    bench.env.run(until=24 * H)
    assert trip.at_s["home"] - trip.at_s["unloaded"] >= 2 * H


def test_a_green_channel_shortens_approval_and_call_up():
    stock = Stock(at="depot", kind="agreement", kits=100)
    fleet = Fleet(kind="light_truck", count=1, at="depot", ready_after=0.0)
    short = Bench(Relief(stocks=(stock,), trucks=(fleet,)))
    short.order(kits=100, green_channel=True)
    short.env.run(until=3 * H)
    released = next(event for event in short.log if event.kind == "supplies_released")
    usual_s = parameter("supply.approval").si + parameter("supply.agreement_activation").si
    assert released.t_s == pytest.approx(usual_s * parameter("supply.green_channel").si)


def test_a_supplier_under_agreement_is_called_up_first():
    stock = Stock(at="depot", kind="agreement", kits=100)
    truck = Fleet(kind="van", count=1, at="depot", ready_after=0.0)
    bench = Bench(Relief(stocks=(stock,), trucks=(truck,)))
    row, process = bench.order(kits=10)
    bench.env.run(until=process)
    released = next(event for event in bench.log if event.kind == "supplies_released")
    wanted_s = parameter("supply.approval").si + parameter("supply.agreement_activation").si
    assert released.t_s == wanted_s
    assert row.hindrance == "activation"


def fed_of(persons, *stocks):
    """Return how many of hungry people are fed within six hours, and when goods were released."""
    van = Fleet(kind="van", count=2, at="depot", ready_after=0.0)
    bench = Bench(Relief(stocks=stocks, trucks=(van,)))
    bench.supply.books.strict = True
    bench.persons = persons
    bench.order()
    bench.env.run(until=6 * H)
    fed = sum(n for _, _, n in school(bench).waiting.relieved)
    return fed, [event.t_s for event in bench.log if event.kind == "supplies_released"]


def test_requisitioned_goods_feed_people_after_the_time_that_requisition_takes():
    shop = Stock(at="depot", kind="shop", kits=100)
    own = shop.model_copy(update={"kind": "own"})
    takes_s = parameter("supply.requisition").si
    without, _ = fed_of(100)
    at_once, ready_s = fed_of(100, own)
    taken, released_s = fed_of(100, shop)
    assert (without, at_once, taken) == (0, 100, 100)
    assert released_s[0] - ready_s[0] == takes_s


def test_tankers_that_are_stated_leave_the_depots_their_own_trucks():
    water = Stock(at="depot", goods={"washing_water": 1000})
    tankers = Fleet(kind="water_tanker", count=2, at="depot")
    facilities = road_of([1000.0]).facilities
    of_kits = Stock(at="depot", kits=10)
    usual = fleets_of(Relief(stocks=(of_kits,)), facilities)
    assert fleets_of(Relief(stocks=(of_kits,), trucks=(tankers,)), facilities) == [tankers, *usual]
    assert fleets_of(Relief(stocks=(water,), trucks=(tankers,)), facilities) == [tankers]
    van = Fleet(kind="van", count=1, at="depot")
    assert fleets_of(Relief(stocks=(of_kits,), trucks=(van,)), facilities) == [van]


def test_a_plant_makes_goods_hour_by_hour_until_the_order_is_filled():
    stock = Stock(at="depot", kind="production", goods={"quilt": 40}, ready_after=H)
    truck = Fleet(kind="light_truck", count=1, at="depot", ready_after=0.0)
    bench = Bench(Relief(stocks=(stock,), trucks=(truck,)))
    bench.supply.books.strict = True
    row, process = bench.order(goods=QUILTS)
    bench.env.run(until=process)
    assert quilts_at(bench, school(bench).account) == 100
    assert bench.env.now >= parameter("supply.approval").si + 4 * H  # an hour to start, three more
    assert row.lacking == 0


def cut(bench, *, until_s):
    """Let the road be under water until some time."""
    open_road = bench.vehicle_times_s

    def times_s(wading_m):
        return open_road(wading_m) * (1.0 if bench.env.now >= until_s else np.inf)

    bench.vehicle_times_s = times_s


def test_goods_wait_for_a_road_under_water_and_go_when_it_opens(bench):
    cut(bench, until_s=2 * H)
    row, process = bench.order(goods=QUILTS)
    bench.env.run(until=process)
    assert bench.supply.trips[0].at_s["arrived"] > 2 * H
    assert row.hindrance == "road_cut"


def test_what_is_cut_off_is_supplied_from_the_air():
    drone = Fleet(kind="drone", count=4, at="depot", ready_after=0.0)
    stock = Stock(at="depot", goods={"quilt": 20}, docks=4)
    bench = Bench(Relief(stocks=(stock,), trucks=(drone,)))
    bench.supply.books.strict = True
    cut(bench, until_s=100 * H)
    _, process = bench.order(goods={"quilt": 20})
    bench.env.run(until=process)
    per_flight = min(30 // 2.5, 70 // 15)
    assert len(bench.supply.trips) == np.ceil(20 / per_flight)
    assert quilts_at(bench, school(bench).account) == 20


def test_aircraft_stay_down_in_heavy_rain():
    drone = Fleet(kind="drone", count=1, at="depot", ready_after=0.0)
    bench = Bench(Relief(stocks=(Stock(at="depot", goods={"quilt": 4}),), trucks=(drone,)))
    bench.rain_fallen_m = lambda to_s: 0.03 * min(to_s, 2 * H) / H  # 30 mm/h for two hours
    cut(bench, until_s=100 * H)
    bench.order(goods={"quilt": 4})
    bench.env.run(until=6 * H)
    assert bench.supply.trips[0].at_s["arrived"] > 2 * H


def lacked_h(bench) -> Counter[str]:
    totals: Counter[str] = Counter()
    school(bench).add_unmet_person_h(totals)
    return totals


def test_people_are_fed_and_their_time_without_ends(bench):
    bench.persons = 200
    row, process = bench.order()
    bench.env.run(until=process)
    bench.env.run(until=bench.env.now + 2 * H)
    unmet = lacked_h(bench)
    bench.env.run(until=bench.env.now + 12 * H)
    assert lacked_h(bench) == unmet
    assert sum(n for _, _, n in school(bench).waiting.relieved) == 200
    assert row.detail["kg"] > 0


def test_a_standing_order_fills_up_before_the_shelves_of_the_school_are_empty(bench):
    bench.persons = 100
    bench.order()
    bench.env.run(until=72 * H)
    fed_days = bench.supply.trips[-1].at_s["unloaded"] / (24 * H)
    assert fed_days > 2
    assert school(bench).unmet()["food"] == 0


def test_what_people_have_been_given_is_never_more_than_what_was_sent(bench):
    bench.persons = 150
    bench.order()
    bench.env.run(until=30 * H)
    books, point = bench.supply.books, school(bench)
    sent = sum(trip.pieces for trip in bench.supply.trips if "unloaded" in trip.at_s)
    assert (books.pieces[point.given] + books.pieces[point.account] == sent).all()


def truck_of(kind):
    bench = Bench(depot({}, docks=1, trucks=1, kind=kind))
    truck = bench.supply.fleet.trucks[0]
    assert isinstance(truck, SupplyTruck)
    return truck


@pytest.mark.parametrize("kind", carriers())
def test_no_load_is_heavier_or_bigger_than_its_truck(kind):
    goods = {"drinking_water": 50_000, "food": 30_000, "quilt": 3000, "washing_water": 50_000}
    wanted = pieces_of(goods)
    truck = truck_of(kind)
    load = truck.load_of(wanted)
    assert 0.9 * truck.carrier.payload_kg * 1e3 < load @ masses_g() or (
        0.9 * truck.carrier.volume_m3 * 1e3 < load @ volumes_l()
    )
    assert load @ masses_g() <= truck.carrier.payload_kg * 1e3
    assert load @ volumes_l() <= truck.carrier.volume_m3 * 1e3


def test_a_boat_does_not_fit_into_a_drone():
    assert not truck_of("drone").load_of(pieces_of({"boat": 1})).any()


def test_an_order_that_nobody_came_to_need_is_done_just_before_its_deadline(bench):
    row, process = bench.order(within_s=10 * H)
    bench.env.run(until=process)
    assert (bench.env.now, row.lacking, bench.supply.trips) == (10 * H - bench.step_s, 0, [])


def test_goods_that_go_over_a_hub_are_loaded_twice_and_arrive_once():
    relief = Relief(
        stocks=(Stock(at="depot", goods=QUILTS), Stock(at="school")),
        trucks=(Fleet(kind="light_truck", count=2, at="depot", ready_after=0.0),),
    )
    bench = Bench(relief)
    bench.supply.books.strict = True
    _, process = bench.order(depots="depot", goods=QUILTS, via="school")
    bench.env.run(until=process)
    assert [trip.store.id for trip in bench.supply.trips] == ["depot", "school"]
    assert quilts_at(bench, school(bench).account) == 100
    assert not any(store.promised.any() for store in bench.supply.stores)


def test_two_drivers_rest_once_on_a_drive_of_more_than_eight_hours():
    """400 km at 10 m/s take 40,000 s; four hours each and then twenty minutes is the law."""
    bench = Bench(depot({"quilt": 10}, docks=1, trucks=1), length_m=400_000)
    bench.order(goods={"quilt": 10})
    bench.env.run(until=40 * H)
    trip = bench.supply.trips[0]
    assert trip.at_s["arrived"] - trip.at_s["loaded"] == pytest.approx(40_000 + 1200)


def schools(*away_m, goods, trucks=1, kind="light_truck"):
    """A depot and several schools along one road, each so far from the depot."""
    bench = Bench(depot(goods, docks=1, trucks=trucks, kind=kind), world=road_of(away_m))
    bench.supply.books.strict = True
    bench.shelter_rows = lambda shelters, ops: np.arange(1, len(away_m) + 1)
    bench.people_in_need = lambda barred: []
    return bench


def test_one_truck_serves_several_places_on_one_trip():
    bench = schools(1000, 2000, 3000, goods={"quilt": 300})
    row, process = bench.order(goods={"quilt": 30})
    bench.env.run(until=process)
    (trip,) = bench.supply.trips
    assert [stop.target.node for stop in trip.stops] == [1, 2, 3]
    assert [quilts_at(bench, stop.target.account) for stop in trip.stops] == [10, 10, 10]
    assert row.detail["loads"] == 3


def test_a_trip_has_no_more_stops_than_allowed():
    bench = schools(*range(1000, 7000, 1000), goods={"quilt": 300}, trucks=2)
    bench.order(goods={"quilt": 60})
    bench.env.run(until=12 * H)
    most = parameter("supply.most_stops").si
    assert [len(trip.stops) for trip in bench.supply.trips] == [most, 6 - most]


def test_a_full_truck_goes_to_one_place():
    bench = schools(1000, 2000, goods={"quilt": 3000}, trucks=1)
    bench.order(goods={"quilt": 2000})
    bench.env.run(until=24 * H)
    assert all(trip.mass_g <= 1500e3 for trip in bench.supply.trips)
    assert sum(len(trip.stops) for trip in bench.supply.trips) >= 4


def test_what_is_withdrawn_between_two_stops_goes_back_and_what_was_set_down_stays():
    bench = schools(1000, 30_000, goods={"quilt": 300})
    bench.order(goods={"quilt": 20})
    bench.env.run(until=H)
    trip = bench.supply.trips[0]
    assert "unloaded" in trip.stops[0].at_s
    assert "unloaded" not in trip.stops[1].at_s
    bench.supply.orders[0].withdraw()
    bench.env.run(until=8 * H)
    assert quilts_at(bench, bench.supply.stores[0].account) == 290
    assert not any(stop.target.coming.any() for stop in trip.stops)
    assert not bench.supply.stores[0].promised.any()


def test_a_boat_brings_goods_where_the_road_is_under_water():
    boat = Fleet(kind="boat", count=1, at="depot", ready_after=0.0)
    stock = Stock(at="depot", goods={"quilt": 20}, docks=1)
    bench = Bench(Relief(stocks=(stock,), trucks=(boat,)))
    cut(bench, until_s=100 * H)
    bench.edge_depth_m = lambda: np.full(2, 1.5)
    _, process = bench.order(goods={"quilt": 20})
    bench.env.run(until=process)
    trip = bench.supply.trips[0]
    sails_s = 3000 / carriers()["boat"].sails_m_per_s + carriers()["boat"].turnaround_s
    assert trip.at_s["arrived"] - trip.at_s["loaded"] == pytest.approx(sails_s)


def test_a_boat_does_not_sail_on_a_dry_road_that_is_barred():
    boat = Fleet(kind="boat", count=1, at="depot", ready_after=0.0)
    stock = Stock(at="depot", goods={"quilt": 20}, docks=1)
    bench = Bench(Relief(stocks=(stock,), trucks=(boat,)))
    cut(bench, until_s=100 * H)
    bench.edge_depth_m = lambda: np.zeros(2)
    bench.order(goods={"quilt": 20})
    bench.env.run(until=3 * H)
    assert bench.supply.trips == []


def meals(bench, account):
    return int(bench.supply.books.pieces[account] @ pieces_of({"hot_meal": 1}))


def test_cooked_meals_are_eaten_before_what_keeps():
    bench = Bench(depot({"hot_meal": 100, "food": 100, "drinking_water": 1000}, docks=1, trucks=1))
    bench.supply.books.strict = True
    bench.persons = 50
    bench.order(goods={"hot_meal": 50, "food": 50, "drinking_water": 200})
    bench.env.run(until=3 * H)
    point = school(bench)
    assert meals(bench, point.given) == 50
    assert int(bench.supply.books.pieces[point.given] @ pieces_of({"food": 1})) == 0


def test_cooked_meals_that_nobody_eats_in_time_are_thrown_away_and_booked():
    bench = Bench(depot({"hot_meal": 100}, docks=1, trucks=1))
    bench.supply.books.strict = True
    bench.order(goods={"hot_meal": 60})
    loaded_s = 0.0
    while not loaded_s:
        bench.env.step()
        loaded_s = bench.supply.trips[0].at_s.get("loaded", 0.0) if bench.supply.trips else 0.0
    bench.env.run(until=loaded_s + 4 * H - 1)
    bench.supply.report()
    assert meals(bench, school(bench).account) == 60
    bench.env.run(until=loaded_s + 4 * H + 1)
    bench.supply.report()
    assert meals(bench, school(bench).account) == 0
    assert meals(bench, bench.supply.books.spoiled) == 60
    assert meals(bench, bench.supply.stores[0].account) == 40  # fresh in the kitchen


@given(stops=st.lists(st.integers(1, 400), min_size=1, max_size=6), trucks=st.integers(1, 4))
@settings(max_examples=15)
def test_trips_with_several_stops_bring_all_that_was_asked_and_lose_nothing(stops, trucks):
    bench = schools(
        *(500 * (n + 1) for n in range(len(stops))), goods={"quilt": 3000}, trucks=trucks
    )
    bench.order(goods={"quilt": sum(stops)})
    bench.env.run(until=90 * H)
    there = sum(quilts_at(bench, point.account) for point in bench.supply.points)
    assert there == sum(stops)
    bench.supply.books.check()


def test_only_a_tanker_brings_piped_water_and_a_dry_shelter_is_supplied_by_it():
    goods = {"washing_water": 100_000, "food": 1000}
    dry = Bench(depot(goods, docks=2, trucks=2, kind="water_tanker"))
    dry.persons = 100
    dry.states["facility_dry"][:] = True
    dry.env.run(until=6 * H)
    assert school(dry).parched
    dry.order(goods={"washing_water": 4000, "food": 300})
    dry.env.run(until=12 * H)
    point = school(dry)
    assert not point.parched
    tank = {trip.truck.carrier.name for trip in dry.supply.trips if trip.pieces[is_piped()].any()}
    dry_load = {trip.truck.carrier.name for trip in dry.supply.trips} - tank
    assert (tank, dry_load) == ({"water_tanker"}, {"light_truck"})
    assert dry.supply.books.pieces[point.given][is_piped()].any()


def test_another_districts_depot_sends_its_own_lorries_over_its_own_way():
    """Two bases outside, 40 and 80 minutes away: what each sends comes by its own lorry."""
    bases = {"near": 40, "far": 80}
    stocks = [
        {"outside": "district", "base": name, "goods": {"quilt": 50}, "travel": f"{minutes} min"}
        for name, minutes in bases.items()
    ]
    trucks = [
        {"outside": "district", "base": name, "kind": "light_truck", "count": 1} for name in bases
    ]
    bench = Bench(Relief.model_validate({"stocks": stocks, "trucks": trucks}))
    _, done = bench.order(depots="districts", goods={"quilt": 100})
    bench.env.run(until=done)
    came = {trip.truck.id: (trip.store.id, trip.store.level) for trip in bench.supply.trips}
    assert came == {f"{name}-light-truck-1": (name, "county") for name in bases}
    first, last = sorted(trip.at_s["arrived"] for trip in bench.supply.trips)
    assert last - first == pytest.approx(40 * 60, abs=1)


def test_nobody_waits_at_a_store_in_water_and_goods_come_from_another():
    """The depot is flooded by the time it is released: the province's lorry brings the quilts."""
    relief = depot({"quilt": 500}, docks=1, trucks=2)
    far = {"outside": "province", "goods": {"quilt": 500}, "travel": "2 h"}
    lorry = {"kind": "heavy_truck", "count": 1, "outside": "province"}
    bench = Bench(
        Relief(
            stocks=(*relief.stocks, Stock.model_validate(far)),
            trucks=(*relief.trucks, Fleet.model_validate(lorry)),
        )
    )
    bench.supply.books.strict = True
    wet_from_s = parameter("supply.approval").si
    bench.site_depth_m = lambda facility: 0.5 if bench.env.now >= wet_from_s else 0.0
    row, done = bench.order(goods=QUILTS)
    bench.env.run(until=done)
    brought = [trip.store.id for trip in bench.supply.trips if "unloaded" in trip.at_s]
    assert brought == ["province"]
    assert quilts_at(bench, school(bench).account) == 100
    assert not bench.supply.stores[0].promised.any()
    assert "store_flooded" in bench.supply.orders[0].waits_s
    assert not row.lacking


def test_an_order_goes_on_when_its_store_is_dry_again():
    bench = Bench(depot({"quilt": 500}, docks=1, trucks=1))
    bench.site_depth_m = lambda facility: 0.5 if bench.env.now < 3 * H else 0.0
    _, done = bench.order(goods=QUILTS)
    bench.env.run(until=done)
    assert float(bench.env.now) > 3 * H
    assert quilts_at(bench, school(bench).account) == 100
