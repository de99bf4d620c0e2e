"""Upstairs beside the road: people whom water has stopped go into a house and up.

HEC-LifeSim knows two ways out of water, to leave and to go up; here those on the way have the
second as well. A household that stands in water on a road, on foot or beside a car that can go no
further, looks for the nearest house with a dry upper floor within reach, and goes if everybody can
stand in the water on the way there. They stay caught, and rescue finds them; but they are as safe
as people at home on the top floor of that house. When the road is open again they go on.
Who stands in water beside a car with no such house in reach goes on on foot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.agents.residents import CAUGHT, MODES, Residents, Rows
from sim.core.rng import Streams
from sim.kernels.water_safety import ADULT, CHILD, WAIST_SHARE, Body, toppling_speed_m_per_s
from sim.scenario.base import Length_m, Part, Share
from sim.scenario.parameters import catalogued
from sim.world.grid import Grid

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

_FOOT: Final = MODES.index("foot")
#: how many houses somebody looks at
_HOUSES: Final = 8


class RefugeRules(Part):
    """Who goes up beside the road; parameter catalogue, topic ``refuge``."""

    seeks: Share = catalogued("refuge.seeks")
    leaves_car: Share = catalogued("refuge.leaves_car")
    reach: Length_m = catalogued("refuge.reach")
    from_depth: Length_m = catalogued("refuge.from_depth")
    floor_above_ground: Length_m = catalogued("people.floor_above_ground")
    storey_height: Length_m = catalogued("people.storey_height")


@dataclass(frozen=True)
class Ground:
    """The water of now on the whole map.

    Attributes
    ----------
    grid : Grid
    depth_m, speed_m_per_s : (ny, nx) float32
    fit : (buildings,) bool
        Houses that can be entered: they stand and do not burn.
    """

    grid: Grid
    depth_m: NDArray[np.float32]
    speed_m_per_s: NDArray[np.float32]
    fit: Flags

    def at(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
        """Return depth and speed at places; 0 beyond the map."""
        cell = self.grid.cell_of(x_m, y_m)
        inside = cell >= 0
        depth, speed = (
            np.where(inside, layer.reshape(-1)[np.maximum(cell, 0)], 0.0)
            for layer in (self.depth_m, self.speed_m_per_s)
        )
        return depth, speed


class Refuges:
    """Brings people stopped by water into houses.

    Parameters
    ----------
    residents : Residents
    rules : RefugeRules
    streams : Streams
    """

    def __init__(self, residents: Residents, rules: RefugeRules, streams: Streams) -> None:
        self._residents, self._rules, self._streams = residents, rules, streams
        buildings = residents.world.buildings
        self._houses = np.flatnonzero(buildings.storeys > 1)
        self._tree = cKDTree(
            np.column_stack((buildings.x_m[self._houses], buildings.y_m[self._houses]))
        )

    def leave(self) -> None:
        """Forget the refuge of those who have gone on, or were fetched."""
        residents, homes = self._residents, self._residents.homes
        inside = np.flatnonzero(homes.upstairs)
        homes.upstairs[inside] = residents.with_somebody_caught(inside)

    def seek(
        self, households: Rows, x_m: Floats, y_m: Floats, ground: Ground, to_s: float
    ) -> NDArray[np.int64]:
        """Bring stopped households up where they can get; return those that went now.

        Parameters
        ----------
        households : (n,) int
            Sorted, each once.
        x_m, y_m : (n,) float
            Where each is.
        """
        homes, who = self._residents.homes, np.asarray(households, dtype=np.int64)
        depth_m, _ = ground.at(x_m, y_m)
        wants = ~homes.upstairs[who] & (depth_m >= self._rules.from_depth)
        who, x_m, y_m = who[wants], x_m[wants], y_m[wants]
        ready = self._sets_out(who)
        who, x_m, y_m = who[ready], x_m[ready], y_m[ready]
        if len(who) == 0 or len(self._houses) == 0:
            return who[:0]
        house = self._nearest(who, x_m, y_m, ground)
        who, house = who[house >= 0], house[house >= 0]
        homes.upstairs[who], homes.refuge[who], homes.refuge_s[who] = True, house, to_s
        rows = self._residents.members_in(who, *CAUGHT)
        self._residents.storey[rows] = self._residents.world.buildings.storeys[
            homes.refuge[self._residents.household[rows]]
        ]
        return who

    def leave_car(
        self, households: Rows, from_m: tuple[Floats, Floats], to_m: tuple[Floats, Floats],
        ground: Ground,
    ) -> NDArray[np.int64]:  # fmt: skip
        """Return who leaves a car that can go no further and walks on to the end of the road.

        Parameters
        ----------
        households : (n,) int
            Sorted, each once.
        from_m, to_m : pair of (n,) float
            Where each is, and the end of its road.
        """
        homes, who = self._residents.homes, np.asarray(households, dtype=np.int64)
        depth_m, _ = ground.at(*from_m)
        wants = (depth_m >= self._rules.from_depth) & (homes.mode[who] == MODES.index("car"))
        wants &= ~homes.upstairs[who] & self._sets_out(who)
        at = [np.column_stack(pair)[wants] for pair in zip(from_m, to_m, strict=True)]
        flat = [one.reshape(-1) for one in at]
        ways = [values.reshape(-1, 2) for values in ground.at(*flat)]
        hands, burden, children = self._residents.hands_among_caught(who[wants])
        stands = self._safe(ways, hands - burden >= children)
        gone: NDArray[np.int64] = who[wants][stands]
        return gone

    def _safe(self, way: Sequence[Floats], carried: Flags) -> Flags:
        """Return who can go a way: grown people and children at a hand, or children alone."""
        depth_m, speed_m_per_s = way
        safe = np.zeros(len(carried), dtype=bool)
        for body, those in ((ADULT, carried), (CHILD, ~carried)):
            safe[those] = self._stands(depth_m[those], speed_m_per_s[those], body)
        return safe

    def _sets_out(self, households: NDArray[np.int64]) -> Flags:
        """Return who would go, and has hands enough for those who cannot by themselves."""
        residents, homes = self._residents, self._residents.homes
        luck = self._streams.at("people.refuge", 0, homes.id[households])
        on_foot = homes.mode[households] == _FOOT
        would = luck < np.where(on_foot, self._rules.seeks, self._rules.leaves_car)
        hands, burden, _ = self._residents.hands_among_caught(households)
        return would & (hands >= burden) & residents.with_somebody_caught(households)

    def _nearest(
        self, households: NDArray[np.int64], x_m: Floats, y_m: Floats, ground: Ground
    ) -> NDArray[np.int64]:
        """Return the nearest house that each can get into and up above the water; -1 for none."""
        _, nearest = self._tree.query(
            np.column_stack((x_m, y_m)),
            k=min(_HOUSES, len(self._houses)),
            distance_upper_bound=self._rules.reach,
        )
        nearest = np.asarray(nearest).reshape(len(households), -1)
        hands, burden, children = self._residents.hands_among_caught(households)
        carried = hands - burden >= children  # each child has somebody's hand
        who, choice = np.nonzero(nearest < len(self._houses))
        house = self._houses[nearest[who, choice]]
        good = self._dry_upstairs(house, ground)
        who, house = who[good], house[good]
        safe = self._safe(self._way(x_m[who], y_m[who], house, ground), carried[who])
        found = np.full(len(households), -1, dtype=np.int64)
        found[who[safe][::-1]] = house[safe][::-1]  # each one's nearest is written last
        return found

    def _dry_upstairs(self, house: NDArray[np.int64], ground: Ground) -> Flags:
        buildings, rules = self._residents.world.buildings, self._rules
        outside_m, _ = ground.at(buildings.x_m[house], buildings.y_m[house])
        top_m = rules.floor_above_ground + (buildings.storeys[house] - 1.0) * rules.storey_height
        dry: Flags = ground.fit[house] & (outside_m < top_m)
        return dry

    def _way(
        self, x_m: Floats, y_m: Floats, house: NDArray[np.int64], ground: Ground
    ) -> tuple[Floats, Floats]:
        """Return depth and speed along the straight way to each house: (n, points)."""
        buildings = self._residents.world.buildings
        n_points = 2 + int(np.ceil(2 * self._rules.reach / ground.grid.cell_m))
        along = np.linspace(0.0, 1.0, n_points)
        way_x_m = x_m[:, None] + along * (buildings.x_m[house] - x_m)[:, None]
        way_y_m = y_m[:, None] + along * (buildings.y_m[house] - y_m)[:, None]
        depth_m, speed_m_per_s = ground.at(way_x_m.reshape(-1), way_y_m.reshape(-1))
        shape = (len(house), n_points)
        return depth_m.reshape(shape), speed_m_per_s.reshape(shape)

    def _stands(self, depth_m: Floats, speed_m_per_s: Floats, body: Body) -> Flags:
        """Return where a body keeps its feet and its waist above water all the way."""
        safe = (depth_m <= WAIST_SHARE * body.height_m) & (
            speed_m_per_s < toppling_speed_m_per_s(depth_m, body)
        )
        return np.asarray(safe.all(axis=1))
