"""What must hold in every evacuation, checked on the neutral town; and what does not apply."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.agents.movement import STATES, Movement
from sim.agents.network import Network
from sim.core.rng import Streams
from sim.evaluation.verification.case import Case
from sim.evaluation.verification.movement_city import City, neutral_city

_ARRIVED, _STRANDED = STATES.index("arrived"), STATES.index("stranded")

#: cases of the published sets that a street network cannot state; words say why
NOT_APPLICABLE: Final = {
    "stairs": "IMO 1533 tests 2, 3, 11; NIST Verif.2.2",
    "corner": "IMO 1533 test 6; NIST Verif.2.3",
    "smoke": "NIST Verif.2.5; that smoke fells people (Verif.2.6) is in `verify casualties`",
    "lifts": "NIST Verif.2.7",
    "familiar": "NIST Verif.3.3",
    "braess": "Braess (1968), doi 10.1007/BF01918335",
    "assignment": "Sioux Falls, LeBlanc et al. (1975)",
}


def invariants() -> Iterator[Case]:
    """The neutral town with 3,000 people, minute by minute."""
    city = neutral_city(3000, n_side=21)
    movement = city.start()
    lost, in_closed, over = 0, 0, 0.0
    room = np.maximum(city.network.storage_veh, 1.0)
    for minute in range(1, 361):
        movement.step(minute * 60)
        inside = int(movement.persons_inside.sum())
        by_state = movement.persons_by_state()
        lost = max(lost, abs(int(by_state.sum()) - city.n), abs(inside - int(by_state[_ARRIVED])))
        in_closed += _moving_in_closed(movement)
        over = max(over, float(np.max(movement.load(0) - room)))
        if minute % 10 == 0:
            closed = city.closed_at(movement.now_s)
            movement.set_water(0.0, closed, closed)
    law = "must hold in every run"
    yield Case("movement.law.conserved", law, 0, lost, 0, "1")
    yield Case("movement.law.closed", law, 0, in_closed, 0, "1")
    yield Case("movement.law.storage", law, 0, max(over, 0.0), 0, "1")
    idle = Movement(city.network, np.ones(100))
    idle.step(3600)
    yield Case("movement.law.nobody", "zero compliance, zero evacuees", 0,
               int((idle.state == _ARRIVED).sum()), 0, "1")  # fmt: skip


def symmetry() -> Iterator[Case]:
    """The town with residents or edges in another order, mirrored, its step cut, all doubled."""
    city = _crooked(neutral_city(2000, n_side=15))
    plain_s = _clearance_s(city)
    source = "the result may not know of it"
    order = np.random.default_rng(1).permutation(city.n)
    shuffled = replace(
        city, home=city.home[order], leaves_s=city.leaves_s[order], walks=city.walks[order]
    )
    yield Case("movement.v24.rows", source, plain_s, _clearance_s(shuffled), 0, "s")
    yield Case("movement.v24.step", source, plain_s, _clearance_s(city, step_s=10), 0, "s")
    renumbered = _clearance_s(_edges_in_order(city, np.random.default_rng(2)))
    yield Case("movement.v24.edges", source, plain_s, renumbered, 0, "s")
    yield Case("movement.v24.mirror", source, plain_s, _clearance_s(_mirrored(city)), 0, "s")
    narrow, wide = _one_street_s(100, 1.0), _one_street_s(200, 2.0)
    yield Case("movement.v24.double", "N and all capacities doubled: within a headway", narrow,
               wide, 2.0, "s")  # fmt: skip


def not_applicable() -> Iterator[Case]:
    """Rows for the cases left out, so that nobody has to ask."""
    for name, source in NOT_APPLICABLE.items():
        yield Case(f"movement.not.{name}", source, 0.0, 0.0, 0.0, "-", limit=True)


def _moving_in_closed(movement: Movement) -> int:
    edge: NDArray[np.int32] = movement.edge
    in_closed = (edge >= 0) & movement.closed[movement.mode, edge]
    return int(np.sum(in_closed & (movement.state != _STRANDED)))


def _clearance_s(city: City, step_s: int = 60) -> float:
    movement = city.start()
    for at_s in range(step_s, 21_601, step_s):
        movement.step(at_s)
        if at_s % 600 == 0:
            closed = city.closed_at(at_s)
            movement.set_water(0.0, closed, closed)
    return float(np.nanmax(movement.arrived_s))


def _crooked(city: City) -> City:
    """Return the town with blocks of uneven length, so that no two ways take equally long."""
    length_m = 100 + 20 * Streams(1).page("city.crooked", 0, city.network.n_edges)
    return replace(city, network=replace(city.network, length_m=length_m))


def _edges_in_order(city: City, rng: np.random.Generator) -> City:
    """Return the same town with its edges numbered otherwise."""
    order = rng.permutation(city.network.n_edges)
    columns: dict[str, Any] = {
        name: column[order]
        for name, column in vars(city.network).items()
        if isinstance(column, np.ndarray) and name not in ("x_m", "y_m")
    }
    return replace(city, network=replace(city.network, **columns), closes_s=city.closes_s[order])


def _mirrored(city: City) -> City:
    """Return the town seen in a mirror: west is east, and its crossings are numbered so."""
    network = city.network
    side = math.isqrt(network.n_nodes)
    old = np.arange(network.n_nodes).reshape(side, side)[:, ::-1].ravel()  # its own inverse
    seen = replace(
        network,
        x_m=network.x_m.max() - network.x_m[old],
        y_m=network.y_m[old],
        from_node=old[network.from_node].astype(np.int32),
        to_node=old[network.to_node].astype(np.int32),
    )
    return replace(
        city,
        network=seen,
        home=old[city.home].astype(np.int32),
        shelters=old[city.shelters].astype(np.int32),
    )


def _one_street_s(n: int, flow_veh_per_s: float) -> float:
    network = Network.of_edges([0, 1], [0, 0], [0], [1], length_m=500, speed_m_per_s=10,
                               flow_veh_per_s=flow_veh_per_s, lanes=2 * flow_veh_per_s)  # fmt: skip
    movement = Movement(network, np.ones(n))
    group = movement.add_group(movement.add_destinations([1]))
    movement.depart(np.arange(n), "road", group, np.zeros(n))
    movement.step(3600)
    return float(movement.arrived_s.max())
