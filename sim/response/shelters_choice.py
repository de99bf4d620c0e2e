"""Which shelter people are brought to: the one soonest reached by road, as far as its post knows.

It is open, has room, a road leads there that the vehicle can pass now, and the post has not heard
that its keepers gave it up. Where there is none, one that was given up is better than no roof; a
team that rescues brings people to the soonest reached and goes back for the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.units import Unit
from sim.scenario.goods import By
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from sim.response.operations import Operations

Rows = NDArray[np.int64]
_NONE: Final = np.zeros(0, dtype=np.int64)


class Choice(NamedTuple):
    """A shelter, and what is wrong with it.

    Attributes
    ----------
    shelter : int
        Facility row.
    second : bool
        Whether it is not what was asked for: given up, or none of those named.
    """

    shelter: int
    second: bool


def given_up(ops: Operations, post: str) -> Rows:
    """Return the shelters (facility rows) that a post believes nobody should be brought to.

    It has been told so, and has not had them opened again since; a player knows what any post does.
    """
    ids, rows = ops.stage.world.facilities.id, ops.stage.people.shelters.rows
    told: dict[str, int] = {}
    for desk in [ops.desks[post]] if post in ops.desks else ops.desks.values():
        for name, news in desk.picture.news.get("shelter_failed", {}).items():
            told[name] = max(news.origin, told.get(name, -1))
    bad = [told.get(str(ids[row]), -1) > _opened(ops, str(ids[row])) for row in rows.tolist()]
    found: Rows = rows[np.array(bad, dtype=bool)]
    return found


def _opened(ops: Operations, shelter: str) -> int:
    return ops.log.newest(("shelter_opened",), shelter)


def ways_s(ops: Operations, unit: Unit, rows: Rows) -> NDArray[np.float64]:
    """Return how long a unit takes from where it is to each of some shelters; inf for no way."""
    network, at = ops.stage.network, ops.stage.world.facilities.node[rows]
    away_m = np.hypot(
        network.x_m[at] - network.x_m[unit.node], network.y_m[at] - network.y_m[unit.node]
    )
    if unit.flies:
        return np.asarray(away_m / unit.flight_m_per_s)
    by_road_s = from_node_s(ops, unit.node, unit.barred)[at]
    if unit.walks_m_per_s == 0:
        return by_road_s
    on_foot_s = away_m * parameter("shelters.detour").value / unit.walks_m_per_s
    return np.where(np.isfinite(by_road_s), by_road_s, on_foot_s)


def from_node_s(ops: Operations, node: int, barred: int = 0) -> NDArray[np.float64]:
    """Return how long emergency vehicles take from one node to every other, by the roads of now.

    ``barred`` are the signs that hold the vehicle back.
    """
    by = By(parameter("response.wading_depth").si, barred=barred)
    return ops.supply.ways.tree(node, by, to_root=False, fresh=True).cost_s


def shelter_for(
    ops: Operations,
    post: str,
    unit: Unit,
    persons: int,
    among: Rows | None = None,
    *,
    apart_from: Rows = _NONE,
    urgent: bool = False,
) -> Choice | None:
    """Return where a unit of a post takes so many people from where it is; None for nowhere.

    Parameters
    ----------
    among : (n,) int, optional
        The shelters that the order names; any open one serves when none of these does.
    apart_from : (n,) int
        Shelters that are out of the question.
    urgent : bool
        Whether the soonest reached will do, given up or not.
    """
    rows: Rows = ops.stage.people.shelters.with_room(persons)
    rows = rows[~np.isin(rows, apart_from)]
    takes_s = ways_s(ops, unit, rows)
    rows, takes_s = rows[np.isfinite(takes_s)], takes_s[np.isfinite(takes_s)]
    if len(rows) == 0:
        return None
    bad = np.isin(rows, given_up(ops, post))
    strange = np.zeros(len(rows), dtype=bool) if among is None else ~np.isin(rows, among)
    best = int(np.lexsort((takes_s,) if urgent else (takes_s, strange, bad))[0])
    return Choice(int(rows[best]), bool(bad[best] | strange[best]))
