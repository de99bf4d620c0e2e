"""Which road edges hold back which vehicles, by mass and by height."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from sim.core.errors import SimError
from sim.core.words import said
from sim.scenario.limits import RoadLimit
from sim.world.road_places import both_ways, point_row, road_at_point
from sim.world.world import World

Flags = NDArray[np.bool_]


class NoSuchRoadsError(SimError):
    """A limit is on all roads of a sort that the map does not have."""


class Sign(NamedTuple):
    """One limit and where it holds.

    Attributes
    ----------
    edges : (n,) bool
    gross_kg, height_m : float
        The most that passes; infinite for no limit.
    """

    edges: Flags
    gross_kg: float = math.inf
    height_m: float = math.inf


class RoadLimits:
    """The signs of a map; what holds a vehicle back is a number whose bits stand for them.

    Parameters
    ----------
    signs : sequence of Sign
    """

    def __init__(self, signs: Sequence[Sign] = ()) -> None:
        self._signs = tuple(signs)
        self._edges: dict[int, Flags] = {}

    @classmethod
    def of(cls, world: World, limits: Sequence[RoadLimit]) -> Self:
        """Put the limits of a scenario up on the roads of its map.

        Raises
        ------
        NoSuchRoadsError, NoSuchPointError
            When the map has no road or point where one is to be.
        """
        return cls([_sign(world, limit) for limit in limits])

    def barring(self, gross_kg: float, height_m: float) -> int:
        """Return the signs that a vehicle of this size may not pass, as bits; 0 for none."""
        bits = (
            1 << bit
            for bit, sign in enumerate(self._signs)
            if gross_kg > sign.gross_kg or height_m > sign.height_m
        )
        return sum(bits)

    def edges(self, barred: int) -> Flags:
        """Return which edges are shut to whom these signs bar; nobody writes into the array."""
        if barred not in self._edges:
            chosen = [sign.edges for bit, sign in enumerate(self._signs) if barred >> bit & 1]
            self._edges[barred] = np.logical_or.reduce(chosen)
        return self._edges[barred]


def _sign(world: World, limit: RoadLimit) -> Sign:
    """Return a limit with the road edges that it holds on."""
    roads = world.roads
    if limit.at is not None:
        road = road_at_point(world, point_row(world, limit.at, of=limit.id))
        edges = np.isin(np.arange(roads.n), both_ways(world, road))
    else:
        edges = roads.bridge if limit.all == "bridges" else roads.underpass
    if not edges.any():
        raise NoSuchRoadsError(said("run.no_limited_roads", id=limit.id, kind=limit.all))
    most = (math.inf if one is None else one for one in (limit.mass, limit.height))
    return Sign(edges, *most)
