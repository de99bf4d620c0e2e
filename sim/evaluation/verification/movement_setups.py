"""Small networks and crowds that the cases of movement are made of."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sim.agents.movement import Movement
from sim.agents.network import Network
from sim.evaluation.quickest import Roads, quickest
from sim.evaluation.verification.movement_flow import FlowProblem, quickest_ticks

#: one tick of the quickest-flow problems
TICK_S = 2.0


def street(n_edges: int, **edges: Any) -> Network:
    """Return edges in a row, one way, without junction delays; 100 m at 20 m/s and 0.5 cars/s."""
    columns: dict[str, Any] = {"length_m": 100.0, "speed_m_per_s": 20.0, "flow_veh_per_s": 0.5}
    columns |= {"junction_s": 0.0, "foot_width_m": 2.0} | edges
    nodes = np.arange(n_edges + 1)
    return Network.of_edges(nodes * 100.0, nodes * 0.0, nodes[:-1], nodes[1:], **columns)


def send(
    network: Network,
    n: int,
    mode: str = "road",
    *,
    size: ArrayLike = 1,
    at_s: ArrayLike = 0.0,
    **options: Any,
) -> Movement:
    """Return parties at node 0 that leave for the last node, at the given times."""
    movement = Movement(network, np.broadcast_to(np.asarray(size), (n,)).copy(), **options)
    group = movement.add_group(movement.add_destinations([network.n_nodes - 1]))
    times_s = np.broadcast_to(np.asarray(at_s, dtype=np.float64), (n,))
    movement.depart(np.arange(n), mode, group, np.zeros(n), at_s=times_s)
    return movement


class RandomEvacuation:
    """Cars at the nodes of a random graph, two shelters; flows of whole cars a tick.

    Parameters
    ----------
    rng : numpy.random.Generator
    """

    def __init__(self, rng: np.random.Generator) -> None:
        n = int(rng.integers(4, 10))
        ring = np.arange(n)
        chord = rng.integers(0, n, (n, 2))
        start = np.concatenate((ring, (ring + 1) % n, chord[:, 0]))
        end = np.concatenate(((ring + 1) % n, ring, (chord[:, 0] + 1 + chord[:, 1] % (n - 1)) % n))
        ticks = rng.integers(1, 8, len(start))
        per_tick = rng.integers(1, 4, len(start))
        supply = rng.integers(0, 25, n)
        supply[0] += 1
        sink = rng.choice(n, 2, replace=False)
        total = int(supply.sum())
        self._problem = FlowProblem(
            n, start, end, ticks, per_tick, supply, sink, np.array([total, total])
        )

    def quickest_s(self) -> float:
        """Return the physical minimum of the clearance."""
        return quickest_ticks(self._problem) * TICK_S

    def bound_s(self) -> float:
        """Return the bound that `shapan improve` gives, which is quicker to find."""
        problem = self._problem
        roads = Roads(
            problem.n_nodes,
            problem.from_node,
            problem.to_node,
            problem.ticks.astype(np.float64) * TICK_S,
            problem.per_tick.astype(np.float64) / TICK_S,
        )
        places = dict(zip(problem.sink.tolist(), problem.room.astype(float).tolist(), strict=True))
        return quickest(roads, problem.supply, places).at_least_s

    def simulated_s(self) -> float:
        """Return our clearance, in whole ticks gone by."""
        problem = self._problem
        place = np.arange(problem.n_nodes) * 100.0
        network = Network.of_edges(
            place,
            place,
            problem.from_node,
            problem.to_node,
            length_m=problem.ticks * TICK_S * 10.0,
            speed_m_per_s=10.0,
            flow_veh_per_s=problem.per_tick / TICK_S,
            junction_s=0.0,
        )
        home = np.repeat(np.arange(problem.n_nodes), problem.supply)
        movement = Movement(network, np.ones(len(home)), refresh_s=60)
        group = movement.add_group(movement.add_destinations(problem.sink))
        movement.depart(np.arange(len(home)), "road", group, home)
        movement.step(20_000)
        return float(np.floor(movement.arrived_s.max() / TICK_S + 1e-9) * TICK_S)
