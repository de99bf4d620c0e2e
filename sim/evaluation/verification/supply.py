"""Relief supply against known answers: queues at docks, truck cycles, bottlenecks, needs, mass."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any, Final

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.core.rng import Streams
from sim.evaluation.statistics.queues import erlang_b, erlang_c
from sim.evaluation.verification.batches import mean_and_error
from sim.evaluation.verification.case import Case, Check
from sim.evaluation.verification.supply_setups import SPEED_M_PER_S, Bench, depot
from sim.response.supply.trips import Stop, Trip, load
from sim.scenario.goods import carriers, item_index, items, masses_g, pieces_of
from sim.scenario.parameters import parameter

#: servers, load in erlangs -> waiting share (Erlang C), mean wait in service times, loss (Erlang B)
QUEUES: Final = {
    (1, 0.5): (0.5000, 1.0000, 0.3333),
    (3, 2.0): (0.4444, 0.4444, 0.2105),
    (5, 4.0): (0.5541, 0.5541, 0.1991),
    (10, 8.0): (0.4092, 0.2046, 0.1217),
}
_TABLE: Final = "Erlang B and C: Cooper (1981), Introduction to Queueing Theory, ch. 3"
_N_TRUCKS: Final = 9_600
_BATCHES: Final = 16
#: of Student's t with 15 degrees of freedom: one case in a thousand lies outside by chance
_T: Final = 4.07
_HOUR_S: Final = 3600.0


def docks() -> Iterator[Case]:
    """Trucks come at random to docks where loading takes random times: the tables of Erlang."""
    for (servers, erlangs), (waits, mean, loss) in QUEUES.items():
        places = {"docks": servers, "erlangs": erlangs}
        wait_s = _at_docks(servers, erlangs, patient=True) / _HOUR_S
        for name, expected, sample in (("waits", waits, wait_s > 0), ("mean", mean, wait_s)):
            ours, error = mean_and_error(sample.astype(float), _BATCHES)
            yield Case(
                f"supply.docks.{name}", _TABLE, expected, ours, _T * error, "1", places=places
            )
        lost = np.isnan(_at_docks(servers, erlangs, patient=False))
        ours, error = mean_and_error(lost.astype(float), _BATCHES)
        yield Case("supply.docks.lost", _TABLE, loss, ours, _T * error, "1", places=places)


def formulas() -> Iterator[Case]:
    """The recursions of Erlang against the printed tables, to their four decimals."""
    for (servers, erlangs), (waits, _, loss) in QUEUES.items():
        places = {"docks": servers, "erlangs": erlangs}
        yield Case(
            "supply.erlang_c", _TABLE, waits, erlang_c(servers, erlangs), 5e-5, "1", places=places
        )
        yield Case(
            "supply.erlang_b", _TABLE, loss, erlang_b(servers, erlangs), 5e-5, "1", places=places
        )


def cycles() -> Iterator[Case]:
    """Trucks on one road: what they bring an hour, while trucks and while docks are short."""
    law = "trucks x load / cycle, at most docks x load / time at the dock"
    for trucks, n_docks in ((2, 2), (4, 2), (30, 1), (30, 2)):
        loads, load_t = 40, carriers()["light_truck"].payload_kg / 1000
        bench = Bench(
            depot({"medicine": 1500 * loads}, docks=n_docks, trucks=trucks), length_m=9000
        )
        bench.order(goods={"medicine": 1500 * loads})
        bench.env.run(until=100 * _HOUR_S)
        done_s = np.sort([trip.at_s["unloaded"] for trip in bench.supply.trips])
        dock_s, unload_s = _dock_s(load_t), load_t / parameter("supply.unload_rate").value * _HOUR_S
        cycle_s = dock_s + unload_s + 2 * 9000 / SPEED_M_PER_S
        gates = parameter("supply.unload_places").si
        rate = min(trucks / cycle_s, n_docks / dock_s, gates / unload_s) * load_t * _HOUR_S
        half = loads // 2
        whole = (len(done_s) - 1 - half) // trucks * trucks if trucks < 10 else loads - 1 - half
        ours = whole * load_t / (done_s[half + whole] - done_s[half]) * _HOUR_S
        places = {"trucks": trucks, "docks": n_docks}
        tolerance = rate / whole * (trucks >= 10) * 2 + 1e-6
        yield Case("supply.cycle", law, rate, ours, tolerance, "t/h", places=places)


def bottleneck() -> Iterator[Case]:
    """With trucks in plenty the last load is there when one dock has loaded them all."""
    loads = 12
    bench = Bench(depot({"medicine": 1500 * loads}, docks=1, trucks=loads), length_m=9000)
    bench.order(goods={"medicine": 1500 * loads})
    bench.env.run(until=48 * _HOUR_S)
    last_s = max(trip.at_s["unloaded"] for trip in bench.supply.trips)
    unload_s = 1.5 / parameter("supply.unload_rate").value * _HOUR_S
    expected_s = (
        parameter("supply.approval").si + loads * _dock_s(1.5) + 9000 / SPEED_M_PER_S + unload_s
    )
    law = "approval + loads x dock time + drive + unloading"
    yield Case("supply.bottleneck", law, expected_s, last_s, 1.0, "s")


def hand_out() -> Iterator[Case]:
    """500 people at two counters: the last is served after people x time / counters."""
    bench = Bench(depot({"drinking_water": 5000, "food": 5000, "quilt": 600}, docks=2, trucks=4))
    bench.persons = 500
    bench.order()
    bench.env.run(until=7 * _HOUR_S)
    point = bench.supply.points[0]
    there_s = [trip.at_s["unloaded"] for trip in bench.supply.trips]
    relieved_s = [at_s for _, at_s, _ in point.waiting.relieved]
    counters = 500 / parameter("supply.people_per_counter").si
    expected_s = 500 * parameter("supply.hand_out").si / counters
    law = "people x time / counters from the first load on"
    round_s = parameter("supply.hand_out_round").si
    yield Case("supply.hand_out", law, expected_s, max(relieved_s) - min(there_s), round_s, "s")


def needs() -> Iterator[Case]:
    """What people need a day, by the published standards."""
    day_s, by_name = 86400.0, {item.name: item for item in items()}
    litres = sum(by_name[name].pieces_for(1, day_s) for name in ("drinking_water", "washing_water"))
    yield Case(
        "supply.needs.water", "Sphere (2018): 15 l a person and day", 15.0, litres, 1e-9, "l"
    )
    sphere = "Sphere (2018): 2.5-3 l a person and day for drinking and food"
    drunk = by_name["drinking_water"].pieces_for(1, day_s)
    yield Case("supply.needs.drinking", sphere, 2.75, drunk, 0.25, "l")
    food_g = by_name["food"].pieces_for(1, day_s) * (by_name["food"].mass_g - 15)
    yield Case(
        "supply.needs.food", "WFP food basket: 555 g for 2,100 kcal", 555.0, food_g, 0.5, "g"
    )
    area_m2 = np.array([630.0, 1000.0])
    share = 1300 * area_m2 / area_m2.sum()
    source = "1,300 people's goods in depots of 630 and 1,000 m2, by area"
    yield Case("supply.needs.kits", source, 502, float(np.rint(share[0])), 0, "1")
    families = by_name["tent"].pieces_for(1000, 0.0)
    yield Case("supply.needs.tents", "five people a tent", 200, families, 1e-9, "1")


def balance() -> Iterator[Case]:
    """Orders given, half of them withdrawn in the middle: to the gram nothing is lost."""
    streams = Streams(1)
    bench = Bench(depot({"drinking_water": 9000, "food": 9000, "quilt": 900}, docks=1, trucks=3))
    bench.supply.books.strict = True
    bench.persons = 400
    luck = streams.page("withdraw", 0, 20)
    for number, part in enumerate(luck.tolist()):
        bench.order(goods={"quilt": 40, "food": 100})
        bench.env.process(_withdraw(bench, part * 5400))
        bench.env.run(until=(number + 1) * 3600)
    bench.env.run(until=60 * _HOUR_S)
    off_g = (bench.supply.books.pieces.sum(axis=0) - bench.supply.books.brought_in) @ masses_g()
    law = "what came in = stores + trucks + places + handed out"
    yield Case("supply.balance", law, 0, float(abs(off_g)), 0, "g")
    promised = sum(int(store.promised.sum()) for store in bench.supply.stores)
    coming = sum(int(point.coming.sum()) for point in bench.supply.points)
    yield Case("supply.balance.promised", "all orders over", 0, promised + coming, 0, "1")


def _withdraw(bench: Bench, after_s: float) -> Generator[simpy.Event, Any, None]:
    yield bench.env.timeout(after_s)
    bench.supply.orders[-1].withdraw()


def _dock_s(load_t: float) -> float:
    return parameter("supply.picking").si + load_t / parameter("supply.load_rate").value * _HOUR_S


def _exponential(streams: Streams, purpose: str, mean: float) -> NDArray[np.float64]:
    drawn: NDArray[np.float64] = -np.log1p(-streams.page(purpose, 0, _N_TRUCKS))
    drawn *= mean / drawn.mean()
    return drawn


class _Asker:
    """Stands for an order: notes how long a truck waited."""

    event = -1

    def __init__(self) -> None:
        self.waited_s = 0.0

    def hinder(self, reason: str, waited_s: float) -> None:
        self.waited_s = waited_s


def _at_docks(servers: int, erlangs: float, *, patient: bool) -> NDArray[np.float64]:
    """Return each truck's wait at the docks of a store; NaN for one that left at once.

    Arrivals are Poisson; loads are exponential, so that loading takes an hour on average. Gaps and
    loads are scaled to have their means exactly: what is left of chance is the queue's own.
    """
    goods = {"medicine": 2**50}
    bench = Bench(depot(goods, docks=servers, trucks=1), length_m=500)
    supply = bench.supply
    supply.picking_s, supply.load_t_per_s = 0.0, 10.0 / _HOUR_S
    streams = Streams(20)
    gaps_s = _exponential(streams, f"gap/{servers}", _HOUR_S / erlangs)
    kg = np.rint(_exponential(streams, f"load/{servers}", 10_000.0))
    waits_s = np.full(_N_TRUCKS, np.nan)
    store, truck = supply.stores[0], supply.fleet.trucks[0]
    one = pieces_of({"medicine": 1})
    assert masses_g()[item_index()["medicine"]] == 1000  # so that kg are pieces

    def visit(number: int) -> Generator[simpy.Event, Any, None]:
        asker: Any = _Asker()
        trip = Trip(asker, truck, store, [Stop(store, one * int(kg[number]))])
        store.promised += trip.pieces
        yield from load(supply, trip)
        waits_s[number] = asker.waited_s

    def arrivals() -> Generator[simpy.Event, Any, None]:
        for number, gap_s in enumerate(gaps_s.tolist()):
            yield bench.env.timeout(gap_s)
            if patient or store.docks.count < servers:
                bench.env.process(visit(number))

    bench.env.process(arrivals())
    bench.env.run(until=float(gaps_s.sum()) + 100 * _HOUR_S)
    return waits_s


SUITE: Final = (
    Check("formulas", formulas),
    Check("docks", docks, quick=False),
    Check("cycles", cycles),
    Check("bottleneck", bottleneck),
    Check("hand_out", hand_out),
    Check("needs", needs),
    Check("balance", balance),
)
