"""Which people caught away from home are known of: who called, and whom a team sees itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.core.sets import distinct
from sim.response.command import Command
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

Rows = NDArray[np.int64]
#: what a drone over a fire has to tell
_FIRE_NEWS: Final = ("fire_started", "fire_spotted", "fire_reached_point")
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
    network, at = ops.stage.network, people.place_of(rows)
    away_m = np.hypot(network.x_m[at] - network.x_m[node], network.y_m[at] - network.y_m[node])
    found: Rows = rows[_is_known(ops, rows) | (away_m <= parameter("response.sight").si)]
    return found


def places_of_calls(ops: Operations) -> list[int]:
    """Return the road nodes at which people are caught who called, or whom a drone has found."""
    rows: Rows = ops.stage.people.stranded()
    known = rows[_is_known(ops, rows)] if len(rows) else rows
    return distinct(ops.stage.people.place_of(known)).tolist() if len(known) else []


def _is_known(ops: Operations, rows: Rows) -> NDArray[np.bool_]:
    """Whether each of some stranded households has been reported, or seen from the air."""
    reported = ops.stage.people.caught_since_s(rows) + _report_takes_s(ops, rows) <= ops.now_s
    return np.asarray(reported | np.isin(rows, list(ops.seen_from_air)))


def look_down(ops: Operations, node: int) -> int:
    """Let a drone over a node tell everybody of the stranded it sees; returns how many are new."""
    people, network = ops.stage.people, ops.stage.network
    rows: Rows = people.stranded()
    at = people.place_of(rows)
    away_m = np.hypot(network.x_m[at] - network.x_m[node], network.y_m[at] - network.y_m[node])
    seen = set(rows[away_m <= parameter("response.sight").si].tolist()) - ops.seen_from_air
    ops.seen_from_air |= seen
    return people.count_in(np.array(sorted(seen), dtype=np.int64)) if seen else 0


def look_for_fire(ops: Operations, node: int, command: Command) -> None:
    """Let a drone over a node tell the post that sent it of a wildfire that it sees burn.

    It tells of every fire event that the post has not heard of; others hear of it from the post.
    """
    arrival_s = ops.stage.fields.get("fire_arrival_s")
    if arrival_s is None or command.by not in ops.desks:
        return
    lit = np.flatnonzero(arrival_s.reshape(-1) <= ops.now_s)
    x_m, y_m = ops.stage.world.grid.centres_m()
    rows, columns = np.divmod(lit, ops.stage.world.grid.nx)
    network = ops.stage.network
    away_m = np.hypot(x_m[columns] - network.x_m[node], y_m[rows] - network.y_m[node])
    if not len(lit) or away_m.min() > parameter("response.drone_sight").si:
        return
    for kind in _FIRE_NEWS:
        origin = ops.log.newest((kind,))
        key = ("event", kind, ops.log[origin].who) if origin >= 0 else None
        if key is None or ops.desks[command.by].picture.knows(key, origin):
            continue
        seen = ops.log.add(ops.now_s, "fire_sighted", command.by, cause=origin, news=kind)
        ops.lines.tell(command.by, key, ops.log[origin].t_s, seen, origin)


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
