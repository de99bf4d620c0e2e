"""Queues as the simulation runs them, against Erlang's laws; intervals from replications."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from typing import Any, Final

import numpy as np
import simpy
from scipy import stats

from sim.core.rng import Streams
from sim.evaluation.statistics.means import by_t
from sim.evaluation.statistics.queues import (
    erlang_b,
    erlang_c,
    mean_wait,
)
from sim.evaluation.statistics.runs import FloatArray
from sim.evaluation.verification.case import Case, Check

_LAW: Final = "Erlang B and C: Gross et al. (2008), Fundamentals of Queueing Theory, 2.2, 2.4, 2.5"
_WAITS: Final = {(3, 2.4): 0.647191, (10, 8.0): 0.409180, (3, 1.5): 0.236842}
_LOST: Final = {(3, 2.4): 0.268406, (5, 4.0): 0.199067, (10, 8.0): 0.121661}
_REPLICATIONS: Final = 10
_CUSTOMERS: Final = 12_000
#: customers at the start of a replication that are not counted
_WARM_UP: Final = 1_000
#: spread of the logarithm of service times
_LOG_SPREAD: Final = 1.0


def formulas() -> Iterator[Case]:
    """The recursions to six decimals, where the supply suite has no row."""
    for (servers, erlangs), expected in _WAITS.items():
        places = {"servers": servers, "erlangs": erlangs}
        ours = erlang_c(servers, erlangs)
        yield Case("statistics.erlang_c", _LAW, expected, ours, 5.1e-7, "1", places=places)
    for (servers, erlangs), expected in _LOST.items():
        places = {"servers": servers, "erlangs": erlangs}
        ours = erlang_b(servers, erlangs)
        yield Case("statistics.erlang_b", _LAW, expected, ours, 5.1e-7, "1", places=places)


def waits() -> Iterator[Case]:
    """Mean waits at one and at three servers, in service times."""
    for servers, erlangs in ((1, 0.5), (1, 0.8), (3, 2.4)):
        expected = mean_wait(servers, erlangs)
        found = _replicated("wait", servers, erlangs, patient=True)
        mean = by_t(np.array([waited.mean() for waited in found]), 0.997)
        places = {"servers": servers, "erlangs": erlangs}
        yield Case(
            "statistics.queue.wait", _LAW, expected, mean.value, mean.half_width, "1", places=places
        )


def losses() -> Iterator[Case]:
    """Who finds all servers busy leaves: the share holds for any law of service times."""
    found = _replicated("loss", 3, 2.4, patient=False)
    lost = by_t(np.array([np.isnan(waited).mean() for waited in found]), 0.997)
    expected = _LOST[3, 2.4]
    law = "Erlang B is insensitive to the law of service: Gross et al. (2008), 2.5"
    yield Case("statistics.queue.lost", law, expected, lost.value, lost.half_width, "1")


def _replicated(purpose: str, servers: int, erlangs: float, *, patient: bool) -> list[FloatArray]:
    return [
        _waited(Streams(number), purpose, servers, erlangs, patient=patient)
        for number in range(_REPLICATIONS)
    ]


def _waited(
    streams: Streams, purpose: str, servers: int, erlangs: float, *, patient: bool
) -> FloatArray:
    """Return each counted customer's wait in mean service times; NaN for one who left.

    Service is exponential where customers are patient, lognormal where they are not.
    """
    env = simpy.Environment()
    desk = simpy.Resource(env, servers)
    gaps = -np.log1p(-streams.page(f"{purpose}.gap", servers, _CUSTOMERS)) / erlangs
    luck = streams.page(f"{purpose}.service", servers, _CUSTOMERS)
    normal = stats.norm.ppf(np.maximum(luck, np.finfo(float).tiny))
    skewed = np.exp(_LOG_SPREAD * normal - _LOG_SPREAD**2 / 2)
    serving = (-np.log1p(-luck) if patient else skewed).tolist()
    waited = np.full(_CUSTOMERS, math.nan)

    def customer(row: int) -> Generator[simpy.Event, Any, None]:
        came = env.now
        with desk.request() as turn:
            yield turn
            waited[row] = env.now - came
            yield env.timeout(serving[row])

    def arrivals() -> Generator[simpy.Event, Any, None]:
        for row, gap in enumerate(gaps.tolist()):
            yield env.timeout(gap)
            if patient or desk.count < servers:
                env.process(customer(row))

    env.process(arrivals())
    env.run()
    return waited[_WARM_UP:]


QUEUES: Final = (
    Check("erlang", formulas),
    Check("waits", waits, quick=False),
    Check("losses", losses, quick=False),
)
