"""Teams, wards and survival against laws of location and queueing, and the rescue at Tangshan."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from typing import Any, Final

import numpy as np
import simpy
from numpy.typing import NDArray
from scipy.sparse import csr_array

from sim.agents.harm_quake_rules import QuakeRules
from sim.agents.trapped import Rubble
from sim.agents.wounds import Untreated
from sim.core.rng import Streams
from sim.core.sets import common
from sim.evaluation.statistics.queues import erlang_b
from sim.evaluation.verification.batches import mean_and_error
from sim.evaluation.verification.case import Case, Check
from sim.evaluation.verification.casualties_town import families, shock
from sim.evaluation.verification.rescue_queues import two_units
from sim.evaluation.verification.rescue_setups import BLOCK_M, Bench, blocks
from sim.response.cover import exact_sites, exchanged_sites, reached_within
from sim.response.dispatch import unit_for
from sim.scenario.parameters import parameter

#: 99.9 % bounds of a mean over so many batches are this many standard errors wide (t, 19)
_BATCHES: Final = 20
_T: Final = 3.88
#: maps of stations for the square-root law
_MAPS: Final = 320
_HOUR_S: Final = 3600.0
#: share found alive of those dug out: within half an hour, on days 1 to 5 (Tangshan 1976)
TANGSHAN: Final = (0.993, 0.810, 0.537, 0.367, 0.190, 0.074)
#: middles of these spans, h
_DUG_AT_H: Final = (0.25, 12.0, 36.0, 60.0, 84.0, 108.0)


def square_root_law() -> Iterator[Case]:
    """The nearest of stations at random: mean distance falls with the root of their density."""
    side, law = 41, "Larson and Odoni (1981), ch. 3: nearest of Poisson stations"
    bench = Bench(blocks(side))
    for n in (40, 80, 160):
        crow_m, road_m = _nearest_m(bench, side, n)
        per_node = n / side**2
        yield from _beyond(road_m, per_node, n)
        for name, found_m, expected_m in (
            ("crow", crow_m, 0.5 * BLOCK_M / math.sqrt(per_node)),
            ("road", road_m, _lattice_mean(per_node) * BLOCK_M),
        ):
            ours, error = mean_and_error(found_m, _BATCHES)
            # corners are a lattice: as the crow flies a call has its own corner for a station
            # with chance per_node, which the plane does not know
            grain_m = BLOCK_M * math.sqrt(per_node) / 2 if name == "crow" else 0.0
            yield Case(
                f"rescue.nearest.{name}", law, expected_m, ours, _T * error + grain_m, "m",
                places={"stations": n},
            )  # fmt: skip


def _beyond(road_m: NDArray[np.float64], per_node: float, n: int) -> Iterator[Case]:
    """The share of calls without a station within so many blocks: a diamond of corners empty."""
    blocks_away = round(_lattice_mean(per_node))
    empty = (1 - per_node) ** (2 * blocks_away**2 + 2 * blocks_away + 1)
    ours, error = mean_and_error((road_m > (blocks_away + 0.5) * BLOCK_M).astype(float), _BATCHES)
    law = "P(D > r): a diamond of 2 r2 + 2 r + 1 corners without a station"
    places = {"stations": n, "blocks": blocks_away}
    yield Case("rescue.beyond", law, empty, ours, _T * error, "1", places=places)


def _lattice_mean(per_node: float) -> float:
    """Return the mean distance in blocks on a lattice: the sum of P(D > r), a diamond empty."""
    radius = np.arange(0, 2000)
    return float(((1 - per_node) ** (2 * radius**2 + 2 * radius + 1)).sum())


def _nearest_m(bench: Bench, side: int, n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the distance of the unit that each of the two rules calls, one row a call."""
    streams, calls = Streams(3), 12
    network = bench.network
    crow, road = [], []
    for batch in range(_MAPS):
        luck = streams.page(f"stations/{n}", batch, n)
        units = bench.engines((luck * side**2).astype(np.int64))
        inner = side // 4 + (streams.page(f"calls/{n}", batch, 2 * calls) * (side // 2)).astype(int)
        for x, y in inner.reshape(-1, 2).tolist():
            node = y * side + x
            near = units[unit_for(bench, "nearest", units, node)].node  # type: ignore[arg-type]
            crow.append(
                math.hypot(
                    network.x_m[near] - network.x_m[node], network.y_m[near] - network.y_m[node]
                )
            )
            by_road = unit_for(bench, "nearest_by_road", units, node)  # type: ignore[arg-type]
            _, cost_s = bench.ways.tree_to(node)
            road.append(cost_s[units[by_road].node] * 10.0)
    return np.array(crow), np.array(road)


def stations_in_order() -> Iterator[Case]:
    """Stations on a square grid, and where diamonds meet: the law's constants for these patterns.

    Corners stand for the area around them: their mean is off by one in the square of the spacing.
    """
    law, side = "Kolesar and Blum (1973): mean distance = c / sqrt(stations per area)", 49
    bench = Bench(blocks(side))
    row, column = np.divmod(np.arange(side**2), side)
    square, diamond = 9, 8
    on_square = np.flatnonzero((row % square == 6) & (column % square == 6))
    up, down = row + column - (side - 1), row - column
    on_diamond = np.flatnonzero((up % (2 * diamond) == 0) & (down % (2 * diamond) == 0))
    period = {9: range(20, 29), 16: range(16, 32)}
    for pattern, stations, rule, c, spacing, per_node in (
        ("square", on_square, "nearest", 0.3826, 9, 1 / 81),
        ("square", on_square, "nearest_by_road", 0.5, 9, 1 / 81),
        ("diamond", on_diamond, "nearest_by_road", 0.4714, 16, 1 / 128),
    ):
        units = bench.engines(stations)
        away = []
        for node in np.flatnonzero(
            np.isin(row, period[spacing]) & np.isin(column, period[spacing])
        ):
            found = units[unit_for(bench, rule, units, int(node))].node  # type: ignore[arg-type]
            steps = np.abs([row[found] - row[node], column[found] - column[node]])
            away.append(float(steps.sum() if rule != "nearest" else np.hypot(*steps)))
        ours = float(np.mean(away)) * math.sqrt(per_node)
        name, tolerance = f"rescue.{pattern}.{rule}", 2 * c * per_node + 0.002
        yield Case(name, law, c, ours, tolerance, "1")


def station_area() -> Iterator[Case]:
    """What one station covers in four minutes of driving: 2 (S / detour)^2, a Manhattan disc."""
    law = "JianBiao 152-2017: A = 2 (S / lambda)^2, S in 4 min at 30-35 km/h"
    for speed_km_h, detour, expected in ((35.0, 1.25, 6.97), (30.0, 1.41, 4.0)):
        world = blocks(61, speed_m_per_s=speed_km_h / 3.6 / detour)
        bench = Bench(world)
        middle = np.array([30 * 61 + 30])
        n = np.count_nonzero(
            reached_within(bench.network, bench.emergency_times_s(), middle, 240.0)
        )
        ours = n * BLOCK_M**2 / 1e6
        radius = math.sqrt(expected / 2) * 1000 / BLOCK_M
        tolerance = (2 * radius + 1) * BLOCK_M**2 / 1e6 * 1.0 + 0.05
        yield Case(
            "rescue.station_area", law, expected, ours, tolerance, "km2",
            places={"speed": speed_km_h, "detour": detour},
        )  # fmt: skip


def siting() -> Iterator[Case]:
    """Exchange on random maps against the integer programme, and never below the greedy choice."""
    law = "maximal covering (Church and ReVelle 1974), solved exactly"
    streams = Streams(9)
    for new, sites in ((2, 30), (4, 40)):
        places = 150
        at_m = streams.page(f"sites/{new}", 0, 2 * sites).reshape(-1, 2)
        to_m = streams.page(f"places/{new}", 0, 2 * places).reshape(-1, 2)
        away_m = np.hypot(*(at_m[:, None, :] - to_m[None, :, :]).transpose(2, 0, 1))
        cover = csr_array((away_m < 0.18).astype(float))
        value = np.ceil(streams.page(f"weight/{new}", 0, places) * 100)
        best = exact_sites(cover, value, new).covered
        ours = exchanged_sites(cover, value, new).covered / best
        yield Case("rescue.siting", law, 1.0, ours, 0.02, "1", places={"new": new, "sites": sites})


def tangshan() -> Iterator[Case]:
    """Each day other people are dug out: the share found alive falls as it did at Tangshan."""
    rules = QuakeRules(self_rescue=0.0, dug_out_a_day=0.0)
    people = families(4000, "old_masonry", rules)
    shock(people, np.ones(4000, dtype=bool))
    rows = people.trapped.rows.copy()
    luck = Streams(5).at("tangshan.day", 0, people.residents.id[rows])
    day = np.minimum((luck * len(TANGSHAN)).astype(int), len(TANGSHAN) - 1)
    ours = []
    for span, at_h in enumerate(_DUG_AT_H):
        people.harm(at_h * _HOUR_S, Rubble())
        out = people.trapped.dig_out(rows[day == span], at_h * _HOUR_S, cause=-1)
        ours.append(len(out) / np.count_nonzero(day == span))
        people.residents.check()
    source = "shares found alive at Tangshan 1976"
    rmse = float(np.sqrt(np.mean((np.array(ours) - TANGSHAN) ** 2)))
    yield Case("rescue.tangshan", source, 0.0, rmse, 0.08, "1")
    for span, (expected, share) in enumerate(zip(TANGSHAN, ours, strict=True)):
        yield Case("rescue.tangshan_day", source, expected, share, 0.10, "1", places={"day": span})


def beds() -> Iterator[Case]:
    """Patients come at random to a ward without a queue: the loss of Erlang B."""
    law = "Erlang B"
    for servers, erlangs in ((3, 2.0), (5, 4.0), (10, 8.0)):
        lost = _turned_away(servers, erlangs)
        ours, error = mean_and_error(lost, _BATCHES)
        expected = erlang_b(servers, erlangs)
        places = {"beds": servers, "erlangs": erlangs}
        yield Case("rescue.beds", law, expected, ours, _T * error, "1", places=places)


def _turned_away(servers: int, erlangs: float) -> NDArray[np.float64]:
    """Return for each of many patients whether no bed was free; stays last an hour on average."""
    n, streams = 20_000, Streams(8)
    bench = Bench(blocks(2, beds=round(servers / parameter("medical.free_beds_share").si)))
    lost = np.zeros(n)
    gaps_s = -np.log1p(-streams.page(f"gaps/{servers}", 0, n)) * _HOUR_S / erlangs
    stays_s = -np.log1p(-streams.page(f"stays/{servers}", 0, n)) * _HOUR_S
    gaps_s *= _HOUR_S / erlangs / gaps_s.mean()
    stays_s *= _HOUR_S / stays_s.mean()

    def patient(ward: Any, stay_s: float) -> Generator[simpy.Event, Any, None]:
        yield bench.env.timeout(stay_s)
        ward.promised -= 1

    def arrivals() -> Generator[simpy.Event, Any, None]:
        for k in range(n):
            yield bench.env.timeout(float(gaps_s[k]))
            ward = bench.hospitals.reserve(0, 1)
            if ward is None:
                lost[k] = 1.0
            else:
                bench.env.process(patient(ward, float(stays_s[k])))

    bench.env.run(until=bench.env.process(arrivals()))
    return lost


def waiting() -> Iterator[Case]:
    """Badly hurt and nobody comes: half of the red die within the time of the published curve."""
    people = families(4000, "masonry", QuakeRules())
    residents, wounds = people.residents, people.wounds
    residents.hurt(np.arange(residents.n), "severe")
    scale_s, shape = (parameter(f"medical.immediate_{one}").si for one in ("time", "shape"))
    wounds.advance(0.0, Untreated())
    red = np.flatnonzero(wounds.red)
    source = "Mills, Argon and Ziya (2013): 1 / (1 + (t / 91 min)^1.58), and HAZUS 5 of 25 red"
    share = parameter("medical.immediate_share").si
    error = math.sqrt(share * (1 - share) / residents.n)
    yield Case("rescue.red", source, share, len(red) / residents.n, 3.3 * error, "1")
    for hours in (0.5, 1.5, 6.0):
        dead = common(wounds.advance(hours * _HOUR_S, Untreated()).dead, red)
        alive = 1 - len(dead) / len(red)
        expected = 1 / (1 + (hours * _HOUR_S / scale_s) ** shape)
        error = math.sqrt(expected * (1 - expected) / len(red))
        yield Case(
            "rescue.red_alive", source, expected, alive, 3.3 * error, "1", places={"hours": hours}
        )


SUITE: Final = (
    Check("square_root_law", square_root_law),
    Check("stations_in_order", stations_in_order),
    Check("station_area", station_area),
    Check("siting", siting),
    Check("tangshan", tangshan),
    Check("two_units", two_units),
    Check("beds", beds, quick=False),
    Check("waiting", waiting),
)
