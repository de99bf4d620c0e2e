"""Where the badly hurt are when somebody comes for them, and how they leave it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.harm import ON_THE_WAY
from sim.agents.ledger import STATE
from sim.core.sets import distinct, without

if TYPE_CHECKING:
    from sim.response.operations import Operations

Rows = NDArray[np.int64]
_SHELTERED: Final = STATE["sheltered"]
_STRANDED: Final = STATE["stranded"]


def nodes_of(ops: Operations, persons: Rows) -> NDArray[np.int32]:
    """Return the road node of each of some people: their shelter's, or their household's."""
    people = ops.stage.people
    residents = people.residents
    nodes: NDArray[np.int32] = people.place_of(residents.household[persons].astype(np.int64))
    inside = residents.state[persons] == _SHELTERED
    nodes[inside] = ops.stage.world.facilities.node[residents.place[persons[inside]]]
    return nodes


def cut_off(ops: Operations, persons: Rows) -> NDArray[np.bool_]:
    """Return of whom water keeps their neighbours away: caught by it, or with no way out by road.

    Where nothing has flooded nobody is.
    """
    depth_m = ops.stage.edge_depth_m()
    if len(persons) == 0 or not (depth_m > 0).any():
        return np.zeros(len(persons), dtype=bool)
    network, residents = ops.stage.network, ops.stage.people.residents
    way_out = np.zeros(network.n_nodes, dtype=bool)
    way_out[network.from_node[np.isfinite(ops.stage.emergency_times_s())]] = True
    caught: NDArray[np.bool_] = residents.state[persons] == _STRANDED
    return caught | ~way_out[nodes_of(ops, persons)]


def carry_off(ops: Operations, persons: Rows, *, cause: int = -1) -> Rows:
    """Let somebody take people along to be treated; returns those who went.

    A shelter has their places again. Whose household is on the road goes no further when nobody of
    it is left there.
    """
    people = ops.stage.people
    residents = people.residents
    state = residents.state[persons].copy()
    inside = persons[state == _SHELTERED]
    for shelter in distinct(residents.place[inside]).tolist():
        people.shelters.lose(people.count(inside[residents.place[inside] == shelter]), shelter)
    went: Rows = people.population.assist(persons, ops.now_s, cause=cause)
    homes = residents.households_of(went[state[np.isin(persons, went)] != _SHELTERED])
    left = residents.households_of(residents.members_in(homes, *ON_THE_WAY))
    people.movement.withdraw(without(homes, left))
    return went
