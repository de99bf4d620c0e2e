"""The neutral case of movement: a town to leave, for invariants and peers.

141 x 141 junctions, every sixth street an arterial; a front of water closes 35 % of the town from
the west within five hours; 16 shelters with room for 1.15 of the people; everybody is warned,
gets ready and leaves by two lognormal delays, 8 % stay, a fifth walks, the rest drive four tenths
of a car each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.agents.movement import Movement
from sim.agents.network import Network
from sim.core.rng import Streams

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class City:
    """What happens in the neutral town.

    Attributes
    ----------
    network : Network
    home : (n,) int32
        Node of each resident, in rows from the west.
    leaves_s : (n,) float64
        inf for those who stay.
    walks : (n,) bool
    shelters : (16,) int32
        Nodes.
    places : int
        Persons each shelter holds.
    closes_s : (edges,) float64
        When the front reaches the edge; inf where it does not.
    """

    network: Network
    home: NDArray[np.int32]
    leaves_s: FloatArray
    walks: NDArray[np.bool_]
    shelters: NDArray[np.int32]
    places: int
    closes_s: FloatArray

    @property
    def n(self) -> int:
        """Residents."""
        return len(self.home)

    def start(self, **options: float) -> Movement:
        """Return the residents with their departures listed, at time 0."""
        movement = Movement(self.network, np.ones(self.n), **options)  # type: ignore[arg-type]
        movement.pce[:] = 0.4
        group = movement.add_group(movement.add_destinations(self.shelters, self.places))
        leaves = np.isfinite(self.leaves_s)
        for mode, chosen in (("road", leaves & ~self.walks), ("foot", leaves & self.walks)):
            rows = np.flatnonzero(chosen)
            movement.depart(rows, mode, group, self.home[rows], at_s=self.leaves_s[rows])
        return movement

    def closed_at(self, time_s: float) -> NDArray[np.bool_]:
        """Return which edges the front has closed."""
        return self.closes_s <= time_s


def neutral_city(n_people: int, *, n_side: int = 141, seed: int = 1) -> City:
    """Return the town with so many residents, the same on every machine for a seed."""
    network = street_grid(n_side, block_m=100.0)
    streams = Streams(seed)
    home = np.sort((streams.page("city.home", 0, n_people) * n_side**2).astype(np.int32))
    delays = [
        np.exp(np.log(minutes * 60) + sigma * _normal(streams, purpose, n_people))
        for purpose, minutes, sigma in (("city.warned", 40, 0.8), ("city.ready", 30, 0.6))
    ]
    stays = streams.page("city.stays", 0, n_people) < 0.08
    quarter = np.arange(4) * n_side // 4 + n_side // 8
    shelters = (quarter[:, None] * n_side + quarter).ravel().astype(np.int32)
    x_m = (network.x_m[network.from_node] + network.x_m[network.to_node]) / 2
    share = x_m / network.x_m.max()
    return City(
        network=network,
        home=home,
        leaves_s=np.where(stays, np.inf, delays[0] + delays[1]),
        walks=streams.page("city.walks", 0, n_people) < 0.2,
        shelters=shelters,
        places=int(np.ceil(1.15 * n_people / 16)),
        closes_s=np.where(share < 0.35, 1800 + share / 0.35 * 16200, np.inf),
    )


def street_grid(
    n_side: int, *, block_m: float, arterial_every: int = 6, foot_width_m: float = 2.5
) -> Network:
    """Return a square grid of two-way streets: arterials of 2 lanes and 60 km/h, else 1 and 30."""
    node = np.arange(n_side**2).reshape(n_side, n_side)
    pairs = [(node[:, :-1], node[:, 1:]), (node[:-1], node[1:])]
    one_way = [np.concatenate([pair[k].ravel() for pair in pairs]) for k in (0, 1)]
    start, end = np.concatenate(one_way), np.concatenate(one_way[::-1])
    row, column = np.divmod(np.arange(n_side**2), n_side)
    along_row = row[start] == row[end]
    line = np.where(along_row, row[start], column[start])
    arterial = line % arterial_every == 0
    return Network.of_edges(
        column * block_m,
        row * block_m,
        start,
        end,
        length_m=block_m,
        speed_m_per_s=np.where(arterial, 60, 30) / 3.6,
        flow_veh_per_s=np.where(arterial, 0.9, 0.4),
        lanes=np.where(arterial, 2, 1),
        foot_width_m=foot_width_m,
    )


def _normal(streams: Streams, purpose: str, n: int) -> FloatArray:
    """Return keyed standard normal draws (Box and Muller 1958)."""
    radius = np.sqrt(-2 * np.log1p(-streams.page(purpose, 0, n)))
    return np.asarray(radius * np.cos(2 * np.pi * streams.page(purpose, 1, n)))
