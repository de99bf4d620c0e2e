"""Two units on one street that answer for each other: Larson's hypercube, for calls as they come.

A call that finds both units out is lost to them. Each unit's share of the time, and who goes where,
follows from four states of the two units; the units here are chosen by the simulation's own rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.units import RescueTeam
from sim.core.rng import Streams
from sim.evaluation.verification.batches import mean_and_error
from sim.evaluation.verification.case import Case
from sim.evaluation.verification.rescue_setups import Bench, blocks
from sim.response.dispatch import unit_for

Floats = NDArray[np.float64]

#: 99.9 % bounds of a mean over 20 batches are so many standard errors wide (t, 19)
_BATCHES, _T = 20, 3.88
_CALLS: Final = 60_000
#: crossings along the street: two miles, a block 0.05 mile
_CORNERS: Final = 41
_MILE_BLOCKS: Final = 20.0
_QUIZ: Final = "Larson (2001), MIT 1.203, quiz 2, problem 1: 2/5 busy, 1/8 of calls cross each way"
_CITY: Final = "Larson and Odoni (1981), 5.3.3: their city cut at corners; four balance equations"


class City(NamedTuple):
    """A street with two units.

    Attributes
    ----------
    name : str
        Of its rows.
    source : str
    calls_per_service : float
        Calls in the time a unit is out with one, in all.
    weights : (corners,) float64
        Share of the calls that each crossing makes.
    units : tuple of int
        Crossings at which the two stand.
    """

    name: str
    source: str
    calls_per_service: float
    weights: Floats
    units: tuple[int, int]


class Known(NamedTuple):
    """What the balance of the four states gives: busy shares, calls to the other's area, way."""

    busy: tuple[float, float]
    crossing: float
    way_miles: float


def balance(city: City, nearer: NDArray[np.int64], way_blocks: Floats) -> Known:
    """Solve the hypercube of two units; `nearer` says whose area a crossing is.

    `way_blocks` has a row a unit. States: both free, the first out, the second out, both out.
    """
    total = city.calls_per_service
    first, second = (float(total * city.weights[nearer == k].sum()) for k in (0, 1))
    flows = np.array(
        [
            [-total, 1.0, 1.0, 0.0],
            [first, -1.0 - total, 0.0, 1.0],
            [second, 0.0, -1.0 - total, 1.0],
            [1.0, 1.0, 1.0, 1.0],
        ]
    )
    free, one, two, both = np.linalg.solve(flows, [0.0, 0.0, 0.0, 1.0])
    served = total * (1.0 - both)
    own = (free + np.array([two, one])[nearer]) * city.weights
    other = np.array([one, two])[nearer] * city.weights
    rows = np.arange(len(nearer))
    way = own @ way_blocks[nearer, rows] + other @ way_blocks[1 - nearer, rows]
    return Known(
        (float(one + both), float(two + both)),
        float(total * other.sum() / served),
        float(total * way / served / _MILE_BLOCKS),
    )


def _cities() -> tuple[City, City]:
    corner = np.arange(_CORNERS)
    even = np.where(corner == _CORNERS // 2, 0.0, 1.0 / (_CORNERS - 1))
    # x = 0.75 and -0.25 of -1 to 1 mile; half of the calls come from beyond the first unit
    beyond = corner > 35
    uneven = np.where(beyond, 0.5 / beyond.sum(), 0.5 / (~beyond).sum())
    return (
        City("quiz", _QUIZ, 1.0, even, (10, 30)),
        City("city", _CITY, 1.25, uneven, (35, 15)),
    )


def two_units() -> Iterator[Case]:
    """Shares of the time out, calls answered by the other unit, and the mean way to a call."""
    bench = Bench(blocks(_CORNERS))
    for city in _cities():
        units = bench.engines(np.array(city.units, np.int64))
        nearer = np.array([_called(bench, units, node) for node in range(_CORNERS)])
        way_blocks = np.abs(np.arange(_CORNERS)[None, :] - np.array(city.units)[:, None]) * 1.0
        known = balance(city, nearer, way_blocks)
        for name, expected, sample, unit in _rows(
            known, _answered(bench, city), nearer, way_blocks
        ):
            ours, error = mean_and_error(sample, _BATCHES)
            yield Case(
                f"rescue.two.{city.name}.{name}", city.source, expected, ours, _T * error, unit
            )


class Answered(NamedTuple):
    """Calls in their order: where from, which unit (-1: none), which units were out just before."""

    node: NDArray[np.int64]
    unit: NDArray[np.int64]
    out: NDArray[np.bool_]


def _rows(
    known: Known, calls: Answered, nearer: NDArray[np.int64], way_blocks: Floats
) -> Iterator[tuple[str, float, Floats, str]]:
    # calls at random see what an onlooker sees at all times
    for k, name in enumerate(("first", "second")):
        yield name, known.busy[k], calls.out[:, k].astype(np.float64), "1"
    served = calls.unit >= 0
    node, unit = calls.node[served], calls.unit[served]
    yield "crossing", known.crossing, (nearer[node] != unit).astype(np.float64), "1"
    yield "way", known.way_miles, way_blocks[unit, node] / _MILE_BLOCKS, "mi"


def _answered(bench: Bench, city: City) -> Answered:
    """Let calls come at random and send the unit that the rule names among those that are in."""
    streams, units = Streams(11), bench.engines(np.array(city.units, np.int64))
    gaps = -np.log1p(-streams.page(f"gaps/{city.name}", 0, _CALLS)) / city.calls_per_service
    lasts = -np.log1p(-streams.page(f"lasts/{city.name}", 0, _CALLS))
    luck = streams.page(f"where/{city.name}", 0, _CALLS)
    node = np.searchsorted(np.cumsum(city.weights), luck, side="right").clip(0, _CORNERS - 1)
    sent, out = np.full(_CALLS, -1), np.zeros((_CALLS, 2), np.bool_)
    back = [0.0, 0.0]
    for call, now in enumerate(np.cumsum(gaps).tolist()):
        free = [k for k in (0, 1) if back[k] <= now]
        out[call] = [back[0] > now, back[1] > now]
        if free:
            choice = _called(bench, [units[k] for k in free], int(node[call]))
            sent[call] = free[choice]
            back[free[choice]] = now + float(lasts[call])
    return Answered(node, sent, out)


def _called(bench: Bench, units: Sequence[RescueTeam], node: int) -> int:
    return unit_for(bench, "nearest_by_road", units, node)  # type: ignore[arg-type]
