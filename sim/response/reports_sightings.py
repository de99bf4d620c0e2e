"""Which people caught away from home are known of: who called, and whom a team sees itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

Rows = NDArray[np.int64]
#: a draw of 0 or 1 would be infinitely far out
_EDGE: Final = 1e-9


def reported_stranded(ops: Operations, node: int) -> Rows:
    """Return the stranded households that a team at a node can go for.

    Those who have been caught for as long as their report takes (where their homes have no network,
    until somebody has looked), those within ``response.sight`` of the team, and those that a drone
    has found.
    """
    people = ops.stage.people
    rows: Rows = people.stranded()
    if len(rows) == 0:
        return rows
    known = people.caught_since_s(rows) + _report_takes_s(ops, rows) <= ops.now_s
    network, at = ops.stage.network, people.place_of(rows)
    away_m = np.hypot(network.x_m[at] - network.x_m[node], network.y_m[at] - network.y_m[node])
    known |= np.isin(rows, list(ops.seen_from_air))
    found: Rows = rows[known | (away_m <= parameter("response.sight").si)]
    return found


def look_down(ops: Operations, node: int) -> int:
    """Let a drone over a node tell everybody of the stranded it sees; returns how many are new."""
    people, network = ops.stage.people, ops.stage.network
    rows: Rows = people.stranded()
    at = people.place_of(rows)
    away_m = np.hypot(network.x_m[at] - network.x_m[node], network.y_m[at] - network.y_m[node])
    seen = set(rows[away_m <= parameter("response.sight").si].tolist()) - ops.seen_from_air
    ops.seen_from_air |= seen
    return people.count_in(np.array(sorted(seen), dtype=np.int64)) if seen else 0


def _report_takes_s(ops: Operations, rows: Rows) -> NDArray[np.float64]:
    """Return how long after it was caught each household is known of: its own luck in every run."""
    luck = ops.stage.streams.at("stranded/reported", 0, rows)
    normal = ndtri(np.clip(luck, _EDGE, 1 - _EDGE))
    median_s = np.full(len(rows), parameter("reports.resident_delay").si)
    if ops.stage.states.touched("zone_offline"):
        offline = ops.stage.states["zone_offline"][ops.stage.people.home_zone(rows)]
        median_s[offline] += parameter("reports.officer_delay").si
    takes_s: NDArray[np.float64] = median_s * np.exp(
        parameter("reports.resident_spread").si * normal
    )
    return takes_s
