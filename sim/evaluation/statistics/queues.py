"""Queues with known answers: customers at random, exponential service, several servers (M/M/c).

Gross, Shortle, Thompson and Harris (2008), Fundamentals of Queueing Theory, 4th ed., 2.2 to 2.5.
Loads are in erlangs: customers that come during one mean service time.
"""

from __future__ import annotations

import math
from typing import Final

from scipy import optimize

from sim.evaluation.statistics.asked import between_0_and_1

_PRECISE: Final = 1e-12


def erlang_b(servers: int, erlangs: float) -> float:
    """Return the share of customers lost because they find all servers busy and leave (M/M/c/c).

    It holds for service times of any law with the same mean.

    Raises
    ------
    ValueError
        Without a server, or with a negative load.
    """
    _check(servers, erlangs)
    loss = 1.0
    for n in range(1, servers + 1):
        loss = erlangs * loss / (n + erlangs * loss)
    return loss


def erlang_c(servers: int, erlangs: float) -> float:
    """Return the share of customers who have to wait, when all of them do (M/M/c).

    Raises
    ------
    ValueError
        Without a server, or with a load that the servers never work off.
    """
    _check_stable(servers, erlangs)
    loss = erlang_b(servers, erlangs)
    return loss / (1 - erlangs / servers * (1 - loss))


def mean_wait(servers: int, erlangs: float) -> float:
    """Return the mean wait before service, in mean service times, of all customers (M/M/c)."""
    return erlang_c(servers, erlangs) / (servers - erlangs)


def mean_queue(servers: int, erlangs: float) -> float:
    """Return the mean number of customers who wait, by Little's law (M/M/c)."""
    return erlangs * mean_wait(servers, erlangs)


def longer_than(servers: int, erlangs: float, wait: float) -> float:
    """Return the share of customers who wait longer than ``wait`` mean service times (M/M/c)."""
    return erlang_c(servers, erlangs) * math.exp(-(servers - erlangs) * wait)


def mean_wait_one(load: float, squared_spread: float) -> float:
    """Return the mean wait before one server, in mean service times, for any service law (M/G/1).

    Pollaczek and Khinchine: Gross et al. (2008), 5.1.

    Parameters
    ----------
    load : float
        Share of time that the server works; below 1.
    squared_spread : float
        Variance of service times over their mean squared: 0 when all are alike, 1 exponential.

    Raises
    ------
    ValueError
    """
    _check_stable(1, load)
    if not 0 <= squared_spread < math.inf:
        raise ValueError(f"squared_spread={squared_spread} must be >= 0")
    return load * (1 + squared_spread) / (2 * (1 - load))


def load_at_loss(servers: int, loss: float) -> float:
    """Return the load, in erlangs, at which a share ``loss`` of customers finds all servers busy.

    What traffic tables print.
    """
    between_0_and_1(loss=loss)
    _check(servers, 0.0)
    most = servers / (1 - loss)  # more could not be served even by servers that are never idle
    found = optimize.brentq(lambda load: erlang_b(servers, load) - loss, 0, most, xtol=_PRECISE)
    return float(found)


def _check(servers: int, erlangs: float) -> None:
    if servers < 1 or not 0 <= erlangs < math.inf:
        raise ValueError(f"servers={servers} must be >= 1, erlangs={erlangs} must be >= 0")


def _check_stable(servers: int, erlangs: float) -> None:
    _check(servers, erlangs)
    if erlangs >= servers:
        raise ValueError(f"erlangs={erlangs} must be < servers={servers}: the queue never ends")
